// From a folder to everything a run or a compile needs: files are read here, and nothing is executed.
import { isAbsolute, resolve } from "node:path";
import { type DuckdbTarget, type Project, readProject, type Target } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/format.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { dialectOf } from "../dialect/index.ts";
import type { MacroFile } from "../jinja/index.ts";
import { planOf } from "../plan/build.ts";
import type { Mode, Plan } from "../plan/plan.ts";
import type { Context } from "../render/context.ts";
import { relation } from "../render/publish.ts";
import { renderTexts } from "../render/texts.ts";
import { type Fragment, sql } from "../sql/fragment.ts";
import { checkFormats } from "./data-files.ts";
import { readMacros, readModelFiles, readProjectText } from "./files.ts";
import { withoutSecretValues } from "./hidden.ts";
import { refRelations } from "./manifest.ts";
import { placeFor, type ResolvedTarget, resolveTarget } from "./target.ts";

export type LoadOptions = {
  /** identity.yml or its folder. */
  readonly project: string;
  /** The name of a target; the first of identity.yml by default. */
  readonly target?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The folder of dbt's profiles.yml; looked for as dbt does by default. */
  readonly profilesDir?: string | undefined;
  /** Where models of dbt are: `dbt` leaves that to dbt, which will run what is compiled. */
  readonly refs?: "manifest" | "dbt" | undefined;
};

export type LoadedProject<Of extends ResolvedTarget = ResolvedTarget> = {
  readonly folder: string;
  readonly project: Project;
  readonly target: Of;
  readonly plans: Readonly<Record<Mode, Plan>>;
  /** An incremental run that holds golden values back. */
  readonly backfillPlan: Plan;
  /** A full run on a sample, which is never published. */
  readonly samplePlan: Plan;
  readonly context: Context;
  /** The rendered SELECT of each `sql` model by its name, and the text of its file by the path. */
  readonly selects: ReadonlyMap<string, string>;
  readonly modelTexts: ReadonlyMap<string, string>;
  /** Built-in ones included. */
  readonly macros: readonly MacroFile[];
};

export type Loaded = LoadedProject<DuckdbTarget> & {
  /** The database file of the target, absolute. */
  readonly databasePath: string;
};

/** Texts that were read, by the name in messages: what code frames show. */
export type Sources = Map<string, string>;

export { TARGET_CATALOG } from "./target.ts";

/** As `loadProject`, for what only works on a DuckDB file; IDW712 for any other target. */
export function load(options: LoadOptions, sources: Sources = new Map()): Result<Loaded> {
  return onFile(loadProject(options, sources));
}

/** A project whose target is a DuckDB file; IDW712 for any other target. */
export function onFile({ value, diagnostics }: Result<LoadedProject>): Result<Loaded> {
  if (value === undefined) return { diagnostics };
  const { target } = value;
  if (target.kind === "file") return { value: onPath(value, target), diagnostics };
  const span = value.project.places.of(["targets", target.name, "type"]);
  const message = `\`${target.name}\` is a target of type ${target.type}, and this works on DuckDB targets only.`;
  const hint =
    "`run`, `compile`, `doctor`, `explain` and `history` work on every target; --target names another.";
  return { diagnostics: [...diagnostics, diagnose("IDW712", message, { span, hint })] };
}

/** The same project, with where the file of its target is. */
export function onPath(project: LoadedProject, target: DuckdbTarget): Loaded {
  const databasePath = isAbsolute(target.path) ? target.path : resolve(project.folder, target.path);
  return { ...project, target, databasePath };
}

/** Reads, resolves, renders and plans. Throws for nothing that a user wrote; `sources` receives the texts that were read. */
export function loadProject(options: LoadOptions, sources: Sources = new Map()): Result<LoadedProject> {
  const read = readProjectText(options.project);
  if (read.value === undefined) return { diagnostics: read.diagnostics };
  const { folder, file, text } = read.value;
  sources.set(file, withoutSecretValues(text));
  const { value: project, diagnostics: first } = readProject(text, file);
  if (project === undefined) return { diagnostics: first };

  const macros = readMacros(folder);
  const models = readModelFiles(project, folder);
  for (const [path, modelText] of models.value ?? []) sources.set(path, modelText);
  for (const macro of macros) sources.set(macro.file, macro.text);
  const refs: Result<ReadonlyMap<string, Fragment>> =
    options.refs === "dbt" ? { value: new Map(), diagnostics: [] } : refRelations(project, folder, false);
  const assembled = assemble({
    project,
    folder,
    target: options.target,
    macros,
    models: models.value ?? new Map(),
    inputs: refs.value ?? new Map(),
    env: options.env ?? process.env,
    profilesDir: options.profilesDir,
    sources,
    hasSeeds: options.refs === "dbt",
  });
  const diagnostics = sortDiagnostics([
    ...first,
    ...models.diagnostics,
    ...refs.diagnostics,
    ...assembled.diagnostics,
  ]);
  if (hasErrors(diagnostics) || assembled.value === undefined) return { diagnostics };
  return { value: assembled.value, diagnostics };
}

