// The report of a few results in every format.
import { describe, expect, test } from "vitest";
import { type TestFormat, testReport } from "../../src/cli/test-report.ts";
import type { TestReport } from "../../src/testing/index.ts";

const span = { file: "test/a.yml", line: 6, column: 5, endLine: 6, endColumn: 10 };
const REPORT: TestReport = {
  entity: "customer",
  tests: [
    { name: "passes", file: "test/a.yml", line: 2, column: 3, passed: true, failures: [], problems: [] },
    {
      name: 'a "b" & <c>',
      file: "test/a.yml",
      line: 4,
      column: 3,
      passed: false,
      failures: [
        {
          span,
          day: 2,
          expected: "a | b apart",
          found: "[a, b]",
          why: ["joined by a — email x@x.example\u0007 — b"],
          accepted: undefined,
        },
      ],
      problems: [],
    },
    {
      name: "cannot run",
      file: "test/b.yml",
      line: 2,
      column: 3,
      passed: false,
      failures: [],
      problems: [
        { code: "IDW501", severity: "error", message: "The model crm has 1 key more than once: `x`." },
      ],
    },
  ],
  passed: 1,
  failed: 2,
  skipped: 3,
  coverage: [
    { rule: "limit of email: 3", span: { ...span, file: "identity.yml", line: 20 }, isExercised: false },
    { rule: "identifier email", span, isExercised: true },
  ],
  updates: [{ file: "test/a.yml", text: "", replaced: 2 }],
  seconds: 1.25,
  warnings: [],
};

describe.each(["text", "json", "junit", "github"] satisfies readonly TestFormat[])("%s", (format) => {
  test("is readable by whom it is for", () => {
    expect(testReport(REPORT, format, { sources: new Map(), color: false, quiet: false })).toMatchSnapshot();
  });
});

test("--quiet shows failures only", () => {
  const text = testReport(REPORT, "text", { sources: new Map(), color: false, quiet: true });
  expect(text).not.toContain("passes");
  expect(text).toContain("3 tests: 2 failed, 1 passed, 3 left out (1.3 s)");
});
