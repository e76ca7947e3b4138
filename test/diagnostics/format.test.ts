import { describe, expect, test } from "vitest";
import { diagnose } from "../../src/diagnostics/codes.ts";
import type { Diagnostic, Span } from "../../src/diagnostics/diagnostic.ts";
import { countDiagnostics, formatDiagnostics, sortDiagnostics } from "../../src/diagnostics/format.ts";
import { frame, linesOf } from "../../src/diagnostics/frame.ts";
import { quote } from "../../src/diagnostics/text.ts";

const at = (line: number, column: number, width = 1, file = "identity.yml"): Span => ({
  file,
  line,
  column,
  endLine: line,
  endColumn: column + width,
});

const text = "version: 1\nentity: customer\nlimt: 3\n";
const unknown = diagnose("IDW201", "unknown key `limt`", {
  span: at(3, 1, 4),
  hint: "Did you mean `limit`?",
});
const unmapped = diagnose("IDW303", "no model maps it", { span: at(2, 1, 6) });
const locked = diagnose("IDW701", "run 7 holds the lock");

describe("text", () => {
  test("in source order, without a place last, without colour", () => {
    const sources = new Map([["identity.yml", text]]);
    expect(formatDiagnostics([locked, unknown, unmapped], "text", { sources })).toMatchInlineSnapshot(`
      "identity.yml:2:1: warning IDW303: no model maps it
        |
      1 | version: 1
      2 | entity: customer
        | ^^^^^^

      identity.yml:3:1: error IDW201: unknown key \`limt\`
        |
      2 | entity: customer
      3 | limt: 3
        | ^^^^
        = Did you mean \`limit\`?

      error IDW701: run 7 holds the lock
      "
    `);
  });

  test("coloured only when asked", () => {
    const sources = new Map([["identity.yml", text]]);
    const colored = formatDiagnostics([unknown], "text", { sources, color: true });
    expect(colored).toContain("\u001b[1;31merror IDW201\u001b[0m");
    const plain = colored.replaceAll(/\p{Cc}\[[\d;]*m/gu, "");
    expect(plain).toBe(formatDiagnostics([unknown], "text", { sources }));
  });

  test("a hint of several lines, and no frame without the source", () => {
    const changed = diagnose("IDW709", "type changed", { span: at(1, 1), hint: "Run:\nalter table t" });
    expect(formatDiagnostics([changed], "text")).toBe(
      "identity.yml:1:1: error IDW709: type changed\n  = Run:\n  = alter table t\n",
    );
  });

  test("nothing to say", () => {
    expect(formatDiagnostics([], "text")).toBe("");
  });

  test("what a user wrote cannot steer the terminal", () => {
    const nasty = "\u001b[2Jx\u202e: 1";
    const evil = diagnose("IDW201", `unknown key ${quote("\u001b[2Jx\n")}`, {
      span: at(1, 1, 9, "\u001b[31m.yml"),
    });
    const printed = formatDiagnostics([evil], "text", { sources: new Map([["\u001b[31m.yml", nasty]]) });
    for (const sign of ["\u001b", "\u202e"]) expect(printed).not.toContain(sign);
    expect(printed).toContain("`\\u{1b}[2Jx\\n`");
  });
});

test("json: one flat object each, place and hint when there are any", () => {
  expect(JSON.parse(formatDiagnostics([unknown, locked], "json"))).toEqual({
    diagnostics: [
      {
        code: "IDW201",
        severity: "error",
        message: "unknown key `limt`",
        hint: "Did you mean `limit`?",
        file: "identity.yml",
        line: 3,
        column: 1,
        end_line: 3,
        end_column: 5,
      },
      { code: "IDW701", severity: "error", message: "run 7 holds the lock" },
    ],
  });
  expect(JSON.parse(formatDiagnostics([], "json"))).toEqual({ diagnostics: [] });
});

test("github: escaped as the runner wants it", () => {
  const odd = diagnose("IDW401", "100% lost, a:b\nc", { span: at(1, 2, 3, "a,b:c%.yml"), hint: "look" });
  expect(formatDiagnostics([odd, unmapped, locked], "github")).toBe(
    [
      "::error file=a%2Cb%3Ac%25.yml,line=1,col=2,endLine=1,endColumn=5,title=IDW401::100%25 lost, a:b%0Ac%0Alook",
      "::warning file=identity.yml,line=2,col=1,endLine=2,endColumn=7,title=IDW303::no model maps it",
      "::error title=IDW701::run 7 holds the lock",
      "",
    ].join("\n"),
  );
});

describe("sorting", () => {
  test("by file as met, line, column; the same thing at one place once", () => {
    const make = (file: string, line: number, column: number): Diagnostic =>
      diagnose("IDW201", "m", { span: at(line, column, 1, file) });
    const sorted = sortDiagnostics([
      make("b", 2, 1),
      make("a", 1, 1),
      make("b", 1, 9),
      make("b", 1, 2),
      make("b", 2, 1),
    ]);
    expect(sorted.map(({ span }) => `${span?.file}:${span?.line}:${span?.column}`)).toEqual([
      "b:1:2",
      "b:1:9",
      "b:2:1",
      "a:1:1",
    ]);
  });

  test("counting", () => {
    expect(countDiagnostics([unknown, locked, unmapped])).toBe("2 errors, 1 warning");
    expect(countDiagnostics([unmapped, unmapped])).toBe("2 warnings");
    expect(countDiagnostics([])).toBe("no problems");
  });
});

describe("frames", () => {
  const of = (source: string, span: Span) => frame(linesOf(source), span).join("\n");

  test("line numbers align, carets cover the span", () => {
    expect(of(`${"a: 1\n".repeat(9)}bad: 2`, at(10, 1, 3))).toMatchInlineSnapshot(`
      "   |
       9 | a: 1
      10 | bad: 2
         | ^^^"
    `);
  });
  test("CRLF and a byte order mark leave no trace", () => {
    expect(of("\ufeffa: 1\r\nb: 2\r\n", at(2, 1))).toMatchInlineSnapshot(`
      "  |
      1 | a: 1
      2 | b: 2
        | ^"
    `);
  });
  test("a span over several lines is marked to the end of its first", () => {
    expect(of("a: [1,\n 2]", { ...at(1, 4), endLine: 2, endColumn: 4 })).toMatchInlineSnapshot(`
      "  |
      1 | a: [1,
        |    ^^^"
    `);
  });
  test("wide letters, pictures and combining marks keep the carets below", () => {
    expect(of("name: { 東京: 👩, e\u0301: x }", at(1, 18, 1))).toMatchInlineSnapshot(`
      "  |
      1 | name: { 東京: 👩, é: x }
        |                    ^"
    `);
  });
  test("a tab is one column", () => {
    expect(of("\tb: 1", at(1, 2))).toMatchInlineSnapshot(`
      "  |
      1 |  b: 1
        |  ^"
    `);
  });
  test("a line of a million characters is cut around the place", () => {
    const rows = frame(linesOf(`a: ${"x".repeat(500_000)}!${"y".repeat(500_000)}`), at(1, 500_004));
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThan(130);
    const caret = rows[2]?.indexOf("^") ?? -1;
    expect(rows[1]?.[caret]).toBe("!");
  });
  test("a place outside the file has no frame, the end of the file has one", () => {
    expect(of("a: 1", at(9, 1))).toBe("");
    expect(of("a: [\n", at(2, 1))).toContain("^");
  });
});
