// The inputs of a project: files in every format, SELECTs with Jinja, tables, macros.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { type Files, identityYml, keysOf, projectOf, seenFrom, valuesOf } from "./messages.ts";
import type { Folder } from "./run-project.ts";

async function copyTo(folder: Folder, rows: string, file: string): Promise<void> {
  const warehouse = await openDuckdb({ path: ":memory:" });
  await warehouse.execute(`copy (${rows}) to '${folder.path}/${file}'`);
  warehouse.close();
}

test("files of every format, globs and compression; one value joins them all", async () => {
  const csv = (id: string, separator = ",") => `id${separator}e\n${id}${separator}a@x.org\n`;
  const formats: Readonly<Record<string, Files>> = {
    "commas.csv": { "commas.csv": `\ufeff${csv("01")}` },
    "semicolons.csv": {
      "semicolons.csv": 'id;e;"note; of sorts"\r\n01;a@x.org;"1,5 ""inch""\r\nand more"\r\n',
    },
    "bars.csv": { "bars.csv": csv("#1", "|") },
    "tabs.tsv": { "tabs.tsv": csv("01", "\t") },
    "packed.csv.gz": { "packed.csv.gz": gzipSync(csv("01", ";")) },
    "array.json": { "array.json": '[\n  {"id": "01", "e": "a@x.org"}\n]' },
    "lines.ndjson": { "lines.ndjson": '{"id": "01", "e": "a@x.org"}\n{"id": 2, "e": null}\n' },
    "lines.jsonl.gz": { "lines.jsonl.gz": gzipSync('{"id": "01", "e": "a@x.org"}\n') },
    "part-*.csv": {
      "part-1.csv": csv("1"),
      "part-2.csv": "e,other,id\na@x.org,x,2\n",
      "part-3.csv": "id,e\n",
    },
    "days/*/x.ndjson": {
      "days/1/x.ndjson": '{"id": "1", "e": "a@x.org"}',
      "days/2/x.ndjson": '{"id": "2", "e": null}',
    },
    "typed-*.parquet": {},
  };
  const models = Object.keys(formats).map(
    (file, index) =>
      `  m${String(index + 1).padStart(2, "0")}: { file: "${file}", key: id, identifiers: { email: e } }`,
  );
  const folder = projectOf({
    ...Object.assign({}, ...Object.values(formats)),
    "identity.yml": identityYml({ models: models.join("\n") }),
  });
  await copyTo(folder, "select '001' as id, 'a@x.org' as e", "typed-1.parquet");
  await copyTo(folder, "select 2::bigint as id, 'a@x.org' as e", "typed-2.parquet");
  await folder.run();
  expect(await keysOf(folder)).toEqual([
    "m01:01",
    "m02:01",
    "m03:#1",
    "m04:01",
    "m05:01",
    "m06:01",
    "m07:01",
    "m07:2",
    "m08:01",
    "m09:1",
    "m09:2",
    "m10:1",
    "m10:2",
    "m11:001",
    "m11:2",
  ]);
  expect(await folder.query("select max(records)::int as largest from identity.identities")).toEqual([
    { largest: 13 },
  ]);
  folder.remove();
});

test("JSON keeps its texts: what looks like a number, a UUID, a date or a time", async () => {
  const texts = [
    "007",
    "1e3",
    "6F9619FF-8B86-D011-B42D-00C04FC964FF",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "10:00:00",
    "true",
    "null",
    " padded ",
  ];
  const rows = texts.map((text) => ({
    id: text,
    at: "2026-01-01T10:00:00+02:00",
    e: [text],
    none: null,
    n: 7,
  }));
  const long = "ключ".repeat(2_500);
  // DuckDB looks at 20,480 rows to tell the types: what comes later is there all the same.
  const many = Array.from({ length: 21_000 }, (_, index) => `{"id": ${index}}`);
  const folder = projectOf({
    "identity.yml": identityYml({
      models: `  a: { file: a.ndjson, key: id, observed_at: at, identifiers: { email: [e, none] }, attributes: [n] }
  b: { file: b.csv, key: id, identifiers: { email: e } }
  c: { file: c.ndjson, key: id, identifiers: { email: rare } }`,
    }),
    "a.ndjson": rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
    "b.csv": `id,e\n007,007\n${long},${long}\n`,
    // The column `none` is JSON to DuckDB, and so is one with numbers and texts.
    "c.ndjson": `${many.join("\n")}\n{"id": "x1", "rare": "007"}\n`,
  });
  await folder.run();
  expect(await valuesOf(folder, "email")).toEqual(
    [...texts.map((text) => `a:${text} ${text}`), "b:007 007", `b:${long} ${long}`, "c:x1 007"].sort(
      (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)),
    ),
  );
  expect(
    await folder.query(
      "select distinct observed_at::varchar as at from identity.identity_records where model = 'a'",
    ),
  ).toEqual([{ at: "2026-01-01 08:00:00" }]);
  expect(
    await folder.query("select count(*)::int as n from identity.identity_records where model = 'c'"),
  ).toEqual([{ n: 21_001 }]);
  folder.remove();
});

