// Golden records on DuckDB: each rule with its ties, and the published columns as they come and change.
import { expect, test } from "vitest";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import type { Row } from "../../src/warehouse/warehouse.ts";
import { textOf } from "./messages.ts";
import { type Folder, folderOf } from "./run-project.ts";

type Person = readonly (readonly [
  model: "crm" | "shop" | "web",
  at: string | null,
  value: string | number | null,
])[];

/** One identity per person; its records are numbered, and so are those of one model. */
function identity(attributes: string, more = ""): string {
  const models = ["crm", "shop", "web"].map(
    (name) =>
      `  ${name}: { file: ${name}.ndjson, key: key, observed_at: at, identifiers: { person: person }, attributes: [v] }`,
  );
  return `version: 1
entity: customer
targets: { dev: { type: duckdb, path: customer.duckdb, schema: identity } }
models:
${models.join("\n")}
identifiers: { person: { priority: 1 } }
golden_record:
  model_order: [shop, crm]
  attributes: ${attributes}
${more}`;
}

function records(people: Readonly<Record<string, Person>>): Readonly<Record<string, string>> {
  const lines = { crm: "", shop: "", web: "" };
  for (const [person, rows] of Object.entries(people)) {
    rows.forEach(([model, at, v], index) => {
      lines[model] += `${JSON.stringify({ key: `${person}${index}`, person, at, v })}\n`;
    });
  }
  // A model always has its columns, and a record of its own.
  const own = (name: string) => `${JSON.stringify({ key: name, person: name, at: "2020-01-01", v: "-" })}\n`;
  return Object.fromEntries(
    Object.entries(lines).map(([name, text]) => [`${name}.ndjson`, text + own(name)]),
  );
}

const golden = async (folder: Folder, columns = "*"): Promise<readonly Row[]> =>
  folder.query(
    `select v.value as person, g.${columns} from identity.golden_records as g
     join identity.identity_values as v using (identity_id)
     where v.value not in ('crm', 'shop', 'web') order by v.value`,
  );

const DAY = ["2026-01-01", "2026-01-02", "2026-01-03"] as const;

test("most_recent, most_frequent and source_priority, with ties, NULLs and single records", async () => {
  const folder = folderOf({
    "identity.yml": identity(
      "{ recent: { survivorship: most_recent, column: v }, frequent: { survivorship: most_frequent, column: v }, trusted: { survivorship: source_priority, column: v } }",
    ),
    ...records({
      alone: [["web", null, "a"]],
      "all null": [
        ["crm", DAY[0], null],
        ["shop", DAY[1], null],
      ],
      "null is later": [
        ["crm", DAY[0], "old"],
        ["crm", DAY[2], null],
      ],
      "no time loses": [
        ["crm", null, "timeless"],
        ["web", DAY[0], "timed"],
      ],
      "times tie, model order decides": [
        ["web", DAY[0], "w"],
        ["crm", DAY[0], "c"],
        ["shop", DAY[0], "s"],
      ],
      "model ties, time decides": [
        ["crm", DAY[0], "old"],
        ["crm", DAY[1], "new"],
      ],
      "all ties, record key decides": [
        ["web", DAY[0], "first"],
        ["web", DAY[0], "second"],
      ],
      "frequent beats trusted": [
        ["shop", DAY[2], "s"],
        ["web", DAY[0], "w"],
        ["crm", DAY[0], "w"],
      ],
      "frequencies tie, best record decides": [
        ["web", DAY[2], "w"],
        ["web", DAY[2], "w"],
        ["crm", DAY[0], "c"],
        ["crm", DAY[0], "c"],
      ],
      "null is never frequent": [
        ["shop", DAY[2], null],
        ["shop", DAY[2], null],
        ["web", DAY[0], "w"],
      ],
      "trusted has none": [
        ["shop", DAY[2], null],
        ["web", DAY[2], "w"],
        ["crm", DAY[0], "c"],
      ],
      "empty text is a value": [
        ["crm", DAY[0], "x"],
        ["crm", DAY[1], ""],
      ],
    }),
  });
  await folder.run();
  const rows = await golden(folder, "* exclude (identity_id, updated_run)");
  expect(rows.map((row) => [row["person"], row["recent"], row["frequent"], row["trusted"]])).toEqual([
    ["all null", null, null, null],
    ["all ties, record key decides", "first", "first", "first"],
    ["alone", "a", "a", "a"],
    ["empty text is a value", "", "", ""],
    ["frequencies tie, best record decides", "w", "c", "c"],
    ["frequent beats trusted", "s", "w", "s"],
    ["model ties, time decides", "new", "new", "new"],
    ["no time loses", "timed", "timeless", "timeless"],
    ["null is later", "old", "old", "old"],
    ["null is never frequent", "w", "w", "w"],
    ["times tie, model order decides", "s", "s", "s"],
    ["trusted has none", "w", "c", "c"],
  ]);
  folder.remove();
});

/** Names of columns may be anything; those of attributes are words, but any words. */
const COLUMNS = [
  "order by",
  'say "hi"',
  "it's",
  "Größe",
  "ref erence--",
  "a.b",
  "{x}",
  "{{ y }}",
  "tab\tstop",
  "%_",
];
const WORDS = [
  "select",
  "order",
  "table",
  "end",
  "null",
  "record",
  "trust",
  "label",
  "recency",
  "attribute_1",
];
const LONG = "n".repeat(200);

