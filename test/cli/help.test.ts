// The words of the command line: help, version, suggestions, and the exit code of a wrong word.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, projectOf, ROOT } from "./support.ts";

const project = projectOf();
beforeAll(ensureBuilt, 180_000);
afterAll(project.remove);

test.each([
  "--help",
  "init --help",
  "check --help",
  "test --help",
  "compile --help",
  "doctor --help",
  "profile --help",
  "plan --help",
  "run --help",
  "explain --help",
  "sample --help",
  "score --help",
  "decide --help",
  "decide split --help",
  "history --help",
  "changes --help",
  "schema --help",
])("idweave %s", async (words) => {
  const { code, stdout, stderr } = await project.idweave(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatchSnapshot();
});

test("--version is that of package.json", async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  expect(await project.idweave("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("schema prints the schema that is shipped", async () => {
  const { code, stdout } = await project.idweave("schema");
  expect(code).toBe(0);
  expect(stdout).toBe(readFileSync(join(ROOT, "src/config/identity.schema.json"), "utf8"));
});

describe("a wrong word ends with exit code 2 and says what is right", () => {
  test.each([
    ["chek", "Did you mean check?"],
    ["check --formt json", "Did you mean --format?"],
    ["check --format xml", "Allowed choices are text, json, github"],
    ["check nonsense", "too many arguments"],
    ["run --as-of yesterday", "A time is ISO 8601"],
    ["run --as-of 2026-02-30", "A time is ISO 8601"],
    ["", "Usage: idweave <verb>"],
  ])("idweave %s", async (words, said) => {
    const { code, stdout, stderr } = await project.idweave(words);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(said);
  });
});
