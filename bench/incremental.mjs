// `npm run bench:incremental`: what a run on few new records costs against a full run, as ratios. The sources of the shop are
// split by a hash of their keys; each delta is run on a copy of what one full run of the base published. Asserts nothing.
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseDocument } from "yaml";
import { ensureBuilt } from "./lib/build.mjs";
import { node } from "./lib/child.mjs";
import { ensureData } from "./lib/data.mjs";
import { writeBlock } from "./lib/docs.mjs";
import { describeMachine } from "./lib/machine.mjs";
import { SIZES } from "./lib/options.mjs";
import { SCRATCH } from "./lib/paths.mjs";
import { findPython } from "./lib/python.mjs";
import { markdownTable, textTable } from "./lib/report.mjs";
import { KEYS, makeProject } from "./lib/shop.mjs";

const { values } = parseArgs({
  options: {
    people: { type: "string", multiple: true, default: ["100000"] },
    threads: { type: "string", default: "2" },
    slowest: { type: "string", default: "8" },
    keep: { type: "string" },
    only: { type: "string" },
    dist: { type: "string" },
    "write-docs": { type: "boolean", default: false },
  },
});

/** Per cent of the records, in buckets of ten thousand. */
const DELTAS = [
  { name: "1", buckets: 100 },
  { name: "0.1", buckets: 10 },
  { name: "0.01", buckets: 1 },
];
const SMALLEST = "0.01";
const VARIANTS = ["scan", "watermark"];
const MOST_WRITTEN = 3;
const MOST_TIME = 0.05;

/** The shop on the split sources; the base, and the delta if there is one, are the files of its globs. */
function project(folder, split, variant, delta) {
  makeProject({ folder, data: split, threads: Number(values.threads) });
  const file = join(folder, "identity.yml");
  const document = parseDocument(readFileSync(file, "utf8"));
  rmSync(join(folder, "data"));
  for (const model of Object.keys(KEYS)) {
    document.setIn(["models", model, "file"], `data/${model}/*.parquet`);
    if (variant === "watermark") document.setIn(["models", model, "changes"], { watermark: "loaded_at" });
    mkdirSync(join(folder, "data", model), { recursive: true });
    for (const name of ["base", ...(delta === undefined ? [] : [delta])]) {
      symlinkSync(join(split, model, `${name}.parquet`), join(folder, "data", model, `${name}.parquet`));
    }
  }
  writeFileSync(file, String(document));
  return folder;
}

/** What a full run of the base published, and what it cost. Both stay in the folder that `--keep` names, for next time. */
async function makeBase(kept, say, { dist, data }) {
  const threads = Number(values.threads);
  const split = join(kept, "split");
  const base = join(kept, "base");
  const costs = join(kept, "full.json");
  if (existsSync(costs))
    return { split, published: join(base, "customer.duckdb"), full: JSON.parse(readFileSync(costs)) };
  mkdirSync(split, { recursive: true });
  say("splitting the sources");
  await node("split.mjs", { data, folder: split, keys: KEYS, deltas: DELTAS, threads });
  say("a full run of the base");
  const full = await node("incremental.mjs", {
    dist,
    project: project(base, split, "watermark"),
    mode: "full",
  });
  writeFileSync(costs, JSON.stringify(full));
  return { split, published: join(base, "customer.duckdb"), full };
}

async function measure(people, { dist, data, folder }) {
  const threads = Number(values.threads);
  const say = (what) => console.error(`${people.toLocaleString("en")} people: ${what} …`);
  const kept = values.keep === undefined ? folder : join(resolve(values.keep), String(people));
  const { split, published, full } = await makeBase(kept, say, { dist, data });
  const lines = [];
  for (const variant of VARIANTS) {
    for (const { name } of DELTAS) {
      if (!wanted(variant, name)) continue;
      say(`${name} % new records, ${variant}`);
      const case_ = project(join(folder, "case"), split, variant, name);
      const database = join(case_, "customer.duckdb");
      copyFileSync(published, database, constants.COPYFILE_FICLONE);
      await node("adopt.mjs", { dist, project: case_ });
      const usage = await node("incremental.mjs", { dist, project: case_, mode: "incremental" });
      const affected = await node("affected.mjs", {
        dist,
        before: published,
        after: database,
        threads,
        folder,
      });
      lines.push({ variant, name, ...usage, affected });
    }
  }
  return { full, lines };
}

