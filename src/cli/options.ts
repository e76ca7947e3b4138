// Options that several verbs share, said once.
import { type Command, Option } from "commander";
import type { DiagnosticFormat } from "../diagnostics/format.ts";

export type ProjectOptions = {
  readonly project: string;
  readonly target?: string;
  readonly format: DiagnosticFormat;
  /** False with `--no-color`. */
  readonly color: boolean;
};

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
