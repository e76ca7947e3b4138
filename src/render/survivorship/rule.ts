// What a survivorship rule is. A rule knows its own order or its own sum; how rules are combined into one statement is
// the business of ../survivors.ts.
import type { Dialect } from "../../dialect/dialect.ts";
import type { Fragment } from "../../sql/fragment.ts";

export type SurvivorshipRule = RecordRule | ValueRule | FoldRule | ArrayRule;

/** Orders records, whatever value they have. Two rules of one `side` of a record never both decide: the first does. */
export type RecordRule = {
  readonly kind: "record";
  readonly side: "time" | "model";
  /** A term of ORDER BY. */
  readonly term: (record: RecordSides) => Fragment;
};

/** `place` is that of the record's model in `model_order`, from 1. */
export type RecordSides = { readonly observedAt: Fragment; readonly place: Fragment };

/** Orders the distinct values of an identity. */
export type ValueRule = {
  readonly kind: "value";
  /** A term of ORDER BY; `records` is how many records of the identity have the value. */
  readonly term: (value: Fragment, records: Fragment, dialect: Dialect) => Fragment;
  /** An aggregate that gives the same value for less, where nobody asks which record had it. */
  readonly aggregate?: (value: Fragment, dialect: Dialect) => Fragment;
};

/** Makes one value of the values of all records, as an aggregate. */
export type FoldRule = {
  readonly kind: "fold";
  readonly of: (value: Fragment, dialect: Dialect) => Fragment;
  /** What an identity without any value gets; NULL unless given. */
  readonly whenNone?: Fragment;
  /** Whether the result is one of the values, and so stands for its best record. */
  readonly isAValue: boolean;
};

/** Collects the distinct values. */
export type ArrayRule = { readonly kind: "array" };
