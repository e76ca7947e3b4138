// The end of a script: what the run counts of itself, and the one transaction in which its results take the place of the
// earlier ones.
import { work } from "../../plan/names.ts";
import type { Mode, Plan } from "../../plan/plan.ts";
import { PUBLISHED } from "../../plan/relations.ts";
import { equalKeys } from "../../render/changes.ts";
import { countOf } from "../../render/counts.ts";
import { renderQuery } from "../../render/index.ts";
import { appendMetrics, mainKey, type Place, RUN_LOG, relation, trimHistory } from "../../render/publish.ts";
import { columnsOf } from "../../render/relations.ts";
import { type Fragment, id, join, keyword, lit, print, sql, verbatim } from "../../sql/fragment.ts";
import { publishedOutputs, purgeNodes } from "./erasure.ts";
import { type Node, note, statement } from "./flow.ts";
import { confirmLock } from "./lock.ts";
import type { Writer } from "./steps.ts";
import { withViews } from "./views.ts";

const COUNTS = "idw_counts";
const EVENTS = ["created", "merged", "split", "moved", "revived", "retired"] as const;

/** The statement that counts what run_log tells, as a working table of one row. */
export function countRun(mode: Mode, configHash: string, writer: Writer): readonly Node[] {
  const { context, flow, views } = writer;
  const { statements, functions, lexical, types } = context.dialect;
  const count = (from: Fragment) => sql`(select count(*) from ${from})`;
  const all: Readonly<Record<string, Fragment>> = {
    run: functions.variable("idw_run"),
    started_at: functions.variable("idw_started"),
    mode: lit(mode),
    config_hash: lit(configHash),
    status: lit("success"),
    records: countOf("records"),
    ...recordCounts(mode),
    components: countOf("components"),
    constrained_components: count(id(work.broken)),
    rounds: keyword(flow.value("idw_rounds")),
    identities: countOf("identities_of_size"),
    ...Object.fromEntries(
      EVENTS.map((event) => [
        event,
        count(sql`${id(work.output("identity_events"))} where event = ${lit(event)}`),
      ]),
    ),
  };
  const columns = RUN_LOG.flatMap(({ name, type }) => {
    const value = all[name];
    return value === undefined ? [] : [sql`cast(${value} as ${keyword(types[type])}) as ${id(name)}`];
  });
  const query = print(sql`select\n  ${join(columns, ",\n  ")}`, lexical);
  return [
    note(`${COUNTS}: one row is this run, as run_log will have it`),
    statement(print(statements.createWork(id(COUNTS), verbatim(withViews(query, views, lexical))), lexical)),
  ];
}

function recordCounts(mode: Mode): Readonly<Record<string, Fragment>> {
  const ofDelta = (change: string) =>
    sql`(select count(*) from ${id(work.delta)} where change = ${lit(change)})`;
  if (mode !== "full") {
    return {
      new_records: ofDelta("new"),
      changed_records: ofDelta("changed"),
      erased_records: ofDelta("erased"),
    };
  }
  const now = id(work.output("record_state"));
  const before = id(work.was("record_state"));
  return {
    new_records: sql`(select count(*) from ${now} as n left join ${before} as w on w.record_key = n.record_key where w.record_key is null)`,
    changed_records: sql`(select count(*) from ${now} as n join ${before} as w on w.record_key = n.record_key where w.fingerprint <> n.fingerprint)`,
    erased_records: sql`(select count(*) from ${before} as w join ${id(work.erased)} as e on e.record_key = w.record_key left join ${now} as n on n.record_key = w.record_key where n.record_key is null)`,
  };
}

/** Readers see all of the new results or none of them. Only DML, and only of this run. */
export function publication(plan: Plan, place: Place, writer: Writer): Node {
  const { context, flow, views } = writer;
  const { statements, lexical } = context.dialect;
  const dml = (fragment: Fragment): Node => statement(print(fragment, lexical));
  const outputs = publishedOutputs(plan.outputs, plan.mode, context);
  const changed = outputs.flatMap((output) => {
    const query = print(
      renderQuery({ kind: "put", output, incremental: plan.mode !== "full" }, context),
      lexical,
    );
    const put = sql`
      (
        ${verbatim(withViews(query, views, lexical))}
      ) as p
    `;
    return [
      note(output),
      dml(
        statements.deleteMatches(
          relation(place, output),
          id(work.drop(output)),
          equalKeys(PUBLISHED[output], "d", "t", context),
          mainKey(output),
        ),
      ),
      dml(statements.insertByName(relation(place, output), columnsOf(output, context), put)),
    ];
  });
  const appended = plan.appended.map((output) =>
    dml(
      statements.insertByName(relation(place, output), columnsOf(output, context), id(work.output(output))),
    ),
  );
  const names = join(
    RUN_LOG.map(({ name }) => id(name)),
    ", ",
  );
  const values = join(
    RUN_LOG.map(({ name }) => (name === "finished_at" ? keyword(flow.now) : id(name))),
    ", ",
  );
  const log = sql`
    insert into ${relation(place, "run_log")} (${names})
    select ${values}
    from ${id(COUNTS)}
  `;
  return {
    kind: "transaction",
    body: [
      note("the lock is still ours"),
      ...confirmLock(place, context, flow),
      ...changed,
      note("what only grows, and history that is kept no longer"),
      ...appended,
      ...trimHistory(place, context).map(dml),
      ...purgeNodes(plan.mode, place, context),
      statement(appendMetrics(place, context)),
      dml(log),
    ],
  };
}
