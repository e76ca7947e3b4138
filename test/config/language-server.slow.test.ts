// The schema in an editor: yaml-language-server completes, explains and checks identity.yml with it.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LanguageClient } from "./language-client.ts";
import { project } from "./say.ts";

const schema = new URL("../../src/config/identity.schema.json", import.meta.url).href;
const full = readFileSync(new URL("fixtures/full.yml", import.meta.url), "utf8");

let editor: LanguageClient;
beforeAll(async () => {
  editor = await LanguageClient.start(schema);
});
afterAll(() => editor.stop());

/** The labels offered at the `|` of a text. */
async function offered(text: string): Promise<readonly string[]> {
  const before = text.slice(0, text.indexOf("|")).split("\n");
  await editor.show(text.replace("|", ""));
  const items = await editor.complete(before.length - 1, before.at(-1)?.length ?? 0);
  return items.map(({ label }) => label);
}

describe("validation", () => {
  test("a right file has nothing against it", async () => {
    expect(await editor.show(full)).toEqual([]);
  });

  test("neither has a file with merge keys and every short form", async () => {
    const models = `  crm: &crm { file: a.csv, key: id, identifiers: { email: mail } }
  shop: { <<: *crm, file: b.csv, key: [id, nr], identifiers: { email: { column: mail } } }`;
    const more = "decisions: { table: raw.decisions }\ngolden_record: { model_order: [shop] }";
    expect(await editor.show(project({ models, more }))).toEqual([]);
  });

  test("an unknown key is marked where it stands", async () => {
    const diagnostics = await editor.show(project({ identifiers: "  email: { priority: 1, limt: 3 }" }));
    expect(diagnostics).toMatchObject([
      { message: expect.stringContaining("limt"), range: { start: { line: 7, character: 24 } } },
    ]);
  });

  test("a malformed name comes with our own words", async () => {
    const diagnostics = await editor.show(project({ more: "default_country: us" }));
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining("two capital letters") }]);
  });

  test("a model with two sources, a missing key, a wrong word", async () => {
    const wrong = project({
      models: "  crm: { file: a.csv, sql: b.sql }",
      identifiers: "  email: { priority: 1, contested: frist }",
    });
    const messages = (await editor.show(wrong)).map(({ message }) => message).join("\n");
    expect(messages).toContain('"key"');
    expect(messages).toContain('"nobody", "first", "last"');
  });
});

describe("completion", () => {
  test("at the top", async () => {
    const labels = await offered("version: 1\n|\n");
    expect(labels).toEqual(
      expect.arrayContaining(["entity", "targets", "models", "identifiers", "golden_record"]),
    );
  });

  test("inside an identifier", async () => {
    const labels = await offered("version: 1\nidentifiers:\n  email:\n    limit: 3\n    |\n");
    const keys = ["priority", "normalize", "valid", "ignore", "max_records", "contested"];
    expect(labels).toEqual(expect.arrayContaining(keys));
    expect(labels).not.toContain("limit");
    expect(await offered("version: 1\nidentifiers:\n  email:\n    |\n")).toEqual(
      expect.arrayContaining(["priority", "limit"]),
    );
  });

  test("inside a model, and a mapping with a country", async () => {
    const labels = await offered("version: 1\nmodels:\n  crm:\n    key: id\n    |\n");
    expect(labels).toEqual(expect.arrayContaining(["sql", "file", "table", "observed_at", "identifiers"]));
    const mapping = await offered(
      "models:\n  crm:\n    key: id\n    identifiers:\n      phone:\n        |\n",
    );
    expect(mapping).toEqual(expect.arrayContaining(["column", "country", "all_of"]));
  });

  test("the words of a key", async () => {
    const labels = await offered("version: 1\nidentifiers:\n  email:\n    contested: |\n");
    expect(labels).toEqual(expect.arrayContaining(["nobody", "first", "last"]));
    const rules = await offered("golden_record:\n  attributes:\n    city: |\n");
    expect(rules).toEqual(expect.arrayContaining(["most_recent", "most_frequent", "source_priority"]));
  });
});

test("hovering over a key shows its sentence", async () => {
  const text = project({ identifiers: "  email: { priority: 1, limit: 3 }" });
  await editor.show(text);
  expect(await editor.hover(7, 25)).toContain("The most distinct values of it that one identity may hold");
});
