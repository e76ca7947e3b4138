// Whole outputs as files that a reviewer reads: the compiled run of a small project. `npx vitest run test/golden -u` rewrites
// them; the diff is the review.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { configHash } from "../../src/run/config-hash.ts";
import { load, loadProject, TARGET_CATALOG } from "../../src/run/load.ts";
import { placeOf } from "../../src/run/publish.ts";
import { scriptFiles } from "../../src/target/script/index.ts";

const PROJECT = join(import.meta.dirname, "small");
const COMPILED = join(PROJECT, "compiled");

function compile() {
  const { value, diagnostics } = load({ project: PROJECT });
  if (value === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  const { plans, context, target, project } = value;
  const place = { catalog: TARGET_CATALOG, schema: target.schema, prefix: project.prefix };
  // The plan says in JSON what the SQL says; its thousands of lines would hide a change rather than show it.
  return scriptFiles({ plans, context, target, place, configHash: configHash(value), version: "0.0.0" }).filter(({ path }) => path !== "plan.json");
}

test("the compiled run of the small project", async () => {
  for (const { path, text } of compile()) await expect(text).toMatchFileSnapshot(join(COMPILED, path));
});

test("no file is left over", () => {
  const found = readdirSync(COMPILED, { recursive: true, encoding: "utf8" }).filter((path) => /\./.test(path));
  expect(found.sort()).toEqual(compile().map(({ path }) => path).sort());
});

test("two compiles are the same, byte for byte", () => {
  expect(compile()).toEqual(compile());
});

const WAREHOUSE = join(import.meta.dirname, "warehouse");

function compileFor(target: string) {
  const { value, diagnostics } = loadProject({ project: WAREHOUSE, target });
  if (value === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return scriptFiles({ ...value, place: placeOf(value), configHash: configHash(value), version: "0.0.0" }).filter(({ path }) => path !== "plan.json");
}

for (const target of ["bigquery", "snowflake", "postgres"]) {
  test(`the scripts of a project for ${target}`, async () => {
    for (const { path, text } of compileFor(target))
      await expect(text).toMatchFileSnapshot(join(WAREHOUSE, target, path));
  });

  test(`two compiles for ${target} are the same, byte for byte`, () => {
    expect(compileFor(target)).toEqual(compileFor(target));
  });
}
