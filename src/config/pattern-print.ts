// The canonical text of a pattern: valid RE2 (DuckDB, BigQuery), shorthands spelled out, so that it means the same
// without any flag. Parsing is pattern.ts.
import type { CodeRange, Pattern } from "./pattern.ts";

const CONTROLS: ReadonlyMap<number, string> = new Map([
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0b, "\\v"],
  [0x0c, "\\f"],
  [0x0d, "\\r"],
]);

/** Parses back to the same tree; printing twice gives the same text. */
export function printPattern(pattern: Pattern): string {
  switch (pattern.kind) {
    case "alternatives":
      return pattern.of.map(printPattern).join("|");
    case "sequence":
      return pattern.of.map(printPattern).join("");
    case "group":
      return `(${printPattern(pattern.of)})`;
    case "repeat":
      return printPattern(pattern.of) + quantifier(pattern.min, pattern.max);
    case "class":
      return `[${pattern.negated ? "^" : ""}${pattern.ranges.map(printRange).join("")}]`;
    case "any":
      return ".";
    case "literal":
      return escaped(pattern.codePoint, /[\\.^$|()[\]{}*+?]/);
  }
}

function quantifier(min: number, max: number | undefined): string {
  if (max === undefined) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function printRange({ from, to }: CodeRange): string {
  const signs = /[\\^\-[\]&~]/;
  return from === to ? escaped(from, signs) : `${escaped(from, signs)}-${escaped(to, signs)}`;
}

function escaped(codePoint: number, signs: RegExp): string {
  const control = CONTROLS.get(codePoint);
  if (control !== undefined) return control;
  const character = String.fromCodePoint(codePoint);
  return signs.test(character) ? `\\${character}` : character;
}
