{# SHA-256 of the UTF-8 value, 64 hex digits in lower case, as advertising platforms hash. NULL for an empty value. #}
{% macro sha256(value) %}
{{ return(adapter.dispatch('sha256', 'idweave')(value)) }}
{% endmacro %}

{% macro duckdb__sha256(value) %}
sha256(nullif({{ value }}, ''))
{% endmacro %}

{% macro snowflake__sha256(value) %}
sha2(nullif({{ value }}, ''), 256)
{% endmacro %}

{% macro bigquery__sha256(value) %}
to_hex(sha256(nullif({{ value }}, '')))
{% endmacro %}

{% macro postgres__sha256(value) %}
encode(sha256(convert_to(nullif({{ value }}, ''), 'UTF8')), 'hex')
{% endmacro %}
