// Puts real output into the README: what `npm start` prints on the sample, one golden record with its provenance, and
// what limits are worth.
//
//   npm run build && node scripts/readme-outputs.mjs
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";

const root = fileURLToPath(new URL("..", import.meta.url));

function output(...args) {
  const done = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout.trimEnd();
}

function put(text, name, content) {
  const begin = `<!-- output: ${name} -->`;
  const end = "<!-- /output -->";
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end, from);
  if (from < begin.length || to < 0) throw new Error(`README.md has no place for ${name}`);
  return `${text.slice(0, from)}\n\n\`\`\`\n${content}\n\`\`\`\n\n${text.slice(to)}`;
}

/** The golden record of the identity of a record, an attribute a line with what supplied it. */
async function goldenRecord(recordKey) {
  const instance = await DuckDBInstance.create(join(root, "customer.duckdb"), { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(`
    select g.* from identity.golden_records as g join identity.identity_records as r using (identity_id)
    where r.record_key = '${recordKey}'
  `);
  const [row] = result.getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  const lines = Object.entries(row).flatMap(([name, value]) => {
    if (/__(record|rule)$/.test(name) || name === "updated_run") return [];
    const shown = Array.isArray(value) ? value.join(", ") : (value ?? "");
    const rule = row[`${name}__rule`];
    return [[name, shown, rule == null ? "" : `${rule}, ${row[`${name}__record`]}`]];
  });
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map(([name, value, from]) => `${name.padEnd(widths[0])}  ${value.padEnd(widths[1])}  ${from}`.trimEnd())
    .join("\n");
}

const readme = join(root, "README.md");
rmSync(join(root, "customer.duckdb"), { force: true });
const started = output("dist/cli/main.js", "run", "--quiet");
const golden = await goldenRecord("orders:WEB|000240");
const worth = output("scripts/limits-worth.mjs");
const outputs = { start: started, golden, limits: worth };
const text = Object.entries(outputs).reduce(
  (sofar, [name, content]) => put(sofar, name, content),
  readFileSync(readme, "utf8"),
);
writeFileSync(readme, text);
