// What golden records cost by themselves: a run up to its results, and then the statement of `golden_records` alone.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { args, print, start, stop } from "./report.mjs";

const { dist, project } = args;
const part = (path) => import(pathToFileURL(join(dist, path)).href);
const { load } = await part("run/load.js");
const { describeSources } = await part("run/sources.js");
const { execute } = await part("run/execute.js");
const { openDuckdb } = await part("warehouse/duckdb.js");
const { work } = await part("plan/names.js");

const { value: loaded, diagnostics } = load({ project });
if (loaded === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
const path = join(project, "golden.duckdb");
const { threads, memoryLimit } = loaded.target;
const warehouse = await openDuckdb({ path, threads, memoryLimit, temporaryFolder: `${path}.tmp` });
await warehouse.execute("set variable idw_run = 1::bigint");
await warehouse.execute("set variable idw_as_of = timestamp '2026-01-01'");
const { context } = await describeSources(loaded, warehouse);
const [, ...stages] = loaded.plan.stages;
const isGolden = ({ relation }) => relation === work.survivors || relation === work.output("golden_records");
const run = (wanted) => execute(wanted, context, warehouse, () => undefined, undefined);
await run(stages.filter(({ name }) => name !== "outputs"));
const outputs = stages.filter(({ name }) => name === "outputs");
start();
await run(outputs.map((stage) => ({ ...stage, steps: stage.steps.filter(isGolden) })));
const usage = stop();
const [{ rows }] = await warehouse.query(`select count(*) as rows from ${work.attributeRows}`);
print({ ...usage, rows: Number(rows) });
warehouse.close();
for (const file of [path, `${path}.wal`, `${path}.tmp`]) rmSync(file, { recursive: true, force: true });
