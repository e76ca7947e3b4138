// Overrides of golden records by scripts: attributes of every type come out as on DuckDB, a value that its attribute cannot hold
// stops the run before it publishes, and overrides come and go in incremental runs and stay in a rollback.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DialectName } from "../../src/dialect/dialect.ts";
import { dialectOf } from "../../src/dialect/index.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { type Folder, folderOf } from "../engine/run-project.ts";
import { DATABASE } from "../scenarios/project.ts";
import { PLACES, type Table, tableStatement, type WarehouseProject, warehouseProject } from "./project.ts";
import { differingRows, publishedOnDuckdb, publishedRows, type Rows } from "./relations.ts";
import { ABSENT, type StandIn, startStandIn, WAREHOUSES } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

const SCHEMA = "overriding";

const GOLDEN = {
  city: { survivorship: "most_recent", provenance: true },
  visits: "most_recent",
  spent: "most_recent",
  share: "most_recent",
  is_vip: "most_recent",
  born: { survivorship: "most_recent", provenance: true },
  called_at: "most_recent",
  value: "most_frequent",
  emails: { identifier: "email", survivorship: "array", provenance: true },
};

const document = (model: object, decisions: object | string) => ({
  version: 1,
  entity: "customer",
  models: {
    crm: {
      ...model,
      key: "id",
      observed_at: "seen",
      identifiers: { email: "email" },
      attributes: Object.keys(GOLDEN).filter((name) => name !== "emails"),
    },
  },
  identifiers: { email: { priority: 1 } },
  decisions,
  golden_record: { attributes: GOLDEN },
});

const RECORDS = [
  ["1", "2026-01-01", "ann@x.org", "Ulm", "1", "10.5", "0.25", "true", "1980-01-01", "2026-01-01", "a"],
  ["2", "2026-01-02", "ann@x.org", "Rom", "2", "5", "0.5", "false", "1981-01-01", "2026-01-02", "b"],
  ["3", "2026-01-03", "bob@x.org", "Oslo", null, null, null, null, null, null, null],
  ["4", "2026-01-04", "cid@x.org", "Bonn", "4", "4", "0.75", "true", "1984-01-01", "2026-01-04", "d"],
] as const;

/** The rows of the model, of the types that the warehouse has. */
function modelSql(name: DialectName): string {
  const { types } = dialectOf(name);
  const typed = [
    ["id", types.text],
    ["seen", types.timestamp],
    ["email", types.text],
    ["city", types.text],
    ["visits", types.integer],
    ["spent", types.decimal],
    ["share", types.number],
    ["is_vip", types.boolean],
    ["born", "date"],
    ["called_at", types.timestamp],
    ["value", types.text],
  ] as const;
  const text = (cell: string | null | undefined) => (typeof cell === "string" ? `'${cell}'` : "null");
  const rows = RECORDS.map(
    (row) =>
      `select ${typed.map(([as, type], at) => `cast(${text(row[at])} as ${type}) as ${as}`).join(", ")}`,
  );
  return rows.join("\nunion all\n");
}

const HEADER = ["id", "decision", "a", "attribute", "value", "decided_at", "expires_at"] as const;
type Override = readonly [
  id: string,
  a: string,
  attribute: string,
  value: string,
  from?: string,
  to?: string,
];
const idOf = (key: string) => `id_${createHash("md5").update(key).digest("hex").slice(0, 20)}`;

const FIRST: readonly Override[] = [
  ["old", "crm:1", "city", "Bonn", "2026-02-01"],
  ["new", "crm:2", "city", "it's $$ \\ {{ Kiel }} '; drop table x; --", "2026-02-02"],
  ["undated", "crm:2", "city", "Graz"],
  ["over", "crm:1", "city", "Wien", "2026-02-03", "2026-03-01"],
  ["gone street", "crm:1", "street", "Weg", "2026-02-03", "2026-03-01"],
  ["later", "crm:1", "city", "Linz", "2999-01-01"],
  ["nobody", "crm:9", "city", "Oslo", "2026-02-01"],
  ["same", "crm:3", "city", "Oslo", "2026-02-01"],
  ["visits", idOf("crm:1"), "visits", "17", "2026-02-01"],
  ["spent", "crm:1", "spent", "5.00", "2026-02-01"],
  ["spent3", "crm:3", "spent", "-12.25", "2026-02-01"],
  ["share", "crm:2", "share", "0.125", "2026-02-01"],
  ["vip", "crm:2", "is_vip", "yes", "2026-02-01"],
  ["vip4", "crm:4", "is_vip", "true", "2026-02-01"],
  ["born", idOf("crm:1"), "born", "1979-12-31", "2026-02-01"],
  ["born4", "crm:4", "born", "1984-01-01", "2026-02-01"],
  ["called", "crm:3", "called_at", "2026-01-31 12:30:00.5", "2026-02-01"],
  ["value", "crm:3", "value", "an attribute called value", "2026-02-01"],
  ["emails", "crm:3", "emails", '["b@x.org","c, d"]', "2026-02-01"],
  ["none", "crm:4", "emails", "[]", "2026-02-01"],
  ["emails1", "crm:1", "emails", '["ann@x.org"]', "2026-02-01"],
];
const MORE: readonly Override[] = [...FIRST, ["added", "crm:4", "city", "Celle", "2026-02-05"]];
const FEWER = MORE.filter(([id]) => !["born", "emails", "new"].includes(id));

