-- duckdb
case
  when regexp_full_match(value, '[A-Za-z]+( [A-Za-z]+)*') then lower(value)
  else trim(
    regexp_replace(
      regexp_replace(
        case
          when strlen(value) = length(value) then lower(value)
          else replace(replace(replace(replace(
            translate(
              case
                when regexp_full_match(value, '[‹accented_class›]*') then strip_accents(
                  
regexp_replace(
            regexp_replace(lower(value), '[‹parting_class›]', ' ', 'g'),
            '[‹vanishing_class›]', '', 'g'
          )
                )
                else array_to_string(
                  list_transform(
                    regexp_extract_all(
                      
regexp_replace(
            regexp_replace(lower(value), '[‹parting_class›]', ' ', 'g'),
            '[‹vanishing_class›]', '', 'g'
          ),
                      '[‹accented_class›]+|[^‹accented_class›]+'
                    ),
                    lambda stretch: case
                      when unicode(stretch) between 0 and 1327 or unicode(stretch) between 7296 and 7311 or unicode(stretch) between 7424 and 8191 or unicode(stretch) between 11360 and 11391 or unicode(stretch) between 42560 and 42655 or unicode(stretch) between 42784 and 43007 then strip_accents(stretch)
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

-- snowflake
trim(
  regexp_replace(
    regexp_replace(
      case
        when regexp_like(value, '[ -~]*') then lower(value)
        else replace(replace(replace(replace(
          translate(
            translate(value, '‹lower_from›', '‹lower_to›'),
            '‹accents_from›‹parting›‹marks›‹vanishing›',
            '‹accents_to›' || repeat(' ', 298)
          ),
          'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
      end,
      '[\'`.]', ''
    ),
    '[[:space:][:punct:][:cntrl:]]+', ' '
  )
)

-- bigquery
trim(
  regexp_replace(
    regexp_replace(
      case
        when char_length(value) = byte_length(value) then lower(value)
        else replace(replace(replace(replace(
          translate(
            translate(value, '‹lower_from›', '‹lower_to›'),
            '‹accents_from›‹parting›‹marks›‹vanishing›',
            concat('‹accents_to›', repeat(' ', 298))
          ),
          'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
      end,
      r"['`.]", ''
    ),
    '[[:space:][:punct:][:cntrl:]]+', ' '
  )
)

-- postgres
trim(
  regexp_replace(
    regexp_replace(
      case
        when char_length(value) = octet_length(value) then lower(value collate "C")
        else replace(replace(replace(replace(
          translate(
            translate(value, '‹lower_from›', '‹lower_to›'),
            '‹accents_from›' || E'‹parting›‹marks›‹vanishing›',
            '‹accents_to›' || repeat(' ', 298)
          ),
          'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
      end collate "C",
      '[''`.]', '', 'g'
    ),
    '[[:space:][:punct:][:cntrl:]]+', ' ', 'g'
  )
)
