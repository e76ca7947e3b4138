// The engine against cases worked out by hand: the project's own scenarios and the shared conformance cases.
import { describe, expect, test } from "vitest";
import { blockedPairs, canonicalPartition } from "../reference/compare.ts";
import { resolveReference } from "../reference/resolve.ts";
import {
  CONFORMANCE_ABSENT,
  conformanceFolder,
  loadFolder,
  ownScenarios,
  POLICIES,
  type Scenario,
} from "../scenarios/load.ts";
import { engineAnswer, referenceAnswer } from "./answer.ts";

function passes(scenario: Scenario): void {
  test.concurrent.each(POLICIES)(`${scenario.name}, contested: %s`, async (policy) => {
    const config = scenario.config[policy];
    const answer = await engineAnswer(config, scenario.records, scenario.decisions);
    expect(answer.partition).toEqual(canonicalPartition(scenario.expected[policy]));
    const blocked = answer.blocked.map((line) => JSON.parse(line) as { identifier: string; value: string });
    const pairs = scenario.blocked[policy].map(([identifier, value]) => ({ identifier, value }));
    expect(blockedPairs(blocked)).toEqual(blockedPairs(pairs));
    expect(answer).toEqual(referenceAnswer(resolveReference(config, scenario.records, scenario.decisions)));
  });
}

describe("the engine passes our scenarios", () => {
  for (const scenario of ownScenarios()) passes(scenario);
});

const folder = conformanceFolder();
if (folder === undefined) console.warn(CONFORMANCE_ABSENT);

describe.skipIf(folder === undefined)("the engine passes the shared conformance cases", () => {
  const cases = folder === undefined ? [] : loadFolder(folder);
  for (const scenario of cases) passes(scenario);
  test("there are cases", () => expect(cases.length).toBeGreaterThan(0));
});
