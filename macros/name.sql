{# A name for comparing: lower case, accents off (letters.sql), apostrophes and full stops gone, any other punctuation and
   white space one space, none at the ends. #}
{% macro name(value) %}
{{ return(adapter.dispatch('name', 'idweave')(value)) }}
{% endmacro %}

{# DuckDB's strip_accents() is the table for Latin, Greek and Cyrillic letters, but reaches further; so a value with letters
   of other scripts is taken apart into stretches. Most names are plain letters and need none of it. #}
{% macro name_is_accented(code) %}
{% for first, last in letters().accented_codes %}{{ '' if loop.first else 'or ' }}{{ code }} between {{ first }} and {{ last }} {% endfor %}
{% endmacro %}

{% macro duckdb__name(value) %}
{%- set letter = letters().accented_class -%}
{%- set words -%}
regexp_replace(
            regexp_replace(lower({{ value }}), '[{{ letters().parting_class }}]', ' ', 'g'),
            '[{{ letters().vanishing_class }}]', '', 'g'
          )
{%- endset -%}
case
  when regexp_full_match({{ value }}, '[A-Za-z]+( [A-Za-z]+)*') then lower({{ value }})
  else trim(
    regexp_replace(
      regexp_replace(
        case
          when strlen({{ value }}) = length({{ value }}) then lower({{ value }})
          else replace(replace(replace(replace(
            translate(
              case
                when regexp_full_match({{ value }}, '[{{ letter }}]*') then strip_accents(
                  {{ words }}
                )
                else array_to_string(
                  list_transform(
                    regexp_extract_all(
                      {{ words }},
                      '[{{ letter }}]+|[^{{ letter }}]+'
                    ),
                    lambda stretch: case
                      when {{ name_is_accented('unicode(stretch)') | trim }} then strip_accents(stretch)
                      else stretch
                    end
                  ),
                  ''
                )
              end,
              'øłđðıħŧς', 'olddihtσ'
            ),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
        end,
        '[''`.]', '', 'g'
      ),
      '[[:space:][:punct:][:cntrl:]]+', ' ', 'g'
    )
  )
end
{% endmacro %}

{% macro snowflake__name(value) %}
trim(
  regexp_replace(
    regexp_replace(
      case
        when regexp_like({{ value }}, '[ -~]*') then lower({{ value }})
        else replace(replace(replace(replace(
          translate(
            translate({{ value }}, '{{ letters().lower_from }}', '{{ letters().lower_to }}'),
            '{{ letters().accents_from }}{{ letters().parting }}{{ letters().marks }}{{ letters().vanishing }}',
            '{{ letters().accents_to }}' || repeat(' ', {{ letters().parting_count }})
          ),
          'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
      end,
      '[\'`.]', ''
    ),
    '[[:space:][:punct:][:cntrl:]]+', ' '
  )
)
{% endmacro %}

{% macro bigquery__name(value) %}
trim(
  regexp_replace(
    regexp_replace(
      case
        when char_length({{ value }}) = byte_length({{ value }}) then lower({{ value }})
        else replace(replace(replace(replace(
          translate(
            translate({{ value }}, '{{ letters().lower_from }}', '{{ letters().lower_to }}'),
            '{{ letters().accents_from }}{{ letters().parting }}{{ letters().marks }}{{ letters().vanishing }}',
            concat('{{ letters().accents_to }}', repeat(' ', {{ letters().parting_count }}))
          ),
          'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
      end,
      r"['`.]", ''
    ),
    '[[:space:][:punct:][:cntrl:]]+', ' '
  )
)
{% endmacro %}

{% macro postgres__name(value) %}
trim(
  regexp_replace(
    regexp_replace(
      case
        when char_length({{ value }}) = octet_length({{ value }}) then lower({{ value }} collate "C")
        else replace(replace(replace(replace(
          translate(
            translate({{ value }}, '{{ letters().lower_from }}', '{{ letters().lower_to }}'),
            '{{ letters().accents_from }}' || E'{{ letters().parting }}{{ letters().marks }}{{ letters().vanishing }}',
            '{{ letters().accents_to }}' || repeat(' ', {{ letters().parting_count }})
          ),
          'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
      end collate "C",
      '[''`.]', '', 'g'
    ),
    '[[:space:][:punct:][:cntrl:]]+', ' ', 'g'
  )
)
{% endmacro %}
