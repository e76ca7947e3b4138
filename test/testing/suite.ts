// Test files of small projects, run through the library.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { type TestOptions, type TestReport, test } from "../../src/testing/index.ts";

export const IDENTITY = `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
models:
  crm:
    file: crm.csv
    key: id
    observed_at: seen
    identifiers: { user_id: user, email: [email, others], place: { all_of: [city, street] } }
    attributes: [city, { paid: amount }]
    reject:
      - { when: "is_test", reason: test_row }
  orders:
    file: orders.csv
    key: [shop, number]
    identifiers: { user_id: user, email: email }
identifiers:
  user_id: { priority: 1, limit: 1, contested: first, normalize: [trim, lower], valid: 'u\\d+' }
  email: { priority: 2, limit: 2, contested: first, normalize: [email], ignore: [None@x.example, { pattern: "no-?reply@.*" }], max_records: 3 }
  place: { priority: 3 }
decisions: decisions.csv
golden_record:
  attributes:
    city: { survivorship: most_recent, provenance: true }
    paid: sum
    emails: { identifier: email, survivorship: array, order: longest }
`;

export type Tests = {
  readonly folder: string;
  readonly run: (options?: Partial<TestOptions>) => Promise<TestReport>;
  /** What is wrong with the files, as a user reads it. */
  readonly problems: () => Promise<string>;
  readonly remove: () => void;
};

export function testsOf(text: string, more: Readonly<Record<string, string>> = {}): Tests {
  const folder = mkdtempSync(join(tmpdir(), "idweave-tests-"));
  for (const [name, content] of Object.entries({
    "identity.yml": IDENTITY,
    "test/all.yml": text,
    ...more,
  })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const run = (options: Partial<TestOptions> = {}) => test({ project: folder, ...options });
  return {
    folder,
    run,
    async problems() {
      const sources = new Map<string, string>();
      try {
        await run({ sources });
      } catch (error) {
        if (!(error instanceof DiagnosticError)) throw error;
        return formatDiagnostics(error.diagnostics, "text", { sources }).replaceAll(
          /^\S*?(test\/all\.yml|identity\.yml)/gm,
          "$1",
        );
      }
      throw new Error("nothing is wrong");
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What failed, a line each: the test, the line, what was expected, what was found, why. */
export function failuresOf({ tests }: TestReport): readonly string[] {
  return tests.flatMap(({ name, failures, problems }) => [
    ...problems.map(({ message }) => `${name}: ${message}`),
    ...failures.map(({ span, day, expected, found, why }) =>
      [`${name}:${span.line}${day === undefined ? "" : `@${day}`}: ${expected} → ${found}`, ...why].join(
        " = ",
      ),
    ),
  ]);
}
