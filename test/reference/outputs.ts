// What a run leaves behind, as far as the reference tells it: plain components, `blocked_merges`, `merge_evidence`,
// ids of an empty state (outputs.md; resolution.md §4, first paragraph). Takes the end of the resolution as given.
import { createHash } from "node:crypto";
import { groupBy } from "./group.ts";
import type { Refusal } from "./merge.ts";
import { compareRank, compareText } from "./order.ts";
import { Partition } from "./partition.ts";
import type {
  BlockedRow,
  EvidenceRow,
  KeptCount,
  LinkDecision,
  ReferenceIdentity,
  ReferenceRecord,
} from "./types.ts";
import type { Carried, Classes } from "./values.ts";

/** Record key to the label of its plain component: all matching values and all must-links, nothing else. */
export function plainComponents(
  records: readonly ReferenceRecord[],
  matching: readonly Carried[],
  mustLinks: readonly LinkDecision[],
): ReadonlyMap<string, string> {
  const components = new Partition(records.map((record) => record.key));
  const together = [...groupBy(matching, (row) => JSON.stringify([row.identifier, row.value])).values()].map(
    (rows) => rows.map((row) => row.record),
  );
  for (const linked of [...together, ...mustLinks.map(({ a, b }) => [a, b])]) {
    components.join([...new Set(linked.map((record) => components.labelOf(record)))]);
  }
  return components.toMap();
}

/** The rows of `blocked_merges`: sides by their identity at the end, one row each, with the first `blocked_by`. */
export function blockedRows(refusals: readonly Refusal[], partition: Partition): readonly BlockedRow[] {
  return refusals.flatMap(({ identifier, value, owner, sides }): BlockedRow[] => {
    const ownerNow = owner === undefined ? null : partition.labelOf(owner);
    const byIdentity = groupBy(sides, (side) => partition.labelOf(side.label));
    if (ownerNow === null && byIdentity.size === 1) return [];
    return [...byIdentity].flatMap(([identity, ended]) => {
      const first = ended.map((side) => side.by).sort((one, other) => one.place - other.place)[0];
      if (identity === ownerNow || first === undefined) return [];
      return [{ identity, owner: ownerNow, identifier, value, blockedBy: first.name, limit: first.limit }];
    });
  });
}

/** The rows of `merge_evidence`: active values on two or more records of an identity, and the must-links inside it. */
export function evidenceRows(
  rows: readonly Carried[],
  mustLinks: readonly LinkDecision[],
  partition: Partition,
): readonly EvidenceRow[] {
  const active = rows.filter((row) => row.status === "active");
  const tied = groupBy(active, (row) =>
    JSON.stringify([partition.labelOf(row.record), row.identifier, row.value]),
  );
  const byValue = [...tied.values()]
    .filter((carriers) => carriers.length >= 2)
    .flatMap((carriers) =>
      carriers.map(({ record, identifier, value }) => ({
        identity: partition.labelOf(record),
        record,
        identifier,
        value,
        records: carriers.length,
        decisionId: null,
      })),
    );
  const byDecision = mustLinks
    .filter(({ a, b }) => partition.labelOf(a) === partition.labelOf(b))
    .flatMap(({ id, a, b }) =>
      [a, b].map((record) => ({
        identity: partition.labelOf(record),
        record,
        identifier: "must_link",
        value: id,
        records: 2,
        decisionId: id,
      })),
    );
  return [...byValue, ...byDecision];
}

/** Anchor and id of every identity on an empty state (resolution.md §4). */
export function identitiesOf(
  times: ReadonlyMap<string, number | null>,
  partition: Partition,
): readonly ReferenceIdentity[] {
  return partition.labels().map((label) => {
    const anchor =
      [...partition.recordsOf(label)].sort(
        (one, other) =>
          compareRank(times.get(one) ?? null, times.get(other) ?? null) || compareText(one, other),
      )[0] ?? label;
    const id = `id_${createHash("md5").update(anchor, "utf8").digest("hex").slice(0, 20)}`;
    return { label, anchor, id };
  });
}

/** Classes of kept values by identity and identifier. */
export function keptCounts(
  rows: readonly Carried[],
  classes: Classes,
  partition: Partition,
): readonly KeptCount[] {
  const kept = rows.filter((row) => row.kept);
  return [...groupBy(kept, (row) => JSON.stringify([partition.labelOf(row.record), row.identifier]))].flatMap(
    ([, held]) => {
      const first = held[0];
      if (first === undefined) return [];
      const names = new Set(held.map((row) => classes.nameOf(row.identifier, row.value)));
      return [
        { identity: partition.labelOf(first.record), identifier: first.identifier, classes: names.size },
      ];
    },
  );
}
