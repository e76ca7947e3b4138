// What dbt gets for Snowflake and BigQuery, as files that a reviewer reads: all but the scripts themselves, of which only what
// differs from those of `--format script` is shown.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { configHash } from "../../src/run/config-hash.ts";
import { loadProject } from "../../src/run/load.ts";
import { dbtFiles } from "../../src/target/dbt/index.ts";
import { DBT_ENVIRONMENT } from "../../src/target/dbt/jinja.ts";

const PROJECT = join(import.meta.dirname, "warehouse");
const SCRIPT = /^macros\/\w+\/(full|incremental)\.sql$/;

function compileFor(target: string) {
  const { value, diagnostics } = loadProject({ project: PROJECT, target, refs: "dbt", env: DBT_ENVIRONMENT });
  if (value === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return dbtFiles({
    ...value,
    configHash: configHash(value),
    version: "0.0.0",
    decisions: undefined,
    projectFolder: "../..",
    kind: "project",
    cases: [],
  });
}

/** A script as dbt renders it, without what stands around it and between statements. */
function rendered(text: string, target: string): string {
  const database = target === "snowflake" ? '"ANALYTICS"' : "`acme-data-1`";
  const values: Readonly<Record<string, string>> = { database, schema: "identity" };
  return text
    .replaceAll(/\{\{ idw\.(database|schema) \}\}/g, (_, name: string) => values[name] ?? "")
    .replaceAll("{{ '{' }}", "{");
}

/** The hunks of a diff without context. */
function linesThatDiffer(script: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "idweave-golden-"));
  const other = join(folder, "dbt.sql");
  writeFileSync(other, text);
  const words = ["diff", "--no-index", "--no-color", "-U0", script, other];
  const { stdout } = spawnSync("git", words, { encoding: "utf8", maxBuffer: 1e8 });
  rmSync(folder, { recursive: true, force: true });
  return stdout.slice(stdout.indexOf("@@")).replaceAll(/^@@ .*$/gm, "@@");
}

for (const target of ["snowflake", "bigquery"]) {
  test(`the dbt project for ${target}`, async () => {
    for (const { path, text } of compileFor(target)) {
      if (!SCRIPT.test(path)) await expect(text).toMatchFileSnapshot(join(import.meta.dirname, "dbt", target, path));
    }
  });

  test.each(["full", "incremental"])(`the script that dbt sends to ${target}, %s`, async (mode) => {
    const file = compileFor(target).find(({ path }) => SCRIPT.exec(path)?.[1] === mode);
    const diff = linesThatDiffer(join(PROJECT, target, `${mode}.sql`), rendered(file?.text ?? "", target));
    await expect(diff).toMatchFileSnapshot(join(import.meta.dirname, "dbt", `${target}_${mode}.diff`));
  });
}
