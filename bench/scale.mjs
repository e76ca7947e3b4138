// `node bench/scale.mjs`: what runs read and write as the data grows, counted from the plan, and how many statements a warehouse
// is sent. Measured on the generator's sizes; beyond the largest, bytes grow in proportion and rounds with the logarithm.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { parseDocument } from "yaml";
import { ensureBuilt } from "./lib/build.mjs";
import { node } from "./lib/child.mjs";
import { ensureData } from "./lib/data.mjs";
import { DELTAS, deltaProject } from "./lib/delta.mjs";
import { writeBlock } from "./lib/docs.mjs";
import { SCRATCH } from "./lib/paths.mjs";
import { findPython } from "./lib/python.mjs";
import { markdownTable } from "./lib/report.mjs";
import { KEYS, makeProject } from "./lib/shop.mjs";

const { values } = parseArgs({
  options: {
    people: { type: "string", multiple: true, default: ["10000", "100000"] },
    threads: { type: "string", default: "2" },
    dist: { type: "string" },
    "write-docs": { type: "boolean", default: false },
  },
});

const MODES = ["full", "1 %", "0.01 %"];
const SHOWN = [10e6, 100e6, 1e9];
const threads = Number(values.threads);
const warehouses = {
  bigquery: { type: "bigquery", project: "acme-data-1", dataset: "identity", location: "EU" },
  snowflake: {
    type: "snowflake",
    account: "acme",
    user: "idweave",
    authenticator: "externalbrowser",
    database: "ANALYTICS",
    schema: "identity",
    warehouse: "transforming",
  },
};

/** A run of the base from nothing, and runs on deltas of what it published. */
async function measure(people, { dist, data }) {
  const say = (what) => console.error(`${people.toLocaleString("en")} people: ${what} …`);
  const folder = join(SCRATCH, "scale", String(people));
  const split = join(folder, "split");
  mkdirSync(split, { recursive: true });
  say("splitting the sources");
  await node("split.mjs", { data, folder: split, keys: KEYS, deltas: DELTAS, threads });
  const base = deltaProject({ folder: join(folder, "base"), split, variant: "watermark", threads });
  say("a full run, looked at");
  const found = { full: await node("scale.mjs", { dist, project: base }) };
  say("a full run, published");
  await node("incremental.mjs", { dist, project: base, mode: "full" });
  for (const delta of ["1", "0.01"]) {
    say(`${delta} % new records, looked at`);
    const project = deltaProject({
      folder: join(folder, "delta"),
      split,
      variant: "watermark",
      delta,
      threads,
    });
    copyFileSync(join(base, "customer.duckdb"), join(project, "customer.duckdb"));
    await node("adopt.mjs", { dist, project });
    found[`${delta} %`] = await node("scale.mjs", { dist, project });
  }
  return found;
}

