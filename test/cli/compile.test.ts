// What compile writes: the same bytes anywhere, nothing of the machine, nothing stale, nobody else's files.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CRM_SQL, ensureBuilt, identityYml, type Project, projectOf } from "./support.ts";

const files = { "identity.yml": identityYml(), "models/crm.sql": CRM_SQL };
const projects: Project[] = [];
let project: Project;

beforeAll(ensureBuilt, 180_000);
beforeEach(() => {
  project = projectOf(files);
  projects.push(project);
});
afterAll(() => {
  for (const each of projects) each.remove();
});

function compiled({ path }: Project, folder = "target/compiled"): Readonly<Record<string, string>> {
  const names = readdirSync(join(path, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("."))
    .sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(path, folder, name), "utf8")]));
}

const INCREMENTAL = [
  "01_sources.sql",
  "02_state.sql",
  "03_delta.sql",
  "04_judging.sql",
  "05_reach.sql",
  "06_components.sql",
  "07_phase_user_id.sql",
  "08_phase_email.sql",
  "09_identities.sql",
  "10_confidence.sql",
  "11_outputs.sql",
  "12_metrics.sql",
  "13_changes.sql",
  "14_publish.sql",
];

const ROLLBACK = [
  "01_state.sql",
  "02_returned.sql",
  "03_reach.sql",
  "04_partition.sql",
  "05_identities.sql",
  "06_confidence.sql",
  "07_outputs.sql",
  "08_metrics.sql",
  "09_changes.sql",
  "10_publish.sql",
];

test("plan, manifest and one numbered file a stage, without anything of this machine", async () => {
  expect(await project.idweave("compile")).toEqual({
    code: 0,
    stdout: "target/compiled: 39 files, 39 changed\n",
    stderr: "",
  });
  const texts = compiled(project);
  expect(Object.keys(texts)).toEqual([
    "01_sources.sql",
    "02_state.sql",
    "03_records.sql",
    "04_values.sql",
    "05_components.sql",
    "06_phase_user_id.sql",
    "07_phase_email.sql",
    "08_identities.sql",
    "09_confidence.sql",
    "10_outputs.sql",
    "11_metrics.sql",
    "12_changes.sql",
    "13_publish.sql",
    ...INCREMENTAL.map((name) => `incremental/${name}`),
    "manifest.json",
    "plan.json",
    ...ROLLBACK.map((name) => `rollback/${name}`),
  ]);
  for (const text of Object.values(texts)) expect(text).not.toContain(project.path);
  expect(texts["manifest.json"]).toMatchSnapshot("manifest.json");
  expect(texts["13_publish.sql"]).toMatchSnapshot("13_publish.sql");
  const plan = JSON.parse(texts["plan.json"] ?? "") as {
    full: { stages: readonly { name: string }[] };
  };
  const manifest = JSON.parse(texts["manifest.json"] ?? "") as { stages: readonly { name: string }[] };
  expect([...plan.full.stages.map(({ name }) => name), "publish"]).toEqual(
    manifest.stages.map(({ name }) => name),
  );
});

test("the same bytes again, elsewhere, and after a run", async () => {
  await project.idweave("compile");
  const first = compiled(project);
  expect((await project.idweave("compile")).stdout).toBe("target/compiled: 39 files, nothing changed\n");
  expect((await project.idweave("run --quiet")).code).toBe(0);
  await project.idweave("compile --out again");
  expect(compiled(project, "again")).toEqual(first);
  const other = projectOf(files);
  projects.push(other);
  await other.idweave("compile --project .", { TZ: "Asia/Tokyo", LANG: "de_DE.UTF-8" });
  expect(compiled(other)).toEqual(first);
});

test("the database is never loaded", async () => {
  project.write({ "hook.cjs": "process.dlopen = () => { throw new Error('native code is loaded'); };" });
  const env = { NODE_OPTIONS: `--require ${join(project.path, "hook.cjs")}` };
  expect((await project.idweave("compile", env)).code).toBe(0);
  const check = await project.idweave("check", env);
  expect(check.stderr).toContain("native code is loaded");
});

