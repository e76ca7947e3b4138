// What is told of a run: rule 4 of resolution.md §4, and the cause of a merge by outputs.md. Which identity has which id
// is given.
import { groupBy } from "./group.ts";
import { compareAge, type Facts, first, type Given } from "./heirs.ts";
import type { Day, LifeEvent, LifeIdentity, State } from "./life-types.ts";
import { compareText } from "./order.ts";
import type { ReferenceResult } from "./types.ts";

type Happened = {
  readonly run: number;
  readonly day: Day;
  /** Before the run. */
  readonly state: State;
  /** The ids before the run, with what is known of their anchors now. */
  readonly before: ReadonlyMap<string, LifeIdentity>;
  readonly given: readonly Given[];
  /** Earlier active id to the label of its heir. */
  readonly heirs: ReadonlyMap<string, string>;
  readonly facts: Facts;
  readonly result: ReferenceResult;
};

/** The events of a run, in no order. */
export function eventsOf(happened: Happened): readonly LifeEvent[] {
  const { run, given, state, before, heirs } = happened;
  const plain = { run, other: null, identifier: null, value: null };
  const events: LifeEvent[] = given.flatMap((identity) => arrivals(identity, happened));
  for (const { id, status } of before.values()) {
    const had = [...state.records].filter(([, { identity }]) => identity === id).map(([record]) => record);
    const erased = had.filter((record) => happened.day.erased.includes(record)).length;
    if (erased > 0) events.push({ ...plain, event: "erased", identity: id, records: erased });
    if (status === "active" && !heirs.has(id))
      events.push({ ...plain, event: "retired", identity: id, records: had.length });
  }
  return events;
}

/** One event for each earlier id from which records came, else one for an identity that appears. */
function arrivals(identity: Given, happened: Happened): readonly LifeEvent[] {
  const { run, state, before, heirs } = happened;
  const { id, label, records, how } = identity;
  const plain = { run, identifier: null, value: null };
  const flows = [...groupBy(records, (record) => state.records.get(record)?.identity)].flatMap(
    ([from, moved]) => {
      const source = from === undefined ? undefined : before.get(from);
      return source === undefined || source.id === id ? [] : [{ source, records: moved.length }];
    },
  );
  const event = how === "revived" ? "revived" : "split";
  if (flows.length === 0 && how !== "kept") {
    const alone = how === "revived" ? "revived" : "created";
    return [{ ...plain, event: alone, identity: id, other: null, records: records.length }];
  }
  const main = first(
    flows,
    (one, other) => other.records - one.records || compareAge(one.source, other.source),
  );
  return flows.map((flow): LifeEvent => {
    const { source, records: count } = flow;
    if (heirs.get(source.id) === label) {
      const cause = causeOf(source.id, identity, happened);
      return { run, event: "merged", identity: source.id, other: id, ...cause, records: count };
    }
    return how !== "kept" && flow === main
      ? { ...plain, event, identity: id, other: source.id, records: count }
      : { ...plain, event: "moved", identity: source.id, other: id, records: count };
  });
}

/**
 * The first by (decision, priority, value) of the ties in the survivor between a former record of the merged id and
 * another: must-links by their id, then values by priority.
 */
function causeOf(
  merged: string,
  { records }: Given,
  { day, state, result }: Happened,
): Pick<LifeEvent, "identifier" | "value"> {
  const own = (record: string) => state.records.get(record)?.identity === merged;
  const ties = (carriers: readonly string[]) => carriers.some(own) && !carriers.every(own);
  const link = first(
    day.decisions
      .flatMap((decision) => (decision.decision === "must_link" ? [decision] : []))
      .filter(({ a, b }) => records.includes(a) && records.includes(b) && ties([a, b])),
    (one, other) => compareText(one.id, other.id),
  );
  if (link !== undefined) return { identifier: "must_link", value: link.id };

  const priority = new Map(day.config.identifiers.map((each) => [each.name, each.priority]));
  const active = result.values.filter((row) => row.status === "active" && records.includes(row.record));
  const shared = [...groupBy(active, (row) => JSON.stringify([row.identifier, row.value])).values()]
    .filter((rows) => ties(rows.map((row) => row.record)))
    .flatMap((rows) => rows.slice(0, 1));
  const tie = first(
    shared,
    (one, other) =>
      (priority.get(one.identifier) ?? 0) - (priority.get(other.identifier) ?? 0) ||
      compareText(one.value, other.value),
  );
  return { identifier: tie?.identifier ?? null, value: tie?.value ?? null };
}
