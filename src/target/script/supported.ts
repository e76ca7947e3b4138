// What identity.yml may hold and a script of a warehouse cannot do, said before anything is written.
import type { Project } from "../../config/index.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { DialectName } from "../../dialect/dialect.ts";

/** IDW712 for each; nothing for DuckDB. Models and decisions of files are told when the project is loaded. */
export function unsupported(project: Project, type: DialectName): readonly Diagnostic[] {
  if (type === "duckdb") return [];
  const hint = "Resolve on DuckDB, or leave such rows out in the models.";
  const erasing = [
    ...project.models.flatMap(({ name, erased }) =>
      erased === undefined ? [] : [["models", name, "erased"]],
    ),
    ...(project.forget === undefined ? [] : [["forget"]]),
  ];
  return erasing.map((path) => {
    const message = `\`${path.at(-1)}\` is not available on ${type}: a script erases nobody yet.`;
    return diagnose("IDW712", message, { span: project.places.of(path), hint });
  });
}
