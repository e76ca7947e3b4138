{# The digits 0 to 9 of the value, in their order. #}
{% macro digits(value) %}
{{ return(adapter.dispatch('digits', 'idweave')(value)) }}
{% endmacro %}

{% macro default__digits(value) %}
regexp_replace({{ value }}, '[^0-9]+', '')
{% endmacro %}

{% macro duckdb__digits(value) %}
regexp_replace({{ value }}, '[^0-9]+', '', 'g')
{% endmacro %}

{% macro postgres__digits(value) %}
regexp_replace({{ value }}, '[^0-9]+', '', 'g')
{% endmacro %}
