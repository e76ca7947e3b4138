// Holds the results of a day against what a test expects of it. A failure says what was expected, what was found, and why;
// it carries the text that would have been right, for `--update`.
import type { Span } from "../diagnostics/diagnostic.ts";
import type { Blocked, DayResult, Event } from "./results.ts";
import type { Expectation, ExpectedRow, Names, TestCase, Update, Value } from "./suite.ts";
import { pathBetween, whatParts } from "./why.ts";
import { flow, flowRow } from "./yaml-text.ts";

export type Failure = {
  readonly span: Span;
  /** Counts from 1; undefined when the test has one day. */
  readonly day: number | undefined;
  readonly expected: string;
  readonly found: string;
  /** The chain that joined, or what parted. */
  readonly why: readonly string[];
  /** What `--update` would write; undefined where people must choose. */
  readonly accepted: (Update & { readonly text: string }) | undefined;
};

type Days = readonly DayResult[];
type Verdict = Pick<Failure, "expected" | "found"> & {
  readonly why?: readonly string[];
  readonly right?: string;
};

/** The failures of a day; `days` are the results up to and with it. */
export function judge(test: TestCase, days: Days): readonly Failure[] {
  const expectations = test.days[days.length - 1]?.expectations ?? [];
  return expectations.flatMap((expectation) => {
    const verdict = verdictOn(expectation, days);
    if (verdict === undefined) return [];
    const { expected, found, why = [], right } = verdict;
    const { update } = expectation;
    return {
      span: expectation.span,
      day: test.days.length === 1 ? undefined : days.length,
      expected,
      found,
      why,
      accepted: right === undefined || update === undefined ? undefined : { ...update, text: right },
    };
  });
}

const NOTHING: DayResult = {
  identities: new Map(),
  values: [],
  rejected: new Map(),
  golden: new Map(),
  blocked: [],
  events: [],
  decisions: new Map(),
  evidence: [],
};

/** Undefined when it holds. */
function verdictOn(expectation: Expectation, days: Days): Verdict | undefined {
  const today = days.at(-1) ?? NOTHING;
  switch (expectation.kind) {
    case "together":
      return together(expectation.of.flat(), today);
    case "apart":
      return apart(expectation.of, today);
    case "partition":
      return partition(expectation.groups, today);
    case "golden":
      return golden(expectation.record, expectation.attribute, expectation.value, today);
    case "rejected": {
      const { record, reason } = expectation;
      const reasons = today.rejected.get(record) ?? [];
      if (reasons.includes(reason)) return undefined;
      const found = reasons.length > 0 ? `rejected as ${reasons.join(", ")}` : "not rejected";
      const [right] = reasons;
      return {
        expected: `${record} rejected as ${reason}`,
        found: `${record} is ${found}`,
        ...(right === undefined ? {} : { right: flow(right) }),
      };
    }
    case "value":
      return valueStatus(expectation, today);
    case "blocked":
      return rows("blocked", expectation.rows, distinct(today.blocked.map(blockedRow)), (row, wanted) =>
        matches(row, wanted, []),
      );
    case "events":
      return eventRows(expectation.rows, days);
    case "decided": {
      const { decision, status } = expectation;
      const found = today.decisions.get(decision);
      if (found === status) return undefined;
      return {
        expected: `decision ${decision} is ${status}`,
        found: found === undefined ? "there is no such decision" : `it is ${found}`,
        ...(found === undefined ? {} : { right: flow(found) }),
      };
    }
    case "id": {
      const { record, of, day } = expectation;
      const wanted = days[day - 1]?.identities.get(of);
      if (wanted !== undefined && today.identities.get(record) === wanted) return undefined;
      const holders = [...today.identities].flatMap(([name, id]) => (id === wanted ? [name] : []));
      const found =
        wanted === undefined
          ? `${of} was no record on day ${day}`
          : holders.length === 0
            ? "no identity has that id now"
            : `that id belongs to ${group(holders)} now`;
      return { expected: `${record} in the identity with the id that ${of} had on day ${day}`, found };
    }
  }
}

/** The partition of all records, groups and names in the order in which records were given. */
function partitionOf({ identities }: DayResult): readonly Names[] {
  const groups = new Map<string, string[]>();
  for (const [record, identity] of identities) {
    const list = groups.get(identity) ?? [];
    groups.set(identity, list);
    list.push(record);
  }
  return [...groups.values()]
    .map((names) => names.sort())
    .sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
}

const group = (names: Names) => `[${names.join(", ")}]`;

