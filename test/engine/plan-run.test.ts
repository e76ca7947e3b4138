// Plans: against the configuration of a commit, conditions, alarms, and that nothing stays behind.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { type PlanOptions, planRun, type RunPlan } from "../../src/run/plan.ts";
import { type Condition, conditionOf, failedOf } from "../../src/run/plan-counts.ts";
import { type Folder, folderOf } from "./run-project.ts";

// Each test is a handful of runs.
vi.setConfig({ testTimeout: 600_000 });

const YML = `version: 1
entity: customer
targets: { dev: { type: duckdb, path: out/customer.duckdb, schema: identity } }
models:
  crm:
    sql: models/crm.sql
    key: id
    identifiers: { login: login, email: email }
    attributes: [name]
identifiers:
  login: { priority: 1, limit: 1, contested: first }
  email: { priority: 2, limit: 3, contested: first, normalize: [bare] }
decisions: decisions.csv
golden_record: { attributes: { name: max } }
`;
const FILES = {
  "identity.yml": YML,
  "models/crm.sql": "select * from read_csv('crm.csv', all_varchar = true)\n",
  "macros/bare.sql": "{% macro bare(value) %}lower({{ value }}){% endmacro %}\n",
  "decisions.csv": "id,decision,a,b,decided_at\n",
  "crm.csv":
    "id,login,email,name\n1,u1,A@x.example,Ann\n2,,a@x.example,Bo\n3,u3,c@x.example,Cy\n4,u4,c@x.example,Di\n",
};

let folder: Folder | undefined;
afterEach(() => {
  folder?.remove();
  folder = undefined;
});

/** A repository with one commit, `crm.csv` left out of it. */
function repository(): Folder {
  folder = folderOf({ ...FILES, ".gitignore": "crm.csv\nout/\n" });
  git("init", "--quiet", "--initial-branch", "main");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "one");
  return folder;
}

function git(...words: readonly string[]): void {
  const ended = spawnSync("git", words, { cwd: folder?.path ?? "", encoding: "utf8" });
  if (ended.status !== 0) throw new Error(ended.stderr);
}

function everything({ path }: Folder): readonly (readonly [string, string])[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [file, createHash("sha256").update(readFileSync(file)).digest("hex")]);
}

/** The plan, with a look at every file before and after. */
async function planOf(from: Folder, options: Partial<PlanOptions> = {}): Promise<RunPlan> {
  const before = everything(from);
  const plan = await planRun({ project: from.path, ...options });
  expect(everything(from)).toEqual(before);
  return plan;
}

async function refusalOf(from: Folder, options: Partial<PlanOptions>): Promise<string> {
  const before = everything(from);
  const error = await planRun({ project: from.path, ...options }).catch((thrown: unknown) => thrown);
  expect(everything(from)).toEqual(before);
  if (!(error instanceof DiagnosticError)) throw error;
  return error.diagnostics.map(({ code, message, hint }) => `${code}: ${message} ${hint ?? ""}`).join("\n");
}

test("against a commit only the configuration counts: rules, models, macros and decisions, not the data", async () => {
  const from = repository();
  await from.run();
  from.write({
    // Data of today that nobody has run yet.
    "crm.csv": `${FILES["crm.csv"]}5,u5,e@x.example,Ed\n`,
    "macros/bare.sql": "{% macro bare(value) %}{{ value }}{% endmacro %}\n",
    "decisions.csv": `${FILES["decisions.csv"]}d1,must_link,crm:3,crm:4,2024-01-01\n`,
  });
  const plan = await planOf(from, { against: "main" });
  expect(plan.against?.commit).toMatch(/^[0-9a-f]{40}$/);
  expect(plan.counts).toMatchObject({ new_records: 0, splits: 1, merges: 1, creations: 0, golden_values: 2 });
  expect(plan.identities.map(({ event }) => event)).toEqual(["merged", "split"]);
  const drawn = await planOf(from, { against: "main", sample: { share: 1, seed: 1 } });
  expect(drawn.sample).toMatchObject({ components: 4, ofComponents: 4, records: 5, ofRecords: 5 });
  expect({ ...drawn.counts, statements: 0 }).toEqual({ ...plan.counts, statements: 0 });
  expect((await planOf(from)).counts).toMatchObject({ new_records: 1, creations: 1, splits: 1, merges: 1 });

  // The same as to run the one, then the other.
  const now = readFileSync(join(from.path, "macros/bare.sql"), "utf8");
  from.write({ "macros/bare.sql": FILES["macros/bare.sql"], "decisions.csv": FILES["decisions.csv"] });
  await from.run();
  from.write({
    "macros/bare.sql": now,
    "decisions.csv": `${FILES["decisions.csv"]}d1,must_link,crm:3,crm:4,2024-01-01\n`,
  });
  const { counts, golden, refusals, metrics } = await planOf(from);
  expect({ golden, refusals, metrics }).toEqual({
    golden: plan.golden,
    refusals: plan.refusals,
    metrics: plan.metrics,
  });
  expect({ ...counts, statements: 0 }).toEqual({ ...plan.counts, statements: 0 });
});

