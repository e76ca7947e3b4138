// The door of the room: the text of identity.yml → Project, and the types and checks that other rooms need.
import type { Result } from "../diagnostics/diagnostic.ts";
import { hasErrors } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/format.ts";
import { parse } from "./parse.ts";
import type { Project } from "./project.ts";
import { resolve } from "./resolve.ts";
import type { SourceDocument } from "./source.ts";
import { validate } from "./validate.ts";

export { conditionText, valueText } from "./alert-text.ts";
export { bytesOf } from "./bytes.ts";
export { checkNormalizers } from "./cross-checks.ts";
export { checkExpression, type ExpressionError } from "./expression.ts";
export { goldenColumns, isOrderRule, rulesOf, visibleAttributes } from "./golden-rules.ts";
export * from "./metrics.ts";
export { MAXIMUM_BYTES } from "./parse.ts";
export { type Pattern, type PatternError, parsePattern } from "./pattern.ts";
export { printPattern } from "./pattern-print.ts";
export { readProfile, type Setting } from "./profiles.ts";
export type * from "./project.ts";
export { Reader } from "./reader.ts";
export { DEFAULT_SCHEMA, SECRET_KEYS } from "./resolve-targets.ts";
export type { Range, SourceDocument, SourceNode } from "./source.ts";

/**
 * The project that a text means, with all mistakes in source order. `file` is its name as the user wrote it and is
 * what messages show. Never throws for what a user wrote; touches no file.
 */
export function readProject(text: string, file: string): Result<Project> {
  const parsed = parse(text, file);
  if (parsed.value === undefined) return { diagnostics: sortDiagnostics(parsed.diagnostics) };
  const shape = validate(parsed.value);
  const resolved = resolve(parsed.value, shape);
  const diagnostics = sortDiagnostics([...parsed.diagnostics, ...shape, ...resolved.diagnostics]);
  if (resolved.value === undefined || hasErrors(diagnostics)) return { diagnostics };
  return { value: resolved.value, diagnostics };
}

/** A test file by its keys and their places, with all departures from its schema; what they mean is read in src/testing. */
export function readTests(text: string, file: string): Result<SourceDocument> {
  const { value, diagnostics } = parse(text, file, "tests");
  if (value === undefined) return { diagnostics: sortDiagnostics(diagnostics) };
  const all = sortDiagnostics([...diagnostics, ...validate(value, "tests")]);
  return hasErrors(all) ? { diagnostics: all } : { value, diagnostics: all };
}
