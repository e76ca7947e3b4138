// A check: everything that can be known to be wrong without reading a row of data. Writes nothing.
import { type Diagnostic, DiagnosticError, hasErrors } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/format.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { checkColumns } from "./columns.ts";
import { explainFailure } from "./errors.ts";
import { checkExpressions } from "./expressions.ts";
import { type Loaded, type LoadOptions, load, loadProject, type Sources } from "./load.ts";
import { attachForReading, inFolder } from "./run.ts";
import { describeSources } from "./sources.ts";

export type CheckReport = {
  readonly diagnostics: readonly Diagnostic[];
  /** How many models the database has prepared. */
  readonly models: number;
};

/**
 * All diagnostics of the project, in source order. On DuckDB every SELECT, reject rule and normaliser is prepared in an
 * empty database in memory, with the target attached read-only if it exists. Throws for what no user can mend.
 */
export async function check(options: LoadOptions, sources?: Sources): Promise<CheckReport> {
  const { value: project, diagnostics: ofProject } = loadProject(options, sources);
  if (project === undefined) return { diagnostics: ofProject, models: 0 };
  // What a warehouse says of a SELECT is asked by `doctor`: it needs a connection.
  if (project.target.kind !== "file") return { diagnostics: ofProject, models: 0 };
  const { value: loaded, diagnostics } = load(options, sources);
  if (loaded === undefined) return { diagnostics, models: 0 };
  const warehouse = await openDuckdb({ path: ":memory:", folder: loaded.folder });
  try {
    const found = await inFolder(loaded, () => prepareAll(loaded, warehouse));
    return {
      diagnostics: sortDiagnostics([...diagnostics, ...found]),
      models: loaded.project.models.length,
    };
  } catch (error) {
    const found = problemsOf(error, loaded);
    return { diagnostics: sortDiagnostics([...diagnostics, ...found]), models: 0 };
  } finally {
    warehouse.close();
  }
}

async function prepareAll(loaded: Loaded, warehouse: Warehouse): Promise<readonly Diagnostic[]> {
  await attachForReading(loaded, warehouse);
  const { context, columns } = await describeSources(loaded, warehouse);
  const problems = checkColumns(loaded.project, columns);
  // A rule that names a missing column would only repeat it.
  return hasErrors(problems) ? problems : [...problems, ...(await checkExpressions(context, warehouse))];
}

function problemsOf(error: unknown, loaded: Loaded): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  const explained = explainFailure(error, loaded);
  if (explained === undefined) throw error;
  return [explained];
}
