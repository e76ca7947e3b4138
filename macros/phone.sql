{# A phone number as E.164 (+ and up to 15 digits), or NULL for what cannot be one. `country` is an SQL expression: an ISO
   code or a common name, in any case; it says how to read a number without + or 00. The plans are phone_countries.sql.

   1. clean: `tel:`, a closing extension, spaces, dots, dashes, brackets and slashes go; letters stay and spoil the number.
   2. mark: the calling code of the country and a Greek letter for its trunk prefix go in front: `44β02079460000`; `ω` is
      an unknown country.
   3. read: the mark and + or 00 go, or else the letter and a trunk prefix: `442079460000`.
   4. read again, where it may help (few numbers): the calling code of the country may stand there without + (44 20 …), and
      a trunk prefix after a calling code goes (+44 (0)20 …).
   5. take the first reading that a plan allows.
   6. fakes: national numbers of one digit only, 123456789 and 1234567890, are NULL. #}
{% macro phone(value, country=none) %}
{{ return(adapter.dispatch('phone', 'idweave')(value, country)) }}
{% endmacro %}

{# The regular expressions of the steps above, and the marks by country name, from phone_countries(). A replacement keeps
   the groups that hold a calling code. #}
{% macro phone_patterns() %}
{%- set letters = 'αβγδεζηθ' -%}
{%- set trunks = ['', '0'] -%}
{%- set marks = [] -%}
{%- set own = [] -%}
{%- set own_is_trunk = [] -%}
{%- set exits = ['[0-9]*[α-ω][+]', '[0-9]*[α-ω]00'] -%}
{%- set idds = ['[+]', '00'] -%}
{%- set plans = [] -%}
{%- set codes = [] -%}
{%- for plan in phone_countries() -%}
  {%- if plan.trunk not in trunks -%}{%- do trunks.append(plan.trunk) -%}{%- endif -%}
  {%- set mark = plan.code ~ letters[trunks.index(plan.trunk)] -%}
  {%- for name in plan.names -%}
    {%- do marks.append([name, mark]) -%}
    {%- if plan.trunk == plan.code -%}{%- do own_is_trunk.append(name) -%}{%- endif -%}
  {%- endfor -%}
  {%- if plan.names and plan.trunk != plan.code -%}{%- do own.append(mark ~ plan.code) -%}{%- endif -%}
  {%- if plan.idd -%}{%- do exits.append(mark ~ plan.idd) -%}{%- do idds.append(plan.idd) -%}{%- endif -%}
  {%- do plans.append('(' ~ plan.code ~ ')(' ~ plan.national ~ ')') -%}
  {%- do codes.append(plan.code) -%}
{%- endfor -%}
{%- set drops = [] -%}
{%- set trunked = [] -%}
{%- set kept = [] -%}
{%- for trunk in trunks -%}
  {%- do drops.append(letters[loop.index0] ~ ('(' ~ trunk ~ ')?' if trunk else '')) -%}
  {%- if trunk -%}
    {%- set dialled = [] -%}
    {%- for plan in phone_countries() -%}
      {%- if plan.trunk == trunk -%}{%- do dialled.append(plan.code) -%}{%- endif -%}
    {%- endfor -%}
    {%- do kept.append(3 + 2 * (trunked | length)) -%}
    {%- do trunked.append('(' ~ dialled | join('|') ~ ')(' ~ trunk ~ ')') -%}
  {%- endif -%}
{%- endfor -%}
{{ return({
  'marks': marks,
  'own_is_trunk': own_is_trunk,
  'kept': kept,
  'clean': '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+',
  'read': '^(' ~ (exits | sort | join('|')) ~ ')|' ~ drops | join('|'),
  'bare': '^[^0-9+]*[1-9]',
  'trunk_inside': '^[^0-9+]*(' ~ idds | join('|') ~ ')([^0-9]*[0-9]){1,3}[^0-9]*(' ~ trunks | select | join('|') ~ ')',
  'again': '^(' ~ exits | join('|') ~ '|' ~ own | join('|') ~ ')[0-9]+$',
  'read_again': '^(' ~ exits | sort | join('|') ~ '|[0-9]*[α-ω])(' ~ trunked | join('|') ~ ')|^(' ~ exits | sort | join('|') ~ '|[0-9]*[α-ω])',
  'plan': '(^| )(' ~ plans | join('|') ~ ')( |$)',
  'fake': '^ ?(' ~ codes | join('|') ~ ')(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?) ?$| '
}) }}
{% endmacro %}

{% macro duckdb__phone(value, country=none) %}
{%- set pattern = phone_patterns() -%}
{%- set marked -%}
{% if country is none %}'ω'{% else %}coalesce(
      map {
        {% for name, mark in pattern.marks %}'{{ name }}': '{{ mark }}'{{ '' if loop.last else ', ' }}{% endfor %}
      }[lower(trim({{ country }}))],
      'ω'
    ){% endif %} || regexp_replace({{ value }}, '{{ pattern.clean }}', '', 'g')
{%- endset -%}
'+' || nullif(
  regexp_replace(
    regexp_extract(
      regexp_replace(
        {{ marked }},
        '{{ pattern.read }}', ''
      )
      || case
        when regexp_matches({{ value }}, '{{ pattern.trunk_inside }}')
          {% if country is not none -%}
          or regexp_matches({{ value }}, '{{ pattern.bare }}')
          and lower(trim({{ country }})) not in ('{{ pattern.own_is_trunk | join("', '") }}')
          {% endif -%}
          then ' ' || regexp_replace(
            regexp_extract(
              {{ marked }},
              '{{ pattern.again }}'
            ),
            '{{ pattern.read_again }}', '{% for group in pattern.kept %}\{{ group }}{% endfor %}'
          )
        else ''
      end,
      '{{ pattern.plan }}'
    ),
    '{{ pattern.fake }}', '', 'g'
  ),
  ''
)
{% endmacro %}

{% macro snowflake__phone(value, country=none) %}
{%- set pattern = phone_patterns() -%}
{%- set marked -%}
{% if country is none %}'ω'{% else %}case lower(trim({{ country }}))
      {% for name, mark in pattern.marks %}when '{{ name }}' then '{{ mark }}' {% endfor %}
      else 'ω'
    end{% endif %} || regexp_replace({{ value }}, '{{ pattern.clean }}', '')
{%- endset -%}
'+' || nullif(
  regexp_replace(
    regexp_substr(
      regexp_replace(
        {{ marked }},
        '{{ pattern.read }}', '', 1, 1
      )
      || case
        when regexp_instr({{ value }}, '{{ pattern.trunk_inside }}') > 0
          {% if country is not none -%}
          or regexp_instr({{ value }}, '{{ pattern.bare }}') > 0
          and lower(trim({{ country }})) not in ('{{ pattern.own_is_trunk | join("', '") }}')
          {% endif -%}
          then ' ' || coalesce(regexp_replace(
            regexp_substr(
              {{ marked }},
              '{{ pattern.again }}'
            ),
            '{{ pattern.read_again }}', '{% for group in pattern.kept %}\\{{ group }}{% endfor %}', 1, 1
          ), '')
        else ''
      end,
      '{{ pattern.plan }}'
    ),
    '{{ pattern.fake }}', ''
  ),
  ''
)
{% endmacro %}

{# BigQuery's regexp_extract() gives back a group where there is one, so groups are written (?:…) there. #}
{% macro bigquery__phone(value, country=none) %}
{%- set pattern = phone_patterns() -%}
{%- set marked -%}
{% if country is none %}'ω'{% else %}case lower(trim({{ country }}))
      {% for name, mark in pattern.marks %}when '{{ name }}' then '{{ mark }}' {% endfor %}
      else 'ω'
    end{% endif %} || regexp_replace({{ value }}, r'{{ pattern.clean }}', '')
{%- endset -%}
'+' || nullif(
  regexp_replace(
    regexp_extract(
      regexp_replace(
        {{ marked }},
        r'{{ pattern.read }}', ''
      )
      || case
        when regexp_contains({{ value }}, r'{{ pattern.trunk_inside }}')
          {% if country is not none -%}
          or regexp_contains({{ value }}, r'{{ pattern.bare }}')
          and lower(trim({{ country }})) not in ('{{ pattern.own_is_trunk | join("', '") }}')
          {% endif -%}
          then ' ' || coalesce(regexp_replace(
            regexp_extract(
              {{ marked }},
              r'{{ pattern.again | replace("(", "(?:") }}'
            ),
            r'{{ pattern.read_again }}', r'{% for group in pattern.kept %}\{{ group }}{% endfor %}'
          ), '')
        else ''
      end,
      r'{{ pattern.plan | replace("(", "(?:") }}'
    ),
    r'{{ pattern.fake }}', ''
  ),
  ''
)
{% endmacro %}
