// A script as a tree that knows no warehouse: statements, variables, conditions and loops. How one is written is in
// bigquery.ts, snowflake.ts and postgres.ts.

import type { Fragment } from "../../sql/fragment.ts";

export type Node =
  | { readonly kind: "note"; readonly lines: readonly string[] }
  /** `using` is a variable of text that the statement compares with a column of any type. */
  | { readonly kind: "statement"; readonly sql: string; readonly using?: string }
  /** A variable takes the value of a query of one row and one column. */
  | { readonly kind: "set"; readonly variable: string; readonly query: string }
  /** A counter takes a number, or goes up or down by one. */
  | { readonly kind: "count"; readonly variable: string; readonly to: "zero" | "next" | "previous" }
  | { readonly kind: "if"; readonly condition: Condition; readonly body: readonly Node[] }
  | {
      readonly kind: "while";
      readonly name: string;
      readonly condition: Condition;
      readonly body: readonly Node[];
    }
  /** Runs the statement whose text is in a variable. */
  | { readonly kind: "execute"; readonly variable: string }
  /** Ends the script with the text in a variable. */
  | { readonly kind: "raise"; readonly variable: string }
  /** If the body fails, `otherwise` is run, and then the script fails. A warehouse that finds dead runs by itself needs no `otherwise`. */
  | { readonly kind: "attempt"; readonly body: readonly Node[]; readonly otherwise: readonly Node[] }
  | { readonly kind: "transaction"; readonly body: readonly Node[] }
  /** What was done so far stays, and others see it; nothing where every statement ends so. */
  | { readonly kind: "checkpoint" };

export type Condition =
  | { readonly kind: "has_rows"; readonly relation: string }
  | { readonly kind: "is_set"; readonly variable: string }
  | { readonly kind: "is_positive"; readonly variable: string };

export type VariableType = "text" | "integer" | "boolean" | "timestamp";

export type Variable = {
  readonly name: string;
  readonly type: VariableType;
  /** SQL; NULL when it is left out. */
  readonly value?: string;
  readonly comment: string;
};

/** How a text becomes a value of a type that only the run knows. */
export type Casts = {
  /** SQL of the name of the type of a value. */
  readonly typeOf: (value: string) => string;
  /** Whether a text is an array in JSON that the warehouse can hold, and its elements. */
  readonly elements: (text: Fragment) => { readonly isList: Fragment; readonly values: Fragment };
  /**
   * SQL of the SQL that makes a value of the `type` of a column, NULL where there is none, of a row of `idw_overrides`. Of the name
   * of a type it takes those it knows.
   */
  readonly cast: (type: string, column: Fragment) => Fragment;
  /** An aggregate: all texts in an order, separated. */
  readonly joined: (text: Fragment, order: Fragment) => Fragment;
};

/** What the script asks of a warehouse beyond its dialect. */
export type Flow = {
  /** The whole file: the variables, and the steps in whatever frame the warehouse wants around them. */
  readonly file: (script: Script) => string;
  /** The time in UTC, as a timestamp. */
  readonly now: string;
  /** A text that no other run has. */
  readonly unique: string;
  /** SQL over a row of the table `lock`: true when whoever holds it is gone, which silence for so many seconds may tell. */
  readonly isAbandoned: (seconds: number, lock: string) => string;
  /** What frees the lock beyond its row. */
  readonly unlock: (lock: string) => readonly string[];
  /** An aggregate: the first texts in their order, separated, or all of them; NULL for none. */
  readonly listed: (text: string, atMost: number) => string;
  /** A variable where SQL takes a value. */
  readonly value: (variable: string) => string;
  /** How a new table is laid out on disk, after its columns: by these columns. Nothing where that is not worth its price. */
  readonly clustered: (columns: readonly string[]) => string;
  /** Undefined where an expression of the dialect casts by an example. */
  readonly casts: Casts | undefined;
  /** How many bytes of text a script may have. */
  readonly longest: number;
  /** The type of a column of a new table, given that of its values. */
  readonly columnType: (type: string) => string;
  /** SQL of the secret of the project, NULL where nobody gave it, and how somebody gives it. */
  readonly secret: { readonly value: string; readonly from: string };
  /** Before the steps, once the schema is there: what makes the session one for the script. */
  readonly session: (schema: string) => readonly string[];
};

export type Script = {
  readonly header: readonly string[];
  readonly parameters: readonly Variable[];
  readonly variables: readonly Variable[];
  /** Before the steps, each by itself. */
  readonly first: readonly string[];
  /** In a session that goes on afterwards: the schema that it is to be in again. `first` is left to its owner, as is a frame around a block. */
  readonly back?: string;
  readonly steps: readonly Node[];
  /** The variable that holds what the script has done, which it shows in the end. */
  readonly result: string;
};

export const note = (...lines: readonly string[]): Node => ({ kind: "note", lines });
export const statement = (sql: string): Node => ({ kind: "statement", sql });

/** Fails the script if the query gives a text. */
export function refuseIf(query: string): readonly Node[] {
  return [
    { kind: "set", variable: PROBLEM, query },
    {
      kind: "if",
      condition: { kind: "is_set", variable: PROBLEM },
      body: [{ kind: "raise", variable: PROBLEM }],
    },
  ];
}

/** The variable that holds why a script fails. */
export const PROBLEM = "idw_problem";

/** A statement with its semicolon: a model may end in a comment, which would swallow it. */
export function ended(sql: string): string {
  const lastLine = sql.slice(sql.lastIndexOf("\n") + 1);
  return lastLine.includes("--") ? `${sql}\n;` : `${sql};`;
}
