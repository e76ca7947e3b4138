// Erasure by scripts: whoever is forgotten is in no relation any more and stays away, everything is as DuckDB leaves it, and a
// script without the right secret, or whose erasing fails, changes nothing. `npm run test:warehouses -- --all` takes more runs.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dialectOf } from "../../src/dialect/index.ts";
import { APPENDED, OUTPUTS } from "../../src/plan/names.ts";
import { print } from "../../src/sql/fragment.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { type Folder, folderOf } from "../engine/run-project.ts";
import { DATABASE } from "../scenarios/project.ts";
import { startPostgres } from "./postgres.ts";
import { PLACES, type Table, tableStatement, type WarehouseProject, warehouseProject } from "./project.ts";
import { differingRows, publishedOnDuckdb, publishedRows } from "./relations.ts";
import { ABSENT, startStandIn, WAREHOUSES } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

const SECRET = "the secret of the tests, which protects nobody";
const SCHEMA = "erasing";

/** In every key and every value of the people who are forgotten here. */
const NEEDLE = "annsecret";

const document = (place: (name: string) => object) => ({
  version: 1,
  entity: "customer",
  models: {
    crm: {
      ...place("crm"),
      key: "key",
      observed_at: "seen_at",
      erased: "gone",
      identifiers: { email: "email", phone: "phone" },
      attributes: ["name"],
      reject: [{ when: "name = 'reject me'", reason: "asked" }],
    },
    shop: {
      ...place("shop"),
      key: "key",
      identifiers: { email: "email", phone: "phone" },
      attributes: ["name"],
    },
  },
  identifiers: {
    email: { priority: 1, normalize: ["email"], valid: "[^@ ]+@[^@ ]+" },
    phone: { priority: 2, contested: "first" },
  },
  golden_record: { model_order: ["crm", "shop"], attributes: { name: "most_frequent" } },
});

const COLUMNS = {
  crm: ["key", "seen_at", "email", "phone", "name", "gone"],
  shop: ["key", "email", "phone", "name"],
  decisions: ["id", "decision", "a", "b", "identifier", "value", "reason", "decided_at"],
  requests: ["record_key", "identity_id", "identifier", "value"],
} as const;

type Name = keyof typeof COLUMNS;
type Cells = readonly (string | boolean | null)[];
type Tables = Readonly<Record<Name, readonly Cells[]>>;

const AT = "2026-01-01T00:00:00Z";
const crm = (key: string, email: string | null, phone: string | null, name = "x", gone = false): Cells => [
  key,
  AT,
  email,
  phone,
  name,
  gone,
];
const OTHERS = [
  crm("bob", "bob@x.example", "55", "Bob"),
  crm("cid", "cid@x.example", null, "Cid"),
  crm("dan", "dan@x.example", "77", "Dan"),
];
const PERSON = [
  crm("annsecret-1", "annsecret.new@x.example", "99"),
  crm("annsecret-3", "annsecret.old@x.example", "annsecret phone"),
  crm("annsecret-4", "not an annsecret email", null, "Annsecret"),
  crm("annsecret-5", "annsecret-typo@x.example", null),
  crm("annsecret-6", null, null, "reject me"),
  // Of others who ask: by their identity, and by a value, which somebody else carries too.
  crm("annsecret-7", "annsecret.seven@x.example", "7"),
  crm("annsecret-8", "Annsecret.Eight@x.example", "8"),
  // The only bridge between Bob and Fay.
  crm("annsecret-9", "bob@x.example", "66"),
];
const SHOP: readonly Cells[] = [
  ["annsecret-2", "annsecret.new@x.example", "99", "Annsecret"],
  ["annsecret-7b", null, "7", "Annsecret"],
  ["annsecret-8b", "annsecret.eight@x.example", null, "Annsecret"],
  ["eve", null, "99", "Eve"],
  ["fay", null, "66", "Fay"],
];
const DECISIONS: readonly Cells[] = [
  ["d1", "must_link", "crm:annsecret-1", "crm:cid", null, null, "annsecret rang us", AT],
  ["d2", "ignore_value", null, null, "email", "Annsecret-Typo@x.example", "typo of annsecret", AT],
  ["d3", "cannot_link", "crm:bob", "crm:dan", null, null, "not the same", AT],
];

