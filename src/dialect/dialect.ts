// What differs between warehouses, as data and one-line functions. Nobody outside this folder asks which dialect it is.
import type { Fragment, Lexical } from "../sql/fragment.ts";

export type DialectName = "duckdb" | "snowflake" | "bigquery";

/** No member is optional: a dialect with a gap does not compile. */
export type Dialect = {
  readonly name: DialectName;
  readonly lexical: Lexical;
  readonly types: {
    readonly text: string;
    readonly integer: string;
    readonly boolean: string;
    readonly timestamp: string;
  };
  readonly functions: Functions;
  readonly statements: Statements;
};

export type Functions = {
  /** Any scalar as text: integers and UUIDs in lower case and canonical form, dates as ISO. */
  readonly text: (value: Fragment) => Fragment;
  /** One of a few names, in the form that is cheapest to keep and compare; compares with text, and `text` makes it text. */
  readonly symbol: (name: string, names: readonly string[]) => Fragment;
  /** The elements of an array column, or the one value of any other column, as rows of text. */
  readonly elements: (column: Fragment) => Fragment;
  /** True when the column is an array. */
  readonly isArray: (column: Fragment) => Fragment;
  /** A timestamp column of any kind, or ISO 8601 text, as a UTC timestamp in microseconds; NULL where text is not ISO 8601. */
  readonly timestamp: (column: Fragment) => Fragment;
  /** What `timestamp` was given, as text, to show where it came out NULL; NULL for columns of which it reads every value. */
  readonly timestampText: (column: Fragment) => Fragment;
  /** True when a pattern of config/pattern.ts matches the whole value. */
  readonly matchesWhole: (value: Fragment, pattern: string) => Fragment;
  readonly md5: (text: Fragment) => Fragment;
  /** The first n characters. */
  readonly left: (text: Fragment, length: number) => Fragment;
  readonly replace: (text: Fragment, from: string, to: string) => Fragment;
  /** A number that looks random for a node and a round; ties are as rare as those of 64-bit hashes. */
  readonly shuffle: (node: Fragment, round: Fragment) => Fragment;
  /** `value` of the row with the smallest `order`. */
  readonly minBy: (value: Fragment, order: Fragment) => Fragment;
  /** A variable that the runner or the script sets. */
  readonly variable: (name: string) => Fragment;
};

export type Statements = {
  /** Replaces a working table, which ends with the session. */
  readonly createWork: (table: Fragment, query: Fragment) => Fragment;
  /** Replaces a working view, which ends with the session. */
  readonly createWorkView: (view: Fragment, query: Fragment) => Fragment;
  /** Adds the rows of a query whose columns stand in the order of the table. */
  readonly insert: (table: Fragment, query: Fragment) => Fragment;
};