/** What compiling for a warehouse says of its scripts. */
function compiled(name, { dist, data }) {
  const folder = join(SCRATCH, "scale", name);
  makeProject({ folder, data, threads });
  const file = join(folder, "identity.yml");
  const document = parseDocument(readFileSync(file, "utf8"));
  document.setIn(["targets", "bench"], warehouses[name]);
  for (const model of Object.keys(KEYS)) {
    document.deleteIn(["models", model, "file"]);
    document.setIn(["models", model, "table"], `raw.${model}`);
    document.setIn(["models", model, "changes"], { watermark: "loaded_at" });
  }
  writeFileSync(file, String(document));
  // What the built command starts, which is not there before a build.
  const start = `await (await import(${JSON.stringify(pathToFileURL(join(dist, "cli", "command.js")).href)})).ended`;
  const made = spawnSync(process.execPath, ["--input-type=module", "--eval", start, "idweave", "compile"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(made.stderr);
  const out = join(folder, "target", "compiled");
  const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
  return {
    full: manifest.statements,
    incremental: manifest.incremental.statements,
    bytes: Object.fromEntries(
      ["full", "incremental", "rollback"].map((mode) => [mode, statSync(join(out, `${mode}.sql`)).size]),
    ),
  };
}

const statementsOf = ({ once, per_round }, rounds) =>
  once + Object.entries(per_round).reduce((sum, [name, each]) => sum + each * (rounds[name] ?? 0), 0);
const total = (run, what) => run.perStage.reduce((sum, stage) => sum + stage[what], 0);
const roundsOf = ({ rounds }) => Object.values(rounds).reduce((sum, each) => sum + each, 0);
const bytes = (count) => {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  if (count < 1) return "0 B";
  const power = Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  return `${(count / 1000 ** power).toPrecision(3)} ${units[power]}`;
};
const number = (value) => Math.round(value).toLocaleString("en");
const scriptOf = (mode) => (mode === "full" ? "full" : "incremental");

/** Lines of what was measured, a size and a mode each. */
function measuredRows(all, script) {
  return MODES.flatMap((mode) =>
    all.map(({ found }) => {
      const run = found[mode];
      return [
        mode,
        number(run.records),
        number(roundsOf(run)),
        number(statementsOf(script[scriptOf(mode)], run.rounds)),
        bytes(total(run, "scanned")),
        bytes(total(run, "written")),
        bytes(run.published),
        `${number(total(run, "scanned") / run.records)} B`,
      ];
    }),
  );
}

/** Rounds grow by this much when the records grow tenfold; never less than nothing. */
function roundsPerTenfold(all, mode) {
  const [first, last] = [all[0].found[mode], all.at(-1).found[mode]];
  const tenfolds = Math.log10(last.records / first.records);
  return tenfolds === 0 ? 0 : Math.max(0, (roundsOf(last) - roundsOf(first)) / tenfolds);
}

/** What an incremental run reads of the state grows with the state, what it does with the delta grows with that: both are in proportion here. */
function expectedRows(all, script) {
  const largest = all.at(-1).found;
  return MODES.flatMap((mode) =>
    SHOWN.map((records) => {
      const run = largest[mode];
      const factor = records / run.records;
      const more = roundsPerTenfold(all, mode) * Math.log10(factor);
      const perRound =
        (statementsOf(script[scriptOf(mode)], run.rounds) - script[scriptOf(mode)].once) / roundsOf(run);
      return [
        mode,
        number(records),
        number(roundsOf(run) + more),
        number(statementsOf(script[scriptOf(mode)], run.rounds) + more * perRound),
        bytes(total(run, "scanned") * factor),
        bytes(total(run, "written") * factor),
        bytes(run.published * factor),
      ];
    }),
  );
}

const HEAD = ["run", "records", "rounds", "statements", "bytes scanned", "bytes written", "kept by idweave"];

try {
  const python = findPython();
  const dist = ensureBuilt(values.dist);
  const all = [];
  for (const people of values.people.map(Number)) {
    const data = ensureData(people, python);
    all.push({ people, data, found: await measure(people, { dist, data }) });
  }
  const scripts = Object.fromEntries(
    Object.keys(warehouses).map((name) => [name, compiled(name, { dist, data: all[0].data })]),
  );
  const script = scripts.bigquery;
  const { full } = all.at(-1).found;
  const parts = [
    "### Counted",
    markdownTable([...HEAD, "scanned a record"], measuredRows(all, script)),
    "### Expected",
    markdownTable(HEAD, expectedRows(all, script)),
    `### Where a full run of ${number(full.records)} records spends its bytes`,
    markdownTable(
      ["stage", "statements", "scanned", "written"],
      full.perStage.map(({ title, statements, scanned, written }) => [
        title,
        number(statements),
        bytes(scanned),
        bytes(written),
      ]),
    ),
    "### Scripts",
    markdownTable(
      [
        "target",
        "mode",
        "statements outside loops",
        "statements in one round of each loop",
        "size of the script",
      ],
      Object.entries(scripts).flatMap(([name, made]) =>
        ["full", "incremental"].map((mode) => [
          name,
          mode,
          number(made[mode].once),
          number(Object.values(made[mode].per_round).reduce((sum, each) => sum + each, 0)),
          bytes(made.bytes[mode]),
        ]),
      ),
    ),
  ];
  const text = parts.join("\n\n");
  console.log(text);
  console.error(JSON.stringify(full.heaviest, null, 1));
  if (values["write-docs"]) writeBlock("scale", text, "scale.md");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(SCRATCH, { recursive: true, force: true });
}
