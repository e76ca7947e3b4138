{# The value without white space at its ends: tab to carriage return, every Unicode space, the zero width space and the
   byte order mark. #}
{% macro trim(value) %}
{{ return(adapter.dispatch('trim', 'idweave')(value)) }}
{% endmacro %}

{# Nearly every value begins and ends with a printable ASCII character, and needs no regular expression to be left alone.
   substr() with -1 looks at the end only; right() counts all characters. #}
{% macro duckdb__trim(value) %}
case
  when {{ value }} between '!' and '~~' and substr({{ value }}, -1) between '!' and '~' then {{ value }}
  else regexp_replace({{ value }}, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end
{% endmacro %}

{% macro snowflake__trim(value) %}
trim({{ value }}, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')
{% endmacro %}

{% macro bigquery__trim(value) %}
regexp_replace({{ value }}, r'^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '')
{% endmacro %}

{% macro postgres__trim(value) %}
btrim({{ value }}, E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')
{% endmacro %}
