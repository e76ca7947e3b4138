// A run: read, resolve, publish (outputs.md). Whatever goes wrong before the publishing leaves earlier results whole.
import { existsSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError, hasErrors } from "../diagnostics/diagnostic.ts";
import type { Context } from "../render/context.ts";
import { relation } from "../render/publish.ts";
import { id, lit, print, sql } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { type Alarm, alarmsOf, diagnosticOf } from "./alerts.ts";
import { checkColumns } from "./columns.ts";
import { explainFailure, messageOf } from "./errors.ts";
import { execute } from "./execute.ts";
import { checkExpressions } from "./expressions.ts";
import { shownPath } from "./files.ts";
import { type Loaded, type LoadOptions, load, type Sources, TARGET_CATALOG } from "./load.ts";
import { causeOf, lastMetrics, metricsOf } from "./metrics.ts";
import type { OnProgress } from "./progress.ts";
import { placeOf, publish } from "./publish.ts";
import { openScratch } from "./scratch.ts";
import { describeSources } from "./sources.ts";
import { type Summary, summarise } from "./summary.ts";
import { warningsOf } from "./warnings.ts";

export type RunOptions = LoadOptions & {
  /** Decisions are in force as of this time; the start of the run by default. */
  readonly asOf?: Date | undefined;
  /** Alarms that would stop the run only warn. */
  readonly acceptAlarms?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Aborting stops the run before anything is published. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the texts that were read, for code frames. */
  readonly sources?: Sources | undefined;
};

export type RunReport = Summary & {
  readonly run: number;
  readonly entity: string;
  readonly target: string;
  /** The database file, as seen from the working folder. */
  readonly database: string;
  readonly schema: string;
  /** In front of every relation. */
  readonly prefix: string;
  readonly seconds: number;
  readonly statements: number;
  readonly rounds: number;
  /** Alarms that fired and did not stop the run. */
  readonly alarms: readonly Alarm[];
  readonly warnings: readonly Diagnostic[];
};

/** Throws DiagnosticError for all that a user can mend; nothing is published then. */
export async function run(options: RunOptions): Promise<RunReport> {
  const started = new Date();
  const onProgress = options.onProgress ?? (() => undefined);
  const { value: loaded, diagnostics } = load(options, options.sources);
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  options.signal?.throwIfAborted();
  const scratch = await openScratch(loaded);
  const interrupt = () => scratch.warehouse.interrupt();
  options.signal?.addEventListener("abort", interrupt);
  let isCommitting = false;
  const onCommit = () => {
    isCommitting = true;
    options.signal?.removeEventListener("abort", interrupt);
  };
  try {
    return await inFolder(loaded, () =>
      runWith(loaded, scratch.warehouse, started, { ...options, onProgress, onCommit }, diagnostics),
    );
  } catch (error) {
    if (options.signal?.aborted === true && !isCommitting) {
      throw new DiagnosticError([diagnose("IDW706", "The run was interrupted; nothing was published.")]);
    }
    const explained = error instanceof DiagnosticError ? undefined : explainFailure(error, loaded);
    throw explained === undefined ? error : new DiagnosticError([explained]);
  } finally {
    options.signal?.removeEventListener("abort", interrupt);
    scratch.remove();
  }
}

