// Random histories over days, many in one project: a full run, incremental ones and a rollback, as scripts of each stand-in, leave
// what DuckDB leaves, row by row. Nobody is erased here: that is erasure.test.ts. A fixed sample; `npm run test:warehouses -- --all` takes
// more. IDWEAVE_SEED is the first seed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { answerOf, referenceAnswer, together } from "../engine/answer.ts";
import { folderOf } from "../engine/run-project.ts";
import { CONFIGS } from "../reference/configs.ts";
import { type History, randomHistory } from "../reference/histories.ts";
import { dayOf } from "../reference/life.ts";
import type { SourceDay } from "../reference/life-types.ts";
import { resolveReference } from "../reference/resolve.ts";
import { DATABASE, toDatedProject } from "../scenarios/project.ts";
import { expectExplainedAlike } from "./explained.ts";
import { differingRows, publishedOnDuckdb, publishedRows } from "./relations.ts";
import { warehouseCase } from "./scenarios.ts";
import { commonConfig, renamedDecision, renamedRecord, tagOf } from "./side-by-side.ts";
import { ABSENT, type StandIn, startStandIn, WAREHOUSES } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

const ALL = process.env["IDWEAVE_ALL"] === "1";
const SEED = Number(process.env["IDWEAVE_SEED"] ?? 1);
const DAYS = ALL ? 4 : 2;
const NAMES = ALL ? ["shop", "login-last", "one-nobody", "caps-only", "household"] : ["login-nobody"];
/** Of each configuration. */
const HISTORIES = ALL ? 4 : 10;

const chosen = CONFIGS.filter(({ name }) => NAMES.includes(name)).flatMap((config) =>
  Array.from({ length: HISTORIES }, (_, index) => ({
    config,
    history: randomHistory(config, SEED + index, "", DAYS),
  })),
);
const { config, names } = commonConfig(chosen.map((each) => each.config));
const histories = chosen.map(({ history }, index): History => {
  const own = { identifiers: names[index] ?? new Map<string, string>(), tag: tagOf(index) };
  const renamed = (day: SourceDay): SourceDay => ({
    asOf: day.asOf,
    records: day.records.map((record) => renamedRecord(record, own)),
    erased: [],
    decisions: day.decisions.map((decision) => renamedDecision(decision, own)),
  });
  const [first, ...rest] = history;
  return [renamed(first), ...rest.map(renamed)];
});

describe.skipIf(ABSENT !== undefined).each(WAREHOUSES)("%s", (name) => {
  let standIn: StandIn;
  let warehouse: RemoteWarehouse;

  beforeAll(async () => {
    standIn = await startStandIn(name);
    warehouse = await standIn.connect();
  });
  afterAll(async () => {
    await warehouse.close();
    await standIn.stop();
  });

  test(`${histories.length} histories over ${DAYS} days`, { timeout: 7_200_000 }, async () => {
    const days = Array.from({ length: DAYS }, (_, day) =>
      histories.map((history) => history[day] ?? history[0]),
    );
    const filesOf = (day: readonly SourceDay[]) =>
      toDatedProject(
        config,
        day.flatMap(({ records }) => records),
        day.flatMap(({ decisions }) => decisions),
      ).files;
    const onDuckdb = folderOf({});
    const project = await warehouseCase(name, warehouse, "histories", config, filesOf(days[0] ?? []));
    const differences = async () =>
      differingRows(
        await publishedOnDuckdb(onDuckdb),
        await publishedRows((sql) => warehouse.execute(sql), project.place),
      );
    try {
      for (const [at, day] of days.entries()) {
        const files = filesOf(day);
        const asOf = new Date((day[0]?.asOf ?? 0) / 1000);
        await project.feed(files);
        await warehouse.execute(project.script(at === 0 ? "full" : "incremental", { asOf }));
        const answer = await answerOf((sql) => warehouse.execute(sql), project.place);
        const expected = day.map((each) => {
          const { records, decisions } = dayOf(config, each);
          return referenceAnswer(resolveReference(config, records, decisions));
        });
        const { identities: _ids, ...parts } = together(expected);
        expect(answer, `day ${at}`).toMatchObject(parts);

        onDuckdb.write(files);
        await onDuckdb.run({ asOf });
        expect(await differences(), `day ${at}`).toEqual({});
      }
      const place = { database: DATABASE.path, schema: DATABASE.schema };
      const query = (sql: string) => warehouse.execute(sql);
      const kinds = await expectExplainedAlike(onDuckdb, place, project, query, project.place);
      expect([...kinds].sort()).toEqual(["apart", "life", "together"]);
      const asOf = new Date((days.at(-1)?.[0]?.asOf ?? 0) / 1000);
      await warehouse.execute(project.script("rollback", { asOf, rollbackTo: 1 }));
      await onDuckdb.run({ asOf, rollbackTo: 1 });
      expect(await differences(), "rolled back").toEqual({});
    } finally {
      project.folder.remove();
      onDuckdb.remove();
    }
  });
});
