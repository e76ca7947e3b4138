// `identifiers` → Identifier[] by ascending priority, with patterns in their canonical form.
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/text.ts";
import { parsePattern } from "./pattern.ts";
import { printPattern } from "./pattern-print.ts";
import type { Identifier, IgnoreEntry } from "./project.ts";
import type { Reader } from "./reader.ts";

/** By ascending priority; reports priorities used twice and patterns outside the subset. */
export function resolveIdentifiers(reader: Reader): readonly Identifier[] {
  const owners = new Map<number, string>();
  const identifiers = reader.keys(["identifiers"]).map((name): Identifier => {
    const at = ["identifiers", name];
    const priority = reader.integer([...at, "priority"]);
    if (priority !== undefined) claimPriority(reader, owners, name, priority);
    return {
      name,
      priority: priority ?? 0,
      limit: reader.integer([...at, "limit"]),
      normalize: reader
        .items([...at, "normalize"])
        .map((path) => reader.text(path))
        .filter((macro) => macro !== undefined),
      valid: patternAt(reader, [...at, "valid"]),
      ignore: reader.items([...at, "ignore"]).flatMap((path) => ignoreEntry(reader, path) ?? []),
      maxRecords: reader.integer([...at, "max_records"]),
      contested: reader.word([...at, "contested"], ["nobody", "first", "last"]) ?? "nobody",
    };
  });
  return identifiers.sort((left, right) => left.priority - right.priority);
}

function claimPriority(reader: Reader, owners: Map<number, string>, name: string, priority: number): void {
  const owner = owners.get(priority);
  if (owner === undefined) {
    owners.set(priority, name);
    return;
  }
  let free = priority;
  while (owners.has(free)) free += 1;
  reader.report(
    "IDW301",
    `priority ${priority} of ${quote(name)} is taken by ${quote(owner)}`,
    reader.atValue(["identifiers", name, "priority"]),
    `Each identifier needs a priority of its own; ${free} comes next.`,
  );
}

function ignoreEntry(reader: Reader, path: ConfigPath): IgnoreEntry | undefined {
  const value = reader.text(path);
  if (value !== undefined) return { kind: "value", value };
  const pattern = patternAt(reader, [...path, "pattern"]);
  return pattern === undefined ? undefined : { kind: "pattern", pattern };
}

function patternAt(reader: Reader, path: ConfigPath): string | undefined {
  const text = reader.text(path);
  if (text === undefined || text === "") return undefined;
  const parsed = parsePattern(text);
  if ("pattern" in parsed) return printPattern(parsed.pattern);
  reader.reportInside("IDW312", `in the pattern: ${parsed.error.message}`, path, parsed.error);
  return undefined;
}
