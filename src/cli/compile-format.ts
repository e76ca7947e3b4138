// `--format` of `compile` says two things, so it may be given twice: what is written, and how results and problems are
// printed.
import { InvalidArgumentError, Option } from "commander";
import type { DiagnosticFormat } from "../diagnostics/format.ts";

export const WRITTEN = ["script", "dbt", "airflow"] as const;
const PRINTED = ["text", "json", "github"] as const satisfies readonly DiagnosticFormat[];

export type Written = (typeof WRITTEN)[number];

export type CompileFormat = { readonly written: Written; readonly printed: DiagnosticFormat };

const DEFAULT: CompileFormat = { written: "script", printed: "text" };

/** The last word of each kind counts. */
export function compileFormatOption(): Option {
  const words = [...WRITTEN, ...PRINTED];
  const described = `what is written, and how results and problems are printed; may be given twice (choices: ${words.map((word) => `"${word}"`).join(", ")})`;
  return new Option("--format <format>", described)
    .default(DEFAULT, "script, text")
    .argParser((word: string, before: CompileFormat): CompileFormat => {
      const written = WRITTEN.find((each) => each === word);
      if (written !== undefined) return { ...before, written };
      const printed = PRINTED.find((each) => each === word);
      if (printed !== undefined) return { ...before, printed };
      throw new InvalidArgumentError(`Allowed choices are ${words.join(", ")}.`);
    });
}
