// Holds the columns of the models against what identity.yml says of them: names and types, before any row is read.
import { type Model, type Project, rulesOf, type Survivorship, visibleAttributes } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { ConfigPath, Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Column } from "../warehouse/warehouse.ts";

/** The columns of each model by its name. */
export type Columns = ReadonlyMap<string, readonly Column[]>;

// config.md: key and identifier columns are text, integer, UUID or date. JSON of NULLs only comes as text (sources.ts).
const VALUE_TYPE = /^(VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UUID|DATE|ENUM.*|"NULL"|NULL)$/;
const INTEGER_TYPE = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const TIME_TYPE = /^(TIMESTAMP.*|DATE|VARCHAR|"NULL"|NULL)$/;

export function checkColumns(project: Project, columns: Columns): readonly Diagnostic[] {
  return [
    ...project.models.flatMap((model) => checkModel(project, model, columns.get(model.name) ?? [])),
    ...checkAttributes(project, columns),
  ];
}

function checkModel(project: Project, model: Model, columns: readonly Column[]): readonly Diagnostic[] {
  const at = (...path: ConfigPath) => project.places.of(["models", model.name, ...path]);
  const names = columns.map((column) => column.name);
  const check = (
    name: string,
    use: string,
    path: ConfigPath,
    allowed?: (type: string) => boolean,
  ): readonly Diagnostic[] => {
    const column = columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    const span = at(...path);
    if (column === undefined) {
      const message = `The model ${model.name} has no column \`${name}\`.`;
      return [diagnose("IDW505", message, { span, hint: didYouMean(name, names, "Columns") })];
    }
    if (allowed === undefined || allowed(column.type)) return [];
    const message = `\`${name}\` of ${model.name} is ${column.type} and cannot be ${use}.`;
    return [diagnose("IDW504", message, { span, hint: castHint(use) })];
  };
  const isValue = (type: string) => VALUE_TYPE.test(type);
  const isValues = (type: string) => VALUE_TYPE.test(type.replace(/\[\d*\]$/, ""));
  return [
    ...model.key.flatMap((name) => check(name, "a key", ["key"], isValue)),
    ...(model.observedAt === undefined
      ? []
      : check(model.observedAt, "`observed_at`", ["observed_at"], (type) => TIME_TYPE.test(type))),
    ...model.identifiers.flatMap((mapping) => {
      const path = ["identifiers", mapping.identifier];
      const arraysToo = mapping.kind === "columns";
      return [
        ...mapping.columns.flatMap((name, index) =>
          check(
            name,
            arraysToo ? "an identifier" : "a part of an identifier",
            mapping.columns.length === 1 ? path : [...path, ...(arraysToo ? [] : ["all_of"]), index],
            arraysToo ? isValues : isValue,
          ),
        ),
        ...(mapping.kind === "columns" && mapping.country !== undefined
          ? check(mapping.country, "a country", path)
          : []),
      ];
    }),
    ...model.attributes.flatMap(({ column }, index) => check(column, "an attribute", ["attributes", index])),
  ];
}

/** What survivorship reads agrees in type: a value of one model may stand beside one of another. */
function checkAttributes(project: Project, columns: Columns): readonly Diagnostic[] {
  return visibleAttributes(project).flatMap((attribute) => {
    const types = typesOf(attribute, project, columns);
    // Integers of different width are one type: not every warehouse tells them apart.
    const kinds = [...types.values()].map((type) => (INTEGER_TYPE.test(type) ? "BIGINT" : type));
    const listed = [...types].map(([model, type]) => `${type} in ${model}`).join(", ");
    if (new Set(kinds).size <= 1) return checkRules(project, attribute, kinds[0], listed);
    const hint = "Cast the columns to one type in `sql` models.";
    const readers = readersOf(project, attribute);
    if (readers.length === 0) {
      const model = project.models.find(({ name }) => types.has(name));
      const index = model?.attributes.findIndex((mapped) => mapped.attribute === attribute) ?? 0;
      const span = project.places.of(["models", model?.name ?? "", "attributes", index]);
      return [
        diagnose("IDW315", `\`where\` sees the attribute \`${attribute}\`, which is ${listed}.`, {
          span,
          hint,
        }),
      ];
    }
    return readers.map(({ name, path }) =>
      diagnose("IDW315", `The golden attribute \`${name}\` is ${listed}.`, {
        span: project.places.of(path),
        hint,
      }),
    );
  });
}

