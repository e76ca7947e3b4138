{# The letters and digits of the value: no white space, no punctuation, no signs. Case and accents stay. #}
{% macro alphanumeric(value) %}
{{ return(adapter.dispatch('alphanumeric', 'idweave')(value)) }}
{% endmacro %}

{% macro duckdb__alphanumeric(value) %}
{%- set signs = letters().parting_class ~ letters().vanishing_class -%}
case
  when strlen({{ value }}) = length({{ value }}) then regexp_replace({{ value }}, '[^0-9A-Za-z]+', '', 'g')
  else regexp_replace({{ value }}, '[[:space:][:punct:][:cntrl:]{{ signs }}]+', '', 'g')
end
{% endmacro %}

{% macro snowflake__alphanumeric(value) %}
regexp_replace(
  translate({{ value }}, '{{ letters().parting }}{{ letters().vanishing }}', ''),
  '[[:space:][:punct:][:cntrl:]]+',
  ''
)
{% endmacro %}

{% macro bigquery__alphanumeric(value) %}
{%- set signs = letters().parting_class ~ letters().vanishing_class -%}
regexp_replace({{ value }}, r'[[:space:][:punct:][:cntrl:]{{ signs }}]+', '')
{% endmacro %}

{% macro postgres__alphanumeric(value) %}
regexp_replace(
  translate({{ value }}, E'{{ letters().parting }}{{ letters().vanishing }}', '') collate "C",
  '[[:space:][:punct:][:cntrl:]]+', '', 'g'
)
{% endmacro %}
