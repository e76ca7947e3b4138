// The numbers of a plan by name, and the conditions that a user sets on them (`--fail-on "splits > 100"`).
import { goldenColumns, type Project } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import type { Expected } from "./expected.ts";
import type { GoldenPlan, RefusalChange } from "./plan-values.ts";
import type { RunReport } from "./run.ts";

/** By the names of `--format json`; `golden_values.email` and `refusals_appearing.phone` count what they say of one. */
export type PlanCounts = Readonly<Record<string, number>>;

export type Condition = {
  /** As the user wrote it. */
  readonly text: string;
  readonly name: string;
  readonly operator: Operator;
  readonly bound: number;
};

export type FailedCondition = Condition & { readonly value: number };

const OPERATORS = {
  ">": (value: number, bound: number) => value > bound,
  ">=": (value: number, bound: number) => value >= bound,
  "<": (value: number, bound: number) => value < bound,
  "<=": (value: number, bound: number) => value <= bound,
  "=": (value: number, bound: number) => value === bound,
  "!=": (value: number, bound: number) => value !== bound,
} as const;

type Operator = keyof typeof OPERATORS;

/** Undefined for a text that is no condition. */
export function conditionOf(text: string): Condition | undefined {
  const found = /^\s*([\w.]+)\s*(>=|<=|!=|=|>|<)\s*(\d[\d_,]*(?:\.\d+)?)\s*$/.exec(text);
  const [, name, operator, bound] = found ?? [];
  if (name === undefined || operator === undefined || bound === undefined) return undefined;
  return {
    text: text.trim(),
    name,
    operator: operator as Operator,
    bound: Number(bound.replace(/[_,]/g, "")),
  };
}

/** IDW760 for each name that no plan of the project counts. */
export function unknownNames(conditions: readonly Condition[], project: Project): readonly Diagnostic[] {
  const names = [...COUNTS, ...goldenNames(project), ...refusalNames(project)];
  return conditions
    .filter(({ name }) => !names.includes(name))
    .map(({ name, text }) => {
      const message = `\`--fail-on\` ${quote(text)}: a plan counts no ${quote(name)}.`;
      return diagnose("IDW760", message, { hint: didYouMean(name, names, "It counts") });
    });
}

export function failedOf(conditions: readonly Condition[], counts: PlanCounts): readonly FailedCondition[] {
  return conditions.flatMap((condition) => {
    const value = counts[condition.name] ?? 0;
    return OPERATORS[condition.operator](value, condition.bound) ? [{ ...condition, value }] : [];
  });
}

const COUNTS = [
  "records",
  "new_records",
  "changed_records",
  "deleted_records",
  "erased_records",
  "records_moved",
  "identities_before",
  "identities",
  "creations",
  "merges",
  "splits",
  "moves",
  "revivals",
  "retirements",
  "ids_ended",
  "golden_identities",
  "golden_values",
  "refusals_appearing",
  "refusals_vanishing",
  "suggestions",
  "rows_written",
  "statements",
] as const;

const goldenNames = ({ golden }: Project) => goldenColumns(golden).map((name) => `golden_values.${name}`);

const refusalNames = ({ identifiers }: Project) =>
  ["must_link", ...identifiers.map(({ name }) => name)].flatMap((name) => [
    `refusals_appearing.${name}`,
    `refusals_vanishing.${name}`,
  ]);

export type Counted = {
  readonly report: RunReport;
  readonly identitiesBefore: number;
  readonly golden: GoldenPlan;
  readonly suggestions: GoldenPlan | undefined;
  readonly refusals: readonly RefusalChange[];
  readonly expected: Expected;
};

/** Every name has its number, 0 included, but those of single attributes and identifiers only where they are not 0. */
export function countsOf(counted: Counted): PlanCounts {
  const { report, golden, suggestions, refusals, expected } = counted;
  const { changes } = report;
  const { events } = changes;
  const fixed: Readonly<Record<(typeof COUNTS)[number], number>> = {
    records: report.records,
    new_records: changes.newRecords,
    changed_records: changes.changedRecords,
    deleted_records: changes.deletedRecords,
    erased_records: changes.erasedRecords,
    records_moved: changes.regroupedRecords,
    identities_before: counted.identitiesBefore,
    identities: report.identities,
    creations: events.created,
    merges: events.merged,
    splits: events.split,
    moves: events.moved,
    revivals: events.revived,
    retirements: events.retired,
    ids_ended: events.merged + events.retired,
    golden_identities: golden.identities,
    golden_values: sum(golden.attributes.map(({ values }) => values)),
    refusals_appearing: sum(refusals.map(({ appearing }) => appearing)),
    refusals_vanishing: sum(refusals.map(({ vanishing }) => vanishing)),
    suggestions: sum((suggestions?.attributes ?? []).map(({ values }) => values)),
    rows_written: expected.rows,
    statements: report.statements + expected.statements,
  };
  const single = [
    ...golden.attributes.map(({ attribute, values }) => [`golden_values.${attribute}`, values] as const),
    ...byIdentifier(refusals, "appearing"),
    ...byIdentifier(refusals, "vanishing"),
  ];
  return { ...fixed, ...Object.fromEntries(single) };
}

function byIdentifier(refusals: readonly RefusalChange[], what: "appearing" | "vanishing") {
  const names = [...new Set(refusals.map(({ identifier }) => identifier))];
  return names.flatMap((name) => {
    const found = sum(refusals.filter(({ identifier }) => identifier === name).map((each) => each[what]));
    return found === 0 ? [] : [[`refusals_${what}.${name}`, found] as const];
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
