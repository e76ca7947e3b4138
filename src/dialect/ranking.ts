// Numbers of rows where one sort of them all is no trouble: everywhere but on BigQuery, which would do it in one place.
import { id, join, sql } from "../sql/fragment.ts";
import type { Ranking } from "./dialect.ts";

/** `Functions.ranking`: numbers without gaps. */
export function rankingInOneSort(rows: string, column: string, before: readonly string[]): Ranking {
  const earlier = before.map((other) => sql` + (select count(*) from ${id(other)})`);
  return {
    tables: [],
    from: id(rows),
    rank: sql`row_number() over (order by ${id(column)})${join(earlier, "")}`,
    window: sql`order by ${id(column)}`,
  };
}