test("a project that was never run can be planned and compared, and leaves not even a folder", async () => {
  const from = repository();
  from.write({ "identity.yml": YML.replace("limit: 1", "limit: 2") });
  const first = await planOf(from);
  expect(first).toMatchObject({ hasBefore: false, counts: { creations: 2, merges: 0, identities: 2 } });
  const plan = await planOf(from, { against: "HEAD" });
  expect(plan).toMatchObject({ hasBefore: true, counts: { merges: 1, identities: 2, identities_before: 3 } });
  const [merge] = plan.identities;
  expect(merge?.examples[0]).toMatchObject({
    event: "merged",
    identifier: "email",
    side: { records: 1, recordKeys: ["crm:4"] },
    otherSide: { records: 1, recordKeys: ["crm:3"] },
  });
  expect(existsSync(join(from.path, "out"))).toBe(false);
});

test("what is wrong with a commit is said of the commit", async () => {
  const from = repository();
  expect(await refusalOf(from, { against: "nowhere" })).toContain("IDW761: git knows no commit `nowhere`");
  expect(await refusalOf(from, { against: "--help" })).toContain("IDW761");
  from.write({ "identity.yml": YML.replace("limit: 1", "limt: 1") });
  git(
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@example.com",
    "commit",
    "--quiet",
    "--all",
    "--message",
    "two",
  );
  from.write({ "identity.yml": YML });
  expect(await refusalOf(from, { against: "HEAD" })).toMatch(/At HEAD: identity.yml:\d+:\d+: .*limt/);
  folder?.remove();
  folder = folderOf(FILES);
  expect(await refusalOf(folder, { against: "HEAD" })).toContain("no git repository");
});

describe("conditions", () => {
  const condition = (text: string): Condition => {
    const found = conditionOf(text);
    if (found === undefined) throw new Error(`no condition: ${text}`);
    return found;
  };

  test.each([
    ["splits > 100", 100, false],
    ["splits>100", 101, true],
    ["splits >= 1_000", 1000, true],
    ["splits <= 1,000", 1001, false],
    ["splits = 0", 0, true],
    ["splits != 0", 0, false],
    ["splits < 0.5", 0, true],
  ])("%s of %d: %s", (text, value, holds) => {
    expect(failedOf([condition(text)], { splits: value }).length).toBe(holds ? 1 : 0);
  });

  test.each(["splits", "splits 100", "> 100", "splits => 1", "splits > -1", "splits > 1 or 2"])(
    "%s is none",
    (text) => {
      expect(conditionOf(text)).toBeUndefined();
    },
  );

  test("a name that is not counted is an error with the nearest", async () => {
    const from = repository();
    const refusal = await refusalOf(from, { failOn: [condition("golden_values.nam > 1")] });
    expect(refusal).toContain("IDW760");
    expect(refusal).toContain("Did you mean `golden_values.name`?");
  });
});

test("a sample of a first run takes ids over, as the plan of all does", async () => {
  const from = folderOf({
    "identity.yml": `version: 1
entity: customer
targets: { dev: { type: duckdb, path: customer.duckdb, schema: identity } }
models:
  crm: { file: crm.csv, key: id, observed_at: seen, identifiers: { email: email } }
identifiers:
  email: { priority: 1, limit: 5, contested: first }
import: { ids: ids.csv }
alerts:
  - { metric: records, below: 1000, on: fail }
`,
    "crm.csv":
      "id,seen,email\n1,2026-01-01,a@x.example\n2,2026-01-02,a@x.example\n3,2026-01-03,c@x.example\n4,2026-01-04,d@x.example\n",
    "ids.csv": "record_key,identity_id\ncrm:1,C-100\ncrm:2,C-200\ncrm:3,C-300\ncrm:4,C-300\ncrm:9,C-900\n",
  });
  folder = from;
  const whole = await planOf(from);
  expect(whole.counts).toMatchObject({ merges: 1, splits: 1, identities: 3 });
  const all = await planOf(from, { sample: { share: 1, seed: 1 } });
  expect(all.identities).toEqual(whole.identities);
  expect({ ...all.counts, statements: 0 }).toEqual({ ...whole.counts, statements: 0 });
  // The two components that C-300 spans are in it together, or not at all; what is about all is told of no sample.
  const sizes = new Set<number>();
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { sample, counts, report } = await planOf(from, { sample: { share: 0.5, seed } });
    sizes.add(sample?.records ?? 0);
    expect(counts["splits"]).toBe(counts["records"] === 4 || sample?.components === 2 ? 1 : 0);
    expect(report.alarms).toEqual([]);
    expect(report.warnings).toEqual([]);
  }
  expect(sizes.size).toBeGreaterThan(1);
  expect(whole.report.alarms).toHaveLength(1);
  expect(whole.report.warnings.map(({ code }) => code)).toContain("IDW623");
});
