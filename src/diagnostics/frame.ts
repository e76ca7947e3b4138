// The code frame: the line of a span with its number, the line before it, and carets under what is meant.
import type { Span } from "./diagnostic.ts";

const WIDEST = 120;
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]$/u;

/** A file's lines as spans count them; line ends and a byte order mark are left off. */
export function linesOf(text: string): readonly string[] {
  return text.replace(/^\ufeff/, "").split(/\r?\n/);
}

/**
 * The lines of a frame for `span` in a file's lines, without colour. Carets cover the span's first line only. A long line is
 * cut to a window around them; control characters are shown as pictures. Empty when the line is not in the file.
 */
export function frame(source: readonly string[], span: Span): readonly string[] {
  const line = source[span.line - 1];
  if (line === undefined) return [];
  const start = Math.min(span.column - 1, line.length);
  const end = span.endLine > span.line ? line.length : Math.min(span.endColumn - 1, line.length);
  const from = line.length <= WIDEST ? 0 : Math.max(0, start - Math.floor(WIDEST / 3));
  const cutBefore = from > 0 ? "…" : "";
  const shown = line.slice(from, from + WIDEST);
  const cutAfter = from + WIDEST < line.length ? "…" : "";
  const before = cutBefore.length + width(line.slice(from, start));
  const marked = Math.max(1, width(line.slice(start, Math.min(end, from + WIDEST))));

  const gutter = String(span.line).length;
  const rows = [`${" ".repeat(gutter)} |`];
  const previous = from > 0 ? undefined : source[span.line - 2];
  if (previous !== undefined && previous.trim() !== "") {
    const cut = previous.length > WIDEST ? `${printable(previous.slice(0, WIDEST))}…` : printable(previous);
    rows.push(`${String(span.line - 1).padStart(gutter)} | ${cut}`);
  }
  rows.push(`${span.line} | ${cutBefore}${printable(shown)}${cutAfter}`);
  rows.push(`${" ".repeat(gutter)} | ${" ".repeat(before)}${"^".repeat(marked)}`);
  return rows.map((row) => row.trimEnd());
}

/** A tab as one space and other control characters as their pictures, so that a column stays a column. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu, (character) => {
    if (character === "\t") return " ";
    return character < " " ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : "\ufffd";
  });
}

/** Columns on a terminal: East Asian letters and pictures take two, combining marks none. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/^\p{Mn}$/u.test(character)) continue;
    columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}