function shown(result: DayResult, about: readonly string[]): string {
  const identities = new Set(about.map((name) => result.identities.get(name)));
  return partitionOf(result)
    .filter((names) => names.some((name) => identities.has(result.identities.get(name))))
    .map(group)
    .join(" ");
}

function together(records: readonly string[], today: DayResult): Verdict | undefined {
  const [first = "", ...others] = records;
  const identity = today.identities.get(first);
  const apart = others.find((name) => today.identities.get(name) !== identity || identity === undefined);
  if (apart === undefined) return undefined;
  return {
    expected: `${group(records)} together`,
    found: shown(today, records) || "no such records",
    why: whatParts(first, apart, today),
  };
}

function apart(of: readonly Names[], today: DayResult): Verdict | undefined {
  for (const [index, names] of of.entries()) {
    for (const other of of.slice(index + 1).flat()) {
      const name = names.find(
        (each) => today.identities.has(each) && today.identities.get(each) === today.identities.get(other),
      );
      if (name === undefined) continue;
      const path = pathBetween(name, other, today);
      return {
        expected: `${of.map((each) => each.join(", ")).join(" | ")} apart`,
        found: shown(today, of.flat()),
        why: path === undefined ? [] : [`joined by ${path}`],
      };
    }
  }
  const missing = of.flat().find((name) => !today.identities.has(name));
  if (missing === undefined) return undefined;
  return {
    expected: `${of.map((each) => each.join(", ")).join(" | ")} apart`,
    found: `${missing} is no record`,
    why: whatParts(missing, missing, today).slice(0, 1),
  };
}

function partition(wanted: readonly Names[], today: DayResult): Verdict | undefined {
  const found = partitionOf(today);
  const texts = (groups: readonly Names[]) => groups.map((names) => group([...names].sort())).sort();
  const [expectedTexts, foundTexts] = [texts(wanted), texts(found)];
  if (expectedTexts.join(" ") === foundTexts.join(" ")) return undefined;
  return {
    expected: expectedTexts.join(" ") || "nothing",
    found: foundTexts.join(" ") || "no records",
    why: whyDifferent(wanted, today),
    right: flow(found),
  };
}

/** Of each difference the first pair: parted though wanted together, joined though wanted apart. */
function whyDifferent(wanted: readonly Names[], today: DayResult): readonly string[] {
  const told: string[] = [];
  for (const names of wanted) {
    const [first = ""] = names;
    const other = names.find((name) => today.identities.get(name) !== today.identities.get(first));
    if (other !== undefined) {
      told.push(...whatParts(first, other, today).map((text) => `${first} and ${other} are apart: ${text}`));
    }
  }
  const groupOf = new Map(wanted.flatMap((names, index) => names.map((name) => [name, index] as const)));
  for (const names of partitionOf(today)) {
    const [first = ""] = names;
    const other = names.find((name) => groupOf.get(name) !== groupOf.get(first));
    const path = other === undefined ? undefined : pathBetween(first, other, today);
    if (path !== undefined) told.push(`joined by ${path}`);
  }
  return told;
}

function golden(record: string, attribute: string, wanted: Value, today: DayResult): Verdict | undefined {
  const identity = today.identities.get(record);
  const cell = today.golden.get(identity ?? "")?.get(attribute);
  const expected = `${attribute} of ${record} is ${flow(wanted)}`;
  if (cell === undefined) return { expected, found: `${record} is no record` };
  const { value } = cell;
  // Provenance names a record by its key in golden_records, and by its name in a test.
  const found = attribute.endsWith("__record") && typeof value === "string" ? nameOf(value, today) : value;
  if (same(wanted, found, cell.isNumber)) return undefined;
  const rule = today.golden.get(identity ?? "")?.get(`${attribute}__rule`)?.value;
  const supplier = today.golden.get(identity ?? "")?.get(`${attribute}__record`)?.value;
  const by =
    typeof supplier === "string" && typeof rule === "string"
      ? [`supplied by ${nameOf(supplier, today)}, by ${rule}`]
      : [];
  return { expected, found: `it is ${flow(found)}`, why: by, right: flow(found) };
}

function nameOf(key: string, { names }: DayResult): string {
  return names?.get(key) ?? key;
}

function same(wanted: Value, found: Value, isNumber: boolean): boolean {
  if (wanted === null || found === null) return wanted === found;
  if (typeof wanted === "string" && typeof found === "string") {
    return wanted === found || (isNumber && wanted.trim() !== "" && Number(wanted) === Number(found));
  }
  const [left, right] = [[wanted].flat(), [found].flat()];
  return left.length === right.length && left.every((each, index) => each === right[index]);
}

