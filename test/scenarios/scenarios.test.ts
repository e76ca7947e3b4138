// The tools of this folder: scenario files are read strictly, and a written project says what it was made from.

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { randomGraph } from "../reference/graphs.ts";
import type { ReferenceConfig, ReferenceDecision } from "../reference/types.ts";
import { ownScenarios, POLICIES } from "./load.ts";
import { toProject } from "./project.ts";

const CONFIG: ReferenceConfig = {
  identifiers: [
    { name: "user_id", priority: 1, limit: 1, contested: "first" },
    { name: "no", priority: 20, maxRecords: 3, contested: "nobody" },
  ],
};

describe("scenario files", () => {
  test.each(ownScenarios())(
    "$name tells its story, and places every record once under every policy",
    (scenario) => {
      expect(scenario.title.length).toBeGreaterThan(20);
      const keys = scenario.records.map((record) => record.key).sort();
      expect(new Set(keys).size).toBe(keys.length);
      for (const policy of POLICIES) expect(scenario.expected[policy].flat().sort()).toEqual(keys);
    },
  );
});

describe("toProject", () => {
  test("identity.yml holds the configuration, whatever YAML makes of a name", () => {
    const { files } = toProject(CONFIG, [], []);
    expect(Object.keys(files)).toEqual(["identity.yml", "records.ndjson"]);
    expect(parse(files["identity.yml"] ?? "")).toMatchObject({
      version: 1,
      models: { m: { file: "records.ndjson", identifiers: { user_id: "user_id", no: "no" } } },
      identifiers: {
        user_id: { priority: 1, limit: 1, contested: "first" },
        no: { priority: 20, max_records: 3, contested: "nobody" },
      },
    });
  });

  test("records.ndjson has one line per record, times to the microsecond, arrays or null", () => {
    const { files } = toProject(
      CONFIG,
      [
        { key: 'm:a "b"\n|c', observedAt: 1_767_225_600_000_002, values: { user_id: ["😀", "it's"] } },
        { key: "m:before 1970", observedAt: -1, values: { no: ["x"] } },
        { key: "m:m:z", observedAt: null, values: {} },
      ],
      [],
    );
    const lines = (files["records.ndjson"] ?? "").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { key: 'a "b"\n|c', observed_at: "2026-01-01T00:00:00.000002Z", user_id: ["😀", "it's"], no: null },
      { key: "before 1970", observed_at: "1969-12-31T23:59:59.999999Z", user_id: null, no: ["x"] },
      { key: "m:z", observed_at: null, user_id: null, no: null },
    ]);
  });

  test("decisions.csv quotes what it holds and keeps record keys whole", () => {
    const decisions: readonly ReferenceDecision[] = [
      { id: 'd"1', decision: "must_link", a: "m:x,y", b: "m:two\nlines", decidedAt: 1_767_225_600_500_000 },
      { id: "d2", decision: "ignore_value", identifier: "no", value: "a ", decidedAt: null },
    ];
    expect(toProject(CONFIG, [], decisions).files["decisions.csv"]).toBe(
      [
        "id,decision,a,b,identifier,value,decided_at",
        '"d""1","must_link","m:x,y","m:two\nlines",,,"2026-01-01T00:00:00.500000Z"',
        '"d2","ignore_value",,,"no","a ",',
        "",
      ].join("\n"),
    );
  });

  test("a key of another model is refused", () => {
    expect(() => toProject(CONFIG, [{ key: "crm:1", observedAt: null, values: {} }], [])).toThrow("crm:1");
  });

  test("a random graph can be written", () => {
    const graph = randomGraph(CONFIG, 1, "g1:");
    const { files } = toProject(CONFIG, graph.records, graph.decisions);
    expect((files["records.ndjson"] ?? "").trimEnd().split("\n").length).toBe(graph.records.length);
  });
});
