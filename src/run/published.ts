// Reading what is published, beside runs: of a DuckDB file, attached read-only to a database in memory, or of a warehouse.

import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { relation } from "../render/publish.ts";
import { lit, print } from "../sql/fragment.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import { StatementError } from "../warehouse/remote.ts";
import type { Column, Row, Warehouse } from "../warehouse/warehouse.ts";
import { type Loaded, type LoadedProject, type LoadOptions, onPath, TARGET_CATALOG } from "./load.ts";
import { placeOf } from "./publish.ts";
import { attachForReading } from "./run.ts";

/** A run that publishes holds the target for less than that. */
const LONGEST_WAIT_SECONDS = 30;
const RETRY_MILLISECONDS = 200;
/** Looking on is no run: what does not fit is spilled beside the target. */
const MODEST = { threads: Math.min(4, availableParallelism()), memoryLimit: "512MB" };

/** What is published, wherever it is: in the SQL of its dialect. */
export type Reader = {
  /** All rows: for small answers only. */
  readonly query: (sql: string) => Promise<readonly Row[]>;
  /** The name of a published relation, with its catalog and schema, as SQL. */
  readonly table: (name: string) => string;
};

export type Published = Reader & {
  readonly warehouse: Warehouse;
  /** None for a relation that is not there. */
  readonly columns: (name: string) => Promise<readonly Column[]>;
  /** Lets go of the target, so that a run can publish; what was copied stays. */
  readonly release: () => Promise<void>;
};

/** Whether what is published can be copied and resolved again here. */
export function isLocal(reader: Reader): reader is Published {
  return "warehouse" in reader;
}

/** Undefined when nothing is published yet. Throws IDW702 when a run does not finish publishing within 30 seconds. */
export async function withPublished<T>(
  loaded: Loaded,
  work: (published: Published) => Promise<T>,
): Promise<T | undefined> {
  const temporaryFolder = `${loaded.databasePath}.reading-${process.pid}`;
  const warehouse = await openDuckdb({ path: ":memory:", ...MODEST, temporaryFolder });
  try {
    const reader = await attach(loaded, warehouse);
    if (!reader.exists) return undefined;
    const place = placeOf(loaded);
    const { lexical } = loaded.context.dialect;
    const literal = (text: string) => print(lit(text), lexical);
    const columns = async (name: string): Promise<readonly Column[]> => {
      const rows = await warehouse.query(
        `select column_name, data_type from duckdb_columns() where database_name = ${literal(TARGET_CATALOG)} and schema_name = ${literal(place.schema)} and table_name = ${literal(`${place.prefix}${name}`)} order by column_index`,
      );
      return rows.map((row) => ({ name: String(row["column_name"]), type: String(row["data_type"]) }));
    };
    if ((await columns("run_log")).length === 0) return undefined;
    return await work({
      warehouse,
      query: (text) => warehouse.query(text),
      table: (name) => print(relation(place, name), lexical),
      columns,
      release: reader.detach,
    });
  } finally {
    warehouse.close();
    rmSync(temporaryFolder, { recursive: true, force: true });
  }
}

/** As `withPublished`, for what reads so little that a warehouse may as well answer it. */
export async function withReader<T>(
  project: LoadedProject,
  env: LoadOptions["env"],
  work: (reader: Reader) => Promise<T>,
): Promise<T | undefined> {
  const { target } = project;
  if (target.kind === "file") return withPublished(onPath(project, target), work);
  const loaded = { ...project, target };
  // Loaded here, since a DuckDB file needs no client library.
  const [{ connectionOf }, { isMissing, withWarehouse }] = await Promise.all([
    import("./connection.ts"),
    import("./remote.ts"),
  ]);
  const connection = connectionOf(target, { ...loaded, env: env ?? process.env });
  return withWarehouse(loaded, { connection }, async (warehouse) => {
    const { lexical, statements } = loaded.context.dialect;
    for (const statement of statements.session) await warehouse.execute(statement);
    const place = placeOf(loaded);
    const table = (name: string) => print(relation(place, name), lexical);
    try {
      return await work({ query: (text) => warehouse.execute(text), table });
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      // Whatever else is missing, a column say, is the warehouse's word.
      const isEmpty = await warehouse.execute(`select run from ${table("run_log")} limit 1`).then(
        () => false,
        (why: unknown) => why instanceof StatementError && isMissing(why.message),
      );
      if (isEmpty) return undefined;
      throw error;
    }
  });
}

async function attach(loaded: Loaded, warehouse: Warehouse) {
  const until = Date.now() + Math.min(loaded.project.lockTimeoutSeconds, LONGEST_WAIT_SECONDS) * 1000;
  for (;;) {
    try {
      return await attachForReading(loaded, warehouse);
    } catch (error) {
      const isBusy = error instanceof DiagnosticError && error.diagnostics[0]?.code === "IDW702";
      if (!isBusy || Date.now() >= until) throw error;
      await sleep(RETRY_MILLISECONDS);
    }
  }
}
