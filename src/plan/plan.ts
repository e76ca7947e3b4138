// The plan: what a run does, in order, as plain JSON. It knows identity.yml and the algorithm, and no dialect.

import type { Policy } from "../config/project.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";

export type Plan = {
  readonly mode: Mode;
  readonly stages: readonly Stage[];
  readonly outputs: readonly OutputName[];
  readonly appended: readonly AppendedName[];
};

/**
 * A full run reads everything and keeps the ids of the state, if there is one; an incremental run reconsiders what a delta can reach; a rollback
 * puts records together as an earlier run did.
 */
export type Mode = "full" | "incremental" | "rollback";

/** A chapter of the run: one compiled file, one line of progress. */
export type Stage = { readonly name: string; readonly title: string; readonly steps: readonly Step[] };

export type Step = StatementStep | AssertStep | WhenStep | RepeatStep | CountdownStep;

/** One statement: a working table, view, or rows added to one. */
export type StatementStep = {
  readonly kind: "create" | "view" | "append";
  readonly relation: string;
  readonly query: Query;
  /** What one row is. */
  readonly grain: string;
  /** The keys of identity.yml it comes from. */
  readonly origin: ConfigPath;
};

/** A query that must return no row; the rows it returns are examples for the message. */
export type AssertStep = {
  readonly kind: "assert";
  readonly relation: string;
  readonly assertion: Assertion;
  readonly origin: ConfigPath;
};

/** Runs the body once if the relation has rows. */
export type WhenStep = {
  readonly kind: "when";
  readonly name: string;
  readonly rowsIn: string;
  readonly body: readonly Step[];
};

/** Runs the body while the relation has rows; the counter starts at 1 and names a variable of the body. */
export type RepeatStep = {
  readonly kind: "repeat";
  readonly name: string;
  readonly rowsIn: string;
  readonly counter: string;
  readonly body: readonly Step[];
};

/** Runs the body with the counter from its last value of the repeat before, down to 1. */
export type CountdownStep = {
  readonly kind: "countdown";
  readonly name: string;
  readonly counter: string;
  readonly body: readonly Step[];
};

export type Assertion =
  | { readonly kind: "null_keys"; readonly model: string; readonly seen: boolean }
  | { readonly kind: "duplicate_keys"; readonly model: string; readonly seen: boolean }
  | { readonly kind: "bad_times"; readonly model: string; readonly column: string }
  | { readonly kind: "bad_decisions" }
  | { readonly kind: "bad_imports" }
  | { readonly kind: "bad_requests" }
  | { readonly kind: "bad_overrides" }
  | { readonly kind: "duplicate_ids" };

/** One phase of resolution.md §3, under the name of its identifier; phase 0 is `must_link`. */
export type Phase = {
  readonly identifier: string;
  readonly priority: number;
  readonly limit: number | undefined;
  readonly policy: Policy;
};

export type OutputName =
  | "identity_records"
  | "record_values"
  | "identities"
  | "identity_values"
  | "blocked_merges"
  | "golden_records"
  | "rejected_records"
  | "rejected_values"
  | "decisions_in_force"
  | "identity_redirects"
  | "record_state"
  | "withheld_values"
  | "ignored_values"
  | "identity_anchors"
  | "withdrawn_ids"
  | "watermarks"
  | "suppressions"
  | "metric_counts";

/** Relations to which a run only adds. */
export type AppendedName = "identity_events" | "identity_history";

/** Metrics that one statement counts. */
export type MetricTopic =
  | "records"
  | "sizes"
  | "values"
  | "rejections"
  | "decisions"
  | "confidence"
  | "changes";

/** The records of `idw_scope`: those that §2.5 is judged by, or those that are reconsidered. */
export type ScopeOf = "judged" | "touched";

/** Working relations that are there, and empty, where nothing was read. */
export type NothingOf =
  | "requests"
  | "erased"
  | "delta"
  | "delta_values"
  | "shifts"
  | "flips"
  | "judged_values"
  | "broken"
  | "outside";

