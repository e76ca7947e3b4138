// Days of a project on PostgreSQL and on DuckDB: a full run, incremental runs and a rollback leave the same rows and the same
// ids in every relation.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Mode } from "../../src/plan/plan.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import type { Row } from "../../src/warehouse/warehouse.ts";
import { type Folder, folderOf } from "../engine/run-project.ts";
import { COMPARED, TIMES } from "./dbt.ts";
import { expectExplainedAlike } from "./explained.ts";
import { type Server, startPostgres } from "./postgres.ts";
import { PLACES, tableStatement, type WarehouseProject, warehouseProject } from "./project.ts";

const SCHEMA = "life";

/** Every kind of key that a script of a warehouse takes. */
const document = (model: (name: string) => object, decisions: unknown) => ({
  version: 1,
  entity: "person",
  default_country: "US",
  models: {
    people: {
      ...model("people"),
      key: ["office", "number"],
      observed_at: "changed_at",
      on_duplicate_key: "latest",
      identifiers: {
        login: "login",
        Email: ["email", "other_email"],
        phone: { column: "phone", country: "country" },
      },
      attributes: ["first_name", { town: "city" }, "street", "zip"],
      reject: [{ when: "email is null and phone is null", reason: "no_contact_point" }],
    },
    // In bytes, capitals come first; in the order of most languages they do not.
    Visits: {
      ...model("visits"),
      key: "visit",
      identifiers: {
        login: "login",
        device: "device",
        name_and_birth: { all_of: ["last_name", "birth_date"] },
      },
      attributes: ["first_name", "zip", { amount: "amount" }],
    },
  },
  identifiers: {
    login: { priority: 1, limit: 1, contested: "first" },
    Email: {
      priority: 2,
      limit: 2,
      contested: "last",
      normalize: ["email"],
      valid: "[^@ ]+@[^@ ]+\\.[a-z]{2,}",
      ignore: ["test@example.com", { pattern: "no-?reply@.*" }],
      max_records: 20,
    },
    name_and_birth: { priority: 3, normalize: ["name"] },
    phone: { priority: 4, limit: 2, normalize: ["phone"], max_records: 20 },
    device: { priority: 5, max_records: 8 },
  },
  decisions,
  golden_record: {
    model_order: ["people", "Visits"],
    attributes: {
      // biome-ignore lint/suspicious/noThenProperty: a key of identity.yml
      first_name: { survivorship: "most_frequent", then: ["longest"], provenance: true },
      town: {
        survivorship: "most_recent",
        where: "town is not null and model = 'people'",
        authority: ["people"],
        provenance: true,
      },
      logins: { identifier: "login", survivorship: "count_distinct" },
      emails: { identifier: "Email", survivorship: "array", order: "most_recent", max_values: 3 },
      spent: { survivorship: "sum", column: "amount" },
      least: { survivorship: "min", column: "amount" },
      first_town: { survivorship: "min", column: "town" },
      last_street: { survivorship: "max", column: "street", provenance: true },
      only_zip: { survivorship: "unanimous", column: "zip" },
    },
    groups: {
      residence: {
        attributes: ["street", "zip"],
        survivorship: "source_priority",
        // biome-ignore lint/suspicious/noThenProperty: a key of identity.yml
        then: ["earliest"],
        provenance: true,
      },
    },
  },
  confidence: { attributes: ["first_name", "town"] },
  alerts: [{ metric: "largest_identity", above: 1000, on: "fail" }],
});

const PEOPLE = [
  ...["office", "number", "login", "email", "other_email", "phone", "country", "first_name", "city"],
  ...["street", "zip", "changed_at"],
];
const VISITS = ["visit", "login", "device", "last_name", "birth_date", "first_name", "zip", "amount"];
const DECISIONS = [
  ...["id", "decision", "a", "b", "identifier", "value", "decided_at", "reason", "attribute"],
];
const COLUMNS = { people: PEOPLE, visits: VISITS, decisions: DECISIONS } as const;

type Cells = readonly (string | null)[];
type Tables = { readonly [Name in keyof typeof COLUMNS]: readonly Cells[] };

