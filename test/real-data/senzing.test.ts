// The truth set of Senzing: pairwise precision and recall of what exact identifiers alone can find. Its authors count on
// fuzzy names and addresses, which issue A does not have.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { groupBy } from "../reference/group.ts";
import { absent, copyOf, dataFolder } from "./project.ts";

const data = dataFolder("senzing");
if (data === undefined) console.warn(absent("senzing"));

type Pairs = ReadonlySet<string>;

function pairsOf(groups: Iterable<readonly string[]>): Pairs {
  const pairs = new Set<string>();
  for (const group of groups) {
    for (const one of group) for (const other of group) if (one < other) pairs.add(`${one} ${other}`);
  }
  return pairs;
}

/** `CUSTOMERS,1001` is the record `customers:1001`. */
function truthOf(folder: string): Pairs {
  const [, ...lines] = readFileSync(join(folder, "actual_truthset_key.csv"), "utf8").trim().split(/\r?\n/);
  const rows = lines.map((line) => line.split(","));
  const groups = groupBy(rows, (row) => row[1] ?? "");
  return pairsOf(
    [...groups.values()].map((group) => group.map(([, , source, id]) => `${source?.toLowerCase()}:${id}`)),
  );
}

describe.skipIf(data === undefined)("senzing", () => {
  test("precision and recall of pairs", async () => {
    const folder = copyOf("senzing");
    const { records, identities } = await folder.run({ env: { SENZING: data } });
    const rows = await folder.query(
      "select record_key, identity_id from identity.identity_records",
      "party.duckdb",
    );
    const golden = await folder.query(
      "select count(*)::int as n from identity.golden_records",
      "party.duckdb",
    );
    folder.remove();
    const groups = groupBy(rows, (row) => String(row["identity_id"]));
    const found = pairsOf([...groups.values()].map((group) => group.map((row) => String(row["record_key"]))));
    const truth = truthOf(data ?? "");
    const right = [...found].filter((pair) => truth.has(pair)).length;
    const precision = right / found.size;
    const recall = right / truth.size;
    console.info(
      `senzing: ${records} records, ${identities} identities (85 in truth), ${found.size} pairs of ${truth.size}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`,
    );
    expect(records).toBe(159);
    expect(golden).toEqual([{ n: identities }]);
    // Reached: .977 and .398; what is missed needs fuzzy names and addresses.
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.38);
  });
});
