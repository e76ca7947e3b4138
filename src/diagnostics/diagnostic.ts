// What a mistake looks like: a code, a place, a sentence, and what would be right. Leaf: imports nothing.
import type { DiagnosticCode } from "./codes.ts";

/** The way to a key of identity.yml, e.g. `["models", "crm", "identifiers", "email"]`; list items by index. */
export type ConfigPath = readonly (string | number)[];

/** A place in a text file. Lines and columns count from 1, columns in UTF-16 code units; `end` is exclusive. */
export type Span = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
};

export type Severity = "error" | "warning";

export type Diagnostic = {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence: the thing and what is wrong with it. */
  readonly message: string;
  readonly span?: Span;
  /** What is allowed, or the nearest right name, or what to do. */
  readonly hint?: string;
};

/** What every pure phase returns: a value unless an error stands in the way, and all that was noticed. */
export type Result<T> = { readonly value?: T; readonly diagnostics: readonly Diagnostic[] };

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** Thrown where a phase with side effects (a run) meets a mistake of the user; carries the diagnostics. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
    this.name = "DiagnosticError";
    this.diagnostics = diagnostics;
  }
}
