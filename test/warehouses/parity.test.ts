// Every normaliser and function, on the corpus: the stand-ins give what DuckDB gives. The stand-ins are DuckDB underneath, so
// this proves that the forms are accepted and mean the same after translation; docs/parity.md says what proves the rest.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dialectOf } from "../../src/dialect/index.ts";
import { compareParity } from "../../src/run/parity/index.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { jinjaFor } from "../macros/support.ts";
import { ABSENT, type StandIn, startStandIn, WAREHOUSES } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

/**
 * Where the stand-in of Snowflake is not like Snowflake: it ignores the second argument of TRIM (`trim('..x.', '.')` is `..x.`),
 * without one it also takes no-break spaces, and it cannot show times before the year 1.
 */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  bigquery: [],
  snowflake: [
    "function trim",
    "function before",
    "normaliser trim",
    "normaliser email",
    "normaliser email_canonical",
  ],
};

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

  test("computes what DuckDB computes", async () => {
    const { differences, probes, samples } = await compareParity({
      dialect: dialectOf(name),
      jinja: jinjaFor(name),
      reference: jinjaFor("duckdb"),
      patterns: [],
      query: (sql) => warehouse.execute(sql),
    });
    expect(probes).toBeGreaterThan(30);
    expect(samples).toBeGreaterThan(120);
    expect(differences.filter(({ probe }) => !KNOWN[name]?.includes(probe))).toEqual([]);
  });
});
