// What `idweave profile --write` makes of the worked example: `check` passes, and no precision is lost.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { ensureBuilt, projectOf } from "../cli/support.ts";
import { AS_IT_IS, exampleOf, UNCLEANED } from "./profiled.ts";
import { limitsWorth, parseCsv, text } from "./sample.ts";

beforeAll(ensureBuilt, 180_000);

const people = new Map(
  parseCsv(text("data/truth.csv.gz")).map((row) => [row["record_key"], row["person_id"]]),
);

async function scoreOf(folder: string) {
  const warehouse = await openDuckdb({ path: join(folder, "customer.duckdb") });
  try {
    const rows = await warehouse.query("select record_key, identity_id from identity.identity_records");
    const { score } = await limitsWorth();
    return score(
      rows.map((row) => ({
        identity: String(row["identity_id"]),
        person: people.get(String(row["record_key"])) ?? "",
      })),
    );
  } finally {
    warehouse.close();
  }
}

describe.each([
  ["as it is", AS_IT_IS],
  ["without ignore and max_records", UNCLEANED],
])("the worked example %s", (_, identityYml) => {
  const example = exampleOf(identityYml);
  const shell = projectOf();
  afterAll(() => {
    example.remove();
    shell.remove();
  });
  const idweave = (words: string) => shell.idweave(`${words} --project ${example.path}`);

  test("precision does not fall", { timeout: 600_000 }, async () => {
    expect((await idweave("run --quiet")).code).toBe(0);
    const before = await scoreOf(example.path);
    expect((await idweave("profile --write --quiet")).code).toBe(0);
    const checked = await idweave("check");
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining("no problems")]);
    expect((await idweave("run --quiet")).code).toBe(0);
    const after = await scoreOf(example.path);
    expect(after.precision).toBeGreaterThanOrEqual(before.precision);
    expect((await idweave("profile --write --quiet")).stdout).toContain("nothing to add");
    process.stdout.write(
      `  precision ${before.precision.toFixed(4)} → ${after.precision.toFixed(4)}, recall ${before.recall.toFixed(4)} → ${after.recall.toFixed(4)}\n`,
    );
  });
});
