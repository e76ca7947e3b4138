// Times on the command line.
import { InvalidArgumentError } from "commander";

/** In the forms that decisions.csv knows as well (config.md). Throws for commander. */
export function readTime(text: string): Date {
  const found =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/.exec(text);
  const [, date = "", time = "00:00", zone = "Z"] = found ?? [];
  const offset = zone === "Z" ? zone : `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}`;
  const read = new Date(`${date}T${time}${offset}`);
  // A day that the month lacks would silently become one of the next month.
  const isReal = new Date(`${date}T00:00Z`).toJSON()?.startsWith(date) === true;
  if (found === null || Number.isNaN(read.getTime()) || !isReal) {
    throw new InvalidArgumentError("A time is ISO 8601: 2026-01-31 or 2026-01-31T12:00:00Z.");
  }
  return read;
}
