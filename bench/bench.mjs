// `npm run bench`: measures idweave against its peers on one input and prints ratios, quality and the targets of the project.
// Nothing here is an assertion: times depend on the machine, and the exit code is 0 whenever everything could be measured.
import { rmSync, writeFileSync } from "node:fs";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureData } from "./lib/data.mjs";
import { writeDocs } from "./lib/docs.mjs";
import { describeMachine } from "./lib/machine.mjs";
import { measureSize } from "./lib/measure.mjs";
import { parseOptions, USAGE } from "./lib/options.mjs";
import { SCRATCH } from "./lib/paths.mjs";
import { findPython } from "./lib/python.mjs";
import { toMarkdown, toText } from "./lib/report.mjs";

const { options, problem } = parseOptions(process.argv.slice(2));
if (problem !== undefined) {
  console.error(`${problem}\n\n${USAGE}`);
  process.exit(2);
}
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}

const clean = () => rmSync(SCRATCH, { recursive: true, force: true });
process.once("SIGINT", () => {
  clean();
  process.exit(130);
});
try {
  const python = findPython();
  const dist = ensureBuilt(options.dist);
  const machine = describeMachine(python, options);
  console.log(machine);
  const results = [];
  for (const people of options.people) {
    const data = ensureData(people, python);
    const result = { machine, ...(await measureSize({ people, data, dist, python, options })) };
    console.log(toText(result));
    results.push(result);
    if (options.writeDocs) writeDocs(result, toMarkdown(result));
  }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  clean();
}
