// The columns of every published relation, with their logical types where no result tells them: what the state of a first
// run looks like, and what a later run compares.

import { visibleAttributes } from "../config/index.ts";
import type { AppendedName, OutputName } from "../plan/plan.ts";
import { type Fragment, id, join, keyword, sql, WHERE } from "../sql/fragment.ts";
import { stateColumn } from "./attributes.ts";
import type { Context } from "./context.ts";
import { DECISION_COLUMNS } from "./decisions.ts";
import { publishedColumns } from "./golden.ts";

type LogicalType = "text" | "integer" | "boolean" | "timestamp" | "number" | "fingerprint";
type Columns = Readonly<Record<string, LogicalType>>;

/** Columns whose names and types do not depend on identity.yml. */
export const RELATIONS: Readonly<Record<OutputName | AppendedName, Columns>> = {
  identity_records: {
    record_key: "text",
    model: "text",
    source_key: "text",
    observed_at: "timestamp",
    identity_id: "text",
    component: "text",
    updated_run: "integer",
  },
  record_values: { record_key: "text", identifier: "text", value: "text", status: "text" },
  identities: {
    identity_id: "text",
    status: "text",
    merged_into: "text",
    anchor_record_key: "text",
    created_run: "integer",
    updated_run: "integer",
    records: "integer",
    models: "integer",
    first_seen: "timestamp",
    last_seen: "timestamp",
    confidence: "number",
  },
  identity_values: {
    identity_id: "text",
    identifier: "text",
    value: "text",
    status: "text",
    records: "integer",
    first_seen: "timestamp",
    last_seen: "timestamp",
    updated_run: "integer",
  },
  blocked_merges: {
    identity_id: "text",
    owner_identity_id: "text",
    identifier: "text",
    value: "text",
    blocked_by: "text",
    limit_value: "integer",
  },
  golden_records: { identity_id: "text", updated_run: "integer" },
  rejected_records: { model: "text", source_key: "text", reason: "text", run: "integer" },
  rejected_values: { record_key: "text", identifier: "text", raw_value: "text", reason: "text" },
  decisions_in_force: Object.fromEntries([
    ...DECISION_COLUMNS.map((name): readonly [string, LogicalType] => [
      name,
      name.endsWith("_at") ? "timestamp" : "text",
    ]),
    ["status", "text"],
  ]),
  identity_redirects: { identity_id: "text", current_identity_id: "text" },
  record_state: { record_key: "text", model: "text", fingerprint: "fingerprint" },
  withheld_values: { identifier: "text", value: "text", status: "text", exceeded: "integer" },
  ignored_values: { record_key: "text", identifier: "text", value: "text", raw_value: "text" },
  identity_anchors: { identity_id: "text", observed_at: "timestamp", gone: "boolean", is_held: "boolean" },
  withdrawn_ids: { identity_id: "text" },
  watermarks: { model: "text", watermark: "timestamp" },
  suppressions: {
    kind: "text",
    hash: "text",
    secret_id: "text",
    requested_run: "integer",
    requested_at: "timestamp",
  },
  metric_counts: {
    counted: "text",
    identifier: "text",
    model: "text",
    bucket: "integer",
    found: "integer",
  },
  identity_events: {
    run: "integer",
    occurred_at: "timestamp",
    event: "text",
    identity_id: "text",
    other_identity_id: "text",
    identifier: "text",
    value: "text",
    records: "integer",
    reason: "text",
  },
  identity_history: { run: "integer", record_key: "text", identity_id: "text" },
};

const OF_FEW_TEXTS: ReadonlySet<string> = new Set(["model", "identifier", "status", "blocked_by", "event"]);

/** Whether a column holds few different texts in many rows: names that identity.yml gives, and words of ours. */
export function isOfFewTexts(output: OutputName | AppendedName, column: string): boolean {
  return OF_FEW_TEXTS.has(column) && Object.hasOwn(RELATIONS[output], column);
}

/** The names of all columns of a relation, those that identity.yml adds included. */
export function columnsOf(output: OutputName | AppendedName, context: Context): readonly string[] {
  const fixed = Object.keys(RELATIONS[output]);
  switch (output) {
    case "golden_records":
      return [...fixed, ...publishedColumns(context.project)];
    case "record_state":
      return [...fixed, ...visibleAttributes(context.project).map(stateColumn)];
    default:
      return fixed;
  }
}

/** A relation without rows, as long as none is published. */
export function noRows(output: OutputName | AppendedName, { dialect: { types } }: Context): Fragment {
  const columns = Object.entries(RELATIONS[output]).map(
    ([name, type]) => sql`cast(null as ${keyword(types[type])}) as ${id(name)}`,
  );
  return sql`
    select
      ${join(columns, ",\n")}
    ${WHERE} false
  `;
}
