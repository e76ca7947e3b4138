// Reads the nodes of scenario files strictly: each function throws when the node is not what it should be.

/** The model that carries all records of a scenario. */
export const MODEL = "m";

/** The full record key of a key of a scenario. */
export function recordKey(node: unknown): string {
  return `${MODEL}:${string(node)}`;
}

/** Microseconds since 1970 of an ISO 8601 time in UTC with up to six digits of a second. */
export function microseconds(node: unknown): number | null {
  if (node === undefined || node === null) return null;
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(string(node));
  if (parts === null) throw new Error(`not a time in UTC: ${String(node)}`);
  return Date.parse(`${parts[1]}Z`) * 1000 + Number((parts[2] ?? "").padEnd(6, "0"));
}

/** A mapping, of the allowed keys only. */
export function fields(node: unknown, allowed?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof node !== "object" || node === null || Array.isArray(node))
    throw new Error("a mapping is missing");
  const entries = Object.entries(node);
  const unknown = allowed === undefined ? undefined : entries.find(([key]) => !allowed.includes(key));
  if (unknown !== undefined) throw new Error(`unknown key ${unknown[0]}`);
  return Object.fromEntries(entries);
}

export function list(node: unknown): readonly unknown[] {
  if (!Array.isArray(node)) throw new Error("a list is missing");
  return node;
}

export function string(node: unknown): string {
  if (typeof node !== "string") throw new Error(`not a text: ${JSON.stringify(node)}`);
  return node;
}

export function number(node: unknown): number {
  if (typeof node !== "number") throw new Error(`not a number: ${JSON.stringify(node)}`);
  return node;
}
