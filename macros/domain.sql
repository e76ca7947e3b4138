{# The domain of an email address or a URL, in lower case, without www., port, path and closing full stop. NULL when what is
   left is no two labels or more, or holds what a domain cannot, as two addresses do. Unicode and xn-- stay as they are. #}
{% macro domain(value) %}
{{ return(adapter.dispatch('domain', 'idweave')(value)) }}
{% endmacro %}

{% macro domain_surroundings() -%}
^(([a-z][a-z0-9+.-]*:)?//|mailto:)?([^/?#,;[:space:]]*@)?(www[.])?|[.]?([:/?#].*)?$
{%- endmacro %}

{# Every ASCII sign but hyphen and underscore is refused in a label. #}
{% macro domain_shape() -%}
^([^[:space:]!-,./:-@[-^`{-~]+[.])+[^[:space:]!-,./:-@[-^`{-~]+$
{%- endmacro %}

{% macro duckdb__domain(value) %}
nullif(
  regexp_extract(
    regexp_replace({{ lower(trim(value) | trim) | trim }}, '{{ domain_surroundings() }}', '', 'g'),
    '{{ domain_shape() }}'
  ),
  ''
)
{% endmacro %}

{% macro snowflake__domain(value) %}
regexp_substr(
  regexp_replace({{ lower(trim(value) | trim) | trim }}, '{{ domain_surroundings() }}', ''),
  '{{ domain_shape() }}'
)
{% endmacro %}

{% macro bigquery__domain(value) %}
regexp_extract(
  regexp_replace({{ lower(trim(value) | trim) | trim }}, r'{{ domain_surroundings() }}', ''),
  r'{{ domain_shape().replace('(', '(?:') }}'
)
{% endmacro %}

{# PostgreSQL takes the longest of several matches, so what stands before the domain goes by itself. #}
{% macro postgres__domain(value) %}
substring(
  regexp_replace(
    regexp_replace(
      {{ lower(trim(value) | trim) | trim }} collate "C",
      '^(([a-z][a-z0-9+.-]*:)?//|mailto:)?([^/?#,;[:space:]]*@)?(www[.])?', ''
    ),
    '[.]?([:/?#][^\n]*)?$', ''
  ),
  '{{ domain_shape().replace('(', '(?:') }}'
)
{% endmacro %}
