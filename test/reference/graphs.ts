// Random small worlds: records, values and decisions for a configuration, made to collide. One builder draws from a
// seed (fast, for thousands in one database) or from fast-check; it judges nothing.
import * as fc from "fast-check";
import { SHAPES } from "./shapes.ts";
import type { ReferenceConfig, ReferenceDecision, ReferenceRecord } from "./types.ts";

export type Graph = {
  readonly records: readonly ReferenceRecord[];
  readonly decisions: readonly ReferenceDecision[];
};

/** A whole number from `low` to `high`, both included. */
export type Draw = (low: number, high: number) => number;

/**
 * The graph of a seed. Record keys are `m:` and the prefix and more; values and decision ids begin with the prefix. So
 * graphs of one batch are disjoint when no prefix begins another: `g17:`, not `g17`.
 */
export function randomGraph(config: ReferenceConfig, seed: number, prefix: string): Graph {
  return drawGraph(config, seededDraw(seed), prefix);
}

/** The same graphs as an arbitrary; shrinks to fewer records, values and decisions. */
export function graphArbitrary(config: ReferenceConfig, prefix = ""): fc.Arbitrary<Graph> {
  return fc
    .gen()
    .map((gen) => drawGraph(config, (low, high) => gen(fc.integer, { min: low, max: high }), prefix));
}

/** A stream of numbers that depends on the seed alone (mulberry32). */
export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  return (low, high) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return low + (((mixed ^ (mixed >>> 14)) >>> 0) % (high - low + 1));
  };
}

/** Texts that break careless quoting, or that a locale or a collation would order or merge otherwise. */
// biome-ignore format: one word list
const TEXTS = [
  "a", "B", "b", "Z", "10", "9", "é", "e\u0301", "～", "😀", "ß", "ss", "中", "a ", "null", "it's", 'say "no"',
  "p|q", "two\nlines", "back\\slash", "a,b;c", "{{ x }}", "%_", "$1", "--", "İ", "\u00a0", "tab\tstop",
] as const;

/** In UTF-16 units the astral ones come before the others from U+E000 on; in UTF-8 bytes after them. */
const ORDER_TRAPS = ["～", "😀", "！", "𐀀", "ﬁ", "𝒳", "\uE000", "ä", "z", "Ω"] as const;

function drawGraph(config: ReferenceConfig, draw: Draw, prefix: string): Graph {
  const size = draw(0, 9) < 8 ? draw(2, 8) : draw(0, 3) > 0 ? draw(9, 14) : draw(15, 40);
  const texts = draw(0, 3) === 0 ? ORDER_TRAPS : TEXTS;
  const turn = draw(0, texts.length - 1);
  const text = (index: number) => {
    const written = texts[(index * 3 + turn) % texts.length] ?? "a";
    return `${prefix}${written}${index < texts.length ? "" : index}`;
  };
  const indexes = pick(SHAPES, draw)(config, size, draw);
  const keys = drawKeys(texts, size, draw, prefix);
  const times = drawTimes(size, draw);
  const records = keys.map((key, at) => ({
    key,
    observedAt: times[at] ?? null,
    values: Object.fromEntries(
      config.identifiers.map(({ name }, which) => [name, [...new Set(indexes[at]?.[which] ?? [])].map(text)]),
    ),
  }));
  return { records, decisions: drawDecisions(records, config, draw, prefix) };
}

/** Distinct keys whose order has nothing to do with the order of the records. */
function drawKeys(
  texts: readonly [string, ...string[]],
  size: number,
  draw: Draw,
  prefix: string,
): readonly string[] {
  const keys = new Set<string>();
  for (let at = 0; at < size; at += 1) {
    const key = `m:${prefix}${pick(texts, draw)}${draw(0, 2) === 0 ? pick(texts, draw) : ""}`;
    keys.add(keys.has(key) ? `${key}~${at}` : key);
  }
  return [...keys];
}

/** 2026-01-01 and, safely before any run, 2020-01-01. */
const OBSERVED = 1_767_225_600_000_000;
const DECIDED = 1_577_836_800_000_000;

