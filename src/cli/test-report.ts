// The report of the tests: text for people, JSON and JUnit for machines, annotations for GitHub.
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnosticToJson, formatDiagnostics, type Sources } from "../diagnostics/format.ts";
import { visible } from "../diagnostics/text.ts";
import type { Failure, Rule, TestReport, TestResult } from "../testing/index.ts";
import { snakeCase } from "./snake-case.ts";

export type TestFormat = "text" | "json" | "junit" | "github";

type Look = { readonly sources: Sources; readonly color: boolean; readonly quiet: boolean };

export function testReport(report: TestReport, format: TestFormat, look: Look): string {
  switch (format) {
    case "text":
      return textReport(report, look);
    case "json":
      return jsonReport(report);
    case "junit":
      return junitReport(report);
    case "github":
      return formatDiagnostics([...report.warnings, ...report.tests.flatMap(diagnosticsOf)], "github");
  }
}

/** Each failure of a test at its line of the test file. */
function diagnosticsOf({ name, failures, problems }: TestResult): readonly Diagnostic[] {
  return [
    ...problems,
    ...failures.map((failure) =>
      diagnose("IDW806", `${name}: expected ${failure.expected}; found ${failure.found}`, {
        span: failure.span,
        hint: failure.why.length === 0 ? undefined : failure.why.join("\n"),
      }),
    ),
  ];
}

function textReport(report: TestReport, look: Look): string {
  const paint = (style: string, text: string) => (look.color ? `\u001b[${style}m${text}\u001b[0m` : text);
  const lines: string[] = [];
  let file = "";
  for (const test of report.tests) {
    if (test.passed && look.quiet) continue;
    if (test.file !== file) lines.push(...(file === "" ? [] : [""]), paint("1", visible(test.file)));
    file = test.file;
    lines.push(`  ${test.passed ? paint("32", "✓") : paint("31", "✗")} ${visible(test.name)}`);
    for (const failure of test.failures) lines.push(...failureLines(failure, paint));
    if (test.problems.length > 0) {
      const text = formatDiagnostics(test.problems, "text", { sources: look.sources, color: look.color });
      lines.push(
        ...text
          .trimEnd()
          .split("\n")
          .map((line) => `      ${line}`),
      );
    }
  }
  if (lines.length > 0) lines.push("");
  for (const { file: updated, replaced } of report.updates) {
    lines.push(
      `Updated ${visible(updated)}: ${count(replaced, "value")} replaced. Read the diff before you commit it.`,
    );
  }
  const skipped = report.skipped === 0 ? "" : `, ${report.skipped} left out`;
  const failed = report.failed === 0 ? "" : `${paint("31", `${report.failed} failed`)}, `;
  lines.push(
    `${count(report.tests.length, "test")}: ${failed}${report.passed} passed${skipped} (${report.seconds.toFixed(1)} s)`,
  );
  if (report.coverage !== undefined) lines.push(...coverageLines(report.coverage));
  return `${lines.join("\n")}\n`;
}

function failureLines(failure: Failure, paint: (style: string, text: string) => string): readonly string[] {
  const { span, day, expected, found, why } = failure;
  const place = `${span.file}:${span.line}:${span.column}`;
  return [
    `      ${visible(place)}${day === undefined ? "" : `, day ${day}`}`,
    `      expected  ${visible(expected)}`,
    `      found     ${visible(found)}`,
    ...why.map((text) => `      ${paint("36", "=")} ${visible(text)}`),
  ];
}

function coverageLines(rules: readonly Rule[]): readonly string[] {
  const missing = rules.filter(({ isExercised }) => !isExercised);
  const share = `${rules.length - missing.length} of ${rules.length} rules`;
  if (missing.length === 0) return [`Coverage: the tests exercise all ${count(rules.length, "rule")}.`];
  return [
    `Coverage: the tests exercise ${share}. No test exercises:`,
    ...missing.map(({ rule, span }) => {
      const place = span === undefined ? "" : `  (${span.file}:${span.line})`;
      return `  ${visible(rule)}${place}`;
    }),
  ];
}

function jsonReport(report: TestReport): string {
  const { tests, coverage, updates, warnings, ...numbers } = report;
  const object = {
    ...(snakeCase(numbers) as object),
    tests: tests.map(({ name, file, line, column, passed, failures, problems }) => ({
      name,
      file,
      line,
      column,
      passed,
      failures: failures.map(({ span, day, expected, found, why }) => ({
        file: span.file,
        line: span.line,
        column: span.column,
        ...(day === undefined ? {} : { day }),
        expected,
        found,
        why,
      })),
      problems: problems.map(diagnosticToJson),
    })),
    ...(coverage === undefined
      ? {}
      : {
          coverage: coverage.map(({ rule, span, isExercised }) => ({
            rule,
            exercised: isExercised,
            ...(span === undefined ? {} : { file: span.file, line: span.line }),
          })),
        }),
    updated: updates.map(({ file, replaced }) => ({ file, replaced })),
    warnings: warnings.map(diagnosticToJson),
  };
  return `${JSON.stringify(object, null, 2)}\n`;
}

/** The dialect of JUnit that CI systems read: a suite a file, a case a test. */
function junitReport(report: TestReport): string {
  const files = [...new Set(report.tests.map(({ file }) => file))];
  const suites = files.map((file) => {
    const tests = report.tests.filter((test) => test.file === file);
    const failed = tests.filter(({ passed }) => !passed).length;
    const cases = tests.map((test) => {
      const head = `    <testcase classname="${xml(file)}" name="${xml(test.name)}" file="${xml(file)}" line="${test.line}"`;
      const told = diagnosticsOf(test);
      if (told.length === 0) return `${head}/>`;
      const failures = told.map(({ message, hint, span }) => {
        const place = span === undefined ? "" : `${span.file}:${span.line}:${span.column}: `;
        const text = `${place}${message}${hint === undefined ? "" : `\n${hint}`}`;
        return `      <failure message="${xml(message)}">${xml(text)}</failure>`;
      });
      return [`${head}>`, ...failures, "    </testcase>"].join("\n");
    });
    return [
      `  <testsuite name="${xml(file)}" tests="${tests.length}" failures="${failed}">`,
      ...cases,
      "  </testsuite>",
    ].join("\n");
  });
  const { tests, failed, seconds } = report;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="idweave" tests="${tests.length}" failures="${failed}" time="${seconds.toFixed(3)}">
${suites.join("\n")}
</testsuites>
`;
}

// Control characters cannot stand in XML, not even escaped.
function xml(text: string): string {
  return visible(text.replaceAll("\n", "\u2424"))
    .replaceAll("\u2424", "\n")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
