// What a day left behind, case by case: the published relations, with records by their names and values without tags.
// Judging it is left to judge.ts.
import type { Project } from "../config/index.ts";
import { TARGET_CATALOG } from "../run/load.ts";
import type { Cell, Row, Warehouse } from "../warehouse/warehouse.ts";
import { recordKeys, type Tagged } from "./lead.ts";
import type { TestCase } from "./suite.ts";
import { tagIn, untagged, withoutTags } from "./tags.ts";

export type Golden = {
  /** As text; NULL is null, arrays are lists. */
  readonly value: string | readonly string[] | null;
  readonly isNumber: boolean;
};

export type DayResult = {
  /** The identity of each record by its name; rejected and erased ones have none. */
  readonly identities: ReadonlyMap<string, string>;
  readonly values: readonly RecordValue[];
  /** Reasons by the names of the rows that were rejected. */
  readonly rejected: ReadonlyMap<string, readonly string[]>;
  /** By identity, then by attribute. */
  readonly golden: ReadonlyMap<string, ReadonlyMap<string, Golden>>;
  readonly blocked: readonly Blocked[];
  readonly events: readonly Event[];
  /** Status by the id of the decision. */
  readonly decisions: ReadonlyMap<string, string>;
  /** What ties records: those of an identity that carry the same active value, and must-links. */
  readonly evidence: readonly Tie[];
  /** The first name of each record by its record key as consumers would see it. */
  readonly names?: ReadonlyMap<string, string>;
};

/** A value as it was cleaned, or as it came when it was dropped. */
export type RecordValue = {
  readonly record: string;
  readonly identifier: string;
  readonly value: string;
  readonly status: string;
};

export type Blocked = {
  readonly identity: string;
  readonly owner: string | null;
  readonly identifier: string;
  readonly value: string;
  readonly blockedBy: string;
  readonly limit: number;
};

export type Event = {
  readonly event: string;
  readonly identity: string;
  readonly other: string | null;
  readonly identifier: string | null;
  readonly value: string | null;
  readonly records: number;
};

export type Tie = { readonly record: string; readonly identifier: string; readonly value: string };

/** The name of each record of a case by its record key. */
type NamesByKey = ReadonlyMap<string, readonly string[]>;

/** Which case issued an identity, as far as earlier days told. */
export type Owners = Map<string, string>;

