// dbt on the stand-ins of Snowflake and BigQuery: the scripts that dbt sends give the answer of `idweave run` on DuckDB.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { ensureBuilt, MAIN } from "../cli/support.ts";
import { folderOf } from "../engine/run-project.ts";
import { DATABASE } from "../scenarios/project.ts";
import { dbt, PROGRAMS } from "./dbt.ts";
import { type Table, tableStatement } from "./project.ts";
import { differingRows, publishedOnDuckdb, publishedRows } from "./relations.ts";
import {
  ABSENT,
  forStandIn,
  PLACES,
  type StandIn,
  startStandIn,
  WAREHOUSES,
  type WarehouseName,
} from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

const SCHEMA = "identity";

/** What a user writes, but for where records are: a macro, a variable of the environment, braces. */
const PROJECT = {
  version: 1,
  entity: "customer",
  vars: { shop: "north" },
  models: {
    crm: {
      sql: "models/crm.sql",
      key: "id",
      observed_at: "seen",
      identifiers: { user_id: "user_id", email: "email" },
      attributes: ["name", "city"],
      reject: [
        { when: "name = '{{ env_var('NOBODY') }}'", reason: "nobody {% raw %}{{ really }}{% endraw %}" },
      ],
    },
    shop: {
      key: "no",
      observed_at: "seen_at",
      identifiers: { email: "mail", phone: "phone" },
      attributes: [{ name: "called" }],
    },
  },
  identifiers: {
    user_id: { priority: 1, limit: 1, contested: "first", ignore: ["{{", "{% if", "{#"] },
    email: { priority: 2, limit: 2, normalize: ["shout"], max_records: 50 },
    phone: { priority: 3, limit: 1, normalize: ["digits"] },
  },
  decisions: "decisions.csv",
  golden_record: {
    attributes: {
      name: { survivorship: "most_frequent", provenance: true },
      city: "most_recent",
    },
  },
  alerts: [
    { metric: "largest_identity", above: 6, on: "fail" },
    { metric: "records", above: 7, on: "warn" },
  ],
};

const MACRO = "{% macro shout(value) %}upper({{ value }}){% endmacro %}\n";
const ENVIRONMENT = { NOBODY: "Nobody" };

const CRM = [
  ["1", "u1", "a@x.example", "Ann", "Rome", "2025-01-01 00:00:00"],
  ["2", "u2", "a@x.example", "Anne", "Oslo", "2025-01-02 00:00:00"],
  ["3", null, "b@x.example", "Bob {{ x }} {% y %} {# z #}", "Rome", "2025-01-03 00:00:00"],
  ["4", "{{", "b@x.example", "Nobody", "Rome", "2025-01-04 00:00:00"],
  ["5", "u5", "c@x.example", "O'Neil \"\\$$", "Rome", "2025-01-05 00:00:00"],
];
const SHOP = [
  ["7", "A@x.example", "+1 212", "Ann", "2025-02-01 00:00:00"],
  ["8", "c@x.example", "+1 212", "Neil", "2025-02-02 00:00:00"],
  ["9", "d@x.example", "+1 213", "Dora", "2025-02-03 00:00:00"],
];
const DECISIONS =
  "id,decision,a,b,attribute,value,decided_at,reason\nd1,must_link,crm:3,shop:9,,,2025-03-01T00:00:00Z,{{ they }} said so\n";
const MORE_DECISIONS = `${DECISIONS}d2,cannot_link,crm:1,shop:7,,,2025-03-02T00:00:00Z,no
o1,golden_override,crm:5,,name,"Nei{% l %}' $$",2025-03-02T00:00:00Z,asked
`;

type Rows = readonly (readonly (string | null)[])[];

const COLUMNS = {
  crm: ["id", "user_id", "email", "name", "city", "seen"],
  shop: ["no", "mail", "phone", "called", "seen_at"],
} as const;