describe("--check", () => {
  test("writes nothing and says that everything is missing", async () => {
    const { code, stderr } = await project.idweave("compile --check");
    expect(code).toBe(3);
    expect(stderr.match(/error IDW705: .+ is missing\./g)).toHaveLength(39);
    expect(existsSync(join(project.path, "target"))).toBe(false);
  });

  test("passes when nothing is stale", async () => {
    await project.idweave("compile");
    const { code, stdout } = await project.idweave("compile --check");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "target/compiled: 39 files, up to date\n" });
  });

  test("shows what is stale as a diff", async () => {
    await project.idweave("compile");
    project.write({ "models/crm.sql": CRM_SQL.replace("'c@x.example'", "'d@x.example'") });
    const { code, stdout, stderr } = await project.idweave("compile --check");
    expect(code).toBe(3);
    expect(stdout).toMatchSnapshot();
    expect(stderr).toContain(
      "target/compiled/01_sources.sql:8:1: error IDW705: 01_sources.sql is not what identity.yml compiles to now.",
    );
  });

  test("finds what is no longer part of the script; compile removes that, and nothing else", async () => {
    project.write({ "identity.yml": identityYml("  phone: { priority: 3 }\n") });
    await project.idweave("compile");
    project.write({ "identity.yml": identityYml() });
    const folder = join(project.path, "target/compiled");
    writeFileSync(join(folder, "99_mine.sql"), "select 1;\n");
    writeFileSync(join(folder, "notes.md"), "mine\n");
    const { code, stderr } = await project.idweave("compile --check --format github");
    expect(code).toBe(3);
    expect(stderr).toContain(
      "::error title=IDW705::target/compiled/08_phase_phone.sql is no longer part of the script.",
    );
    expect((await project.idweave("compile")).code).toBe(0);
    const names = readdirSync(folder);
    expect(names).toContain("99_mine.sql");
    expect(names).toContain("notes.md");
    expect(names).toHaveLength(19);
    expect((await project.idweave("compile --check")).code).toBe(0);
  });
});

test("a mistake in identity.yml leaves the compiled files alone", async () => {
  await project.idweave("compile");
  const before = compiled(project);
  project.write({ "identity.yml": identityYml("  email2: { priority: 2 }\n") });
  const { code, stderr } = await project.idweave("compile");
  expect(code).toBe(1);
  expect(stderr).toContain("error IDW301");
  expect(compiled(project)).toEqual(before);
});

test("of an environment variable only the name is written, and it need not be set", async () => {
  project.write({
    "models/crm.sql": `${CRM_SQL}where email <> '{{ env_var("SECRET_MAIL") }}'\n`,
    "identity.yml": identityYml().replace("schema: identity", `schema: "{{ env_var('SCHEMA_NAME') }}"`),
  });
  const masked = await project.idweave("compile --out unset");
  expect({ code: masked.code, stderr: masked.stderr }).toEqual({ code: 0, stderr: "" });
  await project.idweave("compile --out set", { SECRET_MAIL: "hush@x.example", SCHEMA_NAME: "hushhush" });
  const texts = compiled(project, "set");
  expect(texts).toEqual(compiled(project, "unset"));
  expect(texts["01_sources.sql"]).toContain("where email <> '$" + "{SECRET_MAIL}'");
  expect(texts["13_publish.sql"]).toContain('idw_target."$' + '{SCHEMA_NAME}".identities');
  expect(JSON.stringify(texts)).not.toContain("hush");
});

test("--out that cannot be a folder is an error of the user", async () => {
  const { code, stderr } = await project.idweave("compile --out identity.yml");
  expect(code).toBe(1);
  expect(stderr).toMatch(/error IDW710: .*identity\.yml cannot be written: not a directory\.$/m);
});

test("--format json names the files", async () => {
  rmSync(join(project.path, "target"), { recursive: true, force: true });
  const { stdout } = await project.idweave("compile --format json");
  const result = JSON.parse(stdout) as {
    folder: string;
    files: readonly string[];
    changed: readonly string[];
  };
  expect(result.folder).toBe("target/compiled");
  expect([...result.files].sort()).toEqual(result.changed);
});

