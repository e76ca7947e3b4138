// Publishing on DuckDB: the target is opened for writing only here, waits for readers, and changes in one transaction.
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { duckdb } from "../dialect/duckdb.ts";
import { work } from "../plan/names.ts";
import type { OutputName } from "../plan/plan.ts";
import type { Context } from "../render/context.ts";
import {
  addColumn,
  appendMetrics,
  clearColumn,
  logRun,
  type Place,
  preparations,
  relation,
  replacements,
} from "../render/publish.ts";
import { purges } from "../render/purge.ts";
import { id, lit, print } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { messageOf } from "./errors.ts";
import { shownPath } from "./files.ts";
import type { Loaded, LoadedProject } from "./load.ts";
import type { OnProgress } from "./progress.ts";
import { isMarked, markForRewriting, rewrite } from "./rewrite.ts";
import type { State } from "./state.ts";
import { storedColumns } from "./stored.ts";
import { placeFor, TARGET_CATALOG } from "./target.ts";

const RETRY_MILLISECONDS = 200;

export type LogRow = Readonly<Record<string, string | number | null>>;

export function placeOf({ target, project }: LoadedProject): Place {
  return placeFor(target, project);
}

export type Publication = {
  readonly statements: number;
  /** Rows deleted and rows inserted. */
  readonly rowsWritten: number;
  readonly warnings: readonly Diagnostic[];
};

/** `onCommit` is told when the run can no longer be stopped. `logRow` is asked for last, so that it can say when the run finished. */
export async function publish(
  loaded: Loaded,
  state: Pick<State, "mode" | "stale">,
  warehouse: Warehouse,
  logRow: () => LogRow,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
  onCommit: () => void,
): Promise<Publication> {
  const { context } = loaded;
  const plan = loaded.plans[state.mode];
  const place = placeOf(loaded);
  let statements = 0;
  let rowsWritten = 0;
  // A file that is new holds nothing of anybody.
  const isNew = !existsSync(loaded.databasePath);
  let isRewritten = isMarked(loaded.databasePath);
  const execute = async (sql: string): Promise<number> => {
    statements += 1;
    const rows = await warehouse.execute(sql);
    rowsWritten += rows;
    return rows;
  };
  await attachForWriting(loaded, warehouse, onProgress, signal);
  const detach = () => warehouse.execute(`detach ${TARGET_CATALOG}`);
  try {
    const stored = await storedColumns(plan, warehouse);
    for (const statement of preparations(plan, place, context, stored)) await execute(statement);
    for (const output of plan.outputs) {
      for (const statement of await newColumns(output, loaded, warehouse)) await execute(statement);
    }
    signal?.throwIfAborted();
    await execute("begin transaction");
    for (const statement of await retyped(loaded, warehouse)) await execute(statement);
    for (const statement of replacements(plan, place, context)) await execute(statement);
    for (const { output, column } of state.stale) await execute(clearColumn(place, output, column, context));
    if (!isNew && (await purge(place, context, warehouse, execute))) {
      isRewritten = true;
      markForRewriting(loaded.databasePath);
    }
    await execute(appendMetrics(place, context));
    await execute(logRun(place, logRow(), context));
    signal?.throwIfAborted();
    onCommit();
    await execute("commit");
  } catch (error) {
    // What comes of leaving must not hide why: a full disk fails here again.
    await warehouse.execute("rollback").catch(() => undefined);
    await detach().catch(() => undefined);
    throw error;
  }
  if (isRewritten)
    return { statements, rowsWritten, warnings: await rewrite(loaded.databasePath, warehouse) };
  // To leave is to move the log into the file. Where that fails the results are published all the same: whoever opens the
  // file next reads the log.
  await detach().catch(() => undefined);
  return { statements, rowsWritten, warnings: [] };
}

/** Whether the file held anything of those whom this run forgets. */
async function purge(
  place: Place,
  context: Context,
  warehouse: Warehouse,
  execute: (sql: string) => Promise<number>,
): Promise<boolean> {
  const [found] = await warehouse.query(`
    select
      (select count(*) from ${work.purgedRecords}) as records,
      (select count(*) from ${work.purgedRecords} where was_known) as known,
      (select count(*) from ${work.purgedValues}) as purged_values
  `);
  if (Number(found?.["records"]) + Number(found?.["purged_values"]) === 0) return false;
  let rows = 0;
  for (const statement of purges(place, context)) rows += await execute(statement);
  return rows > 0 || Number(found?.["known"]) > 0;
}

async function attachForWriting(
  { databasePath, project }: Loaded,
  warehouse: Warehouse,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
): Promise<void> {
  const attach = `attach ${literal(databasePath)} as ${TARGET_CATALOG}`;
  const until = Date.now() + project.lockTimeoutSeconds * 1000;
  for (let told = false; ; told = true) {
    try {
      await warehouse.execute(attach);
      return;
    } catch (error) {
      const message = messageOf(error);
      if (!/set lock on file/i.test(message)) throw targetError(databasePath, message);
      const holder = /PID (\d+)/.exec(message)?.[1];
      const by = holder === undefined ? "another process" : `process ${holder}`;
      if (Date.now() >= until) {
        const hint = "Close it there, or raise `runs.lock_timeout`; nothing was published.";
        const busy = `${shownPath(databasePath)} is open in ${by}, and the results could not be published within ${project.lockTimeoutSeconds} s.`;
        throw new DiagnosticError([diagnose("IDW702", busy, { hint })]);
      }
      if (!told)
        onProgress({
          kind: "waiting",
          message: `${shownPath(databasePath)} is open in ${by}; waiting to publish`,
        });
      await sleep(RETRY_MILLISECONDS, undefined, signal === undefined ? {} : { signal });
    }
  }
}

function targetError(databasePath: string, message: string): DiagnosticError {
  const problem = `${shownPath(databasePath)} cannot be opened: ${message.split("\n")[0]}`;
  return new DiagnosticError([diagnose("IDW708", problem)]);
}

// Columns that a result has and its published relation lacks are added.
async function newColumns(
  output: OutputName,
  loaded: Loaded,
  warehouse: Warehouse,
): Promise<readonly string[]> {
  const { context } = loaded;
  const place = placeOf(loaded);
  const { lexical } = context.dialect;
  const published = await warehouse.describe(`select * from ${print(relation(place, output), lexical)}`);
  const built = await warehouse.describe(`select * from ${print(id(work.output(output)), lexical)}`);
  const names = new Set(published.map(({ name }) => name.toLowerCase()));
  return built
    .filter(({ name }) => !names.has(name.toLowerCase()))
    .map(({ name, type }) => addColumn(place, output, name, type, context));
}

// Attributes of another type than before, in the relation that only we read: in the transaction, since a run that fails
// must find their values as they were.
async function retyped(loaded: Loaded, warehouse: Warehouse): Promise<readonly string[]> {
  const { context } = loaded;
  const place = placeOf(loaded);
  const { lexical } = context.dialect;
  const table = print(relation(place, "record_state"), lexical);
  const published = await warehouse.describe(`select * from ${table}`);
  const built = await warehouse.describe(`select * from ${print(id(work.output("record_state")), lexical)}`);
  return built.flatMap(({ name, type }) => {
    const before = published.find((column) => column.name.toLowerCase() === name.toLowerCase());
    if (before === undefined || before.type === type) return [];
    return [
      `alter table ${table} drop column ${print(id(name), lexical)}`,
      addColumn(place, "record_state", name, type, context),
    ];
  });
}

function literal(text: string): string {
  return print(lit(text), duckdb.lexical);
}
