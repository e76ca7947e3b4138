// Sees to it that there is a built idweave to measure: unbundled, because the bench drives parts of a run by themselves.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { ROOT } from "./paths.mjs";

/** The folder with the built library. Without `given` it is `dist.bench` of the checkout, built anew from src/. */
export function ensureBuilt(given) {
  const dist = resolve(given ?? join(ROOT, "dist.bench"));
  if (given === undefined) {
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    const args = [tsc, "-p", join(ROOT, "tsconfig.json"), "--outDir", dist];
    const built = spawnSync(process.execPath, args, { stdio: "inherit" });
    if (built.status !== 0) throw new Error("The build failed; nothing was measured.");
    copyFileSync(join(ROOT, "src/config/identity.schema.json"), join(dist, "config/identity.schema.json"));
  }
  if (!existsSync(join(dist, "index.js"))) throw new Error(`There is no built idweave in ${dist}.`);
  return dist;
}
