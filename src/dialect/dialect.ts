// What differs between warehouses, as data and one-line functions. Nobody outside this folder asks which dialect it is.
import type { Fragment, Lexical } from "../sql/fragment.ts";

export type DialectName = "duckdb" | "snowflake" | "bigquery" | "postgres";

/** No member is optional: a dialect with a gap does not compile. */
export type Dialect = {
  readonly name: DialectName;
  readonly lexical: Lexical;
  readonly types: {
    readonly text: string;
    readonly integer: string;
    /** A binary floating-point number of 64 bits. */
    readonly number: string;
    readonly boolean: string;
    readonly timestamp: string;
    /** What `fingerprint` gives. */
    readonly fingerprint: string;
    /** 38 digits, 9 of them after the point. */
    readonly decimal: string;
  };
  readonly functions: Functions;
  readonly statements: Statements;
};

export type Functions = {
  /** Any scalar as text: integers and UUIDs in lower case and canonical form, dates as ISO. */
  readonly text: (value: Fragment) => Fragment;
  /** One of a few names, in the form that is cheapest to keep and compare; compares with text, and `text` makes it text. */
  readonly symbol: (name: string, names: readonly string[]) => Fragment;
  /** Any value as text, arrays too; to show it, or to order values that nothing else tells apart. */
  readonly shown: (value: Fragment) => Fragment;
  /** The elements of an array column, or the one value of any other column, as rows of text: a column, and what follows the FROM for it. */
  readonly elements: (column: Fragment) => { readonly value: Fragment; readonly from: Fragment };
  /** True when the column is an array. */
  readonly isArray: (column: Fragment) => Fragment;
  /** A timestamp column of any kind, or ISO 8601 text, as a UTC timestamp in microseconds; NULL where text is not ISO 8601. */
  readonly timestamp: (column: Fragment) => Fragment;
  /** What `timestamp` was given, as text, to show where it came out NULL; NULL for columns of which it reads every value. */
  readonly timestampText: (column: Fragment) => Fragment;
  /** True when a pattern of config/pattern.ts matches the whole value. */
  readonly matchesWhole: (value: Fragment, pattern: string) => Fragment;
  /** Any boolean, or number or text that stands for one, as a boolean; NULL for what is none. */
  readonly truth: (value: Fragment) => Fragment;
  /** A number that differs when any of the values does, up to 64-bit chance; NULL is a value. */
  readonly fingerprint: (values: readonly Fragment[]) => Fragment;
  /** A timestamp less some seconds. */
  readonly before: (timestamp: Fragment, seconds: number) => Fragment;
  readonly md5: (text: Fragment) => Fragment;
  /** SHA-256 of the UTF-8 text, in lower-case hex. */
  readonly sha256: (text: Fragment) => Fragment;
  /** Without the spaces at its ends. */
  readonly trim: (text: Fragment) => Fragment;
  readonly startsWith: (text: Fragment, prefix: string) => Fragment;
  /** Whether two values of one type are the same; NULL is the same as NULL. Any type of a model, and a condition for any join. */
  readonly same: (a: Fragment, b: Fragment) => Fragment;
  /** A value of any type of a model, in a form to partition by. */
  readonly alike: (value: Fragment) => Fragment;
  /** A positive number for each row, no two the same, of rows that these columns tell apart. */
  readonly number: (columns: readonly Fragment[]) => Fragment;
  /** Numbers the rows of a common table by a column of text, after those of other relations that are numbered so. */
  readonly ranking: (rows: string, column: string, before: readonly string[]) => Ranking;
  /** The first n characters. */
  readonly left: (text: Fragment, length: number) => Fragment;
  readonly replace: (text: Fragment, from: string, to: string) => Fragment;
  /** A number that looks random for a node and a round; ties are as rare as those of 64-bit hashes. */
  readonly shuffle: (node: Fragment, round: Fragment) => Fragment;
  /** `value` of the row with the smallest `order`, of the rows in which neither is NULL. */
  readonly minBy: (value: Fragment, order: Fragment) => Fragment;
  /** `value`, NULL or not, of the row with the smallest `order` that is not NULL. */
  readonly atMin: (value: Fragment, order: Fragment) => Fragment;
  /** A value of any type of a model in a form to order by: texts by their bytes. */
  readonly sortable: (value: Fragment) => Fragment;
  /** Aggregates: the first and the last value in that order; NULL where there is none. */
  readonly minOf: (value: Fragment) => Fragment;
  readonly maxOf: (value: Fragment) => Fragment;
  /** A number of 64 bits that is not negative, to some digits after the point; halves go up. */
  readonly round: (value: Fragment, digits: number) => Fragment;
  /** How many Unicode code points a text has. */
  readonly codePoints: (text: Fragment) => Fragment;
  /** Aggregates of booleans; NULL where there is none. */
  readonly anyTrue: (value: Fragment) => Fragment;
  readonly allTrue: (value: Fragment) => Fragment;
  /** An aggregate: the values as an array, in ascending `order`. */
  readonly arrayBy: (value: Fragment, order: Fragment) => Fragment;
  /** An array; the empty one for NULL. */
  readonly orEmptyArray: (array: Fragment) => Fragment;
  /** An array as JSON text. */
  readonly jsonText: (array: Fragment) => Fragment;
  /** A text as a value of the type of `example` (an array as JSON), or NULL where it cannot be one. */
  readonly castLike: (text: Fragment, example: Fragment) => Fragment;
  /** A variable that the runner or the script sets. */
  readonly variable: (name: string) => Fragment;
};

