// Options that several verbs share, said once.
import { type Command, Option } from "commander";
import type { DiagnosticFormat } from "../diagnostics/format.ts";
import type { BatchOptions } from "../run/batch.ts";
import { readTime } from "./time.ts";

export type ProjectOptions = {
  readonly project: string;
  readonly target?: string;
  readonly profilesDir?: string;
  readonly format: DiagnosticFormat;
  /** False with `--no-color`. */
  readonly color: boolean;
};

/** Of verbs that work on warehouses too. */
export function addProfilesOption(command: Command): Command {
  return command.option(
    "--profiles-dir <folder>",
    "where dbt's profiles.yml is (default: as dbt looks for it)",
  );
}

/** Of the verbs that take a batch: `--model`, `--since`, `--until`. */
export type BatchVerbOptions = {
  readonly model?: string;
  readonly since?: Date;
  readonly until?: Date;
};

export function addBatchOptions(command: Command): Command {
  return command
    .option("--model <name>", "read this model only; all other records stay as they are")
    .option(
      "--since <time>",
      "of --model, rows observed from then on (ISO 8601, UTC without a zone)",
      readTime,
    )
    .option("--until <time>", "of --model, rows observed before that time", readTime)
    .option("--backfill-only", "golden values that are published stay; report what they would be");
}

/** Undefined without `--model`. Ends the command when times are given without it. */
export function batchOf(
  { model, since, until }: BatchVerbOptions,
  command: Command,
): BatchOptions | undefined {
  if (model !== undefined) return { model, since, until };
  if (since !== undefined || until !== undefined) {
    command.error("error: --since and --until cut a batch of one model: name it with --model");
  }
  return undefined;
}

/** `formats` are those in which the verb can print its results, or an option that says more than that. */
export function addProjectOptions(
  command: Command,
  formats: readonly DiagnosticFormat[] | Option = ["text", "json", "github"],
): Command {
  const format =
    formats instanceof Option
      ? formats
      : new Option("--format <format>", "how results and problems are printed")
          .choices(formats)
          .default("text");
  return command
    .option("-p, --project <path>", "identity.yml or its folder", ".")
    .option("-t, --target <name>", "a target of identity.yml (default: the first)")
    .addOption(format)
    .option("--no-color", "no colours (as with the environment variable NO_COLOR)");
}
