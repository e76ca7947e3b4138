// Keys of the language that a later release brings, each with the issue that does. They are not in the
// schema; naming one gives an error that says it is coming instead of "unknown key".
import type { ConfigPath } from "../diagnostics/diagnostic.ts";

export type PlannedIssue = "B" | "C" | "D";

/** `*` stands for any name or index. Source: config.md. */
const KEYS: readonly (readonly [pattern: string, issue: PlannedIssue])[] = [];

/** The issue that brings the key at a path, or undefined when no issue does. */
export function plannedKey(path: ConfigPath): PlannedIssue | undefined {
  return KEYS.find(([pattern]) => matches(pattern, path))?.[1];
}

function matches(pattern: string, path: ConfigPath): boolean {
  const steps = pattern.split(".");
  return steps.length === path.length && steps.every((step, index) => step === "*" || step === path[index]);
}
