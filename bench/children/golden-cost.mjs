// What golden records cost in a run: the CPU seconds of the statements that make them, the others left out.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { args, print, statementCosts } from "./report.mjs";

const { dist, project } = args;
const { run } = await import(pathToFileURL(join(dist, "index.js")).href);
const GOLDEN = ["idw_survivors", "idw_out_golden_records"];

const costs = statementCosts();
const { records } = await run({
  project,
  acceptAlarms: true,
  full: true,
  onProgress: (progress) => costs.note(progress),
});
const made = costs.slowest().filter(({ relation }) => GOLDEN.includes(relation));
if (made.length !== GOLDEN.length) throw new Error(`The run made ${made.length} of ${GOLDEN.join(", ")}.`);
const sum = (key) => made.reduce((total, cost) => total + cost[key], 0);
print({ cpuSeconds: sum("cpuSeconds"), wallSeconds: sum("wallSeconds"), rows: Number(records) });
