// From a folder to everything a run or a compile needs: files are read here, and nothing is executed.
import { createHash } from "node:crypto";
import { isAbsolute, resolve } from "node:path";
import { type Project, readProject, type Target } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/format.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { duckdb } from "../dialect/duckdb.ts";
import { createJinja, type MacroFile } from "../jinja/index.ts";
import { planOf } from "../plan/build.ts";
import type { Mode, Plan } from "../plan/plan.ts";
import type { Context } from "../render/context.ts";
import { renderTexts } from "../render/texts.ts";
import { id, sql } from "../sql/fragment.ts";
import { checkFormats } from "./data-files.ts";
import { readMacros, readModelFiles, readProjectText } from "./files.ts";

export type LoadOptions = {
  /** identity.yml or its folder. */
  readonly project: string;
  /** The name of a target; the first of identity.yml by default. */
  readonly target?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
};

export type Loaded = {
  readonly folder: string;
  readonly project: Project;
  readonly target: Target;
  /** The database file of the target, absolute. */
  readonly databasePath: string;
  readonly plans: Readonly<Record<Mode, Plan>>;
  readonly context: Context;
  /** The rendered SELECT of each `sql` model by its name, and the text of its file by the path. */
  readonly selects: ReadonlyMap<string, string>;
  readonly modelTexts: ReadonlyMap<string, string>;
  readonly configHash: string;
};

/** Texts that were read, by the name in messages: what code frames show. */
export type Sources = Map<string, string>;

/** The catalog under which DuckDB reads the target while results are built. */
export const TARGET_CATALOG = "idw_target";

/** Reads, resolves, renders and plans. Throws for nothing that a user wrote; `sources` receives the texts that were read. */
export function load(options: LoadOptions, sources: Sources = new Map()): Result<Loaded> {
  const read = readProjectText(options.project);
  if (read.value === undefined) return { diagnostics: read.diagnostics };
  const { folder, file, text } = read.value;
  sources.set(file, text);
  const { value: project, diagnostics: first } = readProject(text, file);
  if (project === undefined) return { diagnostics: first };

  const macros = readMacros(folder);
  const models = readModelFiles(project, folder);
  for (const [path, modelText] of models.value ?? []) sources.set(path, modelText);
  for (const macro of macros) sources.set(macro.file, macro.text);
  const assembled = assemble({
    project,
    folder,
    target: options.target,
    macros,
    models: models.value ?? new Map(),
    env: options.env ?? process.env,
  });
  const diagnostics = sortDiagnostics([...first, ...models.diagnostics, ...assembled.diagnostics]);
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
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Renders and plans what was read; touches no file. */
export function assemble({ project, folder, macros, models, env, ...wanted }: Parts): Result<Loaded> {
  const target = findTarget(project, wanted.target);
  const path = target.value === undefined ? { diagnostics: [] } : renderPath(project, target.value, env);
  const rendered =
    target.value === undefined
      ? { diagnostics: [] }
      : renderTexts({
          project,
          target: target.value,
          catalog: TARGET_CATALOG,
          dialect: duckdb,
          macros,
          modelFiles: models,
          env,
        });
  const diagnostics = sortDiagnostics([
    ...checkFormats(project),
    ...target.diagnostics,
    ...path.diagnostics,
    ...rendered.diagnostics,
  ]);
  if (
    hasErrors(diagnostics) ||
    target.value === undefined ||
    path.value === undefined ||
    rendered.value === undefined
  ) {
    return { diagnostics };
  }
  const { texts, sourceOrder, selects } = rendered.value;
  const context: Context = {
    project,
    dialect: duckdb,
    texts,
    readings: new Map(),
    proposed: [],
    requests: [],
    pathOf: (path) => path,
    was: (output) =>
      sql`select * from ${id(TARGET_CATALOG, path.value?.schema ?? "", `${project.prefix}${output}`)}`,
  };
  const value: Loaded = {
    folder,
    project,
    target: { ...target.value, ...path.value },
    databasePath: isAbsolute(path.value.path) ? path.value.path : resolve(folder, path.value.path),
    plans: {
      full: planOf(project, sourceOrder, "full"),
      incremental: planOf(project, sourceOrder, "incremental"),
      rollback: planOf(project, sourceOrder, "rollback"),
    },
    context,
    selects,
    modelTexts: models,
    configHash: hashOf(project, [[...selects], macros.map(({ text }) => text)]),
  };
  return { value, diagnostics };
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

/** `env_var()` may stand in the path and the schema, and is read only for the target that is used. */
function renderPath(
  project: Project,
  target: Target,
  env: Readonly<Record<string, string | undefined>>,
): Result<{ readonly path: string; readonly schema: string }> {
  const { jinja } = createJinja({
    dialect: "duckdb",
    target: { name: target.name, type: target.type, schema: target.schema },
    vars: project.vars,
    env,
    macros: [],
    relations: { source: () => undefined, ref: () => undefined, models: [] },
  });
  const place = (key: string) => project.places.of(["targets", target.name, key]);
  const path = jinja.renderText(target.path, place("path"));
  const schema = jinja.renderText(target.schema, place("schema"));
  const diagnostics: readonly Diagnostic[] = [...path.diagnostics, ...schema.diagnostics];
  if (path.value === undefined || schema.value === undefined) return { diagnostics };
  return { value: { path: path.value, schema: schema.value }, diagnostics };
}

/** SHA-256 of all that decides what a run does: the project, its macros and the rendered statements of its models. */
function hashOf(project: Project, texts: readonly unknown[]): string {
  const {
    places: _places,
    file: _file,
    targets: _targets,
    lockTimeoutSeconds: _lockTimeoutSeconds,
    keepRuns: _keepRuns,
    // Only a first run imports.
    importedIds: _importedIds,
    // Alarms change no result.
    alerts: _alerts,
    // Requests that are new erase what they mean in a run of either mode.
    forget: _forget,
    ...meaning
  } = project;
  return createHash("sha256")
    .update(JSON.stringify([meaning, ...texts]))
    .digest("hex");
}
