// What the configuration of a commit makes of the data of today: a run of it on a copy of the target. The project itself is
// then planned on that copy, so that all that differs is the doing of the configuration.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { readProject } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/text.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import { attachForReading } from "./attach.ts";
import { type Commit, commitOf } from "./git.ts";
import { type Loaded, type LoadOptions, load } from "./load.ts";
import { type RunOptions, run } from "./run.ts";

export type Baseline = {
  readonly against: { readonly ref: string; readonly commit: string };
  /** The project of today, with the copy as its target. */
  readonly rehearsed: Loaded;
  readonly remove: () => void;
};

type Options = LoadOptions & Pick<RunOptions, "asOf" | "onProgress" | "signal">;

/** Throws IDW761 for a commit that cannot be read, and what is wrong with the project there. */
export async function baselineOf(ref: string, loaded: Loaded, options: Options): Promise<Baseline> {
  const commit = commitOf(ref, loaded.folder);
  const folder = `${loaded.databasePath}.plan-${process.pid}`;
  removeLeftovers(loaded.databasePath);
  const made = mkdirSync(folder, { recursive: true });
  const remove = () => rmSync(made ?? folder, { recursive: true, force: true });
  try {
    const earlier = loadEarlier(commit, loaded, options, join(folder, "project"));
    const databasePath = join(folder, basename(loaded.databasePath));
    await copyTarget(loaded, databasePath);
    await run({
      project: options.project,
      env: options.env,
      asOf: options.asOf,
      signal: options.signal,
      onProgress: (progress) =>
        options.onProgress?.(
          progress.kind === "stage" ? { ...progress, title: `${ref}: ${progress.title}` } : progress,
        ),
      acceptAlarms: true,
      rehearsed: { ...earlier, databasePath },
    }).catch((error: unknown) => {
      throw atCommit(error, ref);
    });
    return { against: { ref, commit: commit.hash }, rehearsed: { ...loaded, databasePath }, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * The project of the commit, on the data of today: files of models, and whatever git does not know there, are those of the
 * working folder. It publishes where the project of today does.
 */
function loadEarlier(commit: Commit, loaded: Loaded, options: Options, folder: string): Loaded {
  const file = basename(loaded.project.file);
  if (!commit.files.has(file)) throw missing(file, commit.ref);
  const take = (path: string): boolean => {
    const isThere = commit.files.has(path);
    const today = join(loaded.folder, path);
    if (!isThere && !existsSync(today)) return false;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), isThere ? commit.read(path) : readFileSync(today));
    return isThere;
  };
  take(file);
  for (const path of commit.files) if (/^macros\/[^/]+\.sql$/.test(path)) take(path);
  for (const path of modelFiles(commit.read(file).toString("utf8"), file)) take(path);
  const { value, diagnostics } = load({
    project: join(folder, file),
    target: options.target,
    env: options.env,
  });
  if (value === undefined) throw atCommit(new DiagnosticError(diagnostics), commit.ref);
  const { decisions } = value.project;
  const path = decisions?.kind === "file" ? normalize(decisions.path) : undefined;
  const isVersioned = path !== undefined && commit.files.has(path) && take(path);
  const project = {
    ...value.project,
    prefix: loaded.project.prefix,
    ...(isVersioned ? { decisions: { kind: "file" as const, path: join(folder, path) } } : {}),
  };
  return {
    ...value,
    project,
    folder: loaded.folder,
    target: { ...value.target, schema: loaded.target.schema },
    context: { ...value.context, project },
  };
}

/** The SQL files inside the project's folder that its text names; what is wrong with the text is told when it is loaded. */
function modelFiles(text: string, file: string): readonly string[] {
  return (readProject(text, file).value?.models ?? []).flatMap(({ source }) => {
    const path = source.kind === "sql" ? normalize(source.path) : "..";
    return path.startsWith("..") || isAbsolute(path) ? [] : [path];
  });
}

function missing(file: string, ref: string): DiagnosticError {
  const hint = "The project may have been in another folder then, or not yet there.";
  return new DiagnosticError([diagnose("IDW761", `${quote(ref)} has no ${file} in this folder.`, { hint })]);
}

/** Attached meanwhile, so that no run publishes into what is copied. */
async function copyTarget(loaded: Loaded, to: string): Promise<void> {
  const from = loaded.databasePath;
  if (!existsSync(from)) return;
  const warehouse = await openDuckdb({ path: ":memory:" });
  try {
    const reader = await attachForReading(loaded, warehouse);
    copyFileSync(from, to);
    if (existsSync(`${from}.wal`)) copyFileSync(`${from}.wal`, `${to}.wal`);
    await reader.detach();
  } finally {
    warehouse.close();
  }
}

/** Copies that a plan left behind when it was killed. */
function removeLeftovers(databasePath: string): void {
  const folder = dirname(databasePath);
  if (!existsSync(folder)) return;
  const mark = `${basename(databasePath)}.plan-`;
  for (const name of readdirSync(folder)) {
    const process = name.startsWith(mark) ? Number(name.slice(mark.length)) : Number.NaN;
    if (Number.isInteger(process) && !isAlive(process))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** What is wrong there, said of the commit: its places are in a folder that nobody has seen. */
function atCommit(error: unknown, ref: string): unknown {
  if (!(error instanceof DiagnosticError)) return error;
  return new DiagnosticError(
    error.diagnostics.map((diagnostic): Diagnostic => {
      const { span, ...others } = diagnostic;
      const where = span === undefined ? "" : `${basename(span.file)}:${span.line}:${span.column}: `;
      return { ...others, message: `At ${ref}: ${where}${diagnostic.message}` };
    }),
  );
}
