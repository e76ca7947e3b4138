// The state: what the run before left in the target, as the relations `idw_was_…` read it, and whether this run can build on it.
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { APPENDED, OUTPUTS, work } from "../plan/names.ts";
import type { AppendedName, Mode, OutputName } from "../plan/plan.ts";
import type { Context } from "../render/context.ts";
import { relation } from "../render/publish.ts";
import { columnsOf, noRows, RELATIONS } from "../render/relations.ts";
import { type Fragment, id, join, keyword, lit, print, sql } from "../sql/fragment.ts";
import type { Column, Row, Warehouse } from "../warehouse/warehouse.ts";
import { configHash } from "./config-hash.ts";
import { type Loaded, TARGET_CATALOG } from "./load.ts";
import { placeOf } from "./publish.ts";
import { checkRollback } from "./rollback.ts";

export type State = {
  /** The number of this run. */
  readonly run: number;
  readonly mode: Mode;
  /** Why a run is full although there is a state; undefined for what needs no reason. */
  readonly reason: string | undefined;
  /** The columns of each published relation; none when it is not there. */
  readonly columns: ReadonlyMap<OutputName | AppendedName, readonly Column[]>;
  /** Columns of attributes that identity.yml no longer has. */
  readonly stale: readonly { readonly output: OutputName; readonly column: string }[];
};

export type Wish = {
  readonly full: boolean;
  /** The run to return to; its number is not checked yet. */
  readonly rollbackTo?: number | undefined;
  /** The types of the attributes as the models have them now, by their columns in record_state. */
  readonly attributes: readonly Column[];
};

/** Reads what the target holds; the target is attached read-only, or there is none. */
export async function readState(
  loaded: Loaded,
  warehouse: Warehouse,
  exists: boolean,
  wish: Wish,
): Promise<State> {
  const place = placeOf(loaded);
  const { lexical } = loaded.context.dialect;
  const all = exists
    ? await warehouse.query(
        `select table_name, column_name, data_type from duckdb_columns() where database_name = '${TARGET_CATALOG}' and schema_name = ${print(lit(place.schema), lexical)} order by column_index`,
      )
    : [];
  const columns = new Map(
    [...OUTPUTS, ...APPENDED].map((output): [OutputName | AppendedName, readonly Column[]] => [
      output,
      all
        .filter((row) => row["table_name"] === `${place.prefix}${output}`)
        .map((row) => ({ name: String(row["column_name"]), type: String(row["data_type"]) })),
    ]),
  );
  const hasLog = all.some((row) => row["table_name"] === `${place.prefix}run_log`);
  const log = hasLog
    ? await warehouse.query(
        `select run, config_hash from ${print(relation(place, "run_log"), lexical)} order by run desc limit 1`,
      )
    : [];
  const [last] = log;
  const missing = OUTPUTS.filter((output) => columns.get(output)?.length === 0);
  const stale = OUTPUTS.flatMap((output) => {
    const wanted = new Set(columnsOf(output, loaded.context).map((name) => name.toLowerCase()));
    const found = columns.get(output) ?? [];
    return found
      .filter(({ name }) => !wanted.has(name.toLowerCase()))
      .map(({ name }) => ({ output, column: name }));
  });
  const reason = reasonForAll(
    loaded,
    wish,
    last?.["config_hash"],
    missing,
    lackingColumn(columns),
    columns.get("record_state") ?? [],
  );
  const isFirst = last === undefined || columns.get("identity_records")?.length === 0;
  if (wish.rollbackTo !== undefined) {
    await checkRollback(loaded, warehouse, wish.rollbackTo, { isFirst, reason });
    return { run: Number(last?.["run"] ?? 0) + 1, mode: "rollback", reason: undefined, columns, stale };
  }
  return {
    run: Number(last?.["run"] ?? 0) + 1,
    mode: isFirst || reason !== undefined ? "full" : "incremental",
    reason: isFirst ? undefined : reason,
    columns,
    stale,
  };
}

