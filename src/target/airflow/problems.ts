// What a DAG cannot run that has no idweave beside it, only the compiled script and a connection.
import type { Project } from "../../config/project.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Context } from "../../render/context.ts";
import type { CompiledFile } from "../script/index.ts";
import { flowOf } from "../script/warehouse.ts";

type Compiled = {
  readonly project: Project;
  readonly target: { readonly name: string };
  readonly context: Context;
};

const CLI = "`--variant cli` runs `idweave run`, which";

/** IDW712 for each. `scripts` are what `--format script` writes. */
export function problemsInSqlDag(
  { project, target, context }: Compiled,
  scripts: readonly CompiledFile[],
): readonly Diagnostic[] {
  const span = project.places.of(["targets", target.name]);
  if (flowOf(context) === undefined) {
    const message = `The target \`${target.name}\` is a DuckDB file, for which Airflow has no connection that runs a script.`;
    const hint = `\`--variant sql\` is for targets of type snowflake, bigquery and postgres. ${CLI} works on DuckDB too.`;
    return [diagnose("IDW712", message, { span, hint })];
  }
  // Compiled files have the name of a variable in the place of its value.
  const names = scripts
    .filter(({ path }) => path.endsWith(".sql"))
    .flatMap(({ text }) => [...text.matchAll(/\$\{([A-Za-z_]\w*)\}/g)].map(([, name = ""]) => name));
  return [...new Set(names)].sort().map((name) => {
    const message = `\`--variant sql\` runs the compiled script as it is, and that has only the name of the environment variable ${name}.`;
    const hint = `Write its value into identity.yml, as one target for each environment. ${CLI} reads the environment.`;
    return diagnose("IDW712", message, { span, hint });
  });
}
