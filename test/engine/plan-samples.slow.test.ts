// What a plan says of a sample is what the whole plan says of the same records: random changes of rules, data and decisions on
// small projects that stand side by side, each planned whole and in samples, relation by relation. IDWEAVE_PLANS sets how many
// changes in all, IDWEAVE_SEED the first seed; both are printed.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { APPENDED, OUTPUTS, work } from "../../src/plan/names.ts";
import { planRun } from "../../src/run/plan.ts";
import type { PlanSampleSize } from "../../src/run/plan-sample.ts";
import type { Built } from "../../src/run/run.ts";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { CONFIGS } from "../reference/configs.ts";
import { seededDraw } from "../reference/graphs.ts";
import { asOf, randomHistory, sideBySide } from "../reference/histories.ts";
import { changed, type Rules, write } from "./random-rules.ts";
import { type Folder, folderOf } from "./run-project.ts";

const TOTAL = Number(process.env["IDWEAVE_PLANS"] ?? 10);
const SEED = Number(process.env["IDWEAVE_SEED"] ?? 1);
const NAMES = ["shop", "four-mixed", "five-mixed", "five-nobody", "weak-limits"];
const PROJECTS = 40;
const SHARES = [0.5, 0.2];

const perConfig = Math.ceil(TOTAL / NAMES.length);
console.info(`random changes, planned whole and in samples: ${perConfig * NAMES.length} from seed ${SEED}`);

describe("a sample says what the whole says of its records", () => {
  for (const config of CONFIGS.filter(({ name }) => NAMES.includes(name))) {
    test(`${config.name}: ${perConfig} changes`, async () => {
      const draw = seededDraw(SEED * 6271);
      const histories = Array.from({ length: PROJECTS }, (_, index) =>
        randomHistory(config, SEED * 1000 + index, `h${index}:`, perConfig + 1),
      );
      const folder = folderOf({});
      let rules: Rules = { config, survivorship: "most_recent", hasShade: false };
      const seen = new Map<string, number>();
      write(folder, rules, sideBySide(histories, 0));
      await folder.run({ asOf: new Date(asOf(0) / 1000) });
      for (let day = 1; day <= perConfig; day += 1) {
        rules = changed(rules, draw);
        const judged =
          draw(0, 2) === 0
            ? { reject: [{ when: "colour = 'c01'", reason: "colour" }], on_duplicate_key: "latest" }
            : {};
        write(folder, rules, sideBySide(histories, day), judged);
        const time = new Date(asOf(day) / 1000);
        const whole = await look(folder, time, undefined);
        const seed = draw(0, 1000);
        let larger: ReadonlySet<unknown> | undefined;
        for (const share of [1, ...SHARES]) {
          const hint = `${config.name}, change ${day}, ${share} by seed ${seed}; IDWEAVE_SEED=${SEED}`;
          const sample = await look(folder, time, { share, seed });
          expectSample(whole, sample, share, hint);
          const keys = keysOf(sample);
          expect(
            [...keys].filter((key) => larger?.has(key) === false),
            hint,
          ).toEqual([]);
          larger = keys;
          if (share < 1) {
            for (const row of sample.tables.get("out identity_events") ?? []) {
              seen.set(String(row["event"]), (seen.get(String(row["event"])) ?? 0) + 1);
            }
          }
        }
        if (day === 1) await expectAll(folder, time);
        await folder.run({ asOf: time });
      }
      console.info(`${config.name}: ${[...seen].map(([event, found]) => `${found} ${event}`).join(", ")}`);
      folder.remove();
    }, 3_600_000);
  }
});

type Look = {
  readonly tables: ReadonlyMap<string, readonly Row[]>;
  readonly built: Built;
  /** Undefined for the whole. */
  readonly size: PlanSampleSize | undefined;
};

const TIMES = ["occurred_at", "requested_at"];