test("SELECTs with Jinja read tables of the target, other models and files", async () => {
  const warehouse = async (folder: Folder, ...statements: readonly string[]) => {
    const database = await openDuckdb({ path: `${folder.path}/customer.duckdb` });
    for (const statement of statements) await database.execute(statement);
    database.close();
  };
  const folder = projectOf({
    "identity.yml": identityYml({
      models: `  # refers to a model further down
  joined: { sql: models/joined.sql, key: id, identifiers: { email: email } }
  contacts: { sql: models/contacts.sql, key: [shop, id], identifiers: { email: email } }
  plain: { table: raw.contacts, key: id, identifiers: { email: email } }
  quoted: { table: 'raw."My ""Table"""', key: id, identifiers: { email: email } }`,
      identifiers: "  email: { priority: 1, normalize: [email] }",
      more: "vars: { region: eu, least: 2 }\n",
    }),
    "models/joined.sql": `
{# blank lines and comments before the SELECT #}
select c.id, c.email
from {{ ref('contacts') }} as c
join {{ ref("plain") }} as p on p.id = c.id;
`,
    "models/contacts.sql": `{% set columns = ['id', 'email'] -%}
select {% for column in columns %}{{ column }}, {% endfor %}'{{ target.name }}-{{ target.schema }}' as shop
from {{ source('raw', 'contacts') }}
where region = '{{ var("region") }}' and id::int >= {{ var('least') }} {% if env_var('SURELY_UNSET', 'no') == 'yes' %}and false{% endif %}
union all
select '9', {{ shout("'file@x.org'") }}, 'f' from source_contacts
union all
select id, email, 'csv' from read_csv('data/more.csv', all_varchar = true)
`,
    "macros/shout.sql": "{% macro shout(value) %}upper({{ value }}){% endmacro %}\n",
    "data/more.csv": "id,email\n10,more@x.org\n",
  });
  await warehouse(
    folder,
    "create schema raw",
    "create table raw.contacts as select * from (values ('1', 'ann@x.org', 'eu'), ('2', 'bob@x.org', 'eu'), ('3', 'eve@x.org', 'us')) as t (id, email, region)",
    'create table raw."My ""Table""" as select 7 as id, date \'2026-01-01\' as email',
    // A table of the user may be called like anything of ours.
    "create table source_contacts as select 1 as one",
  );
  const { database } = await folder.run();
  expect(seenFrom(folder, database)).toBe("customer.duckdb");
  expect(await valuesOf(folder, "email")).toEqual([
    "contacts:csv|10 more@x.org",
    "contacts:dev-identity|2 bob@x.org",
    "contacts:f|9 file@x.org",
    "joined:2 bob@x.org",
    "plain:1 ann@x.org",
    "plain:2 bob@x.org",
    "plain:3 eve@x.org",
    "quoted:7 2026-01-01",
  ]);
  folder.remove();
});

test("a macro of the project wins over a built-in one, with a notice", async () => {
  const folder = projectOf({
    "identity.yml": identityYml({ identifiers: "  email: { priority: 1, normalize: [email, twice] }" }),
    "macros/email.sql": "{% macro email(value) %}lower(trim({{ value }})) || '!'{% endmacro %}\n",
    "macros/twice.sql": "{% macro twice(value) %}({{ value }} || {{ value }}){% endmacro %}\n",
  });
  const { warnings } = await folder.run();
  expect(seenFrom(folder, formatDiagnostics(warnings, "text"))).toMatchInlineSnapshot(`
    "macros/email.sql:1:10: warning IDW411: The macro \`email\` replaces the built-in one.
    "
  `);
  expect(await valuesOf(folder, "email")).toContain("crm:3 bob@x.org!bob@x.org!");
  folder.remove();
});
