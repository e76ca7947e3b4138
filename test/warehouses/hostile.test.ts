// Names and values that break careless quoting, in everything a user writes: columns, keys, values, what is ignored, reasons,
// decisions. They come through a whole script of each stand-in as they come through DuckDB, and inject nothing.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { folderOf } from "../engine/run-project.ts";
import { DATABASE } from "../scenarios/project.ts";
import { expectExplainedAlike } from "./explained.ts";
import { type Table, tableStatement, warehouseProject } from "./project.ts";
import { differingRows, publishedOnDuckdb, publishedRows } from "./relations.ts";
import { ABSENT, PLACES, type StandIn, startStandIn, WAREHOUSES, type WarehouseName } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

// biome-ignore format: one word list
const TEXTS = [
  "it's", "''", "' or ''='", 'say "no"', "back\\slash", "ends in a backslash\\", "\\'", "\\n", "\\u0041", "$$", "$1", "a $$; drop schema x; $$",
  "'; drop table records; --", "*/ select 1 /*", "-- no", "{{ x }}", "{% if y %}", "{# z #}", "`tick`", "two\nlines", "tab\tstop", "\r\n",
  ":idw_run", "@idw_run", "?", "%s", "%_", "😀", "e\u0301", "é", "\u00a0", "select", "null", "NULL", "end;", "x".repeat(300),
];

/**
 * Snowflake allows all signs, but its stand-in takes no single quote in a name of a column. BigQuery allows few:
 * https://cloud.google.com/bigquery/docs/schemas#flexible-column-names
 */
const COLUMNS: Readonly<Record<WarehouseName, readonly string[]>> = {
  snowflake: [
    'say "no"',
    "back\\slash",
    "$$",
    "{{ x }}",
    "{% if y %}",
    "-- no",
    "end;",
    "select",
    "x".repeat(200),
  ],
  bigquery: ["select", "Grouping", "größe 東", "a-b", "x y", "100%", "a&b=c", "a:b", "end", "x".repeat(200)],
};

/** Names of attributes, hence of columns of golden_records. */
const ATTRIBUTES = [
  "select",
  "order",
  "from",
  "table",
  "end",
  "row",
  "rows",
  "sample",
  "current_date",
  "unnest",
];

function inputs(name: WarehouseName) {
  const columns = COLUMNS[name];
  const [login = "", email = ""] = columns;
  const records: Table = {
    name: "records",
    columns: ["key of it", "seen at", ...columns].map((column) => ({ name: column, type: "text" })),
    rows: TEXTS.map((text, at) => [
      text,
      `2026-01-0${1 + (at % 9)}T00:00:00Z`,
      ...columns.map((_, column) => TEXTS[(at + column * (at % 2)) % TEXTS.length] ?? null),
    ]),
  };
  const decisions: Table = {
    name: "decisions",
    columns: ["id", "decision", "a", "b", "identifier", "value", "decided_at", "reason"].map((column) => ({
      name: column,
      type: "text",
    })),
    rows: [
      ...TEXTS.slice(0, -2).map((text, at) => {
        const kind = at % 3 === 0 ? "must_link" : "cannot_link";
        return [text, kind, `m:${text}`, `m:${TEXTS[at + 1]}`, null, null, "2020-01-01T00:00:00Z", text];
      }),
      [
        "ignored",
        "ignore_value",
        null,
        null,
        "login",
        "'; drop table records; --",
        "2020-01-01T00:00:00Z",
        null,
      ],
    ],
  };
  const document = {
    version: 1,
    entity: "person",
    identifiers: {
      login: { priority: 1, limit: 1, contested: "first", ignore: ["back\\slash", "$$", "' or ''='"] },
      email: { priority: 2, limit: 3 },
    },
    golden_record: {
      attributes: Object.fromEntries(
        ATTRIBUTES.slice(0, columns.length).map((attribute, at) => [
          attribute,
          at % 2 === 0 ? "most_recent" : "most_frequent",
        ]),
      ),
    },
  };
  const model = {
    key: "key of it",
    observed_at: "seen at",
    identifiers: { login, email: [email] },
    attributes: columns.map((column, at) => ({ [ATTRIBUTES[at] ?? ""]: column })),
    reject: [{ when: "1 = 0", reason: "nobody's \\ $$ {% raw %}{{ x }}{% endraw %}" }],
  };
  return { records, decisions, document, model };
}

const csvField = (text: string | null) => (text === null ? "" : `"${text.replaceAll('"', '""')}"`);

describe.skipIf(ABSENT !== undefined).each(WAREHOUSES)("%s", (name) => {
  let standIn: StandIn;
  let warehouse: RemoteWarehouse;

  beforeAll(async () => {
    standIn = await startStandIn(name);
    warehouse = await standIn.connect();
  });
  afterAll(async () => {
    await warehouse.close();
    await standIn.stop();
  });

  test("hostile names and values come through whole", { timeout: 1_800_000 }, async () => {
    const { records, decisions, document, model } = inputs(name);
    const place = `${PLACES[name].catalog}.hostile`;
    const project = warehouseProject(name, "hostile", {
      ...document,
      models: { m: { ...model, table: `${place}.records` } },
      decisions: { table: `${place}.decisions` },
    });
    const onDuckdb = folderOf({
      "identity.yml": JSON.stringify({
        ...document,
        targets: { dev: { type: "duckdb", ...DATABASE } },
        models: { m: { ...model, file: "records.ndjson" } },
        decisions: "decisions.csv",
      }),
      "records.ndjson": records.rows
        .map((row) =>
          JSON.stringify(Object.fromEntries(records.columns.map((column, at) => [column.name, row[at]]))),
        )
        .join("\n"),
      "decisions.csv": [decisions.columns.map((column) => column.name), ...decisions.rows]
        .map((row) => row.map((cell) => csvField(cell === null ? null : String(cell))).join(","))
        .join("\n"),
    });
    try {
      await warehouse.execute(`create schema if not exists ${place}`);
      for (const table of [records, decisions]) {
        await warehouse.execute(tableStatement(name, "hostile", table));
      }
      await warehouse.execute(project.script("full"));
      await onDuckdb.run();
      const ours = await publishedOnDuckdb(onDuckdb);
      const theirs = await publishedRows((sql) => warehouse.execute(sql), place);
      expect(differingRows(ours, theirs)).toEqual({});
      const where = { database: DATABASE.path, schema: DATABASE.schema };
      await expectExplainedAlike(onDuckdb, where, project, (sql) => warehouse.execute(sql), place);
      expect(ours["identity_records"]).toHaveLength(TEXTS.length);
      expect(ours["decisions_in_force"]).toHaveLength(TEXTS.length - 1);
    } finally {
      project.folder.remove();
      onDuckdb.remove();
    }
  });
});
