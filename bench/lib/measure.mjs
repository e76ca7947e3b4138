// All measurements of one size, in an order that lets each use what the one before it left.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { best, node, peer } from "./child.mjs";
import { SCRATCH, sharedFile } from "./paths.mjs";
import { lacks } from "./python.mjs";
import { describeIdentifiers, KEYS, makeProject } from "./shop.mjs";

const LARGEST_FOR_ORDER = 100_000;

/**
 * Returns what was measured by name (`run`, `plainRun`, `resolution`, `plainResolution`, `floor`, `scipy`, `splink`, `scan`),
 * the scores, and whether every row order gave the same identities. What was not asked for or cannot be had is missing.
 */
export async function measureSize({ people, data, dist, python, options }) {
  const folder = join(SCRATCH, String(people));
  const { threads, memoryLimit, without, only } = options;
  const project = (name, variant) =>
    makeProject({ folder: join(folder, name), data, threads, memoryLimit, without, ...variant });
  const say = (what) => console.error(`${people.toLocaleString("en")} people: ${what} …`);
  const measure = (what, one) => {
    say(what);
    return best(options.repeat, one);
  };
  const wants = (...parts) => parts.some((part) => only.has(part));
  const found = { people, threads, memoryLimit, without, slowest: options.slowest, measures: {}, scores: {} };
  const { measures } = found;
  mkdirSync(folder, { recursive: true });
  try {
    if (wants("scan")) {
      const models = Object.keys(KEYS);
      measures.scan = await measure("one scan of the input", () =>
        node("scan.mjs", { data, models, threads }),
      );
    }
    if (wants("floor") && can(python, "the floor", ["duckdb", "numpy", "pyarrow", "scipy"])) {
      measures.floor = await measure("the floor", () => peer(python, "floor.py", { data, threads }));
    }
    if (wants("run", "quality", "order", "resolution", "scipy", "splink")) {
      const limited = project("limited");
      found.identifiers = describeIdentifiers(limited);
      const whole = () => node("run.mjs", { dist, project: limited });
      measures.run = await measure("idweave, the whole run", whole);
      if (wants("quality")) found.scores.limited = score(python, data, limited);
      if (wants("resolution", "scipy", "splink")) {
        await measureResolution({
          folder,
          limited,
          project,
          measure,
          wants,
          dist,
          python,
          options,
          measures,
        });
      }
      if (wants("order") && (options.orderWasAsked || people <= LARGEST_FOR_ORDER)) {
        found.order = await compareOrders({ folder, data, limited, project, say, dist, options });
      }
    }
    if (wants("plain")) {
      const plain = project("plain", { limits: false });
      measures.plainRun = await measure("idweave, the whole run without limits", () =>
        node("run.mjs", { dist, project: plain }),
      );
      if (wants("quality")) found.scores.plain = score(python, data, plain);
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureResolution({
  folder,
  limited,
  project,
  measure,
  wants,
  dist,
  python,
  options,
  measures,
}) {
  const input = join(folder, "input");
  mkdirSync(input, { recursive: true });
  const { threads } = options;
  const database = join(limited, "customer.duckdb");
  measures.input = await node("prepare.mjs", { database, folder: input, threads });
  if (wants("resolution")) {
    const resolve = (name, limits) => {
      const clean = project(name, { limits, cleaned: true });
      return () => node("resolve.mjs", { dist, project: clean, input });
    };
    measures.resolution = await measure("idweave, its resolution alone", resolve("clean", true));
    measures.plainResolution = await measure("the same without limits", resolve("clean-plain", false));
  }
  if (wants("scipy") && can(python, "scipy", ["numpy", "pyarrow", "scipy"])) {
    measures.scipy = await measure("encoding and scipy", () =>
      peer(python, "scipy_components.py", { input, threads }),
    );
  }
  if (wants("splink") && can(python, "Splink", ["duckdb", "splink"])) {
    measures.splink = await measure("Splink", () => peer(python, "splink_clusters.py", { input, threads }));
  }
}

/** Runs on the same rows in other orders; true when every answer is that of the order as generated. */
async function compareOrders({ folder, data, limited, project, say, dist, options }) {
  const { threads, seeds } = options;
  const digestOf = async (of) =>
    (await node("digest.mjs", { database: join(of, "customer.duckdb"), threads })).digest;
  const expected = await digestOf(limited);
  const differing = [];
  for (const seed of seeds) {
    say(`the same rows in order ${seed}`);
    const shuffled = join(folder, "shuffled");
    mkdirSync(shuffled, { recursive: true });
    await node("shuffle.mjs", { data, keys: KEYS, folder: shuffled, seed, threads });
    const again = project("again", { data: shuffled });
    await node("run.mjs", { dist, project: again });
    if ((await digestOf(again)) !== expected) differing.push(seed);
    rmSync(shuffled, { recursive: true, force: true });
  }
  return { seeds, differing };
}

/** What the scoring of the generator says of a run, or undefined, said loudly. */
function score(python, data, project) {
  const script = sharedFile("bench", "score.py");
  if (script === undefined) {
    console.error("!! No scores: set IDWEAVE_SHARED to the folder with bench/score.py.");
    return undefined;
  }
  if (!can(python, "the scores", ["duckdb"])) return undefined;
  const truth = join(data, "truth_records.parquet");
  const args = [
    script,
    "--truth",
    truth,
    "--duckdb",
    join(project, "customer.duckdb"),
    "--schema",
    "identity",
  ];
  const scored = spawnSync(python.command, args, { encoding: "utf8" });
  if (scored.status !== 0) throw new Error(`${script} failed\n${scored.stderr}`);
  return JSON.parse(scored.stdout);
}

function can(python, what, modules) {
  const missing = lacks(python, modules);
  if (missing.length > 0) console.error(`!! Skipped: ${what}, without ${missing.join(", ")}.`);
  return missing.length === 0;
}
