{# The value in lower case, letter by letter, by the table of letters.sql. DuckDB's own lower() is that table; other warehouses
   use theirs for ASCII only. #}
{% macro lower(value) %}
{{ return(adapter.dispatch('lower', 'idweave')(value)) }}
{% endmacro %}

{% macro duckdb__lower(value) %}
lower({{ value }})
{% endmacro %}

{% macro snowflake__lower(value) %}
case
  when regexp_like({{ value }}, '[ -~]*') then lower({{ value }})
  else translate({{ value }}, '{{ letters()['lower_from'] }}', '{{ letters()['lower_to'] }}')
end
{% endmacro %}

{% macro bigquery__lower(value) %}
case
  when char_length({{ value }}) = byte_length({{ value }}) then lower({{ value }})
  else translate({{ value }}, '{{ letters()['lower_from'] }}', '{{ letters()['lower_to'] }}')
end
{% endmacro %}

{% macro postgres__lower(value) %}
case
  when char_length({{ value }}) = octet_length({{ value }}) then lower({{ value }} collate "C")
  else translate({{ value }}, '{{ letters()['lower_from'] }}', '{{ letters()['lower_to'] }}')
end
{% endmacro %}