/** The results of all cases of a group by their tags. `owners` is kept from day to day. */
export async function resultsOf(
  cases: readonly Tagged[],
  project: Project,
  warehouse: Warehouse,
  owners: Owners,
): Promise<ReadonlyMap<string, DayResult>> {
  const rows = (query: string) =>
    warehouse.query(query.replaceAll(/\{(\w+)\}/g, `${TARGET_CATALOG}.identity.$1`));
  const records = await rows("select record_key, identity_id from {identity_records}");
  const values = await rows("select record_key, identifier, value, status from {record_values}");
  const dropped = await rows("select record_key, identifier, raw_value, reason from {rejected_values}");
  const rejected = await rows("select model, source_key, reason from {rejected_records}");
  const blocked = await rows("select * from {blocked_merges}");
  const decisions = await rows("select id, status from {decisions_in_force}");
  const events = await rows(
    "select * from {identity_events} where run = (select max(run) from {run_log}) order by event, identity_id, other_identity_id",
  );
  // The view names its relations without their catalog.
  await warehouse.execute(`use ${TARGET_CATALOG}`);
  const ties = await rows("select record_key, identifier, value from {merge_evidence}");
  await warehouse.execute("use memory");
  const golden = await goldenOf(warehouse);

  const tagOfKey = (key: unknown) => tagIn(String(key).slice(String(key).indexOf(":") + 1));
  for (const row of records) owners.set(String(row["identity_id"]), tagOfKey(row["record_key"]));
  const byTag = <Each>(all: readonly Row[], tag: (row: Row) => string, read: (row: Row) => Each) => {
    const found = new Map<string, Each[]>();
    for (const row of all) {
      const of = tag(row);
      const list = found.get(of) ?? [];
      found.set(of, list);
      list.push(read(row));
    }
    return (of: string): readonly Each[] => found.get(of) ?? [];
  };
  const ofRecord = (row: Row) => tagOfKey(row["record_key"]);
  const ofIdentity = (row: Row) => owners.get(String(row["identity_id"])) ?? "";
  const same = (row: Row) => row;
  const per = {
    records: byTag(records, ofRecord, same),
    values: byTag(values, ofRecord, same),
    dropped: byTag(dropped, ofRecord, same),
    rejected: byTag(rejected, (row) => tagIn(String(row["source_key"])), same),
    blocked: byTag(blocked, ofIdentity, same),
    decisions: byTag(decisions, (row) => tagIn(String(row["id"])), same),
    events: byTag(events, ofIdentity, same),
    ties: byTag(ties, ofRecord, same),
    golden: byTag(golden.rows, ofIdentity, same),
  };

  return new Map(
    cases.map(({ tag, test }) => {
      const names = namesByKey(test, project, tag);
      const bare = (cell: Cell | undefined) => untagged(tag, String(cell));
      const orNull = (cell: Cell | undefined) => (cell === null ? null : bare(cell));
      const named = <Each>(row: Row, read: (record: string) => Each): readonly Each[] =>
        (names.get(String(row["record_key"])) ?? []).slice(0, 1).map(read);
      const result: DayResult = {
        identities: new Map(
          per
            .records(tag)
            .flatMap((row) =>
              (names.get(String(row["record_key"])) ?? []).map(
                (name) => [name, String(row["identity_id"])] as const,
              ),
            ),
        ),
        values: [
          ...per.values(tag).flatMap((row) =>
            named(row, (record) => ({
              record,
              identifier: String(row["identifier"]),
              value: bare(row["value"]),
              status: String(row["status"]),
            })),
          ),
          ...per.dropped(tag).flatMap((row) =>
            named(row, (record) => ({
              record,
              identifier: String(row["identifier"]),
              value: bare(row["raw_value"]),
              status: String(row["reason"]),
            })),
          ),
        ],
        rejected: reasonsOf(per.rejected(tag), names),
        golden: new Map(
          per.golden(tag).map((row) => [String(row["identity_id"]), golden.read(row, bare)] as const),
        ),
        blocked: per.blocked(tag).map((row) => ({
          identity: String(row["identity_id"]),
          owner: row["owner_identity_id"] === null ? null : String(row["owner_identity_id"]),
          identifier: String(row["identifier"]),
          value: bare(row["value"]),
          blockedBy: bare(row["blocked_by"]),
          limit: Number(row["limit_value"]),
        })),
        events: per.events(tag).map((row) => ({
          event: String(row["event"]),
          identity: String(row["identity_id"]),
          other: row["other_identity_id"] === null ? null : String(row["other_identity_id"]),
          identifier: orNull(row["identifier"]),
          value: orNull(row["value"]),
          records: Number(row["records"]),
        })),
        decisions: new Map(per.decisions(tag).map((row) => [bare(row["id"]), String(row["status"])])),
        names: new Map(
          [...names].flatMap(([key, [name]]) =>
            name === undefined ? [] : [[withoutTags(key), name] as const],
          ),
        ),
        evidence: per.ties(tag).flatMap((row) =>
          named(row, (record) => ({
            record,
            identifier: String(row["identifier"]),
            value: bare(row["value"]),
          })),
        ),
      };
      return [tag, result];
    }),
  );
}

function namesByKey(test: TestCase, project: Project, tag: string): NamesByKey {
  const names = new Map<string, string[]>();
  for (const [name, key] of recordKeys(test, project, tag)) {
    const list = names.get(key) ?? [];
    names.set(key, list);
    list.push(name);
  }
  return names;
}

function reasonsOf(rows: readonly Row[], names: NamesByKey): ReadonlyMap<string, readonly string[]> {
  const reasons = new Map<string, readonly string[]>();
  for (const row of rows) {
    for (const name of names.get(`${row["model"]}:${row["source_key"]}`) ?? []) {
      reasons.set(name, [...(reasons.get(name) ?? []), String(row["reason"])]);
    }
  }
  return reasons;
}

/** Golden records as texts, lists as JSON. */
async function goldenOf(warehouse: Warehouse) {
  const table = `${TARGET_CATALOG}.identity.golden_records`;
  const columns = (await warehouse.describe(`select * from ${table}`)).filter(
    ({ name }) => name !== "updated_run",
  );
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const texts = columns.map(({ name, type }) =>
    type.endsWith("[]")
      ? `to_json(${quoted(name)})::varchar as ${quoted(name)}`
      : `${quoted(name)}::varchar as ${quoted(name)}`,
  );
  const rows = await warehouse.query(`select ${texts.join(", ")} from ${table}`);
  const attributes = columns.filter(({ name }) => name !== "identity_id");
  const read = (row: Row, bare: (cell: Cell | undefined) => string): ReadonlyMap<string, Golden> =>
    new Map(
      attributes.map(({ name, type }): readonly [string, Golden] => {
        const cell = row[name];
        const isNumber = /^(DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT|DOUBLE|FLOAT)/.test(type);
        if (cell === null || cell === undefined) return [name, { value: null, isNumber }];
        if (!type.endsWith("[]")) {
          const value = name.endsWith("__record") ? withoutTags(String(cell)) : bare(cell);
          return [name, { value, isNumber }];
        }
        const list: unknown = JSON.parse(String(cell));
        return [name, { value: Array.isArray(list) ? list.map((each) => bare(String(each))) : [], isNumber }];
      }),
    );
  return { rows, read };
}
