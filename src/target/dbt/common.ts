// Macros that every dbt project of ours has, whatever runs: where relations are, and the models that a run has published.
import { type Names, quoted } from "./jinja.ts";
import { PUBLISHED_MODELS } from "./relations.ts";

/** The last lines of the materialization that runs: what is there now, as dbt is told. */
export function returnPublished({ macro }: Names): string {
  return `{% set published = [this] %}
{% for name in [${PUBLISHED_MODELS.map(({ name }) => quoted(name)).join(", ")}] %}
{% do published.append(${macro("relation")}(name).incorporate(type='view' if name == 'merge_evidence' else 'table')) %}
{% endfor %}
{{ return({'relations': published}) }}
{% endmaterialization %}`;
}

/** The materialization of every other model. */
export function publishedMaterialization({ macro }: Names, prefix: string): string {
  return `{# A relation that the run has published: nothing is left to do but to see that it is there. #}
{% materialization ${macro("published")}, default %}
{% if adapter.get_relation(database=this.database, schema=this.schema, identifier=this.identifier) is none %}
{% do exceptions.raise_compiler_error(this ~ ' is not there. Build ${prefix}run_log, which publishes it, into the same schema: dbt build --select +' ~ model.name) %}
{% endif %}
{% do store_raw_result(name='main', message='PUBLISHED', code='PUBLISHED', rows_affected='-1') %}
{{ return({'relations': [this]}) }}
{% endmaterialization %}`;
}

export function relationMacro({ macro }: Names, prefix: string): string {
  return `{# Where a published relation is. #}
{% macro ${macro("relation")}(name) -%}
{{ return(api.Relation.create(database=this.database, schema=this.schema, identifier=${quoted(prefix)} ~ name)) }}
{%- endmacro %}`;
}

/** Whether alarms are accepted, as an expression: variables of the environment are texts. */
export const ACCEPTED = "(var('idweave_accept_alarms', false) | string | lower) == 'true'";

/** The first lines of `begin`: what would make a wrong run is refused, and `as_of` is a time in UTC or none. */
export function refusals(prefix: string): string {
  return `{% if flags.EMPTY or flags.SAMPLE %}
{% do exceptions.raise_compiler_error('IDW719: with --empty or --sample the models have no rows or not all, and whoever is missing would be gone. Nothing was published.') %}
{% endif %}
{% if this.identifier != ${quoted(`${prefix}run_log`)} %}
{% do exceptions.raise_compiler_error('IDW719: ' ~ this.identifier ~ ' is another name than ${prefix}run_log: results have their own names, without an alias. Nothing was published.') %}
{% endif %}
{% set as_of = var('idweave_as_of', none) %}
{% if as_of is not none and not modules.re.match('^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?(Z|[+]00:00)?$', as_of | string) %}
{% do exceptions.raise_compiler_error('idweave_as_of is no time in UTC, such as 2026-01-31 or 2026-01-31T12:00:00Z: ' ~ as_of) %}
{% endif %}`;
}