/** The same numbers every time: xorshift. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}

const NAMES = ["Ann", "Änne", "bob", "Bob", "Zoë", "O'Neil", "李", null];

function person(number: number, roll: (sides: number) => number): Cells {
  const some = (value: string, of = 3) => (roll(of) === 0 ? null : value);
  return [
    ["Rome", "Zürich", "oslo"][number % 3] ?? "",
    String(number),
    some(`u${roll(40)}`),
    some(`P${roll(60)}@x.example `, 4),
    some(roll(12) === 0 ? "test@example.com" : `p${roll(60)}@x.example`, 2),
    some(`(212) 555-0${100 + roll(50)}`),
    some(["US", "DE", "Germany"][roll(3)] ?? ""),
    NAMES[roll(NAMES.length)] ?? null,
    some(["Rome", "oslo", "Århus"][roll(3)] ?? ""),
    some(`Street ${roll(9)}`),
    some(`0${roll(900)}`),
    roll(9) === 0 ? null : `2025-01-${String(1 + roll(28)).padStart(2, "0")} 0${roll(10)}:30:00.25`,
  ];
}

function visit(number: number, roll: (sides: number) => number): Cells {
  const some = (value: string) => (roll(3) === 0 ? null : value);
  return [
    `v${number}`,
    some(`u${roll(40)}`),
    some(`d${roll(50)}`),
    some(["Lovelace", "Grüß", "grüss"][roll(3)] ?? ""),
    some(`19${60 + roll(30)}-01-0${1 + roll(9)}`),
    NAMES[roll(NAMES.length)] ?? null,
    some(`0${roll(900)}`),
    some(`${roll(300)}.${10 + roll(90)}`),
  ];
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** The tables of a day: people come, change and leave; decisions are added. */
function day(which: number): Tables {
  const staying = numbers(which * 8, 90 + which * 25);
  const people = staying.map((number) =>
    person(number, dice(number % 7 === 0 ? number * 31 + which : number * 31 + 7)),
  );
  const visits = numbers(which * 5, 70 + which * 20).map((number) => visit(number, dice(number * 17 + 3)));
  const at = "2025-03-01T00:00:00Z";
  const decisions: readonly Cells[] = [
    ["d1", "must_link", "people:oslo|50", "Visits:v40", null, null, at, "they said so", null],
    ["d2", "cannot_link", "people:Rome|51", "people:Zürich|52", null, null, at, null, null],
    ["d3", "ignore_value", null, null, "phone", "+12125550107", at, null, null],
  ];
  const overrides = [
    ["town", "Reykjavík"],
    ["logins", "7"],
    // An override keeps the digits that it has.
    ["spent", "12.500000000"],
    ["emails", '["b@x.example", "a, b"]'],
  ].map(
    ([attribute = "", value = ""], index): Cells => [
      ...[`o${index}`, "golden_override", "people:oslo|50", null, null, value, at, null, attribute],
    ],
  );
  return { people, visits, decisions: which === 0 ? [] : [...decisions.slice(0, which), ...overrides] };
}

let server: Server;
let warehouse: RemoteWarehouse;
let ours: Folder;
let theirs: WarehouseProject;

const csv = (name: keyof Tables, rows: readonly Cells[]) =>
  [COLUMNS[name], ...rows]
    .map((row) => row.map((cell) => (cell === null ? "" : `"${cell.replaceAll('"', '""')}"`)).join(","))
    .join("\n");

beforeAll(async () => {
  server = await startPostgres();
  warehouse = await server.connect();
  await warehouse.execute(`drop schema if exists ${SCHEMA} cascade; create schema ${SCHEMA}`);
  const targets = { dev: { type: "duckdb", path: "customer.duckdb", schema: "identity" } };
  const local = document((name) => ({ sql: `${name}.sql` }), "decisions.csv");
  const sql = (name: string, typed: string) =>
    `select * replace (${typed}) from read_csv('${name}.csv', all_varchar = true, header = true)`;
  ours = folderOf({
    "identity.yml": JSON.stringify({ ...local, targets }),
    "people.sql": sql("people", "cast(changed_at as timestamp) as changed_at"),
    "visits.sql": sql(
      "visits",
      "cast(amount as decimal(10, 2)) as amount, cast(birth_date as date) as birth_date",
    ),
  });
  const table = (name: string) => ({ table: `${PLACES.postgres.catalog}.${SCHEMA}.${name}` });
  theirs = warehouseProject("postgres", SCHEMA, document(table, table("decisions")));
});
afterAll(async () => {
  ours.remove();
  theirs.folder.remove();
  await warehouse.close();
  await server.stop();
});