/** All equal, few with many ties, all distinct, or none; with NULLs among them, microseconds apart or days. */
function drawTimes(size: number, draw: Draw): readonly (number | null)[] {
  const distinct = [1, 1, 3, 3, 100, 0][draw(0, 5)] ?? 3;
  const unit = [1, 1_000_000, 86_400_000_000][draw(0, 2)] ?? 1;
  const nulls = draw(0, 3);
  return Array.from({ length: size }, () =>
    distinct === 0 || draw(0, 9) < nulls ? null : OBSERVED + draw(0, distinct - 1) * unit,
  );
}

function drawDecisions(
  records: readonly ReferenceRecord[],
  config: ReferenceConfig,
  draw: Draw,
  prefix: string,
): readonly ReferenceDecision[] {
  const decisions: ReferenceDecision[] = [];
  const head = () => ({
    id: `${prefix}${pick(TEXTS, draw)}${decisions.length}`,
    decidedAt: draw(0, 2) === 0 ? null : DECIDED + draw(0, 2),
  });
  const link = (decision: "must_link" | "cannot_link", from: number, to: number) => {
    const [a, b] = [records[from % records.length], records[to % records.length]];
    if (a !== undefined && b !== undefined && a !== b) {
      decisions.push({ ...head(), decision, a: a.key, b: b.key });
    }
  };
  const any = () => draw(0, records.length - 1);
  const kind = draw(0, 7);
  if (kind === 3) {
    for (let left = Math.ceil(records.length / 2); left > 0; left -= 1) link("must_link", any(), any());
  }
  if (kind >= 4) {
    for (let left = draw(1, 4); left > 0; left -= 1) {
      const which = draw(0, 9);
      if (which < 5) link("must_link", any(), any());
      else if (which < 8) link("cannot_link", any(), any());
      else {
        const values = valuesOf(records, config);
        const ignored = values[draw(0, Math.max(0, values.length - 1))];
        if (ignored !== undefined) decisions.push({ ...head(), decision: "ignore_value", ...ignored });
      }
    }
  }
  if (kind >= 6) {
    const from = any();
    const length = draw(1, 4);
    for (let step = 0; step < length; step += 1) link("must_link", from + step, from + step + 1);
    for (let left = draw(0, 2); left > 0; left -= 1) {
      link("cannot_link", from + draw(0, length), from + draw(0, length));
    }
  }
  return decisions;
}

function valuesOf(records: readonly ReferenceRecord[], config: ReferenceConfig) {
  return records.flatMap((record) =>
    config.identifiers.flatMap(({ name }) =>
      (record.values[name] ?? []).map((value) => ({ identifier: name, value })),
    ),
  );
}

function pick<Item>(items: readonly [Item, ...Item[]], draw: Draw): Item {
  return items[draw(0, items.length - 1)] ?? items[0];
}

/**
 * A smaller graph for which `fails` still holds: records, decisions and values are left out one by one until nothing
 * more can be. For mismatches found in a batch, where fast-check cannot shrink.
 */
export async function minimise(
  graph: Graph,
  fails: (graph: Graph) => boolean | Promise<boolean>,
): Promise<Graph> {
  for (const smaller of smallerGraphs(graph)) {
    if (await fails(smaller)) return minimise(smaller, fails);
  }
  return graph;
}

function* smallerGraphs({ records, decisions }: Graph): Generator<Graph> {
  for (const record of records) {
    const touches = (decision: ReferenceDecision) =>
      decision.decision !== "ignore_value" && (decision.a === record.key || decision.b === record.key);
    yield {
      records: records.filter((each) => each !== record),
      decisions: decisions.filter((each) => !touches(each)),
    };
  }
  for (const decision of decisions)
    yield { records, decisions: decisions.filter((each) => each !== decision) };
  for (const record of records) {
    for (const [name, values] of Object.entries(record.values)) {
      for (const value of values) {
        const lighter = {
          ...record,
          values: { ...record.values, [name]: values.filter((each) => each !== value) },
        };
        yield { records: records.map((each) => (each === record ? lighter : each)), decisions };
      }
    }
  }
}
