// What an explanation reads of what is published, one statement a question: an identity from within, or two from outside.
import type { Carried, MustLink } from "../explain/chain.ts";
import type { Event, Refusal, Ruling } from "../explain/explanation.ts";
import type { Carrying, Scope } from "../explain/way.ts";
import { lit, print } from "../sql/fragment.ts";
import { isoTime } from "./history.ts";
import type { LoadedProject } from "./load.ts";
import type { Reader } from "./published.ts";
import { type Part, readTogether, type TextRow } from "./reading.ts";
import type { Located } from "./subjects.ts";

export type World = { readonly loaded: LoadedProject; readonly published: Reader };

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

/** The records and ties of an identity, and the history of some of its records. Two queries. */
export async function readIdentity(
  identityId: string,
  asked: readonly string[],
  { loaded, published }: World,
): Promise<Within> {
  const { table } = published;
  const text = (value: string) => print(lit(value), loaded.context.dialect.lexical);
  const keys = [...new Set(asked)].map(text).join(", ");
  const first = await readTogether(
    [
      {
        part: "record",
        columns: ["m.record_key", "m.observed_at"],
        from: `${table("identity_records")} as m where m.identity_id = ${text(identityId)}`,
      },
      {
        part: "history",
        columns: ["h.record_key", "h.run", "h.identity_id"],
        from: `${table("identity_history")} as h where h.record_key in (${keys}, '')`,
      },
      rulings(table, "d.decision = 'must_link' and d.status = 'in_force'"),
      { part: "run", columns: ["l.run", "l.started_at"], from: `${table("run_log")} as l` },
    ],
    [],
    loaded,
    published,
  );
  const changes = new Map<string, { run: number; before: string | null }[]>();
  for (const [record, run, before] of first("history")) {
    if (record == null || record === "") continue;
    const list = changes.get(record) ?? [];
    changes.set(record, list);
    list.push({ run: Number(run), before: before ?? null });
  }
  const observed = new Map(
    first("record").map(([key, at]) => [key ?? "", at == null ? null : isoTime(at)] as const),
  );
  const formerly = [...changes.values()].flat().flatMap(({ before }) => before ?? []);
  const ids = [...new Set([identityId, ...formerly])];
  const keysOf = [...observed.keys()];
  const rows = await readTogether(
    [
      ...ofMembers(
        "value",
        table("record_values"),
        ["v.record_key", "v.identifier", "v.value"],
        keysOf,
        text,
      ).map((part) => ({ ...part, from: `${part.from} and v.status = 'active'` })),
      ...ids.flatMap((id) => eventsOf(id, table, text)),
    ],
    [members(table, `identity_id = ${text(identityId)}`)],
    loaded,
    published,
  );
  const gone = first("history").flatMap(([record, run]) => (record === "" ? [Number(run)] : []));
  return {
    observed,
    active: rows("value").map(([record, identifier, value]) => ({
      record: record ?? "",
      identifier: identifier ?? "",
      value: value ?? "",
    })),
    mustLinks: first("ruling").map(rulingOf).sort(byText).map(mustLinkOf),
    changes,
    goneUntil: Math.max(0, ...gone),
    events: rows("event").map(eventOf).sort(byTime),
    times: new Map(first("run").map(([run, at]) => [Number(run), isoTime(at)])),
  };
}

/** A warehouse that keeps the range of each block of a column skips most of them for one key, and none for a join. */
const FEW = 12;

/** Rows (`v`) of a relation of the members: key by key where their keys are known and few, else by a join. */
function ofMembers(
  part: string,
  relation: string,
  columns: readonly string[],
  keys: readonly string[] | undefined,
  text: (value: string) => string,
): readonly Part[] {
  if (keys === undefined || keys.length > FEW) {
    return [
      {
        part,
        columns,
        from: `${relation} as v join members as m on m.record_key = v.record_key where 1 = 1`,
      },
    ];
  }
  return keys.map((key) => ({ part, columns, from: `${relation} as v where v.record_key = ${text(key)}` }));
}

export type Both = {
  readonly scope: Scope;
  /** Of the last run. */
  readonly configHash: string;
  readonly run: number;
};

