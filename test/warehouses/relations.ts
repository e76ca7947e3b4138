// What a run left behind, relation by relation, in a form in which two engines can be compared row by row.
import type { Cell, Row } from "../../src/warehouse/warehouse.ts";
import { sortedLines } from "../reference/compare.ts";

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
  run_metrics: [],
  run_log: ["started_at", "finished_at", "config_hash"],
};

export type Rows = Readonly<Record<string, readonly string[]>>;

/** The rows of every relation as sorted lines; `schema` as SQL names it. */
export async function publishedRows(
  query: (sql: string) => Promise<readonly Row[]>,
  schema: string,
): Promise<Rows> {
  const found: Record<string, readonly string[]> = {};
  for (const [relation, without] of Object.entries(RELATIONS)) {
    const rows = await query(`select * from ${schema}.${relation}`);
    found[relation] = sortedLines(
      rows.map((row) =>
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
    const differing = [
      ...[...left].filter((row) => !right.has(row)).map((row) => `DuckDB: ${row}`),
      ...[...right].filter((row) => !left.has(row)).map((row) => `warehouse: ${row}`),
    ];
    if (differing.length > 0) found[relation] = differing.slice(0, 10);
    else if (ours[relation]?.length !== theirs[relation]?.length) found[relation] = ["a row more than once"];
  }
  return found;
}

// Sums of binary fractions depend on their order; arrays come as JSON from one, as a text of its own from the other.
function comparable(cell: Cell): string | number | boolean | null {
  if (typeof cell === "bigint") return `${cell}`;
  if (typeof cell === "string" && /^\["|^\[\]$/.test(cell)) return arrayText(cell);
  if (typeof cell === "number" && !Number.isInteger(cell)) return Number(cell.toPrecision(9));
  return cell;
}

function arrayText(json: string): string {
  try {
    const items: unknown = JSON.parse(json);
    return Array.isArray(items) ? `[${items.join(", ")}]` : json;
  } catch {
    return json;
  }
}
