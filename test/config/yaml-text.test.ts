// Mistakes that YAML itself forbids (1xx). Each case is a text and what a user reads.
import { describe, expect, test } from "vitest";
import { project, say } from "./say.ts";

describe("text that is not YAML", () => {
  test("a tab as indentation", () => {
    expect(
      say(`version: 1
targets:
	dev: {}
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:3:1: error IDW102: a tab is used as indentation
    |
  2 | targets:
  3 |  dev: {}
    | ^
    = YAML allows spaces only: replace each tab by two spaces.
  "
`);
  });
  test("a tab after spaces", () => {
    expect(
      say(`models:
  crm:
  	key: id
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:3:3: error IDW102: a tab is used as indentation
    |
  2 |   crm:
  3 |    key: id
    |   ^
    = YAML allows spaces only: replace each tab by two spaces.
  "
`);
  });
  test("a quote that is never closed", () => {
    expect(
      say(`entity: 'customer
version: 1
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:1:9: error IDW101: this is not YAML: the quote opened here is never closed
    |
  1 | entity: 'customer
    |         ^
    = Inside single quotes a quote is written twice: 'it''s'.
  "
`);
  });
  test("a bracket that is never closed", () => {
    expect(
      say(`version: 1
models: [a, b
entity: x
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:3:1: error IDW101: this is not YAML: a \`]\` is missing before this place
    |
  2 | models: [a, b
  3 | entity: x
    | ^
  "
`);
  });
  test("two colons on a line", () => {
    expect(
      say(`version: 1
entity: my: customer
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:2:9: error IDW101: this is not YAML: a second \`: \` on one line
    |
  1 | version: 1
  2 | entity: my: customer
    |         ^
    = Put a value that holds \`: \` in quotes, or start a new line for a nested key.
  "
`);
  });
  test("Jinja without quotes", () => {
    expect(
      say(`version: 1
entity: {{ env_var('X') }}
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:2:10: error IDW109: a list or mapping stands where a name is wanted
    |
  1 | version: 1
  2 | entity: {{ env_var('X') }}
    |          ^^^^^^^^^^^^^^^^
    = Put a value with Jinja in quotes: "{{ env_var('NAME') }}".
  "
`);
  });
  test("Jinja without quotes, more text behind", () => {
    expect(
      say(`entity: {{ env_var('X') }}.db
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:1:27: error IDW101: this is not YAML: unexpected scalar at node end
    |
  1 | entity: {{ env_var('X') }}.db
    |                           ^^^
    = Put a value with Jinja in quotes: "{{ env_var('NAME') }}".
  "
`);
  });
  test("an unknown tag", () => {
    expect(
      say(`version: !one 1
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:1:10: error IDW111: this YAML tag is not known
    |
  1 | version: !one 1
    |          ^^^^
    = No tag is needed here (\`!…\`). Put a text that starts with \`!\` in quotes.
  "
`);
  });
});

describe("text that is YAML but no project", () => {
  test("an empty file", () => {
    expect(say("")).toMatchInlineSnapshot(`
      "identity.yml:1:1: error IDW104: the file is empty
        |
      1 |
        | ^
        = It needs at least \`version\`, \`entity\`, \`targets\`, \`models\` and \`identifiers\`; \`idweave init\` writes one to start from.
      "
    `);
  });
  test("only comments", () => {
    expect(
      say(`# nothing yet

`),
    ).toMatchInlineSnapshot(`
  "identity.yml:1:1: error IDW104: the file is empty
    |
  1 | # nothing yet
    | ^
    = It needs at least \`version\`, \`entity\`, \`targets\`, \`models\` and \`identifiers\`; \`idweave init\` writes one to start from.
  "
`);
  });
  test("a list", () => {
    expect(
      say(`- version: 1
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:1:1: error IDW106: the file holds a list, not keys with values
    |
  1 | - version: 1
    | ^
    = Start with \`version: 1\`, \`entity\`, \`targets\`, \`models\` and \`identifiers\`, each at the start of a line.
  "
`);
  });
  test("a single text", () => {
    expect(
      say(`customer
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:1:1: error IDW106: the file holds a single value, not keys with values
    |
  1 | customer
    | ^
    = Start with \`version: 1\`, \`entity\`, \`targets\`, \`models\` and \`identifiers\`, each at the start of a line.
  "
`);
  });
  test("several documents", () => {
    expect(
      say(`version: 1
---
version: 1
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:2:1: error IDW105: a second document starts here
    |
  1 | version: 1
  2 | ---
    | ^^^
    = One file holds one project: remove the line \`---\`, or move the rest to a file of its own.
  "
`);
  });
  test("a name that is missing", () => {
    expect(
      say(`version: 1
: 2
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:2:1: error IDW109: a name is missing before \`:\`
    |
  1 | version: 1
  2 | : 2
    | ^
  "
`);
  });
});

describe("keys written twice", () => {
  test("at the top", () => {
    expect(say(project({ more: "entity: person" }))).toMatchInlineSnapshot(`
      "identity.yml:9:1: error IDW103: key \`entity\` is written twice
        |
      8 |   email: { priority: 1, limit: 3 }
      9 | entity: person
        | ^^^^^^
        = The first one counts; remove or rename the other.
      "
    `);
  });
  test("deep inside, on one line", () => {
    expect(
      say(project({ identifiers: `  email: { priority: 1, limit: 3, limit: 4 }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:8:35: error IDW103: key \`limit\` is written twice
        |
      7 | identifiers:
      8 |   email: { priority: 1, limit: 3, limit: 4 }
        |                                   ^^^^^
        = The first one counts; remove or rename the other.
      "
    `);
  });
  test("a merge key", () => {
    expect(
      say(`a: &a { x: 1 }
b:
  <<: *a
  <<: *a
`),
    ).toMatchInlineSnapshot(`
      "identity.yml:1:1: error IDW204: the file has no \`version\`
        |
      1 | a: &a { x: 1 }
        | ^
        = The version of this language. Example: \`1\`.

      identity.yml:1:1: error IDW204: the file has no \`entity\`
        |
      1 | a: &a { x: 1 }
        | ^
        = What one identity is. Example: \`customer\`.

      identity.yml:1:1: error IDW204: the file has no \`targets\`
        |
      1 | a: &a { x: 1 }
        | ^
        = Where it runs; the first target is the default. Example: \`{ dev: { type: duckdb, path: customer.duckdb } }\`.

      identity.yml:1:1: error IDW204: the file has no \`models\`
        |
      1 | a: &a { x: 1 }
        | ^
        = The input models, by name. Example: \`{ crm_contacts: { sql: models/crm_contacts.sql, key: contact_id, identifiers: { email: email } } }\`.

      identity.yml:1:1: error IDW204: the file has no \`identifiers\`
        |
      1 | a: &a { x: 1 }
        | ^
        = The kinds of keys by which records are recognised, by name. Example: \`{ user_id: { priority: 1, limit: 1 }, email: { priority: 2, limit: 3 } }\`.

      identity.yml:1:1: error IDW201: unknown key \`a\`
        |
      1 | a: &a { x: 1 }
        | ^
        = Allowed: \`version\`, \`entity\`, \`prefix\`, \`default_country\`, \`targets\`, \`models\`, \`identifiers\`, \`decisions\`, \`dbt\`, \`forget\`, \`golden_record\`, \`confidence\`, \`alerts\`, \`runs\`, \`import\`, \`vars\`.

      identity.yml:2:1: error IDW201: unknown key \`b\`
        |
      1 | a: &a { x: 1 }
      2 | b:
        | ^
        = Allowed: \`version\`, \`entity\`, \`prefix\`, \`default_country\`, \`targets\`, \`models\`, \`identifiers\`, \`decisions\`, \`dbt\`, \`forget\`, \`golden_record\`, \`confidence\`, \`alerts\`, \`runs\`, \`import\`, \`vars\`.

      identity.yml:4:3: error IDW103: key \`<<\` is written twice
        |
      3 |   <<: *a
      4 |   <<: *a
        |   ^^
        = Merge several mappings with a list: \`<<: [*one, *two]\`.
      "
    `);
  });
});

describe("anchors", () => {
  test("an alias without its anchor", () => {
    expect(
      say(project({ models: `  crm: { file: a.csv, key: id, identifiers: *email }` })),
    ).toMatchInlineSnapshot(`
      "identity.yml:6:45: error IDW108: no anchor \`&email\` stands before this alias
        |
      5 | models:
      6 |   crm: { file: a.csv, key: id, identifiers: *email }
        |                                             ^^^^^^
      "
    `);
  });
  test("a merge key that merges a text", () => {
    expect(say(project({ identifiers: `  email: { <<: everything, priority: 1 }` }))).toMatchInlineSnapshot(`
      "identity.yml:8:12: error IDW108: \`<<\` wants a mapping, an alias of one, or a list of them
        |
      7 | identifiers:
      8 |   email: { <<: everything, priority: 1 }
        |            ^^
      "
    `);
  });
  test("an anchor inside itself", () => {
    expect(
      say(`version: &a
  again: *a
`),
    ).toMatchInlineSnapshot(`
  "identity.yml:2:10: error IDW108: \`*a\` stands inside its own anchor
    |
  1 | version: &a
  2 |   again: *a
    |          ^^
  "
`);
  });
  test("a merge key in quotes", () => {
    expect(say(project({ identifiers: `  email: { '<<': {}, priority: 1 }` }))).toMatchInlineSnapshot(`
      "identity.yml:8:12: error IDW109: \`<<\` in quotes is neither a merge key nor a name
        |
      7 | identifiers:
      8 |   email: { '<<': {}, priority: 1 }
        |            ^^^^
        = Leave the quotes off.
      "
    `);
  });
});
