// Columns and rows that cannot be used: what a user reads, to the letter, and that nothing is published. Every case meets
// the database of an earlier good run, whose bytes must stay the same.
import { describe, expect, test } from "vitest";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { CRM_CSV, identityYml, model, projectOf, reading, refusal, refusalIn, refused } from "./messages.ts";

describe("columns", () => {
  test("that differ in type from file to file", async () => {
    const folder = projectOf(reading("part-*.parquet"));
    const warehouse = await openDuckdb({ path: ":memory:" });
    const rows = "'1' as id, '2026-01-01' as at, 'a@x.org' as email";
    await warehouse.execute(`copy (select ${rows}, {a: 1} as city) to '${folder.path}/part-1.parquet'`);
    await warehouse.execute(`copy (select ${rows}, 'Ulm' as city) to '${folder.path}/part-2.parquet'`);
    warehouse.close();
    const { "identity.yml": yml } = reading("part-*.parquet");
    folder.write({ "identity.yml": String(yml).replace(" email } }", " email }, attributes: [city] }") });
    expect(await refusalIn(folder)).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW511: The model crm cannot be read: \`city\` is VARCHAR in part-2.parquet, and STRUCT(a INTEGER) in the files before it.
        |
      5 | models:
      6 |   crm: { file: part-*.parquet, key: id, observed_at: at, identifiers: { email: email }, attributes: [city] }
        |          ^^^^
        = Narrow the wildcard, or make one model of each kind of file.
      "
    `);
    folder.remove();
  });

  test("that are missing, all at once, with the nearest name", async () => {
    expect(
      await refused(
        model(
          "  crm: { file: crm.csv, key: idd, observed_at: time, identifiers: { email: [emial, mail] }, attributes: [cty] }",
        ),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:25: error IDW505: The model crm has no column \`idd\`.
        |
      5 | models:
      6 |   crm: { file: crm.csv, key: idd, observed_at: time, identifiers: { email: [emial, mail] }, attributes: [cty] }
        |                         ^^^
        = Did you mean \`id\`? Columns: \`id\`, \`at\`, \`email\`, \`city\`.

      identity.yml:6:35: error IDW505: The model crm has no column \`time\`.
        |
      5 | models:
      6 |   crm: { file: crm.csv, key: idd, observed_at: time, identifiers: { email: [emial, mail] }, attributes: [cty] }
        |                                   ^^^^^^^^^^^
        = Columns: \`id\`, \`at\`, \`email\`, \`city\`.

      identity.yml:6:77: error IDW505: The model crm has no column \`emial\`.
        |
      5 | models:
      6 |   crm: { file: crm.csv, key: idd, observed_at: time, identifiers: { email: [emial, mail] }, attributes: [cty] }
        |                                                                             ^^^^^
        = Did you mean \`email\`? Columns: \`id\`, \`at\`, \`email\`, \`city\`.

      identity.yml:6:84: error IDW505: The model crm has no column \`mail\`.
        |
      5 | models:
      6 |   crm: { file: crm.csv, key: idd, observed_at: time, identifiers: { email: [emial, mail] }, attributes: [cty] }
        |                                                                                    ^^^^
        = Did you mean \`email\`? Columns: \`id\`, \`at\`, \`email\`, \`city\`.

      identity.yml:6:106: error IDW505: The model crm has no column \`cty\`.
        |
      5 | models:
      6 |   crm: { file: crm.csv, key: idd, observed_at: time, identifiers: { email: [emial, mail] }, attributes: [cty] }
        |                                                                                                          ^^^
        = Did you mean \`city\`? Columns: \`id\`, \`at\`, \`email\`, \`city\`.
      "
    `);
  });

  test("of a type that cannot be a key, an identifier or a time", async () => {
    const rows = { id: 1.5, ok: true, ids: ["1"], who: { name: "Ann" }, deep: [["a"]], at: 5 };
    expect(
      await refused({
        ...model(
          `  a: { file: crm.ndjson, key: id, identifiers: { email: who } }
  b: { file: crm.ndjson, key: ok, observed_at: at, identifiers: { email: deep } }
  c: { file: crm.ndjson, key: ids, identifiers: { email: { all_of: [ids, ok] } } }`,
        ),
        "crm.ndjson": `${JSON.stringify(rows)}\n`,
      }),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:26: error IDW504: \`id\` of a is DOUBLE and cannot be a key.
        |
      5 | models:
      6 |   a: { file: crm.ndjson, key: id, identifiers: { email: who } }
        |                          ^^^
        = Allowed: text, integer, UUID, date. Cast it in a \`sql\` model.

      identity.yml:6:50: error IDW504: \`who\` of a is STRUCT("name" VARCHAR) and cannot be an identifier.
        |
      5 | models:
      6 |   a: { file: crm.ndjson, key: id, identifiers: { email: who } }
        |                                                  ^^^^^
        = Allowed: text, integer, UUID, date, or an array of these. Cast it in a \`sql\` model.

      identity.yml:7:26: error IDW504: \`ok\` of b is BOOLEAN and cannot be a key.
        |
      6 |   a: { file: crm.ndjson, key: id, identifiers: { email: who } }
      7 |   b: { file: crm.ndjson, key: ok, observed_at: at, identifiers: { email: deep } }
        |                          ^^^
        = Allowed: text, integer, UUID, date. Cast it in a \`sql\` model.

      identity.yml:7:35: error IDW504: \`at\` of b is BIGINT and cannot be \`observed_at\`.
        |
      6 |   a: { file: crm.ndjson, key: id, identifiers: { email: who } }
      7 |   b: { file: crm.ndjson, key: ok, observed_at: at, identifiers: { email: deep } }
        |                                   ^^^^^^^^^^^
        = Cast it to a timestamp in a \`sql\` model.

      identity.yml:7:67: error IDW504: \`deep\` of b is VARCHAR[][] and cannot be an identifier.
        |
      6 |   a: { file: crm.ndjson, key: id, identifiers: { email: who } }
      7 |   b: { file: crm.ndjson, key: ok, observed_at: at, identifiers: { email: deep } }
        |                                                                   ^^^^^
        = Allowed: text, integer, UUID, date, or an array of these. Cast it in a \`sql\` model.

      identity.yml:8:26: error IDW504: \`ids\` of c is VARCHAR[] and cannot be a key.
        |
      7 |   b: { file: crm.ndjson, key: ok, observed_at: at, identifiers: { email: deep } }
      8 |   c: { file: crm.ndjson, key: ids, identifiers: { email: { all_of: [ids, ok] } } }
        |                          ^^^
        = Allowed: text, integer, UUID, date. Cast it in a \`sql\` model.

      identity.yml:8:69: error IDW504: \`ids\` of c is VARCHAR[] and cannot be a part of an identifier.
        |
      7 |   b: { file: crm.ndjson, key: ok, observed_at: at, identifiers: { email: deep } }
      8 |   c: { file: crm.ndjson, key: ids, identifiers: { email: { all_of: [ids, ok] } } }
        |                                                                     ^^^
        = Allowed: text, integer, UUID, date. Cast it in a \`sql\` model.

      identity.yml:8:74: error IDW504: \`ok\` of c is BOOLEAN and cannot be a part of an identifier.
        |
      7 |   b: { file: crm.ndjson, key: ok, observed_at: at, identifiers: { email: deep } }
      8 |   c: { file: crm.ndjson, key: ids, identifiers: { email: { all_of: [ids, ok] } } }
        |                                                                          ^^
        = Allowed: text, integer, UUID, date. Cast it in a \`sql\` model.
      "
    `);
  });

  test("of JSON with texts here and arrays there", async () => {
    const rows = ['{"id": "1", "email": "a@x.org"}', '{"id": "2", "email": ["a@x.org"]}'];
    expect(
      await refused({
        ...model("  crm: { file: crm.ndjson, key: id, identifiers: { email: email } }"),
        "crm.ndjson": `${rows.join("\n")}\n`,
      }),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:52: error IDW504: \`email\` of crm is JSON and cannot be an identifier.
        |
      5 | models:
      6 |   crm: { file: crm.ndjson, key: id, identifiers: { email: email } }
        |                                                    ^^^^^
        = Allowed: text, integer, UUID, date, or an array of these. Cast it in a \`sql\` model.
      "
    `);
    expect(
      await refused({
        ...model("  crm: { sql: models/crm.sql, key: id, identifiers: { email: email } }"),
        "models/crm.sql": "select '1' as id, '\"a@x.org\"'::json as email",
      }),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:55: error IDW504: \`email\` of crm is JSON and cannot be an identifier.
        |
      5 | models:
      6 |   crm: { sql: models/crm.sql, key: id, identifiers: { email: email } }
        |                                                       ^^^^^
        = Allowed: text, integer, UUID, date, or an array of these. Cast it in a \`sql\` model.
      "
    `);
  });

  test("of a golden attribute that have different types", async () => {
    expect(
      await refused({
        "identity.yml": identityYml({
          models: `  a: { file: a.ndjson, key: id, observed_at: at, identifiers: { email: email }, attributes: [born] }
  b: { file: b.ndjson, key: id, observed_at: at, identifiers: { email: email }, attributes: [{ born: birth }] }`,
          more: "golden_record: { attributes: { born: most_recent } }\n",
        }),
        "a.ndjson": '{"id": 1, "at": "2026-01-01", "email": "a@x.org", "born": 1980}\n',
        "b.ndjson": '{"id": 1, "at": "2026-01-01", "email": "a@x.org", "birth": "1980-01-01"}\n',
      }),
    ).toMatchInlineSnapshot(`
      "identity.yml:10:32: error IDW315: The golden attribute \`born\` is BIGINT in a, VARCHAR in b.
         |
       9 |   email: { priority: 1 }
      10 | golden_record: { attributes: { born: most_recent } }
         |                                ^^^^
        = Cast the columns to one type in \`sql\` models.
      "
    `);
  });
});

