// The lock of a target: one row of run_lock, with the run that holds it and a heartbeat. Who finds it fresh fails; who lost
// it fails before publishing, since the publishing transaction writes the row, too.
import type { Context } from "../../render/context.ts";
import { type Place, relation } from "../../render/publish.ts";
import { keyword, print, sql } from "../../sql/fragment.ts";
import { type Flow, type Node, note, refuseIf, statement } from "./flow.ts";

const CHECKPOINT: Node = { kind: "checkpoint" };

const EPOCH = "cast('1970-01-01 00:00:00' as ";

/** Fails with IDW701, and the run that holds the lock. Expects `idw_run` and `idw_holder`. */
export function takeLock(place: Place, context: Context, flow: Flow): readonly Node[] {
  const { dialect, project } = context;
  const lock = relation(place, "run_lock");
  const epoch = keyword(`${EPOCH}${dialect.types.timestamp})`);
  const seed = sql`
    insert into ${lock} (run, holder, started_at, heartbeat)
    select 0, '', ${epoch}, ${epoch}
    from (select 1 as one) as nothing
    where not exists (select 1 from ${lock})
  `;
  const take = sql`
    update ${lock}
    set
      run = ${keyword(flow.value("idw_run"))},
      holder = ${keyword(flow.value("idw_holder"))},
      started_at = ${keyword(flow.value("idw_started"))},
      heartbeat = ${keyword(flow.now)}
    where ${keyword(flow.isAbandoned(project.lockTimeoutSeconds, print(lock, dialect.lexical)))}
  `;
  const another = sql`
    select max('IDW701 Another run is under way: run ' || ${dialect.functions.text(keyword("run"))} || ', started at ' || ${dialect.functions.text(keyword("started_at"))} || ' UTC by ' || holder || ', last seen at ' || ${dialect.functions.text(keyword("heartbeat"))})
    from ${lock}
    where holder <> ${keyword(flow.value("idw_holder"))}
  `;
  const text = (fragment: typeof seed) => print(fragment, dialect.lexical);
  return [
    note("", "The lock: whoever is gone holds it no longer."),
    statement(text(seed)),
    statement(text(take)),
    ...refuseIf(text(another)),
    CHECKPOINT,
  ];
}

/** Others see it at once. */
export function heartbeat(place: Place, context: Context, flow: Flow): readonly Node[] {
  return [beat(place, context, flow), CHECKPOINT];
}

function beat(place: Place, { dialect }: Context, flow: Flow): Node {
  const living = sql`
    update ${relation(place, "run_lock")}
    set heartbeat = ${keyword(flow.now)}
    where holder = ${keyword(flow.value("idw_holder"))}
  `;
  return statement(print(living, dialect.lexical));
}

/** In the publishing transaction: two runs cannot both do this. */
export function confirmLock(place: Place, context: Context, flow: Flow): readonly Node[] {
  const lost = sql`
    select max('IDW701 This run lost its lock to run ' || ${context.dialect.functions.text(keyword("run"))} || ' (' || holder || '); nothing was published.')
    from ${relation(place, "run_lock")}
    where holder <> ${keyword(flow.value("idw_holder"))}
  `;
  return [beat(place, context, flow), ...refuseIf(print(lost, context.dialect.lexical))];
}

export function freeLock(place: Place, { dialect }: Context, flow: Flow): readonly Node[] {
  const lock = relation(place, "run_lock");
  const free = sql`
    update ${lock}
    set heartbeat = ${keyword(`${EPOCH}${dialect.types.timestamp})`)}
    where holder = ${keyword(flow.value("idw_holder"))}
  `;
  const more = flow.unlock(print(lock, dialect.lexical));
  return [statement(print(free, dialect.lexical)), CHECKPOINT, ...more.map(statement)];
}
