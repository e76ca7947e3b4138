// Random histories: the files of a small project on some days, each a few changes after the one before. The records and
// values are those of a random graph; what a run makes of a day is not asked here.

import { type Draw, randomGraph, seededDraw } from "./graphs.ts";
import type { DatedDecision, SourceDay } from "./life-types.ts";
import type { ReferenceConfig, ReferenceDecision, ReferenceRecord } from "./types.ts";

export type History = readonly [SourceDay, ...SourceDay[]];

/** 2026-06-01, safely after every time of a graph, and a day. */
const FIRST_DAY = 1_780_272_000_000_000;
const DAY = 86_400_000_000;

/** The time as of which day 0, 1, 2 … is read, the same for all histories. */
export function asOf(day: number): number {
  return FIRST_DAY + day * DAY;
}

/**
 * The history of a seed, `days` days long. Keys, values and decision ids as in `randomGraph`: histories with prefixes of
 * which none begins another are disjoint, and may be put side by side with `sideBySide`.
 */
export function randomHistory(config: ReferenceConfig, seed: number, prefix: string, days: number): History {
  const draw = seededDraw(seed ^ 0x5bd1e995);
  const graph = randomGraph(config, seed, prefix);
  let world = firstWorld(graph, draw);
  const worlds = [world];
  const history: [SourceDay, ...SourceDay[]] = [sourceDay(world, 0)];
  for (let day = 1; day < days; day += 1) {
    for (let left = draw(0, 4); left > 0; left -= 1) {
      const change = CHANGES[draw(0, CHANGES.length - 1)] ?? insert;
      world = change({ world, worlds, config, draw, day, prefix });
    }
    worlds.push(world);
    history.push(sourceDay(world, day));
  }
  return history;
}

/** One day of histories that share nothing. */
export function sideBySide(histories: readonly History[], day: number): SourceDay {
  const days = histories.flatMap((history) => history[day] ?? []);
  return {
    asOf: asOf(day),
    records: days.flatMap(({ records }) => records),
    erased: days.flatMap(({ erased }) => erased),
    decisions: days.flatMap(({ decisions }) => decisions),
  };
}

/** All rows there could be, which of them the model has, and the decisions. */
type World = {
  readonly rows: ReadonlyMap<string, ReferenceRecord>;
  readonly present: ReadonlySet<string>;
  readonly erased: ReadonlySet<string>;
  readonly decisions: readonly DatedDecision[];
  /** Decisions nobody made yet, or withdrew. */
  readonly aside: readonly ReferenceDecision[];
};

function firstWorld({ records, decisions }: ReturnType<typeof randomGraph>, draw: Draw): World {
  const early = draw(1, 4);
  const made = decisions.filter(() => draw(0, 1) === 0);
  const present = records.filter((_, at) => at === 0 || draw(1, 4) <= early).map(({ key }) => key);
  return {
    rows: new Map(records.map((record) => [record.key, record])),
    present: new Set(present),
    erased: new Set(),
    decisions: made.map((decision) => ({ ...decision, expiresAt: null })),
    aside: decisions.filter((decision) => !made.includes(decision)),
  };
}

function sourceDay({ rows, present, erased, decisions }: World, day: number): SourceDay {
  const held = (keys: ReadonlySet<string>) => [...keys].flatMap((key) => rows.get(key) ?? []);
  return { asOf: asOf(day), records: held(present), erased: held(erased), decisions };
}

type Occasion = {
  readonly world: World;
  /** The ends of the days before. */
  readonly worlds: readonly World[];
  readonly config: ReferenceConfig;
  readonly draw: Draw;
  readonly day: number;
  readonly prefix: string;
};

type Change = (occasion: Occasion) => World;

const insert: Change = ({ world, draw }) => {
  const absent = [...world.rows.keys()].filter((key) => !world.present.has(key) && !world.erased.has(key));
  return { ...world, present: new Set([...world.present, ...someOf(absent, 3, draw)]) };
};

/** Observed before all others. */
const insertLate: Change = (occasion) => {
  const { world, draw } = occasion;
  const inserted = insert(occasion);
  const times = [...world.rows.values()].flatMap(({ observedAt }) => observedAt ?? []);
  const before = Math.min(...times, FIRST_DAY) - draw(1, 2);
  const late = [...inserted.present].filter((key) => !world.present.has(key));
  return rewritten(inserted, late, (record) => ({ ...record, observedAt: before }));
};

const remove: Change = ({ world, draw }) => {
  const gone = someOf([...world.present], 3, draw);
  return { ...world, present: new Set([...world.present].filter((key) => !gone.includes(key))) };
};

const erase: Change = ({ world, draw }) => {
  const gone = someOf([...world.present], 2, draw);
  return {
    ...world,
    present: new Set([...world.present].filter((key) => !gone.includes(key))),
    erased: new Set([...world.erased, ...gone]),
  };
};

/** Some records take or add the values of another, of one identifier; or lose theirs; or get one of their own. */
const revalue: Change = ({ world, config, draw, day, prefix }) => {
  const name = oneOf(config.identifiers, draw)?.name ?? "";
  const from = oneOf([...world.rows.values()], draw)?.values[name] ?? [];
  const how = draw(0, 5);
  return rewritten(world, someOf([...world.present], 2, draw), ({ values, ...record }) => {
    const own = values[name] ?? [];
    const now = how <= 1 ? from : how <= 3 ? [...new Set([...own, ...from])] : [];
    const given = how === 5 ? [`${prefix}new${day}`] : now;
    return { ...record, values: { ...values, [name]: given } };
  });
};

