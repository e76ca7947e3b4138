// SELECTs, expressions, tables and targets that the database refuses: what a user reads, to the letter, and that nothing is
// published. Every case meets the database of an earlier good run, whose bytes must stay the same.
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check } from "../../src/run/check.ts";
import { CRM_CSV, identityYml, model, projectOf, refusal, refused } from "./messages.ts";

describe("SQL", () => {
  const sqlModel = (more = "") =>
    model(`  crm:
    sql: models/crm.sql
    key: id
    identifiers: { email: email }${more}`);

  test("that the database refuses, at its line and column", async () => {
    const sql = "select id,\n  email\nfrom read_csv('crm.csv')\nwher id > 1\n";
    expect(await refused({ ...sqlModel(), "models/crm.sql": sql })).toMatchInlineSnapshot(`
      "models/crm.sql:4:6: error IDW405: The SELECT of crm fails: syntax error at or near "id".
        |
      3 | from read_csv('crm.csv')
      4 | wher id > 1
        |      ^
      "
    `);
    expect(
      await refused({ ...sqlModel(), "models/crm.sql": `\n\n${sql.replace("wher", "where nosuch and")}` }),
    ).toMatchInlineSnapshot(`
      "models/crm.sql:6:7: error IDW405: The SELECT of crm fails: Referenced column "nosuch" not found in FROM clause.
        |
      5 | from read_csv('crm.csv')
      6 | where nosuch and id > 1
        |       ^
        = Candidate bindings: "at"
      "
    `);
    expect(
      await refused({
        ...sqlModel(),
        "models/crm.sql": `{% set columns = ['id', 'emial'] %}
select
  {% for column in columns %}
  {{ column }},
  {% endfor %}
  1 as one,
  nosuch as two
from (select 1 as id, 2 as emial)
`,
      }),
    ).toMatchInlineSnapshot(`
      "models/crm.sql:7:3: error IDW405: The SELECT of crm fails: Referenced column "nosuch" not found in FROM clause.
        |
      6 |   1 as one,
      7 |   nosuch as two
        |   ^
        = Candidate bindings: "emial"
      "
    `);
    expect(
      await refused({ ...sqlModel(), "models/crm.sql": "select * from read_csv('nosuch.csv')" }),
    ).toMatchInlineSnapshot(`
      "models/crm.sql:1:15: error IDW401: The SELECT of crm fails: No files found that match the pattern "nosuch.csv".
        |
      1 | select * from read_csv('nosuch.csv')
        |               ^
      "
    `);
    expect(
      await refused({ ...sqlModel(), "models/crm.sql": "select strptime('x', '%Y') as id, 'a' as email" }),
    ).toMatchInlineSnapshot(`
      "identity.yml:8:5: error IDW504: \`id\` of crm is TIMESTAMP and cannot be a key.
        |
      7 |     sql: models/crm.sql
      8 |     key: id
        |     ^^^
        = Allowed: text, integer, UUID, date. Cast it in a \`sql\` model.
      "
    `);
  });

  test("that is not one SELECT, and is not executed", async () => {
    for (const [sql, held] of [
      ["select 1 as id, 'a' as email; select 2 as id", "2 statements"],
      ["select 1 as id; create table identity.x as select 1", "a statement that is no SELECT"],
      ["create table x as select 1 as id", "a statement that is no SELECT"],
      ["with a as (select 1) insert into b select * from a", "a statement that is no SELECT"],
      ["-- nothing yet\n", "no SELECT"],
    ] as const) {
      expect(await refused({ ...sqlModel(), "models/crm.sql": sql })).toBe(
        `models/crm.sql:1:1: error IDW415: The model crm holds ${held}.
  |
1 | ${sql.split("\n")[0]}
  | ^
  = A model is one SELECT; it may start with \`with\`.
`,
      );
    }
  });

  test("of reject rules", async () => {
    const rules = `
    reject:
      - { when: "emial is null", reason: no_email }
      - { when: "id::int > 2", reason: late }`;
    const sql = { "models/crm.sql": "select * from read_csv('crm.csv', all_varchar = true)" };
    expect(await refused({ ...sqlModel(rules), ...sql })).toMatchInlineSnapshot(`
      "identity.yml:11:11: error IDW412: The reject rule \`no_email\` of crm is refused: Referenced column "emial" not found in FROM clause.
         |
      10 |     reject:
      11 |       - { when: "emial is null", reason: no_email }
         |           ^^^^
        = Candidate bindings: "email"
      "
    `);
    const fails = rules.replace("emial", "email");
    expect(
      await refused({ ...sqlModel(fails), ...sql, "crm.csv": `${CRM_CSV}x,,,\n` }),
    ).toMatchInlineSnapshot(`
      "identity.yml:10:5: error IDW412: A reject rule of crm fails: Could not convert string 'x' to INT32 when casting from source column id.
         |
       9 |     identifiers: { email: email }
      10 |     reject:
         |     ^^^^^^
      "
    `);
    const broken = {
      ...model(
        `  crm: { file: crm.csv, key: id, identifiers: { email: email }, reject: [{ when: "email is null", reason: none }] }`,
      ),
    };
    const rows = Array.from({ length: 30_000 }, (_, index) => `${index},2026-01-01,${index}@x.org,Ulm\n`);
    expect(
      await refused({ ...broken, "crm.csv": `id,at,email,city\n${rows.join("")}x\n` }),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW506: The model crm cannot be read: line 30002 of crm.csv has 1 of the 4 fields of the header.
        |
      5 | models:
      6 |   crm: { file: crm.csv, key: id, identifiers: { email: email }, reject: [{ when: "email is null", reason: none }] }
        |          ^^^^
        = A field that holds the separator, a quote or a line end is put in double quotes.
      "
    `);
  });

  test("of a normaliser that fails on a value", async () => {
    expect(
      await refused({
        ...model(
          "  crm: { file: crm.csv, key: id, identifiers: { email: email } }",
          "  email: { priority: 1, normalize: [number] }",
        ),
        "macros/number.sql": "{% macro number(value) %}({{ value }})::int::varchar{% endmacro %}\n",
      }),
    ).toMatchInlineSnapshot(`
      "identity.yml:7:1: error IDW412: What \`normalize\` makes of a value fails: Could not convert string 'ann@x.org' to INT32 when casting from source column raw_value.
        |
      6 |   crm: { file: crm.csv, key: id, identifiers: { email: email } }
      7 | identifiers:
        | ^^^^^^^^^^^
      "
    `);
  });

  test("models that refer to models that are not there, or in a circle", async () => {
    const models = `  a: { sql: models/a.sql, key: id, identifiers: { email: email } }
  b: { sql: models/b.sql, key: id, identifiers: { email: email } }`;
    expect(
      await refused({
        ...model(models),
        "models/a.sql": "select * from {{ ref('bb') }}",
        "models/b.sql": "select 1 as id, 'x' as email",
      }),
    ).toMatchInlineSnapshot(`
      "models/a.sql:1:18: error IDW406: There is no model \`bb\`.
        |
      1 | select * from {{ ref('bb') }}
        |                  ^^^
        = Did you mean \`b\`? Models: \`a\`, \`b\`.
      "
    `);
    expect(
      await refused({
        ...model(models),
        "models/a.sql": "select * from {{ ref('b') }}",
        "models/b.sql": "select * from {{ ref('a') }}",
      }),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:3: error IDW407: Models refer to each other in a circle: a → b → a.
        |
      5 | models:
      6 |   a: { sql: models/a.sql, key: id, identifiers: { email: email } }
        |   ^
      "
    `);
  });

  test("tables that are not there", async () => {
    expect(
      await refused(
        model("  crm: { table: identity.identitie, key: identity_id, identifiers: { email: status } }"),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW416: The model crm cannot be read: Table with name identitie does not exist.
        |
      5 | models:
      6 |   crm: { table: identity.identitie, key: identity_id, identifiers: { email: status } }
        |          ^^^^^
        = Did you mean "identities"?
      "
    `);
    expect(
      await refused(model("  crm: { table: raw.crm, key: id, identifiers: { email: email } }")),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW416: The model crm cannot be read: Table with name "raw.crm" does not exist because schema "raw" does not exist.
        |
      5 | models:
      6 |   crm: { table: raw.crm, key: id, identifiers: { email: email } }
        |          ^^^^^
      "
    `);
  });
});

describe("targets", () => {
  test("whose path is a folder, or no DuckDB database", async () => {
    expect(await refusal({ "customer.duckdb/x": "" })).toMatchInlineSnapshot(`
      "error IDW708: customer.duckdb cannot be read: IO Error: Could not read from file "customer.duckdb": Is a directory
      "
    `);
    expect(await refusal({ "customer.duckdb": CRM_CSV.repeat(1000) })).toMatchInlineSnapshot(`
      "error IDW708: customer.duckdb cannot be read: IO Error: The file "customer.duckdb" exists, but it is not a valid DuckDB database file!
      "
    `);
  });

  test("in a folder that is not there: it is made", async () => {
    const folder = projectOf({
      "identity.yml": identityYml().replace("customer.duckdb", "deep/er/customer.duckdb"),
    });
    await folder.run();
    expect(
      await folder.query("select count(*)::int as n from identity.identities", "deep/er/customer.duckdb"),
    ).toEqual([{ n: 2 }]);
    folder.remove();
  });
});

test("a check tells all at once, and writes nothing", async () => {
  const folder = projectOf({
    "identity.yml": identityYml({
      models: `  crm: { file: crm.csv, key: idd, identifiers: { email: email } }
  gone: { file: gone.csv, key: id, identifiers: { email: email } }
  two: { sql: models/two.sql, key: id, identifiers: { email: email } }
  uses: { sql: models/uses.sql, key: id, identifiers: { email: email } }`,
      more: "decisions: decisions.csv\n",
    }),
    "models/two.sql": "select 1 as id; select 2",
    "models/uses.sql": "select * from {{ ref('two') }}",
    "decisions.csv": "id,what\n",
  });
  const before = readdirSync(folder.path);
  const { diagnostics } = await check({ project: folder.path });
  expect(diagnostics.map(({ code, span }) => `${code} ${span?.line}`)).toEqual([
    "IDW401 7",
    "IDW601 12",
    "IDW415 1",
  ]);
  expect(readdirSync(folder.path)).toEqual(before);
  folder.remove();
});
