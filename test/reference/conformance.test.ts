// The reference against cases worked out by hand: the project's own scenarios and the shared conformance cases.
import { describe, expect, test } from "vitest";
import {
  CONFORMANCE_ABSENT,
  conformanceFolder,
  loadFolder,
  ownScenarios,
  POLICIES,
  type Scenario,
} from "../scenarios/load.ts";
import { blockedPairs, canonicalPartition, partitionOf, sortedLines } from "./compare.ts";
import { resolveReference } from "./resolve.ts";

function passes(scenario: Scenario): void {
  describe(scenario.name, () => {
    test.each(POLICIES)("contested: %s", (policy) => {
      const result = resolveReference(scenario.config[policy], scenario.records, scenario.decisions);

      expect(partitionOf(result.labels)).toEqual(canonicalPartition(scenario.expected[policy]));
      const pairs = scenario.blocked[policy].map(([identifier, value]) => ({ identifier, value }));
      expect(blockedPairs(result.blocked)).toEqual(blockedPairs(pairs));
      if (scenario.rows !== undefined) {
        const labelOf = (record: string) => result.labels.get(record) ?? `no record ${record}`;
        const rows = scenario.rows[policy].map((row) => ({
          ...row,
          identity: labelOf(row.identity),
          owner: row.owner === null ? null : labelOf(row.owner),
        }));
        expect(sortedLines(result.blocked)).toEqual(sortedLines(rows));
      }
    });
  });
}

describe("the reference passes our scenarios", () => {
  for (const scenario of ownScenarios()) passes(scenario);
});

const folder = conformanceFolder();
if (folder === undefined) console.warn(CONFORMANCE_ABSENT);

describe.skipIf(folder === undefined)("the reference passes the shared conformance cases", () => {
  const cases = folder === undefined ? [] : loadFolder(folder);
  for (const scenario of cases) passes(scenario);
  test("there are cases", () => expect(cases.length).toBeGreaterThan(0));
});
