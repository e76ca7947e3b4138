// Writes a database file anew, so that no free block of it holds what was erased: DuckDB leaves the bytes of deleted rows
// until their blocks are needed. Everything in the file is copied, the user's own schemas included.
import { chmodSync, existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { duckdb } from "../dialect/duckdb.ts";
import { id, lit, print } from "../sql/fragment.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import { messageOf } from "./errors.ts";
import { shownPath } from "./files.ts";
import { TARGET_CATALOG } from "./load.ts";
import { storageVersion } from "./stored.ts";

const COPY = "idw_rewritten";

/** Says that the file is still to be written anew; survives a run that is killed after its commit. */
const markOf = (databasePath: string) => `${databasePath}.erasing`;

export function markForRewriting(databasePath: string): void {
  writeFileSync(markOf(databasePath), "");
}

export function unmark(databasePath: string): void {
  rmSync(markOf(databasePath), { force: true });
}

export function isMarked(databasePath: string): boolean {
  return existsSync(markOf(databasePath));
}

/**
 * Expects the target attached for writing, and leaves it detached. The file is replaced in one step, and only by a copy that
 * has every relation with as many rows; whoever opens it meets the old file, locked, or the new one. Returns IDW752, and
 * the mark stays for the next run, when it cannot be done.
 */
export async function rewrite(databasePath: string, warehouse: Warehouse): Promise<readonly Diagnostic[]> {
  const path = realpathSync(databasePath);
  const copy = `${path}.rewritten`;
  let isAttached = true;
  const detach = async () => {
    if (isAttached) await warehouse.execute(`detach ${TARGET_CATALOG}`);
    isAttached = false;
  };
  try {
    await warehouse.execute(`checkpoint ${TARGET_CATALOG}`);
    await copyAll(copy, warehouse);
    if (existsSync(`${path}.wal`)) throw new Error("its write-ahead log could not be folded in");
    chmodSync(copy, statSync(path).mode);
    // Not everywhere can a file be replaced that is open.
    if (process.platform === "win32") await detach();
    renameSync(copy, path);
    unmark(databasePath);
    return [];
  } catch (error) {
    const reason = messageOf(error).split("\n")[0] ?? "";
    const message = `What was erased is gone from every relation, but ${shownPath(databasePath)} could not be written anew, and free blocks of it may still hold its bytes: ${reason}.`;
    const hint = "The next run tries again. It needs as much free disk as the file takes.";
    return [diagnose("IDW752", message, { hint })];
  } finally {
    await warehouse.execute(`detach database if exists ${COPY}`).catch(() => undefined);
    await detach();
    for (const left of [copy, `${copy}.wal`]) rmSync(left, { force: true });
  }
}

async function copyAll(copy: string, warehouse: Warehouse): Promise<void> {
  const version = await storageVersion(warehouse);
  const options = version === undefined ? "" : ` (storage_version ${text(version)})`;
  const attach = async () => {
    for (const left of [copy, `${copy}.wal`]) rmSync(left, { force: true });
    await warehouse.execute(`attach ${text(copy)} as ${COPY}${options}`);
  };
  await attach();
  try {
    await warehouse.execute(`copy from database ${TARGET_CATALOG} to ${COPY}`);
  } catch {
    // DuckDB does not mind the order of tables with foreign keys.
    await warehouse.execute(`detach ${COPY}`);
    await attach();
    await warehouse.execute(`copy from database ${TARGET_CATALOG} to ${COPY} (schema)`);
    await fill(warehouse);
  }
  const before = await contents(TARGET_CATALOG, warehouse);
  const after = await contents(COPY, warehouse);
  if (before !== after) throw new Error("a copy of it does not hold the same");
  await warehouse.execute(`detach ${COPY}`);
  if (existsSync(`${copy}.wal`)) throw new Error("the copy could not be closed");
}

// Table after table, those whose foreign keys are not there yet once more after the others.
async function fill(warehouse: Warehouse): Promise<void> {
  let waiting = await tables(TARGET_CATALOG, warehouse);
  while (waiting.length > 0) {
    const refused: Row[] = [];
    let reason: unknown;
    for (const row of waiting) {
      const columns = await storedColumns(row, warehouse);
      const insert = `insert into ${named(COPY, row)} (${columns}) select ${columns} from ${named(TARGET_CATALOG, row)}`;
      await warehouse.execute(insert).catch((error: unknown) => {
        reason = error;
        refused.push(row);
      });
    }
    if (refused.length === waiting.length) throw reason;
    waiting = refused;
  }
}

// No catalog of DuckDB tells a generated column; it refuses to be inserted into.
async function storedColumns(row: Row, warehouse: Warehouse): Promise<string> {
  const stored: string[] = [];
  for (const { name } of await warehouse.describe(`select * from ${named(COPY, row)}`)) {
    const column = print(id(name), duckdb.lexical);
    const isStored = await warehouse
      .describe(`insert into ${named(COPY, row)} (${column}) select null`)
      .then(() => true)
      .catch((error: unknown) => !/generated column/i.test(messageOf(error)));
    if (isStored) stored.push(column);
  }
  return stored.join(", ");
}

function tables(catalog: string, warehouse: Warehouse): Promise<readonly Row[]> {
  return warehouse.query(
    `select schema_name, table_name from duckdb_tables() where database_name = '${catalog}' order by all`,
  );
}

/** Every object of a database, and how many rows each table has. */
async function contents(catalog: string, warehouse: Warehouse): Promise<string> {
  const objects = await warehouse.query(`
    select 'schema' as kind, schema_name as name, '' as text from duckdb_schemas() where database_name = '${catalog}' and not internal
    union all
    select 'table', schema_name || '.' || table_name, sql from duckdb_tables() where database_name = '${catalog}'
    union all
    select 'view', schema_name || '.' || view_name, sql from duckdb_views() where database_name = '${catalog}' and not internal
    union all
    select 'macro', schema_name || '.' || function_name, macro_definition from duckdb_functions() where database_name = '${catalog}' and not internal
    union all
    select 'sequence', schema_name || '.' || sequence_name, '' from duckdb_sequences() where database_name = '${catalog}'
    union all
    select 'type', schema_name || '.' || type_name, '' from duckdb_types() where database_name = '${catalog}' and not internal
    union all
    select 'index', schema_name || '.' || index_name, sql from duckdb_indexes() where database_name = '${catalog}'
    order by all
  `);
  const rows: unknown[] = [];
  for (const row of await tables(catalog, warehouse)) {
    const [counted] = await warehouse.query(`select count(*) as n from ${named(catalog, row)}`);
    rows.push([row["schema_name"], row["table_name"], String(counted?.["n"])]);
  }
  return JSON.stringify([objects, rows]);
}

function named(catalog: string, row: Row): string {
  return print(id(catalog, String(row["schema_name"]), String(row["table_name"])), duckdb.lexical);
}

function text(value: string): string {
  return print(lit(value), duckdb.lexical);
}
