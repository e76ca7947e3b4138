// Runs the tests that need the stand-ins of warehouses: a fixed sample, or with `--all` everything; other words go to vitest.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const words = process.argv.slice(2);
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const ended = spawnSync(
  process.execPath,
  [vitest, "run", "--project", "warehouses", "--maxWorkers=2", ...words.filter((word) => word !== "--all")],
  { stdio: "inherit", env: { ...process.env, ...(words.includes("--all") ? { IDWEAVE_ALL: "1" } : {}) } },
);
process.exitCode = ended.status ?? 1;
