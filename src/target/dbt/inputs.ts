// What a run in dbt reads: each model of identity.yml as a model of dbt with the text its author wrote, and the decisions as a
// seed. Models that are tables, or dbt's already, are read where they are.
import type { Model } from "../../config/project.ts";
import { fileEnding, fileRows } from "../../render/files.ts";
import { type Fragment, print, sql, verbatim } from "../../sql/fragment.ts";
import type { CompiledFile } from "../script/index.ts";
import type { DbtInput } from "./index.ts";
import { inJinja, type Names } from "./jinja.ts";
import { yaml } from "./yaml.ts";

export type Inputs = {
  /** Relations by model of identity.yml, and `decisions`. */
  readonly relations: ReadonlyMap<string, Fragment>;
  /** Nodes that the run depends on. */
  readonly refs: readonly string[];
  /** Those of them that are models of ours. */
  readonly models: readonly string[];
  readonly files: readonly CompiledFile[];
};

export function inputsOf(input: DbtInput, names: Names): Inputs {
  const relations = new Map<string, Fragment>();
  const refs: string[] = [];
  const models: string[] = [];
  const files: CompiledFile[] = [];
  const add = (name: string, node: string) => {
    relations.set(name, verbatim(`{{ ref('${node}') }}`));
    refs.push(node);
  };
  for (const model of input.project.models) {
    if (model.source.kind === "ref") add(model.name, model.source.ref);
    const text = modelText(model, input);
    if (text === undefined) continue;
    add(model.name, model.name);
    models.push(model.name);
    files.push({ path: `models/${names.project}/inputs/${model.name}.sql`, text });
  }
  const seed = seedOf(input);
  if (seed !== undefined) {
    add("decisions", seed.name);
    files.push({ path: `seeds/${seed.name}.csv`, text: seed.text });
    files.push({ path: `seeds/${seed.name}.yml`, text: seed.properties });
  }
  return { relations, refs, models, files };
}

/** Undefined where the run reads a relation that is there. */
function modelText(model: Model, { modelTexts, context }: DbtInput): string | undefined {
  const view = "{{ config(materialized='view') }}";
  switch (model.source.kind) {
    case "table":
    case "ref":
      return undefined;
    case "sql": {
      const text = modelTexts.get(model.source.path) ?? "";
      return `{# from ${inJinja(model.source.path)} #}\n${view}\n${text.trimEnd().replace(/;$/, "")}\n`;
    }
    case "file": {
      const rows = print(sql`select * from ${fileRows(model.source.path)}`, context.dialect.lexical);
      return `${view}\n${inJinja(rows)}\n`;
    }
  }
}

type Seed = { readonly name: string; readonly text: string; readonly properties: string };

// All columns are text, as idweave reads them: dbt would guess at types.
function seedOf({ project, decisions: text, context }: DbtInput): Seed | undefined {
  const { decisions } = project;
  if (text === undefined || decisions?.kind !== "file") return undefined;
  const name = `${project.prefix}decisions`;
  const [header = ""] = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const delimiter = fileEnding(decisions.path) === ".tsv" ? "\t" : header.includes(";") ? ";" : ",";
  const columns = header.split(delimiter).map((column) => column.replaceAll('"', "").trim());
  const properties = yaml({
    version: 2,
    seeds: [
      {
        name,
        description: "What people decided. A copy of the file that identity.yml names.",
        config: {
          column_types: Object.fromEntries(columns.map((column) => [column, context.dialect.types.text])),
          ...(delimiter === "," ? {} : { delimiter }),
        },
      },
    ],
  });
  return { name, text, properties: `${properties.trimStart()}\n` };
}
