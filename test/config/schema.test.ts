// Mistakes of shape (2xx). Each case is a text and what a user reads.
import { describe, expect, test } from "vitest";
import { project, say } from "./say.ts";

describe("unknown keys", () => {
  test("at the top", () => {
    expect(say(project({ more: "golden_records: {}" }))).toMatchInlineSnapshot(`
      "identity.yml:9:1: error IDW201: unknown key \`golden_records\`
        |
      8 |   email: { priority: 1, limit: 3 }
      9 | golden_records: {}
        | ^^^^^^^^^^^^^^
        = Did you mean \`golden_record\`? Allowed: \`version\`, \`entity\`, \`prefix\`, \`default_country\`, \`targets\`, \`models\`, \`identifiers\`, \`decisions\`, \`dbt\`, \`forget\`, \`golden_record\`, \`confidence\`, \`alerts\`, \`runs\`, \`import\`, \`vars\`.
      "
    `);
  });
  test("in a target", () => {
    expect(
      say(project({ targets: `  dev: { type: duckdb, path: a.duckdb, thread: 4 }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:4:40: error IDW201: unknown key \`thread\` in \`targets.dev\`
        |
      3 | targets:
      4 |   dev: { type: duckdb, path: a.duckdb, thread: 4 }
        |                                        ^^^^^^
        = Did you mean \`threads\`? Allowed: \`type\`, \`path\`, \`schema\`, \`threads\`, \`memory_limit\`.
      "
    `);
  });
  test("in a model, close to a key that is wanted", () => {
    expect(say(project({ models: `  crm: { fil: crm.csv, kye: id }` }))).toMatchInlineSnapshot(`
      "identity.yml:6:10: error IDW201: unknown key \`fil\` in \`models.crm\`
        |
      5 | models:
      6 |   crm: { fil: crm.csv, kye: id }
        |          ^^^
        = Did you mean \`file\`? Allowed: \`sql\`, \`file\`, \`table\`, \`ref\`, \`key\`, \`observed_at\`, \`on_duplicate_key\`, \`erased\`, \`changes\`, \`identifiers\`, \`attributes\`, \`reject\`.

      identity.yml:6:24: error IDW201: unknown key \`kye\` in \`models.crm\`
        |
      5 | models:
      6 |   crm: { fil: crm.csv, kye: id }
        |                        ^^^
        = Did you mean \`key\`? Allowed: \`sql\`, \`file\`, \`table\`, \`ref\`, \`key\`, \`observed_at\`, \`on_duplicate_key\`, \`erased\`, \`changes\`, \`identifiers\`, \`attributes\`, \`reject\`.
      "
    `);
  });
  test("in a mapping", () => {
    expect(
      say(project({ models: `  crm: { file: a.csv, key: id, identifiers: { email: { col: email } } }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:56: error IDW201: unknown key \`col\` in \`models.crm.identifiers.email\`
        |
      5 | models:
      6 |   crm: { file: a.csv, key: id, identifiers: { email: { col: email } } }
        |                                                        ^^^
        = Did you mean \`column\`? Allowed: \`column\`, \`country\`, \`all_of\`.
      "
    `);
  });
  test("in a reject rule", () => {
    expect(
      say(
        project({
          models: `  crm:
    file: a.csv
    key: id
    reject:
      - when: email is null
        reasn: x`,
        }),
      ),
    ).toMatchInlineSnapshot(`
          "identity.yml:11:9: error IDW201: unknown key \`reasn\` in \`models.crm.reject[0]\`
             |
          10 |       - when: email is null
          11 |         reasn: x
             |         ^^^^^
            = Did you mean \`reason\`? Allowed: \`when\`, \`reason\`.
          "
        `);
  });
  test("in an identifier", () => {
    expect(
      say(
        project({
          identifiers: `  email:
    priority: 1
    limt: 3
    matching: fuzzy`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:10:5: error IDW201: unknown key \`limt\` in \`identifiers.email\`
         |
       9 |     priority: 1
      10 |     limt: 3
         |     ^^^^
        = Did you mean \`limit\`? Allowed: \`priority\`, \`limit\`, \`normalize\`, \`valid\`, \`ignore\`, \`max_records\`, \`contested\`.

      identity.yml:11:5: error IDW201: unknown key \`matching\` in \`identifiers.email\`
         |
      10 |     limt: 3
      11 |     matching: fuzzy
         |     ^^^^^^^^
        = Allowed: \`priority\`, \`limit\`, \`normalize\`, \`valid\`, \`ignore\`, \`max_records\`, \`contested\`.
      "
    `);
  });
  test("in an entry of ignore", () => {
    expect(
      say(project({ identifiers: `  email: { priority: 1, ignore: [{ regex: x }] }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:8:34: error IDW204: \`identifiers.email.ignore[0]\` has no \`pattern\`
        |
      7 | identifiers:
      8 |   email: { priority: 1, ignore: [{ regex: x }] }
        |                                  ^^^^^^^^^^^^
        = A pattern on the whole normalised value. Example: \`'no-?reply@.*'\`.

      identity.yml:8:36: error IDW201: unknown key \`regex\` in \`identifiers.email.ignore[0]\`
        |
      7 | identifiers:
      8 |   email: { priority: 1, ignore: [{ regex: x }] }
        |                                    ^^^^^
        = Allowed: \`pattern\`.
      "
    `);
  });
  test("in golden_record, an attribute and runs", () => {
    expect(
      say(
        project({
          more: `golden_record:
  order: [crm]
  attributes:
    city: { survivorship: most_recent, colum: city }
runs: { timeout: 1h }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:10:3: error IDW201: unknown key \`order\` in \`golden_record\`
         |
       9 | golden_record:
      10 |   order: [crm]
         |   ^^^^^
        = Did you mean \`model_order\`? Allowed: \`model_order\`, \`attributes\`, \`groups\`.

      identity.yml:12:40: error IDW201: unknown key \`colum\` in \`golden_record.attributes.city\`
         |
      11 |   attributes:
      12 |     city: { survivorship: most_recent, colum: city }
         |                                        ^^^^^
        = Did you mean \`column\`? Allowed: \`survivorship\`, \`then\`, \`column\`, \`identifier\`, \`where\`, \`authority\`, \`order\`, \`max_values\`, \`provenance\`.

      identity.yml:13:9: error IDW201: unknown key \`timeout\` in \`runs\`
         |
      12 |     city: { survivorship: most_recent, colum: city }
      13 | runs: { timeout: 1h }
         |         ^^^^^^^
        = Did you mean \`lock_timeout\`? Allowed: \`lock_timeout\`, \`keep\`.
      "
    `);
  });
});

describe("keys and values of later releases", () => {
  test("keys", () => {
    expect(
      say(
        project({
          models: `  crm: { ref: stg_crm, key: id, erased: gone, changes: scan, identifiers: { email: email } }`,
          more: `confidence: {}
alerts: []
runs: { keep: 5 }
import: { ids: a.csv }
forget: { table: raw.gone }
dbt: { manifest: m.json }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:9:1: error IDW208: \`confidence\` is empty
        |
      8 |   email: { priority: 1, limit: 3 }
      9 | confidence: {}
        | ^^^^^^^^^^
        = How the confidence of an identity is made: the weights of its parts, and the attributes that are compared. Example: \`{ weights: { corroboration: 3, agreement: 2, breadth: 1, pressure: 2 } }\`.
      "
    `);
  });
});

describe("wrong types", () => {
  test("a list where a mapping is wanted", () => {
    expect(
      say(`version: 1
entity: customer
targets: [dev]
models: crm
identifiers:
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:3:10: error IDW203: \`targets\` must be a mapping, not a list
    |
  2 | entity: customer
  3 | targets: [dev]
    |          ^^^^^
    = Where it runs; the first target is the default. Example: \`{ dev: { type: duckdb, path: customer.duckdb } }\`.

  identity.yml:4:9: error IDW203: \`models\` must be a mapping, not the text \`crm\`
    |
  3 | targets: [dev]
  4 | models: crm
    |         ^^^
    = The input models, by name. Example: \`{ crm_contacts: { sql: models/crm_contacts.sql, key: contact_id, identifiers: { email: email } } }\`.

  identity.yml:5:1: error IDW203: \`identifiers\` must be a mapping, but nothing stands there
    |
  4 | models: crm
  5 | identifiers:
    | ^^^^^^^^^^^
    = The kinds of keys by which records are recognised, by name. Example: \`{ user_id: { priority: 1, limit: 1 }, email: { priority: 2, limit: 3 } }\`.
  "
`);
  });
  test("a text where a number is wanted", () => {
    expect(
      say(project({ identifiers: `  email: { priority: "1", limit: three, max_records: 1.5 }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:8:22: error IDW203: \`identifiers.email.priority\` must be a whole number, not the text \`"1"\`
        |
      7 | identifiers:
      8 |   email: { priority: "1", limit: three, max_records: 1.5 }
        |                      ^^^
        = Leave the quotes off: 1.

      identity.yml:8:34: error IDW203: \`identifiers.email.limit\` must be a whole number, not the text \`three\`
        |
      7 | identifiers:
      8 |   email: { priority: "1", limit: three, max_records: 1.5 }
        |                                  ^^^^^
        = The most distinct values of it that one identity may hold; no limit unless given. Example: \`1\`.

      identity.yml:8:54: error IDW203: \`identifiers.email.max_records\` must be a whole number, not the value \`1.5\`
        |
      7 | identifiers:
      8 |   email: { priority: "1", limit: three, max_records: 1.5 }
        |                                                      ^^^
        = A value carried by more records than this, in all models together, no longer links any of them. Example: \`500\`.
      "
    `);
  });
  test("a number where a text is wanted", () => {
    expect(
      say(project({ identifiers: `  email: { priority: 1, ignore: [0000, unknown, null, 2020-01-01] }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:8:34: error IDW203: \`identifiers.email.ignore[0]\` must be a text or a mapping, not the value \`0000\`
        |
      7 | identifiers:
      8 |   email: { priority: 1, ignore: [0000, unknown, null, 2020-01-01] }
        |                                  ^^^^
        = Put it in quotes to make it a text: '0000'.

      identity.yml:8:49: error IDW203: \`identifiers.email.ignore[2]\` must be a text or a mapping, not the value \`null\`
        |
      7 | identifiers:
      8 |   email: { priority: 1, ignore: [0000, unknown, null, 2020-01-01] }
        |                                                 ^^^^
        = Put it in quotes to make it a text: 'null'.
      "
    `);
  });
  test("a mapping where a column is wanted", () => {
    expect(
      say(project({ models: `  crm: { file: a.csv, key: { id: id }, observed_at: [at] }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:28: error IDW203: \`models.crm.key\` must be a text or a list, not a mapping
        |
      5 | models:
      6 |   crm: { file: a.csv, key: { id: id }, observed_at: [at] }
        |                            ^^^^^^^^^^
        = The column, or columns, that tell the records of this model apart. Example: \`contact_id\`.

      identity.yml:6:53: error IDW203: \`models.crm.observed_at\` must be a text, not a list
        |
      5 | models:
      6 |   crm: { file: a.csv, key: { id: id }, observed_at: [at] }
        |                                                     ^^^^
        = The column with the time at which the record was observed (UTC, or with a zone). Example: \`updated_at\`.
      "
    `);
  });
});

describe("missing keys", () => {
  test("of the file", () => {
    expect(
      say(`version: 1
entity: customer
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:1:1: error IDW204: the file has no \`targets\`
    |
  1 | version: 1
    | ^^^^^^^
    = Where it runs; the first target is the default. Example: \`{ dev: { type: duckdb, path: customer.duckdb } }\`.

  identity.yml:1:1: error IDW204: the file has no \`models\`
    |
  1 | version: 1
    | ^^^^^^^
    = The input models, by name. Example: \`{ crm_contacts: { sql: models/crm_contacts.sql, key: contact_id, identifiers: { email: email } } }\`.

  identity.yml:1:1: error IDW204: the file has no \`identifiers\`
    |
  1 | version: 1
    | ^^^^^^^
    = The kinds of keys by which records are recognised, by name. Example: \`{ user_id: { priority: 1, limit: 1 }, email: { priority: 2, limit: 3 } }\`.
  "
`);
  });
  test("of a target, a model and an identifier", () => {
    expect(
      say(
        project({
          targets: `  dev: { type: duckdb }`,
          models: `  crm: { file: a.csv }`,
          identifiers: `  email: {}`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:4:3: error IDW204: \`targets.dev\` has no \`path\`
        |
      3 | targets:
      4 |   dev: { type: duckdb }
        |   ^^^
        = The DuckDB file, relative to the folder of identity.yml; may hold {{ env_var('NAME') }}. Example: \`customer.duckdb\`.

      identity.yml:6:3: error IDW204: \`models.crm\` has no \`key\`
        |
      5 | models:
      6 |   crm: { file: a.csv }
        |   ^^^
        = The column, or columns, that tell the records of this model apart. Example: \`contact_id\`.

      identity.yml:8:3: error IDW204: \`identifiers.email\` has no \`priority\`
        |
      7 | identifiers:
      8 |   email: {}
        |   ^^^^^
        = Its strength, unique among the identifiers: 1 is the strongest and is merged first. Example: \`1\`.
      "
    `);
  });
  test("of a reject rule", () => {
    expect(
      say(project({ models: `  crm: { file: a.csv, key: id, reject: [{ when: a = 1 }] }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:41: error IDW204: \`models.crm.reject[0]\` has no \`reason\`
        |
      5 | models:
      6 |   crm: { file: a.csv, key: id, reject: [{ when: a = 1 }] }
        |                                         ^^^^^^^^^^^^^^^
        = A short name for why the record is left out. Example: \`no_contact_point\`.
      "
    `);
  });
  test("a country without a column", () => {
    expect(
      say(
        project({
          models: `  crm: { file: a.csv, key: id, identifiers: { email: { country: c, all_of: [a, b] } } }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:47: error IDW204: \`models.crm.identifiers.email\` has \`country\` but no \`column\`
        |
      5 | models:
      6 |   crm: { file: a.csv, key: id, identifiers: { email: { country: c, all_of: [a, b] } } }
        |                                               ^^^^^
        = \`country\` only goes with \`column\`.
      "
    `);
  });
});

describe("exactly one of", () => {
  test("no source", () => {
    expect(
      say(project({ models: `  crm: { key: id, identifiers: { email: email } }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:3: error IDW206: \`models.crm\` has none of \`sql\`, \`file\`, \`table\` and \`ref\`: exactly one is wanted
        |
      5 | models:
      6 |   crm: { key: id, identifiers: { email: email } }
        |   ^^^
        = A file with one SELECT (Jinja allowed) that gives the rows, relative to the folder of identity.yml. Example: \`models/crm_contacts.sql\`.
      "
    `);
  });
  test("two sources", () => {
    expect(
      say(project({ models: `  crm: { sql: a.sql, table: raw.a, key: id, identifiers: { email: email } }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:22: error IDW206: \`models.crm\` has \`sql\` and \`table\`: exactly one of \`sql\`, \`file\`, \`table\` and \`ref\` is wanted
        |
      5 | models:
      6 |   crm: { sql: a.sql, table: raw.a, key: id, identifiers: { email: email } }
        |                      ^^^^^
        = Keep one of them.
      "
    `);
  });
  test("column and all_of", () => {
    expect(
      say(
        project({
          models: `  crm: { file: a.csv, key: id, identifiers: { email: { column: a, all_of: [a, b] } } }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:67: error IDW206: \`models.crm.identifiers.email\` has \`column\` and \`all_of\`: exactly one of \`column\` and \`all_of\` is wanted
        |
      5 | models:
      6 |   crm: { file: a.csv, key: id, identifiers: { email: { column: a, all_of: [a, b] } } }
        |                                                                   ^^^^^^
        = Keep one of them.
      "
    `);
  });
});

describe("values that are not allowed", () => {
  test("words", () => {
    expect(
      say(
        project({
          identifiers: `  email: { priority: 1, contested: frist }`,
          targets: `  dev: { type: duckbd, path: a.duckdb }`,
          more: `golden_record: { attributes: { city: most_recnt } }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:4:16: error IDW205: \`targets.dev.type\` must be \`duckdb\`, \`snowflake\`, \`bigquery\` or \`postgres\`, not \`duckbd\`
        |
      3 | targets:
      4 |   dev: { type: duckbd, path: a.duckdb }
        |                ^^^^^^
        = Did you mean \`duckdb\`?

      identity.yml:8:36: error IDW205: \`identifiers.email.contested\` must be \`nobody\`, \`first\` or \`last\`, not \`frist\`
        |
      7 | identifiers:
      8 |   email: { priority: 1, contested: frist }
        |                                    ^^^^^
        = Did you mean \`first\`?

      identity.yml:9:38: error IDW205: \`golden_record.attributes.city\` cannot be \`most_recnt\`
        |
      8 |   email: { priority: 1, contested: frist }
      9 | golden_record: { attributes: { city: most_recnt } }
        |                                      ^^^^^^^^^^
        = Did you mean \`most_recent\`? Allowed: \`most_recent\`, \`earliest\`, \`most_frequent\`, \`source_priority\`, \`longest\`, \`shortest\`, \`min\`, \`max\`, \`sum\`, \`count\`, \`count_distinct\`, \`any_true\`, \`all_true\`, \`array\`, \`unanimous\`.
      "
    `);
  });
  test("a version of the future", () => {
    expect(
      say(`version: 2
entity: customer
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:1:1: error IDW204: the file has no \`targets\`
    |
  1 | version: 2
    | ^^^^^^^
    = Where it runs; the first target is the default. Example: \`{ dev: { type: duckdb, path: customer.duckdb } }\`.

  identity.yml:1:1: error IDW204: the file has no \`models\`
    |
  1 | version: 2
    | ^^^^^^^
    = The input models, by name. Example: \`{ crm_contacts: { sql: models/crm_contacts.sql, key: contact_id, identifiers: { email: email } } }\`.

  identity.yml:1:1: error IDW204: the file has no \`identifiers\`
    |
  1 | version: 2
    | ^^^^^^^
    = The kinds of keys by which records are recognised, by name. Example: \`{ user_id: { priority: 1, limit: 1 }, email: { priority: 2, limit: 3 } }\`.

  identity.yml:1:10: error IDW205: \`version\` must be \`1\`, not \`2\`
    |
  1 | version: 2
    |          ^
  "
`);
  });
  test("numbers", () => {
    expect(
      say(
        project({
          identifiers: `  email: { priority: 0, limit: -1 }`,
          targets: `  dev: { type: duckdb, path: a.duckdb, threads: 0 }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:4:49: error IDW207: \`targets.dev.threads\` must be 1 or more, not 0
        |
      3 | targets:
      4 |   dev: { type: duckdb, path: a.duckdb, threads: 0 }
        |                                                 ^

      identity.yml:8:22: error IDW207: \`identifiers.email.priority\` must be 1 or more, not 0
        |
      7 | identifiers:
      8 |   email: { priority: 0, limit: -1 }
        |                      ^

      identity.yml:8:32: error IDW207: \`identifiers.email.limit\` must be 1 or more, not -1
        |
      7 | identifiers:
      8 |   email: { priority: 0, limit: -1 }
        |                                ^^
      "
    `);
  });
  test("empty texts, lists and mappings", () => {
    expect(
      say(
        project({
          identifiers: `  email: { priority: 1, normalize: [], valid: "" }`,
          models: `  crm: { file: "", key: [], identifiers: { email: { all_of: [a] } } }`,
          targets: `  {}`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:3:1: error IDW208: \`targets\` is empty
        |
      2 | entity: customer
      3 | targets:
        | ^^^^^^^
        = Where it runs; the first target is the default. Example: \`{ dev: { type: duckdb, path: customer.duckdb } }\`.

      identity.yml:6:16: error IDW208: \`models.crm.file\` is empty
        |
      5 | models:
      6 |   crm: { file: "", key: [], identifiers: { email: { all_of: [a] } } }
        |                ^^
        = A CSV, Parquet or JSON file, relative to the folder of identity.yml; wildcards are allowed. Example: \`data/contacts.csv\`.

      identity.yml:6:20: error IDW208: \`models.crm.key\` is empty
        |
      5 | models:
      6 |   crm: { file: "", key: [], identifiers: { email: { all_of: [a] } } }
        |                    ^^^
        = The column, or columns, that tell the records of this model apart. Example: \`contact_id\`.

      identity.yml:6:53: error IDW208: \`models.crm.identifiers.email.all_of\` needs at least 2 entries
        |
      5 | models:
      6 |   crm: { file: "", key: [], identifiers: { email: { all_of: [a] } } }
        |                                                     ^^^^^^
        = The columns that together make one value; it is NULL when a part is empty. Example: \`[last_name, birth_date, zip]\`.

      identity.yml:8:25: error IDW208: \`identifiers.email.normalize\` is empty
        |
      7 | identifiers:
      8 |   email: { priority: 1, normalize: [], valid: "" }
        |                         ^^^^^^^^^
        = The macros that bring a value into its normal form, applied in order. Example: \`[email]\`.

      identity.yml:8:47: error IDW208: \`identifiers.email.valid\` is empty
        |
      7 | identifiers:
      8 |   email: { priority: 1, normalize: [], valid: "" }
        |                                               ^^
        = A pattern that the whole normalised value must match; other values are listed in rejected_values. Example: \`'[^@ ]+@[^@ ]+\\.[a-z]{2,}'\`.
      "
    `);
  });
  test("names", () => {
    expect(
      say(
        project({
          models: `  crm:eu: { file: a.csv, key: id, identifiers: { email: email }, attributes: [first name] }`,
          identifiers: `  email: { priority: 1 }
  e-mail: { priority: 2 }`,
          more: `prefix: "1-"
default_country: us`,
        }),
      ),
    ).toMatchInlineSnapshot(`
  "identity.yml:6:3: error IDW209: \`crm:eu\` cannot be a name in \`models\`
    |
  5 | models:
  6 |   crm:eu: { file: a.csv, key: id, identifiers: { email: email }, attributes: [first name] }
    |   ^^^^^^
    = Expected a name: letters (A-Z), digits and \`_\`, not starting with a digit.

  identity.yml:6:79: error IDW209: \`models."crm:eu".attributes[0]\` cannot be \`first name\`
    |
  5 | models:
  6 |   crm:eu: { file: a.csv, key: id, identifiers: { email: email }, attributes: [first name] }
    |                                                                               ^^^^^^^^^^
    = Expected a name: letters (A-Z), digits and \`_\`, not starting with a digit; for another column write \`{ name: column }\`.

  identity.yml:9:3: error IDW209: \`e-mail\` cannot be a name in \`identifiers\`
    |
  8 |   email: { priority: 1 }
  9 |   e-mail: { priority: 2 }
    |   ^^^^^^
    = Expected a name: letters (A-Z), digits and \`_\`, not starting with a digit.

  identity.yml:10:9: error IDW209: \`prefix\` cannot be \`1-\`
     |
   9 |   e-mail: { priority: 2 }
  10 | prefix: "1-"
     |         ^^^^
    = Expected a name: letters (A-Z), digits and \`_\`, not starting with a digit, or nothing.

  identity.yml:11:18: error IDW209: \`default_country\` cannot be \`us\`
     |
  10 | prefix: "1-"
  11 | default_country: us
     |                  ^^
    = Expected two capital letters (ISO 3166) such as \`US\` or \`DE\`.
  "
`);
  });
  test("tables, durations, memory", () => {
    expect(
      say(
        project({
          models: `  crm: { table: raw.contacts; drop, key: id, identifiers: { email: email } }`,
          targets: `  dev: { type: duckdb, path: a.duckdb, memory_limit: 4 gigs }`,
          more: `runs: { lock_timeout: 1 hour }
decisions: { table: a..b }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
  "identity.yml:4:54: error IDW209: \`targets.dev.memory_limit\` cannot be \`4 gigs\`
    |
  3 | targets:
  4 |   dev: { type: duckdb, path: a.duckdb, memory_limit: 4 gigs }
    |                                                      ^^^^^^
    = Expected an amount of memory such as \`4GB\` or \`512MB\`.

  identity.yml:6:17: error IDW209: \`models.crm.table\` cannot be \`raw.contacts; drop\`
    |
  5 | models:
  6 |   crm: { table: raw.contacts; drop, key: id, identifiers: { email: email } }
    |                 ^^^^^^^^^^^^^^^^^^
    = Expected a table name such as \`contacts\`, \`raw.contacts\` or \`db.raw."My Contacts"\`.

  identity.yml:9:23: error IDW209: \`runs.lock_timeout\` cannot be \`1 hour\`
    |
  8 |   email: { priority: 1, limit: 3 }
  9 | runs: { lock_timeout: 1 hour }
    |                       ^^^^^^
    = Expected a duration such as \`30s\`, \`5m\`, \`1h\` or \`1d\`.

  identity.yml:10:21: error IDW209: \`decisions.table\` cannot be \`a..b\`
     |
   9 | runs: { lock_timeout: 1 hour }
  10 | decisions: { table: a..b }
     |                     ^^^^
    = Expected a table name such as \`contacts\`, \`raw.contacts\` or \`db.raw."My Contacts"\`.
  "
`);
  });
  test("an attribute with two entries", () => {
    expect(
      say(
        project({
          models: `  crm: { file: a.csv, key: id, identifiers: { email: email }, attributes: [{ a: b, c: d }] }`,
        }),
      ),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:76: error IDW209: \`models.crm.attributes[0]\` has several entries where one is wanted
        |
      5 | models:
      6 |   crm: { file: a.csv, key: id, identifiers: { email: email }, attributes: [{ a: b, c: d }] }
        |                                                                            ^^^^^^^^^^^^^^
        = Start a new item for each: \`{ name: column }\`.
      "
    `);
  });
});