function valueStatus(
  { record, identifier, value, status }: Extract<Expectation, { readonly kind: "value" }>,
  today: DayResult,
): Verdict | undefined {
  const all = today.values.filter((each) => each.record === record && each.identifier === identifier);
  const of = value === undefined ? all : all.filter((each) => each.value === value);
  if (of.length > 0 && of.every((each) => each.status === status)) return undefined;
  const told = all.map((each) => `${each.value} ${each.status}`).join(", ");
  const statuses = [...new Set(of.map((each) => each.status))];
  const [right] = statuses;
  return {
    expected: `${identifier} ${value === undefined ? "" : `${value} `}of ${record} is ${status}`,
    found: told === "" ? `${record} has no ${identifier}` : told,
    ...(statuses.length === 1 && right !== undefined ? { right: flow(right) } : {}),
  };
}

type Row = ReadonlyMap<string, string>;

function blockedRow({ identifier, value, blockedBy, limit }: Blocked): Row {
  return new Map([
    ["identifier", identifier],
    ["value", value],
    ["blocked_by", blockedBy],
    ["limit", String(limit)],
  ]);
}

// Under `nobody` a refusal has a row for every side.
function distinct(all: readonly Row[]): readonly Row[] {
  return [...new Map(all.map((row) => [flowRow(row), row])).values()];
}

function matches(row: Row, wanted: ExpectedRow, except: readonly string[]): boolean {
  return [...wanted].every(([key, value]) => except.includes(key) || row.get(key) === value);
}

/** All rows, each by an expected one of its own. */
function rows(
  what: string,
  wanted: readonly ExpectedRow[],
  found: readonly Row[],
  fits: (row: Row, wanted: ExpectedRow, index: number) => boolean,
): Verdict | undefined {
  if (wanted.length === found.length && assigned(wanted, found, fits)) return undefined;
  return {
    expected: wanted.length === 0 ? `no ${what}` : wanted.map(flowRow).join(", "),
    found: found.length === 0 ? "none" : found.map(flowRow).join(", "),
    right: flow(found),
  };
}

/** Whether every expected row can have a found row of its own. */
function assigned(
  wanted: readonly ExpectedRow[],
  found: readonly Row[],
  fits: (row: Row, wanted: ExpectedRow, index: number) => boolean,
): boolean {
  const owner = new Map<number, number>();
  const place = (at: number, seen: Set<number>): boolean => {
    const row = wanted[at];
    if (row === undefined) return false;
    for (const [index, candidate] of found.entries()) {
      if (seen.has(index) || !fits(candidate, row, index)) continue;
      seen.add(index);
      const before = owner.get(index);
      if (before === undefined || place(before, seen)) {
        owner.set(index, at);
        return true;
      }
    }
    return false;
  };
  return wanted.every((_, at) => place(at, new Set()));
}

function eventRows(wanted: readonly ExpectedRow[], days: Days): Verdict | undefined {
  const today = days.at(-1) ?? NOTHING;
  const yesterday = days.at(-2) ?? NOTHING;
  const isOf = (name: string | undefined, identity: string | null): boolean =>
    identity !== null &&
    (today.identities.get(name ?? "") === identity || yesterday.identities.get(name ?? "") === identity);
  const told = today.events
    .map((event) => ({ event, row: eventRow(event, days) }))
    .sort((a, b) => (flowRow(a.row) < flowRow(b.row) ? -1 : 1));
  const all = told.map(({ row }) => row);
  return rows("events", wanted, all, (row, expected, index) => {
    const event = told[index]?.event;
    if (event === undefined || !matches(row, expected, ["identity", "other"])) return false;
    const other = expected.get("other");
    return (
      (!expected.has("identity") || isOf(expected.get("identity"), event.identity)) &&
      (other === undefined || isOf(other, event.other))
    );
  });
}

function eventRow({ event, identity, other, identifier, value, records }: Event, days: Days): Row {
  const name = (id: string) => {
    for (const { identities } of [...days].reverse()) {
      const names = [...identities].flatMap(([record, of]) => (of === id ? [record] : []));
      if (names.length > 0) return names.sort()[0] ?? id;
    }
    return id;
  };
  return new Map([
    ["event", event],
    ["identity", name(identity)],
    ...(other === null ? [] : [["other", name(other)] as const]),
    ...(identifier === null ? [] : [["identifier", identifier] as const]),
    ...(value === null ? [] : [["value", value] as const]),
    ["records", String(records)],
  ]);
}
