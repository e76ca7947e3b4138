// Builds dist/ from src/: the TypeScript compiler, then the one data file it does not copy. The new folder takes the place
// of the old one in the end, so that a build under way leaves the last one usable.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";

const root = new URL("../", import.meta.url);
const at = (path) => new URL(path, root);
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const fresh = `dist.${process.pid}`;

const built = spawnSync(process.execPath, [tsc, "-p", "tsconfig.json", "--outDir", fresh], { cwd: root, stdio: "inherit" });
if (built.status !== 0) {
  rmSync(at(fresh), { recursive: true, force: true });
  process.exit(built.status ?? 1);
}
copyFileSync(at("src/config/identity.schema.json"), at(`${fresh}/config/identity.schema.json`));
chmodSync(at(`${fresh}/cli/main.js`), 0o755);
if (existsSync(at("dist"))) renameSync(at("dist"), at(`${fresh}.old`));
renameSync(at(fresh), at("dist"));
rmSync(at(`${fresh}.old`), { recursive: true, force: true });
