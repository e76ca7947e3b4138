// Makes the sample of the worked example: five sources of one shop and the truth about them, as gzip CSV.
//
//   node data/generate.mjs                 writes the files beside this script
//   node data/generate.mjs --out <folder>  writes them elsewhere
//
// The same seed gives the same bytes on every machine. What is in the files: data/README.md.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { csv, gzip } from "./generator/csv.mjs";
import { shop } from "./generator/shop.mjs";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: dirname(fileURLToPath(import.meta.url)) },
    seed: { type: "string", default: "7" },
  },
});
const { sources, truth } = shop(Number(values.seed));

mkdirSync(values.out, { recursive: true });
for (const [name, rows] of Object.entries({ ...sources, truth })) {
  const bytes = gzip(csv(rows));
  writeFileSync(join(values.out, `${name}.csv.gz`), bytes);
  console.log(
    `${name.padEnd(16)} ${String(rows.length).padStart(7)} rows ${String(bytes.length).padStart(9)} bytes`,
  );
}

const people = new Set(truth.map((one) => one.person_id).filter((id) => id !== ""));
console.log(`${"people".padEnd(16)} ${String(people.size).padStart(7)} with at least one record`);
const traps = new Map();
for (const one of truth)
  for (const trap of one.traps.split("|")) if (trap !== "") traps.set(trap, (traps.get(trap) ?? 0) + 1);
for (const [trap, count] of [...traps].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`trap ${trap.padEnd(18)} ${String(count).padStart(6)} records`);
}
