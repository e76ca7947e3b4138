{# Written by `idweave compile --format dbt`. To change it, compile again. #}
{# A run inside dbt: one script of bigquery, which builds everything aside and publishes it in one transaction. #}
{% materialization idweave__person_person__run, default %}
{% if target.type != 'bigquery' %}
{% do exceptions.raise_compiler_error('IDW719: this was compiled for bigquery, and the target ' ~ target.name ~ ' is of type ' ~ target.type ~ '. Compile for it: idweave compile --format dbt --target <one of that type>') %}
{% endif %}
{% set idw = idweave__person_person__begin() %}
{{ run_hooks(pre_hooks) }}
{% call statement('main', fetch_result=true, auto_begin=false) %}
{{ idweave__person_person__statement(idweave__person_person__full(idw) if idw.mode == 'full' else idweave__person_person__incremental(idw)) }}
{% endcall %}
{% set said = load_result('main')['data'][0][0] %}
{{ run_hooks(post_hooks) }}
{% if 'IDW' in said %}
{% do exceptions.warn('person_person_identities: ' ~ said) %}
{% else %}
{% do log('person_person_identities: ' ~ said, info=true) %}
{% endif %}
{% set published = [this] %}
{% for name in ['identity_records', 'record_values', 'identities', 'identity_values', 'merge_evidence', 'blocked_merges', 'golden_records', 'rejected_records', 'rejected_values', 'decisions_in_force', 'identity_redirects', 'identity_events', 'run_metrics'] %}
{% do published.append(idweave__person_person__relation(name).incorporate(type='view' if name == 'merge_evidence' else 'table')) %}
{% endfor %}
{{ return({'relations': published}) }}
{% endmaterialization %}

{# A relation that the run has published: nothing is left to do but to see that it is there. #}
{% materialization idweave__person_person__published, default %}
{% if adapter.get_relation(database=this.database, schema=this.schema, identifier=this.identifier) is none %}
{% do exceptions.raise_compiler_error(this ~ ' is not there. Build person_run_log, which publishes it, into the same schema: dbt build --select +' ~ model.name) %}
{% endif %}
{% do store_raw_result(name='main', message='PUBLISHED', code='PUBLISHED', rows_affected='-1') %}
{{ return({'relations': [this]}) }}
{% endmaterialization %}

{# The mode of the run, and its parameters as SQL. #}
{% macro idweave__person_person__begin() %}
{% if flags.EMPTY or flags.SAMPLE %}
{% do exceptions.raise_compiler_error('IDW719: with --empty or --sample the models have no rows or not all, and whoever is missing would be gone. Nothing was published.') %}
{% endif %}
{% if this.identifier != 'person_run_log' %}
{% do exceptions.raise_compiler_error('IDW719: ' ~ this.identifier ~ ' is another name than person_run_log: results have their own names, without an alias. Nothing was published.') %}
{% endif %}
{% set as_of = var('idweave_as_of', none) %}
{% if as_of is not none and not modules.re.match('^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?(Z|[+]00:00)?$', as_of | string) %}
{% do exceptions.raise_compiler_error('idweave_as_of is no time in UTC, such as 2026-01-31 or 2026-01-31T12:00:00Z: ' ~ as_of) %}
{% endif %}
{% set run_log = adapter.get_relation(database=this.database, schema=this.schema, identifier='person_run_log') %}
{% set last = run_query('select run, config_hash from ' ~ run_log ~ ' order by run desc limit 1').rows if run_log is not none else [] %}
{% if not last %}{% set reason = 'it is the first' %}
{% elif flags.FULL_REFRESH %}{% set reason = 'a full refresh was asked for' %}
{% elif last[0][1] != '1aeb94ffec58b2bdb06581e89c71757f8fbee2790e22bd21ce48d4a6f0dfd48a' %}{% set reason = 'identity.yml, a model or a macro changed' %}
{% else %}{% set reason = none %}
{% endif %}
{% set mode = 'full' if reason else 'incremental' %}
{% do log('person_person_identities: run ' ~ ((last[0][0] | int) + 1 if last else 1) ~ ', ' ~ mode ~ (', since ' ~ reason if reason else ''), info=true) %}
{{ return({
  'mode': mode,
  'database': this.include(schema=false, identifier=false) | string,
  'schema': this.include(database=false, identifier=false) | string,
  'as_of': 'null' if as_of is none else "cast('" ~ as_of ~ "' as timestamp)",
  'accept_alarms': 'true' if (var('idweave_accept_alarms', false) | string | lower) == 'true' else 'false',
  'back': api.Relation.create(database=target.database, schema=target.schema).include(identifier=false) | string
}) }}
{% endmacro %}

{# A script as one statement. #}
{% macro idweave__person_person__statement(script) -%}
{{ script }}
{%- endmacro %}

{# Where a published relation is. #}
{% macro idweave__person_person__relation(name) -%}
{{ return(api.Relation.create(database=this.database, schema=this.schema, identifier='person_' ~ name)) }}
{%- endmacro %}
