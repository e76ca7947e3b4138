// The dbt target: the plan printed for dbt. One model, run_log, runs it and publishes everything; every other relation is a
// model that the run has published. As a project of its own, or as folders that a user adds to theirs. Pure; which files
// there are is told by the caller.
import type { Project } from "../../config/project.ts";
import type { Mode, Plan } from "../../plan/plan.ts";
import type { Context } from "../../render/context.ts";
import type { CompiledFile } from "../script/index.ts";
import { ADAPTERS, isScripted } from "./adapters.ts";
import { caseFiles, type DbtCase } from "./cases.ts";
import { inputsOf } from "./inputs.ts";
import { dbtContext, namesOf } from "./jinja.ts";
import { projectFiles } from "./project.ts";
import { docsText, propertiesText } from "./properties.ts";
import { publishingText } from "./publishing.ts";
import { PUBLISHED_MODELS } from "./relations.ts";
import { type RuntimeInput, runtimeText } from "./runtime.ts";
import { scriptedFiles } from "./scripted.ts";
import { stageFiles } from "./stages.ts";
import { testFiles } from "./tests.ts";

export type MacroText = {
  readonly file: string;
  readonly text: string;
  readonly origin: "built-in" | "user";
};

export type DbtInput = {
  readonly project: Project;
  readonly target: { readonly name: string };
  readonly plans: Readonly<Record<Mode, Plan>>;
  /** Loaded with `DBT_ENVIRONMENT`. */
  readonly context: Context;
  readonly macros: readonly MacroText[];
  /** The text of every `sql` model by its path. */
  readonly modelTexts: ReadonlyMap<string, string>;
  readonly configHash: string;
  /** The version of idweave. */
  readonly version: string;
  /** The text of the decisions, if they are a CSV file. */
  readonly decisions: string | undefined;
  /** From the folder that is written to that of identity.yml, with `/`. */
  readonly projectFolder: string;
  /** A project that runs by itself, or a part of another one. */
  readonly kind: "project" | "package";
  /** Tests of identity.yml; none but in a project whose models are their fixtures. */
  readonly cases: readonly DbtCase[];
};

const HEAD = "Written by `idweave compile --format dbt`. To change it, compile again.";

/** Every file of the project. The same project gives the same bytes on any machine. */
export function dbtFiles(input: DbtInput): readonly CompiledFile[] {
  const { project } = input;
  const names = namesOf(project);
  const inputs = inputsOf(input, names);
  const adapter = ADAPTERS[input.context.dialect.name];
  const context = dbtContext(input.context, names, inputs.relations);
  const { macro } = names;
  const models = `models/${names.project}`;
  const runLog = `${project.prefix}run_log`;
  return [
    ...(isScripted(adapter)
      ? scriptedFiles(input, adapter, names, inputs.relations)
      : loopedFiles({ plans: input.plans, names, context, configHash: input.configHash })),
    ...testFiles(names, context),
    ...caseFiles(input.cases, names, context),
    {
      path: `${models}/${runLog}.sql`,
      text: `{{ config(materialized='${macro("run")}') }}\n${inputs.refs.map((ref) => `-- depends_on: {{ ref('${ref}') }}\n`).join("")}-- To build this model is to run: its materialization is in macros/${names.project}/run.sql.\n`,
    },
    ...PUBLISHED_MODELS.map(({ name }) => ({
      path: `${models}/${project.prefix}${name}.sql`,
      text: `{{ config(materialized='${macro("published")}') }}\n-- depends_on: {{ ref('${runLog}') }}\n-- Published by ${runLog}, in one transaction with all other results.\n`,
    })),
    { path: `${models}/${names.project}.yml`, text: propertiesText(project, names, inputs.models) },
    { path: `${models}/${names.project}.md`, text: docsText(project, names) },
    ...inputs.files,
    ...(input.kind === "project" ? projectFiles(input, names) : []),
  ]
    .map(({ path, text }) => ({ path, text: `${headOf(path)}${text}` }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Loops of Jinja, for a warehouse that has none. */
function loopedFiles(input: RuntimeInput): readonly CompiledFile[] {
  const { plans, names, context } = input;
  return [
    ...stageFiles(plans.full, names, context),
    ...stageFiles(plans.incremental, names, context),
    { path: "run.sql", text: runtimeText(input) },
    { path: "publish.sql", text: publishingText(input) },
  ].map(({ path, text }) => ({ path: `macros/${names.project}/${path}`, text }));
}

/** Folders of an earlier compile, and how its files are known. */
export function oursInDbt(project: Project): {
  readonly folders: readonly string[];
  readonly isOurs: (path: string, text: string) => boolean;
} {
  const { project: name } = namesOf(project);
  return {
    folders: [
      "",
      "macros/",
      ...["models", "models/*/inputs", "macros", "macros/*/full", "macros/*/incremental", "tests"].map(
        (folder) => (folder.includes("*") ? `${folder.replace("*", name)}/` : `${folder}/${name}/`),
      ),
    ],
    isOurs: (_path, text) => text.slice(0, 2 * HEAD.length).includes(HEAD),
  };
}

function headOf(path: string): string {
  if (path.endsWith(".csv")) return "";
  return path.endsWith(".yml") ? `# ${HEAD}\n` : `{# ${HEAD} #}\n`;
}
