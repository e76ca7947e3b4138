// Forms in which two answers can be compared whole: sorted, plain, without Maps.
import { groupBy } from "./group.ts";
import { compareText } from "./order.ts";
import type { BlockedRow, ReferenceResult } from "./types.ts";

/** The identities as sorted lists of record keys, sorted by their first. */
export function partitionOf(labels: ReadonlyMap<string, string>): readonly (readonly string[])[] {
  return canonicalPartition([...groupBy([...labels.keys()], (record) => labels.get(record)).values()]);
}

/** The same partition, sorted. */
export function canonicalPartition(
  partition: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  return partition
    .map((identity) => [...identity].sort(compareText))
    .sort((one, other) => compareText(one[0] ?? "", other[0] ?? ""));
}

/** The distinct (identifier, value) pairs of `blocked_merges`, sorted. */
export function blockedPairs(rows: readonly Pick<BlockedRow, "identifier" | "value">[]): readonly string[] {
  return [...new Set(rows.map(({ identifier, value }) => JSON.stringify([identifier, value])))].sort(
    compareText,
  );
}

/** Any rows as sorted lines, for comparing without regard to order. */
export function sortedLines(rows: readonly object[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort(compareText);
}

/** The whole answer in a form that does not depend on the order of the input. */
export function canonicalResult(result: ReferenceResult) {
  return {
    partition: partitionOf(result.labels),
    components: partitionOf(result.components),
    values: sortedLines(result.values),
    keptCounts: sortedLines(result.keptCounts),
    blocked: sortedLines(result.blocked),
    refusedMustLinks: [...result.refusedMustLinks].sort(compareText),
    identities: sortedLines(result.identities),
    evidence: sortedLines(result.evidence),
  };
}
