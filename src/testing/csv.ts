// CSV as people write it beside their tests: commas, quotes, a header. Data files of models are read by the database.

/** Rows of fields, the header first; empty lines are left out. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy;
  const body = text.startsWith("\ufeff") ? text.slice(1) : text;
  while (field.lastIndex < body.length) {
    const found = field.exec(body);
    if (found === null) throw new SyntaxError("a quote is never closed");
    const [, inQuotes, plain, end] = found;
    row.push(inQuotes === undefined ? (plain ?? "") : inQuotes.replaceAll('""', '"'));
    if (end === ",") {
      // A comma at the very end of the text still has a field after it.
      if (field.lastIndex >= body.length) row.push("");
      else continue;
    }
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}
