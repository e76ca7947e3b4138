// Finds and reads the files of a project: identity.yml, SQL models, macros. Says what is missing; understands nothing.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { MAXIMUM_BYTES, type Project } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { MacroFile } from "../jinja/index.ts";

export type ProjectText = {
  /** Absolute folder of identity.yml: relative paths of the project start here. */
  readonly folder: string;
  /** identity.yml relative to the working folder, for messages. */
  readonly file: string;
  readonly text: string;
};

/** `path` is identity.yml or its folder. */
export function readProjectText(path: string): Result<ProjectText> {
  const given = resolve(path);
  const file = existsSync(given) && statSync(given).isDirectory() ? join(given, "identity.yml") : given;
  const shown = shownPath(file);
  if (!existsSync(file)) {
    const hint = "`idweave init` writes a project that runs; `--project` names the folder of another.";
    return { diagnostics: [diagnose("IDW401", `There is no file ${shown}.`, { hint })] };
  }
  const size = statSync(file).size;
  if (size > MAXIMUM_BYTES) {
    const message = `${shown} has ${size.toLocaleString("en")} bytes; at most ${MAXIMUM_BYTES.toLocaleString("en")} are read.`;
    return { diagnostics: [diagnose("IDW107", message, { span: start(shown) })] };
  }
  const text = decode(file);
  if (text === undefined) {
    return { diagnostics: [diagnose("IDW112", `${shown} is not UTF-8 text.`, { span: start(shown) })] };
  }
  return { value: { folder: dirname(file), file: shown, text }, diagnostics: [] };
}

/** The texts of the `sql` models by their path in identity.yml; a missing one is an error at its key. */
export function readModelFiles(project: Project, folder: string): Result<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const model of project.models) {
    if (model.source.kind !== "sql") continue;
    const { path } = model.source;
    const file = resolve(folder, path);
    const span = project.places.of(["models", model.name, "sql"]);
    if (!existsSync(file) || !statSync(file).isFile()) {
      const hint = didYouMean(path, siblings(folder, path), "Files there");
      diagnostics.push(diagnose("IDW401", `The model ${model.name} has no file ${path}.`, { span, hint }));
      continue;
    }
    const text = decode(file);
    if (text === undefined) diagnostics.push(diagnose("IDW414", `${path} is not UTF-8 text.`, { span }));
    else texts.set(path, text);
  }
  return { value: texts, diagnostics };
}

/** The macros of the package and those of the project, by name. */
export function readMacros(folder: string): readonly MacroFile[] {
  const own = packageFile("macros");
  const users = join(folder, "macros");
  const sameFolder = existsSync(users) && realpathSync(users) === realpathSync(own);
  return [
    ...macrosIn(own, "built-in", (name) => `macros/${name}`),
    ...(existsSync(users) && !sameFolder
      ? macrosIn(users, "user", (name) => shownPath(join(users, name)))
      : []),
  ];
}

/** A file of the package itself, wherever it is installed. */
export function packageFile(...parts: readonly string[]): string {
  return join(dirname(fileURLToPath(import.meta.url)), "..", "..", ...parts);
}

const WORKING_FOLDER = process.cwd();

/** A path as the user would type it from the working folder. */
export function shownPath(file: string): string {
  const path = relative(WORKING_FOLDER, file);
  return path === "" ? basename(file) : path;
}

function macrosIn(
  folder: string,
  origin: MacroFile["origin"],
  show: (name: string) => string,
): readonly MacroFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => ({ file: show(name), text: readFileSync(join(folder, name), "utf8"), origin }));
}

/** The files beside a path, as identity.yml would name them. */
export function siblings(folder: string, path: string): readonly string[] {
  const parent = dirname(resolve(folder, path));
  if (!existsSync(parent)) return [];
  return readdirSync(parent).map((name) => join(dirname(path), name));
}

function decode(file: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch {
    return undefined;
  }
}

function start(file: string) {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}
