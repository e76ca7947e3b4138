// Every metric of a run by name, with the dimensions it is counted for: what `alerts` may name and `run_metrics` holds. How
// each is counted is left to render/metrics.ts; docs/metrics.md has a heading for each, and a test holds the three together.
import type { Project } from "./project.ts";

/** `whole` is the run as a whole, with an empty dimension. Parts of a dimension are joined with `/`: `crm/no_email`. */
export type DimensionKind =
  | "whole"
  | "model"
  | "model_reason"
  | "identifier"
  | "identifier_model"
  | "identifier_reason"
  | "decision"
  | "decision_status"
  | "size"
  | "tenth";

type Metric = {
  /** The first is what an alarm without `dimension` looks at: the run as a whole, or each of the kind. */
  readonly dimensions: readonly [DimensionKind, ...DimensionKind[]];
  /** A share is 0 to 1 and shown as per cent. */
  readonly unit: "number" | "share";
};

const number = (...dimensions: Metric["dimensions"]): Metric => ({ dimensions, unit: "number" });
const share = (...dimensions: Metric["dimensions"]): Metric => ({ dimensions, unit: "share" });

export const METRICS = {
  records: number("whole", "model"),
  identities: number("whole", "model"),
  match_rate: share("whole", "model"),
  merge_rate: share("whole", "model"),
  orphaned_records: number("whole", "model"),
  largest_identity: number("whole"),
  identity_size: number("size"),
  identifier_coverage: share("identifier", "identifier_model"),
  identifier_values: number("identifier"),
  over_limit_values: number("identifier"),
  contested_values: number("identifier"),
  shared_values: number("identifier"),
  ignored_values: number("identifier"),
  refused_merges: number("whole", "identifier"),
  record_reject_rate: share("whole", "model", "model_reason"),
  value_reject_rate: share("identifier", "identifier_reason"),
  decisions: number("whole", "decision_status"),
  decisions_in_force: number("whole", "decision"),
  mean_confidence: number("whole"),
  low_confidence_rate: share("whole"),
  confidence_distribution: number("tenth"),
  identities_created: number("whole"),
  identities_merged: number("whole"),
  identities_split: number("whole"),
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

export const SIZE_PERCENTILES: readonly number[] = [50, 90, 99];
export const DECISION_KINDS: readonly string[] = [
  "must_link",
  "cannot_link",
  "ignore_value",
  "golden_override",
];
export const DECISION_STATUSES: readonly string[] = [
  "in_force",
  "refused",
  "expired",
  "pending",
  "unknown_record",
  "agreed",
];
export const VALUE_REASONS: readonly string[] = ["empty", "invalid", "ignored"];
/** The lower bounds of the classes of `confidence_distribution`. */
export const TENTHS: readonly string[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => `0.${tenth}`);

/** The dimensions of a metric of one kind, in a project. */
export function dimensionsOf(kind: DimensionKind, project: Pick<Project, "models" | "identifiers">) {
  const { models, identifiers } = project;
  const within = (names: readonly string[], parts: readonly string[]) =>
    names.flatMap((name) => parts.map((part) => `${name}/${part}`));
  const identifierNames = identifiers.map(({ name }) => name);
  switch (kind) {
    case "whole":
      return [""];
    case "model":
      return models.map(({ name }) => name);
    case "model_reason":
      return models.flatMap((model) => within([model.name], rejectReasons(model)));
    case "identifier":
      return identifierNames;
    case "identifier_model":
      return models.flatMap((model) => model.identifiers.map((each) => `${each.identifier}/${model.name}`));
    case "identifier_reason":
      return within(identifierNames, VALUE_REASONS);
    case "decision":
      return DECISION_KINDS;
    case "decision_status":
      return DECISION_STATUSES;
    case "size":
      return [...SIZE_PERCENTILES.map((percent) => `p${percent}`), "mean"];
    case "tenth":
      return TENTHS;
  }
}

/** Why rows of a model are no records: its `reject` rules, and with `on_duplicate_key: latest` what that leaves out. */
export function rejectReasons({
  reject,
  onDuplicateKey,
}: Pick<Project["models"][number], "reject" | "onDuplicateKey">) {
  const rules = reject.map(({ reason }) => reason);
  return [...new Set([...rules, ...(onDuplicateKey === "latest" ? ["null_key", "duplicate_key"] : [])])];
}
