// `node bench/confidence.mjs`: what the confidence of an identity is worth on data whose truth is known. Runs the shop of the
// bench and counts, for every tenth of confidence, the identities that hold records of two or more persons.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureBuilt } from "./lib/build.mjs";
import { node } from "./lib/child.mjs";
import { ensureData } from "./lib/data.mjs";
import { writeBlock } from "./lib/docs.mjs";
import { SIZES } from "./lib/options.mjs";
import { SCRATCH } from "./lib/paths.mjs";
import { findPython } from "./lib/python.mjs";
import { markdownTable, textTable } from "./lib/report.mjs";
import { describeIdentifiers, makeProject } from "./lib/shop.mjs";

const { values } = parseArgs({
  options: {
    people: { type: "string", multiple: true, default: ["100000"] },
    threads: { type: "string", default: "2" },
    dist: { type: "string" },
    "write-docs": { type: "boolean", default: false },
  },
});

const HEAD = ["confidence", "identities", "of several persons", "share"];

/** The table of one size, its summary, and whether the confidence reaches what it has set itself. */
function calibration(bands) {
  const sum = (wanted, key) => bands.filter(wanted).reduce((total, band) => total + band[key], 0);
  const row = (title, wanted) => {
    const [identities, mixed] = [sum(wanted, "identities"), sum(wanted, "mixed")];
    const share = identities === 0 ? 0 : mixed / identities;
    return { title, identities, mixed, share };
  };
  const merged = (band) => !band.alone;
  const tenths = Array.from({ length: 10 }, (_, tenth) =>
    row(
      `0.${tenth} to ${tenth === 9 ? "1" : `0.${tenth + 1}`}`,
      (band) => merged(band) && band.tenth === tenth,
    ),
  );
  const low = row("below 0.5", (band) => merged(band) && band.tenth < 5);
  const high = row("above 0.9", (band) => merged(band) && band.above_nine);
  const all = row("all of two or more records", merged);
  const cells = ({ title, identities, mixed, share }) => [
    title,
    identities.toLocaleString("en"),
    mixed.toLocaleString("en"),
    `${(share * 100).toFixed(2)} %`,
  ];
  const ratio = high.share === 0 ? Number.POSITIVE_INFINITY : low.share / high.share;
  const met = low.identities >= 200 && high.identities >= 200 && ratio >= 5;
  const alone = sum((band) => band.alone, "identities").toLocaleString("en");
  return {
    rows: [...tenths, low, high, all].map(cells),
    summary: `Below 0.5 identities hold records of several persons ${ratio.toFixed(0)} times as often as above 0.9 (target: 5 times, with 200 identities on each side: ${met ? "met" : "NOT MET"}). Besides, ${alone} identities of one record, whose confidence is 1.`,
  };
}

try {
  const python = findPython();
  const dist = ensureBuilt(values.dist);
  for (const size of values.people.map(Number)) {
    if (!SIZES.includes(size)) throw new Error(`--people is one of ${SIZES.join(", ")}.`);
    const data = ensureData(size, python);
    const threads = Number(values.threads);
    mkdirSync(SCRATCH, { recursive: true });
    const project = makeProject({ folder: join(SCRATCH, "confidence"), data, threads });
    await node("run.mjs", { dist, project });
    const database = join(project, "customer.duckdb");
    const truth = join(data, "truth_records.parquet");
    const { bands } = await node("calibrate.mjs", { database, truth, threads });
    const { rows, summary } = calibration(bands);
    const title = `${size.toLocaleString("en")} people`;
    console.log(`\n${title}\n\n${textTable(HEAD, rows)}\n\n${summary}`);
    if (values["write-docs"]) {
      const with_ = `Identifiers, limits and who keeps what is contested: ${describeIdentifiers(project)}.`;
      const text = `### ${title}, by confidence\n\n${markdownTable(HEAD, rows)}\n\n${summary}\n\n${with_}`;
      writeBlock(`confidence of ${size} people`, text);
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(SCRATCH, { recursive: true, force: true });
}
