// The macros of a run that are no stage of the plan: the materialization that calls the stages, what it knows of the last
// run, and the small words that stages use. What is published and how is that of publishing.ts.

import { visibleAttributes } from "../../config/index.ts";
import { APPENDED, OUTPUTS } from "../../plan/names.ts";
import type { Mode, Plan } from "../../plan/plan.ts";
import { seenInModels, stateColumn } from "../../render/attributes.ts";
import type { Context } from "../../render/context.ts";
import { noRows } from "../../render/relations.ts";
import { print, sql, verbatim } from "../../sql/fragment.ts";
import { publishedMaterialization, refusals, relationMacro, returnPublished } from "./common.ts";
import { type Names, quoted } from "./jinja.ts";
import { stageMacro } from "./stages.ts";

export type RuntimeInput = {
  readonly plans: Readonly<Record<Mode, Plan>>;
  readonly names: Names;
  /** Of dbt. */
  readonly context: Context;
  readonly configHash: string;
};

/** One file of macros. */
export function runtimeText(input: RuntimeInput): string {
  const { names, context } = input;
  const { macro } = names;
  const { types, lexical, statements } = context.dialect;
  const { prefix } = context.project;
  const wasView = print(
    statements.createWorkView(
      verbatim("{{ 'idw_was_' ~ name }}"),
      verbatim("select {{ columns | join(', ') }} {{ rows }}"),
    ),
    lexical,
  );
  return `{# A run inside dbt. Everything is built in temporary tables of one connection, and published in one transaction. #}
{% materialization ${macro("run")}, default %}
{% set idw = ${macro("begin")}() %}
{{ run_hooks(pre_hooks) }}
{% do ${stageMacro(input.plans.full, 0, names)}(idw) %}
{% do ${macro("look_back")}(idw) %}
{% if idw.mode == 'full' %}
${callsOf("full", input)}
{% else %}
${callsOf("incremental", input)}
{% endif %}
{{ run_hooks(post_hooks) }}
${returnPublished(names)}

${publishedMaterialization(names, prefix)}

{% macro ${macro("begin")}() %}
${refusals(prefix)}
${statements.session.map((each) => `{% do adapter.execute(${quoted(each)}) %}\n`).join("")}{% set started = "cast('" ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f')[:23] ~ "' as ${types.timestamp})" %}
{{ return({
  'idw_started': started,
  'idw_as_of': started if as_of is none else "cast('" ~ as_of ~ "' as ${types.timestamp})",
  'idw_secret': 'cast(null as ${types.text})',
  'idw_secret_id': 'cast(null as ${types.text})',
  'columns': {},
  'rounds': 0
}) }}
{% endmacro %}

{# What the run before left, and whether this run can build on it. #}
{% macro ${macro("look_back")}(idw) %}
{% set missing = [] %}
{% for name in [${[...OUTPUTS, ...APPENDED].map(quoted).join(", ")}] %}
{% set found = adapter.get_relation(database=this.database, schema=this.schema, identifier=${quoted(prefix)} ~ name) %}
{% do idw.columns.update({name: ${macro("describe")}('select * from ' ~ found) if found is not none else []}) %}
{% if found is none and name not in [${APPENDED.map(quoted).join(", ")}] %}{% do missing.append(name) %}{% endif %}
{% endfor %}
{% set run_log = adapter.get_relation(database=this.database, schema=this.schema, identifier=${quoted(`${prefix}run_log`)}) %}
{% set last = run_query('select run, config_hash from ' ~ run_log ~ ' order by run desc limit 1').rows if run_log is not none else [] %}
{% set run = (last[0][0] | int) + 1 if last else 1 %}
{% do idw.update({'idw_run': 'cast(' ~ run ~ ' as ${types.integer})'}) %}
{% set reason = [] %}
{% if not last or 'identity_records' in missing %}{% do reason.append('it is the first') %}
{% elif flags.FULL_REFRESH %}{% do reason.append('a full refresh was asked for') %}
{% elif missing %}{% do reason.append((missing | join(', ')) ~ ' missing') %}
{% elif last[0][1] != ${quoted(input.configHash)} %}{% do reason.append('identity.yml, a model or a macro changed') %}
{% endif %}
${retypedLines(context, names).join("\n")}
{% do idw.update({'mode': 'full' if reason else 'incremental'}) %}
{% do log('${names.project}: run ' ~ run ~ ', ' ~ idw.mode ~ (', since ' ~ reason[0] if reason else ''), info=true) %}
{% endmacro %}

{# A published relation as the run before left it; none is like one without rows. #}
{% macro ${macro("was")}(idw, name) %}
{%- if idw.columns[name] -%}
select * from {{ ${macro("relation")}(name) }}
${[...OUTPUTS, ...APPENDED].map((output) => `{%- elif name == ${quoted(output)} -%}\n${print(noRows(output, context), lexical)}`).join("\n")}
{%- endif -%}
{% endmacro %}

{# Once results are built: columns that a published relation lacks are NULL in it. #}
{% macro ${macro("align")}(idw) %}
{% for name in [${OUTPUTS.map(quoted).join(", ")}] %}
{% set before = {} %}
{% for column in idw.columns[name] %}{% do before.update({column.name | lower: column.type}) %}{% endfor %}
{% set columns = [] %}
{% for column in ${macro("describe")}('select * from idw_out_' ~ name) %}
{% set type = before.get(column.name | lower) %}
{% if type == column.type %}
{% do columns.append(adapter.quote(column.name)) %}
{% elif type is none or name == 'record_state' %}
{% do columns.append('cast(null as ' ~ column.type ~ ') as ' ~ adapter.quote(column.name)) %}
{% else %}
{% do exceptions.raise_compiler_error('IDW709: ' ~ column.name ~ ' of ' ~ ${macro("relation")}(name) ~ ' is ' ~ type ~ ', and now would be ' ~ column.type ~ '; nothing was published.') %}
{% endif %}
{% endfor %}
{% set rows = 'from ' ~ ${macro("relation")}(name) if idw.columns[name] else 'where false' %}
{% call ${macro("do")}() %}
${wasView}
{% endcall %}
{% endfor %}
{% endmacro %}

${relationMacro(names, prefix)}

{# One statement by itself. #}
{% macro ${macro("do")}() %}
{% do adapter.execute(caller(), auto_begin=false, fetch=false) %}
{% endmacro %}

{# One statement of the transaction that publishes. #}
{% macro ${macro("publishing")}() %}
{% do adapter.execute(caller(), auto_begin=true, fetch=false) %}
{% endmacro %}

{# A query whose rows are mistakes. #}
{% macro ${macro("nothing_from")}(complaint) %}
{% set found = run_query(caller()) %}
{% if found.rows | length > 0 %}
{% set examples = [] %}
{% for row in found.rows %}{% if loop.index <= 5 %}{% do examples.append(row.dict() | string) %}{% endif %}{% endfor %}
{% do exceptions.raise_compiler_error(complaint ~ ': ' ~ (examples | join('; ')) ~ '. Nothing was published.') %}
{% endif %}
{% endmacro %}

{% macro ${macro("rows_in")}(relation) %}
{{ return(run_query('select count(*) from ' ~ relation).rows[0][0] | int) }}
{% endmacro %}

{# The columns of a query and their types. #}
{% macro ${macro("describe")}(query) %}
{% set found = [] %}
{% for column in adapter.get_column_schema_from_query(query) %}
{% do found.append({'name': column.name, 'type': column.dtype}) %}
{% endfor %}
{{ return(found) }}
{% endmacro %}
`;
}