/** Every relation of a dry run: as it was, as it is built, what goes and what comes. */
async function look(
  folder: Folder,
  time: Date,
  sample: { readonly share: number; readonly seed: number } | undefined,
): Promise<Look> {
  let found: Look | undefined;
  await folder.run({
    asOf: time,
    full: true,
    dryRun: true,
    sample,
    inspect: async (warehouse: Warehouse, built: Built) => {
      const tables = new Map<string, readonly Row[]>();
      const read = async (name: string, relation: string) => {
        const rows = await warehouse.query(`select * from ${relation}`);
        tables.set(
          name,
          rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !TIMES.includes(key)))),
        );
      };
      for (const output of OUTPUTS) {
        await read(`was ${output}`, work.was(output));
        await read(`out ${output}`, work.output(output));
        await read(`drop ${output}`, work.drop(output));
        await read(`put ${output}`, work.put(output));
      }
      for (const output of APPENDED) await read(`out ${output}`, work.output(output));
      await read("metrics", work.metrics);
      await read("erased", work.erased);
      await read("decisions", work.decisions);
      if (sample !== undefined) {
        await read("keys", work.sampledKeys);
        await read("ids", work.sampledIdentities);
      }
      found = { tables, built, size: built.sample };
    },
  });
  if (found === undefined) throw new Error("the dry run was not looked at");
  return found;
}

function keysOf({ tables }: Look): ReadonlySet<unknown> {
  return new Set((tables.get("keys") ?? []).map((row) => row["record_key"]));
}

function expectSample(whole: Look, sample: Look, share: number, hint: string): void {
  const of = ({ tables }: Look, name: string) => tables.get(name) ?? [];
  const keys = keysOf(sample);
  const formerIds = new Set(of(sample, "ids").map((row) => String(row["identity_id"])));
  const isOurs = (row: Row) => keys.has(row["record_key"]);

  // No component of this run and no identity of the run before is cut.
  const parted = (rows: readonly Row[], column: string) => {
    const sides = new Map<unknown, Set<boolean>>();
    for (const row of rows)
      sides.set(row[column], (sides.get(row[column]) ?? new Set<boolean>()).add(isOurs(row)));
    return [...sides].filter(([, { size }]) => size > 1).map(([name]) => name);
  };
  const [was, out] = [of(whole, "was identity_records"), of(whole, "out identity_records")];
  expect(parted(out, "component"), hint).toEqual([]);
  expect(parted(was, "identity_id"), hint).toEqual([]);
  for (const row of was) expect(formerIds.has(String(row["identity_id"])), hint).toBe(isOurs(row));
  if (share === 1) expect(out.every(isOurs), hint).toBe(true);
  const components = (rows: readonly Row[]) => new Set(rows.map((row) => row["component"])).size;
  expect(sample.size, hint).toMatchObject({
    records: out.filter(isOurs).length,
    ofRecords: out.length,
    components: components(out.filter(isOurs)),
    ofComponents: components(out),
  });

  const ids = new Set([...formerIds, ...out.filter(isOurs).map((row) => String(row["identity_id"]))]);
  const carried = new Set(
    [...of(whole, "was record_values"), ...of(whole, "out record_values")].filter(isOurs).map(textOf),
  );
  const known = new Set([...was, ...out].map((row) => row["record_key"]));
  // What is published of a decision leaves out the erased.
  const decisions = [...of(whole, "was decisions_in_force"), ...of(whole, "decisions")];
  const about = (id: unknown) =>
    decisions.filter((row) => row["id"] === id).flatMap((row) => [row["a"], row["b"]]);
  const named = (id: unknown) => about(id).filter((key) => known.has(key ?? null));
  const isIn: Readonly<Record<string, (row: Row) => boolean>> = {
    identity_records: isOurs,
    record_values: isOurs,
    rejected_values: isOurs,
    record_state: isOurs,
    ignored_values: isOurs,
    identity_history: isOurs,
    rejected_records: (row) => keys.has(`${row["model"]}:${row["source_key"]}`),
    withheld_values: (row) => carried.has(textOf(row)),
    decisions_in_force: (row) =>
      named(row["id"]).length === 0 || named(row["id"]).some((key) => keys.has(key)),
    watermarks: () => true,
    suppressions: () => true,
    ...(share === 1 ? { metric_counts: () => true } : {}),
  };
  for (const output of OUTPUTS) {
    if (output === "withdrawn_ids" || (output === "metric_counts" && share < 1)) continue;
    const isOf = isIn[output] ?? ((row: Row) => ids.has(String(row["identity_id"])));
    for (const side of ["was", "out", "drop", "put"]) {
      const name = `${side} ${output}`;
      expect(lines(of(sample, name)), `${name}: ${hint}`).toEqual(lines(of(whole, name).filter(isOf)));
    }
  }
  for (const output of APPENDED) {
    const isOf = isIn[output] ?? ((row: Row) => ids.has(String(row["identity_id"])));
    const name = `out ${output}`;
    expect(lines(of(sample, name)), `${name}: ${hint}`).toEqual(lines(of(whole, name).filter(isOf)));
  }
  const withdrawn = of(whole, "was withdrawn_ids").map((row) => String(row["identity_id"]));
  const erased = of(whole, "erased")
    .filter(isOurs)
    .map((row) => idOf(String(row["record_key"])));
  expect(
    of(sample, "out withdrawn_ids")
      .map((row) => row["identity_id"])
      .sort(),
    hint,
  ).toEqual([...new Set([...withdrawn, ...erased])].sort());

  // The metrics of before are those of the same records.
  const before = sample.built.lastMetrics;
  expect(before.get("records")?.get(""), hint).toBe(was.filter(isOurs).length);
  expect(before.get("refused_merges")?.get(""), hint).toBe(of(sample, "was blocked_merges").length);
  if (share === 1) {
    expect(lines(of(sample, "metrics")), hint).toEqual(lines(of(whole, "metrics")));
    for (const [metric, dimensions] of before)
      expect(Object.fromEntries(dimensions), `${metric}: ${hint}`).toEqual(
        Object.fromEntries(
          [...(whole.built.lastMetrics.get(metric) ?? [])].filter(([name]) => dimensions.has(name)),
        ),
      );
  }
}

