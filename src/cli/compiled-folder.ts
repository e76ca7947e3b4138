// The folder of compiled files: what in it is ours, what is stale, and how it is brought up to date.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CompiledFile } from "../target/script/index.ts";
import { writeFiles } from "./write-files.ts";

export type Change =
  | { readonly kind: "missing"; readonly path: string; readonly text: string }
  | { readonly kind: "stale"; readonly path: string; readonly text: string; readonly before: string }
  /** Of an earlier compile, and no longer part of the script. */
  | { readonly kind: "extra"; readonly path: string; readonly before: string };

/** Where files of an earlier compile may lie, as paths that end in `/`, and how they are known. */
export type Ours = {
  readonly folders: readonly string[];
  readonly isOurs: (path: string, text: string) => boolean;
};

/** What would have to change in the folder, by path; nothing when it is up to date. */
export function changesIn(folder: string, files: readonly CompiledFile[], ours: Ours): readonly Change[] {
  const changes = files.flatMap(({ path, text }): readonly Change[] => {
    const file = join(folder, path);
    if (!existsSync(file)) return [{ kind: "missing", path, text }];
    const before = readFileSync(file, "utf8");
    return before === text ? [] : [{ kind: "stale", path, text, before }];
  });
  const expected = new Set(files.map(({ path }) => path));
  const extra = ours.folders
    .flatMap((sub) => {
      const names = existsSync(join(folder, sub))
        ? readdirSync(join(folder, sub), { withFileTypes: true })
        : [];
      return names.filter((entry) => entry.isFile()).map(({ name }) => `${sub}${name}`);
    })
    .filter((path) => !expected.has(path))
    .map((path) => ({ kind: "extra" as const, path, before: readFileSync(join(folder, path), "utf8") }))
    .filter(({ path, before }) => ours.isOurs(path, before));
  return [...changes, ...extra].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Throws the error of the file system; nothing has changed then. */
export function applyChanges(folder: string, changes: readonly Change[]): void {
  if (changes.length === 0) return;
  const written = changes.filter((change) => change.kind !== "extra");
  const obsolete = changes.filter((change) => change.kind === "extra").map(({ path }) => path);
  writeFiles(folder, written, obsolete);
}