const DAYS: readonly Tables[] = [
  {
    crm: [...OTHERS, crm("annsecret-1", "annsecret.old@x.example", null), ...PERSON.slice(1, 7)],
    shop: SHOP,
    decisions: [],
    requests: [],
  },
  { crm: [...OTHERS, ...PERSON], shop: SHOP, decisions: DECISIONS, requests: [] },
  {
    // Some are marked; the rows of those who asked are all still there.
    crm: [
      ...OTHERS,
      ...PERSON.slice(0, 5).map(([key]) => crm(String(key), null, null, "reject me", true)),
      ...PERSON.slice(5),
    ],
    shop: SHOP,
    decisions: DECISIONS,
    requests: [
      ["shop:annsecret-2", null, null, null],
      [null, "the identity of crm:annsecret-7", null, null],
      [null, null, "email", " ANNSECRET.eight@x.example"],
      [" crm:annsecret-9", null, null, null],
      [null, "id_000000000000000000000000", null, null],
    ],
  },
  {
    // What was marked is no longer delivered; a new record comes with a value that was asked to go.
    crm: [...OTHERS, ...PERSON.slice(5), crm("annsecret-10", "annsecret.eight@x.example", null)],
    shop: SHOP,
    decisions: DECISIONS,
    requests: [],
  },
];

function csv(name: Name, rows: readonly Cells[]): string {
  const cell = (value: Cells[number]) => (value === null ? "" : `"${String(value).replaceAll('"', '""')}"`);
  return [COLUMNS[name].join(","), ...rows.map((row) => row.map(cell).join(","))].join("\n");
}

const ALL = process.env["IDWEAVE_ALL"] === "1";

/** What a later run may be; a sample of it without `--all`. */
const LATER = ALL ? (["incremental", "full", "rollback"] as const) : (["full"] as const);

const STARTS = {
  bigquery: () => startStandIn("bigquery"),
  snowflake: () => startStandIn("snowflake"),
  postgres: startPostgres,
} as const;

const NAMES = ABSENT === undefined ? ([...WAREHOUSES, "postgres"] as const) : (["postgres"] as const);