test("attributes and columns with hostile names", async () => {
  const attributes = [...COLUMNS.map((column, index) => ({ [`column${index}`]: column })), ...WORDS, LONG];
  const names = [...COLUMNS.map((_, index) => `column${index}`), ...WORDS, LONG];
  const row = Object.fromEntries(
    [...COLUMNS, ...WORDS, LONG].map((column) => [column, `value of ${column}`]),
  );
  const line = (more: object) =>
    `${JSON.stringify({ "the key": "1", "observed at": "2026-01-01", ...row, ...more })}\n`;
  const folder = folderOf({
    "identity.yml": JSON.stringify({
      version: 1,
      entity: "customer",
      prefix: "shop_",
      targets: { dev: { type: "duckdb", path: "customer.duckdb", schema: "identity" } },
      models: {
        crm: {
          file: "crm.ndjson",
          key: "the key",
          observed_at: "observed at",
          identifiers: { from: "order by" },
          attributes,
        },
      },
      identifiers: { from: { priority: 1 } },
      golden_record: {
        attributes: Object.fromEntries([
          ...names.map((name) => [name, "most_recent"]),
          ...[...WORDS, LONG].map((name) => [
            `${name}_too`,
            {
              column: name,
              survivorship: "most_frequent",
              where: "record_key is not null",
              provenance: true,
            },
          ]),
          ["values", { identifier: "from", survivorship: "array" }],
        ]),
      },
    }),
    "crm.ndjson":
      line({}) + line({ "the key": "2", "observed at": "2025-01-01", select: "older", "it's": "older" }),
  });
  await folder.run();
  const [published] = await folder.query(
    "select * exclude (identity_id, updated_run) from identity.shop_golden_records",
  );
  const values = Object.fromEntries(
    names.map((name, index) => [name, `value of ${[...COLUMNS, ...WORDS, LONG][index]}`]),
  );
  expect(published).toMatchObject(values);
  // Texts tie, and the record observed last is the best.
  for (const name of [...WORDS, LONG]) {
    expect([published?.[`${name}_too`], published?.[`${name}_too__record`]]).toEqual([values[name], "crm:1"]);
  }
  expect(published?.["values"]).toBe("['value of order by']");
  const tables = await folder.query(
    "select table_name from information_schema.tables where table_schema = 'identity' order by table_name",
  );
  expect(tables.map((each) => each["table_name"])).toEqual([
    "shop_blocked_merges",
    "shop_decisions_in_force",
    "shop_golden_records",
    "shop_identities",
    "shop_identity_anchors",
    "shop_identity_events",
    "shop_identity_history",
    "shop_identity_records",
    "shop_identity_redirects",
    "shop_identity_values",
    "shop_ignored_values",
    "shop_merge_evidence",
    "shop_metric_counts",
    "shop_record_state",
    "shop_record_values",
    "shop_rejected_records",
    "shop_rejected_values",
    "shop_run_log",
    "shop_run_metrics",
    "shop_suppressions",
    "shop_watermarks",
    "shop_withdrawn_ids",
    "shop_withheld_values",
  ]);
  folder.remove();
});

test("an attribute that comes later is a new column; one of another type stops the run", async () => {
  const folder = folderOf({
    "identity.yml": identity("{ v: most_recent }"),
    ...records({ ann: [["crm", DAY[0], "1"]] }),
  });
  await folder.run();
  folder.write({
    "identity.yml": identity("{ v: most_recent, also: { survivorship: most_frequent, column: v } }"),
  });
  await folder.run();
  expect(await golden(folder, "* exclude (identity_id)")).toEqual([
    { person: "ann", v: "1", also: "1", updated_run: 2 },
  ]);
  folder.write({ "identity.yml": identity("{ also: { survivorship: most_frequent, column: v } }") });
  await folder.run();
  expect(await golden(folder, "* exclude (identity_id)")).toEqual([
    { person: "ann", v: null, also: "1", updated_run: 3 },
  ]);

  const numbers = Object.fromEntries(
    ["crm", "shop", "web"].map((name) => [
      `${name}.ndjson`,
      '{"key": "1", "person": "ann", "at": "2026-01-01", "v": 1}\n',
    ]),
  );
  folder.write(numbers);
  const message = await folder.run().then(String, (error: unknown) => textOf(error, folder));
  expect(message).toMatchInlineSnapshot(
    `
    "error IDW709: \`also\` of identity.golden_records is VARCHAR, and now would be BIGINT; nothing was published.
      = Run: alter table identity.golden_records alter column also type BIGINT using try_cast(also as BIGINT);
    "
  `,
  );
  expect(await golden(folder, "* exclude (identity_id)")).toEqual([
    { person: "ann", v: null, also: "1", updated_run: 3 },
  ]);
  const statement = /Run: (.*;)/.exec(message)?.[1] ?? "";
  const warehouse = await openDuckdb({ path: `${folder.path}/customer.duckdb` });
  await warehouse.execute(statement);
  warehouse.close();
  await folder.run();
  expect(await golden(folder, "* exclude (identity_id)")).toEqual([
    { person: "ann", v: null, also: 1, updated_run: 4 },
  ]);
  folder.remove();
});
