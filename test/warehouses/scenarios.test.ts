// The scenarios that were worked out by hand, as one script on each stand-in: DuckDB's answer, which is the reference's.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { referenceAnswer } from "../engine/answer.ts";
import { resolveReference } from "../reference/resolve.ts";
import { conformanceFolder, loadFolder, ownScenarios, POLICIES } from "../scenarios/load.ts";
import { warehouseAnswer } from "./scenarios.ts";
import { ABSENT, type StandIn, startStandIn, WAREHOUSES } from "./stand-in.ts";

/** A script takes minutes on a stand-in, so this runs only when it is asked for. */
const WANTED = process.env["IDWEAVE_SCENARIOS"] === "1";

if (ABSENT !== undefined) console.warn(ABSENT);
else if (!WANTED) console.warn("SKIPPED: the scenarios on stand-ins (IDWEAVE_SCENARIOS=1 runs them)");

const folder = conformanceFolder();
const SCENARIOS = [...(folder === undefined ? [] : loadFolder(folder)), ...ownScenarios()];

/** All policies of a scenario take three times as long; a sample takes one of each in turn. */
const ALL = process.env["IDWEAVE_ALL"] === "1";
const CASES = SCENARIOS.flatMap((scenario, index) =>
  POLICIES.filter((_, turn) => ALL || turn === index % POLICIES.length).map((policy) => ({
    name: `${scenario.name}, contested: ${policy}`,
    scenario,
    policy,
  })),
);

describe.skipIf(ABSENT !== undefined || !WANTED).each(WAREHOUSES)("%s", (name) => {
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

  test.each(CASES)("$name", async ({ scenario, policy }) => {
    const config = scenario.config[policy];
    const schema = `s${CASES.findIndex((each) => each.scenario === scenario && each.policy === policy)}`;
    const answer = await warehouseAnswer(
      name,
      warehouse,
      schema,
      config,
      scenario.records,
      scenario.decisions,
    );
    expect(answer).toEqual(referenceAnswer(resolveReference(config, scenario.records, scenario.decisions)));
  });
});
