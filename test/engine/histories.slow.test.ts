// The engine against the reference over time: many random histories with keys and values of their own in one state per
// configuration, the whole answer after every run. IDWEAVE_HISTORIES sets how many in all, IDWEAVE_SEED the first seed;
// both are printed.
import { describe, expect, test } from "vitest";
import { CONFIGS, type NamedConfig } from "../reference/configs.ts";
import { seededDraw } from "../reference/graphs.ts";
import { asOf, type History, randomHistory, sideBySide } from "../reference/histories.ts";
import { advance, dayOf } from "../reference/life.ts";
import { type Advance, EMPTY_STATE, type SourceDay } from "../reference/life-types.ts";
import { resolveReference } from "../reference/resolve.ts";
import { DATABASE, toLifeProject } from "../scenarios/project.ts";
import { readAnswer, referenceAnswer } from "./answer.ts";
import { allRows, type LifeAnswer, type NameOf, namesOf, readLife, referenceLife } from "./life-answer.ts";
import { type Folder, folderOf } from "./run-project.ts";

const TOTAL = Number(process.env["IDWEAVE_HISTORIES"] ?? 1_000);
const SEED = Number(process.env["IDWEAVE_SEED"] ?? 1);
const DAYS = 5;
/** The day that a full run reads; then come a run on the same files, and a full run on them. */
const FULL_DAY = 3;
const RUNS = DAYS + 2;

const perConfig = Math.ceil(TOTAL / CONFIGS.length);
console.info(`random histories: ${perConfig * CONFIGS.length} from seed ${SEED}`);

/** Names the seeds of histories that differ, so that one can be run alone. */
function expectSame(answer: LifeAnswer, expected: LifeAnswer, at: string): void {
  const seeds = new Set<string>();
  for (const part of Object.keys(expected) as (keyof LifeAnswer)[]) {
    const [one, other] = [new Set(answer[part].map(plain)), new Set(expected[part].map(plain))];
    for (const line of [...one, ...other]) {
      if (!one.has(line) || !other.has(line))
        for (const [, seed] of line.matchAll(/h(\d+):/g)) seeds.add(seed ?? "");
    }
  }
  const hint = `${at}; IDWEAVE_HISTORIES=${CONFIGS.length} IDWEAVE_SEED=${[...seeds].slice(0, 5).join(" or ")}`;
  expect(answer, hint).toEqual(expected);

  function plain(line: string | readonly string[]): string {
    return typeof line === "string" ? line : JSON.stringify(line);
  }
}

/** Rewrites the files, runs, and compares what is there with what each history should have come to. */
async function live(
  folder: Folder,
  config: NamedConfig,
  days: readonly SourceDay[],
  before: readonly Advance[],
  { full, nameOf }: { readonly full: boolean; readonly nameOf: NameOf },
): Promise<readonly Advance[]> {
  const day: SourceDay = {
    asOf: days[0]?.asOf ?? 0,
    records: days.flatMap(({ records }) => records),
    erased: days.flatMap(({ erased }) => erased),
    decisions: days.flatMap(({ decisions }) => decisions),
  };
  folder.write(toLifeProject(config, day).files);
  const options = { project: folder.path, asOf: new Date(day.asOf / 1000), full };
  const { run } = await folder.run(options);
  const after = days.map((each, at) => advance(before[at]?.state ?? EMPTY_STATE, dayOf(config, each)));
  expectSame(await readLife(folder, run, nameOf), referenceLife(after, nameOf), `run ${run}`);
  return after;
}

describe("after every run the engine has what the reference has", () => {
  for (const config of CONFIGS) {
    test(`${config.name}: ${perConfig} histories`, async () => {
      const histories = Array.from({ length: perConfig }, (_, index) =>
        randomHistory(config, SEED + index, `h${SEED + index}:`, DAYS),
      );
      const nameOf = namesOf(
        histories.flat().flatMap(({ records }) => records.map(({ key }) => key)),
        RUNS,
      );
      const folder = folderOf({});
      let lives: readonly Advance[] = [];
      for (let day = 0; day < DAYS; day += 1) {
        const days = histories.map((history) => history[day] ?? history[0]);
        lives = await live(folder, config, days, lives, { full: day === FULL_DAY, nameOf });
      }

      const last = histories.map((history) => history[DAYS - 1] ?? history[0]);
      const rows = await allRows(folder);
      for (const full of [false, true]) {
        lives = await live(folder, config, last, lives, { full, nameOf });
        expect(lives.flatMap(({ events }) => events)).toEqual([]);
        expect(await allRows(folder), full ? "full" : "incremental").toEqual(rows);
      }

      const log = await folder.query(
        `select mode, records from ${DATABASE.schema}.run_log order by run`,
        DATABASE.path,
      );
      const modes = Array.from({ length: DAYS }, (_, day) => day === 0 || day === FULL_DAY);
      expect(log.map(({ mode }) => mode)).toEqual(
        [...modes, false, true].map((full) => (full ? "full" : "incremental")),
      );
      folder.remove();
    }, 3_600_000);
  }
});

const RESLICED = ["five-mixed", "four-mixed"];

describe("the same records in any number of batches, in any order, give the same partition", () => {
  test.each(CONFIGS.filter(({ name }) => RESLICED.includes(name)))("$name", async (config) => {
    const histories = Array.from(
      { length: 40 },
      (_, index): History => randomHistory(config, SEED + index, `h${SEED + index}:`, DAYS),
    );
    const whole = sideBySide(histories, DAYS - 1);
    const { records, decisions } = dayOf(config, whole);
    const { identities: _identities, ...expected } = referenceAnswer(
      resolveReference(config, records, decisions),
    );
    for (const batches of [1, 2, 10]) {
      const draw = seededDraw(SEED + batches);
      const batchOf = new Map(whole.records.map(({ key }) => [key, draw(1, batches)]));
      const folder = folderOf({});
      for (let batch = 1; batch <= batches; batch += 1) {
        const arrived = whole.records.filter(({ key }) => (batchOf.get(key) ?? 0) <= batch);
        folder.write(toLifeProject(config, { ...whole, records: arrived }).files);
        await folder.run({ asOf: new Date(asOf(DAYS - 1) / 1000) });
      }
      const { identities: _ids, ...answer } = await readAnswer(folder);
      expect(answer, `${batches} batches`).toEqual(expected);
      folder.remove();
    }
  });
});