function callsOf(mode: "full" | "incremental", { plans, names }: RuntimeInput): string {
  const plan = plans[mode];
  const call = (macro: string) => `{% do ${macro}(idw) %}`;
  // The models were opened before the last run was looked at; the last stage compares with what is published.
  const stages = plan.stages.map((_, index) => call(stageMacro(plan, index, names))).slice(1);
  return [
    ...stages.slice(0, -1),
    call(names.macro("align")),
    ...stages.slice(-1),
    call(names.macro("alarm")),
    call(names.macro(`publish_${mode}`)),
  ].join("\n");
}

// An attribute of another type than in the state makes the state useless.
function retypedLines(context: Context, { macro }: Names): readonly string[] {
  const attributes = visibleAttributes(context.project);
  if (attributes.length === 0) return [];
  const columns = attributes.map((name) => `${quoted(name)}: ${quoted(stateColumn(name))}`);
  return [
    `{% set types = {${columns.join(", ")}} %}`,
    "{% set seen %}",
    print(sql`${seenInModels(context)}`, context.dialect.lexical),
    "{% endset %}",
    `{% for column in ${macro("describe")}(seen) if column.name in types and not reason %}`,
    "{% set kept = [] %}",
    `{% for before in idw.columns['record_state'] if before.name | lower == types[column.name] | lower and before.type == column.type %}{% do kept.append(1) %}{% endfor %}`,
    "{% if not kept %}{% do reason.append('the type of ' ~ column.name ~ ' changed') %}{% endif %}",
    "{% endfor %}",
  ];
}