const BAD: readonly Override[] = [
  ["bad", "crm:4", "born", "soon"],
  ["bad", "crm:4", "visits", "many"],
  ["bad", "crm:4", "spent", "1,5"],
  ["bad", "crm:4", "share", "half"],
  ["bad", "crm:4", "is_vip", "perhaps"],
  ["bad", "crm:4", "called_at", "noon"],
  ["bad", "crm:4", "emails", "not JSON"],
];

const csv = (overrides: readonly Override[]) =>
  [HEADER, ...rowsOf(overrides)]
    .map((row) => row.map((cell) => `"${(cell ?? "").replaceAll('"', '""')}"`).join(","))
    .join("\n");

function rowsOf(overrides: readonly Override[]): readonly (readonly (string | null)[])[] {
  return overrides.map(([id, a, attribute, value, from, to]) => [
    id,
    "golden_override",
    a,
    attribute,
    value,
    from ?? null,
    to ?? null,
  ]);
}

/** Drivers differ in how they give a date and a decimal. */
function shownAlike(rows: Rows): Rows {
  const golden = (rows["golden_records"] ?? []).map((line) => {
    const { born, spent, ...row } = JSON.parse(line) as Readonly<Record<string, string | number | null>>;
    return JSON.stringify({
      ...row,
      born: born === null ? null : String(born).replace(" 00:00:00", ""),
      spent: spent === null ? null : Number(spent),
    });
  });
  return { ...rows, golden_records: golden.sort() };
}

describe.skipIf(ABSENT !== undefined).each(WAREHOUSES)("%s", { timeout: 3_600_000 }, (name) => {
  const place = `${PLACES[name].catalog}.${SCHEMA}`;
  let standIn: StandIn;
  let warehouse: RemoteWarehouse;
  let theirs: WarehouseProject;
  let ours: Folder;

  beforeAll(async () => {
    standIn = await startStandIn(name);
    warehouse = await standIn.connect();
    await warehouse.execute(`create schema if not exists ${place}`);
    await warehouse.execute(`create or replace table ${place}.crm as\n${modelSql(name)}`);
    theirs = warehouseProject(
      name,
      SCHEMA,
      document({ table: `${place}.crm` }, { table: `${place}.decisions` }),
    );
    ours = folderOf({
      "identity.yml": JSON.stringify({
        ...document({ sql: "crm.sql" }, "decisions.csv"),
        targets: { dev: { type: "duckdb", ...DATABASE } },
      }),
      "crm.sql": modelSql("duckdb"),
    });
  });
  afterAll(async () => {
    theirs?.folder.remove();
    ours?.remove();
    await warehouse?.close();
    await standIn?.stop();
  });

  async function decide(overrides: readonly Override[]): Promise<void> {
    ours.write({ "decisions.csv": csv(overrides) });
    const columns = HEADER.map((column) => ({ name: column, type: "text" }) as const);
    const table: Table = { name: "decisions", columns, rows: rowsOf(overrides) };
    await warehouse.execute(tableStatement(name, SCHEMA, table));
  }

  async function expectTheSame(): Promise<void> {
    const [wanted, got] = [shownAlike(await publishedOnDuckdb(ours)), shownAlike(await published())];
    expect(differingRows(wanted, got)).toEqual({});
  }

  const published = () => publishedRows((sql) => warehouse.execute(sql), place);

  test("an override of any type wins over every rule, as on DuckDB", async () => {
    await decide(FIRST);
    await warehouse.execute(theirs.script("full"));
    await ours.run();
    await expectTheSame();
    const statuses = await warehouse.execute(`select id, status from ${place}.decisions_in_force`);
    const agreed = statuses.filter(({ status }) => status === "agreed").map(({ id }) => String(id));
    expect(agreed.sort()).toEqual(["born4", "emails1", "same", "spent", "vip4"]);
  });

  test("overrides that cannot be followed stop the run, by name, and nothing is published", async () => {
    const before = await published();
    const numbered = BAD.map(([, ...override], at): Override => [`bad ${at}`, ...override]);
    await decide([...FIRST, ...numbered.slice(0, 4)]);
    await expect(warehouse.execute(theirs.script("incremental"))).rejects.toThrow(
      "Overrides that cannot be followed: IDW612 bad 0: bad value; IDW612 bad 1: bad value; IDW612 bad 2: bad value; IDW612 bad 3: bad value",
    );
    await decide([...FIRST, ...numbered.slice(4), ["lost", "crm:1", "street", "Weg"]]);
    await expect(warehouse.execute(theirs.script("full"))).rejects.toThrow(
      "Overrides that cannot be followed: IDW611 lost: unknown attribute; IDW612 bad 4: bad value; IDW612 bad 5: bad value; IDW612 bad 6: bad value",
    );
    expect(differingRows(before, await published())).toEqual({});
  });

  // A script takes minutes on the stand-in of BigQuery: the runs after the first only with `npm run test:warehouses -- --all`.
  const laterRuns = name === "snowflake" || process.env["IDWEAVE_ALL"] === "1";

  test.runIf(laterRuns)("one more, and some fewer, in incremental runs", async () => {
    for (const overrides of [MORE, FEWER]) {
      await decide(overrides);
      await warehouse.execute(theirs.script("incremental"));
      await ours.run();
      await expectTheSame();
    }
  });

  test.runIf(laterRuns)("a rollback keeps what stands", async () => {
    await warehouse.execute(theirs.script("rollback", { rollbackTo: 1 }));
    await ours.run({ rollbackTo: 1 });
    await expectTheSame();
  });
});