/** What a statement selects. One renderer answers for each kind (render/index.ts holds the table). */
export type Query =
  // records
  | { readonly kind: "source"; readonly model: string }
  | { readonly kind: "judged"; readonly model: string }
  | {
      readonly kind: "staged";
      readonly model: string;
      readonly after: readonly string[];
      readonly incremental: boolean;
    }
  | { readonly kind: "records" }
  // the state, and what changed since
  | { readonly kind: "was"; readonly output: OutputName | AppendedName }
  | { readonly kind: "now"; readonly output: OutputName; readonly incremental: boolean }
  | { readonly kind: "read"; readonly model: string }
  | { readonly kind: "all_rows"; readonly model: string }
  | { readonly kind: "seen"; readonly model: string }
  | { readonly kind: "erased" }
  // who is to be forgotten
  | { readonly kind: "given_requests" }
  | { readonly kind: "requests" }
  | { readonly kind: "forgotten" }
  | { readonly kind: "suppressed_rows"; readonly incremental: boolean }
  | { readonly kind: "suppressed_carriers"; readonly incremental: boolean }
  | { readonly kind: "carriers_to_erase" }
  | { readonly kind: "delta_but_suppressed" }
  | { readonly kind: "rows_but_suppressed"; readonly relation: string; readonly model: string | undefined }
  | { readonly kind: "of_records_left"; readonly relation: string }
  | { readonly kind: "purged_records" }
  | { readonly kind: "purged_values" }
  | { readonly kind: "purged_identities" }
  | { readonly kind: "delta" }
  | { readonly kind: "all_known" }
  | { readonly kind: "known" }
  | { readonly kind: "decided"; readonly incremental: boolean }
  | { readonly kind: "decision_changes" }
  | { readonly kind: "delta_values" }
  | { readonly kind: "reread" }
  | { readonly kind: "shifts" }
  | { readonly kind: "touched_values" }
  | { readonly kind: "carriers" }
  | { readonly kind: "flips" }
  | { readonly kind: "suspects" }
  | { readonly kind: "judged_values" }
  | { readonly kind: "judged_scope" }
  | { readonly kind: "judged_withheld" }
  | { readonly kind: "touched_records" }
  | { readonly kind: "all_touched_records" }
  | { readonly kind: "touched_identities" }
  | { readonly kind: "all_touched_identities" }
  | { readonly kind: "working_scope" }
  | { readonly kind: "replaced_records" }
  | { readonly kind: "replaced_state" }
  | { readonly kind: "delta_before" }
  | { readonly kind: "all_replaced_records" }
  | { readonly kind: "replaced_values" }
  | { readonly kind: "replaced_counts" }
  | { readonly kind: "earlier" }
  | { readonly kind: "scoped_records"; readonly of: ScopeOf }
  | { readonly kind: "given"; readonly of: ScopeOf }
  | { readonly kind: "scoped_dictionary" }
  | { readonly kind: "scoped_carried" }
  | { readonly kind: "scoped_value_counts" }
  | { readonly kind: "scoped_values" }
  | { readonly kind: "outside" }
  | { readonly kind: "attributes"; readonly from: "models" | "state" | "replaced" }
  // a sample
  | { readonly kind: "issued" }
  | { readonly kind: "sample_spans" }
  | { readonly kind: "sample_places" }
  | { readonly kind: "sample_homes" }
  | { readonly kind: "sample_links" }
  | { readonly kind: "sampled_components" }
  | { readonly kind: "sampled_ids" }
  | { readonly kind: "sampled_keys" }
  | { readonly kind: "sampled_decisions" }
  | { readonly kind: "sampled_withheld" }
  | { readonly kind: "sample_size" }
  | { readonly kind: "sampled_values" }
  | {
      readonly kind: "of_sample";
      readonly relation: string;
      readonly column: string;
      readonly sample: string;
      readonly key: string;
    }
  | { readonly kind: "sampled_judged"; readonly model: string }
  | { readonly kind: "sampled_state"; readonly output: OutputName }
  | { readonly kind: "sampled_counts" }
  | { readonly kind: "all_of"; readonly relation: string }
  // the ids of a system before
  | { readonly kind: "importing" }
  | { readonly kind: "given_ids" }
  | { readonly kind: "imported" }
  | { readonly kind: "imported_records" }
  | { readonly kind: "imported_identities" }
  | { readonly kind: "imported_was"; readonly output: "identities" | "identity_anchors" }
  // a rollback
  | { readonly kind: "nothing"; readonly of: NothingOf }
  | { readonly kind: "unchanged"; readonly output: OutputName }
  | { readonly kind: "returned" }
  | { readonly kind: "returned_records" }
  | { readonly kind: "state_records" }
  | { readonly kind: "state_attributes" }
  | { readonly kind: "standing_decisions" }
  | { readonly kind: "standing_links" }
  | { readonly kind: "standing_components" }
  | { readonly kind: "returning_holders" }
  | { readonly kind: "earlier_ids" }
  | { readonly kind: "returned_statuses" }
  | { readonly kind: "returned_blocked_merges" }
  // decisions
  | { readonly kind: "given_decisions" }
  | { readonly kind: "decisions" }
  // values
  | { readonly kind: "ignored" }
  | { readonly kind: "candidates" }
  | { readonly kind: "several" }
  | { readonly kind: "dictionary" }
  | { readonly kind: "carried" }
  | { readonly kind: "value_counts" }
  | { readonly kind: "contested_values" }
  | { readonly kind: "values" }
  // must-links and the classes they make
  | { readonly kind: "decision_holders" }
  | { readonly kind: "must_links" }
  | { readonly kind: "linked" }
  | { readonly kind: "class_links"; readonly contestedToo: boolean }
  | { readonly kind: "classes" }
  // components of any links
  | { readonly kind: "no_hops" }
  | { readonly kind: "picks" }
  | { readonly kind: "hops" }
  | { readonly kind: "shorter_links" }
  | { readonly kind: "no_roots" }
  | { readonly kind: "roots" }
  // plain components
  | { readonly kind: "nodes" }
  | { readonly kind: "value_links" }
  | { readonly kind: "components" }
  | { readonly kind: "broken" }
  // the phases
  | { readonly kind: "first_holders" }
  | { readonly kind: "value_ranks" }
  | { readonly kind: "constrained_values" }
  | { readonly kind: "no_statuses" }
  | { readonly kind: "no_blocked" }
  | { readonly kind: "first_load" }
  | { readonly kind: "kept"; readonly phase: Phase }
  | { readonly kind: "over_limit"; readonly phase: Phase }
  | { readonly kind: "limited_load"; readonly phase: Phase }
  | { readonly kind: "contenders"; readonly phase: Phase }
  | { readonly kind: "holder_links" }
  | { readonly kind: "groups" }
  | { readonly kind: "loud" }
  | { readonly kind: "loud_contenders" }
  | { readonly kind: "phase_load" }
  | { readonly kind: "loud_moves" }
  | { readonly kind: "no_refusals" }
  | { readonly kind: "verdicts"; readonly phase: Phase }
  | { readonly kind: "refusals"; readonly phase: Phase }
  | { readonly kind: "renames"; readonly phase: Phase }
  | { readonly kind: "next_contenders"; readonly phase: Phase }
  | { readonly kind: "next_phase_load" }
  | { readonly kind: "next_moves" }
  | { readonly kind: "quiet_moves" }
  | { readonly kind: "contested_statuses" }
  | { readonly kind: "blocked"; readonly phase: Phase }
  | { readonly kind: "next_holders" }
  | { readonly kind: "next_load" }
  // identities
  | { readonly kind: "resolved" }
  | { readonly kind: "profiles" }
  | { readonly kind: "former" }
  | { readonly kind: "flows" }
  | { readonly kind: "claims" }
  | { readonly kind: "heirs" }
  | { readonly kind: "keepers" }
  | { readonly kind: "revivals" }
  | { readonly kind: "anchors" }
  | { readonly kind: "descents" }
  | { readonly kind: "settled" }
  // confidence
  | { readonly kind: "ties" }
  | { readonly kind: "held" }
  | { readonly kind: "agreement" }
  | { readonly kind: "confidence" }
  | { readonly kind: "metrics"; readonly topic: MetricTopic; readonly incremental: boolean }
  | { readonly kind: "survivors" }
  | { readonly kind: "held_golden_records" }
  | { readonly kind: "held_identity_anchors" }
  | {
      readonly kind: "output";
      readonly output: OutputName | AppendedName;
      readonly incremental: boolean;
    }
  | { readonly kind: "drop"; readonly output: OutputName; readonly incremental: boolean }
  | { readonly kind: "put"; readonly output: OutputName; readonly incremental: boolean }
  | { readonly kind: "before"; readonly output: OutputName };
