// The random histories, and what rules 1 to 4 of resolution.md §4 promise of any life of ids, held on the reference.
import { describe, expect, test } from "vitest";
import { sortedLines } from "./compare.ts";
import { CONFIGS, type NamedConfig } from "./configs.ts";
import { seededDraw } from "./graphs.ts";
import { groupBy } from "./group.ts";
import { asOf, type History, randomHistory, sideBySide } from "./histories.ts";
import { advance, dayOf, idOf } from "./life.ts";
import { type Advance, type Day, EMPTY_STATE, type LifeEvent, type State } from "./life-types.ts";

const HISTORIES = 30;
const DAYS = 7;

type Step = { readonly day: Day; readonly before: State; readonly after: Advance };

function lifeOf(config: NamedConfig, history: History): readonly Step[] {
  let before = EMPTY_STATE;
  return history.map((sources) => {
    const day = dayOf(config, sources);
    const step = { day, before, after: advance(before, day) };
    before = step.after.state;
    return step;
  });
}

const cache = new Map<NamedConfig, readonly (readonly Step[])[]>();

/** Some lives of a configuration, by seed; worked out once. */
function livesOf(config: NamedConfig): readonly (readonly Step[])[] {
  const known = cache.get(config);
  if (known !== undefined) return known;
  const lives = Array.from({ length: HISTORIES }, (_, seed) =>
    lifeOf(config, randomHistory(config, seed, "h:", DAYS)),
  );
  cache.set(config, lives);
  return lives;
}

/** Holds for every day of some histories of every configuration. */
function holds(name: string, check: (step: Step) => void): void {
  describe(name, () => {
    test.each(CONFIGS)("$name", (config) => {
      livesOf(config).forEach((life, seed) => {
        for (const step of life) {
          try {
            check(step);
          } catch (error) {
            throw new Error(`seed ${seed}, run ${step.after.state.run}`, { cause: error });
          }
        }
      });
    });
  });
}

describe("random histories", () => {
  test.each(CONFIGS)(
    "$name: a seed gives the same, keys are unique, all text begins with the prefix",
    (config) => {
      for (let seed = 0; seed < 20; seed += 1) {
        const history = randomHistory(config, seed, "h:", DAYS);
        expect(randomHistory(config, seed, "h:", DAYS)).toEqual(history);
        expect(history.length).toBe(DAYS);
        history.forEach((day, at) => {
          expect(day.asOf).toBe(asOf(at));
          const rows = [...day.records, ...day.erased];
          expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
          for (const { key, values } of rows) {
            expect(key.startsWith("m:h:")).toBe(true);
            for (const held of Object.values(values)) {
              expect(new Set(held).size).toBe(held.length);
              expect(held.every((value) => value.startsWith("h:"))).toBe(true);
            }
          }
          expect(new Set(day.decisions.map(({ id }) => id)).size).toBe(day.decisions.length);
          for (const decision of day.decisions) {
            expect(decision.id.startsWith("h:")).toBe(true);
            if (decision.decision !== "ignore_value") expect(decision.a).not.toBe(decision.b);
          }
        });
      }
    },
  );

  test("what can happen to an id happens", () => {
    const seen = new Set<string>();
    for (const config of CONFIGS) {
      for (let seed = 0; seed < HISTORIES; seed += 1) {
        for (const { asOf: at, decisions } of randomHistory(config, seed, "h:", DAYS)) {
          for (const { expiresAt, decidedAt } of decisions) {
            if (expiresAt !== null && expiresAt <= at) seen.add("a decision that has expired");
            if ((decidedAt ?? at) > at) seen.add("a decision still to come");
          }
        }
      }
      for (const { before, after } of livesOf(config).flat()) noteWhatHappens(before, after, seen);
    }
    expect([...seen].sort()).toEqual([
      "a decision still to come",
      "a decision that has expired",
      "a merge by a decision",
      "a merge by a value",
      "a merged id that leads nowhere",
      "a merged id two hops away",
      "an anchor erased",
      "an anchor moved",
      "an id in place of one issued",
      "created",
      "erased",
      "merged",
      "moved",
      "retired",
      "revived",
      "revived from another",
      "split",
    ]);
  });
});

