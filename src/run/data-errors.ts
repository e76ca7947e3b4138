// What DuckDB says of a data file that it cannot read → the file, the line and what is wrong there.
import { isAbsolute, relative } from "node:path";
import type { DiagnosticCode } from "../diagnostics/codes.ts";

export type DataProblem = { readonly code: DiagnosticCode; readonly reason: string; readonly hint?: string };

/** Undefined for what is not about the data. Paths are shown from `folder`. */
export function dataProblem(message: string, folder: string): DataProblem | undefined {
  return csvProblem(message, folder) ?? jsonProblem(message, folder) ?? otherProblem(message, folder);
}

function csvProblem(message: string, folder: string): DataProblem | undefined {
  const file = shown(/^ *file = (.*)$/m.exec(message)?.[1] ?? "", folder);
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  if (line === undefined) {
    if (!/Error when sniffing/.test(message)) return undefined;
    const reason =
      "its lines have no common form as CSV: their numbers of fields, quotes or line ends differ";
    return { code: "IDW506", reason };
  }
  const place = `line ${line} of ${file}`;
  const fields = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (fields !== null) {
    const [, wanted, found] = fields;
    // Of a long row DuckDB tells the first field too many, not how many there are.
    const told = Number(found) > Number(wanted) ? "more than" : `${found} of`;
    const hint = "A field that holds the separator, a quote or a line end is put in double quotes.";
    return {
      code: "IDW506",
      reason: `${place} has ${told} the ${wanted} ${wanted === "1" ? "field" : "fields"} of the header`,
      hint,
    };
  }
  if (/unterminated quote/i.test(message)) {
    const hint =
      'Around a quoted field nothing else may stand; a quote inside it is written twice: "5"" disk".';
    return { code: "IDW506", reason: `${place} has a quote that is not closed where the field ends`, hint };
  }
  if (/unicode|not utf-8/i.test(message)) return notUtf8(place);
  if (/Maximum line size/i.test(message)) {
    return {
      code: "IDW506",
      reason: `${place} is longer than 2,097,152 bytes; perhaps a quote is never closed`,
    };
  }
  return { code: "IDW506", reason: `${place} is not CSV` };
}

function jsonProblem(message: string, folder: string): DataProblem | undefined {
  const broken =
    /Malformed JSON in file "(.*)", at byte (\d+) in (line|record\/value) (\d+): (.*?)\.?\s*$/m.exec(message);
  if (broken !== null) {
    const [, file = "", byte, unit, counted, what = ""] = broken;
    // DuckDB 1.5 counts this one from 1 and adds 1 (test/engine/bad-files.test.ts would notice a change).
    const place = `${unit === "line" ? "line" : "value"} ${Number(counted) - 1} of ${shown(file, folder)}`;
    if (/UTF-8/i.test(what)) return notUtf8(place);
    return { code: "IDW510", reason: `${place} is not JSON (${what}, byte ${byte} of it)` };
  }
  const other = /JSON transform error in file "(.*)", in (?:line|record\/value) (\d+): (.*)/.exec(message);
  if (other === null) return undefined;
  const [, file = "", line, what] = other;
  const hint = "A column has the type of its first 20,480 values: write it as text throughout.";
  return { code: "IDW510", reason: `line ${line} of ${shown(file, folder)}: ${what}`, hint };
}

function otherProblem(message: string, folder: string): DataProblem | undefined {
  const reason = reasonOf(message, folder);
  const types =
    /In file "(.*)" the column "(.*)" has type (.*), but we are trying to read it as type (.*)\.$/m.exec(
      message,
    );
  if (types !== null) {
    const [, file = "", column, type, wanted] = types;
    const told = `\`${column}\` is ${type} in ${shown(file, folder)}, and ${wanted} in the files before it`;
    return {
      code: "IDW511",
      reason: told,
      hint: "Narrow the wildcard, or make one model of each kind of file.",
    };
  }
  if (/^Catalog Error: Table with name/.test(message)) return { code: "IDW416", reason };
  if (/No files found that match/.test(message)) return { code: "IDW401", reason };
  if (/cannot open file/i.test(message)) return { code: "IDW414", reason };
  if (/magic bytes|Parquet file|gzip|zstd|Error while reading file/i.test(message)) {
    return { code: "IDW510", reason };
  }
  if (/Invalid (unicode|string encoding)|not utf-?8/i.test(message)) return { code: "IDW507", reason };
  return undefined;
}

function notUtf8(place: string): DataProblem {
  const hint = "Save it as UTF-8: `iconv -f WINDOWS-1252 -t UTF-8 old > new`.";
  return { code: "IDW507", reason: `${place} holds bytes that are not UTF-8`, hint };
}

/** The first line of a message of DuckDB, without the class of the error, with paths as the user wrote them. */
export function reasonOf(message: string, folder?: string): string {
  const [line = message] = message.split("\n").filter((each) => each.trim() !== "");
  const reason = line
    .trim()
    .replace(/^(?:[A-Z]\w+ )+Error: /, "")
    .replace(/[.!]$/, "");
  return folder === undefined ? reason : reason.replaceAll(`${folder}/`, "");
}

function shown(file: string, folder: string): string {
  const path = isAbsolute(file) ? relative(folder, file) : file;
  return path.startsWith("..") ? file : path;
}