export type Ranking = {
  /** More common tables, each with its name; none where a window over all rows is what the warehouse does well. */
  readonly tables: readonly Fragment[];
  /** The rows, in place of the common table. */
  readonly from: Fragment;
  /** A positive number that grows with the value, no two the same; it may leave gaps. */
  readonly rank: Fragment;
  /** A window in which rows of one value stand beside each other. */
  readonly window: Fragment;
};

export type Statements = {
  /** What a session begins with, where somebody else opened it. */
  readonly session: readonly string[];
  /** Makes a schema where it is missing. */
  readonly createSchema: (catalog: string, schema: string) => Fragment;
  /** Replaces a working table, which ends with the session. */
  readonly createWork: (table: Fragment, query: Fragment) => Fragment;
  /** Replaces a working view, which ends with the session. */
  readonly createWorkView: (view: Fragment, query: Fragment) => Fragment;
  /**
   * Of the rows of a SELECT without conditions, those whose column is a time not before that of a query, and those without
   * one, so that the warehouse reads as little as it can. A script has a day before that time as text in `idw_since`.
   */
  readonly loadedSince: (rows: Fragment, column: Fragment, since: Fragment) => Fragment;
  /** Adds the rows of a query whose columns stand in the order of the table. */
  readonly insert: (table: Fragment, query: Fragment) => Fragment;
  /** Adds the rows of a relation whose columns have the names of those of the table, in any order. */
  readonly insertByName: (table: Fragment, columns: readonly string[], from: Fragment) => Fragment;
  /**
   * Deletes the rows of a table, `t`, that match a row of a relation, `d`. Where it is a column of both that is never NULL and
   * must be equal, `key` lets a warehouse pass over blocks of the table.
   */
  readonly deleteMatches: (
    table: Fragment,
    relation: Fragment,
    condition: Fragment,
    key: string | undefined,
  ) => Fragment;
  /**
   * A SELECT of a table of the user: these columns by name, as text or of any type that `functions.text` takes, NULL where the
   * table lacks one. `more` are SELECTs of some of the columns, as text.
   */
  readonly namedColumns: (columns: readonly string[], table: Fragment, more: readonly Fragment[]) => Fragment;
};
