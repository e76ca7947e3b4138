// `golden_record` → Golden: the order of trust between models, and one rule for each attribute and each group.
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { listOf, quote } from "../diagnostics/text.ts";
import { checkExpression } from "./expression.ts";
import { GROUP_RULES, isOrderRule, NOT_OF_TEXTS, ORDER_RULES, RULES } from "./golden-rules.ts";
import type { AttributeSource, Golden, GoldenAttribute, GoldenGroup, Model, Surviving } from "./project.ts";
import type { Reader } from "./reader.ts";

/** What golden attributes can be made of. */
type Supply = {
  readonly models: readonly string[];
  /** Attributes of the models. */
  readonly attributes: readonly string[];
  /** Declared identifiers; undefined when they cannot be read. */
  readonly identifiers: readonly string[] | undefined;
  /** False when the models have mistakes of their own: attributes that miss may then be theirs. */
  readonly isSound: boolean;
};

export function resolveGolden(
  reader: Reader,
  models: readonly Model[],
  identifiers: readonly string[] | undefined,
  modelsAreSound: boolean,
): Golden {
  const supply: Supply = {
    models: models.map(({ name }) => name),
    attributes: [...new Set(models.flatMap((model) => model.attributes.map(({ attribute }) => attribute)))],
    identifiers,
    isSound: modelsAreSound,
  };
  const attributes = reader
    .keys(["golden_record", "attributes"])
    .map((name) => attributeOf(reader, name, supply));
  const groups = reader.keys(["golden_record", "groups"]).map((name) => groupOf(reader, name, supply));
  checkColumns(reader, attributes, groups);
  const path = ["golden_record", "model_order"];
  const ranked = modelsAt(reader, path, supply);
  return {
    modelOrder: [...ranked, ...supply.models.filter((name) => !ranked.includes(name))],
    attributes,
    groups,
  };
}

function attributeOf(reader: Reader, name: string, supply: Supply): GoldenAttribute {
  const at = ["golden_record", "attributes", name];
  const survivorship = reader.word(at, RULES) ?? reader.word([...at, "survivorship"], RULES) ?? "most_recent";
  const source = sourceOf(reader, at, name, supply);
  const isOrdered = isOrderRule(survivorship);
  if (!isOrdered) refuse(reader, [...at, "then"], `${quote(survivorship)} knows no ties`);
  if (survivorship !== "array") {
    for (const key of ["order", "max_values"])
      refuse(reader, [...at, key], "only an `array` has several values");
  }
  if (source.kind === "identifier" && NOT_OF_TEXTS.includes(survivorship)) {
    const message = `${quote(survivorship)} of the identifier ${quote(source.identifier)}, whose values are texts`;
    reader.report("IDW316", message, reader.atValue([...at, "survivorship"]));
  }
  return {
    ...survivingOf(reader, at, name, supply),
    source,
    survivorship,
    ties: isOrdered ? wordsAt(reader, [...at, "then"], ORDER_RULES) : [],
    order: reader.word([...at, "order"], ORDER_RULES) ?? "source_priority",
    maxValues: reader.integer([...at, "max_values"]),
  };
}

function sourceOf(reader: Reader, at: ConfigPath, name: string, supply: Supply): AttributeSource {
  const identifier = reader.text([...at, "identifier"]);
  const column = reader.text([...at, "column"]);
  if (identifier !== undefined) {
    refuse(reader, [...at, "column"], "an attribute with `identifier` takes its values from that");
    if (supply.identifiers !== undefined && !supply.identifiers.includes(identifier)) {
      const hint = didYouMean(identifier, supply.identifiers, "Declared under `identifiers`");
      const place = reader.atValue([...at, "identifier"]);
      reader.report("IDW302", `identifier ${quote(identifier)} is not declared`, place, hint);
    }
    return { kind: "identifier", identifier };
  }
  const attribute = column ?? name;
  wantAttribute(reader, attribute, column === undefined ? undefined : [...at, "column"], at, supply);
  return { kind: "attribute", attribute };
}

