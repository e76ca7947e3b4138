{# A day written in any of the ways of the sources, as ISO text. #}
{% macro day(value) -%}
strftime(coalesce(
    try_strptime({{ value }}, '%Y-%m-%d'),
    try_strptime({{ value }}, '%m/%d/%Y'),
    try_strptime({{ value }}, '%m/%d/%y'),
    try_strptime({{ value }}, '%d-%b-%y'),
    try_strptime({{ value }}, '%b %d %Y')
  ), '%Y-%m-%d')
{%- endmacro %}
