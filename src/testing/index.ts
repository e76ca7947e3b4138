// `test`: the tests of a project, from their files to a report. Cases share runs, since a run costs the same for one case
// as for hundreds; what keeps them apart is in tags.ts.
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { OnProgress } from "../run/progress.ts";
import { coverageOf, observe, type Rule } from "./coverage.ts";
import { groupsOf, type TestGroup } from "./groups.ts";
import { type Failure, judge } from "./judge.ts";
import { lead, ProjectError } from "./lead.ts";
import { type DayResult, resultsOf } from "./results.ts";
import type { Suite, TestCase } from "./suite.ts";
import { withoutTags } from "./tags.ts";
import { type Updated, updatesOf } from "./update.ts";
import { readWorld, type World, type WorldOptions } from "./world.ts";

export type { Rule } from "./coverage.ts";
export type { Failure } from "./judge.ts";

export type TestOptions = WorldOptions & {
  /** Only tests whose names hold this, in whatever case. */
  readonly filter?: string | undefined;
  /** Offers the texts of the test files as they would be if what was found were right. */
  readonly update?: boolean | undefined;
  /** Asks which rules of identity.yml no test exercises. */
  readonly coverage?: boolean | undefined;
  /** Stops after the first day on which a test fails. */
  readonly bail?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
};

export type TestResult = {
  readonly name: string;
  /** The test file and the place of the name in it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly passed: boolean;
  readonly failures: readonly Failure[];
  /** What kept the test from being run. */
  readonly problems: readonly Diagnostic[];
};

export type TestReport = {
  readonly entity: string;
  /** In the order of the files. */
  readonly tests: readonly TestResult[];
  readonly passed: number;
  readonly failed: number;
  /** Tests that `filter` left out. */
  readonly skipped: number;
  /** Every rule of identity.yml that a test can exercise; undefined when it was not asked for. */
  readonly coverage: readonly Rule[] | undefined;
  /** Test files with what was found in the place of what was expected. */
  readonly updates: readonly Updated[];
  readonly seconds: number;
  readonly warnings: readonly Diagnostic[];
};

/** Throws DiagnosticError for wrong files; a test that fails is in the report. Writes nothing. */
export async function test(options: TestOptions): Promise<TestReport> {
  const started = Date.now();
  const { world, suite, warnings } = await readWorld(options);
  const { project } = world;
  const chosen = filtered(suite, options.filter);
  const groups = groupsOf(chosen, project);
  const results = new Map<TestCase, TestResult>();
  const exercised = new Set<string>();
  try {
    for (const [index, group] of groups.entries()) {
      const found = await runGroup(world, group, options, exercised, { index, of: groups.length });
      for (const [each, result] of found) results.set(each, result);
      if (options.bail === true && [...found.values()].some(({ passed }) => !passed)) break;
    }
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
    throw new DiagnosticError([diagnose("IDW706", "The tests were interrupted; nothing was written.")]);
  }
  const tests = chosen.flatMap((each) => results.get(each) ?? []);
  const failed = tests.filter(({ passed }) => !passed).length;
  return {
    entity: project.entity,
    tests,
    passed: tests.length - failed,
    failed,
    skipped: suite.cases.length - chosen.length,
    coverage: options.coverage === true ? coverageOf(project, exercised) : undefined,
    updates: options.update === true ? updatesOf(suite, tests) : [],
    seconds: (Date.now() - started) / 1000,
    warnings,
  };
}

function filtered({ cases }: Suite, filter: string | undefined): readonly TestCase[] {
  if (filter === undefined) return cases;
  const found = cases.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  if (found.length > 0) return found;
  const message = `No test has \`${filter}\` in its name; there are ${cases.length} others.`;
  throw new DiagnosticError([diagnose("IDW805", message)]);
}

class Bail extends Error {}

// A mistake in one case stops the run of its group: halves are tried until it stands alone.
async function runGroup(
  world: World,
  group: TestGroup,
  options: TestOptions,
  exercised: Set<string>,
  progress: { readonly index: number; readonly of: number },
): Promise<ReadonlyMap<TestCase, TestResult>> {
  const days = new Map<string, DayResult[]>(group.map(({ tag }) => [tag, []]));
  const failures = new Map<string, Failure[]>(group.map(({ tag }) => [tag, []]));
  const owners = new Map<string, string>();
  const isTagged = group[0]?.tag !== "";
  try {
    await lead(world, group, async (day, warehouse, { context }) => {
      const title = `Day ${day} of ${group.length} tests`;
      options.onProgress?.({ kind: "stage", number: progress.index + 1, of: progress.of, title });
      const results = await resultsOf(group, world.project, warehouse, owners);
      if (options.coverage === true) {
        await observe(world.project, context, isTagged, warehouse, exercised);
      }
      for (const { tag, test: each } of group) {
        const result = results.get(tag);
        if (result === undefined || day > each.days.length) continue;
        const all = days.get(tag) ?? [];
        all.push(result);
        failures.get(tag)?.push(...judge(each, all));
      }
      if (options.bail === true && [...failures.values()].some((all) => all.length > 0)) throw new Bail();
    });
  } catch (error) {
    if (!(error instanceof Bail)) {
      if (error instanceof ProjectError || !(error instanceof DiagnosticError)) throw error;
      if (group.length > 1) {
        const half = Math.ceil(group.length / 2);
        const one = await runGroup(world, group.slice(0, half), options, exercised, progress);
        const other = await runGroup(world, group.slice(half), options, exercised, progress);
        return new Map([...one, ...other]);
      }
      const { diagnostics } = error;
      return new Map(
        group.map(({ test: each }) => {
          const problems = diagnostics.map((problem) => ({
            ...problem,
            message: withoutTags(problem.message),
            span: problem.span ?? each.span,
          }));
          return [each, resultOf(each, [], problems)];
        }),
      );
    }
  }
  return new Map(group.map(({ tag, test: each }) => [each, resultOf(each, failures.get(tag) ?? [], [])]));
}

function resultOf(
  { name, file, span }: TestCase,
  failures: readonly Failure[],
  problems: readonly Diagnostic[],
): TestResult {
  const passed = failures.length === 0 && problems.length === 0;
  return { name, file, line: span.line, column: span.column, passed, failures, problems };
}
