// A history that is loaded model by model and stretch by stretch (`run --model --since --until`) ends where one run of everything
// does: random graphs with decisions, cut into batches that come in random order. IDWEAVE_SEED sets the first seed.
import { expect, test } from "vitest";
import { CONFIGS, type NamedConfig } from "../reference/configs.ts";
import { type Draw, seededDraw } from "../reference/graphs.ts";
import { randomHistory, sideBySide } from "../reference/histories.ts";
import { dayOf } from "../reference/life.ts";
import { toProject } from "../scenarios/project.ts";
import { readAnswer } from "./answer.ts";
import { type Folder, folderOf } from "./run-project.ts";

const SEED = Number(process.env["IDWEAVE_SEED"] ?? 1);
const GRAPHS = 60;
const MODELS = ["crm", "orders", "web"];
/** Where the stretches of time end, as parts of the times that there are. */
const CUTS = [0.3, 0.6];

type Line = { readonly key: string; readonly observed_at: string | null };

/** The records of a day over three models, a second apart in the order of their times. */
function files(config: NamedConfig, draw: Draw) {
  const histories = Array.from({ length: GRAPHS }, (_, index) =>
    randomHistory(config, SEED + index, `h${SEED + index}:`, 3),
  );
  const { records, decisions } = dayOf(config, sideBySide(histories, 2));
  const given = toProject(config, records, decisions).files;
  const lines = (given["records.ndjson"] ?? "")
    .trimEnd()
    .split("\n")
    .map((line): Line => JSON.parse(line));
  const times = [...new Set(lines.flatMap(({ observed_at }) => observed_at ?? []))].sort();
  const rank = new Map(times.map((time, index) => [time, index]));
  const at = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, index));
  const modelOf = new Map(lines.map(({ key }) => [key, MODELS[draw(0, MODELS.length - 1)] ?? ""]));
  const document = JSON.parse(given["identity.yml"] ?? "");
  const { m } = document.models;
  const models = Object.fromEntries(MODELS.map((name) => [name, { ...m, file: `${name}.ndjson` }]));
  return {
    cuts: CUTS.map((part) => at(Math.floor(times.length * part))),
    files: {
      "identity.yml": JSON.stringify({ ...document, models }),
      "decisions.csv": (given["decisions.csv"] ?? "").replaceAll(
        /"m:([^"]*)"/g,
        (_, key: string) => `"${modelOf.get(key) ?? MODELS[0]}:${key}"`,
      ),
      ...Object.fromEntries(
        MODELS.map((name) => [
          `${name}.ndjson`,
          lines
            .filter(({ key }) => modelOf.get(key) === name)
            .map((line) => {
              const time = line.observed_at === null ? undefined : rank.get(line.observed_at);
              return `${JSON.stringify({ ...line, observed_at: time === undefined ? null : at(time).toISOString() })}\n`;
            })
            .join(""),
        ]),
      ),
    },
  };
}

/** Where everybody is and why; ids follow the order in which records came. */
async function answer(folder: Folder) {
  const { identities: _identities, ...others } = await readAnswer(folder);
  return others;
}

test.each(CONFIGS.filter(({ name }) => ["shop", "four-mixed"].includes(name)))(
  "$name: batches of one model after another, and everything at once",
  {
    timeout: 3_600_000,
  },
  async (config) => {
    const draw = seededDraw(SEED);
    const { files: given, cuts } = files(config, draw);
    const whole = folderOf(given);
    await whole.run();
    const expected = await answer(whole);
    whole.remove();

    const bounds = [undefined, ...cuts, undefined];
    const stretches = MODELS.flatMap((model) =>
      cuts.concat(new Date(0)).map((_, index) => ({ model, since: bounds[index], until: bounds[index + 1] })),
    );
    const shuffled = stretches
      .map((batch) => ({ batch, place: draw(0, 1_000_000) }))
      .sort((x, y) => x.place - y.place)
      .map(({ batch }) => batch);
    const folder = folderOf(given);
    let read = 0;
    for (const batch of shuffled) read += (await folder.run({ batch })).changes.newRecords;
    // Rows without a time are in no stretch.
    let timeless = 0;
    for (const model of MODELS) timeless += (await folder.run({ batch: { model } })).changes.newRecords;
    expect([read > timeless, timeless > 0]).toEqual([true, true]);
    expect(await answer(folder)).toEqual(expected);

    const { changes } = await folder.run();
    expect(changes).toMatchObject({
      newRecords: 0,
      changedRecords: 0,
      deletedRecords: 0,
      regroupedRecords: 0,
    });
    folder.remove();
  },
);