/** All of it in the sample: the plan is the whole plan. Some of it: the same a second time, from rows in another order. */
async function expectAll(folder: Folder, time: Date): Promise<void> {
  const options = { project: folder.path, asOf: time, full: true, examples: 3 };
  const told = async (sample: { readonly share: number; readonly seed: number } | undefined) => {
    const {
      report: _report,
      sample: _sample,
      metrics,
      counts,
      writes,
      ...plan
    } = await planRun({ ...options, sample });
    const measured = metrics.filter(
      ({ metric }) => !/reject_rate|identities_(created|merged|split)/.test(metric),
    );
    return {
      ...plan,
      metrics: measured,
      after: metrics.map(({ before: _before, ...each }) => each),
      counts: { ...counts, statements: (counts["statements"] ?? 0) % ROUND },
      writes: { ...writes, statements: writes.statements },
    };
  };
  const whole = await told(undefined);
  expect(await told({ share: 1, seed: 7 })).toEqual(whole);
  const some = await told({ share: 0.3, seed: 7 });
  const file = join(folder.path, "records.ndjson");
  const rows = readFileSync(file, "utf8");
  folder.write({ "records.ndjson": `${rows.trimEnd().split("\n").reverse().join("\n")}\n` });
  expect(await told({ share: 0.3, seed: 7 })).toEqual(some);
  folder.write({ "records.ndjson": rows });
}

/** The statements of one round of the loop that finds components. */
const ROUND = 7;

function textOf(row: Row): string {
  return JSON.stringify([row["identifier"], row["value"]]);
}

function idOf(recordKey: string): string {
  return `id_${createHash("md5").update(recordKey).digest("hex").slice(0, 20)}`;
}

function lines(rows: readonly Row[]): readonly string[] {
  return rows
    .map((row) => JSON.stringify(row, (_, cell) => (typeof cell === "bigint" ? String(cell) : cell)))
    .sort();
}
