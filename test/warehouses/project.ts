// A test project on a stand-in: its records and decisions as tables, its scripts, and what a run of them leaves behind.

import { dialectOf } from "../../src/dialect/index.ts";
import type { Mode } from "../../src/plan/plan.ts";
import { configHash } from "../../src/run/config-hash.ts";
import { type LoadedProject, loadProject } from "../../src/run/load.ts";
import { placeOf } from "../../src/run/publish.ts";
import { id, join, keyword, lit, print, sql } from "../../src/sql/fragment.ts";
import { flowOf, scriptText } from "../../src/target/script/warehouse.ts";
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

/** The statement that makes a table of the user, in the schema of the results: its rows are one literal, of JSON. */
export function tableStatement(warehouse: WarehouseName, schema: string, table: Table): string {
  const { types, lexical } = dialectOf(warehouse);
  // By their places: names may hold what breaks a path into JSON. An array of BigQuery cannot be NULL.
  const rows = table.rows.map((row) =>
    table.columns.map(({ type }, at) => row[at] ?? (type === "texts" ? [] : null)),
  );
  // In base 64, since the stand-ins do not read every escaped sign of a literal.
  const base64 = lit(Buffer.from(JSON.stringify(rows)).toString("base64"));
  const typed = { text: types.text, timestamp: types.timestamp, boolean: types.boolean, texts: "array" };
  const columns = table.columns.map(({ name, type }, at) => {
    if (warehouse === "snowflake") {
      return sql`cast(r.value[${lit(at)}] as ${keyword(typed[type])}) as ${id(name)}`;
    }
    if (warehouse === "postgres") {
      return type === "texts"
        ? sql`array(select jsonb_array_elements_text(r.value -> ${lit(at)})) as ${id(name)}`
        : sql`cast(r.value ->> ${lit(at)} as ${keyword(typed[type])}) as ${id(name)}`;
    }
    const path = lit(`$[${at}]`);
    return type === "texts"
      ? sql`json_value_array(r, ${path}) as ${id(name)}`
      : sql`cast(json_value(r, ${path}) as ${keyword(typed[type])}) as ${id(name)}`;
  });
  const from = {
    bigquery: sql`unnest(json_query_array(parse_json(safe_convert_bytes_to_string(from_base64(${base64}))))) as r`,
    snowflake: sql`table(flatten(input => parse_json(base64_decode_string(${base64})))) as r`,
    postgres: sql`jsonb_array_elements(cast(convert_from(decode(${base64}, 'base64'), 'UTF8') as jsonb)) as r(value)`,
  }[warehouse];
  const name = id(PLACES[warehouse].catalog, schema, table.name);
  const create =
    warehouse === "postgres"
      ? sql`drop table if exists ${name}; create table ${name}`
      : sql`create or replace table ${name}`;
  return print(sql`${create} as select ${join(columns, ", ")} from ${from}`, lexical);
}

export type Parameters = {
  /** When decisions are in force; now without. */
  readonly asOf?: Date;
  /** The run to which a rollback returns. */
  readonly rollbackTo?: number;
};

export type WarehouseProject = {
  readonly schema: string;
  readonly folder: Folder;
  readonly loaded: LoadedProject;
  readonly script: (mode: Mode, parameters?: Parameters) => string;
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
    script: (mode, parameters = {}) =>
      scriptText(loaded.plans[mode], flow, {
        ...loaded,
        values: valuesOf(loaded, parameters),
        place: placeOf(loaded),
        configHash: configHash(loaded),
        version: "0.0.0",
      }),
  };
}

function valuesOf({ context: { dialect } }: LoadedProject, { asOf, rollbackTo }: Parameters) {
  const time = (at: Date) => print(lit(at.toISOString().replace("T", " ").replace("Z", "")), dialect.lexical);
  return {
    ...(asOf === undefined ? {} : { idw_as_of: `cast(${time(asOf)} as ${dialect.types.timestamp})` }),
    ...(rollbackTo === undefined ? {} : { idw_rollback_to: String(rollbackTo) }),
  };
}
