// A run in dbt where the warehouse has loops of its own: the scripts of `--format script` as macros, which a materialization
// sends whole. Where relations lie, what models read and the parameters are dbt's to say.
import type { Mode } from "../../plan/plan.ts";
import type { Context } from "../../render/context.ts";
import { type Fragment, print, verbatim } from "../../sql/fragment.ts";
import type { CompiledFile } from "../script/index.ts";
import { flowOf, scriptText } from "../script/warehouse.ts";
import type { Scripted } from "./adapters.ts";
import { ACCEPTED, publishedMaterialization, refusals, relationMacro, returnPublished } from "./common.ts";
import type { DbtInput } from "./index.ts";
import { type Names, quoted, rendered } from "./jinja.ts";

/** The macros of a run; `relations` are the models and decisions that dbt knows. */
export function scriptedFiles(
  input: DbtInput,
  adapter: Scripted,
  names: Names,
  relations: ReadonlyMap<string, Fragment>,
): readonly CompiledFile[] {
  const folder = `macros/${names.project}`;
  const modes = ["full", "incremental"] as const;
  return [
    ...modes.map((mode) => ({
      path: `${folder}/${mode}.sql`,
      text: scriptMacro(mode, input, names, relations),
    })),
    { path: `${folder}/run.sql`, text: runtimeText(input, adapter, names) },
  ];
}

function scriptMacro(
  mode: "full" | "incremental",
  input: DbtInput,
  names: Names,
  relations: ReadonlyMap<string, Fragment>,
): string {
  const { plans, configHash, version } = input;
  const expressions = new Expressions();
  const catalog = expressions.mark("{{ idw.database }}");
  const schema = expressions.mark("{{ idw.schema }}");
  const context = scriptContext(input.context, [catalog, schema], expressions, relations);
  const flow = flowOf(context);
  if (flow === undefined) throw new Error(`${context.dialect.name} has no scripts`);
  const script = scriptText(plans[mode], flow, {
    context,
    configHash,
    version,
    place: { catalog, schema, prefix: context.project.prefix },
    values: {
      idw_as_of: expressions.mark("{{ idw.as_of }}"),
      idw_accept_alarms: expressions.mark("{{ idw.accept_alarms }}"),
    },
    back: expressions.mark("{{ idw.back }}"),
  });
  return `{% macro ${names.macro(mode)}(idw) -%}\n${expressions.written(rendered(script))}{%- endmacro %}\n`;
}

function scriptContext(
  context: Context,
  places: readonly string[],
  expressions: Expressions,
  relations: ReadonlyMap<string, Fragment>,
): Context {
  const { dialect } = context;
  const inputs = [...relations].map(
    ([name, template]) => [name, verbatim(expressions.mark(print(template, dialect.lexical)))] as const,
  );
  return {
    ...context,
    inputs: new Map(inputs),
    dialect: {
      ...dialect,
      lexical: {
        ...dialect.lexical,
        quoteIdentifier: (name) => (places.includes(name) ? name : dialect.lexical.quoteIdentifier(name)),
      },
    },
  };
}

/** Expressions of a template, which stand in a script as marks until all else of it is escaped. The marks are for private use. */
class Expressions {
  readonly #all: string[] = [];

  mark(expression: string): string {
    this.#all.push(expression);
    return `\ue002${this.#all.length - 1}\ue003`;
  }

  written(text: string): string {
    return text.replaceAll(/\ue002(\d+)\ue003/g, (_, index: string) => this.#all[Number(index)] ?? "");
  }
}

function runtimeText(
  { context, configHash }: DbtInput,
  { sending: { before, framed }, foldsNames }: Scripted,
  names: Names,
): string {
  const { macro } = names;
  const { types, name: type } = context.dialect;
  const { prefix } = context.project;
  const call = (mode: Mode) => `${macro(mode)}(idw)`;
  return `{# A run inside dbt: one script of ${type}, which builds everything aside and publishes it in one transaction. #}
{% materialization ${macro("run")}, default %}
{% if target.type != '${type}' %}
{% do exceptions.raise_compiler_error('IDW719: this was compiled for ${type}, and the target ' ~ target.name ~ ' is of type ' ~ target.type ~ '. Compile for it: idweave compile --format dbt --target <one of that type>') %}
{% endif %}
{% set idw = ${macro("begin")}() %}
{{ run_hooks(pre_hooks) }}
${before.map((line) => `${line}\n`).join("")}{% call statement('main', fetch_result=true, auto_begin=false) %}
{{ ${macro("statement")}(${call("full")} if idw.mode == 'full' else ${call("incremental")}) }}
{% endcall %}
{% set said = load_result('main')['data'][0][0] %}
{{ run_hooks(post_hooks) }}
{% if 'IDW' in said %}
{% do exceptions.warn('${names.project}: ' ~ said) %}
{% else %}
{% do log('${names.project}: ' ~ said, info=true) %}
{% endif %}
${returnPublished(names)}

${publishedMaterialization(names, prefix)}

{# The mode of the run, and its parameters as SQL. #}
{% macro ${macro("begin")}() %}
${refusals(prefix)}${
  foldsNames === true
    ? `
{% if this.quote_policy.identifier %}
{% do exceptions.raise_compiler_error('IDW719: results have bare names, and dbt is told to quote identifiers. Nothing was published.') %}
{% endif %}`
    : ""
}
{% set run_log = adapter.get_relation(database=this.database, schema=this.schema, identifier=${quoted(`${prefix}run_log`)}) %}
{% set last = run_query('select run, config_hash from ' ~ run_log ~ ' order by run desc limit 1').rows if run_log is not none else [] %}
{% if not last %}{% set reason = 'it is the first' %}
{% elif flags.FULL_REFRESH %}{% set reason = 'a full refresh was asked for' %}
{% elif last[0][1] != ${quoted(configHash)} %}{% set reason = 'identity.yml, a model or a macro changed' %}
{% else %}{% set reason = none %}
{% endif %}
{% set mode = 'full' if reason else 'incremental' %}
{% do log('${names.project}: run ' ~ ((last[0][0] | int) + 1 if last else 1) ~ ', ' ~ mode ~ (', since ' ~ reason if reason else ''), info=true) %}
{{ return({
  'mode': mode,
  'database': this.include(schema=false, identifier=false) | string,
  'schema': this.include(database=false, identifier=false) | string,
  'as_of': 'null' if as_of is none else "cast('" ~ as_of ~ "' as ${types.timestamp})",
  'accept_alarms': 'true' if ${ACCEPTED} else 'false',
  'back': api.Relation.create(database=target.database, schema=target.schema).include(identifier=false) | string
}) }}
{% endmacro %}

{# A script as one statement. #}
{% macro ${macro("statement")}(script) -%}
${framed}
{%- endmacro %}

${relationMacro(names, prefix)}
`;
}
