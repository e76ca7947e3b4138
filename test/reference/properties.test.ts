// What follows from resolution.md §3 ("What follows, each worth a property test"), held on the reference.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalResult, partitionOf } from "./compare.ts";
import { CONFIGS, type NamedConfig } from "./configs.ts";
import { type Graph, graphArbitrary, randomGraph, seededDraw } from "./graphs.ts";
import { groupBy } from "./group.ts";
import { Partition } from "./partition.ts";
import { resolveReference } from "./resolve.ts";
import type { LinkDecision, ReferenceConfig, ReferenceDecision, ReferenceResult } from "./types.ts";

const RUNS = 15;

/** Holds for a few dozen graphs of every configuration; fast-check prints the seed and shrinks a failure. */
function holds(
  name: string,
  check: (graph: Graph, config: NamedConfig, result: ReferenceResult) => void,
): void {
  describe(name, () => {
    test.each(CONFIGS)("$name", (config) => {
      fc.assert(
        fc.property(graphArbitrary(config), (graph) =>
          check(graph, config, resolveReference(config, graph.records, graph.decisions)),
        ),
        { numRuns: RUNS },
      );
    });
  });
}

function links(decisions: readonly ReferenceDecision[]): readonly LinkDecision[] {
  return decisions.filter((decision) => decision.decision !== "ignore_value");
}

function mustLinks(decisions: readonly ReferenceDecision[]): readonly LinkDecision[] {
  return links(decisions).filter((link) => link.decision === "must_link");
}

function cannotLinks(decisions: readonly ReferenceDecision[]): readonly LinkDecision[] {
  return links(decisions).filter((link) => link.decision === "cannot_link");
}

/** Records joined by links and by equal values, as a partition computed without the reference's rules. */
function joined(
  result: ReferenceResult,
  statuses: readonly string[],
  links: readonly LinkDecision[],
): Partition {
  const partition = new Partition([...result.labels.keys()]);
  const rows = result.values.filter((row) => statuses.includes(row.status));
  const groups = [...groupBy(rows, (row) => JSON.stringify([row.identifier, row.value])).values()];
  for (const group of [
    ...groups.map((each) => each.map((row) => row.record)),
    ...links.map(({ a, b }) => [a, b]),
  ]) {
    partition.join([...new Set(group.map((record) => partition.labelOf(record)))]);
  }
  return partition;
}

holds("every record is in the answer, under the smallest key of its identity", ({ records }, _, result) => {
  expect([...result.labels.keys()].sort()).toEqual(records.map((record) => record.key).sort());
  for (const identity of partitionOf(result.labels)) {
    for (const record of identity) expect(result.labels.get(record)).toBe(identity[0]);
  }
});

holds("no identity holds more than N kept classes", (_, config, result) => {
  for (const { identifier, classes } of result.keptCounts) {
    const limit =
      config.identifiers.find((each) => each.name === identifier)?.limit ?? Number.POSITIVE_INFINITY;
    expect(classes).toBeLessThanOrEqual(limit);
  }
});

holds("without must-links no identity has more than N active values", (graph, config) => {
  const decisions = graph.decisions.filter((decision) => decision.decision !== "must_link");
  const result = resolveReference(config, graph.records, decisions);
  const active = result.values.filter((row) => row.status === "active");
  for (const { name, limit } of config.identifiers) {
    const ofIdentifier = active.filter((row) => row.identifier === name);
    for (const held of groupBy(ofIdentifier, (row) => result.labels.get(row.record)).values()) {
      expect(new Set(held.map((row) => row.value)).size).toBeLessThanOrEqual(
        limit ?? Number.POSITIVE_INFINITY,
      );
    }
  }
});

holds("with no limits, caps or decisions the result is plain components", (graph, config) => {
  const free: ReferenceConfig = {
    identifiers: config.identifiers.map(({ name, priority, contested }) => ({ name, priority, contested })),
  };
  const result = resolveReference(free, graph.records, []);
  expect(partitionOf(result.labels)).toEqual(partitionOf(result.components));
  expect(partitionOf(result.labels)).toEqual(partitionOf(joined(result, ["active"], []).toMap()));
  expect(result.blocked).toEqual([]);
});

holds("no identity reaches beyond its plain component", (_, __, result) => {
  for (const [record, label] of result.labels) {
    expect(result.components.get(record)).toBe(result.components.get(label));
  }
});

holds("a plain component that breaks nothing is one identity", (graph, config, result) => {
  const apart = cannotLinks(graph.decisions);
  for (const component of partitionOf(result.components)) {
    const inside = new Set(component);
    const matching = result.values.filter(
      (row) => inside.has(row.record) && (row.kept || row.status === "over_limit"),
    );
    const breaks =
      apart.some(({ a, b }) => inside.has(a) && inside.has(b)) ||
      config.identifiers.some(({ name, limit }) => {
        const values = new Set(matching.filter((row) => row.identifier === name).map((row) => row.value));
        return limit !== undefined && values.size > limit;
      });
    if (!breaks) expect(new Set(component.map((record) => result.labels.get(record))).size).toBe(1);
  }
});

