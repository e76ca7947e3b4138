// Which single changes could join two identities that are apart, the smallest first. Judges none: resolving them does. Pure.
import type { Identifier, Policy } from "../config/project.ts";
import type { Change, Hop, Ruling, Shared } from "./explanation.ts";
import type { Scope } from "./way.ts";

/** How far a limit is raised at most. */
export const FURTHEST_RAISE = 10;

export type Found = {
  readonly scope: Scope;
  readonly evidence: readonly Shared[];
  readonly way: readonly Hop[];
  /** Links between records of the two. */
  readonly decisions: readonly Ruling[];
  /** Of the values of the way and the evidence that are shared: on how many records each is. */
  readonly crowds: readonly { readonly identifier: string; readonly records: number }[];
};

/**
 * The changes that bear on what was refused between the two: on the values that both carry, and on those of the way. In the
 * order of what they change: a limit by one, then by two and so on, the weakest identifier first, no further than there are
 * values to hold; a cannot-link withdrawn; `max_records` raised to the records of a value; another `contested`.
 */
export function candidates(found: Found, identifiers: readonly Identifier[]): readonly Change[] {
  const { scope } = found;
  const weakestFirst = [...identifiers].sort((x, y) => y.priority - x.priority);
  const met = [...found.evidence, ...found.way.flatMap(({ evidence }) => evidence ?? [])];
  const refusals = met.flatMap((shared) => shared.refusals);
  const carriedAs = (status: Shared["statusA"]) =>
    new Set(
      met.flatMap(({ identifier, statusA, statusB }) =>
        statusA === status || statusB === status ? [identifier] : [],
      ),
    );
  const [cut, contested] = [carriedAs("over_limit"), carriedAs("contested")];
  const blockers = new Set([
    ...refusals.map(({ blockedBy }) => blockedBy),
    ...found.decisions.map(({ id }) => id),
    ...[...found.decisions, ...found.way.flatMap(({ decision }) => decision ?? [])].flatMap(
      ({ refusedBy }) => refusedBy ?? [],
    ),
  ]);
  // What is contested from the start counts the values of all who carry it, wherever they are.
  const fromTheStart = new Set(
    refusals.flatMap(({ ownerIdentityId, blockedBy }) => (ownerIdentityId === null ? [blockedBy] : [])),
  );
  const values = new Map(identifiers.map(({ name }) => [name, new Set<string>()]));
  for (const { identifier, value } of scope.carried) values.get(identifier)?.add(value);
  const limits: Change[] = [];
  for (let raise = 1; raise <= FURTHEST_RAISE; raise += 1) {
    for (const { name, limit } of weakestFirst) {
      if (limit === undefined || !(blockers.has(name) || cut.has(name))) continue;
      if (fromTheStart.has(name) || limit + raise <= (values.get(name)?.size ?? 0))
        limits.push({ kind: "limit", identifier: name, from: limit, to: limit + raise });
    }
  }
  const withdrawn = scope.rulings
    .filter(
      ({ id, decision, status }) => decision === "cannot_link" && status === "in_force" && blockers.has(id),
    )
    .map(({ id }): Change => ({ kind: "withdrawn", decisionId: id }));
  const caps = weakestFirst.flatMap(({ name, maxRecords }): readonly Change[] => {
    if (maxRecords === undefined) return [];
    const crowds = found.crowds.flatMap(({ identifier, records }) =>
      identifier === name && records > maxRecords ? [records] : [],
    );
    return [...new Set(crowds)]
      .sort((x, y) => x - y)
      .map((to) => ({ kind: "max_records", identifier: name, from: maxRecords, to }));
  });
  const policies = weakestFirst.flatMap(({ name, contested: from }): readonly Change[] =>
    contested.has(name)
      ? (["first", "last"] satisfies readonly Policy[])
          .filter((to) => to !== from)
          .map((to) => ({ kind: "policy", identifier: name, from, to }))
      : [],
  );
  return [...limits, ...withdrawn, ...caps, ...policies];
}

/** The identifiers with the change; a withdrawn decision changes none. */
export function changed(identifiers: readonly Identifier[], change: Change): readonly Identifier[] {
  if (change.kind === "withdrawn") return identifiers;
  return identifiers.map((identifier) =>
    identifier.name === change.identifier ? { ...identifier, ...newKey(change) } : identifier,
  );
}

function newKey(change: Exclude<Change, { readonly kind: "withdrawn" }>): Partial<Identifier> {
  switch (change.kind) {
    case "limit":
      return { limit: change.to };
    case "max_records":
      return { maxRecords: change.to };
    case "policy":
      return { contested: change.to };
  }
}
