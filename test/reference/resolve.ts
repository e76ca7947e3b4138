// The resolution as resolution.md §3 tells it, one value at a time: the answer that every SQL form must give. It is
// meant to be read beside the page, not to be fast, and shares no code with the engine.

import { groupBy } from "./group.ts";
import { type Constraint, merge, type Refusal } from "./merge.ts";
import { bestRank, compareRank, compareText, type Rank } from "./order.ts";
import { blockedRows, evidenceRows, identitiesOf, keptCounts, plainComponents } from "./outputs.ts";
import { Partition } from "./partition.ts";
import type {
  LinkDecision,
  Policy,
  ReferenceConfig,
  ReferenceDecision,
  ReferenceIdentifier,
  ReferenceRecord,
  ReferenceResult,
} from "./types.ts";
import {
  type Carried,
  type Classes,
  carriedValues,
  formClasses,
  left,
  markContestedFromStart,
  markShared,
} from "./values.ts";

/**
 * Resolves records under a configuration and the decisions in force (resolution.md §2.4 to §4, first paragraph; the
 * rows of `blocked_merges` and `merge_evidence` by outputs.md). Pure. A link that names an unknown record does nothing.
 */
export function resolveReference(
  config: ReferenceConfig,
  records: readonly ReferenceRecord[],
  decisions: readonly ReferenceDecision[],
): ReferenceResult {
  const identifiers = [...config.identifiers].sort((one, other) => one.priority - other.priority);
  const times = new Map(records.map((record) => [record.key, record.observedAt]));
  const partition = new Partition(records.map((record) => record.key));
  const links = decisions
    .filter((decision) => decision.decision !== "ignore_value")
    .filter(({ a, b }) => partition.has(a) && partition.has(b))
    .sort((one, other) => compareRank(one.decidedAt, other.decidedAt) || compareText(one.id, other.id));
  const mustLinks = links.filter((link) => link.decision === "must_link");
  const cannotLinks = links.filter((link) => link.decision === "cannot_link").map(cannotLinkConstraint);

  const rows = carriedValues(records, identifiers, decisions);
  markShared(rows, identifiers);

  const refusedLinks = mergeMustLinks(mustLinks, cannotLinks, partition);

  const classesBefore = formClasses(partition, left(rows), identifiers);
  const fromStart = markContestedFromStart(rows, identifiers, classesBefore);
  const matching = left(rows);
  const components = plainComponents(records, matching, mustLinks);
  const classes = formClasses(partition, matching, identifiers);

  const limitPlace = (name: string) =>
    cannotLinks.length + identifiers.findIndex((each) => each.name === name);
  const refusals: Refusal[] = fromStart.map(({ identifier, value, records: sides, exceeded }) => ({
    identifier,
    value,
    owner: undefined,
    sides: sides.map((record) => ({
      label: record,
      by: { name: exceeded.name, limit: exceeded.limit ?? 0, place: limitPlace(exceeded.name) },
    })),
  }));
  refusals.push(...refusedLinks);

  const begun: Constraint[] = [];
  for (const identifier of identifiers) {
    const carried = matching.filter((row) => row.identifier === identifier.name);
    const rankOf = rankTime(identifier.contested, times);
    retain(identifier, carried, rankOf, classes, partition);
    const kept = carried.filter((row) => row.kept);
    if (identifier.limit !== undefined) {
      begun.push(
        limitConstraint(identifier.name, identifier.limit, limitPlace(identifier.name), kept, classes),
      );
    }
    refusals.push(
      ...merge(
        {
          identifier: identifier.name,
          policy: identifier.contested,
          rows: kept,
          rankOf,
          constraints: [...cannotLinks, ...begun],
        },
        partition,
      ),
    );
  }

  return {
    labels: partition.toMap(),
    components,
    values: rows,
    keptCounts: keptCounts(rows, classes, partition),
    blocked: blockedRows(refusals, partition),
    refusedMustLinks: refusedLinks.map((refusal) => refusal.value),
    identities: identitiesOf(times, partition),
    evidence: evidenceRows(rows, mustLinks, partition),
  };
}

/** Phase 0: each must-link is a value carried by its two records, ranked by its position, decided as `first`. */
function mergeMustLinks(
  mustLinks: readonly LinkDecision[],
  cannotLinks: readonly Constraint[],
  partition: Partition,
): readonly Refusal[] {
  const rows = mustLinks.flatMap(({ id, a, b }) =>
    [a, b].map(
      (record): Carried => ({ record, identifier: "must_link", value: id, status: "active", kept: true }),
    ),
  );
  const position = new Map(mustLinks.map((link, index) => [link.id, index]));
  const rankOf = (carriers: readonly Carried[]) =>
    bestRank(carriers.map((row) => position.get(row.value) ?? null));
  return merge(
    { identifier: "must_link", policy: "first", rows, rankOf, constraints: cannotLinks },
    partition,
  );
}

/** *Retain*: each identity keeps the values of its first N classes, by (best rank time, name of the class). */
function retain(
  identifier: ReferenceIdentifier,
  carried: readonly Carried[],
  rankOf: (rows: readonly Carried[]) => Rank,
  classes: Classes,
  partition: Partition,
): void {
  for (const inIdentity of groupBy(carried, (row) => partition.labelOf(row.record)).values()) {
    const ranked = [...groupBy(inIdentity, (row) => classes.nameOf(row.identifier, row.value))]
      .map(([name, rows]) => ({
        name,
        rows,
        rank: bestRank([...groupBy(rows, (row) => row.value).values()].map(rankOf)),
      }))
      .sort((one, other) => compareRank(one.rank, other.rank) || compareText(one.name, other.name));
    ranked.forEach(({ rows }, index) => {
      const kept = identifier.limit === undefined || index < identifier.limit;
      for (const row of rows) {
        row.kept = kept;
        if (!kept) row.status = "over_limit";
      }
    });
  }
}

/** `first` and `nobody`: the earliest time, ascending; `last`: the latest, descending. A NULL never beats a time. */
function rankTime(policy: Policy, times: ReadonlyMap<string, number | null>) {
  return (rows: readonly Carried[]): Rank =>
    bestRank(
      rows.map((row) => {
        const time = times.get(row.record) ?? null;
        return time === null || policy !== "last" ? time : -time;
      }),
    );
}

/** The limit of an identifier whose phase has begun, on the classes of its kept values. */
function limitConstraint(
  name: string,
  limit: number,
  place: number,
  kept: readonly Carried[],
  classes: Classes,
): Constraint {
  const byRecord = groupBy(kept, (row) => row.record);
  const valuesOf = (record: string) =>
    (byRecord.get(record) ?? []).map((row) => classes.nameOf(row.identifier, row.value));
  return { name, limit, place, valuesOf };
}

/** A cannot-link: N = 1, where one record carries `a` and the other carries `b`. */
function cannotLinkConstraint({ id, a, b }: LinkDecision, place: number): Constraint {
  const valuesOf = (record: string) => [...(record === a ? ["a"] : []), ...(record === b ? ["b"] : [])];
  return { name: id, limit: 1, place, valuesOf };
}
