// The DAGs of the small project as files that a reviewer reads.
import { join } from "node:path";
import { expect, test } from "vitest";
import { load } from "../../src/run/load.ts";
import { dagFile, isDag } from "../../src/target/airflow/index.ts";
import { DAG_VARIANTS } from "../../src/target/airflow/variants.ts";

const FOLDER = import.meta.dirname;

test.each(DAG_VARIANTS)("the DAG of the small project, %s", async (variant) => {
  const { value } = load({ project: join(FOLDER, "small") });
  if (value === undefined) throw new Error("the small project does not load");
  const { project, target } = value;
  const input = { project, target: target.name, variant, schedule: "@daily", projectFolder: "../.." };
  const { path, text } = dagFile(input);
  await expect(text).toMatchFileSnapshot(join(FOLDER, "airflow", variant, path));
  expect(isDag(text)).toBe(true);
});