function noteWhatHappens(before: State, { state, events, redirects }: Advance, seen: Set<string>): void {
  for (const { event, other, identifier } of events) {
    seen.add(event === "revived" && other !== null ? "revived from another" : event);
    if (event === "merged")
      seen.add(identifier === "must_link" ? "a merge by a decision" : "a merge by a value");
  }
  for (const { id, status, anchor, mergedInto } of state.identities.values()) {
    const earlier = before.identities.get(id);
    const current = redirects.get(id);
    if (anchor === null) seen.add("an anchor erased");
    if (status === "active" && earlier !== undefined && earlier.anchor !== anchor)
      seen.add("an anchor moved");
    if (earlier === undefined && id !== idOf(anchor ?? "")) seen.add("an id in place of one issued");
    if (status === "merged" && current === null) seen.add("a merged id that leads nowhere");
    else if (status === "merged" && current !== mergedInto) seen.add("a merged id two hops away");
  }
}

const idOfRecord = (state: State, record: string) => state.records.get(record)?.identity;

function recordsOf(state: State): ReadonlyMap<string | undefined, readonly string[]> {
  return groupBy([...state.records.keys()], (record) => idOfRecord(state, record));
}

holds("every record present has an id, an identity has one, and no two have the same", ({ day, after }) => {
  expect([...after.state.records.keys()].sort()).toEqual(day.records.map(({ key }) => key).sort());
  const pairs = [...after.state.records].map(([record, { identity }]) =>
    JSON.stringify([identity, after.result.labels.get(record)]),
  );
  const different = new Set(pairs).size;
  expect(new Set([...after.result.labels.values()]).size).toBe(different);
  expect(new Set([...after.state.records.values()].map(({ identity }) => identity)).size).toBe(different);
});

holds("an id goes only to its own records, its anchor, or as one never issued", ({ day, before, after }) => {
  const erased = new Set([...before.erased, ...day.erased].map(idOf));
  for (const [id, records] of recordsOf(after.state)) {
    const earlier = before.identities.get(id ?? "");
    if (earlier === undefined) {
      expect(erased.has(id ?? "")).toBe(false);
      continue;
    }
    const isOwn = (record: string) => idOfRecord(before, record) === id || record === earlier.anchor;
    expect(records.some(isOwn)).toBe(true);
  }
});

holds("no id is lost, and each has one redirect, to an active id or to none", ({ before, after }) => {
  const { identities } = after.state;
  expect([...after.redirects.keys()].sort()).toEqual([...identities.keys()].sort());
  for (const [id, current] of after.redirects) {
    const identity = identities.get(id);
    if (current !== null) expect(identities.get(current)?.status).toBe("active");
    if (identity?.status === "active") expect(current).toBe(id);
    if (identity?.status === "retired") expect(current).toBe(null);
    expect(identity?.mergedInto === null).toBe(identity?.status !== "merged");
  }
  for (const [id, { createdRun }] of before.identities)
    expect(identities.get(id)?.createdRun).toBe(createdRun);
});

holds(
  "an active id is anchored in its records; a merged one points at who holds its anchor",
  ({ day, after }) => {
    const { state } = after;
    for (const { id, status, anchor, mergedInto } of state.identities.values()) {
      if (anchor !== null) expect(day.erased).not.toContain(anchor);
      const holder = anchor === null ? undefined : idOfRecord(state, anchor);
      if (status === "active") expect(holder).toBe(id);
      if (status === "merged" && holder !== undefined) expect(mergedInto).toBe(holder);
    }
  },
);

/** The two ids of an event, the one that records left first. */
function pairOf({ event, identity, other, records }: LifeEvent): readonly object[] {
  if (other === null) return [];
  const [from, to] = event === "merged" || event === "moved" ? [identity, other] : [other, identity];
  return [{ from, to, records }];
}