holds("the active values and the must-links of an identity connect its records", (graph, _, result) => {
  const inside = mustLinks(graph.decisions).filter(
    ({ a, b }) => result.labels.get(a) === result.labels.get(b),
  );
  expect(partitionOf(joined(result, ["active"], inside).toMap())).toEqual(partitionOf(result.labels));
});

holds("a value is active in at most one identity", (_, __, result) => {
  const active = result.values.filter((row) => row.status === "active");
  for (const rows of groupBy(active, (row) => JSON.stringify([row.identifier, row.value])).values()) {
    expect(new Set(rows.map((row) => result.labels.get(row.record))).size).toBe(1);
  }
});

holds("cannot-links hold, and exactly the must-links across identities are refused", (graph, _, result) => {
  for (const { a, b } of cannotLinks(graph.decisions))
    expect(result.labels.get(a)).not.toBe(result.labels.get(b));
  const across = mustLinks(graph.decisions).filter(
    ({ a, b }) => result.labels.get(a) !== result.labels.get(b),
  );
  expect([...result.refusedMustLinks].sort()).toEqual(across.map(({ id }) => id).sort());
});

holds(
  "blocked rows name two sides, a value of the side, and a limit that stands",
  (graph, config, result) => {
    for (const row of result.blocked) {
      expect(result.labels.get(row.identity)).toBe(row.identity);
      expect(row.owner).not.toBe(row.identity);
      if (row.owner === null) {
        const sides = result.blocked.filter(
          (each) => each.identifier === row.identifier && each.value === row.value && each.owner === null,
        );
        expect(sides.length).toBeGreaterThanOrEqual(2);
      }
      if (row.identifier !== "must_link") {
        const contested = result.values.filter(
          (each) =>
            each.identifier === row.identifier && each.value === row.value && each.status === "contested",
        );
        expect(contested.map((each) => result.labels.get(each.record))).toContain(row.identity);
      }
      const identifier = config.identifiers.find((each) => each.name === row.blockedBy);
      const decision = cannotLinks(graph.decisions).find((each) => each.id === row.blockedBy);
      expect(row.limit).toBe(decision === undefined ? identifier?.limit : 1);
    }
  },
);

holds("shuffling the input changes nothing", (graph, config, result) => {
  const draw = seededDraw(graph.records.length);
  const shuffled = <Item>(items: readonly Item[]): readonly Item[] =>
    items
      .map((item) => ({ item, at: draw(0, 1_000_000) }))
      .sort((one, other) => one.at - other.at)
      .map(({ item }) => item);
  const records = shuffled(graph.records).map((record) => ({
    ...record,
    values: Object.fromEntries(
      Object.entries(record.values).map(([name, values]) => [name, shuffled(values)]),
    ),
  }));
  const again = resolveReference(
    { identifiers: shuffled(config.identifiers) },
    records,
    shuffled(graph.decisions),
  );
  expect(canonicalResult(again)).toEqual(canonicalResult(result));
});

holds("renaming identifiers changes no partition", (graph, config, result) => {
  const renamed = (name: string) => [...name].reverse().join("");
  const again = resolveReference(
    { identifiers: config.identifiers.map((each) => ({ ...each, name: renamed(each.name) })) },
    graph.records.map((record) => ({
      ...record,
      values: Object.fromEntries(
        Object.entries(record.values).map(([name, values]) => [renamed(name), values]),
      ),
    })),
    graph.decisions.map((decision) =>
      decision.decision === "ignore_value"
        ? { ...decision, identifier: renamed(decision.identifier) }
        : decision,
    ),
  );
  expect(partitionOf(again.labels)).toEqual(partitionOf(result.labels));
});

describe("graphs of one batch", () => {
  test.each(CONFIGS)("$name: resolved together they resolve as alone", (config) => {
    const graphs = Array.from({ length: 20 }, (_, seed) => randomGraph(config, seed, `g${seed}:`));
    const together = resolveReference(
      config,
      graphs.flatMap((graph) => graph.records),
      graphs.flatMap((graph) => graph.decisions),
    );
    const alone = graphs.map((graph) => resolveReference(config, graph.records, graph.decisions));
    expect(partitionOf(together.labels)).toEqual(
      partitionOf(new Map(alone.flatMap((result) => [...result.labels]))),
    );
    expect(together.blocked.length).toBe(alone.reduce((sum, result) => sum + result.blocked.length, 0));
  });
});
