// Golden records one value at a time, written from resolution.md §5. Shares no code with the SQL.
import { compareText } from "./order.ts";

export type GoldenRecordRow = {
  readonly model: string;
  readonly key: string;
  /** ISO 8601, in one format. */
  readonly at: string | null;
  readonly values: Readonly<Record<string, Value | null>>;
  /** Active values of identifiers. */
  readonly identifiers: Readonly<Record<string, readonly string[]>>;
};

export type Value = string | number | boolean;

export type Spec = {
  readonly survivorship: string;
  readonly ties: readonly string[];
  readonly from: { readonly column: string } | { readonly identifier: string };
  readonly where: (record: GoldenRecordRow) => boolean;
  readonly authority: readonly string[];
  readonly order: string;
  readonly maxValues: number | undefined;
};

export type Survivor = {
  readonly value: Value | readonly Value[] | null;
  readonly record: string | null;
  readonly rule: string | null;
};

type Candidate = { readonly record: GoldenRecordRow; readonly value: Value };
type Compare = (left: Candidate, right: Candidate) => number;

/** What one attribute of the golden record of an identity with these records is. */
export function surviving(
  records: readonly GoldenRecordRow[],
  spec: Spec,
  modelOrder: readonly string[],
): Survivor {
  const candidates = candidatesOf(records, spec);
  const compareTrust: Compare = (left, right) =>
    modelOrder.indexOf(left.record.model) - modelOrder.indexOf(right.record.model) ||
    latestFirst(left.record.at, right.record.at) ||
    compareText(recordKey(left.record), recordKey(right.record)) ||
    compareValues(left.value, right.value);
  const sorted = (rules: readonly string[]) =>
    [...candidates].sort(
      (left, right) =>
        rules
          .map((rule) => compareBy(rule, left, right, candidates, modelOrder))
          .find((sign) => sign !== 0) ?? compareTrust(left, right),
    );
  const values = candidates.map(({ value }) => value);
  const distinct = [...new Set(values)];
  const { survivorship: rule } = spec;
  const plain = (value: Value | null): Survivor => ({
    value,
    record: null,
    rule: value === null ? null : rule,
  });
  switch (rule) {
    case "sum":
      return plain(
        values.length === 0 ? null : values.reduce<number>((sum, value) => sum + Number(value), 0),
      );
    case "count":
      return plain(values.length);
    case "count_distinct":
      return plain(distinct.length);
    case "any_true":
      return plain(values.length === 0 ? null : values.includes(true));
    case "all_true":
      return plain(values.length === 0 ? null : !values.includes(false));
    case "array": {
      const ordered = [...new Set(sorted([spec.order]).map(({ value }) => value))];
      return { value: ordered.slice(0, spec.maxValues), record: null, rule };
    }
    case "unanimous":
      if (distinct.length > 1) return { value: null, record: null, rule: null };
      return picked(sorted([])[0], rule);
    default:
      return picked(sorted([rule, ...spec.ties])[0], rule);
  }
}

export type GroupSpec = {
  readonly attributes: readonly string[];
  readonly rules: readonly string[];
  readonly where: (record: GoldenRecordRow) => boolean;
  readonly authority: readonly string[];
};

/** The record that supplies all attributes of a group; undefined when none has any of them. */
export function survivingRecord(
  records: readonly GoldenRecordRow[],
  { attributes, rules, where, authority }: GroupSpec,
  modelOrder: readonly string[],
): GoldenRecordRow | undefined {
  // A group is an attribute whose value is the combination.
  const combined = records.map((record): GoldenRecordRow => {
    const members = attributes.map((name) => record.values[name] ?? null);
    const isEmpty = members.every((member) => member === null);
    return { ...record, values: { ...record.values, combined: isEmpty ? null : JSON.stringify(members) } };
  });
  const [survivorship = "", ...ties] = rules;
  const spec = {
    survivorship,
    ties,
    from: { column: "combined" },
    where,
    authority,
    order: "",
    maxValues: undefined,
  };
  const { record } = surviving(combined, spec, modelOrder);
  return records.find((each) => recordKey(each) === record);
}

function candidatesOf(
  records: readonly GoldenRecordRow[],
  { from, where, authority }: Spec,
): readonly Candidate[] {
  const all = records.filter(where).flatMap((record): readonly Candidate[] => {
    if ("identifier" in from)
      return (record.identifiers[from.identifier] ?? []).map((value) => ({ record, value }));
    const value = record.values[from.column] ?? null;
    return value === null ? [] : [{ record, value }];
  });
  const trusted = all.filter(({ record }) => authority.includes(record.model));
  return trusted.length > 0 ? trusted : all;
}

function compareBy(
  rule: string,
  left: Candidate,
  right: Candidate,
  all: readonly Candidate[],
  modelOrder: readonly string[],
): number {
  const carriers = ({ value }: Candidate) => all.filter((other) => other.value === value).length;
  const length = ({ value }: Candidate) => Array.from(String(value)).length;
  switch (rule) {
    case "most_recent":
      return latestFirst(left.record.at, right.record.at);
    case "earliest":
      return left.record.at === null || right.record.at === null
        ? latestFirst(left.record.at, right.record.at)
        : -latestFirst(left.record.at, right.record.at);
    case "most_frequent":
      return carriers(right) - carriers(left);
    case "source_priority":
      return modelOrder.indexOf(left.record.model) - modelOrder.indexOf(right.record.model);
    case "longest":
      return length(right) - length(left);
    case "shortest":
      return length(left) - length(right);
    case "min":
      return compareValues(left.value, right.value);
    case "max":
      return compareValues(right.value, left.value);
    default:
      throw new Error(`no rule ${rule}`);
  }
}

function picked(best: Candidate | undefined, rule: string): Survivor {
  if (best === undefined) return { value: null, record: null, rule: null };
  return { value: best.value, record: recordKey(best.record), rule };
}

function latestFirst(left: string | null, right: string | null): number {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  return left > right ? -1 : 1;
}

function compareValues(left: Value, right: Value): number {
  return typeof left === "string" ? compareText(left, String(right)) : Number(left) - Number(right);
}

export function recordKey({ model, key }: GoldenRecordRow): string {
  return `${model}:${key}`;
}
