// What goes into the reference of ids over time and what comes out of it (resolution.md §4). Plain data, as in types.ts.
import type { ReferenceConfig, ReferenceDecision, ReferenceRecord, ReferenceResult } from "./types.ts";

/** What one run finds. */
export type Day = {
  readonly config: ReferenceConfig;
  /** The records present, without the erased ones. */
  readonly records: readonly ReferenceRecord[];
  /** Those in force. */
  readonly decisions: readonly ReferenceDecision[];
  /** The record keys of the rows that are erased now. */
  readonly erased: readonly string[];
};

/** A decision of the file, in force or not. */
export type DatedDecision = ReferenceDecision & {
  /** Microseconds since 1970, UTC; NULL for never. */
  readonly expiresAt: number | null;
};

/** What the files of a project hold when a run reads them. */
export type SourceDay = {
  /** Microseconds since 1970, UTC: the time as of which decisions are in force. */
  readonly asOf: number;
  readonly records: readonly ReferenceRecord[];
  /** Rows that are still read and say that they are erased. */
  readonly erased: readonly ReferenceRecord[];
  readonly decisions: readonly DatedDecision[];
};

export type LifeStatus = "active" | "merged" | "retired";

/** An id ever issued: the row of `identities` as far as §4 tells it. */
export type LifeIdentity = {
  readonly id: string;
  readonly status: LifeStatus;
  /** NULL unless merged. May itself be merged or retired by now, once the anchor record is gone. */
  readonly mergedInto: string | null;
  /** NULL once its record is erased. */
  readonly anchor: string | null;
  /** Of the anchor, as last known: of this run while the record exists, of its last run after that. */
  readonly anchorObservedAt: number | null;
  readonly createdRun: number;
};

/** A record present after a run. */
export type LifeRecord = {
  readonly identity: string;
  /** The run in which its identity_id last changed. */
  readonly updatedRun: number;
};

export type State = {
  /** The number of the last run; 0 before the first. */
  readonly run: number;
  readonly identities: ReadonlyMap<string, LifeIdentity>;
  readonly records: ReadonlyMap<string, LifeRecord>;
  /** Every record key that was ever erased. */
  readonly erased: ReadonlySet<string>;
};

export const EMPTY_STATE: State = {
  run: 0,
  identities: new Map(),
  records: new Map(),
  erased: new Set(),
};

export type LifeEventKind = "created" | "merged" | "split" | "moved" | "revived" | "retired" | "erased";

/** One row of `identity_events`. */
export type LifeEvent = {
  readonly run: number;
  readonly event: LifeEventKind;
  /** merged, retired, erased: the earlier id; moved: the id that lost the records; created, split, revived: the new id. */
  readonly identity: string;
  /** merged: the survivor; moved: the id that got the records; split, revived: the source. */
  readonly other: string | null;
  /** The cause of a merge, else NULL. */
  readonly identifier: string | null;
  readonly value: string | null;
  /**
   * merged, split, moved, revived from a source: the records that went from the one to the other; created, revived
   * without a source: all its records; erased: the erased ones; retired: those it had before the run.
   */
  readonly records: number;
};

/** Every id ever issued to the active id that holds it now. */
export type Redirects = ReadonlyMap<string, string | null>;

export type Advance = {
  readonly state: State;
  readonly events: readonly LifeEvent[];
  readonly redirects: Redirects;
  /** The partition and the statuses; its `identities` are those of an empty state. */
  readonly result: ReferenceResult;
};
