// What a run, a check or a look needs around the warehouse: the working folder of models, the target attached read-only, and
// the variables that statements ask for by name.
import { existsSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Context } from "../render/context.ts";
import { id, lit, print, sql } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { messageOf } from "./errors.ts";
import { shownPath } from "./files.ts";
import { type Loaded, TARGET_CATALOG } from "./load.ts";

let lastInFolder: Promise<unknown> = Promise.resolve();

// A `sql` model may read files by relative paths, which DuckDB resolves against the working folder of the process: runs
// of such projects in one process take turns.
export async function inFolder<T>({ folder, project }: Loaded, work: () => Promise<T>): Promise<T> {
  const isNeeded = project.models.some((model) => model.source.kind === "sql");
  if (!isNeeded || !isMainThread) return work();
  const turn = lastInFolder.then(async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      return await work();
    } finally {
      process.chdir(before);
    }
  });
  lastInFolder = turn.catch(() => undefined);
  return turn;
}

export type Reader = { readonly exists: boolean; readonly detach: () => Promise<void> };

// Read-only, so that others can read beside us; models may name tables of the target without its catalog.
export async function attachForReading(
  { databasePath, context }: Loaded,
  warehouse: Warehouse,
): Promise<Reader> {
  if (!existsSync(databasePath)) return { exists: false, detach: async () => undefined };
  const [row] = await warehouse.query("select current_database() as name");
  const scratch = print(sql`use ${id(String(row?.["name"]))}`, context.dialect.lexical);
  const path = print(lit(databasePath), context.dialect.lexical);
  try {
    await warehouse.execute(`attach ${path} as ${TARGET_CATALOG} (read_only)`);
  } catch (error) {
    const problem = `${shownPath(databasePath)} cannot be read: ${messageOf(error).split("\n")[0]}`;
    const busy = /set lock on file/i.test(problem);
    const hint = busy ? "Another process has it open for writing; close it there." : undefined;
    throw new DiagnosticError([diagnose(busy ? "IDW702" : "IDW708", problem, { hint })]);
  }
  await warehouse.execute(`use ${TARGET_CATALOG}`);
  return {
    exists: true,
    detach: async () => {
      await warehouse.execute(scratch);
      await warehouse.execute(`detach ${TARGET_CATALOG}`);
    },
  };
}

/** What the statements of a plan ask for by name. */
export async function setVariables(
  warehouse: Warehouse,
  context: Context,
  run: number,
  started: Date,
  asOf: Date,
): Promise<void> {
  const time = (date: Date) => print(lit(timestamp(date)), context.dialect.lexical);
  await warehouse.execute(`set variable idw_run = ${run}::bigint`);
  await warehouse.execute(`set variable idw_started = ${time(started)}::timestamp`);
  await warehouse.execute(`set variable idw_as_of = ${time(asOf)}::timestamp`);
}

export function timestamp(date: Date): string {
  return date.toISOString().replace("T", " ").replace("Z", "");
}
