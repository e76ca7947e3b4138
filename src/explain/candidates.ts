// Which single changes could join two identities that are apart, the smallest first. Judges none: resolving them does. Pure.
import type { Identifier, Policy } from "../config/project.ts";
import type { Change, Hop, Ruling, Shared } from "./explanation.ts";
import type { Scope } from "./way.ts";

/** How far a limit is raised at most. */
export const FURTHEST_RAISE = 10;
/** How many cannot-links are taken away, one at a time. */
const MOST_DECISIONS = 20;

export type Found = {
  readonly scope: Scope;
  readonly evidence: readonly Shared[];
  readonly way: readonly Hop[];
  /** Of the values of the way and the evidence that are shared: on how many records each is. */
  readonly crowds: readonly { readonly identifier: string; readonly records: number }[];
};

/**
 * In the order of what they change: a limit by one, then by two and so on, the weakest identifier first; a cannot-link
 * withdrawn; `max_records` raised to the records of a value; another `contested`. A limit is named where it refused or cut
 * something in what was looked at, and goes no further than the values that are there.
 */
export function candidates(found: Found, identifiers: readonly Identifier[]): readonly Change[] {
  const { scope } = found;
  const weakestFirst = [...identifiers].sort((x, y) => y.priority - x.priority);
  const blockers = new Set(scope.refusals.map(({ blockedBy }) => blockedBy));
  const cut = new Set(
    scope.carried.flatMap(({ identifier, status }) => (status === "over_limit" ? [identifier] : [])),
  );
  const contested = new Set(
    scope.carried.flatMap(({ identifier, status }) => (status === "contested" ? [identifier] : [])),
  );
  const values = new Map(identifiers.map(({ name }) => [name, new Set<string>()]));
  for (const { identifier, value } of scope.carried) values.get(identifier)?.add(value);
  const limits: Change[] = [];
  for (let raise = 1; raise <= FURTHEST_RAISE; raise += 1) {
    for (const { name, limit } of weakestFirst) {
      if (limit === undefined || !(blockers.has(name) || cut.has(name))) continue;
      if (limit + raise <= (values.get(name)?.size ?? 0))
        limits.push({ kind: "limit", identifier: name, from: limit, to: limit + raise });
    }
  }
  const withdrawn = scope.rulings
    .filter((ruling) => ruling.decision === "cannot_link" && isBinding(ruling, scope))
    .sort((x, y) => Number(blockers.has(y.id)) - Number(blockers.has(x.id)))
    .slice(0, MOST_DECISIONS)
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

function isBinding({ a, b, status }: Ruling, { identities }: Scope): boolean {
  return status === "in_force" && identities.has(a) && identities.has(b);
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
