// What a run needs of a warehouse; a driver file is the only place that knows a client library.

export type Cell = string | number | bigint | boolean | null;
export type Row = Readonly<Record<string, Cell>>;
export type Column = { readonly name: string; readonly type: string };

export interface Warehouse {
  /** Runs one statement; resolves to the number of rows it wrote, 0 where that means nothing. */
  execute(sql: string): Promise<number>;
  /** All rows: for small answers only. Integers come as numbers while they are exact, else as text. */
  query(sql: string): Promise<readonly Row[]>;
  /** The rows of a query in pieces, while the warehouse makes them; nothing else may be asked until the last. */
  stream(sql: string): AsyncIterable<readonly Row[]>;
  /** Column names and types of a query, without running it. */
  describe(sql: string): Promise<readonly Column[]>;
  /** Forgets temporary relations and variables, as the next run of the same database finds none. */
  renew(): Promise<void>;
  /** Stops the statement that runs; its promise is then rejected. */
  interrupt(): void;
  close(): void;
}
