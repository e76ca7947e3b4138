// The driver of DuckDB: one connection to one database file. Extensions are never downloaded.
import { type DuckDBConnection, DuckDBInstance, DuckDBListType, type DuckDBType } from "@duckdb/node-api";
import type { Cell, Column, Row, Warehouse } from "./warehouse.ts";

export type DuckdbOptions = {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly threads?: number | undefined;
  readonly memoryLimit?: string | undefined;
  /** Where relative paths in SQL start. */
  readonly folder?: string | undefined;
  /** Where sorts and joins spill what memory does not hold. */
  readonly temporaryFolder?: string | undefined;
};

/** Opens the file exclusively and creates it if need be; throws DuckDB's own error when another process holds it. */
export async function openDuckdb(options: DuckdbOptions): Promise<Warehouse> {
  const instance = await DuckDBInstance.create(options.path, {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
    ...(options.temporaryFolder === undefined ? {} : { temp_directory: options.temporaryFolder }),
  });
  return new Duckdb(instance, await connect(instance, options.folder), options.folder);
}

async function connect(instance: DuckDBInstance, folder: string | undefined): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  // No statement relies on the order of rows, and keeping it makes threads wait for each other.
  await connection.run("set preserve_insertion_order = false");
  // Trying this compression of texts costs several times what writing them does (docs/decisions/0003).
  await connection.run("set disabled_compression_methods = 'fsst'");
  if (folder !== undefined) {
    await connection.run(`set file_search_path = '${folder.replaceAll("'", "''")}'`);
  }
  return connection;
}

class Duckdb implements Warehouse {
  readonly #instance: DuckDBInstance;
  readonly #folder: string | undefined;
  #connection: DuckDBConnection;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, folder: string | undefined) {
    this.#instance = instance;
    this.#connection = connection;
    this.#folder = folder;
  }

  async execute(sql: string): Promise<number> {
    const result = await this.#connection.run(sql);
    if (result.rowsChanged > 0) return result.rowsChanged;
    // `create table as` answers with one row: the count.
    if (result.columnCount !== 1 || result.columnName(0) !== "Count") return 0;
    const [row] = await result.getRows();
    return Number(row?.[0] ?? 0);
  }

  async query(sql: string): Promise<readonly Row[]> {
    const reader = await this.#connection.runAndReadAll(sql);
    return reader.getRowObjects().map(rowOf);
  }

  async *stream(sql: string): AsyncIterable<readonly Row[]> {
    const result = await this.#connection.stream(sql);
    for await (const rows of result.yieldRowObjects()) yield rows.map(rowOf);
  }

  async describe(sql: string): Promise<readonly Column[]> {
    const prepared = await this.#connection.prepare(sql);
    try {
      return Array.from({ length: prepared.columnCount }, (_, index) => ({
        name: prepared.columnName(index),
        type: typeName(prepared.columnType(index)),
      }));
    } finally {
      prepared.destroySync();
    }
  }

  async renew(): Promise<void> {
    this.#connection.closeSync();
    this.#connection = await connect(this.#instance, this.#folder);
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

// JSON is a VARCHAR by another name, and behaves otherwise: its texts keep their quotes.
function typeName(type: DuckDBType): string {
  if (type instanceof DuckDBListType) return `${typeName(type.valueType)}[]`;
  return type.alias === "JSON" ? "JSON" : type.toString();
}

function rowOf(row: Readonly<Record<string, unknown>>): Row {
  const cells: Record<string, Cell> = {};
  for (const name in row) cells[name] = cell(row[name]);
  return cells;
}

// Timestamps, decimals and nested values come as their text.
function cell(value: unknown): Cell {
  if (typeof value === "bigint") {
    return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? Number(value) : value;
  }
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
  ) {
    return value;
  }
  return String(value);
}
