// The one exception of the Jinja room: a mistake in a template, with its code and place. index.ts turns it into a
// diagnostic; nothing outside this folder sees it.
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/diagnostic.ts";

/** Where a node starts; line and column from 1. */
export type Place = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
};

export class JinjaError extends Error {
  readonly code: DiagnosticCode;
  readonly place: Place;
  readonly hint: string | undefined;
  /** The calls of macros that led here, innermost first. */
  readonly callers: Place[] = [];

  constructor(code: DiagnosticCode, message: string, place: Place, hint?: string) {
    super(message);
    this.name = "JinjaError";
    this.code = code;
    this.place = place;
    this.hint = hint;
  }
}

export function spanOf(place: Place): Span {
  return {
    file: place.file,
    line: place.line,
    column: place.column,
    endLine: place.line,
    endColumn: place.column + place.length,
  };
}
