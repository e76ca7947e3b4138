// The drivers against the stand-ins: scripts of several statements, values of every kind, errors, estimates.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RemoteWarehouse, StatementError } from "../../src/warehouse/remote.ts";
import { ABSENT, PLACES, type StandIn, startStandIn, WAREHOUSES } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

describe.skipIf(ABSENT !== undefined).each(WAREHOUSES)("%s", (name) => {
  let standIn: StandIn;
  let warehouse: RemoteWarehouse;
  const { schema } = PLACES[name];
  const text = name === "bigquery" ? "string" : "varchar";

  beforeAll(async () => {
    standIn = await startStandIn(name);
    warehouse = await standIn.connect();
  });
  afterAll(async () => {
    await warehouse.close();
    await standIn.stop();
  });

  test("a script gives the rows of its last query, and tells its id", async () => {
    const ids: string[] = [];
    const rows = await warehouse.execute(
      `create table ${schema}.t (a ${text}, b ${name === "bigquery" ? "int64" : "number(38)"});
insert into ${schema}.t values ('it', 1), (null, 9007199254740991);
select a, b from ${schema}.t order by b;`,
      ({ id }) => ids.push(id),
    );
    expect(rows).toEqual([
      { a: "it", b: 1 },
      { a: null, b: Number.MAX_SAFE_INTEGER },
    ]);
    if (name === "bigquery") expect(ids).toEqual([expect.stringMatching(/^idweave_[0-9a-f]{32}$/)]);
  });

  test("values of every kind", async () => {
    const zone = name === "bigquery" ? "timestamp" : "timestamp_ntz";
    const [row] = await warehouse.execute(
      `select cast('2024-01-31 12:00:00.250' as ${zone}) as at, cast('2024-02-29' as date) as day, true as yes,
        0.5 as half, cast(null as ${text}) as nothing, 9007199254740993 as big`,
    );
    const day = name === "bigquery" ? "2024-02-29" : expect.stringMatching(/^2024-02-29/);
    expect(row).toEqual({
      at: "2024-01-31 12:00:00.25",
      day,
      yes: true,
      half: expect.anything(),
      nothing: null,
      big: 9007199254740993n,
    });
    expect(Number(row?.["half"])).toBe(0.5);
  });

  test("an error is the warehouse's own, with the query", async () => {
    const failure = await warehouse
      .execute(`select nosuch from ${schema}.t`)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StatementError);
    expect(String(failure)).toMatch(/nosuch/i);
    if (name === "bigquery") expect((failure as StatementError).query?.id).toMatch(/^idweave_/);
  });

  test("it says what it is", async () => {
    expect(await warehouse.version()).toMatch(/^(BigQuery, project test|Snowflake .+)$/);
  });
});
