// A run: read, resolve, publish (outputs.md). Whatever goes wrong before the publishing leaves earlier results whole.
import { visibleAttributes } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError, hasErrors } from "../diagnostics/diagnostic.ts";
import { SAMPLE } from "../plan/build.ts";
import { work } from "../plan/names.ts";
import type { Mode, Stage } from "../plan/plan.ts";
import { seenInModels, stateColumn } from "../render/attributes.ts";
import type { Batch, Context, Request } from "../render/context.ts";
import type { DecisionRow } from "../render/decisions.ts";
import { print } from "../sql/fragment.ts";
import type { Column, Warehouse } from "../warehouse/warehouse.ts";
import { type Alarm, alarmsOf, diagnosticOf, type Metrics } from "./alerts.ts";
import { attachForReading, inFolder, setVariables, timestamp } from "./attach.ts";
import { type BatchOptions, batchOf, checkBackfill, checkBatch } from "./batch.ts";
import { type Changes, changesOf } from "./changes.ts";
import { checkColumns } from "./columns.ts";
import { configHash } from "./config-hash.ts";
import { explainFailure } from "./errors.ts";
import { type Executed, execute } from "./execute.ts";
import { checkExpressions } from "./expressions.ts";
import { shownPath } from "./files.ts";
import { openImport, unknownImports } from "./import.ts";
import { type Loaded, type LoadOptions, load, type Sources } from "./load.ts";
import { causeOf, lastMetrics, metricsOf } from "./metrics.ts";
import { type PlanSample, type PlanSampleSize, sampleSizeOf, setSample } from "./plan-sample.ts";
import { type GoldenPlan, goldenOf } from "./plan-values.ts";
import { type Preview, previewOf } from "./preview.ts";
import type { OnProgress } from "./progress.ts";
import { placeOf, publish } from "./publish.ts";
import { openScratch } from "./scratch.ts";
import { setSecret } from "./secret.ts";
import { describeSources } from "./sources.ts";
import { alignState, publishedSecrets, readState, type State, withState } from "./state.ts";
import { type Summary, summarise } from "./summary.ts";
import { warningsOf } from "./warnings.ts";

export { attachForReading, inFolder, setVariables } from "./attach.ts";

export type RunOptions = LoadOptions & {
  /** Reads and resolves everything anew, even where a state would do; ids are kept. */
  readonly full?: boolean | undefined;
  /** Puts records together as they were together after this run, instead of resolving them. Reads no model. */
  readonly rollbackTo?: number | undefined;
  /** Reads the rows of one model only, of a stretch of time; all other records stay as the state knows them. */
  readonly batch?: BatchOptions | undefined;
  /** Golden values of identities that are there before stay as they are published; the report says what they would be. */
  readonly backfillOnly?: boolean | undefined;
  /** Asked before anything is published, with what would be; on false nothing is. */
  readonly approve?: ((report: RunReport) => boolean | Promise<boolean>) | undefined;
  /** Decisions are in force as of this time; the start of the run by default. */
  readonly asOf?: Date | undefined;
  /** Who is to be forgotten, besides those whom `forget` of identity.yml names. */
  readonly forget?: readonly Request[] | undefined;
  /** Alarms that would stop the run only warn. */
  readonly acceptAlarms?: boolean | undefined;
  /** Stops before publishing, with what would be published in the report; takes no lock of the target. */
  readonly dryRun?: boolean | undefined;
  /** Decisions to try out in a dry run, beside those of the project. */
  readonly proposed?: readonly DecisionRow[] | undefined;
  /**
   * In a dry run: goes on with a sample once the plain components are known, if the run is a full one. Alarms are not held
   * against it, since they are about all.
   */
  readonly sample?: PlanSample | undefined;
  /** In a dry run: is shown the results beside those of the run before. */
  readonly inspect?: ((warehouse: Warehouse, built: Built) => Promise<void>) | undefined;
  /** A project that is loaded already, on a copy of the target that is thrown away; `project` and `target` are not read then. */
  readonly rehearsed?: Loaded | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Aborting stops the run before anything is published. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the texts that were read, for code frames. */
  readonly sources?: Sources | undefined;
};

