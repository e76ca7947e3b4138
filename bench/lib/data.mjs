// The input: generated once a size by gen_customers.py, with a seed, and kept.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { sharedFile, WORK } from "./paths.mjs";
import { lacks } from "./python.mjs";

const SEED = "7";

/** The folder with the Parquet files of a size. Throws with what to do when they are not there and cannot be made. */
export function ensureData(people, python) {
  const folder = join(resolve(process.env.BENCH_DATA ?? join(WORK, "data")), String(people));
  // The truth is written last but two, so a folder that has it is whole.
  if (existsSync(join(folder, "truth_identifiers.parquet"))) return folder;
  const generator = sharedFile("bench", "gen_customers.py");
  if (generator === undefined) {
    throw new Error(
      `No data in ${folder}, and no generator: set IDWEAVE_SHARED to the folder with bench/gen_customers.py.`,
    );
  }
  const missing = lacks(python, ["numpy", "pandas", "pyarrow"]);
  if (missing.length > 0)
    throw new Error(`No data in ${folder}, and it cannot be made without ${missing.join(", ")}.`);
  console.log(`Making ${people.toLocaleString("en")} people in ${folder} …`);
  const args = [generator, "--n", String(people), "--seed", SEED, "--out", folder];
  const made = spawnSync(python.command, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (made.status !== 0) throw new Error(`${generator} failed.`);
  return folder;
}
