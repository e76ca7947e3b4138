// The engine's whole answer in the form of the reference's, so that the two can be compared line by line.

import type { Row } from "../../src/warehouse/warehouse.ts";
import { canonicalPartition, sortedLines } from "../reference/compare.ts";
import { groupBy } from "../reference/group.ts";
import { compareText } from "../reference/order.ts";
import type {
  ReferenceConfig,
  ReferenceDecision,
  ReferenceRecord,
  ReferenceResult,
} from "../reference/types.ts";
import { DATABASE, toProject } from "../scenarios/project.ts";
import { type Folder, folderOf } from "./run-project.ts";

export type Answer = {
  readonly partition: readonly (readonly string[])[];
  readonly components: readonly (readonly string[])[];
  readonly values: readonly string[];
  readonly blocked: readonly string[];
  readonly refusedMustLinks: readonly string[];
  readonly identities: readonly string[];
  readonly evidence: readonly string[];
};

/** Runs the engine on a project of these records and reads all that the reference tells too. */
export async function engineAnswer(
  config: ReferenceConfig,
  records: readonly ReferenceRecord[],
  decisions: readonly ReferenceDecision[],
): Promise<Answer> {
  const folder = folderOf(toProject(config, records, decisions).files);
  try {
    await folder.run();
    return await readAnswer(folder);
  } finally {
    folder.remove();
  }
}

export function readAnswer(folder: Folder): Promise<Answer> {
  return answerOf((sql) => folder.query(sql, DATABASE.path), DATABASE.schema);
}

/** What a run left in a schema; `schema` as SQL names it. */
export async function answerOf(rows: (sql: string) => Promise<readonly Row[]>, s: string): Promise<Answer> {
  const records = await rows(`select record_key, identity_id, component from ${s}.identity_records`);
  const identity = new Map(records.map((row) => [String(row["record_key"]), String(row["identity_id"])]));
  const keys = [...identity.keys()];
  const smallest = new Map(
    [...groupBy(keys, (key) => identity.get(key))].map(([id, members]) => [
      id,
      [...members].sort(compareText)[0],
    ]),
  );
  const label = (id: unknown) => (id === null ? null : smallest.get(String(id)));
  const component = new Map(records.map((row) => [String(row["record_key"]), String(row["component"])]));
  const partition = (of: ReadonlyMap<string, string>) =>
    canonicalPartition([...groupBy(keys, (key) => of.get(key)).values()]);
  return {
    partition: partition(identity),
    components: partition(component),
    values: sortedLines(
      (await rows(`select * from ${s}.record_values`)).map((row) => ({
        record: row["record_key"],
        identifier: row["identifier"],
        value: row["value"],
        status: row["status"],
      })),
    ),
    blocked: sortedLines(
      (await rows(`select * from ${s}.blocked_merges`)).map((row) => ({
        identity: label(row["identity_id"]),
        owner: label(row["owner_identity_id"]),
        identifier: row["identifier"],
        value: row["value"],
        blockedBy: row["blocked_by"],
        limit: row["limit_value"],
      })),
    ),
    refusedMustLinks: (await rows(`select id from ${s}.decisions_in_force where status = 'refused'`))
      .map((row) => String(row["id"]))
      .sort(compareText),
    identities: sortedLines(
      (await rows(`select * from ${s}.identities`)).map((row) => ({
        label: label(row["identity_id"]),
        anchor: row["anchor_record_key"],
        id: row["identity_id"],
      })),
    ),
    evidence: sortedLines(
      (await rows(`select * from ${s}.merge_evidence`)).map((row) => ({
        identity: label(row["identity_id"]),
        record: row["record_key"],
        identifier: row["identifier"],
        value: row["value"],
        records: row["records"],
        decisionId: row["decision_id"],
      })),
    ),
  };
}

/** The reference's answer, without what the engine does not publish. */
export function referenceAnswer(result: ReferenceResult): Answer {
  const keys = [...result.labels.keys()];
  const partition = (of: ReadonlyMap<string, string>) =>
    canonicalPartition([...groupBy(keys, (key) => of.get(key)).values()]);
  return {
    partition: partition(result.labels),
    components: partition(result.components),
    values: sortedLines(result.values.map(({ kept: _kept, ...row }) => row)),
    blocked: sortedLines(result.blocked),
    refusedMustLinks: [...result.refusedMustLinks].sort(compareText),
    identities: sortedLines(result.identities),
    evidence: sortedLines(result.evidence),
  };
}

/** One answer for inputs that share nothing. */
export function together(answers: readonly Answer[]): Answer {
  const lines = (of: (answer: Answer) => readonly string[]) => answers.flatMap(of).sort(compareText);
  return {
    partition: canonicalPartition(answers.flatMap((answer) => answer.partition)),
    components: canonicalPartition(answers.flatMap((answer) => answer.components)),
    values: lines((answer) => answer.values),
    blocked: lines((answer) => answer.blocked),
    refusedMustLinks: lines((answer) => answer.refusedMustLinks),
    identities: lines((answer) => answer.identities),
    evidence: lines((answer) => answer.evidence),
  };
}
