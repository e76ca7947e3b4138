// What of identity.yml has no form in dbt. It is refused, since a result that differs in silence would be worse.
import type { Project, Target } from "../../config/project.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { ConfigPath, Diagnostic } from "../../diagnostics/diagnostic.ts";
import { listOf } from "../../diagnostics/text.ts";
import { fileFormat } from "../../render/files.ts";
import { ADAPTERS, DBT_TYPES } from "./adapters.ts";
import { isFromEnvironment } from "./jinja.ts";
import { PUBLISHED_MODELS, RUN_LOG_MODEL } from "./relations.ts";

type Place = {
  readonly name: string;
  readonly type: Target["type"];
  readonly schema: string;
  /** The database, which DuckDB's has not. */
  readonly catalog?: string;
};

/** IDW719 for each. */
export function problemsInDbt(project: Project, target: Place): readonly Diagnostic[] {
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
    ...(adapter?.foldsNames !== true
      ? []
      : [
          ...(/[A-Z]/.test(prefix)
            ? [
                problem(
                  ["prefix"],
                  `\`prefix\` has capital letters, which dbt would lose on ${target.type}.`,
                  "Write it in lower case.",
                ),
              ]
            : []),
          ...(
            [
              ["schema", target.schema],
              ["database", target.catalog ?? ""],
            ] as const
          ).flatMap(([key, name]) =>
            isMixed(name)
              ? [
                  problem(
                    ["targets", target.name, key],
                    `\`${key}\` has capital letters and small ones, which dbt would take for another name on ${target.type}.`,
                    "dbt writes names bare there, which means upper case: this would be another state than that of `idweave run`.",
                  ),
                ]
              : [],
          ),
        ]),
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

/** What comes of the environment is not known here. */
function isMixed(name: string): boolean {
  return !isFromEnvironment(name) && /[a-z]/.test(name) && /[A-Z]/.test(name);
}
