-- duckdb
case
  when strlen(value) = length(value) then regexp_replace(value, '[^0-9A-Za-z]+', '', 'g')
  else regexp_replace(value, '[[:space:][:punct:][:cntrl:]‹parting_class›‹vanishing_class›]+', '', 'g')
end

-- snowflake
regexp_replace(
  translate(value, '‹parting›‹vanishing›', ''),
  '[[:space:][:punct:][:cntrl:]]+',
  ''
)

-- bigquery
regexp_replace(value, r'[[:space:][:punct:][:cntrl:]‹parting_class›‹vanishing_class›]+', '')

-- postgres
regexp_replace(
  translate(value, E'‹parting›‹vanishing›', '') collate "C",
  '[[:space:][:punct:][:cntrl:]]+', '', 'g'
)
