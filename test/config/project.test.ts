// What a right identity.yml means: every key once, the defaults, anchors, and places.
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import schema from "../../src/config/identity.schema.json" with { type: "json" };
import { checkNormalizers, readProject } from "../../src/config/index.ts";
import { parse } from "../../src/config/parse.ts";
import type { Project } from "../../src/config/project.ts";
import { plainValue } from "../../src/config/source.ts";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { project } from "./say.ts";

const full = readFileSync(new URL("fixtures/full.yml", import.meta.url), "utf8");

function right(text: string): Project {
  const { value, diagnostics } = readProject(text, "identity.yml");
  if (value === undefined) throw new Error(formatDiagnostics(diagnostics, "text"));
  expect(diagnostics).toEqual([]);
  return value;
}

test("a project with every key", () => {
  const { places: _, ...plain } = right(full);
  expect(plain).toMatchSnapshot();
});

test("the fixture uses every key of the schema", () => {
  const used = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, each] of Object.entries(value)) {
      used.add(key);
      collect(each);
    }
  };
  collect(
    plainValue(parse(full, "f").value?.root ?? { kind: "list", items: [], range: { start: 0, end: 0 } }),
  );
  const declared = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    for (const [key, each] of Object.entries(part)) {
      if (key === "properties") for (const name of Object.keys(each)) declared.add(name);
      visit(each);
    }
  };
  visit(schema);
  expect([...declared].filter((key) => !used.has(key))).toEqual([]);
  expect(declared.size).toBeGreaterThan(35);
});

test("every key of the schema has a sentence, and nothing undeclared is accepted anywhere", () => {
  const without: string[] = [];
  const open: string[] = [];
  const visit = (part: object, path: string): void => {
    for (const [key, each] of Object.entries(part)) {
      // The condition of a branch describes nothing.
      if (["examples", "defaultSnippets", "propertyNames", "if"].includes(key)) continue;
      if (key === "properties") {
        for (const [name, schemaOfKey] of Object.entries<Record<string, unknown>>(each)) {
          const described =
            typeof schemaOfKey["description"] === "string" && /\.$/.test(schemaOfKey["description"]);
          const isBlock = "properties" in schemaOfKey || typeof schemaOfKey["default"] === "string";
          if (!described || !("examples" in schemaOfKey || isBlock)) without.push(`${path}.${name}`);
        }
      }
      if (typeof each === "object" && each !== null) visit(each, `${path}.${key}`);
    }
    // Of what has branches, the branches say which keys there are.
    if ("properties" in part && !("additionalProperties" in part || "allOf" in part)) open.push(path);
  };
  visit(schema, "");
  expect({ without, open }).toEqual({ without: [], open: [] });
});

test("the schema is draft-07, its examples and defaults are right", () => {
  const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false });
  ajv.addVocabulary(["defaultSnippets", "patternErrorMessage"]);
  expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  expect(ajv.validateSchema(schema)).toBe(true);
  const wrong: unknown[] = [];
  let checked = 0;
  const visit = (part: object): void => {
    if ("description" in part) {
      const samples = [
        ...("examples" in part && Array.isArray(part.examples) ? part.examples : []),
        ...("default" in part ? [part.default] : []),
      ];
      for (const sample of samples) {
        checked += 1;
        if (ajv.validate(part, sample) !== true) wrong.push(sample);
      }
    }
    for (const [key, each] of Object.entries(part)) {
      if (key !== "examples" && key !== "defaultSnippets" && typeof each === "object" && each !== null)
        visit(each);
    }
  };
  visit(schema);
  expect(wrong).toEqual([]);
  expect(checked).toBeGreaterThan(40);
});

