// `idweave plan`: what a run would change, for a person, a program or a pull request, without doing it.
import { type Command, InvalidArgumentError, Option } from "commander";
import { diagnose } from "../diagnostics/codes.ts";
import { diagnosticToJson } from "../diagnostics/format.ts";
import type { BatchOptions } from "../run/batch.ts";
import type { RunPlan } from "../run/plan.ts";
import { type Condition, conditionOf } from "../run/plan-counts.ts";
import type { PlanSample } from "../run/plan-sample.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { interruptibly } from "./interruptibly.ts";
import { addBatchOptions, type BatchVerbOptions, batchOf } from "./options.ts";
import { attempt, exitCodeOf, type Saying, sayingOf, sayProblems, withoutSecrets } from "./saying.ts";
import { snakeCase } from "./snake-case.ts";
import { readTime } from "./time.ts";

type PlanVerbOptions = {
  readonly project: string;
  readonly target?: string;
  readonly format: "text" | "json" | "markdown" | "github";
  readonly color: boolean;
  readonly against?: string;
  readonly full?: boolean;
  readonly asOf?: Date;
  readonly batch?: BatchOptions | undefined;
  readonly backfillOnly?: boolean;
  readonly failOn: readonly Condition[];
  readonly examples: number;
  readonly sample?: PlanSample | undefined;
  readonly quiet?: boolean;
};

/** As the command line has it: `--sample` is a share. */
type GivenOptions = Omit<PlanVerbOptions, "sample"> &
  BatchVerbOptions & { readonly sample?: number; readonly seed: number };

export function addPlan(program: Command, done: (code: ExitCode) => void): void {
  const command = program
    .command("plan")
    .summary("what a run would change, before it does")
    .description(
      "Resolve the records beside the published results and report what would change: identities merged, split and moved, golden values, refused merges, metrics, confidence, rows to write. Publishes nothing.",
    );
  addBatchOptions(
    command
      .option("-p, --project <path>", "identity.yml or its folder", ".")
      .option("-t, --target <name>", "a target of identity.yml (default: the first)")
      .option("--against <ref>", "compare with the configuration of a git commit, on the same data")
      .option("--full", "plan a run that resolves everything anew")
      .option("--sample <share>", "look at a share of the components only, each whole: 5%", readShare)
      .option("--seed <number>", "another seed draws another sample", readSeed, DEFAULT_SEED),
  )
    .option(
      "--as-of <time>",
      "decisions are in force as of this time (ISO 8601, UTC without a zone)",
      readTime,
    )
    .option(
      "--fail-on <condition>",
      'exit code 3 if it holds: "splits > 100"; may be repeated',
      (text: string, before: readonly Condition[]) => [...before, readCondition(text)],
      [],
    )
    .option("--examples <number>", "how many examples of each kind", readExamples, 3)
    .addOption(
      new Option("--format <format>", "how the plan is printed")
        .choices(["text", "json", "markdown", "github"])
        .default("text"),
    )
    .option("--no-color", "no colours (as with the environment variable NO_COLOR)")
    .option("-q, --quiet", "no progress")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave plan                              what the next run would change
  $ idweave plan --against main               what the changed configuration does, on the same data
  $ idweave plan --sample 5%                  the same of a twentieth of the components, sooner
  $ idweave plan --fail-on "splits > 100" --fail-on "golden_values.email > 0"
  $ idweave plan --model orders --since 2024-01-01 --backfill-only
                                              what a batch of old records would bring
  $ idweave plan --against origin/main --format markdown > plan.md
  $ idweave plan --format json                every number, and the examples, as one JSON object`,
    )
    .action(async (options: GivenOptions) =>
      done(
        await printPlan({
          ...options,
          batch: batchOf(options, command),
          sample: sampleOf(options, command),
        }),
      ),
    );
}

const DEFAULT_SEED = 1;

/** Ends the command when there is a seed and nothing to draw. */
function sampleOf({ sample: share, seed }: GivenOptions, command: Command): PlanSample | undefined {
  if (share === undefined && command.getOptionValueSource("seed") === "cli") {
    command.error("error: --seed draws a sample: say how much with --sample");
  }
  return share === undefined ? undefined : { share, seed };
}

async function printPlan(options: PlanVerbOptions): Promise<ExitCode> {
  const format = options.format === "markdown" ? "text" : options.format;
  const saying = sayingOf({ format, color: options.color });
  return attempt(saying, async () => {
    const { hide, env } = saying.environment;
    const quiet = options.quiet === true || options.format === "json";
    const plan = await interruptibly({ quiet, hide }, async ({ signal, onProgress }) => {
      const { planRun } = await import("../run/plan.ts");
      return planRun({ ...options, env, signal, onProgress, sources: saying.sources });
    });
    const failures = plan.failed.map(({ text, value }) =>
      diagnose(
        "IDW762",
        `\`--fail-on\` "${text}" holds: it is ${value.toLocaleString("en")}${plan.sample === undefined ? "" : " in the sample"}.`,
      ),
    );
    await tell(saying, options, plan);
    if (options.format !== "json") sayProblems(saying, [...plan.report.warnings, ...failures]);
    const isStopped = plan.report.alarms.some(({ on }) => on === "fail");
    return isStopped ? EXIT.check : exitCodeOf(failures);
  });
}

async function tell(saying: Saying, options: PlanVerbOptions, plan: RunPlan): Promise<void> {
  const { hide } = saying.environment;
  switch (options.format) {
    case "json":
      process.stdout.write(`${JSON.stringify(jsonOf(plan, saying), null, 2)}\n`);
      return;
    case "text": {
      const { planText } = await import("./plan-text.ts");
      process.stdout.write(hide(planText(plan)));
      return;
    }
    case "markdown":
    case "github": {
      const { planMarkdown } = await import("./plan-markdown.ts");
      process.stdout.write(hide(planMarkdown(plan)));
    }
  }
}

function jsonOf(
  { report, sample, counts, failed, ...plan }: RunPlan,
  { environment: { hide } }: Saying,
): object {
  const { run, mode, reason, entity, target, prefix, batch, suggestions, alarms, warnings } = report;
  return {
    ...(snakeCase({ run, mode, reason, entity, target }) as object),
    database: hide(report.database),
    schema: hide(report.schema),
    prefix,
    ...(snakeCase({ batch }) as object),
    sample: sample === undefined ? null : snakeCase(sample),
    counts,
    ...(snakeCase(plan) as object),
    ...(snakeCase({ suggestions }) as object),
    alarms: snakeCase(alarms),
    failed: failed.map(({ text, name, value }) => ({ condition: text, name, value })),
    warnings: warnings.map((warning) => diagnosticToJson(withoutSecrets(warning, hide))),
  };
}

function readCondition(text: string): Condition {
  const condition = conditionOf(text);
  if (condition === undefined) {
    throw new InvalidArgumentError('A condition is a name, a comparison and a number: "splits > 100".');
  }
  return condition;
}

function readExamples(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError("A number from 0 to 999.");
  return Number(text);
}

function readShare(text: string): number {
  const share = /^(\d{1,3}(?:\.\d{1,4})?)\s*%$/.exec(text.trim());
  const percent = Number(share?.[1]);
  if (share === null || percent <= 0 || percent > 100) {
    throw new InvalidArgumentError("A share of the components, above 0% and up to 100%: 5%.");
  }
  return percent / 100;
}

function readSeed(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("A whole number from 0 on.");
  return Number(text);
}
