// What a user sees when something is wrong: places, frames, formats, exit codes, and no secrets.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CRM_SQL, ensureBuilt, identityYml, type Project, projectOf } from "./support.ts";

const projects: Project[] = [];
let project: Project;

beforeAll(ensureBuilt, 180_000);
beforeEach(() => {
  project = projectOf({ "identity.yml": identityYml(), "models/crm.sql": CRM_SQL });
  projects.push(project);
});
afterAll(() => {
  for (const each of projects) each.remove();
});

describe("check", () => {
  test("a wrong key: a frame, the nearest name, exit code 1", async () => {
    project.write({ "identity.yml": identityYml("  phone: { priority: 3, limt: 2 }\n") });
    const { code, stdout, stderr } = await project.idweave("check");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });

  test("the same for machines", async () => {
    project.write({ "identity.yml": identityYml("  phone: { priority: 3, limt: 2 }\n") });
    const json = await project.idweave("check --format json");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      diagnostics: [{ code: "IDW201", severity: "error", file: "identity.yml", line: 13, column: 25 }],
    });
    const github = await project.idweave("check --format github");
    expect(github.stdout).toMatch(/^::error file=identity\.yml,line=13,col=25,/);
  });

  test("no identity.yml", async () => {
    const { code, stdout } = await project.idweave("check --project elsewhere");
    expect(code).toBe(1);
    expect(stdout).toContain("error IDW401: There is no file elsewhere.");
  });

  test("a column that is missing, and a SELECT that the database refuses", async () => {
    project.write({ "models/crm.sql": CRM_SQL.replace("user_id, email)", "userid, email)") });
    const missing = await project.idweave("check");
    expect(missing.code).toBe(1);
    expect(missing.stdout).toContain("error IDW505: The model crm has no column `user_id`.");
    expect(missing.stdout).toContain("Did you mean `userid`?");
    project.write({ "models/crm.sql": "select 1 as id,\n  nonsense\n" });
    const refused = await project.idweave("check");
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^models\/crm\.sql:2:\d+: error IDW405: /m);
  });

  test("a reject rule and a macro that the database refuses, each at its place", async () => {
    project.write({
      "identity.yml": identityYml()
        .replace(
          "    identifiers: {",
          '    reject:\n      - { when: "id < 0", reason: negative }\n      - { when: "nosuch(email)", reason: odd }\n    identifiers: {',
        )
        .replace("email: { priority: 2,", "email: { priority: 2, normalize: [twisted],"),
      "macros/twisted.sql": "{% macro twisted(value) %}no_function({{ value }}){% endmacro %}\n",
    });
    const { code, stdout } = await project.idweave("check");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^identity\.yml:11:\d+: error IDW412: The reject rule `odd` of crm is refused: /m);
    expect(stdout).toMatch(
      /^identity\.yml:15:\d+: error IDW412: What `normalize` makes of a value of email is refused: /m,
    );
    expect(stdout).toContain("identity.yml: 2 errors");
    const run = await project.idweave("run --quiet");
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("error IDW412");
  });

  test("a decisions file that is missing", async () => {
    project.write({ "identity.yml": `${identityYml()}decisions: judged.csv\n` });
    const { code, stdout } = await project.idweave("check");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^identity\.yml:13:\d+: error IDW401: The decisions cannot be read: /m);
  });

  test("warnings do not fail", async () => {
    project.write({ "identity.yml": identityYml("  phone: { priority: 3 }\n") });
    const { code, stdout } = await project.idweave("check");
    expect(code).toBe(0);
    expect(stdout).toContain("warning IDW303");
    expect(stdout).toMatch(/\nidentity\.yml: 1 warning \(warnings do not fail\)\n$/);
  });

  test("writes nothing", async () => {
    await project.idweave("check");
    expect(readdirSync(project.path).sort()).toEqual(["identity.yml", "models"]);
  });
});