function tableOf(name: keyof typeof COLUMNS, rows: Rows): Table {
  return { name, columns: COLUMNS[name].map((column) => ({ name: column, type: "text" })), rows };
}

function csvOf(name: keyof typeof COLUMNS, rows: Rows): string {
  const quoted = (cell: string | null) => (cell === null ? "" : `"${cell.replaceAll('"', '""')}"`);
  return [COLUMNS[name].join(","), ...rows.map((row) => row.map(quoted).join(","))].join("\n");
}

/** The output of a profile that leads to a stand-in. */
function profileOf(name: WarehouseName, url: string): object {
  const { catalog } = PLACES[name];
  return name === "bigquery"
    ? {
        type: name,
        method: "oauth-secrets",
        token: "t",
        project: catalog,
        dataset: SCHEMA,
        api_endpoint: url,
      }
    : {
        type: name,
        account: "local",
        host: "127.0.0.1",
        port: Number(new URL(url).port),
        protocol: "http",
        user: "u",
        password: "p",
        database: catalog,
        schema: SCHEMA,
        warehouse: "W",
        role: "R",
      };
}

describe.skipIf(ABSENT !== undefined || PROGRAMS === undefined).each(WAREHOUSES)(
  "dbt on %s",
  { timeout: 1_800_000 },
  (name) => {
    const home = mkdtempSync(join(tmpdir(), `idweave-dbt-${name}-`));
    const ours = folderOf({});
    const place = `${PLACES[name].catalog}.${SCHEMA}`;
    let standIn: StandIn;
    let warehouse: RemoteWarehouse;

    beforeAll(async () => {
      await ensureBuilt();
      standIn = await startStandIn(name);
      warehouse = await standIn.connect();
      await warehouse.execute(`create schema if not exists ${PLACES[name].catalog}.raw`);
    }, 180_000);
    afterAll(async () => {
      await warehouse.close();
      await standIn.stop();
      rmSync(home, { recursive: true, force: true });
      ours.remove();
    });

    /** The same project twice: on DuckDB, and compiled for dbt. */
    const change = async (crm: Rows, shop: Rows, decisions: string, document: object = PROJECT) => {
      await warehouse.execute(tableStatement(name, "raw", tableOf("crm", crm)));
      await warehouse.execute(tableStatement(name, "raw", tableOf("shop", shop)));
      const { models, ...rest } = document as typeof PROJECT;
      const both = { "decisions.csv": decisions, "macros/shout.sql": MACRO };
      const select = (from: string) =>
        `-- {# of the {{ var('shop') }} #}\nselect id, user_id, email, name, city, seen from ${from} where '{{ var("shop") }}' = 'north'\n`;
      ours.write({
        ...both,
        "identity.yml": stringify({
          ...rest,
          targets: { dev: { type: "duckdb", ...DATABASE } },
          models: { ...models, shop: { ...models.shop, file: "shop.csv" } },
        }),
        "models/crm.sql": select("read_csv('crm.csv', all_varchar = true)"),
        "crm.csv": csvOf("crm", crm),
        "shop.csv": csvOf("shop", shop),
      });
      const theirs = folderOf({
        ...both,
        "identity.yml": stringify({
          ...rest,
          targets: { prod: { type: name, profile: "stand_in" } },
          models: { ...models, shop: { ...models.shop, table: `${PLACES[name].catalog}.raw.shop` } },
        }),
        "models/crm.sql": select("{{ source('raw', 'crm') }}"),
        "profiles.yml": stringify({
          stand_in: { target: "dev", outputs: { dev: profileOf(name, standIn.url) } },
        }),
      });
      cpSync(theirs.path, home, { recursive: true });
      theirs.remove();
      compile();
    };
    const compile = () => {
      const words = ["compile", "--format", "dbt"];
      const ended = spawnSync(process.execPath, [MAIN, ...words], { cwd: home, encoding: "utf8" });
      if (ended.status !== 0) throw new Error(`${ended.stdout}${ended.stderr}`);
      const macros = join(home, "target", "dbt", "macros", "customer_identities");
      for (const file of readdirSync(macros)) {
        const text = readFileSync(join(macros, file), "utf8");
        writeFileSync(join(macros, file), forStandIn(name, text));
      }
      return ended.stdout;
    };
    const build = (...words: readonly string[]) =>
      dbt(join(home, "target", "dbt"), words, { ...ENVIRONMENT, DBT_PROFILES_DIR: home });
    const built = (...words: readonly string[]) => {
      const { code, output } = build(...words);
      expect(code, output).toBe(0);
      return output;
    };
    const difference = async () => {
      const theirs = await publishedRows((sql) => warehouse.execute(sql), place);
      return differingRows(await publishedOnDuckdb(ours), theirs);
    };
    const runs = async () => {
      const rows = await warehouse.execute(`select max(run) as run from ${place}.run_log`);
      return Number(rows[0]?.["run"]);
    };

    test("`dbt build` from an empty folder: DuckDB's answer, and every test passes", async () => {
      await change(CRM, SHOP, DECISIONS);
      await ours.run({ env: ENVIRONMENT });
      const output = built("build");
      expect(output).toContain("customer_identities: run 1, full, since it is the first");
      expect(output).toMatch(/customer_identities: run 1 \(full\): 7 records, \d identities/);
      expect(output).toMatch(/Completed successfully[\s\S]*ERROR=0 SKIP=0/);
      expect(await difference()).toEqual({});
    });

    test("a second run is incremental, and an alarm may warn", async () => {
      const crm = CRM.map((row) => row.map((cell) => (cell === "Oslo" ? "Bari" : cell)));
      await change(
        [...crm, ["6", "u1", "e@x.example", "Eve", "Bonn", "2025-04-01 00:00:00"]],
        SHOP,
        MORE_DECISIONS,
      );
      await ours.run({ env: ENVIRONMENT });
      const output = built("build");
      expect(output).toContain("customer_identities: run 2, incremental");
      expect(output).toContain("IDW721 records is 8.0: above 7");
      expect(await difference()).toEqual({});
    });

    test("an alarm stops the run, unless it is accepted; a script may have dollars in it", async () => {
      const more = Array.from({ length: 9 }, (_, row) => [
        `${row + 20}`,
        "f@x.example",
        null,
        "F",
        `2025-05-0${row + 1} 00:00:00`,
      ]);
      const crm = {
        ...PROJECT.models.crm,
        reject: [{ when: "name = '{{ env_var('NOBODY') }}' or city = 'a $$; b'", reason: "no'body" }],
      };
      await change(CRM, [...SHOP, ...more], MORE_DECISIONS, {
        ...PROJECT,
        models: { ...PROJECT.models, crm },
      });
      const stopped = build("run");
      expect(stopped.output).toContain("run 3, full, since identity.yml, a model or a macro changed");
      expect(stopped.output).toContain("IDW720 largest_identity is 9");
      expect(stopped.code).toBe(1);
      expect(await runs()).toBe(2);
      await ours.run({ env: ENVIRONMENT, acceptAlarms: true, full: true });
      const output = built("run", "--full-refresh", "--vars", "{idweave_accept_alarms: true}");
      expect(output).toContain("run 3, full, since a full refresh was asked for");
      expect(await difference()).toEqual({});
    });

    // What dbt does by itself is the same on both.
    test.runIf(name === "snowflake")("one relation alone is not built anew; its tests run", async () => {
      expect(built("build", "--select", "golden_records")).toMatch(/PASS=5 /);
      expect(await runs()).toBe(3);
    });

    test.runIf(name === "snowflake")("what is no time is not sent", async () => {
      const hostile = build("run", "--vars", `{idweave_as_of: "2025-01-01' as date); drop table x; --"}`);
      expect(hostile.output).toContain("idweave_as_of is no time");
      expect(hostile.code).toBe(1);
      expect(await runs()).toBe(3);
    });
  },
);