describe("a script that BigQuery would refuse for its length", () => {
  const phones = Array.from({ length: 30 }, (_, index) => `phone${index}`);
  const long = projectOf({
    "identity.yml": `version: 1
entity: person
default_country: US
targets:
  prod: { type: bigquery, project: acme-data-1, dataset: identity }
models:
  crm:
    table: raw.crm
    key: id
    identifiers:
${phones.map((name) => `      ${name}: { column: ${name}, country: country }`).join("\n")}
identifiers:
${phones.map((name, index) => `  ${name}: { priority: ${index + 1}, normalize: [phone] }`).join("\n")}
`,
  });
  afterAll(() => long.remove());

  test("is an error that says what makes it long, and nothing is written", async () => {
    const { code, stderr } = await long.idweave("compile");
    expect(code).toBe(1);
    expect(stderr).toMatch(/IDW722/);
    expect(stderr).toMatch(/full\.sql has [\d,]+ bytes, and bigquery takes 1,048,576\./);
    expect(existsSync(join(long.path, "target"))).toBe(false);
    expect((await long.idweave("compile --format dbt")).stderr).toMatch(/IDW722.*\n?.*full\.sql has/);
    expect(existsSync(join(long.path, "target"))).toBe(false);
  });
});

test("what dbt cannot be given for a warehouse is an error at its place", async () => {
  const targets = `targets:
  prod: { type: snowflake, account: acme, user: u, authenticator: externalbrowser, database: a, schema: Id }
  own: { type: postgres, host: h, user: u, dbname: d }
prefix: Crm_
`;
  const text = identityYml()
    .replace(/targets:\n.*\n/, targets)
    .replace("sql: models/crm.sql", "table: raw.crm");
  writeFileSync(join(project.path, "identity.yml"), text);
  const compile = (words = "") => project.idweave(`compile --format dbt ${words}`);
  expect((await compile()).stderr).toMatch(
    /identity\.yml:6:1: error IDW719: `prefix` has capital letters, which dbt would lose on snowflake\./,
  );
  expect((await compile()).stderr).toMatch(
    /identity\.yml:4:\d+: error IDW719: `schema` has capital letters and small ones/,
  );
  expect((await compile("--target own")).stderr).toMatch(
    /identity\.yml:5:10: error IDW719: `own` is a target of type postgres, for which no dbt project is written\./,
  );
  expect(existsSync(join(project.path, "target"))).toBe(false);
});

describe("a DAG of the compiled script", () => {
  const warehouse = (schema: string) => `version: 1
entity: customer
targets:
  prod: { type: snowflake, account: acme, user: u, authenticator: externalbrowser, database: DB1, schema: ${schema} }
models:
  crm: { table: raw.crm, key: id, identifiers: { email: email } }
identifiers: { email: { priority: 1 } }
`;

  test("is refused on DuckDB, with the others named", async () => {
    const { code, stderr } = await project.idweave("compile --format airflow --variant sql");
    expect(code).toBe(1);
    expect(stderr).toContain("IDW712");
    expect(stderr).toMatch(/snowflake, bigquery and postgres[\s\S]*--variant cli/);
    expect(existsSync(join(project.path, "target"))).toBe(false);
  });

  test("is refused where the script lacks a value of the environment", async () => {
    project.write({ "identity.yml": warehouse(`"{{ env_var('SCHEMA') }}"`) });
    const { code, stderr } = await project.idweave("compile --format airflow --variant sql");
    expect(code).toBe(1);
    expect(stderr).toContain("only the name of the environment variable SCHEMA");
  });

  test("has the connection that is asked for, which no other variant takes", async () => {
    project.write({ "identity.yml": warehouse("S1") });
    const { code } = await project.idweave("compile --format airflow --variant sql --connection snow");
    expect(code).toBe(0);
    const [text = ""] = Object.values(compiled(project, "target/airflow"));
    expect(text).toContain('CONNECTION = "snow"');
    const refused = await project.idweave("compile --format airflow --connection snow");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--connection belongs to --format airflow --variant sql");
  });
});
