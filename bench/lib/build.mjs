// Sees to it that there is a built idweave to measure.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT } from "./paths.mjs";

/** The folder with the built library. Without `given` it is that of the checkout, built anew so that it is what src/ says. */
export function ensureBuilt(given) {
  if (given === undefined) {
    const built = spawnSync(process.execPath, [join(ROOT, "scripts", "build.mjs")], { stdio: "inherit" });
    if (built.status !== 0) throw new Error("The build failed; nothing was measured.");
  }
  const dist = resolve(given ?? join(ROOT, "dist"));
  if (!existsSync(join(dist, "index.js"))) throw new Error(`There is no built idweave in ${dist}.`);
  return dist;
}
