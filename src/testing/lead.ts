// Leads cases through their days: each day is a run of the same statements as any run, in a database in memory that all
// cases of a group share. What is found after a day is read in results.ts.
import { type Project, visibleAttributes } from "../config/index.ts";
import { type Diagnostic, DiagnosticError, hasErrors } from "../diagnostics/diagnostic.ts";
import { seenInModels, stateColumn } from "../render/attributes.ts";
import type { Context, Request } from "../render/context.ts";
import { logRun, preparations, replacements } from "../render/publish.ts";
import { purges } from "../render/purge.ts";
import { checkColumns } from "../run/columns.ts";
import { configHash } from "../run/config-hash.ts";
import { explainFailure } from "../run/errors.ts";
import { execute } from "../run/execute.ts";
import { checkExpressions } from "../run/expressions.ts";
import { assemble, type Loaded, onFile, TARGET_CATALOG } from "../run/load.ts";
import { placeOf } from "../run/publish.ts";
import { setVariables } from "../run/run.ts";
import { setSecret } from "../run/secret.ts";
import { describeSources } from "../run/sources.ts";
import { alignState, readState, withState } from "../run/state.ts";
import { print } from "../sql/fragment.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { type Column, type DayInput, fixtureStatements, inputsOf, joinedKey, keyOf } from "./fixture.ts";
import { CLOCK, DAY, type Erasure, type TestCase } from "./suite.ts";
import { tagged } from "./tags.ts";
import { variantContext, variantOf } from "./variant.ts";
import type { World } from "./world.ts";

export type Tagged = { readonly tag: string; readonly test: TestCase };

/** A mistake that is no case's: identity.yml, its macros, or the types that the test files tell. */
export class ProjectError extends DiagnosticError {}

/** Is shown the database after each day, while the working relations of its run are there. */
export type OnDay = (day: number, warehouse: Warehouse, loaded: Loaded) => Promise<void>;

/** The secret with which test runs hash whom they forget: it protects nobody. */
const SECRET = "the tests of a project forget nobody";

/**
 * Runs the cases of a group day by day; those that are over stay as they are. Throws DiagnosticError for what a user can
 * mend, be it in identity.yml or in a case; which case it was is not told.
 */
export async function lead(world: World, cases: readonly Tagged[], onDay: OnDay): Promise<void> {
  const tags = cases.map(({ tag }) => tag);
  const { value, diagnostics } = onFile(
    assemble({
      project: variantOf(world.project, tags),
      folder: world.folder,
      target: undefined,
      macros: world.macros,
      models: new Map(),
      inputs: new Map(),
      env: world.env,
      sources: new Map(),
    }),
  );
  if (value === undefined) throw new ProjectError(diagnostics);
  const inputs = cases.map(({ tag, test }) => ({
    tag,
    inputs: inputsOf(test, world.project),
    keys: recordKeys(test, world.project, tag),
  }));
  const days = Math.max(...cases.map(({ test }) => test.days.length));
  const warehouse = await openDuckdb({ path: ":memory:", threads: 1 });
  const interrupt = () => warehouse.interrupt();
  world.signal?.addEventListener("abort", interrupt);
  let loaded = value;
  try {
    loaded = { ...value, context: await variantContext(value.context, world.project, tags, warehouse) };
    await warehouse.execute(`attach ':memory:' as ${TARGET_CATALOG}`);
    for (let day = 1; day <= days; day++) {
      world.signal?.throwIfAborted();
      if (day > 1) await warehouse.renew();
      const given = inputs.map(({ tag, keys, inputs: all }) => ({
        tag,
        keys,
        input: all[Math.min(day, all.length) - 1] ?? EMPTY,
      }));
      for (const statement of fixtureStatements(world.project, world.columns, given)) {
        await warehouse.execute(statement);
      }
      const requests = cases.flatMap(({ tag, test }) =>
        (test.days[day - 1]?.erase ?? []).map((erasure) => requestOf(erasure, tag, test, world.project)),
      );
      const asOf = asOfDays(cases.map(({ test }) => test))[day - 1];
      await runDay(loaded, warehouse, day, asOf ?? new Date(CLOCK + (day - 1) * DAY), requests, world.signal);
      await onDay(day, warehouse, loaded);
    }
  } catch (error) {
    const explained = error instanceof DiagnosticError ? undefined : explainFailure(error, loaded);
    throw explained === undefined ? error : new DiagnosticError([explained]);
  } finally {
    world.signal?.removeEventListener("abort", interrupt);
    warehouse.close();
  }
}

