// A test project on a stand-in: its records and decisions as tables, its scripts, and what a run of them leaves behind.

import { dialectOf } from "../../src/dialect/index.ts";
import type { Mode } from "../../src/plan/plan.ts";
import { configHash } from "../../src/run/config-hash.ts";
import { type LoadedProject, loadProject } from "../../src/run/load.ts";
import { placeOf } from "../../src/run/publish.ts";
import { id, join, keyword, lit, print, sql } from "../../src/sql/fragment.ts";
import { flowOf, scriptText } from "../../src/target/script/warehouse.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { type Folder, folderOf } from "../engine/run-project.ts";
import { POSTGRES_DATABASE } from "./postgres.ts";
import * as standIn from "./stand-in.ts";

/** What runs a script: a stand-in, or PostgreSQL. */
export type WarehouseName = standIn.WarehouseName | "postgres";

/** Where results go. */
export const PLACES = {
  ...standIn.PLACES,
  postgres: { catalog: POSTGRES_DATABASE, schema: "public" },
} as const satisfies Record<WarehouseName, { readonly catalog: string; readonly schema: string }>;

export type Table = {
  readonly name: string;
  /** `texts` is an array of text. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly (readonly (string | boolean | readonly string[] | null)[])[];
};

export type ColumnType = "text" | "texts" | "timestamp" | "boolean";

/** The statement that makes a table of the user, in the schema of the results. */
export function tableStatement(warehouse: WarehouseName, schema: string, table: Table): string {
  const { types, lexical } = dialectOf(warehouse);
  const array = { bigquery: "array<string>", snowflake: "array", postgres: "text[]" }[warehouse];
  const typed = { text: types.text, timestamp: types.timestamp, boolean: types.boolean, texts: array };
  const cell = (value: Table["rows"][number][number]) => {
    if (value === null || typeof value === "string") return lit(value);
    if (typeof value === "boolean") return keyword(String(value));
    const items = join(
      value.map((each) => lit(each)),
      ", ",
    );
    return {
      bigquery: sql`[${items}]`,
      snowflake: sql`array_construct(${items})`,
      postgres: sql`cast(array[${items}] as text[])`,
    }[warehouse];
  };
  // An array of BigQuery cannot be NULL; an empty one holds no value either.
  const selectOf = (row: Table["rows"][number]) =>
    sql`select ${join(
      table.columns.map(({ name, type }, index) => {
        const value = row[index] ?? null;
        const shown = type === "texts" && value === null ? cell([]) : cell(value);
        return type === "texts" && value !== null
          ? sql`${shown} as ${id(name)}`
          : sql`cast(${shown} as ${keyword(typed[type])}) as ${id(name)}`;
      }),
      ", ",
    )}`;
  const none = sql`${selectOf([])} from (select 1 as one) as nothing where false`;
  const rows = table.rows.length === 0 ? none : join(table.rows.map(selectOf), "\nunion all\n");
  const name = id(PLACES[warehouse].catalog, schema, table.name);
  const create =
    warehouse === "postgres"
      ? sql`drop table if exists ${name}; create table ${name}`
      : sql`create or replace table ${name}`;
  return print(sql`${create} as ${rows}`, lexical);
}

export type WarehouseProject = {
  readonly schema: string;
  readonly folder: Folder;
  readonly loaded: LoadedProject;
  readonly script: (mode: Mode) => string;
};

/** `document` is identity.yml without targets; `schema` is where its results go. */
export function warehouseProject(
  warehouse: WarehouseName,
  schema: string,
  document: object,
): WarehouseProject {
  const { catalog } = PLACES[warehouse];
  const target = {
    bigquery: { type: "bigquery", project: catalog, dataset: schema },
    snowflake: {
      type: "snowflake",
      account: "local",
      user: "u",
      password: "{{ env_var('P') }}",
      database: catalog,
      schema,
    },
    postgres: { type: "postgres", host: "localhost", user: "u", dbname: catalog, schema },
  }[warehouse];
  const folder = folderOf({ "identity.yml": JSON.stringify({ ...document, targets: { prod: target } }) });
  const { value: loaded, diagnostics } = loadProject({ project: folder.path, env: {} });
  if (loaded === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  const flow = flowOf(loaded.context);
  if (flow === undefined) throw new Error(`no scripts for ${warehouse}`);
  return {
    schema,
    folder,
    loaded,
    script: (mode) =>
      scriptText(loaded.plans[mode], flow, {
        ...loaded,
        place: placeOf(loaded),
        configHash: configHash(loaded),
        version: "0.0.0",
      }),
  };
}

/** Runs a script, and names it when it fails. */
export async function runScript(warehouse: RemoteWarehouse, script: string): Promise<void> {
  await warehouse.execute(script);
}
