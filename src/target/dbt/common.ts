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
