// The words of survivorship: which rules there are, and which of them go where. What they do is in src/render/survivorship.
import type {
  FoldRule,
  Golden,
  GoldenAttribute,
  GoldenGroup,
  GroupRule,
  OrderRule,
  Project,
  Survivorship,
} from "./project.ts";

export const ORDER_RULES = [
  "most_recent",
  "earliest",
  "most_frequent",
  "source_priority",
  "longest",
  "shortest",
  "min",
  "max",
] as const satisfies readonly OrderRule[];

const FOLD_RULES = [
  "sum",
  "count",
  "count_distinct",
  "any_true",
  "all_true",
  "array",
  "unanimous",
] as const satisfies readonly FoldRule[];

export const RULES: readonly Survivorship[] = [...ORDER_RULES, ...FOLD_RULES];

export const GROUP_RULES: readonly GroupRule[] = [
  "most_recent",
  "earliest",
  "most_frequent",
  "source_priority",
];

/** Folds of numbers and booleans: identifiers are texts. */
export const NOT_OF_TEXTS: readonly Survivorship[] = ["sum", "any_true", "all_true"];

export function isOrderRule(rule: Survivorship): rule is OrderRule {
  return ORDER_RULES.some((each) => each === rule);
}

/** Every rule that an attribute or a group names. */
export function rulesOf(surviving: GoldenAttribute | GoldenGroup): readonly Survivorship[] {
  const { survivorship, ties } = surviving;
  return survivorship === "array" && "order" in surviving
    ? [survivorship, surviving.order]
    : [survivorship, ...ties];
}

/** The columns of golden_records that survivorship fills, in their order: attributes, then the members of groups. */
export function goldenColumns({ attributes, groups }: Golden): readonly string[] {
  return [...attributes.map(({ name }) => name), ...groups.flatMap((group) => group.attributes)];
}

/** Attributes of the models that survivorship reads, in the order of the models; with any `where`, which may read all, all. */
export function visibleAttributes({ models, golden, confidence }: Project): readonly string[] {
  const { attributes, groups } = golden;
  const mapped = [...new Set(models.flatMap((model) => model.attributes.map(({ attribute }) => attribute)))];
  if ([...attributes, ...groups].some(({ where }) => where !== undefined)) return mapped;
  const used = new Set([
    ...attributes.flatMap(({ source }) => (source.kind === "attribute" ? [source.attribute] : [])),
    ...groups.flatMap((group) => group.attributes),
    ...confidence.attributes,
  ]);
  return mapped.filter((name) => used.has(name));
}
