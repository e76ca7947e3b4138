// What a run left of the life of ids, and the answer beside it, in a form to be compared line by line with the reference's.
import type { Row } from "../../src/warehouse/warehouse.ts";
import { canonicalPartition, sortedLines } from "../reference/compare.ts";
import { idOf } from "../reference/life.ts";
import type { Advance } from "../reference/life-types.ts";
import { compareText } from "../reference/order.ts";
import { DATABASE } from "../scenarios/project.ts";
import { type Answer, readAnswer, referenceAnswer } from "./answer.ts";
import type { Folder } from "./run-project.ts";

/** Lines about ids have names instead of them where one is known, so that a difference can be read. */
export type LifeAnswer = Omit<Answer, "identities"> & {
  /** Of `identity_records`: record, id, the run in which it last changed. */
  readonly records: readonly string[];
  /** Of `identities`: all ids ever issued. The number of records is told of active ones only. */
  readonly identities: readonly string[];
  readonly redirects: readonly string[];
  /** Of this run. */
  readonly events: readonly string[];
};

/** The text an id is the digest of, or the id itself. */
export type NameOf = (id: string) => string;

/** Knows the ids that these records can give in the first so many runs. */
export function namesOf(records: Iterable<string>, runs: number): NameOf {
  const names = new Map<string, string>();
  for (const record of records) {
    names.set(idOf(record), record);
    for (let run = 1; run <= runs; run += 1) names.set(idOf(`#${run}#${record}`), `#${run}#${record}`);
  }
  return (id) => names.get(id) ?? id;
}

export async function readLife(folder: Folder, run: number, nameOf: NameOf): Promise<LifeAnswer> {
  const rows = (sql: string) => folder.query(sql, DATABASE.path);
  const { identities: _identities, ...answer } = await readAnswer(folder);
  const s = DATABASE.schema;
  const name = (id: unknown) => (id === null ? null : nameOf(String(id)));
  return {
    ...answer,
    records: sortedLines(
      (await rows(`select record_key, identity_id, updated_run from ${s}.identity_records`)).map((row) => ({
        record: row["record_key"],
        identity: name(row["identity_id"]),
        updatedRun: row["updated_run"],
      })),
    ),
    identities: sortedLines(
      (await rows(`select * from ${s}.identities`)).map((row) => ({
        identity: name(row["identity_id"]),
        status: row["status"],
        mergedInto: name(row["merged_into"]),
        anchor: row["anchor_record_key"],
        createdRun: row["created_run"],
        records: row["status"] === "active" ? row["records"] : null,
      })),
    ),
    redirects: sortedLines(
      (await rows(`select * from ${s}.identity_redirects`)).map((row) => ({
        identity: name(row["identity_id"]),
        current: name(row["current_identity_id"]),
      })),
    ),
    events: sortedLines(
      (await rows(`select * from ${s}.identity_events where run = ${run}`)).map((row) => ({
        run: row["run"],
        event: row["event"],
        identity: name(row["identity_id"]),
        other: name(row["other_identity_id"]),
        identifier: row["identifier"],
        value: row["value"],
        records: row["records"],
      })),
    ),
  };
}

/** The reference's answer for lives that share nothing, after the same run. */
export function referenceLife(lives: readonly Advance[], nameOf: NameOf): LifeAnswer {
  const name = (id: string | null) => (id === null ? null : nameOf(id));
  const answers = lives.map(({ result }) => referenceAnswer(result));
  const lines = (of: (answer: Answer) => readonly string[]) => answers.flatMap(of).sort(compareText);
  const held = new Map<string, number>();
  for (const { identity } of lives.flatMap(({ state }) => [...state.records.values()])) {
    held.set(identity, (held.get(identity) ?? 0) + 1);
  }
  return {
    partition: canonicalPartition(answers.flatMap((answer) => answer.partition)),
    components: canonicalPartition(answers.flatMap((answer) => answer.components)),
    values: lines((answer) => answer.values),
    blocked: lines((answer) => answer.blocked),
    refusedMustLinks: lines((answer) => answer.refusedMustLinks),
    evidence: lines((answer) => answer.evidence),
    records: sortedLines(
      lives.flatMap(({ state }) =>
        [...state.records].map(([record, { identity, updatedRun }]) => ({
          record,
          identity: name(identity),
          updatedRun,
        })),
      ),
    ),
    identities: sortedLines(
      lives.flatMap(({ state }) =>
        [...state.identities.values()].map(({ id, status, mergedInto, anchor, createdRun }) => ({
          identity: name(id),
          status,
          mergedInto: name(mergedInto),
          anchor,
          createdRun,
          records: status === "active" ? (held.get(id) ?? 0) : null,
        })),
      ),
    ),
    redirects: sortedLines(
      lives.flatMap(({ redirects }) =>
        [...redirects].map(([id, current]) => ({ identity: name(id), current: name(current) })),
      ),
    ),
    events: sortedLines(
      lives.flatMap(({ events }) =>
        events.map((event) => ({ ...event, identity: name(event.identity), other: name(event.other) })),
      ),
    ),
  };
}

/** The relations of outputs.md that consumers read, but for the two that tell of runs. */
const RELATIONS = [
  "identity_records",
  "record_values",
  "identities",
  "identity_values",
  "identity_redirects",
  "identity_events",
  "merge_evidence",
  "blocked_merges",
  "golden_records",
  "rejected_records",
  "rejected_values",
  "decisions_in_force",
] as const;

/** Every row of every one of them, by relation. */
export async function allRows(folder: Folder): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {};
  for (const name of RELATIONS) {
    const rows = await folder.query(`select * from ${DATABASE.schema}.${name}`, DATABASE.path);
    found[name] = sortedLines(rows.map(withoutBigints));
  }
  return found;
}

/** JSON has no words for them. */
function withoutBigints(row: Row): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? `${value}n` : value]),
  );
}
