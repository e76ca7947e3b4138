// Reads the verdicts that people wrote into a sample; every line that cannot be is told at once.
import { readFileSync } from "node:fs";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError, type Span } from "../diagnostics/diagnostic.ts";
import { listOf, quote } from "../diagnostics/text.ts";
import { csvRows } from "../explain/csv.ts";
import {
  type Judged,
  SAMPLE_COLUMNS,
  type Score,
  scoreOf,
  VERDICTS,
  type Verdict,
} from "../explain/score.ts";

/** Throws IDW770 for what `sample` did not write, by line. */
export function score(file: string): Score {
  const [header, ...rows] = csvRows(textOf(file));
  const names = header?.fields.map((field) => field.trim()) ?? [];
  const missing = SAMPLE_COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const columns = listOf(missing.map(quote), "and");
    throw new DiagnosticError([problem(file, 1, `The file lacks the column ${columns}.`)]);
  }
  const problems: Diagnostic[] = [];
  const sizes = new Map<string, number>();
  const kinds = new Set<string>();
  const judged = rows.flatMap(({ line, fields }): readonly Judged[] => {
    const cell = (name: (typeof SAMPLE_COLUMNS)[number]) => fields[names.indexOf(name)]?.trim() ?? "";
    const found: Diagnostic[] = [];
    const [stratum, size, word] = [
      cell("stratum"),
      Number(cell("stratum_size")),
      cell("verdict").toLowerCase(),
    ];
    const verdict = VERDICTS.find((each) => each === word);
    if (word !== "" && verdict === undefined) {
      found.push(
        problem(
          file,
          line,
          `The verdict ${quote(word)} is none.`,
          `Allowed: ${listOf(VERDICTS.map(quote), "or")}; empty where nobody has looked.`,
        ),
      );
    }
    if (stratum === "" || !Number.isInteger(size) || size < 1) {
      found.push(
        problem(
          file,
          line,
          "The line has no stratum, or no size of it.",
          "Leave the columns of the sample as they are.",
        ),
      );
    } else if ((sizes.get(stratum) ?? size) !== size) {
      found.push(
        problem(
          file,
          line,
          `The stratum ${quote(stratum)} has another size than above: samples of two databases or runs do not mix.`,
        ),
      );
    }
    if (found.length === 0) sizes.set(stratum, size);
    kinds.add(cell("kind"));
    problems.push(...found);
    return found.length > 0 ? [] : [{ stratum, size, verdict: verdict as Verdict | undefined }];
  });
  if (kinds.size > 1) {
    const several = listOf([...kinds].map(quote), "and");
    problems.push(
      problem(file, 1, `The file holds samples of several kinds: ${several}.`, "Score each kind alone."),
    );
  }
  if (rows.length === 0) problems.push(problem(file, 1, "The file holds no line of a sample."));
  if (problems.length > 0) throw new DiagnosticError(problems);
  return scoreOf([...kinds][0] ?? "", judged);
}

function textOf(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "ENOENT"
        ? "is not there"
        : code === undefined || code.startsWith("ERR_")
          ? "is not UTF-8 text"
          : `cannot be read: ${code}`;
    throw new DiagnosticError([diagnose("IDW770", `The file ${quote(file)} ${why}.`)]);
  }
}

function problem(file: string, line: number, message: string, hint?: string): Diagnostic {
  const span: Span = { file, line, column: 1, endLine: line, endColumn: 1 };
  return diagnose("IDW770", message, { span, hint });
}
