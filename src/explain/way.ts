// Why two identities are apart: the values that both carry, and the way from one to the other over identities that
// share values, with what was refused on it. Pure.
import type { Hop, Refusal, Ruling, Shared, Status } from "./explanation.ts";

export type Carrying = {
  readonly record: string;
  readonly identifier: string;
  readonly value: string;
  readonly status: Status | "ignored";
};

/** The records of two plain components, or of two identities, and all that they carry. */
export type Scope = {
  /** The identity of each record. */
  readonly identities: ReadonlyMap<string, string>;
  readonly carried: readonly Carrying[];
  readonly rulings: readonly Ruling[];
  readonly refusals: readonly Refusal[];
  /** By priority, the strongest first. */
  readonly identifiers: readonly string[];
};

/** How an identity carries a value: the best status of its records. */
type Held = { readonly status: Status | "ignored"; readonly records: number };

type HeldValue = {
  readonly identifier: string;
  readonly value: string;
  readonly holders: ReadonlyMap<string, Held>;
};

const STATUSES: readonly (Status | "ignored")[] = ["active", "contested", "over_limit", "shared", "ignored"];

/** The values that both carry, by (priority, value). */
export function evidenceBetween(a: string, b: string, scope: Scope): readonly Shared[] {
  return heldValues(scope)
    .filter(({ holders }) => holders.has(a) && holders.has(b))
    .map((held) => sharedBy(a, b, held, scope.refusals));
}

/** Links between a record of the one and a record of the other. */
export function rulingsBetween(a: string, b: string, { rulings, identities }: Scope): readonly Ruling[] {
  return rulings.filter((ruling) => {
    const sides = [identities.get(ruling.a), identities.get(ruling.b)];
    return sides.includes(a) && sides.includes(b);
  });
}

/**
 * The way with the fewest identities, each hop over the strongest value that both carry or a refused must-link. A value that is
 * shared or ignored says little, and is used only where there is no other way.
 */
export function wayBetween(a: string, b: string, scope: Scope): readonly Hop[] | undefined {
  const held = heldValues(scope);
  const strong = held.filter(({ holders }) =>
    [...holders.values()].every(({ status }) => status !== "shared" && status !== "ignored"),
  );
  return walk(a, b, strong, scope) ?? walk(a, b, held, scope);
}

function walk(a: string, b: string, held: readonly HeldValue[], scope: Scope): readonly Hop[] | undefined {
  const valuesOf = new Map<string, HeldValue[]>();
  for (const value of held) {
    if (value.holders.size < 2) continue;
    for (const holder of value.holders.keys()) append(valuesOf, holder, value);
  }
  const links = new Map<string, Ruling[]>();
  for (const ruling of scope.rulings) {
    if (ruling.decision !== "must_link") continue;
    for (const record of [ruling.a, ruling.b]) append(links, scope.identities.get(record) ?? "", ruling);
  }
  const hops = new Map<string, Hop | undefined>([[a, undefined]]);
  const seen = new Set<HeldValue>();
  let frontier: readonly string[] = [a];
  while (frontier.length > 0 && !hops.has(b)) {
    const next: string[] = [];
    const reach = (to: string, hop: Hop) => {
      if (hops.has(to)) return;
      hops.set(to, hop);
      next.push(to);
    };
    for (const from of frontier) {
      for (const value of valuesOf.get(from) ?? []) {
        if (seen.has(value)) continue;
        seen.add(value);
        for (const to of [...value.holders.keys()].sort()) {
          if (to === from) continue;
          reach(to, { from, to, evidence: sharedBy(from, to, value, scope.refusals), decision: undefined });
        }
      }
      for (const decision of links.get(from) ?? []) {
        for (const record of [decision.a, decision.b]) {
          const to = scope.identities.get(record);
          if (to !== undefined && to !== from) reach(to, { from, to, evidence: undefined, decision });
        }
      }
    }
    frontier = next;
  }
  if (!hops.has(b)) return undefined;
  const way: Hop[] = [];
  for (let hop = hops.get(b); hop !== undefined; hop = hops.get(hop.from)) way.unshift(hop);
  return way;
}

function heldValues({ carried, identities, identifiers }: Scope): readonly HeldValue[] {
  const values = new Map<string, { identifier: string; value: string; holders: Map<string, Held> }>();
  for (const { record, identifier, value, status } of carried) {
    const identity = identities.get(record);
    if (identity === undefined) continue;
    const key = JSON.stringify([identifier, value]);
    const found = values.get(key) ?? { identifier, value, holders: new Map<string, Held>() };
    values.set(key, found);
    const held = found.holders.get(identity);
    found.holders.set(identity, {
      status:
        held === undefined || STATUSES.indexOf(status) < STATUSES.indexOf(held.status) ? status : held.status,
      records: (held?.records ?? 0) + 1,
    });
  }
  return [...values.values()].sort(
    (x, y) =>
      identifiers.indexOf(x.identifier) - identifiers.indexOf(y.identifier) ||
      (x.value < y.value ? -1 : x.value > y.value ? 1 : 0),
  );
}

function sharedBy(a: string, b: string, held: HeldValue, refusals: readonly Refusal[]): Shared {
  const { identifier, value, holders } = held;
  const [ofA, ofB] = [holders.get(a), holders.get(b)];
  const sides = [a, b];
  return {
    identifier,
    value,
    statusA: ofA?.status ?? "active",
    statusB: ofB?.status ?? "active",
    recordsA: ofA?.records ?? 0,
    recordsB: ofB?.records ?? 0,
    // Where a third one owns the value, each is refused for its sake.
    refusals: refusals.filter(
      (refusal) =>
        refusal.identifier === identifier && refusal.value === value && sides.includes(refusal.identityId),
    ),
  };
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
