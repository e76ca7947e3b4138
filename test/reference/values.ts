// Which values take part in the resolution (resolution.md §2, 3 to 5), and the classes that must-links make of them
// (§3, "Must-linked values are one"). Retaining and merging are in resolve.ts.
import { groupBy } from "./group.ts";
import { compareText } from "./order.ts";
import type { Partition } from "./partition.ts";
import type { ReferenceDecision, ReferenceIdentifier, ReferenceRecord, Status } from "./types.ts";

/** A value on a record while the resolution goes on; the same row ends in `record_values`. */
export type Carried = {
  readonly record: string;
  readonly identifier: string;
  readonly value: string;
  status: Status;
  kept: boolean;
};

/** One row per record, identifier and distinct value, those of `ignore_value` decisions left out (§2.3). */
export function carriedValues(
  records: readonly ReferenceRecord[],
  identifiers: readonly ReferenceIdentifier[],
  decisions: readonly ReferenceDecision[],
): readonly Carried[] {
  const rows: Carried[] = [];
  for (const record of records) {
    for (const { name } of identifiers) {
      for (const value of new Set(record.values[name] ?? [])) {
        const ignored = decisions.some(
          (decision) =>
            decision.decision === "ignore_value" && decision.identifier === name && decision.value === value,
        );
        if (!ignored)
          rows.push({ record: record.key, identifier: name, value, status: "active", kept: false });
      }
    }
  }
  return rows;
}

/** Rows by value, for one identifier. */
export function byValue(
  rows: readonly Carried[],
  identifier: string,
): ReadonlyMap<string, readonly Carried[]> {
  return groupBy(
    rows.filter((row) => row.identifier === identifier),
    (row) => row.value,
  );
}

/** §2.4: a value on more than `maxRecords` records is shared. */
export function markShared(rows: readonly Carried[], identifiers: readonly ReferenceIdentifier[]): void {
  for (const { name, maxRecords } of identifiers) {
    if (maxRecords === undefined) continue;
    for (const carriers of byValue(rows, name).values()) {
      if (carriers.length > maxRecords) for (const row of carriers) row.status = "shared";
    }
  }
}

/** The rows whose value is still allowed to match. */
export function left(rows: readonly Carried[]): readonly Carried[] {
  return rows.filter((row) => row.status === "active");
}

/** The name of a value's class: its smallest value. */
export type Classes = { readonly nameOf: (identifier: string, value: string) => string };

/**
 * §3: after phase 0, in each identity of two or more records, all values of one identifier form one class; classes
 * that share a value are one. Any other value is a class of its own.
 */
export function formClasses(
  afterPhase0: Partition,
  rows: readonly Carried[],
  identifiers: readonly ReferenceIdentifier[],
): Classes {
  const names = new Map<string, Map<string, string>>();
  for (const { name } of identifiers) {
    let classes: ReadonlySet<string>[] = [];
    for (const label of afterPhase0.labels()) {
      const records = afterPhase0.recordsOf(label);
      if (records.length < 2) continue;
      const values = rows
        .filter((row) => row.identifier === name && records.includes(row.record))
        .map((row) => row.value);
      if (values.length === 0) continue;
      const touched = classes.filter((each) => values.some((value) => each.has(value)));
      const untouched = classes.filter((each) => !touched.includes(each));
      classes = [...untouched, new Set([...values, ...touched.flatMap((each) => [...each])])];
    }
    const nameOf = new Map<string, string>();
    for (const each of classes) {
      const smallest = [...each].sort(compareText)[0];
      if (smallest !== undefined) for (const value of each) nameOf.set(value, smallest);
    }
    names.set(name, nameOf);
  }
  return { nameOf: (identifier, value) => names.get(identifier)?.get(value) ?? value };
}

/** A value contested from the start, and the strongest identifier whose limit its carriers exceed. */
export type ContestedFromStart = {
  readonly identifier: string;
  readonly value: string;
  readonly records: readonly string[];
  readonly exceeded: ReferenceIdentifier;
};

/**
 * §2.5, for identifiers with `contested: nobody`: a value on two or more records that carry, between them, more than
 * M classes of a stronger identifier with limit M. All values are judged before any is marked.
 */
export function markContestedFromStart(
  rows: readonly Carried[],
  byPriority: readonly ReferenceIdentifier[],
  classes: Classes,
): readonly ContestedFromStart[] {
  const candidates = left(rows);
  const found: ContestedFromStart[] = [];
  for (const { name, priority, contested } of byPriority) {
    if (contested !== "nobody") continue;
    for (const [value, carriers] of byValue(candidates, name)) {
      if (carriers.length < 2) continue;
      const records = new Set(carriers.map((row) => row.record));
      const exceeded = byPriority.find((stronger) => {
        if (stronger.priority >= priority || stronger.limit === undefined) return false;
        const held = candidates
          .filter((row) => row.identifier === stronger.name && records.has(row.record))
          .map((row) => classes.nameOf(row.identifier, row.value));
        return new Set(held).size > stronger.limit;
      });
      if (exceeded !== undefined) found.push({ identifier: name, value, records: [...records], exceeded });
    }
  }
  for (const { identifier, value } of found) {
    for (const row of candidates) {
      if (row.identifier === identifier && row.value === value) row.status = "contested";
    }
  }
  return found;
}