const isSmallest = ({ variant, name }) => variant === "watermark" && name === SMALLEST;

/** `--only watermark:0.01,scan:1` leaves the others out. */
function wanted(variant, name) {
  return values.only === undefined || values.only.split(",").includes(`${variant}:${name}`);
}

const HEAD = [
  "changes",
  "new records",
  "CPU s",
  "of full",
  "wall s",
  "of full",
  "statements",
  "of full",
  "MB written",
  "of full",
  "rows written",
  "rows affected",
  "written / affected",
  "peak MB",
];

function table({ full, lines }) {
  const number = (value) => value.toLocaleString("en");
  const share = (part, whole) => `${((part / whole) * 100).toFixed(2)} %`;
  const megabytes = ({ bytesWritten }) =>
    bytesWritten === null ? "" : number(Math.round(bytesWritten / 1e6));
  const row = (title, usage, affected) => [
    title,
    number(usage.newRecords),
    usage.cpuSeconds.toFixed(2),
    share(usage.cpuSeconds, full.cpuSeconds),
    usage.wallSeconds.toFixed(2),
    share(usage.wallSeconds, full.wallSeconds),
    number(usage.statements),
    share(usage.statements, full.statements),
    megabytes(usage),
    share(usage.bytesWritten, full.bytesWritten),
    number(usage.rowsWritten),
    ...(affected === undefined
      ? ["", ""]
      : [number(affected), `${(usage.rowsWritten / affected).toFixed(2)} ×`]),
    number(Math.round(usage.peakMb)),
  ];
  return [
    row("full run of the base", full),
    ...lines.map((line) => row(`${line.variant}, ${line.name} %`, line, line.affected.rows)),
  ];
}

function targets({ full, lines }) {
  const most = Math.max(...lines.map(({ rowsWritten, affected }) => rowsWritten / affected.rows));
  const line = lines.find(isSmallest);
  const share = line && Math.max(line.cpuSeconds / full.cpuSeconds, line.wallSeconds / full.wallSeconds);
  return [
    [
      `rows written ≤ ${MOST_WRITTEN} × rows affected, in every line`,
      `at most ${most.toFixed(2)} ×`,
      most <= MOST_WRITTEN ? "met" : "NOT MET",
    ],
    ...(share === undefined
      ? []
      : [
          [
            `0.01 % with a watermark < ${MOST_TIME * 100} % of a full run, CPU and wall`,
            `${(share * 100).toFixed(2)} %`,
            share < MOST_TIME ? "met" : "NOT MET",
          ],
        ]),
  ];
}

/** Where the smallest delta with a watermark spends its time. */
function slowest({ lines }) {
  return (lines.find(isSmallest)?.slowest ?? [])
    .slice(0, Number(values.slowest))
    .map(({ relation, cpuSeconds, times, rows, stage }) => [
      relation,
      cpuSeconds.toFixed(2),
      String(times),
      rows.toLocaleString("en"),
      stage,
    ]);
}

const SLOWEST = ["slowest statements, watermark, 0.01 %", "CPU s", "times", "rows", "in"];

try {
  const python = findPython();
  const dist = ensureBuilt(values.dist);
  for (const people of values.people.map(Number)) {
    if (!SIZES.includes(people)) throw new Error(`--people is one of ${SIZES.join(", ")}.`);
    const data = ensureData(people, python);
    const found = await measure(people, { dist, data, folder: join(SCRATCH, String(people)) });
    const title = `${people.toLocaleString("en")} people, ${found.full.records.toLocaleString("en")} records`;
    const parts = (tableOf) =>
      [
        tableOf(HEAD, table(found)),
        tableOf(["target", "measured", ""], targets(found)),
        tableOf(SLOWEST, slowest(found)),
      ].join("\n\n");
    console.log(`\n${title}\n\n${parts(textTable)}`);
    if (values["write-docs"]) {
      const machine = describeMachine(python, { threads: Number(values.threads) });
      const text = `### ${title}, and new ones\n\n${parts(markdownTable)}\n\n${machine}`;
      writeBlock(`incremental, ${people} people`, text);
    }
    rmSync(join(SCRATCH, String(people)), { recursive: true, force: true });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(SCRATCH, { recursive: true, force: true });
}
