// Several small answers of the published relations in one statement: every part is rows of text under its name.
import { keyword, lit, print, sql, verbatim } from "../sql/fragment.ts";
import type { LoadedProject } from "./load.ts";
import type { Reader } from "./published.ts";

export type Part = {
  readonly part: string;
  /** Expressions of SQL; they arrive in this order, as text. */
  readonly columns: readonly string[];
  /** What follows `from`. */
  readonly from: string;
};

/** A cell that is NULL arrives as null. */
export type TextRow = readonly (string | null)[];

/** The rows of each part, in no order. `ctes` are named queries that parts may read, each `name as (…)`. */
export async function readTogether(
  parts: readonly Part[],
  ctes: readonly string[],
  { context }: LoadedProject,
  { query }: Reader,
): Promise<(part: string) => readonly TextRow[]> {
  const { dialect } = context;
  const width = Math.max(...parts.map(({ columns }) => columns.length));
  const nothing = sql`cast(null as ${keyword(dialect.types.text)})`;
  const branches = parts.map(({ part, columns, from }) => {
    const cells = Array.from({ length: width }, (_, index) => {
      const column = columns[index];
      const cell = column === undefined ? nothing : dialect.functions.shown(verbatim(column));
      return `${print(cell, dialect.lexical)} as c${index}`;
    });
    return `select ${print(sql`${lit(part)}`, dialect.lexical)} as part, ${cells.join(", ")} from ${from}`;
  });
  const named = ctes.length === 0 ? "" : `with ${ctes.join(",\n")}\n`;
  const rows = await query(`${named}${branches.join("\nunion all\n")}`);
  const byPart = new Map<string, TextRow[]>();
  for (const row of rows) {
    const cells = Array.from({ length: width }, (_, index) => {
      const cell = row[`c${index}`];
      return cell === null || cell === undefined ? null : String(cell);
    });
    const part = String(row["part"]);
    const list = byPart.get(part);
    if (list === undefined) byPart.set(part, [cells]);
    else list.push(cells);
  }
  return (part) => byPart.get(part) ?? [];
}
