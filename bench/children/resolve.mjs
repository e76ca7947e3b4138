// The resolution alone: the plan's own steps from the dictionary of values to `idw_resolved`, on a table of matching values.
// It stands in for what a run has made before: candidates (already clean), records, and an empty list of values to ignore.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { args, print, start, statementCosts, stop } from "./report.mjs";

const { dist, project, input } = args;
const part = (path) => import(pathToFileURL(join(dist, path)).href);
const { load } = await part("run/load.js");
const { execute } = await part("run/execute.js");
const { openDuckdb } = await part("warehouse/duckdb.js");
const { work } = await part("plan/names.js");

const { value: loaded, diagnostics } = load({ project });
if (loaded === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
const path = join(project, "resolution.duckdb");
const { threads, memoryLimit } = loaded.target;
const warehouse = await openDuckdb({ path, threads, memoryLimit, temporaryFolder: `${path}.tmp` });

start();
const costs = statementCosts();
const rounds = new Map();
await warehouse.execute(`create temp table ${work.records} as from '${input}/records.parquet'`);
await warehouse.execute(
  `create temp table ${work.ignored} as select '' as identifier, '' as value where false`,
);
// Names of identifiers as a run holds them; nothing in the resolution reads raw values.
const names = loaded.project.identifiers.map(({ name }) => `'${name}'`).join(", ");
await warehouse.execute(
  `create temp table ${work.candidates} as select record, identifier::enum (${names}) as identifier, null as raw_value, value, false as several from '${input}/values.parquet'`,
);
const executed = await execute(resolution(loaded.plans.full), loaded.context, warehouse, (progress) => {
  costs.note(progress);
  if (progress.kind === "round") rounds.set(progress.name, progress.round);
});
const usage = stop();
const slowest = costs.slowest();

// Equal sums of the smallest record of each identity mean equal partitions, for the purpose of a bench.
const [answer] = await warehouse.query(
  `select count(distinct label) as identities, sum(label)::varchar as checksum from ${work.resolved}`,
);
print({
  ...usage,
  ...answer,
  statements: executed.statements + 3,
  rounds: executed.rounds,
  componentRounds: rounds.get("plain components") ?? 0,
  slowest,
});
warehouse.close();
for (const file of [path, `${path}.wal`, `${path}.tmp`]) rmSync(file, { recursive: true, force: true });

function resolution(plan) {
  const before = [work.candidates, work.ignored];
  // Nothing is erased here.
  const isBefore = (step) => before.includes(step.relation) || step.name === "suppressed values";
  const stages = plan.stages.flatMap((stage) => {
    switch (stage.name) {
      case "sources":
      case "state":
      case "records":
      case "decisions":
      case "confidence":
      case "outputs":
      case "metrics":
      case "changes":
        return [];
      case "values":
        return [{ ...stage, steps: stage.steps.filter((step) => !isBefore(step)) }];
      case "identities":
        return [{ ...stage, steps: stage.steps.filter(({ relation }) => relation === work.resolved) }];
      default:
        return [stage];
    }
  });
  return stages;
}
