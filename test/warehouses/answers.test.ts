// Scenarios and random graphs, many in one script: each stand-in gives the reference's answer, and DuckDB's relations row by row.
// A fixed sample, the conformance cases under one policy and graphs of three configurations; `npm run test:warehouses -- --all`
// takes all. IDWEAVE_SEED is the seed of the first graph.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { answerOf, referenceAnswer, together } from "../engine/answer.ts";
import { folderOf } from "../engine/run-project.ts";
import { CONFIGS } from "../reference/configs.ts";
import { randomGraph } from "../reference/graphs.ts";
import { resolveReference } from "../reference/resolve.ts";
import { conformanceFolder, loadFolder, MODEL, ownScenarios, POLICIES } from "../scenarios/load.ts";
import { toProject } from "../scenarios/project.ts";
import { differingRows, publishedOnDuckdb, publishedRows } from "./relations.ts";
import { warehouseCase } from "./scenarios.ts";
import { type Case, type Group, groupsOf } from "./side-by-side.ts";
import { ABSENT, type StandIn, startStandIn, WAREHOUSES } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

const ALL = process.env["IDWEAVE_ALL"] === "1";
const SEED = Number(process.env["IDWEAVE_SEED"] ?? 1);
/** A phase of a script takes about twenty statements, so more identifiers in a script cost less than more scripts. */
const MOST_IDENTIFIERS = 16;
const GRAPHS_PER_CONFIG = 14;
/** One of each policy, with limits and `max_records`. */
const SAMPLED_CONFIGS = ["login-last", "shop", "caps-only"];

const folder = conformanceFolder();
const conformance = folder === undefined ? [] : loadFolder(folder);
const scenarios: readonly Case[] = POLICIES.flatMap((policy) =>
  [...conformance, ...(ALL ? ownScenarios() : [])].map(({ name, config, records, decisions }) => ({
    name: `${name}, ${policy}`,
    config: config[policy],
    records,
    decisions,
  })),
);
const sampledScenarios = scenarios.slice(0, conformance.length);

const graphs: readonly Case[] = CONFIGS.filter(({ name }) => ALL || SAMPLED_CONFIGS.includes(name)).flatMap(
  (config) =>
    Array.from({ length: GRAPHS_PER_CONFIG }, (_, index) => ({
      name: `${config.name}, graph ${SEED + index}`,
      config,
      ...randomGraph(config, SEED + index, ""),
    })),
);

const groups = [
  ...groupsOf(ALL ? scenarios : sampledScenarios, MOST_IDENTIFIERS).map((group) => ({
    kind: "scenarios",
    group,
  })),
  ...groupsOf(graphs, MOST_IDENTIFIERS).map((group) => ({ kind: "random graphs", group })),
].map(({ kind, group }, index) => ({ kind, group, index, count: group.cases.length }));

console.info(
  groups.map(
    ({ kind, group, count }) => `${kind}: ${count} cases, ${group.config.identifiers.length} identifiers`,
  ),
);

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

  test.each(groups)(
    "script $index: $count cases of $kind",
    { timeout: 3_600_000 },
    async ({ group, index }) => {
      const { config, records, decisions, expected } = wholeOf(group);
      const { files } = toProject(config, records, decisions);
      const project = await warehouseCase(name, warehouse, `g${index}`, config, files);
      const onDuckdb = folderOf(files);
      try {
        await project.feed(files);
        await warehouse.execute(project.script("full"));
        expect(await answerOf((sql) => warehouse.execute(sql), project.place)).toEqual(expected);

        await onDuckdb.run();
        const ours = await publishedOnDuckdb(onDuckdb);
        const theirs = await publishedRows((sql) => warehouse.execute(sql), project.place);
        expect(differingRows(ours, theirs)).toEqual({});
      } finally {
        project.folder.remove();
        onDuckdb.remove();
      }
    },
  );
});

function wholeOf({ config, cases }: Group) {
  return {
    config,
    records: cases.flatMap(({ records }) => records),
    decisions: cases.flatMap(({ decisions }) => decisions),
    expected: together(
      cases.map(({ records, decisions }) => referenceAnswer(resolveReference(config, records, decisions))),
    ),
  };
}

test.skipIf(folder === undefined)("side by side, a scenario comes to what is written in its file", () => {
  expect(conformance.length).toBeGreaterThan(0);
  for (const [turn, policy] of POLICIES.entries()) {
    const own = scenarios.slice(turn * (scenarios.length / 3)).slice(0, conformance.length);
    for (const group of groupsOf(own, Number.POSITIVE_INFINITY)) {
      for (const [index, { name, records, decisions }] of group.cases.entries()) {
        const found = referenceAnswer(resolveReference(group.config, records, decisions)).partition;
        const written = (conformance[index]?.expected[policy] ?? []).map((keys) => [...keys].sort());
        const untagged = found.map((keys) =>
          keys.map((key) => `${MODEL}:${key.slice(MODEL.length + 8)}`).sort(),
        );
        expect(untagged.sort(), name).toEqual(written.sort());
      }
    }
  }
});
