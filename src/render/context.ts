// What every renderer is given: the project, the dialect, and the texts that only Jinja can render.
import type { Identifier, Model, Project } from "../config/project.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { AppendedName, OutputName } from "../plan/plan.ts";
import { type Fragment, id, join, lit, sql, WHERE } from "../sql/fragment.ts";
import type { DecisionRow } from "./decisions.ts";

export type Context = {
  readonly project: Project;
  readonly dialect: Dialect;
  readonly texts: Texts;
  /** A published relation as the run before left it. */
  readonly was: (output: OutputName | AppendedName) => Fragment;
  /** A path of identity.yml as the statement names it: unchanged in compiled files, absolute in a run. */
  readonly pathOf: (path: string) => string;
  /** Who is to be forgotten, besides those whom `forget` of identity.yml names; nobody when compiling. */
  readonly requests: readonly Request[];
  /** What a run has seen of the files of models and decisions, by their path in identity.yml; empty when compiling. */
  readonly readings: ReadonlyMap<string, FileReading>;
  /** The only rows that this run reads, if it is a batch. */
  readonly batch: Batch | undefined;
  /** Relations that stand for models and for the rows that people write, by model or `decisions`; the plan reads all others itself. */
  readonly inputs: ReadonlyMap<string, Fragment>;
  /** Decisions that are tried out beside those of the project; none but in a dry run. */
  readonly proposed: readonly DecisionRow[];
  /** Whether the run goes on with a sample of the components, so that there is more than what it looks at. */
  readonly isSampled: boolean;
  /** Whether the values of overrides lie in `idw_override_values`, of the types of their attributes, since no expression casts them. */
  readonly hasCastOverrides: boolean;
};

/** Rows of one model, of a stretch of time where it has bounds; of others nothing is read. */
export type Batch = {
  readonly model: string;
  /** The column that `since` and `until` are held against; undefined when there is neither. */
  readonly column: string | undefined;
  /** Inclusive, UTC, as SQL reads it. */
  readonly since: string | undefined;
  /** Exclusive, likewise. */
  readonly until: string | undefined;
};

/** One of a record key, an identity id, and an identifier with a value. */
export type Request = Readonly<
  Partial<Record<"record_key" | "identity_id" | "identifier" | "value", string | undefined>>
>;

/** Declared columns keep every string of JSON a string. */
export type FileReading =
  | { readonly kind: "csv"; readonly delimiter: string }
  | { readonly kind: "json"; readonly columns: readonly JsonColumn[] };

export type JsonColumn = { readonly name: string; readonly type: string };

/** Rendered by src/jinja, once, before any statement. */
export type Texts = {
  /** The SELECT of a model. */
  readonly modelSelect: (model: Model) => Fragment;
  /** The expression that normalises a value of an identifier. */
  readonly normalised: (identifier: Identifier, value: Fragment, country: Fragment | undefined) => Fragment;
  /** A part of a composite: trimmed and lowered, as the built-in normalisers do. */
  readonly folded: (value: Fragment) => Fragment;
  /** The expressions of a model's reject rules, in the order of the file. */
  readonly rejectConditions: (model: Model) => readonly Fragment[];
  /** The `where` of a golden attribute or group that has one. */
  readonly survivorCondition: (of: "attributes" | "groups", name: string) => Fragment;
};

export function modelOf(context: Context, name: string): Model {
  const model = context.project.models.find((candidate) => candidate.name === name);
  if (model === undefined) throw new Error(`no model ${name} in the plan`);
  return model;
}

export function identifierOf(context: Context, name: string): Identifier {
  const identifier = context.project.identifiers.find((candidate) => candidate.name === name);
  if (identifier === undefined) throw new Error(`no identifier ${name} in the plan`);
  return identifier;
}

/** A table of constants, as SELECTs with `union all` between them; without rows it is empty but typed. */
export function rowsOf(
  columns: readonly string[],
  rows: readonly (readonly Fragment[])[],
  whenNone: readonly Fragment[],
): Fragment {
  const selectOf = (values: readonly Fragment[]) =>
    sql`select ${join(
      values.map((value, index) => sql`${value} as ${id(columns[index] ?? "")}`),
      ", ",
    )}`;
  if (rows.length === 0) return sql`${selectOf(whenNone)} ${WHERE} false`;
  return join(rows.map(selectOf), "\nunion all\n");
}

/** `'a', 'b'` */
export function literals(values: readonly string[]): Fragment {
  return join(
    values.map((value) => lit(value)),
    ", ",
  );
}

/** The name of an identifier as working tables hold it; outputs make it text. */
export function symbolOf({ name }: Identifier, { project, dialect }: Context): Fragment {
  return dialect.functions.symbol(
    name,
    project.identifiers.map((identifier) => identifier.name),
  );
}

/** The limits of identifiers as a table (identifier, priority, limit_value). */
export function limitRows(identifiers: readonly Identifier[], context: Context): Fragment {
  return rowsOf(
    ["identifier", "priority", "limit_value"],
    identifiers.flatMap((identifier) => {
      const { priority, limit } = identifier;
      return limit === undefined ? [] : [[symbolOf(identifier, context), lit(priority), lit(limit)]];
    }),
    [lit(""), lit(0), lit(0)],
  );
}
