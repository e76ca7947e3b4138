// Members of values, as in Python: `text.upper()`, `list.append(x)`, `dict.items()`. Nothing else of a value is in reach.
import { didYouMean } from "../diagnostics/suggest.ts";
import { JinjaError, type Place } from "./error.ts";
import {
  type Call,
  Callable,
  type Dict,
  isEqual,
  itemsOf,
  type List,
  textOf,
  typeName,
  type Value,
  wantText,
} from "./value.ts";

type Methods<T> = Readonly<Record<string, (self: T, call: Call) => Value>>;

const argument = (call: Call, index: number, name: string): string =>
  wantText(call.args[index], name, call.place);

const TEXT: Methods<string> = {
  upper: (self) => self.toUpperCase(),
  lower: (self) => self.toLowerCase(),
  strip: (self) => self.trim(),
  lstrip: (self) => self.trimStart(),
  rstrip: (self) => self.trimEnd(),
  startswith: (self, call) => self.startsWith(argument(call, 0, "the prefix")),
  endswith: (self, call) => self.endsWith(argument(call, 0, "the suffix")),
  replace: (self, call) =>
    self.replaceAll(argument(call, 0, "the old text"), () => argument(call, 1, "the new text")),
  split: (self, call) =>
    call.args.length === 0 ? self.trim().split(/\s+/) : self.split(argument(call, 0, "the separator")),
  join: (self, call) =>
    itemsOf(call.args[0] ?? null, call.place)
      .map((item) => textOf(item, call.place))
      .join(self),
};

const LIST: Methods<List> = {
  append(self, call) {
    self.push(call.args[0] ?? null);
    return null;
  },
  extend(self, call) {
    self.push(...itemsOf(call.args[0] ?? null, call.place));
    return null;
  },
  index(self, call) {
    const found = self.findIndex((item) => isEqual(item, call.args[0] ?? null));
    if (found < 0) throw new JinjaError("IDW404", "The list does not hold that item.", call.place);
    return found;
  },
};

const DICT: Methods<Dict> = {
  items: (self) => [...self].map(([key, value]) => [key, value]),
  keys: (self) => [...self.keys()],
  values: (self) => [...self.values()],
  get: (self, call) => self.get(argument(call, 0, "the key")) ?? call.args[1] ?? null,
  update(self, call) {
    const [other] = call.args;
    if (other instanceof Map) for (const [key, value] of other) self.set(key, value);
    for (const [key, value] of call.named) self.set(key, value);
    return null;
  },
};

/** `target.key` or `target[key]`; undefined when there is none. */
export function memberOf(target: Value, key: Value): Value | undefined {
  if (typeof key === "number") {
    if (!Array.isArray(target) && typeof target !== "string") return undefined;
    return target[key < 0 ? target.length + key : key];
  }
  if (typeof key !== "string") return undefined;
  if (target instanceof Map) return target.get(key) ?? bind(DICT, target, key);
  if (Array.isArray(target)) return bind(LIST, target, key);
  return typeof target === "string" ? bind(TEXT, target, key) : undefined;
}

function bind<T>(methods: Methods<T>, self: T, name: string): Callable | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method === undefined ? undefined : new Callable(name, (call) => method(self, call));
}

/** The mistake of asking for a member that is not there; `key` is shown only as it stands in the template. */
export function noMember(target: Value, key: string | undefined, place: Place): JinjaError {
  const what = key === undefined ? "no such item" : `no \`${key}\``;
  const allowed = target instanceof Map ? [...target.keys()] : methodsOf(target);
  const hint = key === undefined ? undefined : didYouMean(key, allowed);
  const type = typeName(target);
  const owner = type === "none" ? "None" : type.charAt(0).toUpperCase() + type.slice(1);
  return new JinjaError("IDW403", `${owner} has ${what}.`, place, hint);
}

function methodsOf(target: Value): readonly string[] {
  if (typeof target === "string") return Object.keys(TEXT);
  return Array.isArray(target) ? Object.keys(LIST) : [];
}