type AttributeReader = {
  readonly name: string;
  readonly path: ConfigPath;
  readonly rules: readonly Survivorship[];
};

/** The golden attributes and members of groups that are made of an attribute of the models. */
function readersOf({ golden }: Project, attribute: string): readonly AttributeReader[] {
  const attributes = golden.attributes.filter(
    ({ source }) => source.kind === "attribute" && source.attribute === attribute,
  );
  return [
    ...attributes.map((each) => ({
      name: each.name,
      path: ["golden_record", "attributes", each.name],
      rules: rulesOf(each),
    })),
    ...golden.groups.flatMap((group) => {
      const index = group.attributes.indexOf(attribute);
      const path = ["golden_record", "groups", group.name, "attributes", index];
      return index < 0 ? [] : [{ name: attribute, path, rules: [] }];
    }),
  ];
}

function typesOf(attribute: string, { models }: Project, columns: Columns): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const model of models) {
    const mapped = model.attributes.find((each) => each.attribute === attribute)?.column;
    const column = columns
      .get(model.name)
      ?.find((candidate) => candidate.name.toLowerCase() === mapped?.toLowerCase());
    if (column !== undefined && column.type !== "NULL" && column.type !== '"NULL"')
      types.set(model.name, column.type);
  }
  return types;
}

/** What a rule wants of the type of its attribute. */
const WANTED: Partial<Readonly<Record<Survivorship, { readonly type: RegExp; readonly what: string }>>> = {
  sum: { type: /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|DOUBLE|FLOAT)$/, what: "a number" },
  any_true: { type: /^BOOLEAN$/, what: "true or false" },
  all_true: { type: /^BOOLEAN$/, what: "true or false" },
  longest: { type: /^(VARCHAR|ENUM.*)$/, what: "a text" },
  shortest: { type: /^(VARCHAR|ENUM.*)$/, what: "a text" },
  array: { type: /[^\]]$/, what: "a single value" },
};

function checkRules(
  project: Project,
  attribute: string,
  type: string | undefined,
  listed: string,
): readonly Diagnostic[] {
  return readersOf(project, attribute).flatMap(({ name, path, rules }) =>
    rules.flatMap((rule) => {
      const wanted = WANTED[rule];
      if (type === undefined || wanted === undefined || wanted.type.test(type)) return [];
      const message = `\`${rule}\` wants ${wanted.what}, and \`${name}\` is ${listed}.`;
      const hint = "Cast the column in a `sql` model, or choose another rule.";
      return [diagnose("IDW317", message, { span: project.places.of(path), hint })];
    }),
  );
}

/** IDW601 for each column that decisions cannot do without. */
export function checkDecisionColumns(project: Project, columns: readonly Column[]): readonly Diagnostic[] {
  const names = columns.map(({ name }) => name);
  return ["id", "decision"].flatMap((wanted) => {
    if (names.some((name) => name.toLowerCase() === wanted)) return [];
    const span = project.places.of(["decisions"]);
    const hint = didYouMean(wanted, names, "Columns");
    return [diagnose("IDW601", `The decisions have no column \`${wanted}\`.`, { span, hint })];
  });
}

/** IDW630 when requests have none of the columns that say whom to forget. */
export function checkRequestColumns(project: Project, columns: readonly Column[]): readonly Diagnostic[] {
  const names = columns.map(({ name }) => name.toLowerCase());
  const has = (...wanted: readonly string[]) => wanted.every((name) => names.includes(name));
  if (has("record_key") || has("identity_id") || has("identifier", "value")) return [];
  const message =
    "The erasure requests have no column `record_key` or `identity_id`, nor both `identifier` and `value`.";
  const hint = `Columns: ${columns.map(({ name }) => name).join(", ")}.`;
  return [diagnose("IDW630", message, { span: project.places.of(["forget"]), hint })];
}

function castHint(use: string): string {
  if (use === "`observed_at`") return "Cast it to a timestamp in a `sql` model.";
  const arrays = use === "an identifier" ? ", or an array of these" : "";
  return `Allowed: text, integer, UUID, date${arrays}. Cast it in a \`sql\` model.`;
}
