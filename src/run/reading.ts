// Several small answers of the published relations in one statement: every part is rows of text under its name.
import { keyword, lit, print, sql } from "../sql/fragment.ts";
import type { Loaded } from "./load.ts";
import type { Published } from "./published.ts";

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
  { context }: Loaded,
  { warehouse }: Published,
): Promise<(part: string) => readonly TextRow[]> {
  const { dialect } = context;
  const width = Math.max(...parts.map(({ columns }) => columns.length));
  const text = print(keyword(dialect.types.text), dialect.lexical);
  const branches = parts.map(({ part, columns, from }) => {
    const cells = Array.from(
      { length: width },
      (_, index) => `cast(${columns[index] ?? "null"} as ${text}) as c${index}`,
    );
    return `select ${print(sql`${lit(part)}`, dialect.lexical)} as part, ${cells.join(", ")} from ${from}`;
  });
  const named = ctes.length === 0 ? "" : `with ${ctes.join(",\n")}\n`;
  const rows = await warehouse.query(`${named}${branches.join("\nunion all\n")}`);
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
