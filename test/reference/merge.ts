// *Merge* of resolution.md §3: takes the values of one phase one by one, as the page says it. What each refusal
// becomes in `blocked_merges` is left to outputs.ts.
import { groupBy } from "./group.ts";
import { bestRank, compareRank, compareText, type Rank } from "./order.ts";
import type { Partition } from "./partition.ts";
import type { Policy } from "./types.ts";
import type { Carried } from "./values.ts";

/** A hard constraint: no identity may hold more than `limit` of the values that `valuesOf` a record names. */
export type Constraint = {
  /** The name of an identifier, or the id of a cannot-link decision. */
  readonly name: string;
  readonly limit: number;
  /** Where it stands among all constraints: decisions by (decided at, id), then identifiers by priority. */
  readonly place: number;
  readonly valuesOf: (record: string) => readonly string[];
};

export type Phase = {
  readonly identifier: string;
  readonly policy: Policy;
  /** The kept rows of the phase's identifier. */
  readonly rows: readonly Carried[];
  /** The rank time of a value in an identity, from the rows of that identity that carry it. */
  readonly rankOf: (rows: readonly Carried[]) => Rank;
  /** By place. */
  readonly constraints: readonly Constraint[];
};

/** One value refused: `owner` is undefined under `nobody`, whose sides are all the holders. Sides by old labels. */
export type Refusal = {
  readonly identifier: string;
  readonly value: string;
  readonly owner: string | undefined;
  readonly sides: readonly {
    readonly label: string;
    readonly by: Pick<Constraint, "name" | "limit" | "place">;
  }[];
};

type Holder = { readonly label: string; readonly rank: Rank; readonly rows: readonly Carried[] };

/** Runs step *Merge* of a phase: joins identities in `partition`, marks rows contested, returns the refusals. */
export function merge(phase: Phase, partition: Partition): readonly Refusal[] {
  const refusals: Refusal[] = [];
  for (const { value, atStart } of valuesInOrder(phase, partition)) {
    const holders = presentHolders(atStart, partition);
    const owner = holders[0];
    if (owner === undefined || holders.length < 2) continue;

    const refusedBy = refusedHolders(holders, phase.constraints, partition);
    refusedBy.delete(owner.label);
    const refused = holders.filter((holder) => refusedBy.has(holder.label));
    const admitted = holders.filter((holder) => !refusedBy.has(holder.label));
    if (refused.length === 0 || phase.policy !== "nobody")
      partition.join(admitted.map((holder) => holder.label));
    if (refused.length === 0) continue;

    const sides = phase.policy === "nobody" ? holders : refused;
    for (const row of sides.flatMap((holder) => holder.rows)) row.status = "contested";
    const first = [...refusedBy.values()].sort((left, right) => left.place - right.place)[0];
    refusals.push({
      identifier: phase.identifier,
      value,
      owner: phase.policy === "nobody" ? undefined : owner.label,
      sides: sides.flatMap(({ label }) => {
        const by = refusedBy.get(label) ?? first;
        return by === undefined ? [] : [{ label, by }];
      }),
    });
  }
  return refusals;
}

/** The values kept by two or more identities, by (best rank time among the holders, value), with those holders. */
function valuesInOrder(phase: Phase, partition: Partition) {
  return [...groupBy(phase.rows, (row) => row.value)]
    .map(([value, rows]) => {
      const atStart: readonly Holder[] = [...groupBy(rows, (row) => partition.labelOf(row.record))].map(
        ([label, carriers]) => ({ label, rank: phase.rankOf(carriers), rows: carriers }),
      );
      return { value, atStart, rank: bestRank(atStart.map((holder) => holder.rank)) };
    })
    .filter(({ atStart }) => atStart.length >= 2)
    .sort((left, right) => compareRank(left.rank, right.rank) || compareText(left.value, right.value));
}

/** Step 1: the holders under their present labels; those that have merged since count once, with their best rank. */
function presentHolders(atStart: readonly Holder[], partition: Partition): readonly Holder[] {
  return [...groupBy(atStart, (holder) => partition.labelOf(holder.label))]
    .map(([label, merged]) => ({
      label,
      rank: bestRank(merged.map((holder) => holder.rank)),
      rows: merged.flatMap((holder) => holder.rows),
    }))
    .sort((left, right) => compareRank(left.rank, right.rank) || compareText(left.label, right.label));
}

/** Steps 2 and 3: the holders that are not admitted, each with the first constraint that refuses it. */
function refusedHolders(
  holders: readonly Holder[],
  constraints: readonly Constraint[],
  partition: Partition,
): Map<string, Constraint> {
  const refusedBy = new Map<string, Constraint>();
  for (const constraint of constraints) {
    const held = holders.map((holder) => ({
      label: holder.label,
      values: valuesHeld(holder, constraint, partition),
    }));
    const inOrder = [...new Set(held.flatMap(({ values }) => values))];
    const allowed = inOrder.slice(0, constraint.limit);
    for (const { label, values } of held) {
      const breaks = values.some((value) => !allowed.includes(value));
      if (breaks && !refusedBy.has(label)) refusedBy.set(label, constraint);
    }
  }
  return refusedBy;
}

function valuesHeld(holder: Holder, constraint: Constraint, partition: Partition): readonly string[] {
  const values = partition.recordsOf(holder.label).flatMap((record) => constraint.valuesOf(record));
  return [...new Set(values)].sort(compareText);
}
