// What a target of identity.yml comes to on this machine: its texts rendered, and dbt's profiles.yml read where it names a
// profile. Credentials are only rendered to connect (connection.ts), so that compiling never sees one.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import {
  DEFAULT_SCHEMA,
  type DuckdbTarget,
  type Project,
  readProfile,
  type Setting,
  type Target,
  type WarehouseTarget,
} from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { createJinja, type Jinja } from "../jinja/index.ts";
import type { Place } from "../render/publish.ts";
import { shownPath } from "./files.ts";
import { withoutSecretValues } from "./hidden.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export type ResolvedTarget = DuckdbTarget | ResolvedWarehouse;

export type ResolvedWarehouse = {
  readonly kind: "warehouse";
  readonly name: string;
  readonly type: WarehouseTarget["type"];
  /** The database, which BigQuery calls a project. */
  readonly catalog: string;
  /** The schema, which BigQuery calls a dataset. */
  readonly schema: string;
  /** Every setting that is spelled out, then those of the profile; not rendered. */
  readonly settings: ReadonlyMap<string, Setting>;
};

export type Surroundings = {
  readonly project: Project;
  /** The folder of identity.yml. */
  readonly folder: string;
  readonly env: Environment;
  /** Where profiles.yml is, if the user said so. */
  readonly profilesDir: string | undefined;
  /** Receives profiles.yml for code frames, without what may be secret. */
  readonly sources: Map<string, string>;
};

/** The catalog under which DuckDB reads the target while results are built. */
export const TARGET_CATALOG = "idw_target";

/** Where the results of a target go. */
export function placeFor(target: ResolvedTarget, project: Project): Place {
  const catalog = target.kind === "file" ? TARGET_CATALOG : target.catalog;
  return { catalog, schema: target.schema, prefix: project.prefix };
}

/** `env_var()` is read only for the target that is used, and only in texts that say where it is. */
export function resolveTarget(target: Target, around: Surroundings): Result<ResolvedTarget> {
  return target.kind === "file" ? resolveDuckdb(target, around) : resolveWarehouse(target, around);
}

function resolveDuckdb(target: DuckdbTarget, around: Surroundings): Result<DuckdbTarget> {
  const jinja = jinjaOf(target, around);
  const place = (key: string) => around.project.places.of(["targets", target.name, key]);
  const path = jinja.renderText(target.path, place("path"));
  const schema = jinja.renderText(target.schema, place("schema"));
  const diagnostics: readonly Diagnostic[] = [...path.diagnostics, ...schema.diagnostics];
  if (path.value === undefined || schema.value === undefined) return { diagnostics };
  return { value: { ...target, path: path.value, schema: schema.value }, diagnostics };
}

/** The keys under which a warehouse knows where results go. */
const PLACES = {
  snowflake: { catalog: "database", schema: "schema" },
  bigquery: { catalog: "project", schema: "dataset" },
  postgres: { catalog: "dbname", schema: "schema" },
} as const satisfies Readonly<Record<WarehouseTarget["type"], object>>;

function resolveWarehouse(target: WarehouseTarget, around: Surroundings): Result<ResolvedWarehouse> {
  const { value: settings, diagnostics } = settingsOf(target, around);
  if (settings === undefined) return { diagnostics };
  const jinja = jinjaOf(target, around);
  const keys = PLACES[target.type];
  const read = (key: string, otherwise: string | undefined): Result<string> => {
    const setting = settings.get(key);
    if (setting !== undefined) return jinja.renderText(setting.text, setting.span);
    if (otherwise !== undefined) return { value: otherwise, diagnostics: [] };
    const span = around.project.places.of(["targets", target.name, "profile"]);
    const message = `The profile of \`targets.${target.name}\` has no \`${key}\`.`;
    return {
      diagnostics: [diagnose("IDW714", message, { span, hint: `Give \`${key}\` beside \`profile\`.` })],
    };
  };
  const catalog = read(keys.catalog, undefined);
  const schema = read(keys.schema, DEFAULT_SCHEMA);
  const all = [...diagnostics, ...catalog.diagnostics, ...schema.diagnostics];
  if (catalog.value === undefined || schema.value === undefined) return { diagnostics: all };
  const { name, type } = target;
  return {
    value: { kind: "warehouse", name, type, catalog: catalog.value, schema: schema.value, settings },
    diagnostics: all,
  };
}

function settingsOf(target: WarehouseTarget, around: Surroundings): Result<ReadonlyMap<string, Setting>> {
  const spelled = Object.entries(target.settings).map(([key, text]): readonly [string, Setting] => {
    const span = around.project.places.of(["targets", target.name, key]);
    return [key, { text, span: span ?? NOWHERE }];
  });
  if (target.profile === undefined) return { value: new Map(spelled), diagnostics: [] };
  const { name, target: output } = target.profile;
  const place = around.project.places.of(["targets", target.name, "profile"]);
  const folders = profileFolders(around);
  const file = folders.map((folder) => join(folder, "profiles.yml")).find((path) => existsSync(path));
  if (file === undefined) {
    const message = `There is no profiles.yml with the profile \`${name}\`.`;
    const hint = `Looked in ${folders.map(shownFolder).join(", ")}; --profiles-dir names another folder.`;
    return { diagnostics: [diagnose("IDW713", message, { span: place, hint })] };
  }
  const text = readFileSync(file, "utf8");
  const shown = shownPath(file);
  around.sources.set(shown, withoutSecretValues(text));
  const jinja = jinjaOf(target, around);
  const found = readProfile(text, shown, { profile: name, target: output, type: target.type }, (setting) =>
    jinja.renderText(setting.text, setting.span),
  );
  if (found.value === undefined) return found;
  return { value: new Map([...found.value, ...spelled]), diagnostics: found.diagnostics };
}

const NOWHERE = { file: "identity.yml", line: 1, column: 1, endLine: 1, endColumn: 1 };

/** In dbt's order: as told, beside the project, in the home folder. */
function profileFolders({ folder, profilesDir }: Surroundings): readonly string[] {
  if (profilesDir !== undefined) return [resolve(profilesDir)];
  const told = process.env["DBT_PROFILES_DIR"];
  return [...(told === undefined || told === "" ? [] : [resolve(told)]), folder, join(homedir(), ".dbt")];
}

function shownFolder(folder: string): string {
  return folder.startsWith(`${homedir()}/`) ? `~${folder.slice(homedir().length)}` : shownPath(folder);
}

/** Renders texts of a target. */
export function jinjaOf(
  target: { readonly name: string; readonly type: Target["type"] },
  around: Pick<Surroundings, "project" | "env">,
): Jinja {
  return createJinja({
    dialect: target.type,
    target: { name: target.name, type: target.type, schema: "" },
    vars: around.project.vars,
    env: around.env,
    macros: [],
    relations: { source: () => undefined, ref: () => undefined, models: [] },
  }).jinja;
}