/** Two identities with all of their plain components, or alone where these are too large to be read. Two queries. */
export async function readBoth(a: Located, b: Located, { loaded, published }: World): Promise<Both> {
  const { table } = published;
  const text = (value: string) => print(lit(value), loaded.context.dialect.lexical);
  const components = [...new Set([a.component, b.component])];
  const first = await readTogether(
    [
      ...components.map((component) => ({
        part: "record",
        columns: ["m.record_key", "m.identity_id"],
        from: `(select * from ${table("identity_records")} where component = ${text(component)} limit ${MOST_IN_SCOPE + 1}) as m`,
      })),
      rulings(table, "d.decision in ('must_link', 'cannot_link') and d.status in ('in_force', 'refused')"),
      {
        part: "run",
        columns: ["l.run", "l.config_hash"],
        from: `${table("run_log")} as l where l.run = (select max(run) from ${table("run_log")})`,
      },
    ],
    [],
    loaded,
    published,
  );
  const isSmall = first("record").length <= MOST_IN_SCOPE;
  const condition = isSmall
    ? components.map((component) => `component = ${text(component)}`).join(" or ")
    : `identity_id in (${text(a.identityId)}, ${text(b.identityId)})`;
  const keys = isSmall ? first("record").map(([key]) => key ?? "") : undefined;
  const ids = isSmall
    ? [...new Set(first("record").map(([, id]) => id ?? ""))]
    : [a.identityId, b.identityId];
  const refused =
    ids.length <= FEW
      ? ids.map((id) => `k.identity_id = ${text(id)}`)
      : ["k.identity_id in (select identity_id from members)"];
  const rows = await readTogether(
    [
      ...(isSmall
        ? []
        : [{ part: "record", columns: ["m.record_key", "m.identity_id"], from: "members as m" }]),
      ...ofMembers(
        "value",
        table("record_values"),
        ["v.record_key", "v.identifier", "v.value", "v.status"],
        keys,
        text,
      ),
      ...ofMembers(
        "value",
        table("ignored_values"),
        ["v.record_key", "v.identifier", "v.value", "'ignored'"],
        keys,
        text,
      ),
      ...refused.map((where) => ({
        part: "refusal",
        columns: REFUSAL,
        from: `${table("blocked_merges")} as k where ${where}`,
      })),
    ],
    [members(table, condition)],
    loaded,
    published,
  );
  const identities = new Map(
    (isSmall ? first : rows)("record").map(([key, id]) => [key ?? "", id ?? ""] as const),
  );
  const refusals = rows("refusal").map(refusalOf).sort(byText);
  const [last] = first("run");
  return {
    scope: {
      identities,
      carried: rows("value").map(([record, identifier, value, status]) => ({
        record: record ?? "",
        identifier: identifier ?? "",
        value: value ?? "",
        status: (status ?? "active") as Carrying["status"],
      })),
      rulings: first("ruling")
        .map(rulingOf)
        .sort(byText)
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
    run: Number(last?.[0] ?? 0),
    configHash: last?.[1] ?? "",
  };
}

/** What happened to an identity, or to others for its sake. */
export function eventsOf(
  identityId: string,
  table: Reader["table"],
  text: (value: string) => string,
): readonly Part[] {
  const own = text(identityId);
  return [
    events(table, `e.identity_id = ${own}`),
    events(table, `e.other_identity_id = ${own} and e.identity_id <> ${own}`),
  ];
}

/** `members`: the records of which `condition` holds. */
export function members(table: Reader["table"], condition: string): string {
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

function events(table: Reader["table"], condition: string): Part {
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

/** An order that does not depend on that of the warehouse. */
function byText(x: object, y: object): number {
  return JSON.stringify(x) < JSON.stringify(y) ? -1 : 1;
}

export function byTime(x: Event, y: Event): number {
  const key = (event: Event) => JSON.stringify([event.event, event.identityId, event.otherIdentityId]);
  return x.run - y.run || (key(x) < key(y) ? -1 : 1);
}

function rulings(table: Reader["table"], condition: string): Part {
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