async function write(which: number): Promise<void> {
  for (const [name, rows] of Object.entries(day(which)) as [keyof Tables, readonly Cells[]][]) {
    writeFileSync(join(ours.path, `${name}.csv`), csv(name, rows));
    const columns = COLUMNS[name].map((column) => ({ name: column, type: "text" }) as const);
    await warehouse.execute(tableStatement("postgres", SCHEMA, { name, columns, rows }));
  }
  await warehouse.execute(`alter table ${SCHEMA}.people alter changed_at type timestamptz using cast(changed_at as timestamptz);
    alter table ${SCHEMA}.visits alter amount type numeric(10, 2) using cast(amount as numeric);
    alter table ${SCHEMA}.visits alter birth_date type date using cast(birth_date as date)`);
}

const shown = (rows: readonly Row[]) =>
  rows
    .map((row) =>
      Object.keys(row)
        .filter((column) => !TIMES.includes(column) && column !== "fingerprint")
        .sort()
        .map((column) => `${column}=${String(row[column])}`)
        .join(" "),
    )
    .sort();

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const found = new Set(others);
  return lines.filter((line) => !found.has(line));
}

async function expectTheSame(): Promise<void> {
  for (const name of COMPARED) {
    const json = name === "golden_records" ? " replace (cast(to_json(emails) as varchar) as emails)" : "";
    const wanted = shown(await ours.query(`select *${json} from identity.${name}`));
    const got = shown(await warehouse.execute(`select * from ${SCHEMA}.${name}`));
    const [more, less] = [without(got, wanted), without(wanted, got)];
    expect({ name, more, less, rows: got.length }).toEqual({ name, more: [], less: [], rows: wanted.length });
  }
}

test.each([
  [0, "full"],
  [1, "incremental"],
  [2, "incremental"],
  [3, "incremental"],
  [3, "full"],
] as const satisfies readonly (readonly [number, Mode])[])("day %i, %s", async (which, mode) => {
  await write(which);
  await ours.run({ full: mode === "full" });
  await warehouse.execute(theirs.script(mode));
  await expectTheSame();
});

test("it is explained as on DuckDB", async () => {
  const place = { database: "customer.duckdb", schema: "identity" };
  const kinds = await expectExplainedAlike(ours, place, theirs, (sql) => warehouse.execute(sql), SCHEMA);
  expect([...kinds].sort()).toEqual(["apart", "life", "together"]);
});

test("the days had something of everything", async () => {
  const [row] = await warehouse.execute(`
    select
      (select count(distinct event) from ${SCHEMA}.identity_events) as events,
      (select count(distinct status) from ${SCHEMA}.record_values) as statuses,
      (select count(*) from ${SCHEMA}.blocked_merges) > 0 as blocked,
      (select count(*) from ${SCHEMA}.rejected_records) > 0 as rejected,
      (select count(*) from ${SCHEMA}.rejected_values) > 0 as dropped,
      (select count(*) from ${SCHEMA}.golden_records where first_name is not null and town is not null) > 10 as golden
  `);
  expect(row).toEqual({ events: 6, statuses: 3, blocked: true, rejected: true, dropped: true, golden: true });
});

test.each([
  ["IDW612 o4", "logins", "many"],
  ["IDW612 o4", "emails", "not JSON"],
  ["IDW611 o4", "nothing", "1"],
])("an override that cannot be followed: %s, %s", async (said, attribute, value) => {
  await warehouse.execute(
    `insert into ${SCHEMA}.decisions (id, decision, a, attribute, value) values ('o4', 'golden_override', 'people:oslo|51', '${attribute}', '${value}')`,
  );
  await expect(warehouse.execute(theirs.script("incremental"))).rejects.toThrow(said);
  await warehouse.execute(`delete from ${SCHEMA}.decisions where id = 'o4'`);
});

/** What decides ties is compared by bytes, whatever the database's own order. */
test.each(["record_key", "source_key", "identity_id", "value"])(
  "every %s is collated by bytes",
  async (column) => {
    const rows = await warehouse.execute(`
    select c.relname as name, o.collname as collation
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid
    join pg_collation as o on o.oid = a.attcollation
    where c.relkind = 'r' and a.attname = '${column}' and c.relname <> 'idw_requests'
      and (c.relnamespace = pg_my_temp_schema() or c.relnamespace = '${SCHEMA}'::regnamespace)
      and c.relname not in ('people', 'visits', 'decisions')
  `);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ collation }) => collation !== "C")).toEqual([]);
  },
);
