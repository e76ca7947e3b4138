// Holds the columns of the models against what identity.yml says of them: names and types, before any row is read.
import type { Model, Project } from "../config/index.ts";
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

/** Golden attributes agree in type: a value of one model may stand beside one of another. */
function checkAttributes(project: Project, columns: Columns): readonly Diagnostic[] {
  return project.golden.attributes.flatMap(({ name, from }) => {
    const types = new Map<string, string>();
    for (const model of project.models) {
      const mapped = model.attributes.find(({ attribute }) => attribute === from)?.column;
      const column = columns
        .get(model.name)
        ?.find((candidate) => candidate.name.toLowerCase() === mapped?.toLowerCase());
      if (column !== undefined && column.type !== "NULL" && column.type !== '"NULL"')
        types.set(model.name, column.type);
    }
    // Integers of different width are one type: not every warehouse tells them apart.
    const kinds = [...types.values()].map((type) => (INTEGER_TYPE.test(type) ? "BIGINT" : type));
    if (new Set(kinds).size <= 1) return [];
    const listed = [...types].map(([model, type]) => `${type} in ${model}`).join(", ");
    const span = project.places.of(["golden_record", "attributes", name]);
    const hint = "Cast the columns to one type in `sql` models.";
    return [diagnose("IDW315", `The golden attribute \`${name}\` is ${listed}.`, { span, hint })];
  });
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

function castHint(use: string): string {
  if (use === "`observed_at`") return "Cast it to a timestamp in a `sql` model.";
  const arrays = use === "an identifier" ? ", or an array of these" : "";
  return `Allowed: text, integer, UUID, date${arrays}. Cast it in a \`sql\` model.`;
}
