// `idweave sample` and `idweave score`: a look by hand at what a run decided, and what the verdicts say of the whole.
import { writeFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Score } from "../explain/score.ts";
import { SAMPLE_KINDS, type SampleKind } from "../run/sample-units.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { attempt, sayingOf } from "./saying.ts";
import { snakeCase } from "./snake-case.ts";

type SampleVerbOptions = {
  readonly project: string;
  readonly target?: string;
  readonly kind: SampleKind;
  readonly number: number;
  readonly seed: number;
  readonly output?: string;
  readonly color: boolean;
};

export function addSample(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("sample")
    .summary("draw pairs of records to judge by hand, as CSV")
    .description(
      "Print a stratified sample of what the last run decided: a line is two records side by side and a question; the verdict (yes, no, unsure) is for you to fill in. The same results and seed give the same bytes. Reads only; shows values, which are personal data.",
    )
    .option("-p, --project <path>", "identity.yml or its folder", ".")
    .option("-t, --target <name>", "a target of identity.yml (default: the first)")
    .addOption(new Option("-k, --kind <kind>", "what is judged").choices(SAMPLE_KINDS).default("merges"))
    .option("-n, --number <lines>", "how many lines, over all strata", readNumber, 50)
    .option("--seed <number>", "another seed draws another sample", readSeed, 1)
    .option("-o, --output <file>", "write it to a file")
    .option("--no-color", "no colours (as with the environment variable NO_COLOR)")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave sample -o verdicts.csv                     50 links between records of one identity
  $ idweave sample --kind splits -n 100 --seed 7 > splits.csv
  $ idweave score verdicts.csv                         what the verdicts say`,
    )
    .action(async (options: SampleVerbOptions) => done(await writeSample(options)));
}

async function writeSample(options: SampleVerbOptions): Promise<ExitCode> {
  const saying = sayingOf({ format: "text", color: options.color });
  return attempt(saying, async () => {
    const { sample } = await import("../run/sample.ts");
    const { csv, strata } = await sample({
      project: options.project,
      target: options.target,
      env: saying.environment.env,
      sources: saying.sources,
      kind: options.kind,
      count: options.number,
      seed: options.seed,
    });
    if (options.output === undefined) {
      process.stdout.write(csv);
      return EXIT.ok;
    }
    writeFileSync(options.output, csv);
    const lines = strata.map(
      ({ stratum, size, sampled }) => `  ${stratum}  ${sampled} of ${size.toLocaleString("en")}\n`,
    );
    process.stdout.write(
      `${options.output}: ${lines.length === 0 ? "nothing of this kind" : "by stratum"}\n${lines.join("")}`,
    );
    return EXIT.ok;
  });
}

type ScoreVerbOptions = { readonly format: "text" | "json"; readonly color: boolean };

export function addScore(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("score <verdicts>")
    .summary("turn the verdicts of a sample into precision")
    .description(
      "Read a CSV of `idweave sample` with its verdicts filled in, and print the precision with a 95 % interval (Wilson): of each stratum, and of all, weighted by the strata.",
    )
    .addOption(new Option("--format <format>", "how it is told").choices(["text", "json"]).default("text"))
    .option("--no-color", "no colours (as with the environment variable NO_COLOR)")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave score verdicts.csv
  $ idweave score verdicts.csv --format json`,
    )
    .action(async (file: string, options: ScoreVerbOptions) => done(await tellScore(file, options)));
}

async function tellScore(file: string, options: ScoreVerbOptions): Promise<ExitCode> {
  const saying = sayingOf(options);
  return attempt(saying, async () => {
    const { score } = await import("../run/score.ts");
    const result = score(file);
    const isJson = options.format === "json";
    process.stdout.write(isJson ? `${JSON.stringify(snakeCase(result), null, 2)}\n` : scoreText(result));
    return EXIT.ok;
  });
}

/** One line a stratum, the total last. */
export function scoreText({ kind, strata, total, covered }: Score): string {
  const percent = (share: number | null) => (share === null ? "–" : `${(share * 100).toFixed(1)} %`);
  const rows = [
    [kind, "in all", "yes", "no", "unsure", "open", "precision", "95 % interval"],
    ...[...strata, { ...total, stratum: "weighted" }].map(
      ({ stratum, size, yes, no, unsure, open, precision, low, high }) => [
        stratum,
        size.toLocaleString("en"),
        ...[yes, no, unsure, open].map(String),
        percent(precision),
        low === null ? "–" : `${percent(low)} to ${percent(high)}`,
      ],
    ),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
  const note =
    covered >= 1
      ? []
      : [`Strata without a yes or no are left out: the total speaks for ${percent(covered)} of all.`];
  return `${[...lines, ...note].join("\n")}\n`;
}

function readNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) < 1)
    throw new InvalidArgumentError("A whole number from 1 on.");
  return Number(text);
}

function readSeed(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("A whole number from 0 on.");
  return Number(text);
}
