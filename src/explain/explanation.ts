// What an explanation says, as plain data: the life of one identity, or why two are together or apart.
import type { Policy } from "../config/project.ts";

export type Explanation = Life | Together | Apart;

/** What was asked about, and the active identity it belongs to. */
export type Subject =
  | { readonly kind: "record"; readonly asked: string; readonly identityId: string; readonly record: string }
  /** `record` is the one the id was named for, or the first where that is gone. */
  | {
      readonly kind: "identity";
      readonly asked: string;
      readonly identityId: string;
      readonly record: string;
    }
  /** `record` is the first that carries the value. */
  | {
      readonly kind: "value";
      readonly asked: string;
      readonly identityId: string;
      readonly record: string;
      readonly identifier: string;
      /** As it is after normalising. */
      readonly value: string;
      /** How many other identities carry it. */
      readonly elsewhere: number;
    };

export type Status = "active" | "contested" | "over_limit" | "shared";

export type Together = {
  readonly kind: "together";
  readonly a: Subject;
  readonly b: Subject;
  readonly identityId: string;
  /** The shortest; one step where both are the same record; none where a rollback put them together. */
  readonly chain: readonly Step[];
  /** Undefined where there is no tie on the chain. */
  readonly weakest: Tie | undefined;
  readonly met: Met | undefined;
};

/** Records and what ties neighbours, in turn; an end may be a value. */
export type Step = ChainRecord | Tie;

export type ChainRecord = {
  readonly kind: "record";
  readonly recordKey: string;
  /** ISO 8601, UTC, as all times here. */
  readonly observedAt: string | null;
};

export type Tie =
  | {
      readonly kind: "value";
      readonly identifier: string;
      readonly value: string;
      /** Of the identity, that carry it as active. */
      readonly records: number;
    }
  | {
      readonly kind: "must_link";
      readonly decisionId: string;
      readonly reason: string | null;
      readonly decidedBy: string | null;
      readonly decidedAt: string | null;
    };

/** The run in which the two came under one id. `before` are the ids of then, null for a record that was new. */
export type Met =
  | {
      readonly kind: "in_run";
      readonly run: number;
      /** ISO 8601, UTC. */
      readonly at: string | null;
      readonly before: readonly [string | null, string | null];
      /** The row of identity_events that tells of it, if one does. */
      readonly event: Event | undefined;
    }
  /** The runs that are kept do not reach back to it. */
  | { readonly kind: "by_run"; readonly run: number };

export type Event = {
  readonly run: number;
  readonly occurredAt: string | null;
  readonly event: string;
  readonly identityId: string;
  readonly otherIdentityId: string | null;
  readonly identifier: string | null;
  readonly value: string | null;
  readonly records: number;
  readonly reason: string | null;
};

export type Apart = {
  readonly kind: "apart";
  readonly a: Subject;
  readonly b: Subject;
  /** Whether they are in one plain component: limits and decisions aside, they would be one. */
  readonly isOneComponent: boolean;
  /** What both identities carry, the strongest first. */
  readonly evidence: readonly Shared[];
  /** From identity to identity over values that neighbours both carry; undefined where there is no such way. */
  readonly way: readonly Hop[] | undefined;
  /** Must-links and cannot-links between a record of the one and a record of the other. */
  readonly decisions: readonly Ruling[];
  readonly whatIf: WhatIf;
};

/** A value that two identities carry, and how each does. */
export type Shared = {
  readonly identifier: string;
  readonly value: string;
  readonly statusA: Status | "ignored";
  readonly statusB: Status | "ignored";
  /** Records that carry it: of the one, of the other. */
  readonly recordsA: number;
  readonly recordsB: number;
  readonly refusals: readonly Refusal[];
};

/** One step of a way; the evidence is that between its two identities. */
export type Hop = {
  readonly from: string;
  readonly to: string;
  readonly evidence: Shared | undefined;
  /** Where a refused must-link is all there is. */
  readonly decision: Ruling | undefined;
};

/** A row of blocked_merges. */
export type Refusal = {
  readonly identityId: string;
  readonly ownerIdentityId: string | null;
  readonly identifier: string;
  readonly value: string;
  /** An identifier or the id of a decision. */
  readonly blockedBy: string;
  readonly limit: number | null;
};

export type Ruling = {
  readonly id: string;
  readonly decision: string;
  readonly a: string;
  readonly b: string;
  readonly status: string;
  readonly reason: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  /** The cannot-link that refuses a must-link. */
  readonly refusedBy: string | null;
};

/** One change of identity.yml or of the decisions. */
export type Change =
  | { readonly kind: "limit"; readonly identifier: string; readonly from: number; readonly to: number }
  | { readonly kind: "withdrawn"; readonly decisionId: string }
  | { readonly kind: "max_records"; readonly identifier: string; readonly from: number; readonly to: number }
  | { readonly kind: "policy"; readonly identifier: string; readonly from: Policy; readonly to: Policy };

/** The smallest single change that would join the two: each that is named was resolved. */
export type WhatIf =
  | {
      readonly kind: "joins";
      readonly change: Change;
      /** Smaller ones that were resolved and do not join them. */
      readonly tried: readonly Change[];
      /** Records that were resolved again. */
      readonly records: number;
      /** Too many records to resolve here. */
      readonly tooLarge: readonly Change[];
    }
  | { readonly kind: "none"; readonly tried: readonly Change[]; readonly tooLarge: readonly Change[] }
  /** Resolving what is published with identity.yml and the decisions as they are joins them already: after a rollback. */
  | { readonly kind: "joins_already" }
  | { readonly kind: "not_asked"; readonly why: WhyNot };

export type WhyNot =
  | { readonly kind: "left_out" }
  | { readonly kind: "no_evidence" }
  /** What is published is in a warehouse, and resolved again here is what is in a DuckDB file. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "too_large"; readonly records: number; readonly most: number }
  /** identity.yml, a model or a macro changed since the run. */
  | { readonly kind: "changed_since"; readonly run: number };

export type Life = {
  readonly kind: "life";
  readonly a: Subject;
  /** As published: active, or retired and without records. */
  readonly status: string;
  readonly identityId: string;
  readonly createdRun: number;
  readonly updatedRun: number;
  readonly anchorRecordKey: string | null;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly confidence: number | null;
  /** Ids that lead here, the own one left out. */
  readonly redirects: readonly string[];
  /** The earliest first. */
  readonly events: readonly Event[];
  /** The earliest first; the first 1,000. */
  readonly records: readonly LifeRecord[];
  readonly recordsFound: number;
  readonly values: readonly LifeValue[];
  readonly golden: readonly GoldenValue[];
  /** Merges that were refused to it, or to others for its sake. */
  readonly refusals: readonly Refusal[];
};

export type LifeRecord = {
  readonly recordKey: string;
  readonly model: string;
  readonly observedAt: string | null;
  readonly updatedRun: number;
};

export type LifeValue = {
  readonly identifier: string;
  readonly value: string;
  readonly status: string;
  readonly records: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
};

export type GoldenValue = {
  readonly attribute: string;
  readonly value: string | null;
  /** With `provenance: true`. */
  readonly record: string | null;
  readonly rule: string | null;
};
