-- duckdb
lower(value)

-- snowflake
case
  when regexp_like(value, '[ -~]*') then lower(value)
  else translate(value, '‹lower_from›', '‹lower_to›')
end

-- bigquery
case
  when char_length(value) = byte_length(value) then lower(value)
  else translate(value, '‹lower_from›', '‹lower_to›')
end

-- postgres
case
  when char_length(value) = octet_length(value) then lower(value collate "C")
  else translate(value, '‹lower_from›', '‹lower_to›')
end
