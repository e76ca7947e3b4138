// Who goes on with an id: the heirs of rule 1 of resolution.md §4, and the orders by which its rules choose. What is done
// with the answer is left to life.ts.
import { groupBy } from "./group.ts";
import type { LifeIdentity } from "./life-types.ts";
import { compareRank, compareText, type Rank } from "./order.ts";

/** What the answer of this run says of the records present. */
export type Facts = {
  /** Record key to the label of its new identity; the keys are all records present. */
  readonly labels: ReadonlyMap<string, string>;
  readonly observedAt: (record: string) => number | null;
  /** The smallest priority of an identifier of which the record carries an active value; NULL for none. */
  readonly strongest: (record: string) => Rank;
};

/** An identity of this run and where its id is from. */
export type Given = {
  readonly label: string;
  readonly records: readonly string[];
  readonly id: string;
  /** Of an active identity whose heir it is; of one merged or retired earlier; or never issued before. */
  readonly how: "kept" | "revived" | "fresh";
};

/** The earliest first: (observed at with NULL last, record key). */
export function compareEarliest(facts: Facts) {
  return (one: string, other: string): number =>
    compareRank(facts.observedAt(one), facts.observedAt(other)) || compareText(one, other);
}

/** The strongest first: (smallest priority of an active value, observed at with NULL last, record key). */
export function compareStrongest(facts: Facts) {
  const earliest = compareEarliest(facts);
  return (one: string, other: string): number =>
    compareRank(facts.strongest(one), facts.strongest(other)) || earliest(one, other);
}

/** The oldest first: (created run, observed at of the anchor as last known, anchor key, id), NULL last. */
export function compareAge(one: LifeIdentity, other: LifeIdentity): number {
  return (
    one.createdRun - other.createdRun ||
    compareRank(one.anchorObservedAt, other.anchorObservedAt) ||
    Number(one.anchor === null) - Number(other.anchor === null) ||
    compareText(one.anchor ?? "", other.anchor ?? "") ||
    compareText(one.id, other.id)
  );
}

/** The first under an order; undefined for none. */
export function first<Item>(
  items: readonly Item[],
  compare: (one: Item, other: Item) => number,
): Item | undefined {
  return [...items].sort(compare)[0];
}

/**
 * Rule 1: the label of the heir of an active identity whose former records that still exist are `former`; undefined when
 * there are none.
 */
export function heirOf(identity: LifeIdentity, former: readonly string[], facts: Facts): string | undefined {
  const candidates = [...groupBy(former, (record) => facts.labels.get(record))].flatMap(
    ([label, records]) => {
      const earliest = first(records, compareEarliest(facts));
      if (label === undefined || earliest === undefined) return [];
      const strongest = first(records.map(facts.strongest), compareRank) ?? null;
      const holdsAnchor = identity.anchor !== null && facts.labels.get(identity.anchor) === label;
      return [{ label, strongest, records: records.length, holdsAnchor, earliest }];
    },
  );
  const earliest = compareEarliest(facts);
  return first(
    candidates,
    (one, other) =>
      compareRank(one.strongest, other.strongest) ||
      other.records - one.records ||
      Number(other.holdsAnchor) - Number(one.holdsAnchor) ||
      earliest(one.earliest, other.earliest),
  )?.label;
}
