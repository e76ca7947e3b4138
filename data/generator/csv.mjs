// CSV (RFC 4180, lines end with \n) and gzip that does not depend on the machine or the hour.
import { gzipSync } from "node:zlib";

/** The rows as CSV: the keys of the first are the header. A field is quoted only when it must be. */
export function csv(rows) {
  const line = (fields) => `${fields.map(field).join(",")}\n`;
  return line(Object.keys(rows[0])) + rows.map((one) => line(Object.values(one))).join("");
}

/** Gzip at level 9 with neither time nor operating system in its header (bytes 4 to 7, and 9, of RFC 1952). */
export function gzip(text) {
  const bytes = gzipSync(text, { level: 9 });
  bytes.fill(0, 4, 8);
  bytes[9] = 255;
  return bytes;
}

const field = (text) => (/[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
