// What people know of the published relations: a description of each, of its columns, and what a test can hold it to. Source:
// docs/outputs.md.

type Column = { readonly description: string; readonly tests?: readonly ColumnTest[] };

export type ColumnTest =
  | "unique"
  | "not_null"
  | { readonly kind: "relationships"; readonly to: string; readonly field: string }
  | { readonly kind: "accepted_values"; readonly values: readonly string[] };

export type Described = {
  readonly name: string;
  readonly description: string;
  /** Columns that are unique only together. */
  readonly together?: readonly string[];
  readonly columns: Readonly<Record<string, Column>>;
};

const toIdentity: ColumnTest = { kind: "relationships", to: "identities", field: "identity_id" };
const toRecord: ColumnTest = { kind: "relationships", to: "identity_records", field: "record_key" };
const STATUSES: ColumnTest = {
  kind: "accepted_values",
  values: ["active", "contested", "over_limit", "shared"],
};

/** Those for consumers, without run_log, which builds them. */
export const PUBLISHED_MODELS: readonly Described[] = [
  {
    name: "identity_records",
    description: "A record, with its identity.",
    columns: {
      record_key: {
        description: "The model and the key of the record: `model:key`.",
        tests: ["unique", "not_null"],
      },
      model: { description: "The model that the record is from.", tests: ["not_null"] },
      source_key: { description: "The key of the record in its model.", tests: ["not_null"] },
      observed_at: { description: "When the record was true, in UTC." },
      identity_id: { description: "The identity of the record.", tests: ["not_null", toIdentity] },
      component: { description: "Records that would be one without limits and cannot-links." },
      updated_run: { description: "The run in which its identity last changed." },
    },
  },
  {
    name: "record_values",
    description: "A record, an identifier and a value, with its status.",
    together: ["record_key", "identifier", "value"],
    columns: {
      record_key: { description: "The record.", tests: ["not_null", toRecord] },
      identifier: { description: "The identifier.", tests: ["not_null"] },
      value: { description: "The value, normalised.", tests: ["not_null"] },
      status: { description: "Whether the value links the record.", tests: [STATUSES] },
    },
  },
  {
    name: "identities",
    description: "An id ever issued: active, merged into another, or retired.",
    columns: {
      identity_id: { description: "The id.", tests: ["unique", "not_null"] },
      status: {
        description: "active, merged or retired.",
        tests: [{ kind: "accepted_values", values: ["active", "merged", "retired"] }],
      },
      merged_into: { description: "The id that it became part of." },
      anchor_record_key: { description: "The record that the id is made of." },
      created_run: { description: "The run that issued the id." },
      updated_run: { description: "The run that last changed the row." },
      records: { description: "How many records it has; 0 unless active." },
      models: { description: "Of how many models they are; 0 unless active." },
      first_seen: { description: "The earliest time of its records." },
      last_seen: { description: "The latest time of its records." },
      confidence: { description: "How sure it is that its records are one, 0 to 1." },
    },
  },
  {
    name: "identity_values",
    description: "An identity, an identifier and a value, with the best status of its records.",
    together: ["identity_id", "identifier", "value"],
    columns: {
      identity_id: { description: "The identity.", tests: ["not_null", toIdentity] },
      identifier: { description: "The identifier.", tests: ["not_null"] },
      value: { description: "The value, normalised.", tests: ["not_null"] },
      status: { description: "The best status of its records.", tests: [STATUSES] },
      records: { description: "How many records of the identity carry it." },
    },
  },
  {
    name: "merge_evidence",
    description: "A record and a value that ties it to others of its identity. A view.",
    columns: {
      identity_id: { description: "The identity.", tests: ["not_null"] },
      record_key: { description: "The record.", tests: ["not_null"] },
      identifier: { description: "The identifier, or `must_link`." },
      value: { description: "The value that it shares." },
      records: { description: "How many records of the identity carry it." },
      decision_id: { description: "The decision that ties it." },
    },
  },
  {
    name: "blocked_merges",
    description: "A merge that was refused: an identity, a value, and the identity that owns the value.",
    columns: {
      identity_id: { description: "The identity to which the value was refused.", tests: ["not_null"] },
      owner_identity_id: { description: "The identity that has it; NULL under `nobody`." },
      identifier: { description: "The identifier.", tests: ["not_null"] },
      value: { description: "The value.", tests: ["not_null"] },
      blocked_by: { description: "The identifier or the decision that refused it." },
      limit_value: { description: "The limit that would have been broken." },
    },
  },
  {
    name: "golden_records",
    description: "An active identity, with its golden values.",
    columns: {
      identity_id: { description: "The identity.", tests: ["unique", "not_null", toIdentity] },
      updated_run: { description: "The run that last changed the row." },
    },
  },
  {
    name: "rejected_records",
    description: "A row that is not a record, and a reason.",
    columns: { reason: { description: "Why it is none.", tests: ["not_null"] } },
  },
  {
    name: "rejected_values",
    description: "A record, an identifier and a value as it came, and why it was dropped.",
    columns: { reason: { description: "empty, invalid or ignored.", tests: ["not_null"] } },
  },
  {
    name: "decisions_in_force",
    description: "A decision, with its status.",
    columns: {
      id: { description: "The decision.", tests: ["unique", "not_null"] },
      status: { description: "Whether it is in force, and else why not.", tests: ["not_null"] },
    },
  },
  {
    name: "identity_redirects",
    description: "An id ever issued, with the id that holds it now.",
    columns: {
      identity_id: { description: "The id.", tests: ["unique", "not_null"] },
      current_identity_id: {
        description: "The active id that holds it now; NULL when it is retired.",
        tests: [toIdentity],
      },
    },
  },
  {
    name: "identity_events",
    description: "A change of an identity.",
    columns: {
      run: { description: "The run.", tests: ["not_null"] },
      event: {
        description: "created, merged, split, moved, revived, retired or erased.",
        tests: ["not_null"],
      },
      identity_id: { description: "The identity it happened to." },
      other_identity_id: { description: "The survivor, the target or the source." },
    },
  },
  {
    name: "run_metrics",
    description: "A run, a metric and a dimension.",
    together: ["run", "metric", "dimension"],
    columns: {
      run: { description: "The run.", tests: ["not_null"] },
      metric: { description: "The metric.", tests: ["not_null"] },
      dimension: { description: "What it is counted for; empty for the run as a whole." },
      metric_value: { description: "The number." },
    },
  },
];

export const RUN_LOG_MODEL: Described = {
  name: "run_log",
  description: "A run. To build it is to run: all other results are built and published with it.",
  columns: {
    run: { description: "The number of the run.", tests: ["unique", "not_null"] },
    mode: { description: "full, incremental or rollback.", tests: ["not_null"] },
    status: { description: "How it ended.", tests: ["not_null"] },
  },
};