/** One value comes to many records: it may become shared, or contested from the start, or tie what was apart. */
const spread: Change = ({ world, config, draw }) => {
  const value = anyValue(world, config, draw);
  if (value === undefined) return world;
  return rewritten(world, someOf([...world.present], 4, draw), ({ values, ...record }) => ({
    ...record,
    values: {
      ...values,
      [value.identifier]: [...new Set([...(values[value.identifier] ?? []), value.value])],
    },
  }));
};

/** One value leaves some of its records, or all. */
const thin: Change = ({ world, config, draw }) => {
  const value = anyValue(world, config, draw);
  if (value === undefined) return world;
  const carriers = [...world.present].filter((key) =>
    world.rows.get(key)?.values[value.identifier]?.includes(value.value),
  );
  const losing = draw(0, 2) === 0 ? carriers : someOf(carriers, 3, draw);
  return rewritten(world, losing, ({ values, ...record }) => ({
    ...record,
    values: {
      ...values,
      [value.identifier]: (values[value.identifier] ?? []).filter((each) => each !== value.value),
    },
  }));
};

/** Observed at another time, or nobody knows when. */
const retime: Change = ({ world, draw }) => {
  const from = oneOf([...world.rows.values()], draw)?.observedAt ?? null;
  const to = draw(0, 2) === 0 || from === null ? from : from + draw(-1, 1);
  return rewritten(world, someOf([...world.present], 2, draw), (record) => ({ ...record, observedAt: to }));
};

/** At once or from a later day on; for good or until a later day, to the moment at which that day is read. */
const decide: Change = ({ world, config, draw, day, prefix }) => {
  const decision =
    (draw(0, 1) === 0 ? oneOf(world.aside, draw) : undefined) ??
    newDecision({ world, config, draw, id: `${prefix}new${day}.${world.decisions.length}.${draw(0, 999)}` });
  if (decision === undefined || world.decisions.some(({ id }) => id === decision.id)) return world;
  const when = draw(0, 5);
  const dated: DatedDecision = {
    ...decision,
    decidedAt: when === 0 ? asOf(day + draw(1, 2)) : decision.decidedAt,
    expiresAt: when <= 2 ? asOf(day + draw(2, 3)) - draw(0, 1) : null,
  };
  return {
    ...world,
    decisions: [...world.decisions, dated],
    aside: world.aside.filter((each) => each !== decision),
  };
};

const withdraw: Change = ({ world, draw }) => {
  const gone = oneOf(world.decisions, draw);
  if (gone === undefined) return world;
  const { expiresAt: _expiresAt, ...decision } = gone;
  return {
    ...world,
    decisions: world.decisions.filter((each) => each !== gone),
    aside: [...world.aside, decision],
  };
};

/** Everything is as it was at the end of an earlier day, but for what is erased. */
const undo: Change = ({ world, worlds, draw }) => {
  const earlier = oneOf(worlds, draw) ?? world;
  return {
    ...earlier,
    present: new Set([...earlier.present].filter((key) => !world.erased.has(key))),
    erased: world.erased,
  };
};

// biome-ignore format: each as often as it is worth
const CHANGES: readonly Change[] = [
  insert, insert, insertLate, remove, remove, revalue, revalue, revalue, spread, spread, thin, thin, retime,
  decide, decide, decide, withdraw, undo, undo, erase,
];

function newDecision({
  world,
  config,
  draw,
  id,
}: Pick<Occasion, "world" | "config" | "draw"> & { readonly id: string }): ReferenceDecision | undefined {
  const decidedAt = draw(0, 1) === 0 ? null : asOf(-draw(1, 2));
  const kind = draw(0, 3);
  if (kind === 0) {
    const value = anyValue(world, config, draw);
    return value === undefined ? undefined : { id, decidedAt, decision: "ignore_value", ...value };
  }
  const [a, b] = someOf([...world.rows.keys()], 2, draw);
  if (a === undefined || b === undefined) return undefined;
  return { id, decidedAt, decision: kind === 1 ? "must_link" : "cannot_link", a, b };
}

function rewritten(
  world: World,
  keys: readonly string[],
  rewrite: (record: ReferenceRecord) => ReferenceRecord,
): World {
  const rows = new Map(world.rows);
  for (const key of keys) {
    const record = rows.get(key);
    if (record !== undefined) rows.set(key, rewrite(record));
  }
  return { ...world, rows };
}

function anyValue({ rows, present }: World, config: ReferenceConfig, draw: Draw) {
  const values = [...present].flatMap((key) =>
    config.identifiers.flatMap(({ name }) =>
      (rows.get(key)?.values[name] ?? []).map((value) => ({ identifier: name, value })),
    ),
  );
  return oneOf(values, draw);
}

function oneOf<Item>(items: readonly Item[], draw: Draw): Item | undefined {
  return items[draw(0, Math.max(0, items.length - 1))];
}

/** From one to `most` different items, in no order; fewer where there are not as many. */
function someOf<Item>(items: readonly Item[], most: number, draw: Draw): readonly Item[] {
  const left = [...items];
  const chosen: Item[] = [];
  for (let count = draw(1, most); count > 0; count -= 1) {
    chosen.push(...left.splice(draw(0, Math.max(0, left.length - 1)), 1));
  }
  return chosen;
}
