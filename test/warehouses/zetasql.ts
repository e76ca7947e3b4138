// Queries evaluated by Google's reference implementation of GoogleSQL, which shares no code with DuckDB.
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Row } from "../../src/warehouse/warehouse.ts";
import { pythonOf, TOOLS } from "./stand-in.ts";

/** The rows of a probe query (`position`, `p0`, `p1` …). Rejects with the evaluator's message. */
export async function evaluate(sql: string): Promise<readonly Row[]> {
  const program = spawn(pythonOf("bq"), [join(import.meta.dirname, "zetasql_query.py"), TOOLS]);
  let [answer, complaint] = ["", ""];
  program.stdout.setEncoding("utf8").on("data", (part: string) => {
    answer += part;
  });
  program.stderr.setEncoding("utf8").on("data", (part: string) => {
    complaint += part;
  });
  program.stdin.end(sql);
  const code = await new Promise((resolve) => program.once("close", resolve));
  if (code !== 0) throw new Error(complaint.trim().split("\n").at(-1));
  const rows = JSON.parse(answer) as readonly (readonly (string | null)[])[];
  return rows.map(([position = null, ...cells]) => ({
    position,
    ...Object.fromEntries(cells.map((cell, index) => [`p${index}`, cell])),
  }));
}
