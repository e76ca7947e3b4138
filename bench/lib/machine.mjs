// One paragraph on what the numbers were measured with; no names, paths or times.
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";

export function describeMachine(python, options) {
  const duckdb = createRequire(import.meta.url)("@duckdb/node-api/package.json").version;
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const { python: version, ...modules } = python.versions;
  const peers = Object.entries(modules).map(([name, number]) => `${name} ${number}`);
  return [
    `${cpus().length} CPUs (${cpus()[0]?.model ?? "unknown"}), ${gigabytes} GB; ${options.threads} threads a process.`,
    `Node ${process.versions.node} with DuckDB ${duckdb}; ${version === undefined ? "no Python" : `Python ${version} with ${peers.join(", ") || "none of the peers"}`}.`,
  ].join(" ");
}
