// The values a template can hold, and what Jinja2 says of them: truth, text, equality. No value is a JavaScript object
// with a prototype that a template could walk, which is what keeps templates in their sandbox.
import { JinjaError, type Place } from "./error.ts";

export type Value = string | number | boolean | null | List | Dict | Callable;
export type List = Value[];
export type Dict = Map<string, Value>;

export type Call = {
  readonly args: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly place: Place;
};

export class Callable {
  readonly name: string;
  readonly run: (call: Call) => Value;

  constructor(name: string, run: (call: Call) => Value) {
    this.name = name;
    this.run = run;
  }
}

export function typeName(value: Value): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map) return "a dictionary";
  if (value instanceof Callable) return `the macro \`${value.name}\``;
  if (typeof value === "string") return "a text";
  return typeof value === "number" ? "a number" : "a boolean";
}

export function isScalar(value: Value): boolean {
  return value === null || typeof value !== "object";
}

/** The same value, of lists and dictionaries of its own. */
export function copyOf(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyOf);
  return value instanceof Map ? new Map([...value].map(([key, item]) => [key, copyOf(item)])) : value;
}

export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Boolean(value);
}

/** What `{{ value }}` writes. Throws for what cannot stand in SQL by itself (none, lists, dictionaries, macros). */
export function textOf(value: Value, place: Place): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  const hint = Array.isArray(value) ? "Write {{ values | join(', ') }}." : undefined;
  throw new JinjaError("IDW404", `${sentence(typeName(value))} cannot be written as text.`, place, hint);
}

export function isEqual(left: Value, right: Value): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index] ?? null));
  }
  if (left instanceof Map && right instanceof Map) {
    return (
      left.size === right.size &&
      [...left].every(([key, item]) => right.has(key) && isEqual(item, right.get(key) ?? null))
    );
  }
  return left === right;
}

/** Negative, zero or positive. Throws unless both are numbers or both are texts. */
export function order(left: Value, right: Value, place: Place): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  throw new JinjaError(
    "IDW404",
    `${sentence(typeName(left))} and ${typeName(right)} cannot be put in order.`,
    place,
  );
}

/** What a `for` walks over. Throws for what has no items. */
export function itemsOf(value: Value, place: Place): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys()];
  if (typeof value === "string") return [...value];
  throw new JinjaError("IDW404", `${sentence(typeName(value))} has no items.`, place);
}

export function wantText(value: Value | undefined, what: string, place: Place): string {
  if (typeof value === "string") return value;
  throw new JinjaError("IDW404", `${what} must be a text, not ${typeName(value ?? null)}.`, place);
}

export function wantNumber(value: Value | undefined, what: string, place: Place): number {
  if (typeof value === "number") return value;
  throw new JinjaError("IDW404", `${what} must be a number, not ${typeName(value ?? null)}.`, place);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