describe("defaults", () => {
  test("of a project with the least that is needed", () => {
    const { places: _, ...plain } = right(
      project({ models: "  crm: { sql: a.sql, key: id, identifiers: { email: email } }" }),
    );
    expect(plain).toMatchInlineSnapshot(`
      {
        "alerts": [
          {
            "conditions": [
              {
                "bound": 1000,
                "kind": "above",
              },
            ],
            "dimension": undefined,
            "metric": "largest_identity",
            "on": "fail",
            "path": undefined,
          },
          {
            "conditions": [
              {
                "by": 20,
                "kind": "falls_by",
                "unit": "percent",
              },
            ],
            "dimension": undefined,
            "metric": "match_rate",
            "on": "warn",
            "path": undefined,
          },
          {
            "conditions": [
              {
                "bound": 0.01,
                "kind": "above",
              },
              {
                "by": 100,
                "kind": "rises_by",
                "unit": "percent",
              },
            ],
            "dimension": undefined,
            "metric": "record_reject_rate",
            "on": "warn",
            "path": undefined,
          },
          {
            "conditions": [
              {
                "bound": 0.01,
                "kind": "above",
              },
              {
                "by": 100,
                "kind": "rises_by",
                "unit": "percent",
              },
            ],
            "dimension": undefined,
            "metric": "value_reject_rate",
            "on": "warn",
            "path": undefined,
          },
        ],
        "confidence": {
          "attributes": [],
          "weights": {
            "agreement": 2,
            "breadth": 1,
            "corroboration": 3,
            "pressure": 2,
          },
        },
        "dbtManifest": "target/manifest.json",
        "decisions": undefined,
        "defaultCountry": undefined,
        "entity": "customer",
        "file": "identity.yml",
        "forget": undefined,
        "golden": {
          "attributes": [],
          "groups": [],
          "modelOrder": [
            "crm",
          ],
        },
        "identifiers": [
          {
            "contested": "nobody",
            "ignore": [],
            "limit": 3,
            "maxRecords": undefined,
            "name": "email",
            "normalize": [],
            "priority": 1,
            "valid": undefined,
          },
        ],
        "importedIds": undefined,
        "keepRuns": 5,
        "lockTimeoutSeconds": 3600,
        "models": [
          {
            "attributes": [],
            "changes": {
              "kind": "scan",
            },
            "erased": undefined,
            "identifiers": [
              {
                "columns": [
                  "email",
                ],
                "country": undefined,
                "identifier": "email",
                "kind": "columns",
              },
            ],
            "key": [
              "id",
            ],
            "name": "crm",
            "observedAt": undefined,
            "onDuplicateKey": "error",
            "reject": [],
            "source": {
              "kind": "sql",
              "path": "a.sql",
            },
          },
        ],
        "prefix": "",
        "targets": [
          {
            "kind": "file",
            "memoryLimit": undefined,
            "name": "dev",
            "path": "customer.duckdb",
            "schema": "identity",
            "threads": undefined,
            "type": "duckdb",
          },
        ],
        "vars": {},
      }
    `);
  });

  test("models that are not ranked follow in the order of the file", () => {
    const models = ["a", "b", "c"].map(
      (name) => `  ${name}: { file: a.csv, key: id, identifiers: { email: e } }`,
    );
    const ranked = right(
      project({ models: models.join("\n"), more: "golden_record: { model_order: [c, a] }" }),
    );
    expect(ranked.golden.modelOrder).toEqual(["c", "a", "b"]);
  });

  test.each([
    ["1h", 3600],
    ["30s", 30],
    ["5m", 300],
    ["2d", 172_800],
  ])("lock_timeout %s", (duration, seconds) => {
    expect(right(project({ more: `runs: { lock_timeout: ${duration} }` })).lockTimeoutSeconds).toBe(seconds);
  });

  test("decisions in a table", () => {
    const table = 'db.raw."My ""odd"" table"';
    const read = right(project({ more: `decisions: { table: '${table}' }` }));
    expect(read.decisions).toEqual({ kind: "table", table });
  });
});

describe("names that JavaScript knows", () => {
  test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
    "%s is a name like any other",
    (name) => {
      const read = right(
        project({
          models: `  ${name}: { file: a.csv, key: id, identifiers: { ${name}: c } }`,
          identifiers: `  ${name}: { priority: 1 }`,
          more: `vars: { ${name}: 1 }`,
        }),
      );
      expect([read.models[0]?.name, read.identifiers[0]?.name]).toEqual([name, name]);
      expect(Object.entries(read.vars)).toEqual([[name, 1]]);
    },
  );
});

describe("text as it comes", () => {
  test("a byte order mark and CRLF change nothing", () => {
    const { places: _a, ...plain } = right(full);
    const { places: _b, ...dos } = right(`\ufeff${full.replaceAll("\n", "\r\n")}`);
    expect(dos).toEqual(plain);
  });

  test("anchors, aliases and merge keys; what is written beats what is merged", () => {
    const models = `  crm: &crm { file: a.csv, key: id, identifiers: { email: mail } }
  shop: { <<: *crm, file: b.csv }
  web: { <<: [{ key: nr }, *crm] }`;
    const read = right(project({ models }));
    expect(read.models.map(({ source, key }) => [source, key])).toEqual([
      [{ kind: "file", path: "a.csv" }, ["id"]],
      [{ kind: "file", path: "b.csv" }, ["id"]],
      [{ kind: "file", path: "a.csv" }, ["nr"]],
    ]);
  });

  test("many aliases of one anchor are fine", () => {
    const more = Array.from({ length: 500 }, (_, index) => `  m${index}: { <<: *crm }`).join("\n");
    const models = `  crm: &crm { file: a.csv, key: id, identifiers: { email: mail } }\n${more}`;
    expect(right(project({ models })).models).toHaveLength(501);
  });
});

describe("places", () => {
  const { places } = right(full);
  const text = full.split("\n");
  const wordAt = (path: readonly (string | number)[]) => {
    const span = places.of(path);
    return span === undefined ? undefined : text[span.line - 1]?.slice(span.column - 1, span.endColumn - 1);
  };
  test.each([
    [["models", "orders", "key"], "key"],
    [["models", "orders", "key", 1], "order_id"],
    [["identifiers", "email"], "email"],
    [["models", "orders", "identifiers", "phone"], "phone"],
    [["identifiers", "email", "ignore", 1], "unknown"],
    [["identifiers", "user_id", "normalize", 0], "user_id"],
    [["nowhere", "at", "all"], "version"],
    [[], "version"],
  ])("%j", (path, word) => {
    expect(wordAt(path)).toBe(word);
  });
});

test("normalisers that do not exist are reported at their entry, with the nearest", () => {
  const diagnostics = checkNormalizers(right(full), ["trim", "lower", "e_mail", "phone"]);
  const sources = new Map([["identity.yml", full]]);
  expect(formatDiagnostics(diagnostics, "text", { sources })).toMatchInlineSnapshot(`
    "identity.yml:86:23: error IDW314: there is no normaliser \`email\`
       |
    85 |     limit: 3
    86 |     normalize: [trim, email]
       |                       ^^^^^
      = Did you mean \`e_mail\`? Available: \`trim\`, \`lower\`, \`e_mail\`, \`phone\`. Your own goes to macros/email.sql.
    "
  `);
  expect(checkNormalizers(right(full), ["trim", "email", "phone"])).toEqual([]);
});
