{# An email address as most people compare it: without white space around it, in lower case. #}
{% macro email(value) %}
{{ return(adapter.dispatch('email', 'idweave')(value)) }}
{% endmacro %}

{% macro default__email(value) %}
{{ lower(trim(value) | trim) | trim }}
{% endmacro %}
