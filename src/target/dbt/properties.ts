// The properties of the nodes: descriptions as docs blocks, columns, and the data tests of dbt that hold them.

import { rulesOf } from "../../config/index.ts";
import type { Project } from "../../config/project.ts";
import { inJinja, type Names } from "./jinja.ts";
import { type ColumnTest, type Described, PUBLISHED_MODELS, RUN_LOG_MODEL } from "./relations.ts";
import { yaml } from "./yaml.ts";

/** The models of a project as dbt's properties; `inputs` are its own models that read a source. */
export function propertiesText(project: Project, names: Names, inputs: readonly string[]): string {
  const described = describedModels(project);
  return yaml({
    version: 2,
    models: [
      ...inputs.map((name) => ({
        name,
        description: `An input of ${names.project}: a row is what \`models.${name}\` of identity.yml makes a record of.`,
      })),
      ...described.map((model) => ({
        name: `${project.prefix}${model.name}`,
        description: `{{ doc('${names.macro(model.name)}') }}`,
        ...(model.together === undefined
          ? {}
          : {
              data_tests: [{ [names.macro("unique_together")]: { arguments: { columns: model.together } } }],
            }),
        columns: Object.entries(model.columns).map(([name, column]) => ({
          name,
          description: inJinja(column.description),
          ...(column.tests === undefined
            ? {}
            : { data_tests: column.tests.map((test) => testOf(test, project.prefix)) }),
        })),
      })),
    ],
  }).trimStart();
}

/** Docs blocks, which other projects may quote. */
export function docsText(project: Project, names: Names): string {
  return describedModels(project)
    .map(({ name, description }) => `{% docs ${names.macro(name)} %}\n${description}\n{% enddocs %}\n`)
    .join("\n");
}

function describedModels(project: Project): readonly Described[] {
  const golden = [
    ...project.golden.attributes.map((attribute) => ({
      columns: [attribute.name],
      rules: rulesOf(attribute),
    })),
    ...project.golden.groups.map((group) => ({ columns: group.attributes, rules: rulesOf(group) })),
  ].flatMap(({ columns, rules }) =>
    columns.map((column) => [column, { description: `Survives by ${rules.join(", then ")}.` }] as const),
  );
  return [RUN_LOG_MODEL, ...PUBLISHED_MODELS].map((model) =>
    model.name === "golden_records"
      ? { ...model, columns: { ...model.columns, ...Object.fromEntries(golden) } }
      : model,
  );
}

function testOf(test: ColumnTest, prefix: string) {
  if (typeof test === "string") return test;
  switch (test.kind) {
    case "relationships":
      return { relationships: { arguments: { to: `ref('${prefix}${test.to}')`, field: test.field } } };
    case "accepted_values":
      return { accepted_values: { arguments: { values: test.values } } };
  }
}
