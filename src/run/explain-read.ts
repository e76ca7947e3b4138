// What an explanation reads of what is published, one statement a question: an identity from within, or two from outside.
import type { Carried, MustLink } from "../explain/chain.ts";
import type { Event, Refusal, Ruling } from "../explain/explanation.ts";
import type { Carrying, Scope } from "../explain/way.ts";
import { lit, print } from "../sql/fragment.ts";
import { isoTime } from "./history.ts";
import type { Loaded } from "./load.ts";
import type { Published } from "./published.ts";
import { type Part, readTogether, type TextRow } from "./reading.ts";
import type { Located } from "./subjects.ts";

export type World = { readonly loaded: Loaded; readonly published: Published };

/** Two components of more records than these together are not read whole, but the two identities alone. */
const MOST_IN_SCOPE = 20_000;

export type Within = {
  /** Of each record when it was observed. */
  readonly observed: ReadonlyMap<string, string | null>;
  readonly active: readonly Carried[];
  readonly mustLinks: readonly MustLink[];
  /** Of the records asked for: the runs that changed their ids. */
  readonly changes: ReadonlyMap<string, readonly { readonly run: number; readonly before: string | null }[]>;
  readonly goneUntil: number;
  readonly events: readonly Event[];
  /** Of each run when it started. */
  readonly times: ReadonlyMap<number, string>;
};

/** The records and ties of an identity, and the history of some of its records. */
export async function readIdentity(
  identityId: string,
  asked: readonly string[],
  { loaded, published }: World,
): Promise<Within> {
  const { table } = published;
  const text = (value: string) => print(lit(value), loaded.context.dialect.lexical);
  const keys = [...new Set(asked)].map(text).join(", ");
  const history = `${table("identity_history")} as h where h.record_key in (${keys}, '')`;
  // Ids that the records asked for had before, and what happened to these.
  const ids = `(select h.identity_id from ${history} union select ${text(identityId)})`;
  const rows = await readTogether(
    [
      { part: "record", columns: ["m.record_key", "m.observed_at"], from: "members as m" },
      {
        part: "value",
        columns: ["v.record_key", "v.identifier", "v.value"],
        from: `${table("record_values")} as v join members as m on m.record_key = v.record_key where v.status = 'active'`,
      },
      rulings(table, "d.decision = 'must_link' and d.status = 'in_force'"),
      { part: "history", columns: ["h.record_key", "h.run", "h.identity_id"], from: history },
      events(table, `e.identity_id in ${ids} or e.other_identity_id in ${ids}`),
      { part: "run", columns: ["l.run", "l.started_at"], from: `${table("run_log")} as l` },
    ],
    [members(table, `identity_id = ${text(identityId)}`)],
    loaded,
    published,
  );
  const changes = new Map<string, { run: number; before: string | null }[]>();
  for (const [record, run, before] of rows("history")) {
    if (record == null || record === "") continue;
    const list = changes.get(record) ?? [];
    changes.set(record, list);
    list.push({ run: Number(run), before: before ?? null });
  }
  const gone = rows("history").flatMap(([record, run]) => (record === "" ? [Number(run)] : []));
  return {
    observed: new Map(rows("record").map(([key, at]) => [key ?? "", at == null ? null : isoTime(at)])),
    active: rows("value").map(([record, identifier, value]) => ({
      record: record ?? "",
      identifier: identifier ?? "",
      value: value ?? "",
    })),
    mustLinks: rows("ruling").map(rulingOf).map(mustLinkOf),
    changes,
    goneUntil: Math.max(0, ...gone),
    events: rows("event").map(eventOf).sort(byTime),
    times: new Map(rows("run").map(([run, at]) => [Number(run), isoTime(at)])),
  };
}

export type Both = {
  readonly scope: Scope;
  /** On how many records each shared value of the two identities is. */
  readonly crowds: readonly { readonly identifier: string; readonly records: number }[];
  /** Of the last run. */
  readonly configHash: string;
  readonly run: number;
};