/** What a dry run built on: the context of its statements, and the state that it found. */
export type Built = {
  readonly loaded: Loaded;
  readonly state: State;
  /** Of the last published run; empty when there is none. */
  readonly lastMetrics: Metrics;
  /** Undefined when all was looked at; else everything but `sample` itself is of the sample. */
  readonly sample: PlanSampleSize | undefined;
};

export type RunReport = Summary & {
  readonly run: number;
  readonly mode: Mode;
  /** False when it was not approved. */
  readonly published: boolean;
  /** Why the run was full although there was a state. */
  readonly reason: string | undefined;
  readonly entity: string;
  readonly target: string;
  /** The database file, as seen from the working folder. */
  readonly database: string;
  readonly schema: string;
  /** In front of every relation. */
  readonly prefix: string;
  /** Models of whose deleted rows this run knows nothing: a watermark shows what was loaded, not what went. */
  readonly unseenDeletions: readonly string[];
  /** What is different from the run before. */
  readonly changes: Changes;
  readonly seconds: number;
  readonly statements: number;
  /** Rows deleted from the target and rows inserted. */
  readonly rowsWritten: number;
  readonly rounds: number;
  /** Of a batch: what it reads. */
  readonly batch: Batch | undefined;
  /** Of a run with `backfillOnly`: golden values that it holds back, and what they would be. */
  readonly suggestions: GoldenPlan | undefined;
  /** Alarms that fired and did not stop the run. */
  readonly alarms: readonly Alarm[];
  readonly warnings: readonly Diagnostic[];
  /** Of a dry run: what it would have published. */
  readonly preview: Preview | undefined;
};

