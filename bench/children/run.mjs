// A whole run through the library, as a user would have it: read, clean, resolve, publish. Also how far it spilled.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { args, print, start, statementCosts, stop } from "./report.mjs";

const { dist, project } = args;
const { run, formatDiagnostics, DiagnosticError } = await import(pathToFileURL(join(dist, "index.js")).href);

let largestSpillMb = 0;
const watch = setInterval(() => {
  largestSpillMb = Math.max(largestSpillMb, spillMb());
}, 100);

start();
const costs = statementCosts();
const rounds = new Map();
try {
  const report = await run({
    project,
    // Without limits an alarm would stop it.
    acceptAlarms: true,
    onProgress: (progress) => {
      costs.note(progress);
      if (progress.kind === "round") rounds.set(progress.name, progress.round);
    },
  });
  const usage = stop();
  const slowest = costs.slowest();
  print({
    ...usage,
    largestSpillMb,
    databaseMb: statSync(join(project, "customer.duckdb")).size / 1e6,
    statements: report.statements,
    rounds: report.rounds,
    componentRounds: rounds.get("plain components") ?? 0,
    records: report.records,
    identities: report.identities,
    components: report.components,
    constrainedComponents: report.constrainedComponents,
    constrainedRecords: report.constrainedRecords,
    slowest,
  });
} catch (error) {
  if (error instanceof DiagnosticError) console.error(formatDiagnostics(error.diagnostics, "text"));
  else console.error(error);
  process.exitCode = 1;
} finally {
  clearInterval(watch);
}

// The scratch file of the run and the folder that DuckDB spills to.
function spillMb() {
  let bytes = 0;
  const add = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile()) bytes += stat.size;
    else if (stat?.isDirectory()) for (const name of readdirSync(path)) add(join(path, name));
  };
  for (const name of readdirSync(project)) if (name.includes(".building")) add(join(project, name));
  return bytes / 1e6;
}
