// What of identity.yml has no form in dbt. It is refused, since a result that differs in silence would be worse.
import type { Project, Target } from "../../config/project.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { ConfigPath, Diagnostic } from "../../diagnostics/diagnostic.ts";
import { listOf } from "../../diagnostics/text.ts";
import { fileFormat } from "../../render/files.ts";
import { ADAPTERS, DBT_TYPES } from "./adapters.ts";
import { PUBLISHED_MODELS, RUN_LOG_MODEL } from "./relations.ts";

type Named = Pick<Target, "name" | "type">;

/** IDW719 for each. */
export function problemsInDbt(project: Project, target: Named): readonly Diagnostic[] {
  const { models, decisions, forget, prefix } = project;
  const problem = (path: ConfigPath, message: string, hint: string) =>
    diagnose("IDW719", message, { span: project.places.of(path), hint });
  const taken = new Set(
    [...[RUN_LOG_MODEL, ...PUBLISHED_MODELS].map(({ name }) => name), "decisions"].map(
      (name) => `${prefix}${name}`,
    ),
  );
  const adapter = ADAPTERS[target.type];
  return [
    ...(adapter !== undefined
      ? []
      : [
          problem(
            ["targets", target.name, "type"],
            `\`${target.name}\` is a target of type ${target.type}, for which no dbt project is written.`,
            `dbt projects are written for ${listOf(DBT_TYPES, "and")}; \`idweave compile --target ${target.name}\` writes scripts.`,
          ),
        ]),
    ...(adapter?.foldsNames === true && /[A-Z]/.test(prefix)
      ? [
          problem(
            ["prefix"],
            `\`prefix\` has capital letters, which dbt would lose on ${target.type}.`,
            "Write it in lower case.",
          ),
        ]
      : []),
    ...(forget === undefined
      ? []
      : [
          problem(
            ["forget"],
            "Requests to forget are not followed in dbt.",
            "`idweave run` and `idweave forget` follow them; rows that a model marks as `erased` are forgotten in dbt too.",
          ),
        ]),
    ...models.flatMap(({ name, source }) => [
      ...(source.kind === "file" && fileFormat(source.path) === "json"
        ? [
            problem(
              ["models", name, "file"],
              `The model ${name} is a JSON file, whose types would be guessed in dbt.`,
              "Read it in a `sql` model, with the types that it has.",
            ),
          ]
        : []),
      ...(source.kind !== "table" && source.kind !== "ref" && taken.has(name)
        ? [
            problem(
              ["models", name],
              `The model ${name} has the name of a result.`,
              "Name it otherwise, or set `prefix`.",
            ),
          ]
        : []),
    ]),
    ...(decisions?.kind === "file" && fileFormat(decisions.path) === "json"
      ? [
          problem(
            ["decisions"],
            "The decisions are a JSON file, which is no seed of dbt.",
            "Keep them as CSV, or in a table.",
          ),
        ]
      : []),
  ];
}
