// Whether a `sql` model is one SELECT and nothing else. DuckDB runs all statements of a text that it is given, so this is
// asked of its parser before any of them runs.
import type { Model } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { lit, print, sql } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Loaded } from "./load.ts";

/** Throws IDW415. What the parser does not understand passes: the database tells where it stops. */
export async function checkSelect(model: Model, loaded: Loaded, warehouse: Warehouse): Promise<void> {
  const text = loaded.selects.get(model.name) ?? "";
  const [row] = await warehouse.query(
    print(
      sql`
        select parsed ->> '$.error_message' as problem, json_array_length(parsed, '$.statements') as statements
        from (select json_serialize_sql(${lit(text)}) as parsed) as given
      `,
      loaded.context.dialect.lexical,
    ),
  );
  const isOther = String(row?.["problem"] ?? "").startsWith("Only SELECT statements");
  const statements = row?.["statements"] ?? 1;
  if (!isOther && statements === 1) return;
  const file = model.source.kind === "sql" ? model.source.path : "";
  const held = isOther
    ? "a statement that is no SELECT"
    : statements === 0
      ? "no SELECT"
      : `${statements} statements`;
  throw new DiagnosticError([
    diagnose("IDW415", `The model ${model.name} holds ${held}.`, {
      span: { file, line: 1, column: 1, endLine: 1, endColumn: 1 },
      hint: "A model is one SELECT; it may start with `with`.",
    }),
  ]);
}
