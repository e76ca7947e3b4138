// What the test files say, once they are read: plain data with the places that failures point at.
import type { Span } from "../diagnostics/diagnostic.ts";

/** A field of a record: a text as it is written, several of them for an array column, or nothing. */
export type Value = string | readonly string[] | null;

export type TestCase = {
  readonly name: string;
  /** The test file, as messages show it. */
  readonly file: string;
  /** Its name in the file. */
  readonly span: Span;
  /** One or more; each is a run. */
  readonly days: readonly Day[];
};

export type Day = {
  /** New records, and earlier ones that change: those keep the columns that are not given. */
  readonly records: readonly GivenRecord[];
  /** Names of records that are no longer delivered. */
  readonly remove: readonly string[];
  readonly erase: readonly Erasure[];
  readonly decisions: readonly GivenDecision[];
  /** Ids of decisions that are taken back. */
  readonly withdraw: readonly string[];
  /** When the run takes place; undefined: as the day comes (`CLOCK`). */
  readonly asOf: Date | undefined;
  readonly expectations: readonly Expectation[];
};

export type GivenRecord = {
  readonly name: string;
  /** The name in the file; that of several when it is written with `times`. */
  readonly writtenAs: string;
  readonly model: string;
  readonly columns: ReadonlyMap<string, Value>;
  readonly span: Span;
};

export type GivenDecision = {
  readonly id: string;
  readonly span: Span;
  /** The other columns of decisions.csv; `a` and `b` are names of records. */
  readonly columns: ReadonlyMap<string, string>;
};

export type Erasure =
  | { readonly kind: "record"; readonly record: string }
  | { readonly kind: "value"; readonly identifier: string; readonly value: string };

/** A record by its name, or all those that `times` made of one. */
export type Names = readonly string[];

export type Expectation = { readonly span: Span; readonly update?: Update } & (
  | { readonly kind: "together" | "apart"; readonly of: readonly Names[] }
  | { readonly kind: "partition"; readonly groups: readonly Names[] }
  | {
      readonly kind: "golden";
      readonly record: string;
      readonly attribute: string;
      readonly value: Value;
    }
  | { readonly kind: "rejected"; readonly record: string; readonly reason: string }
  | {
      readonly kind: "value";
      readonly record: string;
      readonly identifier: string;
      /** As it came or as it was cleaned; undefined: all that the record has of the identifier. */
      readonly value: string | undefined;
      readonly status: string;
    }
  | { readonly kind: "blocked"; readonly rows: readonly ExpectedRow[] }
  | { readonly kind: "events"; readonly rows: readonly ExpectedRow[] }
  | { readonly kind: "decided"; readonly decision: string; readonly status: string }
  | {
      readonly kind: "id";
      readonly record: string;
      readonly of: string;
      /** Counts from 1. */
      readonly day: number;
    }
);

/** The fields of a row that are told; the others are free. */
export type ExpectedRow = ReadonlyMap<string, string>;

/** Where the text stands that `--update` may replace. Offsets into the file. */
export type Update = { readonly start: number; readonly end: number };

export type Suite = {
  readonly cases: readonly TestCase[];
  /** Types of columns by `model.column`, where the files tell one. */
  readonly types: ReadonlyMap<string, string>;
  /** Offers to `--update`: a text and the file it belongs to. */
  readonly texts: ReadonlyMap<string, string>;
};

/** The first moment of day 1 in the data; records without a time follow each other by a minute. */
export const FIRST_DAY = Date.UTC(2026, 0, 1);

/** The runs take place later than anything in the data: day 1 is this, day 2 a day later. */
export const CLOCK = Date.UTC(2100, 0, 1);

export const DAY = 86_400_000;
