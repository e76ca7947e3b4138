// What a check and a run say of golden attributes whose columns, types or conditions do not fit.
import { expect, test } from "vitest";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { check } from "../../src/run/check.ts";
import { refusal, seenFrom } from "./messages.ts";
import { type Folder, folderOf } from "./run-project.ts";

const project = (golden: string) => ({
  "identity.yml": `version: 1
entity: customer
targets: { dev: { type: duckdb, path: customer.duckdb, schema: identity } }
models:
  crm: { sql: crm.sql, key: id, identifiers: { email: email }, attributes: [amount, flag, born, tags, note] }
  shop: { sql: shop.sql, key: id, identifiers: { email: email }, attributes: [born, note] }
identifiers: { email: { priority: 1 } }
golden_record:
${golden}
`,
  "crm.sql":
    "select '1' as id, 'a@x.org' as email, '12' as amount, 'yes' as flag, date '2020-01-01' as born, ['a'] as tags, 'n' as note",
  "shop.sql": "select '1' as id, 'a@x.org' as email, 5 as born, 'm' as note",
});

/** `without` is taken out of identity.yml. */
async function checked(golden: string, without = "no such text"): Promise<string> {
  const files = project(golden);
  const folder: Folder = folderOf({
    ...files,
    "identity.yml": files["identity.yml"].replaceAll(without, ""),
  });
  const sources = new Map<string, string>();
  const { diagnostics } = await check({ project: folder.path }, sources);
  const error = new DiagnosticError(diagnostics);
  folder.remove();
  return seenFrom(folder, formatDiagnostics(error.diagnostics, "text", { sources }));
}

test("rules and types that do not go together", async () => {
  expect(
    await checked(`  attributes:
    amount: sum
    flag: any_true
    tags: array
    born: source_priority
    first: { survivorship: most_frequent, then: [longest], column: note }`),
  ).toMatchInlineSnapshot(`
    "identity.yml:10:5: error IDW317: \`sum\` wants a number, and \`amount\` is VARCHAR in crm.
       |
     9 |   attributes:
    10 |     amount: sum
       |     ^^^^^^
      = Cast the column in a \`sql\` model, or choose another rule.

    identity.yml:11:5: error IDW317: \`any_true\` wants true or false, and \`flag\` is VARCHAR in crm.
       |
    10 |     amount: sum
    11 |     flag: any_true
       |     ^^^^
      = Cast the column in a \`sql\` model, or choose another rule.

    identity.yml:12:5: error IDW317: \`array\` wants a single value, and \`tags\` is VARCHAR[] in crm.
       |
    11 |     flag: any_true
    12 |     tags: array
       |     ^^^^
      = Cast the column in a \`sql\` model, or choose another rule.

    identity.yml:13:5: error IDW315: The golden attribute \`born\` is DATE in crm, INTEGER in shop.
       |
    12 |     tags: array
    13 |     born: source_priority
       |     ^^^^
      = Cast the columns to one type in \`sql\` models.
    "
  `);
});

test("a condition that the database refuses, and what it sees", async () => {
  expect(
    await checked(
      `  attributes:
    note: { survivorship: min, where: "model = 'crm' and nte = 'n' and observed_at is null" }`,
      "born, ",
    ),
  ).toMatchInlineSnapshot(`
    "identity.yml:10:32: error IDW412: The \`where\` of note is refused: Referenced column "nte" not found in FROM clause.
       |
     9 |   attributes:
    10 |     note: { survivorship: min, where: "model = 'crm' and nte = 'n' and observed_at is null" }
       |                                ^^^^^
      = Candidate bindings: "note", "tags", "model"
    "
  `);
  expect(
    await checked(
      `  groups:
    both: { attributes: [amount, flag], survivorship: source_priority, where: "note = 'n' and" }`,
      "born, ",
    ),
  ).toMatchInlineSnapshot(`
    "identity.yml:10:72: error IDW412: The \`where\` of both is refused: syntax error at or near ")".
       |
     9 |   groups:
    10 |     both: { attributes: [amount, flag], survivorship: source_priority, where: "note = 'n' and" }
       |                                                                        ^^^^^
    "
  `);
});

test("a condition sees all attributes, and so those of mixed types", async () => {
  expect(
    await checked(`  attributes:
    note: { survivorship: min, where: "note = 'n'" }`),
  ).toMatchInlineSnapshot(`
    "identity.yml:5:91: error IDW315: \`where\` sees the attribute \`born\`, which is DATE in crm, INTEGER in shop.
      |
    4 | models:
    5 |   crm: { sql: crm.sql, key: id, identifiers: { email: email }, attributes: [amount, flag, born, tags, note] }
      |                                                                                           ^^^^
      = Cast the columns to one type in \`sql\` models.
    "
  `);
});

test("a condition that fails on a value stops the run at golden_record", async () => {
  const golden = `  attributes:
    note: { survivorship: min, where: "note::integer > 1" }`;
  const { "crm.sql": crm, "shop.sql": shop, ...rest } = project(golden);
  const text = rest["identity.yml"].replaceAll("born, ", "");
  // One value, since no order of rows says which of two is met first.
  const same = shop.replace("'m' as note", "'n' as note");
  expect(await refusal({ "identity.yml": text, "crm.sql": crm, "shop.sql": same })).toMatchInlineSnapshot(`
    "identity.yml:8:1: error IDW412: The golden records cannot be made: Could not convert string 'n' to INT32 when casting from source column note.
      |
    7 | identifiers: { email: { priority: 1 } }
    8 | golden_record:
      | ^^^^^^^^^^^^^
    "
  `);
});
