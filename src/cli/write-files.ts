// Writes several files so that all of them are there in the end, or none.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type FileToWrite = { readonly path: string; readonly text: string };

/**
 * Paths are relative to `folder`. Texts are written aside first, so that a full disk leaves everything as it was; then
 * each file takes its place in one step, and `obsolete` ones go. Throws the error of the file system.
 */
export function writeFiles(
  folder: string,
  files: readonly FileToWrite[],
  obsolete: readonly string[] = [],
): void {
  const made = mkdirSync(folder, { recursive: true });
  const aside = join(folder, `.idweave-${process.pid}`);
  const undo: (() => void)[] =
    made === undefined ? [] : [() => rmSync(made, { recursive: true, force: true })];
  const makeFolder = (path: string) => {
    const first = mkdirSync(path, { recursive: true });
    if (first !== undefined) undo.push(() => rmSync(first, { recursive: true, force: true }));
  };
  const move = (from: string, to: string) => {
    makeFolder(dirname(to));
    renameSync(from, to);
    undo.push(() => renameSync(to, from));
  };
  try {
    for (const { path, text } of files) {
      makeFolder(dirname(join(aside, "new", path)));
      writeFileSync(join(aside, "new", path), text);
    }
    for (const { path } of [...files, ...obsolete.map((name) => ({ path: name }))]) {
      if (existsSync(join(folder, path))) move(join(folder, path), join(aside, "old", path));
    }
    for (const { path } of files) move(join(aside, "new", path), join(folder, path));
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