/** Two identities with all of their plain components, or alone where these are too large to be read. */
export async function readBoth(a: Located, b: Located, { loaded, published }: World): Promise<Both> {
  const { table } = published;
  const text = (value: string) => print(lit(value), loaded.context.dialect.lexical);
  const ids = [a.identityId, b.identityId].map(text).join(", ");
  const components = [...new Set([a.component, b.component])].map(text).join(", ");
  const scope = `members as (
    select r.record_key, r.identity_id
    from ${table("identity_records")} as r
    where r.component in (${components})
      and (
        r.identity_id in (${ids})
        or (select count(*) from ${table("identity_records")} as c where c.component in (${components})) <= ${MOST_IN_SCOPE}
      )
  )`;
  // A shared value of both is evidence; on how many records it is, all models together, says how weak.
  const crowds = `crowds as (
    select v.identifier, v.value
    from ${table("record_values")} as v
    join members as m on m.record_key = v.record_key
    where v.status = 'shared' and m.identity_id in (${ids})
    group by v.identifier, v.value
    having count(distinct m.identity_id) = 2
  )`;
  const rows = await readTogether(
    [
      { part: "record", columns: ["m.record_key", "m.identity_id"], from: "members as m" },
      {
        part: "value",
        columns: ["v.record_key", "v.identifier", "v.value", "v.status"],
        from: `${table("record_values")} as v join members as m on m.record_key = v.record_key`,
      },
      {
        part: "value",
        columns: ["v.record_key", "v.identifier", "v.value", "'ignored'"],
        from: `${table("ignored_values")} as v join members as m on m.record_key = v.record_key`,
      },
      {
        part: "crowd",
        columns: ["v.identifier", "v.value", "count(*)"],
        from: `${table("record_values")} as v join crowds as k on k.identifier = v.identifier and k.value = v.value group by v.identifier, v.value`,
      },
      rulings(table, "d.decision in ('must_link', 'cannot_link') and d.status in ('in_force', 'refused')"),
      {
        part: "refusal",
        columns: REFUSAL,
        from: `${table("blocked_merges")} as k where k.identity_id in (select identity_id from members)`,
      },
      {
        part: "run",
        columns: ["l.run", "l.config_hash"],
        from: `${table("run_log")} as l where l.run = (select max(run) from ${table("run_log")})`,
      },
    ],
    [scope, crowds],
    loaded,
    published,
  );
  const identities = new Map(rows("record").map(([key, id]) => [key ?? "", id ?? ""]));
  const refusals = rows("refusal").map(refusalOf);
  const [last] = rows("run");
  return {
    scope: {
      identities,
      carried: rows("value").map(([record, identifier, value, status]) => ({
        record: record ?? "",
        identifier: identifier ?? "",
        value: value ?? "",
        status: (status ?? "active") as Carrying["status"],
      })),
      rulings: rows("ruling")
        .map(rulingOf)
        .filter((ruling) => identities.has(ruling.a) || identities.has(ruling.b))
        .map((ruling) => ({
          ...ruling,
          refusedBy:
            refusals.find((row) => row.identifier === "must_link" && row.value === ruling.id)?.blockedBy ??
            null,
        })),
      refusals,
      identifiers: loaded.project.identifiers.map(({ name }) => name),
    },
    crowds: rows("crowd").map(([identifier, , records]) => ({
      identifier: identifier ?? "",
      records: Number(records),
    })),
    run: Number(last?.[0] ?? 0),
    configHash: last?.[1] ?? "",
  };
}

/** `members`: the records of which `condition` holds. */
export function members(table: Published["table"], condition: string): string {
  return `members as (select * from ${table("identity_records")} where ${condition})`;
}

export const REFUSAL = [
  "k.identity_id",
  "k.owner_identity_id",
  "k.identifier",
  "k.value",
  "k.blocked_by",
  "k.limit_value",
];

export function refusalOf(row: TextRow): Refusal {
  const [identityId, owner, identifier, value, blockedBy, limit] = row;
  return {
    identityId: identityId ?? "",
    ownerIdentityId: owner ?? null,
    identifier: identifier ?? "",
    value: value ?? "",
    blockedBy: blockedBy ?? "",
    limit: limit == null ? null : Number(limit),
  };
}

export function events(table: Published["table"], condition: string): Part {
  return {
    part: "event",
    columns: [
      "e.run",
      "e.occurred_at",
      "e.event",
      "e.identity_id",
      "e.other_identity_id",
      "e.identifier",
      "e.value",
      "e.records",
      "e.reason",
    ],
    from: `${table("identity_events")} as e where ${condition}`,
  };
}

export function eventOf(row: TextRow): Event {
  const [run, at, event, identityId, other, identifier, value, records, reason] = row;
  return {
    run: Number(run),
    occurredAt: at == null ? null : isoTime(at),
    event: event ?? "",
    identityId: identityId ?? "",
    otherIdentityId: other ?? null,
    identifier: identifier ?? null,
    value: value ?? null,
    records: Number(records),
    reason: reason ?? null,
  };
}

export function byTime(x: Event, y: Event): number {
  const key = (event: Event) => JSON.stringify([event.event, event.identityId, event.otherIdentityId]);
  return x.run - y.run || (key(x) < key(y) ? -1 : 1);
}

function rulings(table: Published["table"], condition: string): Part {
  return {
    part: "ruling",
    columns: ["d.id", "d.decision", "d.a", "d.b", "d.status", "d.reason", "d.decided_by", "d.decided_at"],
    from: `${table("decisions_in_force")} as d where ${condition}`,
  };
}

function rulingOf(row: TextRow): Ruling {
  const [id, decision, a, b, status, reason, decidedBy, decidedAt] = row;
  return {
    id: id ?? "",
    decision: decision ?? "",
    a: a ?? "",
    b: b ?? "",
    status: status ?? "",
    reason: reason ?? null,
    decidedBy: decidedBy ?? null,
    decidedAt: decidedAt == null ? null : isoTime(decidedAt),
    refusedBy: null,
  };
}

function mustLinkOf({ id, a, b, reason, decidedBy, decidedAt }: Ruling): MustLink {
  return { kind: "must_link", decisionId: id, a, b, reason, decidedBy, decidedAt };
}
