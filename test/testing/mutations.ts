// Every change of one rule in the worked example's identity.yml: limits, policies, normalisers, rules of survivorship, and
// what says which values and records count.
import { parse, stringify } from "yaml";

export type Mutation = {
  readonly kind: "limit" | "policy" | "normaliser" | "survivorship" | "value" | "record";
  readonly name: string;
  /** identity.yml with the change. */
  readonly text: string;
};

type Node = Record<string, unknown>;

const POLICIES = ["nobody", "first", "last"];
const RULES = ["most_recent", "earliest", "most_frequent", "source_priority", "longest", "shortest"];
const GROUP_RULES = ["most_recent", "earliest", "most_frequent", "source_priority"];

export function mutationsOf(text: string): readonly Mutation[] {
  const found: Mutation[] = [];
  const given = parse(text) as Node;
  const add = (kind: Mutation["kind"], name: string, path: readonly (string | number)[], value: unknown) => {
    const changed = structuredClone(given);
    const parent = path.slice(0, -1).reduce<Node>((node, step) => node[step] as Node, changed);
    const last = path.at(-1) ?? "";
    if (value !== undefined) parent[last] = value;
    else if (Array.isArray(parent) && parent.length > 1) parent.splice(Number(last), 1);
    else if (Array.isArray(parent)) {
      // A list that would be empty goes whole.
      const owner = path.slice(0, -2).reduce<Node>((node, step) => node[step] as Node, changed);
      delete owner[path.at(-2) ?? ""];
    } else delete parent[last];
    const what = value === undefined ? "removed" : JSON.stringify(value);
    found.push({ kind, name: `${name}: ${what}`, text: stringify(changed) });
  };
  const numbers = (kind: Mutation["kind"], name: string, path: readonly string[], number: number) => {
    for (const other of [undefined, number + 1, number - 1]) {
      if (other !== 0) add(kind, name, path, other);
    }
  };

  for (const [name, model] of Object.entries(given["models"] as Record<string, Node>)) {
    for (const index of ((model["reject"] ?? []) as unknown[]).keys()) {
      add("record", `reject of ${name}`, ["models", name, "reject", index], undefined);
    }
  }
  for (const [name, identifier] of Object.entries(given["identifiers"] as Record<string, Node>)) {
    const path = ["identifiers", name];
    if (identifier["limit"] !== undefined) {
      numbers("limit", `limit of ${name}`, [...path, "limit"], Number(identifier["limit"]));
    }
    const policy = identifier["contested"] ?? "nobody";
    for (const other of POLICIES) {
      if (other !== policy) add("policy", `contested of ${name}`, [...path, "contested"], other);
    }
    for (const [index, normaliser] of ((identifier["normalize"] ?? []) as string[]).entries()) {
      add("normaliser", `normaliser ${normaliser} of ${name}`, [...path, "normalize", index], undefined);
    }
    if (identifier["valid"] !== undefined) add("value", `valid of ${name}`, [...path, "valid"], undefined);
    for (const [index, entry] of ((identifier["ignore"] ?? []) as unknown[]).entries()) {
      add("value", `ignore ${JSON.stringify(entry)} of ${name}`, [...path, "ignore", index], undefined);
    }
    if (identifier["max_records"] !== undefined) {
      numbers("value", `max_records of ${name}`, [...path, "max_records"], Number(identifier["max_records"]));
    }
  }
  const golden = given["golden_record"] as Record<string, Record<string, unknown>>;
  for (const [name, written] of Object.entries(golden["attributes"] ?? {})) {
    const path = ["golden_record", "attributes", name];
    const rule = typeof written === "string" ? written : String((written as Node)["survivorship"]);
    const place = typeof written === "string" ? path : [...path, "survivorship"];
    if (rule === "array") {
      const { order, max_values } = written as { readonly order: string; readonly max_values: number };
      for (const other of RULES.filter((each) => each !== order)) {
        add("survivorship", `order of ${name}`, [...path, "order"], other);
      }
      numbers("survivorship", `max_values of ${name}`, [...path, "max_values"], max_values);
      continue;
    }
    for (const other of RULES.filter((each) => each !== rule)) add("survivorship", name, place, other);
    const then = typeof written === "string" ? [] : (((written as Node)["then"] ?? []) as string[]);
    for (const [index, tie] of then.entries()) {
      add("survivorship", `then ${tie} of ${name}`, [...path, "then", index], undefined);
    }
  }
  for (const [name, group] of Object.entries((golden["groups"] ?? {}) as Record<string, Node>)) {
    const path = ["golden_record", "groups", name];
    for (const other of GROUP_RULES.filter((each) => each !== group["survivorship"])) {
      add("survivorship", name, [...path, "survivorship"], other);
    }
    if (group["where"] !== undefined) {
      add("survivorship", `where of ${name}`, [...path, "where"], undefined);
    }
  }
  return found;
}
