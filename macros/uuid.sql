{# A UUID as 8-4-4-4-12 hex digits in lower case, from any usual spelling: upper case, braces, urn:uuid:, no hyphens.
   NULL for anything else, and for the nil and the max UUID, which stand for none. #}
{% macro uuid(value) %}
{{ return(adapter.dispatch('uuid', 'idweave')(value)) }}
{% endmacro %}

{% macro uuid_spelling() -%}
^[({]?(urn:uuid:)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})[)}]?$
{%- endmacro %}

{% macro uuid_or_null(text) %}
nullif(nullif({{ text }}, '00000000-0000-0000-0000-000000000000'), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
{% endmacro %}

{% macro duckdb__uuid(value) %}
{%- set text -%}
nullif(
  regexp_extract(
    regexp_replace(lower({{ trim(value) | trim }}), '{{ uuid_spelling() }}', '\2-\3-\4-\5-\6'),
    '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  ),
  ''
)
{%- endset -%}
{{ uuid_or_null(text) | trim }}
{% endmacro %}

{% macro snowflake__uuid(value) %}
{%- set text -%}
regexp_substr(
  regexp_replace(lower({{ trim(value) | trim }}), '{{ uuid_spelling() }}', '\\2-\\3-\\4-\\5-\\6'),
  '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
)
{%- endset -%}
{{ uuid_or_null(text) | trim }}
{% endmacro %}

{% macro bigquery__uuid(value) %}
{%- set text -%}
regexp_extract(
  regexp_replace(lower({{ trim(value) | trim }}), r'{{ uuid_spelling() }}', r'\2-\3-\4-\5-\6'),
  r'^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
)
{%- endset -%}
{{ uuid_or_null(text) | trim }}
{% endmacro %}

{% macro postgres__uuid(value) %}
{%- set text -%}
substring(
  regexp_replace(lower({{ trim(value) | trim }} collate "C"), '{{ uuid_spelling() }}', '\2-\3-\4-\5-\6'),
  '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
)
{%- endset -%}
{{ uuid_or_null(text) | trim }}
{% endmacro %}
