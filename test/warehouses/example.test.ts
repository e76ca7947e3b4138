// The worked example on the stand-ins: the records of one person in so many, with all that is odd about them, as tables of text.
// Golden records, and every other relation, are DuckDB's row by row. `npm run test:warehouses -- --all` takes more people.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadProject } from "../../src/run/load.ts";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { ROOT } from "../cli/support.ts";
import { folderOf } from "../engine/run-project.ts";
import { parseCsv, text } from "../example/sample.ts";
import { DATABASE } from "../scenarios/project.ts";
import { type Table, tableStatement, warehouseProject } from "./project.ts";
import { differingRows, publishedOnDuckdb, publishedRows } from "./relations.ts";
import { ABSENT, PLACES, type StandIn, startStandIn, WAREHOUSES } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

/** One person in so many. */
const ONE_IN = process.env["IDWEAVE_ALL"] === "1" ? 20 : 200;
const SCHEMA = "example";

type Model = { readonly key: string | readonly string[]; readonly sql?: string; readonly file?: string };
type Document = { readonly models: Readonly<Record<string, Model>> };

const decisions = parseCsv(text("decisions.csv"));
const {
  targets: _targets,
  vars: _vars,
  ...document
} = parse(text("identity.yml")) as Document & {
  readonly targets: unknown;
  readonly vars: unknown;
};

/** The rows of every model, as the models of the example give them; the people of the decisions are among them. */
async function sampledRows(): Promise<
  Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
> {
  const { value: loaded } = loadProject({ project: ROOT });
  if (loaded === undefined) throw new Error("the worked example does not load");
  const decided = decisions.flatMap(({ a, b }) => [a, b]).filter((key) => key !== undefined && key !== "");
  const database = await openDuckdb({ path: ":memory:" });
  try {
    await database.execute(`set file_search_path = '${ROOT}'`);
    await database.execute(`create table sampled as
      with truth as (select * from read_csv('data/truth.csv.gz', all_varchar = true))
      select record_key from truth
      where person_id in (select person_id from truth where record_key in (${decided.map((key) => `'${key}'`).join(", ")}))
        or ('0x' || md5(coalesce(person_id, record_key))[:6])::bigint % ${ONE_IN} = 0`);
    const found: Record<string, readonly Readonly<Record<string, unknown>>[]> = {};
    for (const [name, { key, file }] of Object.entries(document.models)) {
      const select =
        file === undefined
          ? loaded.selects.get(name)
          : `select * from read_csv('${file}', all_varchar = true)`;
      const keys = typeof key === "string" ? [key] : key;
      const rows = await database.query(`select to_json(m)::varchar as row from (${select}) as m
        join sampled as s on s.record_key = '${name}:' || ${keys.join(" || '|' || ")}`);
      found[name] = rows.map(({ row }) => JSON.parse(String(row)));
    }
    return found;
  } finally {
    database.close();
  }
}

function csvOf(rows: readonly Readonly<Record<string, string>>[]): string {
  const lines = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))];
  return lines.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\n");
}

function tableOf(name: string, rows: readonly Readonly<Record<string, unknown>>[]): Table {
  const columns = Object.keys(rows[0] ?? {}).map((column) => ({
    name: column,
    type: rows.some((row) => Array.isArray(row[column])) ? ("texts" as const) : ("text" as const),
  }));
  const cellOf = (value: unknown) =>
    Array.isArray(value) ? value.map(String) : value === null ? null : String(value);
  return { name, columns, rows: rows.map((row) => columns.map((column) => cellOf(row[column.name]))) };
}

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

  test(`the worked example, one person in ${ONE_IN}`, { timeout: 3_600_000 }, async () => {
    const rows = await sampledRows();
    const place = `${PLACES[name].catalog}.${SCHEMA}`;
    const modelsFrom = (source: (model: string) => object) =>
      Object.fromEntries(
        Object.entries(document.models).map(([model, { sql: _sql, file: _file, ...about }]) => [
          model,
          { ...about, ...source(model) },
        ]),
      );
    const project = warehouseProject(name, SCHEMA, {
      ...document,
      models: modelsFrom((model) => ({ table: `${place}.raw_${model}` })),
      decisions: { table: `${place}.raw_decisions` },
    });
    const onDuckdb = folderOf({
      "identity.yml": JSON.stringify({
        ...document,
        targets: { dev: { type: "duckdb", ...DATABASE } },
        models: modelsFrom((model) => ({ file: `${model}.ndjson` })),
        decisions: "decisions.csv",
      }),
      "decisions.csv": csvOf(decisions),
    });
    try {
      await warehouse.execute(`create schema if not exists ${place}`);
      for (const [model, given] of Object.entries(rows)) {
        await warehouse.execute(tableStatement(name, SCHEMA, tableOf(`raw_${model}`, given)));
        onDuckdb.write({ [`${model}.ndjson`]: given.map((row) => JSON.stringify(row)).join("\n") });
      }
      await warehouse.execute(tableStatement(name, SCHEMA, tableOf("raw_decisions", decisions)));
      await warehouse.execute(project.script("full"));
      await onDuckdb.run();
      const ours = await publishedOnDuckdb(onDuckdb);
      const theirs = await publishedRows((sql) => warehouse.execute(sql), place);
      expect(ours["identity_records"]?.length).toBeGreaterThan(400);
      expect(ours["rejected_values"]?.length).toBeGreaterThan(0);
      const inForce = ours["decisions_in_force"]?.filter((row) => row.includes('"status":"in_force"'));
      expect(inForce).toHaveLength(decisions.length);
      expect(differingRows(ours, theirs)).toEqual({});
      console.info(
        `${name}: ${ours["identity_records"]?.length} records, ${ours["golden_records"]?.length} golden records`,
      );
    } finally {
      project.folder.remove();
      onDuckdb.remove();
    }
  });
});
