// What a run left behind, relation by relation, in a form in which two engines can be compared row by row.
import type { Cell, Row } from "../../src/warehouse/warehouse.ts";
import type { Folder } from "../engine/run-project.ts";
import { sortedLines } from "../reference/compare.ts";
import { DATABASE } from "../scenarios/project.ts";

/** Every relation of outputs.md, without what tells of the clock and of the project's files. */
const RELATIONS: Readonly<Record<string, readonly string[]>> = {
  identity_records: [],
  record_values: [],
  identities: [],
  identity_values: [],
  identity_redirects: [],
  identity_events: ["occurred_at"],
  merge_evidence: [],
  blocked_merges: [],
  golden_records: [],
  rejected_records: [],
  rejected_values: [],
  decisions_in_force: [],
  identity_history: [],
  withdrawn_ids: [],
  suppressions: ["requested_at"],
  run_metrics: [],
  run_log: ["started_at", "finished_at", "config_hash"],
};

export type Rows = Readonly<Record<string, readonly string[]>>;

/** The rows of every relation as sorted lines; `schema` as SQL names it. */
export async function publishedRows(
  query: (sql: string) => Promise<readonly Row[]>,
  schema: string,
): Promise<Rows> {
  return linesOf((relation) => query(`select * from ${schema}.${relation}`));
}

/** The same of a run on DuckDB. */
export async function publishedOnDuckdb(folder: Folder): Promise<Rows> {
  const query = (sql: string) => folder.query(sql, DATABASE.path);
  const arrays = await query(
    "select table_name, column_name from duckdb_columns() where data_type like '%[]' order by all",
  );
  return linesOf((relation) => {
    // DuckDB's own text of an array quotes some items and not others.
    const asJson = arrays
      .filter((array) => array["table_name"] === relation)
      .map((array) => `to_json(${array["column_name"]})::varchar as ${array["column_name"]}`);
    const columns = asJson.length === 0 ? "*" : `* replace (${asJson.join(", ")})`;
    return query(`select ${columns} from ${DATABASE.schema}.${relation}`);
  });
}

async function linesOf(read: (relation: string) => Promise<readonly Row[]>): Promise<Rows> {
  const found: Record<string, readonly string[]> = {};
  for (const [relation, without] of Object.entries(RELATIONS)) {
    found[relation] = sortedLines(
      (await read(relation)).map((row) =>
        Object.fromEntries(
          Object.entries(row)
            .filter(([column]) => !without.includes(column))
            .map(([column, cell]) => [column, comparable(cell)]),
        ),
      ),
    );
  }
  return found;
}

/** Only the rows that one has and the other has not, by relation: what a failing test should show. */
export function differingRows(ours: Rows, theirs: Rows): Rows {
  const found: Record<string, readonly string[]> = {};
  for (const relation of Object.keys(RELATIONS)) {
    const [left, right] = [new Set(ours[relation]), new Set(theirs[relation])];
    const missing = [...left].filter((row) => !right.has(row)).map((row) => `DuckDB: ${row}`);
    const unexpected = [...right].filter((row) => !left.has(row)).map((row) => `warehouse: ${row}`);
    if (missing.length + unexpected.length > 0)
      found[relation] = [...missing.slice(0, 5), ...unexpected.slice(0, 5)];
    else if (ours[relation]?.length !== theirs[relation]?.length) found[relation] = ["a row more than once"];
  }
  return found;
}

// Sums of binary fractions depend on their order; arrays come as JSON, of which Snowflake's has line breaks.
function comparable(cell: Cell): string | number | boolean | null {
  if (typeof cell === "bigint") return `${cell}`;
  if (typeof cell === "string" && cell.startsWith("[")) return compactArray(cell);
  if (typeof cell === "number" && !Number.isInteger(cell)) return Number(cell.toPrecision(9));
  return cell;
}

function compactArray(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
