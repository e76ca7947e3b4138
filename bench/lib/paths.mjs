// Where things lie. Nothing but these names: the checkout, the folder shared with it, and what the bench writes (git-ignored).
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const BENCH = join(ROOT, "bench");
export const WORK = join(ROOT, ".bench");

/** What one bench writes while it works, removed at its end. */
export const SCRATCH = join(WORK, `run-${process.pid}`);

/** The path of a file of the folder with the generator and the scoring, or undefined when it is not there. */
export function sharedFile(...parts) {
  const folder = process.env.IDWEAVE_SHARED ?? join(ROOT, "..", "shared");
  const path = join(folder, ...parts);
  return existsSync(path) ? path : undefined;
}
