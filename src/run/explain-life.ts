// The life of an identity as it is published: events, ids that lead to it, records, values, golden record.
import type { GoldenValue, Life } from "../explain/explanation.ts";
import { publishedColumns } from "../render/golden.ts";
import { id, lit, print } from "../sql/fragment.ts";
import { byTime, eventOf, eventsOf, members, REFUSAL, refusalOf, type World } from "./explain-read.ts";
import { isoTime } from "./history.ts";
import { isLocal, type Reader } from "./published.ts";
import { readTogether } from "./reading.ts";
import type { Located } from "./subjects.ts";

const LISTED = 1000;

export async function readLife(a: Located, { loaded, published }: World): Promise<Life> {
  const { table } = published;
  const { lexical } = loaded.context.dialect;
  const own = print(lit(a.identityId), lexical);
  const there = new Set(await goldenColumnsOf(published, own));
  const golden = publishedColumns(loaded.project).filter((name) => there.has(name));
  const rows = await readTogether(
    [
      {
        part: "identity",
        columns: [
          "i.status",
          "i.created_run",
          "i.updated_run",
          "i.anchor_record_key",
          "i.first_seen",
          "i.last_seen",
          "i.confidence",
          "i.records",
        ],
        from: `${table("identities")} as i where i.identity_id = ${own}`,
      },
      {
        part: "redirect",
        columns: ["d.identity_id"],
        from: `${table("identity_redirects")} as d where d.current_identity_id = ${own} and d.identity_id <> ${own}`,
      },
      ...eventsOf(a.identityId, table, (value) => print(lit(value), lexical)),
      {
        part: "record",
        columns: ["m.record_key", "m.model", "m.observed_at", "m.updated_run"],
        from: `(select * from members order by observed_at asc nulls last, record_key limit ${LISTED}) as m`,
      },
      {
        part: "value",
        columns: ["v.identifier", "v.value", "v.status", "v.records", "v.first_seen", "v.last_seen"],
        from: `${table("identity_values")} as v where v.identity_id = ${own}`,
      },
      {
        part: "refusal",
        columns: REFUSAL,
        from: `${table("blocked_merges")} as k where k.identity_id = ${own}`,
      },
      {
        part: "refusal",
        columns: REFUSAL,
        from: `${table("blocked_merges")} as k where k.owner_identity_id = ${own} and k.identity_id <> ${own}`,
      },
      {
        part: "golden",
        columns: golden.map((name) => `g.${print(id(name), lexical)}`),
        from: `${table("golden_records")} as g where g.identity_id = ${own}`,
      },
    ],
    [members(table, `identity_id = ${own}`)],
    loaded,
    published,
  );
  const [identity] = rows("identity");
  const time = (cell: string | null | undefined) => (cell == null ? null : isoTime(cell));
  const rank = new Map(loaded.project.identifiers.map(({ name }, index) => [name, index]));
  const { component: _component, ...subject } = a;
  return {
    kind: "life",
    a: subject,
    status: identity?.[0] ?? "",
    identityId: a.identityId,
    createdRun: Number(identity?.[1]),
    updatedRun: Number(identity?.[2]),
    anchorRecordKey: identity?.[3] ?? null,
    firstSeen: time(identity?.[4]),
    lastSeen: time(identity?.[5]),
    confidence: identity?.[6] == null ? null : Number(identity[6]),
    redirects: rows("redirect")
      .map(([name]) => name ?? "")
      .sort(),
    events: rows("event").map(eventOf).sort(byTime),
    records: rows("record")
      .map(([recordKey, model, at, run]) => ({
        recordKey: recordKey ?? "",
        model: model ?? "",
        observedAt: time(at),
        updatedRun: Number(run),
      }))
      .sort((x, y) => compare(x.observedAt ?? "~", y.observedAt ?? "~") || compare(x.recordKey, y.recordKey)),
    recordsFound: Number(identity?.[7] ?? 0),
    values: rows("value")
      .map(([identifier, value, status, records, first, last]) => ({
        identifier: identifier ?? "",
        value: value ?? "",
        status: status ?? "",
        records: Number(records),
        firstSeen: time(first),
        lastSeen: time(last),
      }))
      .sort(
        (x, y) =>
          (rank.get(x.identifier) ?? 0) - (rank.get(y.identifier) ?? 0) ||
          y.records - x.records ||
          compare(x.value, y.value),
      ),
    golden: goldenOf(golden, rows("golden")[0]),
    refusals: rows("refusal")
      .map(refusalOf)
      .sort((x, y) => compare(JSON.stringify(x), JSON.stringify(y))),
  };
}

/** Which there are, a configuration that has changed since cannot tell. A warehouse is asked for the row instead. */
async function goldenColumnsOf(published: Reader, own: string): Promise<readonly string[]> {
  if (isLocal(published)) return (await published.columns("golden_records")).map(({ name }) => name);
  const [row = {}] = await published.query(
    `select * from ${published.table("golden_records")} where identity_id = ${own}`,
  );
  return Object.keys(row);
}

function goldenOf(
  names: readonly string[],
  row: readonly (string | null)[] | undefined,
): readonly GoldenValue[] {
  if (row === undefined) return [];
  const cell = (name: string) => row[names.indexOf(name)] ?? null;
  return names
    .filter((name) => !/__(record|rule)$/.test(name))
    .map((attribute) => ({
      attribute,
      value: cell(attribute),
      record: cell(`${attribute}__record`),
      rule: cell(`${attribute}__rule`),
    }));
}

function compare(x: string, y: string): number {
  return x < y ? -1 : x > y ? 1 : 0;
}