describe.each(NAMES)("%s", (name) => {
  const place = `${PLACES[name].catalog}.${SCHEMA}`;
  const table = (relation: string) => ({ table: `${place}.${relation}` });
  let server: { readonly connect: () => Promise<RemoteWarehouse>; readonly stop: () => Promise<void> };
  let warehouse: RemoteWarehouse;
  let theirs: WarehouseProject;
  let ours: Folder;

  const query = (sql: string) => warehouse.execute(sql);
  const run = (mode: "full" | "incremental" | "rollback", secret?: string, change = (sql: string) => sql) =>
    warehouse.execute(change(theirs.script(mode, { rollbackTo: 1 })), undefined, secret);
  const runOurs = (more: object) => ours.run({ env: { IDWEAVE_SECRET: SECRET }, ...more });

  beforeAll(async () => {
    server = await STARTS[name]();
    warehouse = await server.connect();
    const { statements, lexical } = dialectOf(name);
    if (name === "postgres") await query(`drop schema if exists ${SCHEMA}, marking cascade`);
    await query(print(statements.createSchema(PLACES[name].catalog, SCHEMA), lexical));
    const read = (file: string) => ({ sql: `${file}.sql` });
    ours = folderOf({
      "identity.yml": JSON.stringify({
        ...document(read),
        targets: { dev: { type: "duckdb", ...DATABASE } },
        decisions: "decisions.csv",
        forget: "requests.csv",
      }),
      "crm.sql":
        "select * replace (gone = 'true' as gone) from read_csv('crm.csv', all_varchar = true, header = true)",
      "shop.sql": "select * from read_csv('shop.csv', all_varchar = true, header = true)",
    });
    theirs = warehouseProject(name, SCHEMA, {
      ...document(table),
      decisions: table("decisions"),
      forget: table("requests"),
    });
  });
  afterAll(async () => {
    ours.remove();
    theirs.folder.remove();
    await warehouse.close();
    await server.stop();
  });

  async function write(day: number): Promise<void> {
    const tables = DAYS[day] ?? { crm: [], shop: [], decisions: [], requests: [] };
    const ids = await idOf("crm:annsecret-7", day);
    for (const relation of Object.keys(COLUMNS) as Name[]) {
      const rows = tables[relation].map((row) =>
        row.map((cell) => (cell === "the identity of crm:annsecret-7" ? ids : cell)),
      );
      ours.write({ [`${relation}.csv`]: csv(relation, rows) });
      const columns = COLUMNS[relation].map(
        (column) => ({ name: column, type: column === "gone" ? "boolean" : "text" }) as const,
      );
      const made: Table = { name: relation, columns, rows };
      await query(tableStatement(name, SCHEMA, made));
    }
  }

  async function idOf(key: string, day: number): Promise<string | null> {
    if (day === 0) return null;
    const [row] = await query(
      `select identity_id from ${place}.identity_records where record_key = '${key}'`,
    );
    return row === undefined ? null : String(row["identity_id"]);
  }

  async function expectTheSame(): Promise<void> {
    const [wanted, got] = [await publishedOnDuckdb(ours), await publishedRows(query, place)];
    expect(differingRows(wanted, got)).toEqual({});
  }

  /** Rows of working tables that still tell of them; other warehouses do not say which tables a session has. */
  async function workingLeftovers(): Promise<readonly string[]> {
    if (name !== "postgres") return [];
    const found: string[] = [];
    const tables = await query(
      "select relname as name from pg_class where relnamespace = pg_my_temp_schema() and relkind = 'r'",
    );
    for (const table of tables) {
      const rows = await query(`select cast(to_jsonb(t) as text) as line from pg_temp.${table["name"]} as t`);
      const lines = rows.map(({ line }) => `${table["name"]}: ${line}`);
      found.push(...lines.filter((line) => line.toLowerCase().includes(NEEDLE)));
    }
    return found;
  }

  /** Rows of any relation that still tell of those who are gone. */
  async function leftovers(): Promise<readonly string[]> {
    const found: string[] = [];
    const relations = [...OUTPUTS, ...APPENDED, "merge_evidence", "run_log", "run_metrics", "run_lock"];
    for (const relation of relations) {
      const rows = await query(`select * from ${place}.${relation}`);
      found.push(
        ...rows
          .map((row) => `${relation}: ${Object.values(row).map(String).join(" | ")}`)
          .filter((line) => line.toLowerCase().includes(NEEDLE)),
      );
    }
    return found;
  }

  test("no text of a script has the secret, and without it nothing is made", async () => {
    await write(0);
    for (const mode of ["full", "incremental", "rollback"] as const)
      expect(theirs.script(mode)).not.toContain(SECRET);
    await expect(run("full")).rejects.toThrow(
      name === "bigquery" ? /idweave_secret/ : "IDW750 The secret of the project is missing",
    );
    await expect(run("full", "too short")).rejects.toThrow(
      "IDW750 The secret of the project has fewer than 16",
    );
    await expect(query(`select * from ${place}.run_log`)).rejects.toThrow();
  });

  test("two days before anybody is forgotten", async () => {
    await run("full", SECRET);
    await runOurs({ full: true });
    await expectTheSame();
    await write(1);
    await run("incremental", SECRET);
    await runOurs({});
    await expectTheSame();
    expect((await leftovers()).length).toBeGreaterThan(20);
    if (name === "postgres") expect((await workingLeftovers()).length).toBeGreaterThan(20);
  });

  // An error inside a transaction ends that of the stand-in of BigQuery, and with it what would handle the error.
  test.skipIf(name === "bigquery")("an erasure that fails changes nothing", async () => {
    await write(2);
    const before = await publishedRows(query, place);
    const failing = (sql: string) => {
      const found = sql.indexOf("set record_key = null");
      expect(found).toBeGreaterThan(0);
      return sql.replace(
        "set record_key = null",
        `set record_key = cast(cast(record_key as ${dialectOf(name).types.integer}) as ${dialectOf(name).types.text})`,
      );
    };
    await expect(run("incremental", SECRET, failing)).rejects.toThrow(/annsecret/);
    if (name === "postgres") await query("rollback");
    expect(differingRows(before, await publishedRows(query, place))).toEqual({});
  });

  test("nothing of them is left in any relation, and all else is as on DuckDB", async () => {
    await write(2);
    const told = await run("incremental", SECRET);
    await runOurs({});
    await expectTheSame();
    expect(await leftovers()).toEqual([]);
    expect(await workingLeftovers()).toEqual([]);
    expect(String(Object.values(told.at(-1) ?? {})[0])).toContain(
      "IDW632 Requests to forget an identity that was never issued: 1",
    );
    const kept = await query(`select record_key from ${place}.identity_records order by record_key`);
    expect(kept.map((row) => row["record_key"])).toEqual([
      "crm:bob",
      "crm:cid",
      "crm:dan",
      "shop:eve",
      "shop:fay",
    ]);
    const [kinds] = await query(
      `select count(distinct kind) as kinds, count(distinct secret_id) as secrets from ${place}.suppressions`,
    );
    expect(kinds).toEqual({ kinds: 2, secrets: 1 });
  });

  test("another secret is refused, and so is a project that no longer knows it", async () => {
    await write(3);
    for (const mode of LATER.filter((each) => each !== "rollback"))
      await expect(run(mode, `${SECRET}!`)).rejects.toThrow("IDW751");
    const unasked = warehouseProject(name, SCHEMA, { ...document(table), decisions: table("decisions") });
    await expect(query(unasked.script("incremental"))).rejects.toThrow("IDW750 People were forgotten");
    unasked.folder.remove();
    expect(await query(`select max(run) as last from ${place}.run_log`)).toEqual([{ last: 3 }]);
  });

  test.runIf(ALL || name === "postgres")("rows that are marked need no secret", async () => {
    const marked = warehouseProject(name, "marking", { ...document(table), decisions: table("decisions") });
    const { statements, lexical } = dialectOf(name);
    await query(print(statements.createSchema(PLACES[name].catalog, "marking"), lexical));
    await write(1);
    await query(marked.script("full"));
    await write(2);
    await query(marked.script("incremental"));
    const rows = (relation: string) => query(`select * from ${PLACES[name].catalog}.marking.${relation}`);
    expect((await rows("identity_records")).length).toBe(3 + 3 + 5);
    expect((await rows("withdrawn_ids")).length).toBe(5);
    expect(await rows("suppressions")).toEqual([]);
    for (const relation of [...OUTPUTS, ...APPENDED]) {
      const lines = (await rows(relation)).map((row) => Object.values(row).map(String).join(" | "));
      expect(lines.filter((line) => /crm:annsecret-[1-6]|annsecret\.old|annsecret.phone/.test(line))).toEqual(
        [],
      );
    }
    marked.folder.remove();
    await write(3);
  });

  test.each(LATER)("a later run does not bring them back: %s", async (mode) => {
    await run(mode, mode === "rollback" ? undefined : SECRET);
    await runOurs(mode === "rollback" ? { rollbackTo: 1 } : { full: mode === "full" });
    await expectTheSame();
    expect(await leftovers()).toEqual([]);
  });
});
