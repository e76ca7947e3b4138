// `confidence` → Confidence: the weights of its parts, and the attributes on which records should agree.
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import type { Confidence, Model } from "./project.ts";
import type { Reader } from "./reader.ts";

/** Measured in docs/benchmarks.md. */
export const DEFAULT_WEIGHTS: Confidence["weights"] = {
  corroboration: 3,
  agreement: 2,
  breadth: 1,
  pressure: 2,
};

/** These make a value of many: that records differ says nothing. */
const AGGREGATES: readonly string[] = [
  "min",
  "max",
  "sum",
  "count",
  "count_distinct",
  "any_true",
  "all_true",
  "array",
];

/** `modelsAreSound` is false when the models have mistakes of their own: attributes that miss may then be theirs. */
export function resolveConfidence(
  reader: Reader,
  models: readonly Model[],
  modelsAreSound: boolean,
): Confidence {
  const supplied = [
    ...new Set(models.flatMap((model) => model.attributes.map(({ attribute }) => attribute))),
  ];
  const at: ConfigPath = ["confidence", "attributes"];
  if (!reader.has(at)) {
    return { weights: weightsOf(reader), attributes: comparedByDefault(reader, supplied) };
  }
  const paths = reader.items(at);
  for (const path of paths) {
    const name = reader.text(path);
    if (!modelsAreSound || name === undefined || supplied.includes(name)) continue;
    const hint = didYouMean(name, supplied, "Attributes of the models");
    reader.report("IDW308", `no model has the attribute ${quote(name)}`, reader.atValue(path), hint);
  }
  return { weights: weightsOf(reader), attributes: reader.distinct(paths, "attribute") };
}

function weightsOf(reader: Reader): Confidence["weights"] {
  const at = ["confidence", "weights"];
  const weight = (part: keyof Confidence["weights"]): number => {
    const value = reader.scalar([...at, part]);
    return typeof value === "number" ? value : DEFAULT_WEIGHTS[part];
  };
  const weights = {
    corroboration: weight("corroboration"),
    agreement: weight("agreement"),
    breadth: weight("breadth"),
    pressure: weight("pressure"),
  };
  if (Object.values(weights).every((each) => each === 0)) {
    reader.report("IDW320", "all weights of `confidence` are 0", reader.atKey(at), "Raise one of them.");
  }
  return weights;
}

/** What the golden record takes from attributes of the models and picks as it is, alone or in a group. */
function comparedByDefault(reader: Reader, supplied: readonly string[]): readonly string[] {
  const at: ConfigPath = ["golden_record", "attributes"];
  const single = reader.keys(at).flatMap((name) => {
    const path = [...at, name];
    const rule = reader.text(path) ?? reader.text([...path, "survivorship"]) ?? "";
    if (AGGREGATES.includes(rule) || reader.has([...path, "identifier"])) return [];
    return [reader.text([...path, "column"]) ?? name];
  });
  const groups: ConfigPath = ["golden_record", "groups"];
  const grouped = reader
    .keys(groups)
    .flatMap((name) =>
      reader.items([...groups, name, "attributes"]).flatMap((path) => reader.text(path) ?? []),
    );
  return [...new Set([...single, ...grouped])].filter((name) => supplied.includes(name));
}
