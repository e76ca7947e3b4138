{# A phone number as E.164 (+ and up to 15 digits), or NULL for what cannot be one. `country` is an SQL expression: an ISO
   code or a common name, in any case; it says how to read a number without + or an exit code. The plans, and what a mark is,
   are in phone_countries.sql.

   1. International: `+1 212 555 1234` with nothing unusual about it needs no country, only its signs dropped.
   2. Others are put behind the mark of the country, or ?: for an unknown one: `44D44:(020) 7946-0000`. What is not even a
      plain national number is cleaned first: see phone_cleaning. ! goes before 10 digits, !! before 11, !!! before more.
   3. Mark and exit code or + go. Else the end of the mark goes, and a trunk prefix or the calling code once more behind it:
      44 7911 123456. So do all signs: 442079460000.
   4. The number is what a plan allows,
   5. unless its national part is a fake: one digit over and over, 123456789 or 1234567890. #}
{% macro phone(value, country=none) %}
{{ return(adapter.dispatch('phone', 'idweave')(value, country)) }}
{% endmacro %}

{# The regular expressions of the steps; `digit` is how a dialect writes any digit. International are those whose number
   behind the calling code begins with 1 to 9; in Mexico (52) with 2 to 9, since people put a 1 there that is no part of it.
   National are 1 to 10 digits, or more that begin with 0 or 1, as no calling code but 1 does; but 10 digits that begin with
   45, 47 or 65 may be 8 with a calling code. #}
{% macro phone_patterns(digit='[0-9]') %}
{%- set most_codes = '[17]|2[07]|3[0-469]|4[013-9]|5[13-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[789]|8[0578]|9[679])d' -%}
{%- set signs = '[ ().-]*' -%}
{%- set no_code = '([0-35789]' ~ signs ~ '[0-9]|4' ~ signs ~ '[0-4689]|6' ~ signs ~ '[0-46-9])' -%}
{{ return({
  'international': ('[+]((' ~ most_codes ~ ')' ~ signs ~ '[1-9]|52' ~ signs ~ '[2-9])[ ().0-9-]*').replace('d', digit),
  'national': '[ (]*[01][0-9]*[)]?[ .0-9-]*|(' ~ signs ~ '[0-9]){1,9}' ~ signs ~ '|[ (]*' ~ no_code ~ '(' ~ signs ~ '[0-9]){8}' ~ signs,
  'long': '[ (]*[2-9](' ~ signs ~ '[0-9])',
  'prefix': ('^([0-9A-Z?]*[:;][+]|' ~ phone_lines(phone_exits()) ~ '|[0-9A-Z?]*:[ (]*00)|' ~ phone_lines(phone_owns()) ~ '|'
    ~ phone_lines(phone_trunks()) ~ '|' ~ signs.replace('*', '+')).replace('d', digit),
  'plan': ('^(' ~ phone_lines(phone_plans()) ~ ')$').replace('d', digit),
  'fake': ('^(52|' ~ most_codes ~ ')(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?)$').replace('d', digit)
}) }}
{% endmacro %}

{% macro phone_lines(table) %}
{{ return(table.strip().split('\n') | join('|')) }}
{% endmacro %}

{# Values that are no plain numbers are cleaned in small letters, one step after the other. Digits of other scripts become 0
   to 9, and a 0 in brackets, (0), becomes O. tel:, a closing extension and all signs but + go; other letters stay and spoil
   the number. A trunk prefix after + or an exit code and a calling code goes; where brackets do not tell, only after + and 00.
   !! and !!! stand before long numbers, as above. An O that is left is a 0. #}
{% macro phone_cleaning() %}
{%- set zeros = phone_zeros().strip() -%}
{{ return([
  ['^[^0-9a-z+]*tel[a-z]*[^0-9a-z+]*|(ext[a-z]*|[x#])[^0-9a-z]*[0-9]{1,7}[^0-9a-z]*$|[^!-~]+|[!&-),-/;~]+', ''],
  ['^([+]|00)((' ~ zeros ~ ')[0O]|(36)06|(52)(1|01|04[45])|(1)1)|^(010|011|0011|810)(' ~ zeros ~ ')O', '\\1\\3\\4\\5\\7\\8\\9'],
  ['^([2-9][0-9]{10})', '!!\\1'],
  ['^!!([0-9]{12})', '!!!\\1']
]) }}
{% endmacro %}

{% macro phone_digits_of_scripts() -%}
'０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '012345678901234567890123456789'
{%- endmacro %}

{% macro duckdb__phone(value, country=none) %}
{%- set pattern = phone_patterns('\\d') -%}
{%- set digits = namespace(sql="replace(translate(lower(" ~ value ~ "), " ~ phone_digits_of_scripts() ~ "), '(0)', 'O')") -%}
{%- for from, to in phone_cleaning() -%}
  {%- set digits.sql = "regexp_replace(" ~ digits.sql ~ ", '" ~ from ~ "', '" ~ to ~ "', 'g')" -%}
{%- endfor -%}
'+' || nullif(
  regexp_replace(
    regexp_extract(
      case
        when regexp_full_match({{ value }}, '{{ pattern.international }}')
          then regexp_replace({{ value }}, '[^0-9]+', '', 'g')
        else regexp_replace(
          {{ phone_known_mark(country or "''") | trim or duckdb__phone_mark(country) | trim }} || case
            when regexp_full_match({{ value }}, '{{ pattern.national }}') then {{ value }}
            when regexp_full_match({{ value }}, '{{ pattern.long }}{9}[ ().-]*') then '!' || {{ value }}
            when regexp_full_match({{ value }}, '{{ pattern.long }}{10}[ ().-]*') then '!!' || {{ value }}
            when regexp_full_match({{ value }}, '{{ pattern.long }}{11,14}[ ().-]*') then '!!!' || {{ value }}
            else replace({{ digits.sql }}, 'O', '0')
          end,
          '{{ pattern.prefix }}', '', 'g'
        )
      end,
      '{{ pattern.plan }}'
    ),
    '{{ pattern.fake }}', ''
  ),
  ''
)
{% endmacro %}

{% macro duckdb__phone_mark(country) %}
coalesce(map { {%- for line in phone_countries().strip().split('\n') -%}
  {%- set mark = line.split(' ') | first -%}
  '{{ line.replace(mark ~ ' ', '').replace(', ', "': '" ~ mark ~ "', '") }}': '{{ mark }}'{{ '' if loop.last else ', ' }}
{%- endfor -%} }[lower(trim({{ country }}))], '?:')
{% endmacro %}

{# Snowflake's regexp_like() is about the whole text. #}
{% macro snowflake__phone(value, country=none) %}
{%- set pattern = phone_patterns() -%}
{%- set digits = namespace(sql="replace(translate(lower(" ~ value ~ "), " ~ phone_digits_of_scripts() ~ "), '(0)', 'O')") -%}
{%- for from, to in phone_cleaning() -%}
  {%- set digits.sql = "regexp_replace(" ~ digits.sql ~ ", '" ~ from ~ "', '" ~ to.replace('\\', '\\\\') ~ "')" -%}
{%- endfor -%}
'+' || nullif(
  regexp_replace(
    regexp_substr(
      case
        when regexp_like({{ value }}, '{{ pattern.international }}')
          then regexp_replace({{ value }}, '[^0-9]+', '')
        else regexp_replace(
          {{ phone_known_mark(country or "''") | trim or phone_mark(country) | trim }} || case
            when regexp_like({{ value }}, '{{ pattern.national }}') then {{ value }}
            when regexp_like({{ value }}, '{{ pattern.long }}{9}[ ().-]*') then '!' || {{ value }}
            when regexp_like({{ value }}, '{{ pattern.long }}{10}[ ().-]*') then '!!' || {{ value }}
            when regexp_like({{ value }}, '{{ pattern.long }}{11,14}[ ().-]*') then '!!!' || {{ value }}
            else replace({{ digits.sql }}, 'O', '0')
          end,
          '{{ pattern.prefix }}', ''
        )
      end,
      '{{ pattern.plan }}'
    ),
    '{{ pattern.fake }}', ''
  ),
  ''
)
{% endmacro %}

{# BigQuery's regexp_extract() gives back a group where there is one, so groups are written (?:…) there; its regexp_replace()
   replaces every match, but a number has one mark only. #}
{% macro bigquery__phone(value, country=none) %}
{%- set pattern = phone_patterns('\\d') -%}
{%- set digits = namespace(sql="replace(translate(lower(" ~ value ~ "), " ~ phone_digits_of_scripts() ~ "), '(0)', 'O')") -%}
{%- for from, to in phone_cleaning() -%}
  {%- set digits.sql = "regexp_replace(" ~ digits.sql ~ ", r'" ~ from ~ "', r'" ~ to ~ "')" -%}
{%- endfor -%}
'+' || nullif(
  regexp_replace(
    regexp_extract(
      case
        when regexp_contains({{ value }}, r'^({{ pattern.international }})$')
          then regexp_replace({{ value }}, r'[^0-9]+', '')
        else regexp_replace(
          {{ phone_known_mark(country or "''") | trim or phone_mark(country) | trim }} || case
            when regexp_contains({{ value }}, r'^({{ pattern.national }})$') then {{ value }}
            when regexp_contains({{ value }}, r'^({{ pattern.long }}{9}[ ().-]*)$') then '!' || {{ value }}
            when regexp_contains({{ value }}, r'^({{ pattern.long }}{10}[ ().-]*)$') then '!!' || {{ value }}
            when regexp_contains({{ value }}, r'^({{ pattern.long }}{11,14}[ ().-]*)$') then '!!!' || {{ value }}
            else replace({{ digits.sql }}, 'O', '0')
          end,
          r'{{ pattern.prefix }}', ''
        )
      end,
      r'{{ pattern.plan.replace('(', '(?:') }}'
    ),
    r'{{ pattern.fake }}', ''
  ),
  ''
)
{% endmacro %}

{# PostgreSQL's substring() gives back a group where there is one, too. Of several matches it takes the longest, others the
   first: the same, but where an exit code is 0, behind which 00 is none. #}
{% macro postgres__phone(value, country=none) %}
{%- set pattern = phone_patterns() -%}
{%- set prefix = pattern.prefix.replace('|[0-9A-Z?]*:[ (]*00', '|(?!(238|685)A)[0-9A-Z?]*:[ (]*00').replace('(', '(?:').replace('(?:?', '(?').replace('[ (?:', '[ (') -%}
{%- set digits = namespace(sql="replace(translate(lower(" ~ value ~ " collate \"C\"), " ~ phone_digits_of_scripts() ~ "), '(0)', 'O')") -%}
{%- for from, to in phone_cleaning() -%}
  {%- set digits.sql = "regexp_replace(" ~ digits.sql ~ ", '" ~ from ~ "', '" ~ to ~ "', 'g')" -%}
{%- endfor -%}
'+' || nullif(
  regexp_replace(
    substring(
      case
        when {{ value }} ~ '^({{ pattern.international }})$'
          then regexp_replace({{ value }}, '[^0-9]+', '', 'g')
        else regexp_replace(
          {{ phone_known_mark(country or "''") | trim or phone_mark(country) | trim }} || case
            when {{ value }} ~ '^({{ pattern.national }})$' then {{ value }}
            when {{ value }} ~ '^({{ pattern.long }}{9}[ ().-]*)$' then '!' || {{ value }}
            when {{ value }} ~ '^({{ pattern.long }}{10}[ ().-]*)$' then '!!' || {{ value }}
            when {{ value }} ~ '^({{ pattern.long }}{11,14}[ ().-]*)$' then '!!!' || {{ value }}
            else replace({{ digits.sql }}, 'O', '0')
          end,
          '{{ prefix }}', '', 'g'
        )
      end,
      '{{ pattern.plan.replace('(', '(?:') }}'
    ),
    '{{ pattern.fake }}', ''
  ),
  ''
)
{% endmacro %}

{% macro phone_mark(country) %}
case lower(trim({{ country }}))
{%- for line in phone_countries().strip().split('\n') -%}
  {%- set mark = line.split(' ') | first -%}
  {%- for name in line.replace(mark ~ ' ', '').split(', ') %} when '{{ name }}' then '{{ mark }}'{% endfor -%}
{%- endfor %} else '?:' end
{% endmacro %}

{# The mark of a country that is no column but a text, such as default_country; nothing for a column. #}
{% macro phone_known_mark(country) %}
{%- set text = country.replace("'", '') -%}
{%- if country == "'" ~ text ~ "'" -%}
  {%- set name = text | trim | lower -%}
  {%- set names = phone_countries().strip().replace(': ', ':, ').replace('; ', ';, ').replace('\n', ',\n') ~ ',' -%}
  {%- set before = names.split(', ' ~ name ~ ',') -%}
  '{{ (before[0].split('\n') | last).split(',') | first if before | length > 1 and ',' not in name else '?:' }}'
{%- endif -%}
{% endmacro %}
