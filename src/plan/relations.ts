// What is published, as data: the columns that tell two rows of a relation apart, and which rows an incremental run may
// change. Publishing compares by these and writes only rows that differ.
import { work } from "./names.ts";
import type { OutputName } from "./plan.ts";

export type Published = {
  /** Unique together; NULL counts as a value. */
  readonly key: readonly string[];
  /** Columns that say when a row was written, not what it says. */
  readonly quiet: readonly string[];
  /** The rows an incremental run builds anew: those whose columns stand in the relation; all of them when undefined. */
  readonly scope: readonly Scope[] | undefined;
};

export type Scope = { readonly columns: readonly string[]; readonly relation: string };

const byRecord: Scope = { columns: ["record_key"], relation: work.touchedRecords };
const byDelta: Scope = { columns: ["record_key"], relation: work.deltaBefore };
const byIdentity: Scope = { columns: ["identity_id"], relation: work.touchedIdentities };

export const PUBLISHED: Readonly<Record<OutputName, Published>> = {
  identity_records: { key: ["record_key"], quiet: ["updated_run"], scope: [byRecord] },
  record_values: { key: ["record_key", "identifier", "value"], quiet: [], scope: [byRecord] },
  identities: { key: ["identity_id"], quiet: ["updated_run"], scope: [byIdentity] },
  identity_values: {
    key: ["identity_id", "identifier", "value"],
    quiet: ["updated_run"],
    scope: [byIdentity],
  },
  blocked_merges: {
    key: ["identity_id", "owner_identity_id", "identifier", "value"],
    quiet: [],
    // Who holds a value contested from the start may be in a component that is not reconsidered.
    scope: [byIdentity, { columns: ["identifier", "value"], relation: work.outside }],
  },
  golden_records: { key: ["identity_id"], quiet: ["updated_run"], scope: [byIdentity] },
  rejected_records: { key: ["model", "source_key", "reason"], quiet: ["run"], scope: undefined },
  rejected_values: {
    key: ["record_key", "identifier", "raw_value", "reason"],
    quiet: [],
    scope: [byDelta, { columns: ["record_key", "identifier", "raw_value"], relation: work.shifts }],
  },
  decisions_in_force: { key: ["id"], quiet: [], scope: undefined },
  identity_redirects: { key: ["identity_id"], quiet: [], scope: [byIdentity] },
  record_state: { key: ["record_key"], quiet: [], scope: [byDelta] },
  withheld_values: {
    key: ["identifier", "value"],
    quiet: [],
    scope: [
      { columns: ["identifier", "value"], relation: work.flips },
      { columns: ["identifier", "value"], relation: work.judgedValues },
    ],
  },
  ignored_values: {
    key: ["record_key", "identifier", "value", "raw_value"],
    quiet: [],
    scope: [byDelta, { columns: ["record_key", "identifier", "raw_value"], relation: work.shifts }],
  },
  identity_anchors: { key: ["identity_id"], quiet: [], scope: [byIdentity] },
  withdrawn_ids: { key: ["identity_id"], quiet: [], scope: undefined },
  watermarks: { key: ["model"], quiet: [], scope: undefined },
  suppressions: { key: ["kind", "hash"], quiet: [], scope: undefined },
  metric_counts: { key: ["counted", "identifier", "model", "bucket"], quiet: [], scope: undefined },
};
