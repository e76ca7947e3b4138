// Projects written against data of other people, which lies outside the repository: found through IDWEAVE_SHARED or
// beside the checkout.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Folder, folderOf } from "../engine/run-project.ts";

/** A folder of the shared data; undefined when it is not here. */
export function dataFolder(name: string): string | undefined {
  const checkout = dirname(dirname(import.meta.dirname));
  const folder = join(process.env["IDWEAVE_SHARED"] ?? resolve(checkout, "..", "shared"), "data", name);
  return existsSync(folder) ? folder : undefined;
}

/** What a test prints when `dataFolder()` is undefined, so that nobody takes a skip for a pass. */
export function absent(name: string): string {
  return `SKIPPED: the shared data ${name} is not here (set IDWEAVE_SHARED, or put it at ../shared)`;
}

/** A copy of a project of this folder, to run in. */
export function copyOf(project: string): Folder {
  const from = join(import.meta.dirname, project);
  const names = readdirSync(from, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => /\.(yml|sql|csv)$/.test(name));
  return folderOf(Object.fromEntries(files.map((name) => [name, readFileSync(join(from, name), "utf8")])));
}