async function runWith(
  loaded: Loaded,
  warehouse: Warehouse,
  started: Date,
  options: RunOptions & { readonly onProgress: OnProgress; readonly onCommit: () => void },
  warnings: readonly Diagnostic[],
): Promise<RunReport> {
  const { onProgress, onCommit, signal } = options;
  const [sources, ...others] = loaded.plan.stages;
  const stages = loaded.plan.stages.length + 1;
  const reader = await attachForReading(loaded, warehouse);
  const number = await nextRun(loaded, warehouse, reader);
  await setVariables(warehouse, loaded.context, number, options.asOf ?? started);
  onProgress({ kind: "stage", number: 1, of: stages, title: sources?.title ?? "" });
  const { context, columns } = await describeSources(loaded, warehouse);
  const problems = checkColumns(loaded.project, columns);
  if (hasErrors(problems)) throw new DiagnosticError(problems);
  const refused = await checkExpressions(context, warehouse);
  if (hasErrors(refused)) throw new DiagnosticError(refused);

  const executed = await execute(others, context, warehouse, onProgress, signal);
  const summary = await summarise(warehouse);
  const noticed = await warningsOf(loaded.project, summary, warehouse);
  const alarmed = await alarm(loaded, warehouse, reader, options.acceptAlarms === true);
  await reader.detach();

  onProgress({ kind: "stage", number: stages, of: stages, title: "Publishing" });
  const published = await publish(
    { ...loaded, context },
    warehouse,
    () => ({
      run: number,
      started_at: timestamp(started),
      finished_at: timestamp(new Date()),
      mode: "full",
      config_hash: loaded.configHash,
      status: "success",
      records: summary.records,
      new_records: summary.records,
      changed_records: 0,
      erased_records: 0,
      components: summary.components,
      constrained_components: summary.constrainedComponents,
      rounds: executed.rounds,
      identities: summary.identities,
      created: summary.identities,
      merged: 0,
      split: 0,
      moved: 0,
      revived: 0,
      retired: 0,
    }),
    onProgress,
    signal,
    onCommit,
  );
  return {
    run: number,
    entity: loaded.project.entity,
    target: loaded.target.name,
    database: shownPath(loaded.databasePath),
    schema: loaded.target.schema,
    prefix: loaded.project.prefix,
    ...summary,
    seconds: (Date.now() - started.getTime()) / 1000,
    statements: executed.statements + published,
    rounds: executed.rounds,
    alarms: alarmed.alarms,
    warnings: [...warnings, ...problems, ...noticed, ...alarmed.warnings],
  };
}

/** Throws every alarm that stops the run, and those that warn beside it. */
async function alarm(
  loaded: Loaded,
  warehouse: Warehouse,
  reader: Reader,
  isAccepted: boolean,
): Promise<{ readonly alarms: readonly Alarm[]; readonly warnings: readonly Diagnostic[] }> {
  const { project, context } = loaded;
  const previous = reader.exists ? await lastMetrics(placeOf(loaded), warehouse, context) : new Map();
  const fired = alarmsOf(project, await metricsOf(warehouse), previous);
  const warnings: Diagnostic[] = [];
  for (const each of fired) {
    warnings.push(diagnosticOf(each, project, await causeOf(each.alarm, warehouse), isAccepted));
  }
  if (hasErrors(warnings)) throw new DiagnosticError(warnings);
  return { alarms: fired.map((each) => each.alarm), warnings };
}

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

type Reader = { readonly exists: boolean; readonly detach: () => Promise<void> };

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

async function nextRun(loaded: Loaded, warehouse: Warehouse, reader: Reader): Promise<number> {
  if (!reader.exists) return 1;
  const { schema, prefix } = placeOf(loaded);
  const { lexical } = loaded.context.dialect;
  const name = print(lit(`${prefix}run_log`), lexical);
  const tables = await warehouse.query(
    `select 1 from duckdb_tables() where database_name = '${TARGET_CATALOG}' and schema_name = ${print(lit(schema), lexical)} and table_name = ${name}`,
  );
  if (tables.length === 0) return 1;
  const [row] = await warehouse.query(
    `select coalesce(max(run), 0) + 1 as run from ${print(relation(placeOf(loaded), "run_log"), lexical)}`,
  );
  return Number(row?.["run"] ?? 1);
}

async function setVariables(warehouse: Warehouse, context: Context, run: number, asOf: Date): Promise<void> {
  await warehouse.execute(`set variable idw_run = ${run}::bigint`);
  const time = print(lit(timestamp(asOf)), context.dialect.lexical);
  await warehouse.execute(`set variable idw_as_of = ${time}::timestamp`);
}

function timestamp(date: Date): string {
  return date.toISOString().replace("T", " ").replace("Z", "");
}
