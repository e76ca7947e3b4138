// Options that several verbs share, said once.
import { type Command, Option } from "commander";
import type { DiagnosticFormat } from "../diagnostics/format.ts";

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

/** `formats` are those in which the verb can print its results. */
export function addProjectOptions(
  command: Command,
  formats: readonly (DiagnosticFormat | "script")[] = ["text", "json", "github"],
): Command {
  return command
    .option("-p, --project <path>", "identity.yml or its folder", ".")
    .option("-t, --target <name>", "a target of identity.yml (default: the first)")
    .addOption(
      new Option("--format <format>", "how results and problems are printed")
        .choices(formats)
        .default("text"),
    )
    .option("--no-color", "no colours (as with the environment variable NO_COLOR)");
}
