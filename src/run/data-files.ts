// Looks at the files of models and decisions before DuckDB opens them: whether they are there, whether they hold
// anything, and what separates the fields of a CSV. Reads no more than the start of a file.
import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { gunzipSync, constants as zlib } from "node:zlib";
import type { Model, Project } from "../config/index.ts";
import { type DiagnosticCode, diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError, type Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import { duckdb } from "../dialect/duckdb.ts";
import { FILE_ENDINGS, fileEnding, fileFormat } from "../render/files.ts";
import { lit, print, sql } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { siblings } from "./files.ts";

/** A `file` of identity.yml: who reads it, in words, and where it is named. */
export type NamedFile = {
  readonly reader: string;
  readonly path: string;
  readonly span: Span | undefined;
};

/** What a run reads: a model, or rows that people write. */
export type Reader = Model | "decisions" | "forget";

/** The `file` of a model, of the decisions, or of the requests to forget; undefined when it is a SELECT or a table. */
export function namedFile(project: Project, model: Reader): NamedFile | undefined {
  const { places } = project;
  if (model === "decisions" || model === "forget") {
    const rows = project[model];
    if (rows?.kind !== "file") return undefined;
    const reader = model === "decisions" ? "The decisions" : "The erasure requests";
    return { reader, path: rows.path, span: places.of([model]) };
  }
  if (model.source.kind !== "file") return undefined;
  const span = places.of(["models", model.name, "file"]);
  return { reader: `The model ${model.name}`, path: model.source.path, span };
}

/** The `file` of imported ids; undefined when there is none. */
export function importFile({ places, importedIds }: Project): NamedFile | undefined {
  if (importedIds?.kind !== "file") return undefined;
  return { reader: "The import", path: importedIds.path, span: places.of(["import", "ids"]) };
}

/** IDW413 for each file whose ending tells no format. */
export function checkFormats(project: Project): readonly Diagnostic[] {
  const endings = Object.keys(FILE_ENDINGS);
  const files = [
    ...[...project.models, "decisions" as const, "forget" as const].map((model) => namedFile(project, model)),
    importFile(project),
  ];
  return files.flatMap((file) => {
    if (file === undefined) return [];
    const { reader, path, span } = file;
    if (fileFormat(path) !== undefined) return [];
    const ending = fileEnding(path);
    const told =
      ending === "" ? "has no ending that tells its format" : `ends in ${quote(ending)}, which is no format`;
    const hint = `${didYouMean(ending, endings, "Endings")} Each also with \`.gz\` or \`.zst\`.`;
    return diagnose("IDW413", `${reader} cannot be read: ${quote(path)} ${told}.`, { span, hint });
  });
}

/** A path as DuckDB wants it: absolute, and no wildcard but those of the user. */
export function dataPath(folder: string, path: string): string {
  if (isAddress(path)) return path;
  if (!isPattern(folder, path)) return resolve(folder, path);
  return `${folder.replace(/[[*?]/g, "[$&]")}/${path}`;
}

/** The files that a path names, absolute. Throws DiagnosticError when there is none, or one that cannot be read or is empty. */
export async function findFiles(
  file: NamedFile,
  folder: string,
  warehouse: Warehouse,
): Promise<readonly string[]> {
  const { path } = file;
  if (isAddress(path)) return [];
  if (!isPattern(folder, path)) {
    const found = resolve(folder, path);
    if (!existsSync(found)) {
      const hint = didYouMean(path, readable(folder, path), "Files there");
      throw problem(file, "IDW401", `there is no file ${path}`, hint);
    }
    checkFile(file, found, folder);
    return [found];
  }
  const pattern = print(
    sql`select file from glob(${lit(dataPath(folder, path))}) order by file`,
    duckdb.lexical,
  );
  const found = (await warehouse.query(pattern)).map((row) => String(row["file"]));
  if (found.length === 0) {
    const there = readable(folder, path.replace(/[^/\\]*[*?[].*$/, "x"));
    throw problem(file, "IDW401", `no file matches ${path}`, didYouMean(path, there, "Files there"));
  }
  for (const each of found) checkFile(file, each, folder);
  return found;
}

/** What separates the fields in the first line of a CSV; undefined when its start cannot be read here (`.zst`). */
export function delimiterOf(file: NamedFile, found: string, folder: string): string | undefined {
  const start = startOf(found);
  if (start === undefined) return undefined;
  if (start.trim() === "") throw problem(file, "IDW508", `${shown(found, folder)} is empty`);
  return fileEnding(found) === ".tsv" ? "\t" : delimiterIn(firstLine(start));
}

/** How many fields the header of a CSV has. */
export function fieldsOf(found: string, delimiter: string): number {
  return firstLine(startOf(found) ?? "")
    .replace(QUOTED, "")
    .split(delimiter).length;
}

const QUOTED = /"(?:[^"]|"")*"/g;
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** The candidate that occurs most outside of quotes; of equals the first, and a comma when there is none. */
export function delimiterIn(header: string): string {
  const bare = header.replace(QUOTED, "");
  const counts = DELIMITERS.map((each) => bare.split(each).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
}

const START_BYTES = 65_536;

function startOf(found: string): string | undefined {
  if (/\.zst$/i.test(found)) return undefined;
  const buffer = Buffer.alloc(START_BYTES);
  const handle = openSync(found, "r");
  try {
    const bytes = buffer.subarray(0, readSync(handle, buffer));
    if (!/\.gz$/i.test(found)) return bytes.toString("utf8");
    return gunzipSync(bytes, { finishFlush: zlib.Z_SYNC_FLUSH }).toString("utf8");
  } catch {
    // Broken compression: DuckDB says what is wrong with it.
    return undefined;
  } finally {
    closeSync(handle);
  }
}

/** Line ends inside quotes do not end the header. */
function firstLine(text: string): string {
  return /^\ufeff?((?:"(?:[^"]|"")*"|[^\r\n])*)/.exec(text)?.[1] ?? text;
}

function checkFile(file: NamedFile, found: string, folder: string): void {
  const name = shown(found, folder);
  const stat = statSync(found);
  if (stat.isDirectory()) {
    const hint = `Name a file in it, or all of them with a wildcard: ${quote(`${name}/*${fileEnding(found)}`)}.`;
    throw problem(file, "IDW414", `${name} is a folder`, hint);
  }
  if (stat.size === 0) throw problem(file, "IDW508", `${name} is empty`);
  try {
    accessSync(found, constants.R_OK);
  } catch {
    throw problem(file, "IDW414", `${name} may not be read (permission denied)`);
  }
}

function problem(file: NamedFile, code: DiagnosticCode, what: string, hint?: string): DiagnosticError {
  return new DiagnosticError([
    diagnose(code, `${file.reader} cannot be read: ${what}.`, { span: file.span, hint }),
  ]);
}

function readable(folder: string, path: string): readonly string[] {
  return siblings(folder, path).filter((each) => fileFormat(each) !== undefined);
}

function shown(found: string, folder: string): string {
  const path = relative(folder, found);
  return path.startsWith("..") ? found : path;
}

function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+]+:\/\//i.test(path);
}

function isPattern(folder: string, path: string): boolean {
  return /[*?[]/.test(path) && !existsSync(resolve(folder, path));
}