/** Throws DiagnosticError for all that a user can mend; nothing is published then. */
export async function run(options: RunOptions): Promise<RunReport> {
  const started = new Date();
  const onProgress = options.onProgress ?? (() => undefined);
  const { value: loaded, diagnostics } =
    options.rehearsed === undefined
      ? load(options, options.sources)
      : { value: options.rehearsed, diagnostics: [] };
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  options.signal?.throwIfAborted();
  const dryRun = options.dryRun === true;
  if (!dryRun && (options.proposed ?? []).length > 0)
    throw new RangeError("only a dry run tries decisions out");
  if (!dryRun && options.sample !== undefined) throw new RangeError("only a dry run looks at a sample");
  const batch = options.batch === undefined ? undefined : batchOf(loaded, options.batch);
  const scratch = await openScratch(loaded, dryRun);
  const proposing = {
    ...loaded,
    context: { ...loaded.context, proposed: options.proposed ?? [], batch },
  };
  const interrupt = () => scratch.warehouse.interrupt();
  options.signal?.addEventListener("abort", interrupt);
  let isCommitting = false;
  const onCommit = () => {
    isCommitting = true;
    options.signal?.removeEventListener("abort", interrupt);
  };
  try {
    return await inFolder(loaded, () =>
      runWith(proposing, scratch.warehouse, started, { ...options, onProgress, onCommit }, diagnostics),
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
  const batch = options.batch?.model;
  const reader = await attachForReading(loaded, warehouse);
  const dryRun = options.dryRun === true;
  const opened = await open(loaded, warehouse, reader.exists, options);
  const { state } = opened;
  const sample = state.mode === "full" ? options.sample : undefined;
  const context = { ...opened.context, isSampled: sample !== undefined };
  const holdsGolden = options.backfillOnly === true && state.mode === "incremental";
  const usual = holdsGolden ? loaded.backfillPlan : loaded.plans[state.mode];
  const plan = sample === undefined ? usual : loaded.samplePlan;
  // What takes the sample is no part of the run that is planned.
  const executeAll = async (stages: readonly Stage[]): Promise<Executed> => {
    const at = stages.findIndex(({ name }) => name === SAMPLE);
    const go = (from: number, to: number) =>
      execute(stages.slice(from, to), context, warehouse, onProgress, signal, { first: 2 + from, of });
    if (at < 0) return go(0, stages.length);
    const before = await go(0, at);
    await go(at, at + 1);
    const after = await go(at + 1, stages.length);
    return { statements: before.statements + after.statements, rounds: before.rounds + after.rounds };
  };
  // The models were opened before the state was read.
  const others = plan.stages.filter(({ name }) => name !== "sources");
  const of = others.length + 2;
  await setVariables(warehouse, loaded.context, state.run, started, options.asOf ?? started);
  if (sample !== undefined) await setSample(warehouse, sample);
  if (options.rollbackTo !== undefined) {
    await warehouse.execute(`set variable idw_rollback_to = ${options.rollbackTo}::bigint`);
  }
  if (state.mode !== "rollback") {
    const suppressions = await publishedSecrets(context, warehouse);
    const asks = context.requests.length > 0 || loaded.project.forget !== undefined;
    await setSecret(loaded, warehouse, options.env ?? process.env, suppressions, {
      asks,
      // Nobody is forgotten yet.
      isKept: !dryRun && options.rehearsed === undefined,
    });
  }
  const refused = state.mode === "rollback" ? [] : await checkExpressions(context, warehouse);
  if (hasErrors(refused)) throw new DiagnosticError(refused);

  const built = await executeAll(others.slice(0, -1));
  await alignState(loaded, context, state, warehouse);
  const compared = await execute(others.slice(-1), context, warehouse, onProgress, signal, {
    first: plan.stages.length,
    of,
  });
  const summary = await summarise(warehouse);
  const changes = await changesOf(warehouse, state.mode);
  const suggestions = holdsGolden
    ? await goldenOf(loaded.project, warehouse, context.dialect.lexical, SUGGESTED, work.suggested)
    : undefined;
  // Of a batch or a sample, models may have records elsewhere.
  const mayBeEmpty = (model: string) => (batch === undefined ? sample !== undefined : model !== batch);
  const noticed = [
    ...(await warningsOf(loaded.project, summary, warehouse, mayBeEmpty)),
    ...(state.mode === "full" && !context.isSampled ? await unknownImports(loaded, warehouse) : []),
  ];
  const previous = reader.exists ? await lastMetrics(placeOf(loaded), warehouse, context) : new Map();
  // Whoever goes back has seen what it changes.
  const isAccepted = options.acceptAlarms === true || state.mode === "rollback";
  const alarmed =
    sample === undefined
      ? await alarm(loaded, warehouse, previous, { isAccepted })
      : { alarms: [], warnings: [] };
  const preview = dryRun ? await previewOf(warehouse) : undefined;
  if (dryRun) {
    const size = sample === undefined ? undefined : await sampleSizeOf(warehouse, sample);
    const shown = { loaded: { ...loaded, context }, state, lastMetrics: previous, sample: size };
    await options.inspect?.(warehouse, shown);
  }
  await reader.detach();

  const report = (published: boolean, statements: number, later: readonly Diagnostic[] = []): RunReport => ({
    run: state.run,
    mode: state.mode,
    published,
    reason: state.reason,
    entity: loaded.project.entity,
    target: loaded.target.name,
    database: shownPath(loaded.databasePath),
    schema: loaded.target.schema,
    prefix: loaded.project.prefix,
    ...summary,
    unseenDeletions: state.mode === "incremental" && options.batch === undefined ? withWatermark(loaded) : [],
    changes,
    seconds: (Date.now() - started.getTime()) / 1000,
    statements: built.statements + compared.statements + statements,
    rowsWritten: 0,
    rounds: built.rounds,
    batch: loaded.context.batch,
    suggestions,
    alarms: alarmed.alarms,
    warnings: [...warnings, ...opened.warnings, ...noticed, ...alarmed.warnings, ...later],
    preview,
  });
  if (dryRun) return report(false, 0);
  if (options.approve !== undefined && !(await options.approve(report(false, 0)))) return report(false, 0);

  onProgress({ kind: "stage", number: of, of, title: "Publishing" });
  const published = await publish(
    { ...loaded, context },
    state,
    warehouse,
    () => ({
      run: state.run,
      started_at: timestamp(started),
      finished_at: timestamp(new Date()),
      mode: state.mode,
      config_hash: configHash(loaded),
      status: "success",
      records: summary.records,
      new_records: changes.newRecords,
      changed_records: changes.changedRecords,
      erased_records: changes.erasedRecords,
      components: summary.components,
      constrained_components: summary.constrainedComponents,
      rounds: built.rounds,
      identities: summary.identities,
      ...changes.events,
    }),
    onProgress,
    signal,
    onCommit,
  );
  return {
    ...report(true, published.statements, published.warnings),
    rowsWritten: published.rowsWritten,
  };
}

/** How many suggestions of each attribute are told one by one. */
const SUGGESTED = 100;

function withWatermark({ project }: Loaded): readonly string[] {
  return project.models.filter(({ changes }) => changes.kind === "watermark").map(({ name }) => name);
}

type Opened = {
  readonly state: State;
  readonly context: Context;
  readonly warnings: readonly Diagnostic[];
};

/** The models, which a rollback does not read, and the state. */
async function open(
  loaded: Loaded,
  warehouse: Warehouse,
  exists: boolean,
  options: RunOptions & { readonly onProgress: OnProgress },
): Promise<Opened> {
  const { rollbackTo } = options;
  if (rollbackTo !== undefined) {
    const state = await readState(loaded, warehouse, exists, { full: false, attributes: [], rollbackTo });
    return { state, context: withState(loaded.context, loaded, state), warnings: [] };
  }
  const { stages } = options.sample === undefined ? loaded.plans.full : loaded.samplePlan;
  options.onProgress({ kind: "stage", number: 1, of: stages.length + 1, title: OPENING });
  const described = await describeSources(loaded, warehouse);
  const warnings = checkColumns(loaded.project, described.columns);
  if (hasErrors(warnings)) throw new DiagnosticError(warnings);
  const state = await readState(loaded, warehouse, exists, {
    full: options.full ?? false,
    attributes: await attributeTypes(described.context, warehouse),
  });
  if (options.batch !== undefined) checkBatch(loaded, state);
  if (options.backfillOnly === true) checkBackfill(state);
  const context = withState(described.context, loaded, state);
  return {
    state,
    context: {
      ...(state.run === 1 ? await openImport(loaded, context, warehouse) : context),
      requests: options.forget ?? [],
    },
    warnings,
  };
}

const OPENING = "Reading the models";

async function attributeTypes(context: Context, warehouse: Warehouse): Promise<readonly Column[]> {
  if (visibleAttributes(context.project).length === 0) return [];
  const { lexical } = context.dialect;
  const seen = await warehouse.describe(print(seenInModels(context), lexical));
  const names = visibleAttributes(context.project);
  return seen
    .filter(({ name }) => names.includes(name))
    .map(({ name, type }) => ({ name: stateColumn(name), type }));
}

/** Throws every alarm that stops the run, and those that warn beside it. */
async function alarm(
  { project }: Loaded,
  warehouse: Warehouse,
  previous: Metrics,
  { isAccepted }: { readonly isAccepted: boolean },
): Promise<{ readonly alarms: readonly Alarm[]; readonly warnings: readonly Diagnostic[] }> {
  const fired = alarmsOf(project, await metricsOf(warehouse), previous);
  const warnings: Diagnostic[] = [];
  for (const each of fired) {
    warnings.push(diagnosticOf(each, project, await causeOf(each.alarm, warehouse), isAccepted));
  }
  if (hasErrors(warnings)) throw new DiagnosticError(warnings);
  return { alarms: fired.map((each) => each.alarm), warnings };
}
