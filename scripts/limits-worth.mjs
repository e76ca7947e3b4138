// What the limits of the worked example are worth: runs it as it is and without limits, and scores both against the truth.
//
//   npm run build && node scripts/limits-worth.mjs            a table for people
//   node scripts/limits-worth.mjs --format json               the same for machines
//
// Pairwise over identities: of the pairs of records put together, how many belong together (precision); of the pairs that
// belong together, how many were put together (recall). Rejected records are in no identity and left out.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The text of an identity.yml without its limits: lines that say `limit`, `max_records` or `contested` are gone. */
export function withoutLimits(yaml) {
  return yaml.replace(/^[ ]+(limit|max_records|contested):.*\n/gm, "");
}

/**
 * Precision, recall and F1 (0 to 1) of a partition, with the records of its largest identity and the number of identities.
 * `rows` are records: `identity` as resolved, `person` as true.
 */
export function score(rows) {
  const pairs = (counts) => [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  const count = (keyOf) => {
    const counts = new Map();
    for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
    return counts;
  };
  const identities = count((row) => row.identity);
  const together = pairs(count((row) => `${row.identity} ${row.person}`));
  const found = pairs(identities);
  const right = pairs(count((row) => row.person));
  const precision = found === 0 ? 1 : together / found;
  const recall = right === 0 ? 1 : together / right;
  return {
    records: rows.length,
    identities: identities.size,
    largest: [...identities.values()].reduce((most, n) => Math.max(most, n), 0),
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
  };
}

/** What is known of each record key: its person and whether it shows an email, phone or user id of theirs. */
export function readTruth(file) {
  const [, ...lines] = gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n");
  return new Map(
    lines.map((line) => {
      const [key, person, known] = line.split(",");
      return [key, { person, known: known === "true" }];
    }),
  );
}

async function run(variant, edit, truth) {
  const folder = mkdtempSync(join(tmpdir(), "idweave-example-"));
  try {
    for (const part of ["decisions.csv", "models", "data"])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    writeFileSync(join(folder, "identity.yml"), edit(readFileSync(join(root, "identity.yml"), "utf8")));
    const cli = join(root, "dist", "cli", "main.js");
    // Without limits an alarm would stop the run.
    const args = [cli, "run", "--project", folder, "--accept-alarms"];
    const done = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (done.status !== 0)
      throw new Error(`the run ${variant} failed (${done.status})\n${done.stdout}${done.stderr}`);
    const rows = (await identityRecords(join(folder, "customer.duckdb"))).map(([key, identity]) => {
      const known = truth.get(key);
      if (known === undefined) throw new Error(`the truth does not know the record ${key}`);
      return { identity, person: known.person, known: known.known };
    });
    return { variant, all: score(rows), known: score(rows.filter((row) => row.known)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function identityRecords(database) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(database, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    const result = await connection.runAndReadAll(
      "select record_key, identity_id from identity.identity_records",
    );
    return result.getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function table(results) {
  const lines = [["", "records", "identities", "largest", "precision", "recall", "F1"]];
  for (const { variant, all, known } of results) {
    for (const [name, one] of [
      [`${variant}, known records`, known],
      [`${variant}, all records`, all],
    ]) {
      const numbers = [one.records, one.identities, one.largest].map((n) => n.toLocaleString("en-US"));
      lines.push([name, ...numbers, ...[one.precision, one.recall, one.f1].map((n) => n.toFixed(4))]);
    }
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join("  "),
    )
    .join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { format: { type: "string", default: "text" } } });
  const truth = readTruth(join(root, "data", "truth.csv.gz"));
  const results = [
    await run("with limits", (yaml) => yaml, truth),
    await run("without limits", withoutLimits, truth),
  ];
  console.log(values.format === "json" ? JSON.stringify(results, null, 2) : table(results));
}
