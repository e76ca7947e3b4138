// The command line of the bench.
import { parseArgs } from "node:util";

export const SIZES = [10_000, 100_000, 1_000_000];
export const PARTS = ["run", "resolution", "floor", "scipy", "splink", "scan", "quality", "plain", "order"];

export const USAGE = `npm run bench -- [options]

  --people N          ${SIZES.join(", ")} people (about ten records each); may be repeated; default 100000
  --threads N         threads of idweave and of its peers; default 2
  --only a,b          parts to measure: ${PARTS.join(", ")};
                      default all, "order" up to 100000 people ("plain" is the whole run without limits)
  --memory-limit 2GB  give DuckDB this much memory; measures the whole run and its quality unless --only says more
  --without a,b       leave identifiers of the shop out, of idweave's runs and of what is derived from them
  --seeds 1,2         row orders that must lead to the same identities; default 1,2
  --repeat N          measure every process N times and keep the one with the fewest CPU seconds; default 1
  --slowest N         also list the N slowest statements of the whole run; default 5
  --json FILE         write all that was measured to a file
  --write-docs        put the numbers into docs/benchmarks.md
  --dist FOLDER       a built idweave; default: dist/ of this checkout, built first

Python with bench/requirements.txt installed is found through BENCH_PYTHON (default python3), the data generator through
IDWEAVE_SHARED or ../shared, generated data through BENCH_DATA (a folder with one folder a size; default .bench/data).`;

/** Returns `{ options }`, or `{ problem }`: one sentence for the user. */
export function parseOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: SPELLING }));
  } catch (error) {
    return { problem: error.message };
  }
  const people = (values.people ?? ["100000"]).map(Number);
  const unknownSize = people.find((size) => !SIZES.includes(size));
  if (unknownSize !== undefined) return { problem: `--people is one of ${SIZES.join(", ")}.` };
  const limited = values["memory-limit"] !== undefined;
  const only = values.only?.split(",") ?? (limited ? ["run", "quality"] : PARTS);
  const unknownPart = only.find((part) => !PARTS.includes(part));
  if (unknownPart !== undefined) return { problem: `--only knows ${PARTS.join(", ")}, not ${unknownPart}.` };
  for (const name of ["threads", "repeat", "slowest"]) {
    if (values[name] !== undefined && !/^\d+$/.test(values[name]))
      return { problem: `--${name} is a number.` };
  }
  const options = {
    people,
    only: new Set(only),
    orderWasAsked: values.only !== undefined,
    threads: Number(values.threads ?? 2),
    repeat: Math.max(1, Number(values.repeat ?? 1)),
    slowest: Number(values.slowest ?? 5),
    seeds: (values.seeds ?? "1,2").split(","),
    memoryLimit: values["memory-limit"],
    without: values.without?.split(",") ?? [],
    json: values.json,
    dist: values.dist,
    writeDocs: values["write-docs"] ?? false,
    help: values.help ?? false,
  };
  return { options };
}

const text = { type: "string" };
const flag = { type: "boolean" };
const SPELLING = {
  people: { type: "string", multiple: true },
  threads: text,
  only: text,
  "memory-limit": text,
  without: text,
  seeds: text,
  repeat: text,
  slowest: text,
  json: text,
  dist: text,
  "write-docs": flag,
  help: { type: "boolean", short: "h" },
};
