{# The value in upper case, letter by letter, by the table of letters.sql. DuckDB's own upper() is that table; other warehouses
   use theirs for ASCII only. #}
{% macro upper(value) %}
{{ return(adapter.dispatch('upper', 'idweave')(value)) }}
{% endmacro %}

{% macro duckdb__upper(value) %}
upper({{ value }})
{% endmacro %}

{% macro snowflake__upper(value) %}
case
  when regexp_like({{ value }}, '[ -~]*') then upper({{ value }})
  else translate({{ value }}, '{{ letters()['upper_from'] }}', '{{ letters()['upper_to'] }}')
end
{% endmacro %}

{% macro bigquery__upper(value) %}
case
  when char_length({{ value }}) = byte_length({{ value }}) then upper({{ value }})
  else translate({{ value }}, '{{ letters()['upper_from'] }}', '{{ letters()['upper_to'] }}')
end
{% endmacro %}

{% macro postgres__upper(value) %}
case
  when char_length({{ value }}) = octet_length({{ value }}) then upper({{ value }} collate "C")
  else translate({{ value }}, '{{ letters()['upper_from'] }}', '{{ letters()['upper_to'] }}')
end
{% endmacro %}