const EMPTY: DayInput = { records: [], decisions: [] };

/** The times that cases set for their days; those of one group set the same. */
export function asOfDays(cases: readonly TestCase[]): readonly (Date | undefined)[] {
  const days = Math.max(...cases.map((test) => test.days.length));
  return Array.from({ length: days }, (_, day) => {
    for (const test of cases) {
      const asOf = test.days[day]?.asOf;
      if (asOf !== undefined) return asOf;
    }
    return undefined;
  });
}

async function runDay(
  loaded: Loaded,
  warehouse: Warehouse,
  day: number,
  asOf: Date,
  requests: readonly Request[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const described = await describeSources(loaded, warehouse);
  const problems: readonly Diagnostic[] = day > 1 ? [] : checkColumns(loaded.project, described.columns);
  if (hasErrors(problems)) throw new ProjectError(problems);
  const state = await readState(loaded, warehouse, true, {
    full: false,
    attributes: await attributeTypes(described.context, warehouse),
  });
  const context = { ...withState(described.context, loaded, state), requests };
  await setVariables(warehouse, context, state.run, asOf, asOf);
  await setSecret(loaded, warehouse, { IDWEAVE_SECRET: SECRET }, [], {
    asks: true,
    isKept: false,
  });
  const refused = day > 1 ? [] : await checkExpressions(context, warehouse);
  if (hasErrors(refused)) throw new ProjectError(refused);

  const plan = loaded.plans[state.mode];
  // Nobody looks at metrics here: alarms are of the data, not of the rules.
  const stages = plan.stages.filter(({ name }) => name !== "sources" && name !== "metrics");
  const quietly = () => undefined;
  await execute(stages.slice(0, -1), context, warehouse, quietly, signal);
  await alignState(loaded, context, state, warehouse);
  await execute(stages.slice(-1), context, warehouse, quietly, signal);

  const place = placeOf(loaded);
  const log = { run: state.run, config_hash: configHash(loaded), mode: state.mode, status: "success" };
  const statements = [
    ...(day > 1 ? [] : preparations(plan, place, context)),
    ...replacements(plan, place, context),
    ...(requests.length === 0 ? [] : purges(place, context)),
    logRun(place, log, context),
  ];
  for (const statement of statements) await warehouse.execute(statement);
}

async function attributeTypes(context: Context, warehouse: Warehouse): Promise<readonly Column[]> {
  const names = visibleAttributes(context.project);
  if (names.length === 0) return [];
  const seen = await warehouse.describe(print(seenInModels(context), context.dialect.lexical));
  return seen
    .filter(({ name }) => names.includes(name))
    .map(({ name, type }) => ({ name: stateColumn(name), type }));
}

function requestOf(erasure: Erasure, tag: string, test: TestCase, project: Project): Request {
  if (erasure.kind === "value") {
    return { identifier: erasure.identifier, value: tagged(tag, erasure.value) };
  }
  return { record_key: recordKeys(test, project, tag).get(erasure.record) };
}

/** The record key of each record of a case by its name, as the run of its group knows it. */
export function recordKeys(test: TestCase, project: Project, tag: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const { records } of test.days) {
    for (const record of records) {
      const model = project.models.find(({ name }) => name === record.model);
      if (model === undefined || keys.has(record.name)) continue;
      const parts = keyOf(model, record);
      keys.set(record.name, `${model.name}:${joinedKey(tag === "" ? parts : [tag, ...parts])}`);
    }
  }
  return keys;
}
