// PostgreSQL by its driver: every normaliser and function on the corpus.
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgres } from "../../src/dialect/postgres.ts";
import { compareParity } from "../../src/run/parity/index.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { answerOf, referenceAnswer } from "../engine/answer.ts";
import { jinjaFor } from "../macros/support.ts";
import { resolveReference } from "../reference/resolve.ts";
import { conformanceFolder, loadFolder, ownScenarios, POLICIES } from "../scenarios/load.ts";
import { toProject } from "../scenarios/project.ts";
import { type Server, startPostgres } from "./postgres.ts";
import { warehouseCase } from "./scenarios.ts";

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
  expect(differences).toEqual([]);
});

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

test.each(CASES.map((each) => [each.name, each] as const))("%s", async (_, { scenario, policy }) => {
  const config = scenario.config[policy];
  const { records, decisions } = scenario;
  const { files } = toProject(config, records, decisions);
  const project = await warehouseCase("postgres", warehouse, "scenario", config, files);
  try {
    await project.feed(files);
    await warehouse.execute(project.script("full"));
    const answer = await answerOf((sql) => warehouse.execute(sql), project.place);
    expect(answer).toEqual(referenceAnswer(resolveReference(config, records, decisions)));
  } finally {
    project.folder.remove();
  }
  await warehouse.execute("drop schema scenario cascade");
});
