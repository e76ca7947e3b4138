// The filters and tests of Jinja that are pure and always give the same answer (no `random`, no HTML).
import { JinjaError, type Place } from "./error.ts";
import { memberOf } from "./methods.ts";
import {
  type Call,
  Callable,
  isEqual,
  isTrue,
  itemsOf,
  order,
  textOf,
  type Value,
  wantNumber,
  wantText,
} from "./value.ts";

type Filter = (value: Value, call: Call) => Value;

const text = (value: Value, call: Call): string => textOf(value, call.place);
const items = (value: Value, call: Call): Value[] => [...itemsOf(value, call.place)];
const option = (call: Call, index: number, name: string): Value | undefined =>
  call.args[index] ?? call.named.get(name);

/** The value first, then the arguments in parentheses. `default` is the evaluator's: its value may be undefined. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ["abs", (value, call) => Math.abs(wantNumber(value, "The value", call.place))],
  ["capitalize", (value, call) => capitalize(text(value, call).toLowerCase())],
  ["count", (value, call) => itemsOf(value, call.place).length],
  ["first", (value, call) => itemsOf(value, call.place)[0] ?? empty(call)],
  ["float", (value, call) => toNumber(value, call)],
  ["indent", indent],
  ["int", (value, call) => Math.trunc(toNumber(value, call))],
  ["join", join],
  ["last", (value, call) => itemsOf(value, call.place).at(-1) ?? empty(call)],
  ["length", (value, call) => itemsOf(value, call.place).length],
  ["list", items],
  ["lower", (value, call) => text(value, call).toLowerCase()],
  ["map", mapItems],
  ["max", (value, call) => sorted(value, call).at(-1) ?? empty(call)],
  ["min", (value, call) => sorted(value, call)[0] ?? empty(call)],
  ["reject", (value, call) => items(value, call).filter((item) => !passes(item, call))],
  ["replace", replace],
  [
    "reverse",
    (value, call) =>
      typeof value === "string" ? [...value].reverse().join("") : items(value, call).reverse(),
  ],
  ["round", round],
  ["select", (value, call) => items(value, call).filter((item) => passes(item, call))],
  [
    "sort",
    (value, call) =>
      isTrue(option(call, 0, "reverse") ?? false) ? sorted(value, call).reverse() : sorted(value, call),
  ],
  ["string", text],
  [
    "sum",
    (value, call) =>
      items(value, call).reduce((sum: number, item) => sum + wantNumber(item, "An item", call.place), 0),
  ],
  ["title", (value, call) => text(value, call).toLowerCase().replace(/\S+/g, capitalize)],
  ["trim", (value, call) => text(value, call).trim()],
  [
    "unique",
    (value, call) =>
      items(value, call).filter(
        (item, index, all) => all.findIndex((other) => isEqual(item, other)) === index,
      ),
  ],
  ["upper", (value, call) => text(value, call).toUpperCase()],
]);

type Test = (value: Value, call: Call) => boolean;

const equal: Test = (value, call) => isEqual(value, call.args[0] ?? null);
const sequence: Test = (value) => typeof value === "string" || Array.isArray(value) || value instanceof Map;
const integer = (value: Value, call: Call): number => wantNumber(value, "The value", call.place);

/** `defined` and `undefined` are the evaluator's. */
export const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ["boolean", (value) => typeof value === "boolean"],
  ["callable", (value) => value instanceof Callable],
  [
    "divisibleby",
    (value, call) => integer(value, call) % wantNumber(call.args[0], "The divisor", call.place) === 0,
  ],
  ["eq", equal],
  ["equalto", equal],
  ["even", (value, call) => integer(value, call) % 2 === 0],
  ["false", (value) => value === false],
  ["in", (value, call) => contains(call.args[0] ?? null, value, call.place)],
  ["iterable", sequence],
  ["mapping", (value) => value instanceof Map],
  ["ne", (value, call) => !equal(value, call)],
  ["none", (value) => value === null],
  ["number", (value) => typeof value === "number"],
  ["odd", (value, call) => integer(value, call) % 2 !== 0],
  ["sameas", equal],
  ["sequence", sequence],
  ["string", (value) => typeof value === "string"],
  ["true", (value) => value === true],
]);

export function contains(container: Value, item: Value, place: Place): boolean {
  if (typeof container === "string") return container.includes(wantText(item, "What is looked for", place));
  return itemsOf(container, place).some((other) => isEqual(other, item));
}

function empty(call: Call): never {
  throw new JinjaError("IDW404", "The list is empty.", call.place);
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function toNumber(value: Value, call: Call): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  if (typeof value === "boolean") return value ? 1 : 0;
  const fallback = option(call, 0, "default");
  if (fallback !== undefined) return wantNumber(fallback, "The default", call.place);
  throw new JinjaError("IDW404", "The value is not a number.", call.place);
}

function indent(value: Value, call: Call): string {
  const pad = " ".repeat(wantNumber(option(call, 0, "width") ?? 4, "The width", call.place));
  const all = isTrue(option(call, 1, "first") ?? false);
  const lines = text(value, call).split("\n");
  return lines.map((line, index) => (line === "" || (index === 0 && !all) ? line : pad + line)).join("\n");
}

function join(value: Value, call: Call): string {
  const separator = text(option(call, 0, "d") ?? "", call);
  const attribute = option(call, 1, "attribute");
  const parts =
    attribute === undefined
      ? items(value, call)
      : items(value, call).map((item) => pluck(item, attribute, call));
  return parts.map((part) => text(part, call)).join(separator);
}

function mapItems(value: Value, call: Call): Value {
  const attribute = call.named.get("attribute");
  if (attribute !== undefined) return items(value, call).map((item) => pluck(item, attribute, call));
  const name = wantText(call.args[0], "The filter", call.place);
  const filter = FILTERS.get(name);
  if (filter === undefined) throw new JinjaError("IDW403", `There is no filter \`${name}\`.`, call.place);
  return items(value, call).map((item) => filter(item, { ...call, args: call.args.slice(1) }));
}

function pluck(item: Value, attribute: Value, call: Call): Value {
  const found = memberOf(item, attribute);
  if (found === undefined) throw new JinjaError("IDW403", "An item has no such attribute.", call.place);
  return found;
}

function passes(item: Value, call: Call): boolean {
  if (call.args.length === 0) return isTrue(item);
  const name = wantText(call.args[0], "The test", call.place);
  const test = TESTS.get(name);
  if (test === undefined) throw new JinjaError("IDW403", `There is no test \`${name}\`.`, call.place);
  return test(item, { ...call, args: call.args.slice(1) });
}

function replace(value: Value, call: Call): string {
  const [old, fresh] = [
    wantText(call.args[0], "The old text", call.place),
    wantText(call.args[1], "The new text", call.place),
  ];
  return text(value, call).replaceAll(old, () => fresh);
}

function round(value: Value, call: Call): number {
  const scale = 10 ** wantNumber(option(call, 0, "precision") ?? 0, "The precision", call.place);
  return Math.round(wantNumber(value, "The value", call.place) * scale) / scale;
}

function sorted(value: Value, call: Call): Value[] {
  const attribute = call.named.get("attribute");
  const key = (item: Value): Value => (attribute === undefined ? item : pluck(item, attribute, call));
  return items(value, call).sort((left, right) => order(key(left), key(right), call.place));
}