export type Parts = {
  readonly project: Project;
  readonly folder: string;
  /** The name of a target; the first of identity.yml by default. */
  readonly target: string | undefined;
  readonly macros: readonly MacroFile[];
  /** The text of every `sql` model that could be read, by its path. */
  readonly models: ReadonlyMap<string, string>;
  /** Where models of dbt are, by the name of the model. */
  readonly inputs: ReadonlyMap<string, Fragment>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of dbt's profiles.yml; looked for as dbt does by default. */
  readonly profilesDir?: string | undefined;
  /** Receives the text of profiles.yml, if that is read. */
  readonly sources: Sources;
  /** Decisions in a file are loaded into a table by dbt. */
  readonly hasSeeds?: boolean;
};

/** Renders and plans what was read; of files it touches only dbt's profiles.yml. */
export function assemble({
  project,
  folder,
  macros,
  models,
  inputs,
  env,
  ...wanted
}: Parts): Result<LoadedProject> {
  const named = findTarget(project, wanted.target);
  const around = { project, folder, env, profilesDir: wanted.profilesDir, sources: wanted.sources };
  const target: Result<ResolvedTarget> =
    named.value === undefined ? { diagnostics: named.diagnostics } : resolveTarget(named.value, around);
  const place = target.value === undefined ? undefined : placeFor(target.value, project);
  const dialect = dialectOf(named.value?.type ?? "duckdb");
  const rendered =
    named.value === undefined
      ? { diagnostics: [] }
      : renderTexts({
          project,
          target: { ...named.value, schema: place?.schema ?? "" },
          catalog: place?.catalog ?? "",
          dialect,
          macros,
          modelFiles: models,
          env,
        });
  const diagnostics = sortDiagnostics([
    ...checkFormats(project),
    ...(named.value === undefined ? [] : checkFiles(project, named.value, wanted.hasSeeds ?? false)),
    ...target.diagnostics,
    ...rendered.diagnostics,
  ]);
  if (
    hasErrors(diagnostics) ||
    target.value === undefined ||
    place === undefined ||
    rendered.value === undefined
  ) {
    return { diagnostics };
  }
  const { texts, sourceOrder, selects } = rendered.value;
  const context: Context = {
    project,
    dialect,
    texts,
    readings: new Map(),
    proposed: [],
    isSampled: false,
    hasCastOverrides: false,
    batch: undefined,
    inputs,
    requests: [],
    pathOf: (path) => path,
    was: (output) => sql`select * from ${relation(place, output)}`,
  };
  const value: LoadedProject = {
    folder,
    project,
    target: target.value,
    plans: {
      full: planOf(project, sourceOrder, "full"),
      incremental: planOf(project, sourceOrder, "incremental"),
      rollback: planOf(project, sourceOrder, "rollback"),
    },
    backfillPlan: planOf(project, sourceOrder, "incremental", { holdsGolden: true }),
    samplePlan: planOf(project, sourceOrder, "full", { isSampled: true }),
    context,
    selects,
    modelTexts: models,
    macros,
  };
  return { value, diagnostics };
}

/** Whether the project can be read and its target is a warehouse. Looks at identity.yml only. */
export function isOnWarehouse(options: LoadOptions): boolean {
  const { value: read } = readProjectText(options.project);
  const project = read === undefined ? undefined : readProject(read.text, read.file).value;
  return project !== undefined && findTarget(project, options.target).value?.kind === "warehouse";
}

function findTarget(project: Project, name: string | undefined): Result<Target> {
  const [first] = project.targets;
  const target = name === undefined ? first : project.targets.find((candidate) => candidate.name === name);
  if (target !== undefined) return { value: target, diagnostics: [] };
  const names = project.targets.map((candidate) => candidate.name);
  const hint = didYouMean(name ?? "", names, "Targets");
  const span = project.places.of(["targets"]);
  return { diagnostics: [diagnose("IDW707", `There is no target \`${name ?? ""}\`.`, { span, hint })] };
}

/** Only DuckDB reads files: in a warehouse models, decisions and requests to forget are tables, or a SELECT. */
function checkFiles(project: Project, target: Target, hasSeeds: boolean): readonly Diagnostic[] {
  if (target.kind === "file") return [];
  const { models, forget } = project;
  const decisions = hasSeeds ? undefined : project.decisions;
  const files = [
    ...models.flatMap(({ name, source }) =>
      source.kind === "file"
        ? [{ what: `The model ${name}`, path: ["models", name, "file"], instead: "table: schema.table" }]
        : [],
    ),
    ...Object.entries({ decisions, forget }).flatMap(([key, given]) =>
      given?.kind === "file"
        ? [{ what: `\`${key}\``, path: [key], instead: `${key}: { table: schema.table }` }]
        : [],
    ),
  ];
  return files.map(({ what, path, instead }) => {
    const message = `${what} is a file, which ${target.type} (target \`${target.name}\`) does not read.`;
    const hint = `Load it into a table, and name that: \`${instead}\`.`;
    return diagnose("IDW712", message, { span: project.places.of(path), hint });
  });
}
