// The file or table of `import`, looked at before a first run as those of models are; and what of it no model knows.
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { GIVEN_IDS } from "../plan/import.ts";
import { work } from "../plan/names.ts";
import type { Context } from "../render/context.ts";
import { importRows } from "../render/import.ts";
import { print, sql } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { count, examples } from "./assertions.ts";
import { findFiles, importFile } from "./data-files.ts";
import { RunError } from "./errors.ts";
import type { Loaded } from "./load.ts";
import { readingOf } from "./readings.ts";

/** The context in which it can be read. Throws what is wrong with the file, and IDW620 for a column that it lacks. */
export async function openImport(loaded: Loaded, context: Context, warehouse: Warehouse): Promise<Context> {
  const { project, folder } = loaded;
  if (project.importedIds === undefined) return context;
  const file = importFile(project);
  const found = file === undefined ? [] : await findFiles(file, folder, warehouse);
  const reading =
    file === undefined ? undefined : await readingOf(file, found, { loaded, context, warehouse });
  const readings = new Map(context.readings);
  if (file !== undefined && reading !== undefined) readings.set(file.path, reading);
  const opened: Context = { ...context, readings };
  const rows = print(sql`select * from ${importRows(opened)}`, context.dialect.lexical);
  const columns = await warehouse.describe(rows).catch((error: unknown) => {
    throw new RunError(GIVEN_IDS, rows, error);
  });
  const names = columns.map(({ name }) => name);
  const missing = ["record_key", "identity_id"].filter(
    (wanted) => !names.some((name) => name.toLowerCase() === wanted),
  );
  if (missing.length === 0) return opened;
  const span = project.places.of(["import", "ids"]);
  throw new DiagnosticError(
    missing.map((wanted) => {
      const hint = didYouMean(wanted, names, "Columns");
      return diagnose("IDW620", `The imported ids have no column \`${wanted}\`.`, { span, hint });
    }),
  );
}

/** IDW623 if ids were imported for records that no model has. */
export async function unknownImports(
  { project }: Loaded,
  warehouse: Warehouse,
): Promise<readonly Diagnostic[]> {
  if (project.importedIds === undefined) return [];
  const importing = await warehouse.query(`select 1 from ${work.importing}`);
  if (importing.length === 0) return [];
  const rows = await warehouse.query(`
    select i.record_key, count(*) over () as found
    from ${work.imported} as i
    left join ${work.now("identity_records")} as n on n.record_key = i.record_key
    where n.record_key is null
    order by i.record_key
    limit 5
  `);
  const [first] = rows;
  if (first === undefined) return [];
  const listed = examples(
    rows.map((row) => row["record_key"]),
    first["found"],
  );
  const message = `${count(first["found"], "imported id")} of records that no model has: ${listed}; they were left out.`;
  return [
    diagnose("IDW623", message, {
      span: project.places.of(["import", "ids"]),
      hint: "A record is written as `model:key`. Only a first run imports.",
    }),
  ];
}
