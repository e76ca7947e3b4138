// The life of ids as resolution.md §4 tells it, one run after the other: which id each identity of this run gets, and
// what becomes of the others. The events of it are told in events.ts.
import { createHash } from "node:crypto";
import { eventsOf } from "./events.ts";
import { groupBy } from "./group.ts";
import {
  compareAge,
  compareEarliest,
  compareStrongest,
  type Facts,
  first,
  type Given,
  heirOf,
} from "./heirs.ts";
import type {
  Advance,
  DatedDecision,
  Day,
  LifeIdentity,
  LifeRecord,
  Redirects,
  SourceDay,
  State,
} from "./life-types.ts";
import { bestRank, compareText } from "./order.ts";
import { resolveReference } from "./resolve.ts";
import type { ReferenceConfig, ReferenceResult } from "./types.ts";

/** The run after `state`: what `day` is resolved to, and rules 1 to 4 of resolution.md §4. Pure. */
export function advance(state: State, day: Day): Advance {
  const run = state.run + 1;
  const result = resolveReference(day.config, day.records, day.decisions);
  const facts = factsOf(day, result);
  const before = asLastKnown(state, day, facts);
  const erased = new Set([...state.erased, ...day.erased]);

  const formerOf = groupBy(
    [...state.records.keys()].filter((record) => facts.labels.has(record)),
    (record) => state.records.get(record)?.identity,
  );
  const active = [...before.values()].filter(({ status }) => status === "active");
  const heirs = new Map(
    active.flatMap((identity) => {
      const label = heirOf(identity, formerOf.get(identity.id) ?? [], facts);
      return label === undefined ? [] : [[identity.id, label] as const];
    }),
  );

  const isIssued = (id: string) => before.has(id) || [...erased].some((key) => idOf(key) === id);
  const given = [...groupBy([...facts.labels.keys()], (record) => facts.labels.get(record))]
    .map(([label = "", records]) => ({
      label,
      records,
      ...idFor({ label, records, before, heirs, facts, isIssued, run }),
    }))
    .sort((one, other) => compareText(one.id, other.id));

  const identities = identitiesAfter({ before, given, heirs, formerOf, facts, run });
  const records = new Map(
    given.flatMap(({ id, records: held }) =>
      held.map((record): [string, LifeRecord] => {
        const earlier = state.records.get(record);
        return [record, earlier?.identity === id ? earlier : { identity: id, updatedRun: run }];
      }),
    ),
  );
  return {
    state: { run, identities, records, erased },
    events: eventsOf({ run, day, state, before, given, heirs, facts, result }),
    redirects: redirectsOf(identities),
    result,
  };
}

/** What a run as of that time takes from the files: decisions in force are those decided by then and not expired (config.md). */
export function dayOf(config: ReferenceConfig, { asOf, records, erased, decisions }: SourceDay): Day {
  const isInForce = ({ decidedAt, expiresAt }: DatedDecision) =>
    (decidedAt ?? asOf) <= asOf && (expiresAt === null || expiresAt > asOf);
  return { config, records, decisions: decisions.filter(isInForce), erased: erased.map(({ key }) => key) };
}

/** `id_` and the first 20 hex digits of MD5 of a text's UTF-8 bytes. */
export function idOf(text: string): string {
  return `id_${createHash("md5").update(text, "utf8").digest("hex").slice(0, 20)}`;
}

function factsOf(day: Day, result: ReferenceResult): Facts {
  const observed = new Map(day.records.map(({ key, observedAt }) => [key, observedAt]));
  const priorities = new Map(day.config.identifiers.map(({ name, priority }) => [name, priority]));
  const active = groupBy(
    result.values.filter(({ status }) => status === "active"),
    ({ record }) => record,
  );
  return {
    labels: result.labels,
    observedAt: (record) => observed.get(record) ?? null,
    strongest: (record) =>
      bestRank((active.get(record) ?? []).map(({ identifier }) => priorities.get(identifier) ?? null)),
  };
}