function groupOf(reader: Reader, name: string, supply: Supply): GoldenGroup {
  const at = ["golden_record", "groups", name];
  const items = reader.items([...at, "attributes"]);
  for (const item of items) {
    const attribute = reader.text(item);
    if (attribute !== undefined) wantAttribute(reader, attribute, item, item, supply);
  }
  return {
    ...survivingOf(reader, at, name, supply),
    attributes: reader.distinct(items, "attribute"),
    survivorship: reader.word([...at, "survivorship"], GROUP_RULES) ?? "most_recent",
    ties: wordsAt(reader, [...at, "then"], GROUP_RULES),
  };
}

function survivingOf(reader: Reader, at: ConfigPath, name: string, supply: Supply): Surviving {
  const where = reader.text([...at, "where"]);
  const error = where === undefined || where === "" ? undefined : checkExpression(where);
  if (error !== undefined)
    reader.reportInside("IDW313", `in \`where\`: ${error.message}`, [...at, "where"], error);
  return {
    name,
    where,
    authority: modelsAt(reader, [...at, "authority"], supply),
    provenance: reader.scalar([...at, "provenance"]) === true,
  };
}

/** `place` is where the attribute is named; undefined when it is the key at `key`. */
function wantAttribute(
  reader: Reader,
  attribute: string,
  place: ConfigPath | undefined,
  key: ConfigPath,
  supply: Supply,
): void {
  if (!supply.isSound || supply.attributes.includes(attribute)) return;
  reader.report(
    "IDW308",
    `no model has the attribute ${quote(attribute)}`,
    place === undefined ? reader.atKey(key) : reader.atValue(place),
    didYouMean(attribute, supply.attributes, "Attributes of the models"),
  );
}

function wordsAt<Word extends string>(
  reader: Reader,
  path: ConfigPath,
  allowed: readonly Word[],
): readonly Word[] {
  const named = reader.distinct(reader.items(path), "rule");
  return allowed.length === 0 ? [] : named.flatMap((name) => allowed.find((word) => word === name) ?? []);
}

function modelsAt(reader: Reader, path: ConfigPath, { models }: Supply): readonly string[] {
  for (const item of reader.items(path)) {
    const name = reader.text(item);
    if (name === undefined || name === "" || models.length === 0 || models.includes(name)) continue;
    const hint = didYouMean(name, models, "Models");
    reader.report("IDW310", `unknown model ${quote(name)}`, reader.atValue(item), hint);
  }
  return reader.distinct(reader.items(path), "model").filter((name) => models.includes(name));
}

function refuse(reader: Reader, path: ConfigPath, why: string): void {
  if (!reader.has(path)) return;
  const key = String(path.at(-1));
  reader.report("IDW316", `${quote(key)} has no use here: ${why}`, reader.atKey(path), "Leave it out.");
}

/** No two columns of golden_records may have one name: attributes, those of groups, and their provenance. */
function checkColumns(
  reader: Reader,
  attributes: readonly GoldenAttribute[],
  groups: readonly GoldenGroup[],
): void {
  const taken = new Map<string, string>();
  const take = (column: string, what: string, path: ConfigPath) => {
    const other = taken.get(column.toLowerCase());
    if (other === undefined) taken.set(column.toLowerCase(), what);
    else {
      const message = `golden_records would have two columns ${quote(column)}: ${listOf([other, what], "and")}`;
      reader.report("IDW305", message, reader.atKey(path), "Rename or remove one of them.");
    }
  };
  const takeProvenance = ({ provenance }: Surviving, name: string, path: ConfigPath) => {
    if (!provenance) return;
    for (const end of ["record", "rule"]) take(`${name}__${end}`, `the provenance of ${quote(name)}`, path);
  };
  // Attributes that differ in letter case only are reported by names.ts.
  for (const { name } of attributes) taken.set(name.toLowerCase(), `the attribute ${quote(name)}`);
  for (const attribute of attributes) {
    takeProvenance(attribute, attribute.name, ["golden_record", "attributes", attribute.name]);
  }
  for (const group of groups) {
    group.attributes.forEach((member, index) => {
      const path = ["golden_record", "groups", group.name, "attributes", index];
      take(member, `${quote(member)} of the group ${quote(group.name)}`, path);
      takeProvenance(group, member, path);
    });
  }
}
