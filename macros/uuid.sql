{# A UUID as 8-4-4-4-12 hex digits in lower case, from any usual spelling: upper case, braces, urn:uuid:, no hyphens.
   NULL for anything else. #}
{% macro uuid(value) %}
{{ return(adapter.dispatch('uuid', 'idweave')(value)) }}
{% endmacro %}

{% macro uuid_spelling() -%}
^[({]?(urn:uuid:)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})[)}]?$
{%- endmacro %}

{% macro duckdb__uuid(value) %}
nullif(
  regexp_extract(
    regexp_replace(lower({{ trim(value) | trim }}), '{{ uuid_spelling() }}', '\2-\3-\4-\5-\6'),
    '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  ),
  ''
)
{% endmacro %}

{% macro snowflake__uuid(value) %}
regexp_substr(
  regexp_replace(lower({{ trim(value) | trim }}), '{{ uuid_spelling() }}', '\\2-\\3-\\4-\\5-\\6'),
  '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
)
{% endmacro %}

{% macro bigquery__uuid(value) %}
regexp_extract(
  regexp_replace(lower({{ trim(value) | trim }}), r'{{ uuid_spelling() }}', r'\2-\3-\4-\5-\6'),
  r'^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
)
{% endmacro %}