describe("run", () => {
  test("a mistake is told on standard error; as JSON on standard output", async () => {
    project.write({ "models/crm.sql": CRM_SQL.replace("(2,", "(1,") });
    const text = await project.idweave("run --quiet");
    expect({ code: text.code, stdout: text.stdout }).toEqual({ code: 1, stdout: "" });
    expect(text.stderr).toContain("error IDW501: The model crm has 1 key more than once: `1`.");
    const json = await project.idweave("run --format json");
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ diagnostics: [{ code: "IDW501" }] });
  });

  test("warnings go to standard error, the summary to standard output", async () => {
    project.write({ "identity.yml": identityYml("  phone: { priority: 3 }\n") });
    const { code, stdout, stderr } = await project.idweave("run --quiet");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^identity\.yml:13:\d+: warning IDW303/);
    expect(stdout).toMatch(/^customer: 3 records are 3 identities/);
  });
});

test("a value of the environment is never printed", async () => {
  project.write({
    "identity.yml": identityYml().replace("path: customer.duckdb", `path: "{{ env_var('STORE') }}.duckdb"`),
    "models/crm.sql": `select nosuch from read_csv('{{ env_var("BUCKET") }}/x.csv')\n`,
  });
  const env = { STORE: "hush-store", BUCKET: "hush-bucket" };
  for (const words of ["check", "check --format json", "run", "run --format json", "compile"]) {
    const { stdout, stderr } = await project.idweave(words, env);
    expect(stdout + stderr).not.toContain("hush");
  }
  project.write({ "models/crm.sql": CRM_SQL });
  const { code, stdout } = await project.idweave("run --quiet", env);
  expect(code).toBe(0);
  expect(stdout).toContain("The results are in $" + "{STORE}.duckdb, schema identity.");
  expect(readdirSync(project.path)).toContain("hush-store.duckdb");
});

test("DuckDB's library is missing: an error that says how to get it", async () => {
  project.write({
    "hook.cjs": `const { Module } = require("node:module");
const load = Module._load;
Module._load = (name, ...rest) => {
  if (/^@duckdb.node-bindings-/.test(name)) throw new Error("Cannot find module '" + name + "'");
  return load(name, ...rest);
};
`,
  });
  const env = { NODE_OPTIONS: `--require ${join(project.path, "hook.cjs")}` };
  const { code, stderr } = await project.idweave("run --quiet", env);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error IDW708: DuckDB cannot be loaded on /);
});

test("a bug of ours: exit code 70, what to report, a stack only when asked for", async () => {
  project.write({ "hook.cjs": "process.dlopen = () => { throw new Error('boom'); };" });
  const env = { NODE_OPTIONS: `--require ${join(project.path, "hook.cjs")}` };
  const { code, stderr } = await project.idweave("run --quiet", env);
  expect(code).toBe(70);
  expect(stderr).toMatch(/^error IDW901: Internal error: boom\n {2}= This is a bug of idweave/);
  expect(stderr).not.toMatch(/^ +at /m);
  const debugged = await project.idweave("run --quiet", { ...env, IDWEAVE_DEBUG: "1" });
  expect(debugged.stderr).toMatch(/^ +at /m);
});

describe("alarms", () => {
  const alerts = "alerts:\n  - { metric: records, above: 2, on: fail }\n";

  test("one that fails stops the run with exit code 3, at its line", async () => {
    project.write({ "identity.yml": identityYml(alerts) });
    const { code, stdout, stderr } = await project.idweave("run --quiet");
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(
      "identity.yml:14:7: error IDW720: records is 3: above 2. Nothing was published.",
    );
    expect(readdirSync(project.path).filter((name) => name.includes("duckdb"))).toEqual([]);
  });

  test("one that warns, or is accepted, is in the summary and the report", async () => {
    project.write({ "identity.yml": identityYml(alerts) });
    const accepted = await project.idweave("run --quiet --accept-alarms");
    expect(accepted.code).toBe(0);
    expect(accepted.stderr).toContain("identity.yml:14:7: warning IDW721: records is 3: above 2.");
    expect(accepted.stdout).toMatch(/^ {2}alarms +1 {2}records is 3: above 2$/m);
    project.write({ "identity.yml": identityYml(alerts.replace("fail", "warn")) });
    const { code, stdout } = await project.idweave("run --format json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      alarms: [{ metric: "records", dimension: "", value: 3, previous: 3, condition: "above 2", on: "warn" }],
      warnings: [{ code: "IDW721", line: 14 }],
    });
  });
});
