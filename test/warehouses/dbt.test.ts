// dbt on DuckDB gives idweave's own answer: first runs, incremental runs, full refreshes, selections, alarms, and scenarios.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, MAIN, ROOT } from "../cli/support.ts";
import {
  CONFORMANCE_ABSENT,
  conformanceFolder,
  loadFolder,
  ownScenarios,
  POLICIES,
} from "../scenarios/load.ts";
import { DATABASE, toProject } from "../scenarios/project.ts";
import { dbt, differences, numberOf, PROGRAMS } from "./dbt.ts";

/** `npm run test:warehouses -- --all` is told by this variable. */
const ALL = process.env["IDWEAVE_ALL"] === "1";
const SAMPLE = Number(process.env["IDWEAVE_SAMPLE"] ?? 8);

const folder = mkdtempSync(join(tmpdir(), "idweave-dbt-"));
beforeAll(ensureBuilt, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
}

function idweave(path: string, ...words: readonly string[]): string {
  const ended = spawnSync(process.execPath, [MAIN, ...words], { cwd: path, encoding: "utf8" });
  if (ended.status !== 0) throw new Error(`${words.join(" ")}: ${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

/** Everything that has a form of its own in dbt: an `sql` model with a macro of the user, a file, a variable of the environment, braces. */
const PROJECT = {
  "identity.yml": `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
vars: { shop: north }
models:
  crm:
    sql: models/crm.sql
    key: id
    observed_at: seen
    identifiers: { user_id: user_id, email: email }
    attributes: [name, city]
    reject: [{ when: "name = '{{ env_var('NOBODY') }}'", reason: 'nobody {% raw %}{{ really }}{% endraw %}' }]
  shop:
    file: shop.csv
    key: no
    observed_at: at
    identifiers: { email: mail, phone: phone }
    attributes: [{ name: called }]
identifiers:
  user_id: { priority: 1, limit: 1, contested: first, ignore: ["{{", "{% if", "{#"] }
  email: { priority: 2, limit: 2, normalize: [shout], max_records: 50 }
  phone: { priority: 3, limit: 1, normalize: [digits] }
decisions: decisions.csv
golden_record:
  attributes:
    name: { survivorship: most_frequent, then: [longest], provenance: true }
    city: most_recent
alerts: [{ metric: largest_identity, above: 6, on: fail }]
`,
  "models/crm.sql": `-- {# the people of the shop in the {{ var('shop') }} #}
select id, user_id, email, name, city, '{{ var("shop") }}' as shop, seen from read_csv('crm.csv', all_varchar = true);
`,
  "macros/shout.sql": "{% macro shout(value) %}upper({{ value }}){% endmacro %}\n",
  "crm.csv": `id,user_id,email,name,city,seen
1,u1,a@x.example,Ann,Rome,2025-01-01
2,u2,a@x.example,Anne,Oslo,2025-01-02
3,,b@x.example,Bob {{ x }} {% y %} {# z #},Rome,2025-01-03
4,{{,b@x.example,Nobody,Rome,2025-01-04
5,u5,c@x.example,"O'Neil ""\\$$",Rome,2025-01-05
`,
  "shop.csv":
    "no,mail,phone,called,at\n7,A@x.example,+1 212,Ann,2025-02-01\n8,c@x.example,+1 212,Neil,2025-02-02\n9,d@x.example,+1 213,Dora,2025-02-03\n",
  "decisions.csv":
    "id,decision,a,b,decided_at,reason\nd1,must_link,crm:3,shop:9,2025-03-01T00:00:00Z,{{ they }} said so\n",
};
const ENVIRONMENT = { NOBODY: "Nobody" };

describe.skipIf(PROGRAMS === undefined)("a project in dbt", { timeout: 400_000 }, () => {
  const ours = join(folder, "ours");
  const theirs = join(folder, "theirs");
  const project = join(theirs, "target", "dbt");
  const databases = [join(ours, "customer.duckdb"), join(theirs, "customer.duckdb")] as const;

  const change = (files: Readonly<Record<string, string>>) => {
    for (const each of [ours, theirs]) write(each, files);
  };
  const runOurs = (...words: readonly string[]) => {
    const env = { ...process.env, ...ENVIRONMENT };
    const ended = spawnSync(process.execPath, [MAIN, "run", "--quiet", ...words], {
      cwd: ours,
      env,
      encoding: "utf8",
    });
    if (ended.status !== 0) throw new Error(ended.stderr);
  };
  const runTheirs = (...words: readonly string[]) => {
    const ended = dbt(project, words, ENVIRONMENT);
    if (ended.code !== 0) throw new Error(ended.output);
    return ended.output;
  };

  test("`dbt build` from an empty folder: the same answer, and every test passes", async () => {
    change(PROJECT);
    runOurs();
    idweave(theirs, "compile", "--format", "dbt");
    expect(idweave(theirs, "compile", "--format", "dbt", "--check")).toContain("up to date");
    const output = runTheirs("build");
    expect(output).toContain("customer_identities: run 1, full, since it is the first");
    expect(output).toMatch(/Completed successfully[\s\S]*ERROR=0 SKIP=0/);
    expect(await differences(...databases)).toEqual({});
  });

  test("a second run is incremental", async () => {
    change({
      "crm.csv": `${PROJECT["crm.csv"].replace("Anne,Oslo", "Anna,Bari")}6,u1,e@x.example,Eve,Bonn,2025-04-01\n`,
      "decisions.csv": `${PROJECT["decisions.csv"]}d2,cannot_link,crm:1,shop:7,2025-03-02T00:00:00Z,no\n`,
    });
    runOurs();
    idweave(theirs, "compile", "--format", "dbt");
    const output = runTheirs("build");
    expect(output).toContain("customer_identities: run 2, incremental");
    expect(await differences(...databases)).toEqual({});
  });

  test("`--full-refresh` is a full run, and ids are kept", async () => {
    runOurs("--full");
    const output = runTheirs("run", "--full-refresh", "--select", "+run_log");
    expect(output).toContain("customer_identities: run 3, full, since a full refresh was asked for");
    expect(await differences(...databases)).toEqual({});
  });

  test("one relation alone is not built anew; its tests run", async () => {
    expect(runTheirs("build", "--select", "golden_records")).toMatch(/PASS=5 /);
    expect(await numberOf(databases[1], "select max(run) from identity.run_log")).toBe(3);
  });

  test("a new attribute brings a full run, and its columns", async () => {
    change({
      "identity.yml": PROJECT["identity.yml"]
        .replace("city: most_recent", "city: most_frequent\n    since: { survivorship: earliest }")
        .replace("[name, city]", "[name, city, { since: seen }]"),
    });
    runOurs();
    idweave(theirs, "compile", "--format", "dbt");
    expect(runTheirs("run")).toContain("run 4, full, since identity.yml, a model or a macro changed");
    expect(await differences(...databases)).toEqual({});
  });

  test("an alarm stops the run, unless it is accepted", async () => {
    const more = Array.from({ length: 9 }, (_, row) => `${row + 20},f@x.example,,F,2025-05-0${row + 1}\n`);
    change({ "shop.csv": `${PROJECT["shop.csv"]}${more.join("")}` });
    const stopped = dbt(project, ["build"], ENVIRONMENT);
    expect(stopped.output).toContain("IDW720: largest_identity is 9");
    expect(stopped.code).toBe(1);
    expect(await numberOf(databases[1], "select max(run) from identity.run_log")).toBe(4);
    runOurs("--accept-alarms");
    runTheirs("run", "--vars", "{idweave_accept_alarms: true}");
    expect(await differences(...databases)).toEqual({});
  });

  test("models without their rows, and what is no time in UTC, stop the run", async () => {
    expect(dbt(project, ["run", "--empty"], ENVIRONMENT).output).toMatch(
      /IDW719: with --empty[\s\S]*ERROR=1/,
    );
    const local = dbt(
      project,
      ["run", "--vars", "{idweave_as_of: '2026-01-31T10:00:00+02:00'}"],
      ENVIRONMENT,
    );
    expect(local.output).toMatch(/idweave_as_of is no time in UTC[\s\S]*ERROR=1/);
    expect(await numberOf(databases[1], "select max(run) from identity.run_log")).toBe(5);
  });

  test("a duplicate key stops the run", async () => {
    change({ "shop.csv": `${PROJECT["shop.csv"]}7,z@x.example,,Z,2025-05-01\n` });
    const { code, output } = dbt(project, ["run"], ENVIRONMENT);
    expect(output).toMatch(/IDW501: the model shop has keys more than once[\s\S]*Nothing was published/);
    expect(code).toBe(1);
    expect(await numberOf(databases[1], "select max(run) from identity.run_log")).toBe(5);
  });
});

describe.skipIf(PROGRAMS === undefined)("scenarios in dbt, many in one project", () => {
  const conformance = conformanceFolder();
  if (conformance === undefined) console.warn(CONFORMANCE_ABSENT);
  const all = [...ownScenarios(), ...(conformance === undefined ? [] : loadFolder(conformance))].flatMap(
    (scenario) => POLICIES.map((policy) => ({ scenario, policy })),
  );
  const step = ALL ? 1 : Math.ceil(all.length / SAMPLE);
  // Every policy has its turn.
  const chosen = all.filter((_, index) => index % step === 0);
  const project = join(folder, "scenarios");

  test("each gives idweave's own answer", { timeout: 3_600_000 }, async () => {
    write(project, {
      "dbt_project.yml": "name: scenarios\nversion: '1.0.0'\nprofile: scenarios\n",
      "profiles.yml": `scenarios: { target: dev, outputs: { dev: { type: duckdb, path: ${DATABASE.path}, schema: identity, threads: 2 } } }\n`,
    });
    for (const [index, { scenario, policy }] of chosen.entries()) {
      const prefix = `s${index}_`;
      const { files } = toProject(scenario.config[policy], scenario.records, scenario.decisions);
      const home = join(folder, prefix);
      const document = { ...JSON.parse(files["identity.yml"] ?? ""), prefix };
      write(home, { ...files, "identity.yml": JSON.stringify(document) });
      idweave(home, "run", "--quiet");
      const names = scenario.config[policy].identifiers.map(({ name }) => `"${name}": 'VARCHAR[]'`);
      const columns = ["key: 'VARCHAR'", "observed_at: 'VARCHAR'", ...names].join(", ");
      write(project, {
        [`models/stg_${prefix}.sql`]: `select * from read_json('${join(home, "records.ndjson")}', columns = {${columns}})\n`,
      });
      const { file: _file, ...model } = document.models.m;
      const inDbt = { ...document, models: { m: { ...model, ref: `stg_${prefix}` } } };
      write(home, { "identity.yml": JSON.stringify(inDbt) });
      idweave(home, "compile", "--format", "dbt", "--part", "--out", project);
    }
    const { code, output } = dbt(project, ["build"]);
    expect(code, output).toBe(0);
    for (const [index, { scenario, policy }] of chosen.entries()) {
      const found = await differences(
        join(folder, `s${index}_`, DATABASE.path),
        join(project, DATABASE.path),
        `s${index}_`,
      );
      expect(found, `${scenario.name}, ${policy}`).toEqual({});
    }
  });
});

describe.skipIf(PROGRAMS === undefined)("tests of identity.yml in dbt", { timeout: 1_200_000 }, () => {
  const home = join(folder, "tests");
  const identity = join(home, "identity.yml");
  const build = () => dbt(join(home, "target", "dbt_tests"), ["build"]);
  /** Cases that fail, by the names that dbt gives them. */
  const failing = (output: string) =>
    [...output.matchAll(/^.* FAIL \d+ (\w+) \.+ /gm)].map(([, name]) => name).sort();

  test("every case is a test of its name, and fails where `idweave test` fails", () => {
    mkdirSync(home);
    idweave(home, "init", "--yes");
    idweave(home, "compile", "--format", "dbt", "--tests");
    expect(idweave(home, "compile", "--format", "dbt", "--tests", "--check")).toContain("up to date");
    const right = build();
    expect(right.code, right.output).toBe(0);
    for (const name of [
      "a_family_that_shares_a_phone_stays_two_people",
      "an_order_without_a_contact_is_no_record",
      "a_cannot_link_gives_both_sides_their_ids_back_day_3",
    ]) {
      expect(right.output).toMatch(new RegExp(`PASS ${name} `));
    }

    // Two rules changed: a placeholder joins, and what no rule rejects any more is a record.
    const given = readFileSync(identity, "utf8");
    const changed = given
      .replace("ignore: [test@test.com, ", "ignore: [")
      .replace("coalesce(user_id, email, phone) is null", "order_no is null");
    expect(changed.split("\n").filter((line) => !given.includes(line)).length).toBe(2);
    writeFileSync(identity, changed);
    idweave(home, "compile", "--format", "dbt", "--tests");
    const wrong = build();
    const { tests } = JSON.parse(
      spawnSync(process.execPath, [MAIN, "test", "--format", "json"], { cwd: home, encoding: "utf8" }).stdout,
    ) as { readonly tests: readonly { readonly name: string; readonly passed: boolean }[] };
    const expected = tests.flatMap(({ name, passed }) => (passed ? [] : [name.replaceAll(" ", "_")]));
    expect(expected).toEqual(["a_placeholder_joins_nobody", "an_order_without_a_contact_is_no_record"]);
    expect(failing(wrong.output)).toEqual(expected);
    expect(wrong.code).toBe(1);
  });
});

describe.skipIf(PROGRAMS === undefined)("the worked example in dbt", () => {
  test("`dbt build` passes, and gives idweave's own answer", { timeout: 1_200_000 }, async () => {
    const homes = ["ours", "theirs"].map((name) => join(folder, "example", name));
    for (const home of homes) {
      for (const each of ["identity.yml", "data", "models", "decisions.csv"]) {
        cpSync(join(ROOT, each), join(home, each), { recursive: true });
      }
    }
    const [ours = "", theirs = ""] = homes;
    idweave(ours, "run", "--quiet");
    idweave(theirs, "compile", "--format", "dbt");
    const { code, output } = dbt(join(theirs, "target", "dbt"), ["build"]);
    expect(code, output).toBe(0);
    expect(await differences(join(ours, "customer.duckdb"), join(theirs, "customer.duckdb"))).toEqual({});
    expect(readFileSync(join(theirs, "target/dbt/seeds/decisions.csv"), "utf8")).toContain("twins");
  });
});
