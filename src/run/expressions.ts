// Prepares the expressions of a project one by one, so that a refused one is told at its own place: those of `reject`
// and `where`, and what the macros of `normalize` return. Reads no row.
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { work } from "../plan/names.ts";
import { seenInModels } from "../render/attributes.ts";
import type { Context } from "../render/context.ts";
import { type Fragment, id, print, sql } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { reasonOf } from "./data-errors.ts";
import { hintOf, messageOf } from "./errors.ts";

/** Expects the views of the models. */
export async function checkExpressions(
  context: Context,
  warehouse: Warehouse,
): Promise<readonly Diagnostic[]> {
  const { project, texts, dialect } = context;
  const diagnostics: Diagnostic[] = [];
  const prepare = async (query: Fragment, what: string, path: readonly (string | number)[]) => {
    try {
      await warehouse.describe(print(query, dialect.lexical));
    } catch (error) {
      const message = messageOf(error);
      const where = { span: project.places.of(path), hint: hintOf(message) };
      diagnostics.push(diagnose("IDW412", `${what} is refused: ${reasonOf(message)}.`, where));
    }
  };

  for (const model of project.models) {
    for (const [index, condition] of texts.rejectConditions(model).entries()) {
      const query = sql`select coalesce((${condition}), false) from ${id(work.source(model.name))}`;
      const what = `The reject rule \`${model.reject[index]?.reason ?? ""}\` of ${model.name}`;
      await prepare(query, what, ["models", model.name, "reject", index, "when"]);
    }
  }
  for (const of of ["attributes", "groups"] as const) {
    for (const { name, where } of project.golden[of]) {
      if (where === undefined) continue;
      const query = sql`
        select coalesce((${texts.survivorCondition(of, name)}), false)
        from (
          ${seenInModels(context)}
        ) as seen
      `;
      await prepare(query, `The \`where\` of ${name}`, ["golden_record", of, name, "where"]);
    }
  }
  for (const identifier of project.identifiers) {
    if (identifier.normalize.length === 0) continue;
    const expression = texts.normalised(identifier, id("idw_raw"), id("idw_country"));
    const { text } = dialect.functions;
    const query = sql`
      select ${text(expression)}
      from (select ${text(sql`''`)} as idw_raw, ${text(sql`''`)} as idw_country) as given
    `;
    const what = `What \`normalize\` makes of a value of ${identifier.name}`;
    await prepare(query, what, ["identifiers", identifier.name, "normalize"]);
  }
  return diagnostics;
}
