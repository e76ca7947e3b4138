// Which dialect a target speaks: one line each.
import type { Dialect, DialectName } from "./dialect.ts";
import { duckdb } from "./duckdb.ts";

/** Undefined for a dialect that is not there yet. */
const DIALECTS: Readonly<Partial<Record<DialectName, Dialect>>> = { duckdb };

export function dialectOf(name: DialectName): Dialect {
  const dialect = DIALECTS[name];
  if (dialect === undefined) throw new Error(`no dialect ${name}`);
  return dialect;
}
