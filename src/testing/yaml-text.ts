// Values as one line of YAML, so that what a failure shows can be pasted into the test, and what `--update` writes is read
// back as it was meant.

export type Flow = string | null | readonly Flow[] | ReadonlyMap<string, string>;

/** Texts stand bare where YAML reads them back as the same text or number, and in quotes otherwise. */
export function flow(value: Flow): string {
  if (value === null) return "null";
  if (typeof value === "string") return scalar(value);
  if (value instanceof Map) return flowRow(value);
  return `[${[...(value as readonly Flow[])].map(flow).join(", ")}]`;
}

export function flowRow(row: ReadonlyMap<string, string>): string {
  return `{ ${[...row].map(([key, value]) => `${key}: ${scalar(value)}`).join(", ")} }`;
}

const BARE = /^[\p{L}\p{N}_][\p{L}\p{N}_ ./@+-]*$/u;
const READ_OTHERWISE = /^(null|true|false|~|)$/i;

function scalar(text: string): string {
  const isBare = BARE.test(text) && !text.endsWith(" ") && !READ_OTHERWISE.test(text);
  return isBare ? text : JSON.stringify(text);
}