holds("each pair between which records flow has one event, with their number", ({ before, after }) => {
  const flows = [...after.state.records.keys()].flatMap((record) => {
    const [from, to] = [idOfRecord(before, record), idOfRecord(after.state, record)];
    return from === undefined || from === to ? [] : [{ from, to }];
  });
  const counted = [...groupBy(flows, (flow) => JSON.stringify(flow)).values()].flatMap((same) =>
    same.slice(0, 1).map((flow) => ({ ...flow, records: same.length })),
  );
  expect(sortedLines(after.events.flatMap(pairOf))).toEqual(sortedLines(counted));
});

holds("events tell what becomes of each id, once", ({ day, before, after }) => {
  const { identities } = after.state;
  const named = (kind: LifeEvent["event"]) =>
    after.events.filter(({ event }) => event === kind).map(({ identity }) => identity);
  const became = (is: (was: string | undefined, now: string) => boolean) =>
    [...identities.values()]
      .filter(({ id, status }) => is(before.identities.get(id)?.status, status))
      .map(({ id }) => id);
  const distinct = (ids: readonly string[]) => [...ids].sort();
  expect(distinct(named("merged"))).toEqual(
    distinct(became((was, now) => was === "active" && now === "merged")),
  );
  expect(distinct(named("retired"))).toEqual(
    distinct(became((was, now) => was === "active" && now === "retired")),
  );
  expect(distinct(named("revived"))).toEqual(
    distinct(became((was, now) => was !== undefined && was !== "active" && now === "active")),
  );
  expect(distinct([...named("created"), ...named("split")])).toEqual(
    distinct(became((was) => was === undefined)),
  );
  const lost = [...before.records].filter(([record]) => day.erased.includes(record));
  expect(distinct(named("erased"))).toEqual(distinct([...new Set(lost.map(([, { identity }]) => identity))]));
  for (const { event, identity, other, identifier, value } of after.events) {
    if (event === "merged") expect(identities.get(identity)?.mergedInto).toBe(other);
    expect([identifier === null, value === null]).toEqual([event !== "merged", event !== "merged"]);
  }
});

holds("the first run gives the ids of an empty state", ({ before, after }) => {
  if (before.run > 0) return;
  const issued = after.result.identities.map(({ id, anchor }) => ({ id, anchor }));
  const active = [...after.state.identities.values()].map(({ id, anchor }) => ({ id, anchor }));
  expect(sortedLines(active)).toEqual(sortedLines(issued));
});

holds("a day once more changes nothing and tells nothing", ({ day, after }) => {
  const again = advance(after.state, day);
  expect(again.events).toEqual([]);
  expect({ ...again.state, run: after.state.run }).toEqual(after.state);
  expect(again.redirects).toEqual(after.redirects);
});

holds("the order of rows makes no difference", ({ day, before, after }) => {
  const draw = seededDraw(day.records.length);
  const shuffled = <Item>(items: Iterable<Item>): readonly Item[] =>
    [...items]
      .map((item) => ({ item, at: draw(0, 1_000_000) }))
      .sort((one, other) => one.at - other.at)
      .map(({ item }) => item);
  const again = advance(
    {
      ...before,
      identities: new Map(shuffled(before.identities)),
      records: new Map(shuffled(before.records)),
    },
    { ...day, records: shuffled(day.records), decisions: shuffled(day.decisions) },
  );
  expect(again.state).toEqual(after.state);
  expect(sortedLines(again.events)).toEqual(sortedLines(after.events));
});

describe("histories side by side live as alone", () => {
  test.each(CONFIGS)("$name", (config) => {
    const histories = Array.from({ length: 12 }, (_, seed) => randomHistory(config, seed, `h${seed}:`, DAYS));
    const alone = histories.map((history) => lifeOf(config, history));
    let state = EMPTY_STATE;
    for (let at = 0; at < DAYS; at += 1) {
      const together = advance(state, dayOf(config, sideBySide(histories, at)));
      state = together.state;
      const steps = alone.flatMap((steps) => steps[at] ?? []);
      expect(sortedLines(together.events)).toEqual(sortedLines(steps.flatMap(({ after }) => after.events)));
      expect([...together.redirects].sort()).toEqual(
        steps.flatMap(({ after }) => [...after.redirects]).sort(),
      );
    }
  });
});
