// Many small projects in one: cases of few configurations are put side by side, so that one script of a warehouse, which takes a
// minute or two on a stand-in, resolves all of them. What a case should come to is not asked here.
import { tagged, tagOf } from "../../src/testing/tags.ts";
import type {
  ReferenceConfig,
  ReferenceDecision,
  ReferenceIdentifier,
  ReferenceRecord,
} from "../reference/types.ts";
import { MODEL } from "../scenarios/load.ts";

export { tagOf };

export type Case = {
  readonly name: string;
  readonly config: ReferenceConfig;
  readonly records: readonly ReferenceRecord[];
  readonly decisions: readonly ReferenceDecision[];
};

export type Group = {
  /** Has the identifiers of every case, in its order, under names of the group. */
  readonly config: ReferenceConfig;
  /** Under that configuration; no two share a record, a value or a decision. */
  readonly cases: readonly Case[];
};

/** How a case is called in its group: its names of identifiers, and a tag in front of keys and values. */
export type Names = { readonly identifiers: ReadonlyMap<string, string>; readonly tag: string };

/** The cases in their order, in groups of at most so many identifiers (a case that has more is alone). */
export function groupsOf(cases: readonly Case[], mostIdentifiers: number): readonly Group[] {
  const groups: Case[][] = [];
  for (const each of cases) {
    const last = groups.at(-1);
    const fits =
      last !== undefined && lineOf([...last, each].map(({ config }) => config)).length <= mostIdentifiers;
    if (fits) last.push(each);
    else groups.push([each]);
  }
  return groups.map(groupOf);
}

function groupOf(cases: readonly Case[]): Group {
  const { config, names } = commonConfig(cases.map((each) => each.config));
  return {
    config,
    cases: cases.map((each, index) => {
      const own: Names = { identifiers: names[index] ?? new Map(), tag: tagOf(index) };
      return {
        name: each.name,
        config,
        records: each.records.map((record) => renamedRecord(record, own)),
        decisions: each.decisions.map((decision) => renamedDecision(decision, own)),
      };
    }),
  };
}

/**
 * A configuration in which each of these is found again: an identifier that no record of a case carries changes nothing for it.
 * `names` are, for each, what its identifiers are called there.
 */
export function commonConfig(configs: readonly ReferenceConfig[]): {
  readonly config: ReferenceConfig;
  readonly names: readonly ReadonlyMap<string, string>[];
} {
  const line = lineOf(configs);
  const nameAt = (at: number) => `i${String(at + 1).padStart(2, "0")}`;
  const identifiers = line.map(({ limit, maxRecords, contested }, at) => ({
    name: nameAt(at),
    priority: at + 1,
    contested,
    ...(limit === undefined ? {} : { limit }),
    ...(maxRecords === undefined ? {} : { maxRecords }),
  }));
  const names = configs.map((config) => {
    let from = 0;
    return new Map(
      byPriority(config).map((identifier) => {
        const at = line.findIndex((each, index) => index >= from && isLike(each, identifier));
        from = at + 1;
        return [identifier.name, nameAt(at)] as const;
      }),
    );
  });
  return { config: { identifiers }, names };
}

/** A line of identifiers of which every configuration is a part, in order: short, not shortest. */
function lineOf(configs: readonly ReferenceConfig[]): readonly ReferenceIdentifier[] {
  const line: ReferenceIdentifier[] = [];
  const longestFirst = [...configs].sort((one, other) => other.identifiers.length - one.identifiers.length);
  for (const config of longestFirst) {
    let from = 0;
    for (const identifier of byPriority(config)) {
      const at = line.findIndex((each, index) => index >= from && isLike(each, identifier));
      if (at < 0) line.splice(from, 0, identifier);
      from = (at < 0 ? from : at) + 1;
    }
  }
  return line;
}

function byPriority({ identifiers }: ReferenceConfig): readonly ReferenceIdentifier[] {
  return [...identifiers].sort((one, other) => one.priority - other.priority);
}

function isLike(one: ReferenceIdentifier, other: ReferenceIdentifier): boolean {
  return (
    one.limit === other.limit && one.maxRecords === other.maxRecords && one.contested === other.contested
  );
}

export function taggedKey(key: string, tag: string): string {
  const start = `${MODEL}:`;
  return `${start}${tagged(tag, key.slice(start.length))}`;
}

export function renamedRecord({ key, observedAt, values }: ReferenceRecord, names: Names): ReferenceRecord {
  const renamed = Object.entries(values).map(([identifier, held]) => [
    named(identifier, names),
    held.map((value) => tagged(names.tag, value)),
  ]);
  return { key: taggedKey(key, names.tag), observedAt, values: Object.fromEntries(renamed) };
}

export function renamedDecision<Decision extends ReferenceDecision>(
  decision: Decision,
  names: Names,
): Decision {
  const id = tagged(names.tag, decision.id);
  return decision.decision === "ignore_value"
    ? {
        ...decision,
        id,
        identifier: named(decision.identifier, names),
        value: tagged(names.tag, decision.value),
      }
    : { ...decision, id, a: taggedKey(decision.a, names.tag), b: taggedKey(decision.b, names.tag) };
}

function named(identifier: string, { identifiers }: Names): string {
  const name = identifiers.get(identifier);
  if (name === undefined) throw new Error(`no identifier ${identifier}`);
  return name;
}
