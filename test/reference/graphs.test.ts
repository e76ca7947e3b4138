// The random graphs: reproducible, disjoint by prefix, varied enough, and reducible to what matters.
import { describe, expect, test } from "vitest";
import { CONFIGS } from "./configs.ts";
import { minimise, randomGraph } from "./graphs.ts";
import { resolveReference } from "./resolve.ts";

describe("random graphs", () => {
  test("a seed gives the same graph, another seed another", () => {
    const [config] = CONFIGS;
    expect(randomGraph(config, 7, "g7:")).toEqual(randomGraph(config, 7, "g7:"));
    expect(randomGraph(config, 8, "g7:")).not.toEqual(randomGraph(config, 7, "g7:"));
  });

  test.each(CONFIGS)(
    "$name: keys are unique, links name two records, all text begins with the prefix",
    (config) => {
      for (let seed = 0; seed < 200; seed += 1) {
        const { records, decisions } = randomGraph(config, seed, "g:");
        const keys = new Set(records.map((record) => record.key));
        expect(keys.size).toBe(records.length);
        for (const key of keys) expect(key.startsWith("m:g:")).toBe(true);
        for (const value of records.flatMap((record) => Object.values(record.values).flat())) {
          expect(value.startsWith("g:")).toBe(true);
        }
        expect(new Set(decisions.map((decision) => decision.id)).size).toBe(decisions.length);
        for (const decision of decisions) {
          expect(decision.id.startsWith("g:")).toBe(true);
          if (decision.decision === "ignore_value") continue;
          expect(keys.has(decision.a) && keys.has(decision.b) && decision.a !== decision.b).toBe(true);
        }
      }
    },
  );

  test("every kind of outcome turns up among a few hundred", () => {
    const seen = new Set<string>();
    for (const config of CONFIGS) {
      for (let seed = 0; seed < 40; seed += 1) {
        const { records, decisions } = randomGraph(config, seed, "g:");
        const result = resolveReference(config, records, decisions);
        for (const { status, kept } of result.values) seen.add(`${status}${kept ? ", kept" : ""}`);
        for (const { owner } of result.blocked)
          seen.add(owner === null ? "blocked, nobody" : "blocked, owner");
        if (result.refusedMustLinks.length > 0) seen.add("refused must-link");
        if (records.length > 14) seen.add("large");
        for (const { decision, decidedAt } of decisions) seen.add(decidedAt === null ? "undated" : decision);
      }
    }
    expect([...seen].sort()).toEqual([
      "active, kept",
      "blocked, nobody",
      "blocked, owner",
      "cannot_link",
      "contested",
      "contested, kept",
      "ignore_value",
      "large",
      "must_link",
      "over_limit",
      "refused must-link",
      "shared",
      "undated",
    ]);
  });

  test("minimise keeps what makes it fail, and nothing else", async () => {
    const [config] = CONFIGS;
    const seed = Array.from({ length: 100 }, (_, at) => at).find(
      (at) => randomGraph(config, at, "g:").decisions.length > 1,
    );
    const graph = randomGraph(config, seed ?? 0, "g:");
    const smallest = await minimise(graph, ({ decisions }) => decisions.length > 0);
    expect(smallest.decisions.length).toBe(1);
    expect(smallest.records.flatMap((record) => Object.values(record.values).flat())).toEqual([]);
    const [decision] = smallest.decisions;
    expect(smallest.records.length).toBe(decision?.decision === "ignore_value" ? 0 : 2);
  });
});
