// Input made to break a reader: each ends soon, as diagnostics, never as a stack trace.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAXIMUM_BYTES, readProject } from "../../src/config/index.ts";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { project } from "./say.ts";

const full = readFileSync(new URL("fixtures/full.yml", import.meta.url), "utf8");

/** The codes of a text, each once; also prints it, so that printing is tried too. */
function codesOf(text: string): readonly string[] {
  const { value, diagnostics } = readProject(text, "identity.yml");
  expect(value === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
  formatDiagnostics(diagnostics, "text", { sources: new Map([["identity.yml", text]]) });
  return [...new Set(diagnostics.map(({ code }) => code))];
}

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index));

describe("size", () => {
  test("a file of 5 MB is refused at once", () => {
    const start = performance.now();
    const { diagnostics } = readProject(`# ${"x".repeat(5_000_000)}\n${full}`, "identity.yml");
    expect(diagnostics[0]?.message).toBe("the file has 5.0 MB, more than the 0.5 MB that is read");
    expect(diagnostics).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test("the limit counts bytes, not characters", () => {
    const wide = `${full}# ${"東".repeat(MAXIMUM_BYTES / 3)}`;
    expect(wide.length).toBeLessThan(MAXIMUM_BYTES);
    expect(codesOf(wide)).toEqual(["IDW107"]);
  });

  test("thousands of models just below it are read", () => {
    const models = times(
      6000,
      (index) => `  m${index}: { file: a.csv, key: id, identifiers: { email: mail } }`,
    );
    const text = project({ models: models.join("\n") });
    expect(text.length).toBeGreaterThan(350_000);
    expect(codesOf(text)).toEqual([]);
  });

  test("thousands of mistakes are reported, all of them", () => {
    const keys = times(5000, (index) => `  m${index}: { fil: a.csv, identifiers: { emial: mail } }`);
    const { diagnostics } = readProject(project({ models: keys.join("\n") }), "identity.yml");
    expect(diagnostics.filter(({ code }) => code === "IDW201")).toHaveLength(5000);
  });
});

describe("shapes that blow up", () => {
  const bomb = times(9, (index) =>
    index === 0
      ? "a0: &a0 [x, x, x, x, x, x, x, x, x]"
      : `a${index}: &a${index} [${times(9, () => `*a${index - 1}`)}]`,
  ).join("\n");
  test.each([
    ["an alias bomb", bomb, "IDW108"],
    ["a loop of anchors", "a: &a { b: &b { c: *a } }", "IDW108"],
    ["brackets without end", `a: ${"[".repeat(200_000)}`, "IDW110"],
    ["braces without end", `a: ${"{a: ".repeat(80_000)}`, "IDW110"],
    ["dashes without end", "- ".repeat(100_000), "IDW110"],
    ["question marks without end", "? ".repeat(100_000), "IDW110"],
    ["sixty closed brackets", `a: ${"[".repeat(60)}${"]".repeat(60)}`, "IDW110"],
    ["a staircase of keys", times(400, (index) => `${" ".repeat(index)}a:`).join("\n"), "IDW110"],
    ["quotes without end", '"'.repeat(20_001), "IDW101"],
    ["documents without end", "---\n".repeat(20_000), "IDW105"],
    ["tabs without end", `a:\n${"\tb: 1\n".repeat(5000)}`, "IDW102"],
  ])("%s", (_, text, code) => {
    expect(codesOf(text)).toEqual([code]);
  });
});

describe("odd text", () => {
  test.each([
    ["a NUL", "version: 1\u0000"],
    ["a lone surrogate", "version: '\ud800'"],
    ["only a byte order mark", "\ufeff"],
    ["only line ends", "\r\n\r\n"],
    ["a directive", "%YAML 9.9\n---\nversion: 1"],
    ["an anchor on nothing", "version: &a"],
    ["a complex key", "? [a, b]\n: 1"],
    ["a binary tag", "version: !!binary aGk="],
    ["a set", "models: !!set { a, b }"],
    ["numbers beyond counting", "version: 1e999\nentity: .nan"],
  ])("%s", (_, text) => {
    expect(codesOf(text).length).toBeGreaterThan(0);
  });
});

test("a right file cut off anywhere never throws", () => {
  for (let end = 0; end < full.length; end += 17) codesOf(full.slice(0, end));
});

test("a right file with one character changed, or one line gone, never throws", () => {
  const lines = full.split("\n");
  const place = fc.nat(full.length - 1);
  const sign = fc.constantFrom(..."{}[]:,&*!|>'\"%@`#-?\t\n\u0000 <~0");
  fc.assert(
    fc.property(place, sign, fc.nat(lines.length - 1), (at, character, line) => {
      codesOf(full.slice(0, at) + character + full.slice(at + 1));
      codesOf([...lines.slice(0, line), ...lines.slice(line + 1)].join("\n"));
    }),
    { numRuns: 60 },
  );
});