/** The ids before this run, their anchors as far as they are known at it: an erased one has lost its key. */
function asLastKnown(state: State, day: Day, facts: Facts): ReadonlyMap<string, LifeIdentity> {
  const erased = new Set(day.erased);
  const known = (identity: LifeIdentity): LifeIdentity => {
    const { anchor } = identity;
    if (anchor === null) return identity;
    if (erased.has(anchor)) return { ...identity, anchor: null };
    return facts.labels.has(anchor) ? { ...identity, anchorObservedAt: facts.observedAt(anchor) } : identity;
  };
  return new Map([...state.identities].map(([id, identity]) => [id, known(identity)]));
}

type Heirs = ReadonlyMap<string, string>;

type Claims = {
  readonly label: string;
  readonly records: readonly string[];
  readonly before: ReadonlyMap<string, LifeIdentity>;
  readonly heirs: Heirs;
  readonly facts: Facts;
  readonly isIssued: (id: string) => boolean;
  readonly run: number;
};

/** Rule 2, first sentence, and rule 3. */
function idFor({ label, records, before, heirs, facts, isIssued, run }: Claims): Pick<Given, "id" | "how"> {
  const ids = [...before.values()];
  const kept = first(
    ids.filter(({ id }) => heirs.get(id) === label),
    compareAge,
  );
  if (kept !== undefined) return { id: kept.id, how: "kept" };

  const revived = first(
    ids.filter(({ status, anchor }) => status !== "active" && anchor !== null && records.includes(anchor)),
    compareAge,
  );
  if (revived !== undefined) return { id: revived.id, how: "revived" };

  const anchor = first(records, compareEarliest(facts)) ?? label;
  const own = idOf(anchor);
  return { id: isIssued(own) ? idOf(`#${run}#${anchor}`) : own, how: "fresh" };
}

type After = {
  readonly before: ReadonlyMap<string, LifeIdentity>;
  readonly given: readonly Given[];
  readonly heirs: Heirs;
  readonly formerOf: ReadonlyMap<string | undefined, readonly string[]>;
  readonly facts: Facts;
  readonly run: number;
};

/** The state and the anchor of every id after this run. */
function identitiesAfter({ before, given, heirs, formerOf, facts, run }: After): State["identities"] {
  const after = new Map<string, LifeIdentity>();
  const idAt = new Map(given.map(({ label, id }) => [label, id]));
  const holderOf = (record: string | null) =>
    record === null ? undefined : idAt.get(facts.labels.get(record) ?? "");
  const anchoredAt = (anchor: string | undefined) => ({
    anchor: anchor ?? null,
    anchorObservedAt: anchor === undefined ? null : facts.observedAt(anchor),
  });

  for (const { id, records } of given) {
    const earlier = before.get(id);
    const anchor = earlier?.anchor ?? undefined;
    const stays = anchor !== undefined && records.includes(anchor);
    after.set(id, {
      id,
      status: "active",
      mergedInto: null,
      ...anchoredAt(stays ? anchor : first(records, compareEarliest(facts))),
      createdRun: earlier?.createdRun ?? run,
    });
  }
  for (const identity of before.values()) {
    const { id, status, anchor, mergedInto } = identity;
    if (after.has(id)) continue;
    const heir = heirs.get(id);
    if (heir !== undefined) {
      const inHeir = (formerOf.get(id) ?? []).filter((record) => facts.labels.get(record) === heir);
      const anew = anchoredAt(first(inHeir, compareStrongest(facts)));
      after.set(id, { ...identity, status: "merged", mergedInto: idAt.get(heir) ?? null, ...anew });
    } else if (status === "active") {
      after.set(id, { ...identity, status: "retired" });
    } else if (status === "merged") {
      after.set(id, { ...identity, mergedInto: holderOf(anchor) ?? mergedInto });
    } else {
      after.set(id, identity);
    }
  }
  return after;
}

/** Every id ever issued, in one hop, to the active id that holds it now. A merged id follows the one it points at. */
export function redirectsOf(identities: State["identities"]): Redirects {
  const current = (id: string | null): string | null => {
    const identity = id === null ? undefined : identities.get(id);
    if (identity === undefined || identity.status === "retired") return null;
    return identity.status === "active" ? identity.id : current(identity.mergedInto);
  };
  return new Map([...identities.keys()].map((id) => [id, current(id)]));
}
