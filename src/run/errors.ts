// What DuckDB says → what we say: codes, places and cures for the failures that a user can mend.
import { type DiagnosticCode, diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import type { StatementStep } from "../plan/plan.ts";
import { dataProblem, reasonOf } from "./data-errors.ts";
import type { Loaded } from "./load.ts";

/** A statement that the warehouse refused, with the step it belongs to. */
export class RunError extends Error {
  readonly step: StatementStep;
  readonly statement: string;

  constructor(step: StatementStep, statement: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.name = "RunError";
    this.step = step;
    this.statement = statement;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Undefined for what is nobody's fault but ours. */
export function explainFailure(error: unknown, loaded: Loaded): Diagnostic | undefined {
  const message = messageOf(error);
  const general = resourceFailure(message);
  if (general !== undefined) return general;
  if (!(error instanceof RunError)) return undefined;
  const { project, folder } = loaded;
  const { query } = error.step;
  const data = dataProblem(message, folder);
  const tell = (code: DiagnosticCode, what: string, span: Span | undefined): Diagnostic =>
    diagnose(data?.code ?? code, `${what}: ${data?.reason ?? reasonOf(message, folder)}.`, {
      span,
      hint: data?.hint ?? hintOf(message),
    });
  if (query.kind === "given_decisions") {
    return tell("IDW510", "The decisions cannot be read", project.places.of(["decisions"]));
  }
  if (query.kind === "given_ids" || query.kind === "imported") {
    return tell("IDW510", "The imported ids cannot be read", project.places.of(["import", "ids"]));
  }
  if (query.kind === "given_requests") {
    return tell("IDW510", "The erasure requests cannot be read", project.places.of(["forget"]));
  }
  if (query.kind === "candidates" || query.kind === "ignored") {
    return tell("IDW412", "What `normalize` makes of a value fails", project.places.of(["identifiers"]));
  }
  if (query.kind === "survivors" || (query.kind === "output" && query.output === "golden_records")) {
    return tell("IDW412", "The golden records cannot be made", project.places.of(["golden_record"]));
  }
  const model = "model" in query ? project.models.find(({ name }) => name === query.model) : undefined;
  if (model === undefined) return undefined;
  const { source } = model;
  if (data === undefined && query.kind === "judged" && model.reject.length > 0) {
    const span = project.places.of(["models", model.name, "reject"]);
    return tell("IDW412", `A reject rule of ${model.name} fails`, span);
  }
  if (source.kind === "sql") {
    return tell(
      "IDW405",
      `The SELECT of ${model.name} fails`,
      placeInFile(source.path, model.name, message, loaded),
    );
  }
  const span = project.places.of(["models", model.name, source.kind]);
  return tell("IDW510", `The model ${model.name} cannot be read`, span);
}

function resourceFailure(message: string): Diagnostic | undefined {
  if (/Out of Memory Error/i.test(message)) {
    const hint = "Raise `memory_limit` of the target, lower `threads`, or free the disk that sorts spill to.";
    return diagnose("IDW703", `DuckDB ran out of memory: ${firstLine(message)}`, { hint });
  }
  if (/No space left on device|disk full|quota exceeded|file too large/i.test(message)) {
    return diagnose("IDW704", `The disk is full: ${firstLine(message)}`, {
      hint: "Results are built beside the database file; free space there and run again.",
    });
  }
  return undefined;
}

function firstLine(message: string): string {
  return (
    message
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? message
  );
}

/** DuckDB's own suggestion, unless it suggests a table of its own or of ours. */
export function hintOf(message: string): string | undefined {
  const lines = message.split("\n").map((line) => line.trim());
  const hint = lines.find((line) => /^(Candidate|Did you mean)/i.test(line));
  return hint !== undefined && /"(duckdb_|pg_|sqlite_|pragma_|idw_)/.test(hint) ? undefined : hint;
}

/** Where DuckDB's `LINE n: … ^` stands in the model's file. Where Jinja moved lines, the line is looked for by its text. */
function placeInFile(path: string, model: string, message: string, { selects, modelTexts }: Loaded): Span {
  const at = (line: number, column: number): Span => ({
    file: path,
    line,
    column,
    endLine: line,
    endColumn: column + 1,
  });
  const found = /LINE (\d+): (.*)\n( *)\^/.exec(message);
  const select = selects.get(model);
  if (found === null || select === undefined) return at(1, 1);
  // Our statement has one line before the SELECT, which begins at its first line that is not blank.
  const blank = (/^\s*/.exec(select)?.[0] ?? "").split("\n").length - 1;
  const index = Number(found[1]) - 2 + blank;
  const rendered = select.split("\n")[index];
  const written = (modelTexts.get(path) ?? "").split("\n");
  // DuckDB shows part of a long line only, and then its caret tells no column.
  const caret = (found[3]?.length ?? 0) - `LINE ${found[1]}: `.length;
  const column = found[2] === rendered ? Math.max(1, caret + 1) : 1;
  if (rendered === undefined) return at(1, 1);
  if (written[index]?.trimEnd() === rendered.trimEnd()) return at(index + 1, column);
  const same = written.flatMap((line, number) => (line.trimEnd() === rendered.trimEnd() ? [number] : []));
  if (same.length === 1 && same[0] !== undefined) return at(same[0] + 1, column);
  return written.length === select.split("\n").length ? at(index + 1, 1) : at(1, 1);
}
