// CSV by RFC 4180: written for people with a spreadsheet, and read back with the line of every row.

export type CsvRow = { readonly line: number; readonly fields: readonly string[] };

/** One line with its end. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map((field) => (/[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",")}\n`;
}

/** Spreadsheets of some countries write semicolons. Blank lines are no rows. */
export function csvRows(text: string): readonly CsvRow[] {
  const body = text.replace(/^\ufeff/, "");
  const header = /^[^\r\n]*/.exec(body)?.[0] ?? "";
  const delimiter = ["\t", ";"].find((each) => header.includes(each) && !header.includes(",")) ?? ",";
  const pattern = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^"${delimiter}\\r\\n]*))(${delimiter}|\\r\\n|\\n|\\r|$)`,
    "y",
  );
  const rows: CsvRow[] = [];
  let fields: string[] = [];
  let [line, start] = [1, 1];
  while (pattern.lastIndex < body.length) {
    const found = pattern.exec(body);
    // A stray quote: the row ends here, and lacks what comes after it.
    if (found === null) break;
    const [whole, quoted, bare = "", after] = found;
    fields.push(quoted?.replaceAll('""', '"') ?? bare);
    line += whole.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (after === delimiter) continue;
    if (fields.length > 1 || fields[0] !== "") rows.push({ line: start, fields });
    [fields, start] = [[], line];
  }
  if (fields.length > 0) rows.push({ line: start, fields });
  return rows;
}
