// The file of decisions as text: which ids it holds, and the lines that add rows to it in its own manner.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/diagnostic.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { listOf, quote } from "../diagnostics/text.ts";
import { DECISION_COLUMNS, type DecisionColumn, type DecisionRow } from "../render/decisions.ts";
import { delimiterIn } from "./data-files.ts";

/** Columns that a file may lack although we would fill them. */
const OPTIONAL: readonly DecisionColumn[] = ["decided_by", "decided_at"];

export type DecisionsFile = {
  /** Absolute. */
  readonly file: string;
  /** As identity.yml names it. */
  readonly path: string;
  /** Empty when there is no such file yet. */
  readonly text: string;
  readonly span: Span | undefined;
};

/** Throws IDW615 for what is not one plain CSV in UTF-8. */
export function readDecisionsFile(folder: string, path: string, span: Span | undefined): DecisionsFile {
  const file = resolve(folder, path);
  const refuse = (why: string) =>
    new DiagnosticError([
      diagnose("IDW615", `No row can be added to ${path}: ${why}.`, {
        span,
        hint: "Decisions are added to one .csv or .tsv file, or to a table by the INSERT that is shown.",
      }),
    ]);
  if (/^[a-z][a-z0-9+]+:\/\//i.test(path)) throw refuse("it is an address");
  if (!existsSync(file)) {
    if (/[*?[]/.test(path)) throw refuse("it names several files");
    if (!/\.(csv|tsv)$/i.test(path)) throw refuse("it is no .csv or .tsv");
    return { file, path, text: "", span };
  }
  if (!/\.(csv|tsv)$/i.test(path)) throw refuse("it is no .csv or .tsv");
  try {
    return {
      file,
      path,
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file)),
      span,
    };
  } catch {
    throw refuse("it is not UTF-8 text");
  }
}

/** The ids of all rows, in the order of the file. */
export function idsIn({ text, path }: DecisionsFile): readonly string[] {
  const [header = [], ...rows] = fieldsOf(text, delimiterFor(path, text));
  const at = header.findIndex(({ value }) => value.trim().toLowerCase() === "id");
  return rows.flatMap((row) => {
    const value = row[at]?.value ?? "";
    return value === "" ? [] : [value];
  });
}

/**
 * `count` ids that none has yet: they go on counting where the last row ends in a number (`d-007`), and are of `now` where it
 * does not.
 */
export function nextIds(taken: readonly string[], count: number, now: Date): readonly string[] {
  const seen = new Set(taken);
  const last = taken.at(-1);
  const [, prefix = "d-", digits = "000"] = /^(.*?)(\d{1,15})$/.exec(last ?? "d-000") ?? [];
  const isNumbered = last === undefined || /\d{1,15}$/.test(last);
  const stamp = now.toISOString().replace(/[-:]|\..*/g, "");
  const numbers = taken.flatMap((id) => {
    const found = id.startsWith(prefix) ? /^\d{1,15}$/.exec(id.slice(prefix.length)) : null;
    return found === null ? [] : [Number(found[0])];
  });
  const ids: string[] = [];
  for (let next = isNumbered ? Math.max(0, ...numbers) + 1 : 1; ids.length < count; next += 1) {
    const id = isNumbered ? `${prefix}${String(next).padStart(digits.length, "0")}` : `d-${stamp}-${next}`;
    if (!seen.has(id)) ids.push(id);
  }
  return ids;
}

/**
 * The text to put at the end: the rows with the columns, the delimiter, the quoting and the line ends of the file, after a
 * header where there is none. Throws IDW615 when the file lacks a column that a row needs.
 */
export function linesFor({ path, text, span }: DecisionsFile, rows: readonly DecisionRow[]): string {
  const delimiter = delimiterFor(path, text);
  const [header] = fieldsOf(text, delimiter);
  const end = /\r\n/.test(text) ? "\r\n" : "\n";
  const names = header?.map(({ value }) => value.trim().toLowerCase()) ?? [...DECISION_COLUMNS];
  const quotesAll = header?.every(({ isQuoted }) => isQuoted) === true;
  const needed = DECISION_COLUMNS.filter(
    (column) => !OPTIONAL.includes(column) && rows.some((row) => row[column] !== undefined),
  );
  const missing = needed.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    const columns = listOf(missing.map(quote), "and");
    const message = `${path} has no column ${columns}, which the decision needs; nothing was written.`;
    const hint = "Add it to the header, and an empty field to every row.";
    throw new DiagnosticError([diagnose("IDW615", message, { span, hint })]);
  }
  const field = (value: string) =>
    quotesAll || value.includes(delimiter) || /["\r\n]|^\s|\s$/.test(value)
      ? `"${value.replaceAll('"', '""')}"`
      : value;
  const line = (fields: readonly string[]) => `${fields.map(field).join(delimiter)}${end}`;
  const start = text === "" || text === "\ufeff" ? line(DECISION_COLUMNS) : /\n$/.test(text) ? "" : end;
  const cellOf = (row: DecisionRow, name: string) =>
    DECISION_COLUMNS.flatMap((column) => (column === name ? [row[column] ?? ""] : [])).join("");
  return `${start}${rows.map((row) => line(names.map((name) => cellOf(row, name)))).join("")}`;
}

/** Makes the file if need be. Throws IDW615 when it is not as it was read. */
export function append(before: DecisionsFile, lines: string): void {
  const now = existsSync(before.file) ? readFileSync(before.file, "utf8") : "";
  if (now.replace(/^\ufeff/, "") !== before.text.replace(/^\ufeff/, "")) {
    const message = `${before.path} was changed meanwhile; nothing was written.`;
    throw new DiagnosticError([diagnose("IDW615", message, { span: before.span, hint: "Decide again." })]);
  }
  appendFileSync(before.file, lines);
}

function delimiterFor(path: string, text: string): string {
  if (/\.tsv$/i.test(path)) return "\t";
  return delimiterIn(/^\ufeff?((?:"(?:[^"]|"")*"|[^\r\n])*)/.exec(text)?.[1] ?? "");
}

type Field = { readonly value: string; readonly isQuoted: boolean };

/** RFC 4180; blank lines are no rows. */
function fieldsOf(text: string, delimiter: string): readonly (readonly Field[])[] {
  const rows: Field[][] = [];
  let row: Field[] = [];
  const pattern = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^"\\r\\n${delimiter === "|" ? "\\|" : delimiter}]*))(${delimiter === "|" ? "\\|" : delimiter}|\\r\\n|\\n|\\r|$)`,
    "y",
  );
  pattern.lastIndex = text.startsWith("\ufeff") ? 1 : 0;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (found === null) break;
    const [, quoted, bare = "", after] = found;
    row.push({ value: quoted?.replaceAll('""', '"') ?? bare, isQuoted: quoted !== undefined });
    if (after === delimiter) continue;
    if (row.length > 1 || row[0]?.value !== "") rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push([...row, { value: "", isQuoted: false }]);
  return rows;
}
