// A run of a project as it stands, full or incremental, with what it wrote: rows, as the run counts them, and bytes, as the
// kernel counts what the process gave it to write (Linux; elsewhere null).
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { args, print, start, statementCosts, stop } from "./report.mjs";

const { dist, project, mode } = args;
const { run, formatDiagnostics, DiagnosticError } = await import(pathToFileURL(join(dist, "index.js")).href);

function bytesWritten() {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
  } catch {
    return null;
  }
}

const database = join(project, "customer.duckdb");
const sizeOf = () => statSync(database, { throwIfNoEntry: false })?.size ?? 0;
const sizeBefore = sizeOf();
const bytesBefore = bytesWritten();
start();
const costs = statementCosts();
try {
  const report = await run({ project, onProgress: costs.note });
  const usage = stop();
  const bytes = bytesWritten();
  if (report.mode !== mode) throw new Error(`The run was ${report.mode}, not ${mode}: ${report.reason}`);
  print({
    ...usage,
    bytesWritten: bytes === null ? null : bytes - bytesBefore,
    databaseBytes: sizeOf(),
    databaseGrowth: sizeOf() - sizeBefore,
    rowsWritten: report.rowsWritten,
    statements: report.statements,
    records: report.records,
    newRecords: report.changes.newRecords,
    slowest: costs.slowest(),
  });
} catch (error) {
  if (error instanceof DiagnosticError) console.error(formatDiagnostics(error.diagnostics, "text"));
  else console.error(error);
  process.exitCode = 1;
}