function reasonForAll(
  loaded: Loaded,
  { full, attributes }: Wish,
  before: unknown,
  missing: readonly OutputName[],
  lacking: string | undefined,
  kept: readonly Column[],
): string | undefined {
  if (full) return "a full run was asked for";
  if (missing.length > 0) return `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing`;
  if (lacking !== undefined) return `${lacking} is missing`;
  if (before !== configHash(loaded)) return "identity.yml, a model or a macro changed";
  const retyped = attributes.find(({ name, type }) => !kept.some((each) => sameColumn(each, { name, type })));
  if (retyped !== undefined) return `the type of ${retyped.name.replace(/^a_/, "")} changed`;
  return undefined;
}

/** A column that a state of an earlier version of idweave does not have yet. */
function lackingColumn(columns: State["columns"]): string | undefined {
  for (const output of OUTPUTS) {
    const found = columns.get(output) ?? [];
    const lacking = Object.keys(RELATIONS[output]).find((name) => !found.some((each) => each.name === name));
    if (found.length > 0 && lacking !== undefined) return `${output}.${lacking}`;
  }
  return undefined;
}

function sameColumn(a: Column, b: Column): boolean {
  return a.name.toLowerCase() === b.name.toLowerCase() && a.type === b.type;
}

/** The context in which `idw_was_…` read what is published; columns that are not there yet are NULL. */
export function withState(context: Context, loaded: Loaded, { columns }: State): Context {
  const place = placeOf(loaded);
  return {
    ...context,
    was: (output) => {
      const found = columns.get(output) ?? [];
      if (found.length === 0) return noRows(output, context);
      return sql`select * from ${relation(place, output)}`;
    },
  };
}

/** The secrets with which the published suppressions were hashed, one row each (`secret_id`). */
export function publishedSecrets(context: Context, warehouse: Warehouse): Promise<readonly Row[]> {
  const query = sql`select distinct secret_id from (${context.was("suppressions")}) as published`;
  return warehouse.query(print(query, context.dialect.lexical));
}

/**
 * Once results are built: published relations that lack a column of theirs show it as NULL of its type. Throws IDW709 for a
 * column of another type than before.
 */
export async function alignState(
  loaded: Loaded,
  context: Context,
  state: State,
  warehouse: Warehouse,
): Promise<void> {
  const { lexical, statements } = context.dialect;
  const place = placeOf(loaded);
  const diagnostics: Diagnostic[] = [];
  for (const output of OUTPUTS) {
    const published = state.columns.get(output) ?? [];
    const built = await warehouse.describe(`select * from ${print(id(work.output(output)), lexical)}`);
    const columns = built.map(({ name, type }): Fragment => {
      const before = published.find((column) => column.name.toLowerCase() === name.toLowerCase());
      if (before?.type === type) return id(name);
      // What only we read is built anew with its new type.
      if (before !== undefined && output !== "record_state")
        diagnostics.push(typeChange(place, output, name, before.type, type, context));
      return sql`cast(null as ${keyword(type)}) as ${id(name)}`;
    });
    const source = context.isSampled ? id(work.sampled(output)) : relation(place, output);
    const from = published.length === 0 ? sql`where false` : sql`from ${source}`;
    const rows = sql`select ${join(columns, ", ")} ${from}`;
    await warehouse.execute(print(statements.createWorkView(id(work.was(output)), rows), lexical));
  }
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
}

function typeChange(
  place: { readonly schema: string; readonly prefix: string },
  output: OutputName,
  column: string,
  before: string,
  type: string,
  { dialect: { lexical } }: Context,
): Diagnostic {
  const table = print(id(place.schema, `${place.prefix}${output}`), lexical);
  const message = `\`${column}\` of ${table} is ${before}, and now would be ${type}; nothing was published.`;
  // Values that do not convert become NULL; the next run replaces them all.
  const name = print(id(column), lexical);
  const hint = `Run: alter table ${table} alter column ${name} type ${type} using try_cast(${name} as ${type});`;
  return diagnose("IDW709", message, { hint });
}
