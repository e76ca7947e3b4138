// A test project of the reference on a warehouse: its records and decisions as tables there.

import { dialectOf } from "../../src/dialect/index.ts";
import { print } from "../../src/sql/fragment.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { parseCsv } from "../example/sample.ts";
import type { ReferenceConfig } from "../reference/types.ts";
import {
  PLACES,
  type Table,
  tableStatement,
  type WarehouseName,
  type WarehouseProject,
  warehouseProject,
} from "./project.ts";

const RECORDS = "records";
const DECISIONS = "decisions";

export type WarehouseCase = WarehouseProject & {
  /** The schema of its tables and results, as SQL names it. */
  readonly place: string;
  /** Makes its tables anew. */
  readonly feed: (files: Files) => Promise<void>;
};

/** A project of these identifiers on a warehouse, in a schema of its own; `files` are those of a test project for DuckDB. */
export async function warehouseCase(
  name: WarehouseName,
  warehouse: RemoteWarehouse,
  schema: string,
  config: ReferenceConfig,
  files: Files,
): Promise<WarehouseCase> {
  const identifiers = config.identifiers.map((identifier) => identifier.name);
  const place = `${PLACES[name].catalog}.${schema}`;
  const project = warehouseProject(name, schema, documentOf(files, name, schema));
  const { statements, lexical } = dialectOf(name);
  await warehouse.execute(print(statements.createSchema(PLACES[name].catalog, schema), lexical));
  return {
    ...project,
    place,
    async feed(given) {
      const decided = given["decisions.csv"] === undefined ? [] : [decisionTable(given)];
      const tables = [recordTable(given, identifiers), ...decided];
      await warehouse.execute(`${tables.map((table) => tableStatement(name, schema, table)).join(";\n")};`);
    },
  };
}

export type Files = Readonly<Record<string, string>>;

/** identity.yml of the test project, with tables in the place of its files. */
export function documentOf(files: Files, name: WarehouseName, schema: string): object {
  const given = JSON.parse(files["identity.yml"] ?? "{}") as {
    readonly models: Readonly<Record<string, object>>;
    readonly decisions?: string;
  };
  const table = (table: string) => `${PLACES[name].catalog}.${schema}.${table}`;
  const models = Object.entries(given.models).map(
    ([model, { file: _, ...about }]: [string, { file?: string }]) => [
      model,
      { ...about, table: table(RECORDS) },
    ],
  );
  return {
    ...given,
    models: Object.fromEntries(models),
    ...(given.decisions === undefined ? {} : { decisions: { table: table(DECISIONS) } }),
  };
}

export function recordTable(files: Files, identifiers: readonly string[]): Table {
  const lines = (files["records.ndjson"] ?? "").split("\n").filter((line) => line !== "");
  const records = lines.map(
    (line) => JSON.parse(line) as Readonly<Record<string, string | boolean | string[] | null>>,
  );
  const hasErased = records.some((record) => "is_erased" in record);
  const columns = [
    { name: "key", type: "text" },
    { name: "observed_at", type: "text" },
    ...(hasErased ? [{ name: "is_erased", type: "boolean" } as const] : []),
    ...identifiers.map((name) => ({ name, type: "texts" }) as const),
  ] as const;
  return {
    name: RECORDS,
    columns,
    rows: records.map((record) => columns.map(({ name }) => record[name] ?? null)),
  };
}

export function decisionTable(files: Files): Table {
  const rows = parseCsv(files["decisions.csv"] ?? "");
  const columns = (files["decisions.csv"] ?? "")
    .split("\n", 1)
    .flatMap((head) => head.split(","))
    .map((name) => ({ name, type: "text" }) as const);
  const cellOf = (cell: string | undefined) => (cell === undefined || cell === "" ? null : cell);
  return { name: DECISIONS, columns, rows: rows.map((row) => columns.map(({ name }) => cellOf(row[name]))) };
}
