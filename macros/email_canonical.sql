{# The mailbox behind an email address: as email, without a +tag; at Gmail also without dots and under its one domain.
   A local part of dots alone, in quotes, or one that begins with +, stays as it is. #}
{% macro email_canonical(value) %}
{{ return(adapter.dispatch('email_canonical', 'idweave')(value)) }}
{% endmacro %}

{# A lambda would give the address a name, and takes longer than cleaning it again. LIKE is cheap, and tells that most
   addresses need no regular expression. #}
{% macro duckdb__email_canonical(value) %}
{%- set address = email(value) | trim -%}
case
  when {{ address }} like '%@g%mail.com' and regexp_matches({{ address }}, '^[^@+]*[^.@+][^@]*@(gmail|googlemail)[.]com$')
    then replace(regexp_extract({{ address }}, '^[^@+]+'), '.', '') || '@gmail.com'
  when {{ value }} like '%+%@%' then regexp_replace({{ address }}, '^([^+@"]+)[+][^@"]*@', '\1@')
  else {{ address }}
end
{% endmacro %}

{% macro snowflake__email_canonical(value) %}
case
  when regexp_like({{ email(value) | trim }}, '[^@+]*[^.@+][^@]*@(gmail|googlemail)[.]com')
    then replace(regexp_substr({{ email(value) | trim }}, '^[^@+]+'), '.', '') || '@gmail.com'
  else regexp_replace({{ email(value) | trim }}, '^([^+@"]+)[+][^@"]*@', '\\1@')
end
{% endmacro %}

{% macro bigquery__email_canonical(value) %}
(
  select
    case
      when regexp_contains(address, r'^[^@+]*[^.@+][^@]*@(gmail|googlemail)[.]com$')
        then concat(replace(regexp_extract(address, r'^[^@+]+'), '.', ''), '@gmail.com')
      else regexp_replace(address, r'^([^+@"]+)[+][^@"]*@', r'\1@')
    end
  from unnest([{{ email(value) | trim }}]) as address
)
{% endmacro %}

{% macro postgres__email_canonical(value) %}
(
  select
    case
      when address ~ '^[^@+]*[^.@+][^@]*@(gmail|googlemail)[.]com$'
        then replace(substring(address from '^[^@+]+'), '.', '') || '@gmail.com'
      else regexp_replace(address, '^([^+@"]+)[+][^@"]*@', '\1@')
    end
  from (select {{ email(value) | trim }} as address) as addresses
)
{% endmacro %}
