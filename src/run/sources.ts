// Opens the models and the decisions before the run: their files are looked at and their views are made, so that a wrong
// SELECT, file or table is found at once, and their columns are read.
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { work } from "../plan/names.ts";
import type { StatementStep } from "../plan/plan.ts";
import type { Context, FileReading } from "../render/context.ts";
import { decisionRows } from "../render/decisions.ts";
import { requestRows } from "../render/erasure.ts";
import { statementOf } from "../render/script.ts";
import { type Fragment, id, print, sql } from "../sql/fragment.ts";
import type { Column, Warehouse } from "../warehouse/warehouse.ts";
import { type Columns, checkDecisionColumns, checkRequestColumns } from "./columns.ts";
import { dataPath, findFiles, namedFile, type Reader } from "./data-files.ts";
import { explainFailure, RunError } from "./errors.ts";
import type { Loaded } from "./load.ts";
import { readingOf, strictRead, type World } from "./readings.ts";
import { checkSelect } from "./select.ts";

export type Described = { readonly context: Context; readonly columns: Columns };

/** Throws DiagnosticError with what is wrong with any of the models and the decisions, all at once. */
export async function describeSources(loaded: Loaded, warehouse: Warehouse): Promise<Described> {
  const diagnostics: Diagnostic[] = [];
  const readings = new Map<string, FileReading>();
  const columns = new Map<string, readonly Column[]>();
  const context: Context = {
    ...loaded.context,
    readings,
    pathOf: (path) => dataPath(loaded.folder, path),
  };
  const world = { loaded, context, warehouse };
  const failed: string[] = [];
  for (const { step, reader } of inputs(loaded)) {
    const model = typeof reader === "string" ? undefined : reader;
    // What reads a broken model would only repeat its mistake.
    const select = loaded.selects.get(model?.name ?? "") ?? "";
    if (failed.some((name) => select.includes(work.source(name)))) continue;
    try {
      if (model?.source.kind === "sql") await checkSelect(model, loaded, warehouse);
      const file = namedFile(loaded.project, reader);
      const found = file === undefined ? [] : await findFiles(file, loaded.folder, warehouse);
      const reading = file === undefined ? undefined : await readingOf(file, found, world);
      if (file !== undefined && reading !== undefined) readings.set(file.path, reading);
      const statement = statementOf(step, context);
      await warehouse.execute(statement).catch(async (error: unknown) => {
        throw new RunError(step, statement, (await strictRead(found, reading, world)) ?? error);
      });
      const describe = (rows: Fragment) =>
        warehouse.describe(print(sql`select * from ${rows}`, context.dialect.lexical));
      if (model !== undefined) {
        const view = id(work.source(model.name));
        columns.set(model.name, await withoutNullJson(await describe(view), view, world));
      }
      if (reader === "decisions")
        diagnostics.push(...checkDecisionColumns(loaded.project, await describe(decisionRows(context))));
      if (reader === "forget")
        diagnostics.push(...checkRequestColumns(loaded.project, await describe(requestRows(context))));
    } catch (error) {
      if (model !== undefined) failed.push(model.name);
      diagnostics.push(...explained(step, error, loaded));
    }
  }
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  return { context, columns };
}

type Input = { readonly step: StatementStep; readonly reader: Reader };

function inputs({ plans, project }: Loaded): readonly Input[] {
  return plans.full.stages
    .flatMap(({ steps }) => steps)
    .flatMap((step): readonly Input[] => {
      if (!("query" in step)) return [];
      const { query } = step;
      if (query.kind === "given_decisions") return [{ step, reader: "decisions" }];
      if (query.kind === "given_requests") return [{ step, reader: "forget" }];
      if (query.kind !== "source") return [];
      const model = project.models.find(({ name }) => name === query.model);
      return model === undefined ? [] : [{ step, reader: model }];
    });
}

function explained(step: StatementStep, error: unknown, loaded: Loaded): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  const diagnostic = explainFailure(
    error instanceof RunError ? error : new RunError(step, "", error),
    loaded,
  );
  if (diagnostic === undefined) throw error;
  return [diagnostic];
}

/** JSON is no text, because a text in it keeps its quotes; but a column of NULLs is (config.md). */
async function withoutNullJson(
  columns: readonly Column[],
  view: Fragment,
  { context, warehouse }: World,
): Promise<readonly Column[]> {
  const seen: Column[] = [];
  for (const column of columns) {
    const isJson = /^JSON(\[\])*$/.test(column.type);
    const query = sql`select 1 as found from ${view} where ${id(column.name)} is not null limit 1`;
    const holds = isJson && (await warehouse.query(print(query, context.dialect.lexical))).length > 0;
    seen.push(isJson && !holds ? { ...column, type: "VARCHAR" } : column);
  }
  return seen;
}
