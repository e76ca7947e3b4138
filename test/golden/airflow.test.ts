// The DAGs of the small project as files that a reviewer reads.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { load, loadProject } from "../../src/run/load.ts";
import { dagFile, isDag } from "../../src/target/airflow/index.ts";
import { placeOf } from "../../src/run/publish.ts";

const FOLDER = import.meta.dirname;

test.each(["cli", "dbt"] as const)("the DAG of the small project, %s", async (variant) => {
  const { value } = load({ project: join(FOLDER, "small") });
  if (value === undefined) throw new Error("the small project does not load");
  const { project, target } = value;
  const input = { project, target: target.name, runs: { variant }, schedule: "@daily", projectFolder: "../.." };
  const { path, text } = dagFile(input);
  await expect(text).toMatchFileSnapshot(join(FOLDER, "airflow", variant, path));
  expect(isDag(text)).toBe(true);
});

test.each(["snowflake", "bigquery", "postgres"] as const)("the DAG of a script, %s", async (target) => {
  const { value } = loadProject({ project: join(FOLDER, "warehouse"), target });
  if (value === undefined) throw new Error("the project of warehouses does not load");
  const { project, context } = value;
  const location = target === "bigquery" ? "EU" : undefined;
  const runs = {
    variant: "sql" as const,
    warehouse: target,
    context,
    place: placeOf(value),
    connection: undefined,
    location,
  };
  const { text } = dagFile({ project, target, runs, schedule: "@daily", projectFolder: "../.." });
  await expect(text).toMatchFileSnapshot(join(FOLDER, "airflow", "sql", `${target}.py`));
});

const WRITTEN = readdirSync(join(FOLDER, "airflow"), { recursive: true, encoding: "utf8" });

test.each(WRITTEN.filter((each) => each.endsWith(".py")))("Python reads %s", (file) => {
  const program = "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')";
  const words = ["-c", program, join(FOLDER, "airflow", file)];
  const { status, stderr, error } = spawnSync("python3", words, { encoding: "utf8" });
  if (error !== undefined) {
    process.stderr.write(`\nSKIPPED: no python3 to read ${file}\n`);
    return;
  }
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