describe("rows", () => {
  test("with one key: five are shown", async () => {
    const rows = [7, 6, 5, 4, 3, 2, 1, 7].map((id) => `${id},2026-01-01,a@x.org,Ulm\n`.repeat(2)).join("");
    expect(await refused({ "crm.csv": `id,at,email,city\n${rows}` })).toMatchInlineSnapshot(`
      "identity.yml:8:5: error IDW501: The model crm has 7 keys more than once: \`1\`, \`2\`, \`3\`, \`4\`, \`5\`, ….
        |
      7 |     file: crm.csv
      8 |     key: id
        |     ^^^
        = Make the key unique, or set \`on_duplicate_key: latest\` to keep the latest row of each.
      "
    `);
    const long = `${"k".repeat(10_000)},2026-01-01,a@x.org,Ulm\n`;
    expect(await refused({ "crm.csv": `id,at,email,city\n${long}${long}` })).toMatchInlineSnapshot(`
      "identity.yml:8:5: error IDW501: The model crm has 1 key more than once: \`kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…\`.
        |
      7 |     file: crm.csv
      8 |     key: id
        |     ^^^
        = Make the key unique, or set \`on_duplicate_key: latest\` to keep the latest row of each.
      "
    `);
  });

  test("without a key: how many, and one of them", async () => {
    expect(
      await refused({ "crm.csv": `${CRM_CSV},2026-01-04,zoe@x.org,Ulm\n,2026-01-05,eve@x.org,\n` }),
    ).toMatchInlineSnapshot(`
      "identity.yml:8:5: error IDW502: The model crm has 2 rows whose key is NULL, such as the one with city = NULL, email = eve@x.org.
        |
      7 |     file: crm.csv
      8 |     key: id
        |     ^^^
        = Leave such rows out with \`reject\`, choose a key that every row has, or set \`on_duplicate_key: latest\`, which lists them in rejected_records.
      "
    `);
    expect(
      await refused({
        ...model("  crm: { file: crm.csv, key: [id, city], identifiers: { email: email } }"),
        "crm.csv": `${CRM_CSV}4,2026-01-05,eve@x.org,\n`,
      }),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:25: error IDW502: The model crm has 1 row whose key is NULL, such as the one with email = eve@x.org.
        |
      5 | models:
      6 |   crm: { file: crm.csv, key: [id, city], identifiers: { email: email } }
        |                         ^^^
        = Leave such rows out with \`reject\`, choose a key that every row has, or set \`on_duplicate_key: latest\`, which lists them in rejected_records.
      "
    `);
  });

  test("with times that cannot be read", async () => {
    const times = ["03/04/2026", "2026-13-01", "yesterday", "1767225600", "2026-01-01T25:00:00Z", "soon"];
    const rows = times.map((time, index) => `t${index},${time},a@x.org,Ulm\n`).join("");
    expect(await refused({ "crm.csv": CRM_CSV + rows })).toMatchInlineSnapshot(`
      "identity.yml:9:5: error IDW503: \`at\` of crm has 6 times that cannot be read: \`03/04/2026\`, \`2026-13-01\`, \`yesterday\`, \`1767225600\`, \`2026-01-01T25:00:00Z\`, … (keys \`t0\`, \`t1\`, \`t2\`, \`t3\`, \`t4\`, …).
        |
      8 |     key: id
      9 |     observed_at: at
        |     ^^^^^^^^^^^
        = Text is read as ISO 8601, UTC when it has no zone (2026-01-31T12:00:00Z); cast anything else in a \`sql\` model.
      "
    `);
  });
});

test("a first run that is refused leaves no database", async () => {
  expect(await refusal({ "crm.csv": `${CRM_CSV}1,,,\n` })).toContain("IDW501");
});
