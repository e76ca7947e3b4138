// The columns that the reject rules of the models read: a fixture has them even where no test gives one a value. DuckDB's
// own parser finds them.
import type { Project } from "../config/index.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { MacroFile } from "../jinja/index.ts";
import { assemble } from "../run/load.ts";
import { lit, print, sql } from "../sql/fragment.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import { variantOf } from "./variant.ts";

/** By model, those without rules left out. Throws DiagnosticError when the project does not render. */
export async function rejectColumnsOf(
  project: Project,
  folder: string,
  macros: readonly MacroFile[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  const { value: loaded, diagnostics } = assemble({
    project: variantOf(project, [""]),
    folder,
    target: undefined,
    macros,
    models: new Map(),
    inputs: new Map(),
    sources: new Map(),
    env,
  });
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  if (project.models.every(({ reject }) => reject.length === 0)) return found;
  const { texts, dialect } = loaded.context;
  const warehouse = await openDuckdb({ path: ":memory:", threads: 1 });
  try {
    for (const model of loaded.project.models) {
      const names = new Set<string>();
      for (const condition of texts.rejectConditions(model)) {
        const select = `select (${print(condition, dialect.lexical)})`;
        const [row] = await warehouse.query(
          print(sql`select json_serialize_sql(${lit(select)})::varchar as tree`, dialect.lexical),
        );
        collect(JSON.parse(String(row?.["tree"])), names);
      }
      found.set(model.name, [...names]);
    }
    return found;
  } finally {
    warehouse.close();
  }
}

function collect(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const each of node) collect(each, names);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const path: unknown = Reflect.get(node, "column_names");
  if (Array.isArray(path) && path.length > 0) names.add(String(path.at(-1)));
  for (const each of Object.values(node)) collect(each, names);
}
