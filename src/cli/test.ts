// `idweave test`: runs the tests of a project, once or whenever a file of it changes, and prints their report.
import { writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { TestReport } from "../testing/index.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { interruptibly } from "./interruptibly.ts";
import { attempt, type Saying, sayingOf, sayProblems } from "./saying.ts";
import type { TestFormat } from "./test-report.ts";

type TestVerbOptions = {
  readonly project: string;
  readonly filter?: string;
  readonly watch?: boolean;
  readonly update?: boolean;
  readonly coverage?: boolean;
  readonly bail?: boolean;
  readonly quiet?: boolean;
  readonly format: TestFormat;
  readonly color: boolean;
};

export function addTest(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("test")
    .summary("test what identity.yml makes of records")
    .description(
      "Run the tests of a project: records, and what must hold of their identities. In a database in memory, by the statements of any run; reads no data and touches no target.",
    )
    .argument("[files...]", "test files or folders (default: test/*.yml beside identity.yml)")
    .option("-p, --project <path>", "identity.yml or its folder", ".")
    .option("--filter <text>", "only tests with this in their names")
    .option("--watch", "run them again whenever a file of the project changes")
    .option("--update", "write what was found into the test files, where it replaces a value")
    .option("--coverage", "list the rules of identity.yml that no test exercises")
    .option("--bail", "stop after the first failure")
    .addOption(
      new Option("--format <format>", "how results and problems are printed")
        .choices(["text", "json", "junit", "github"])
        .default("text"),
    )
    .option("-q, --quiet", "no progress, and of the tests only those that fail")
    .option("--no-color", "no colours (as with the environment variable NO_COLOR)")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave test                            the tests in test/*.yml
  $ idweave test --filter phone --watch     those about phones, again and again
  $ idweave test --coverage                 and the rules that no test exercises
  $ idweave test test/family.yml --update   accept what was found in one file
  $ idweave test --format junit > tests.xml`,
    )
    .action(async (files: readonly string[], options: TestVerbOptions) => {
      const run = () => testProject(files, options);
      if (options.watch !== true) return done(await run());
      const { whenFilesChange } = await import("./watching.ts");
      done(await whenFilesChange(watched(options, files), run));
    });
}

async function testProject(files: readonly string[], options: TestVerbOptions): Promise<ExitCode> {
  const { format } = options;
  const saying = sayingOf({ ...options, format: format === "junit" ? "text" : format });
  return attempt(saying, async () => {
    const { test } = await import("../testing/index.ts");
    const quiet = options.quiet === true || format !== "text";
    const report = await interruptibly({ quiet, hide: saying.environment.hide }, ({ signal, onProgress }) =>
      test({ ...options, files, signal, onProgress, env: saying.environment.env, sources: saying.sources }),
    );
    for (const { file, text } of report.updates) writeFileSync(resolve(file), text);
    await tell(saying, report, options);
    return report.failed > accepted(report) ? EXIT.check : EXIT.ok;
  });
}

/** Tests all of whose failures were written into their files as what is right. */
function accepted({ tests, updates }: TestReport): number {
  if (updates.length === 0) return 0;
  return tests.filter(
    ({ passed, problems, failures }) =>
      !passed && problems.length === 0 && failures.every((failure) => failure.accepted !== undefined),
  ).length;
}

async function tell(saying: Saying, report: TestReport, options: TestVerbOptions): Promise<void> {
  const { testReport } = await import("./test-report.ts");
  if (options.format === "text" || options.format === "junit") sayProblems(saying, report.warnings);
  const color = saying.colorOn(process.stdout);
  process.stdout.write(
    testReport(report, options.format, { sources: saying.sources, color, quiet: options.quiet === true }),
  );
}

/** Where what the tests read lies. */
function watched({ project }: TestVerbOptions, files: readonly string[]): readonly string[] {
  const path = resolve(project);
  return [/\.ya?ml$/.test(path) ? dirname(path) : path, ...files.map((file) => resolve(file))];
}
