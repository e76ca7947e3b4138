// PostgreSQL by its driver: every normaliser and function on the corpus.
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgres } from "../../src/dialect/postgres.ts";
import { compareParity } from "../../src/run/parity/index.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { jinjaFor } from "../macros/support.ts";
import { type Server, startPostgres } from "./postgres.ts";

let server: Server;
let warehouse: RemoteWarehouse;

beforeAll(async () => {
  server = await startPostgres();
  warehouse = await server.connect();
  for (const statement of postgres.statements.session) await warehouse.execute(statement);
});
afterAll(async () => {
  await warehouse.close();
  await server.stop();
});

test("computes what DuckDB computes", async () => {
  const { differences, probes, samples } = await compareParity({
    dialect: postgres,
    jinja: jinjaFor("postgres"),
    reference: jinjaFor("duckdb"),
    patterns: [],
    query: (sql) => warehouse.execute(sql),
  });
  expect(probes).toBeGreaterThan(30);
  expect(samples).toBeGreaterThan(120);
  // DuckDB's trim takes more than spaces; the normaliser of that name is alike everywhere.
  expect(differences.filter(({ probe }) => probe !== "function trim")).toEqual([]);
});
