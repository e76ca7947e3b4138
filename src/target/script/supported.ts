// What identity.yml may hold and a script of a warehouse cannot do, said before anything is written.
import type { Project } from "../../config/index.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { DialectName } from "../../dialect/dialect.ts";

/** IDW712 for each; nothing for DuckDB. Models and decisions of files are told when the project is loaded. */
export function unsupported(project: Project, type: DialectName): readonly Diagnostic[] {
  if (type === "duckdb" || project.forget === undefined) return [];
  const span = project.places.of(["forget"]);
  const message = `\`forget\` is not available on ${type}: suppressions are hashed with a secret, which no script may hold.`;
  const hint = "Mark who is to be forgotten in the models (`erased`), or resolve on DuckDB.";
  return [diagnose("IDW712", message, { span, hint })];
}
