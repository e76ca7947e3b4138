// Which dialect a target speaks: one line each.
import { bigquery } from "./bigquery.ts";
import type { Dialect, DialectName } from "./dialect.ts";
import { duckdb } from "./duckdb.ts";
import { postgres } from "./postgres.ts";
import { snowflake } from "./snowflake.ts";

const DIALECTS: Readonly<Record<DialectName, Dialect>> = { duckdb, snowflake, bigquery, postgres };

export function dialectOf(name: DialectName): Dialect {
  return DIALECTS[name];
}
