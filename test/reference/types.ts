// What goes into the sequential reference and what comes out of it. Plain data; the engine's own types are
// deliberately not used, so that the reference and the SQL can only meet in the answer.

export type Policy = "nobody" | "first" | "last";

export type ReferenceIdentifier = {
  readonly name: string;
  /** 1 is strongest; unique, gaps allowed. */
  readonly priority: number;
  readonly limit?: number;
  readonly maxRecords?: number;
  readonly contested: Policy;
};

export type ReferenceConfig = { readonly identifiers: readonly ReferenceIdentifier[] };

export type ReferenceRecord = {
  /** The full record key, `model:source key`. */
  readonly key: string;
  /** Microseconds since 1970, UTC. */
  readonly observedAt: number | null;
  /** By identifier; already normalised, valid, not '' and not ignored by the configuration. */
  readonly values: Readonly<Record<string, readonly string[]>>;
};

type DecisionHead = {
  readonly id: string /** Microseconds since 1970, UTC. */;
  readonly decidedAt: number | null;
};

/** `a` and `b` are full record keys. */
export type LinkDecision = DecisionHead & {
  readonly decision: "must_link" | "cannot_link";
  readonly a: string;
  readonly b: string;
};

export type IgnoreDecision = DecisionHead & {
  readonly decision: "ignore_value";
  readonly identifier: string;
  readonly value: string;
};

/** A decision in force. */
export type ReferenceDecision = LinkDecision | IgnoreDecision;

export type Status = "active" | "contested" | "over_limit" | "shared";

/** One row of `record_values`. */
export type RecordValue = {
  readonly record: string;
  readonly identifier: string;
  readonly value: string;
  readonly status: Status;
  /** Survived *Retain*: it counts for limits. A contested value that is not kept was contested from the start. */
  readonly kept: boolean;
};

/** One row of `blocked_merges`, with identities given by their label. */
export type BlockedRow = {
  readonly identity: string;
  /** NULL under `nobody`. */
  readonly owner: string | null;
  /** `must_link` for a refused must-link, whose id is the value. */
  readonly identifier: string;
  readonly value: string;
  /** The name of an identifier or the id of a cannot-link decision. */
  readonly blockedBy: string;
  readonly limit: number;
};

/** One row of `merge_evidence`, with the identity given by its label. */
export type EvidenceRow = {
  readonly identity: string;
  readonly record: string;
  readonly identifier: string;
  readonly value: string;
  readonly records: number;
  readonly decisionId: string | null;
};

export type ReferenceIdentity = { readonly label: string; readonly anchor: string; readonly id: string };

/** How many classes of kept values of an identifier an identity holds (values, where nothing is must-linked). */
export type KeptCount = { readonly identity: string; readonly identifier: string; readonly classes: number };

export type ReferenceResult = {
  /** Record key to the label of its identity: the partition. */
  readonly labels: ReadonlyMap<string, string>;
  /** Record key to the label of its plain component. */
  readonly components: ReadonlyMap<string, string>;
  readonly values: readonly RecordValue[];
  readonly keptCounts: readonly KeptCount[];
  readonly blocked: readonly BlockedRow[];
  readonly refusedMustLinks: readonly string[];
  readonly identities: readonly ReferenceIdentity[];
  readonly evidence: readonly EvidenceRow[];
};
