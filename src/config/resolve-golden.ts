// `golden_record` → Golden: the order of trust between models and one rule for each attribute.
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import type { Golden, GoldenAttribute, Model, Survivorship } from "./project.ts";
import type { Reader } from "./reader.ts";

const RULES: readonly Survivorship[] = ["most_recent", "most_frequent", "source_priority"];

/** `modelsAreSound` is false when the models have mistakes of their own: attributes that miss may then be theirs. */
export function resolveGolden(reader: Reader, models: readonly Model[], modelsAreSound: boolean): Golden {
  const supplied = new Set(models.flatMap((model) => model.attributes.map(({ attribute }) => attribute)));
  const at = ["golden_record", "attributes"];
  const attributes = reader.keys(at).map((name): GoldenAttribute => {
    const path = [...at, name];
    const column = reader.text([...path, "column"]);
    const from = column ?? name;
    if (modelsAreSound && !supplied.has(from)) {
      const place = column === undefined ? reader.atKey(path) : reader.atValue([...path, "column"]);
      reader.report(
        "IDW308",
        `no model has the attribute ${quote(from)}`,
        place,
        didYouMean(from, [...supplied], "Attributes of the models"),
      );
    }
    const rule = reader.word(path, RULES) ?? reader.word([...path, "survivorship"], RULES);
    return { name, from, survivorship: rule ?? "most_recent" };
  });
  return { modelOrder: modelOrder(reader, models), attributes };
}

function modelOrder(reader: Reader, models: readonly Model[]): readonly string[] {
  const path: ConfigPath = ["golden_record", "model_order"];
  const names = models.map(({ name }) => name);
  for (const item of reader.items(path)) {
    const name = reader.text(item);
    if (name === undefined || name === "" || names.length === 0 || names.includes(name)) continue;
    reader.report(
      "IDW310",
      `unknown model ${quote(name)}`,
      reader.atValue(item),
      didYouMean(name, names, "Models"),
    );
  }
  const ranked = reader.distinct(reader.items(path), "model").filter((name) => names.includes(name));
  return [...ranked, ...names.filter((name) => !ranked.includes(name))];
}
