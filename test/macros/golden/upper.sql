-- duckdb
upper(value)

-- snowflake
case
  when regexp_like(value, '[ -~]*') then upper(value)
  else translate(value, '‹upper_from›', '‹upper_to›')
end

-- bigquery
case
  when char_length(value) = byte_length(value) then upper(value)
  else translate(value, '‹upper_from›', '‹upper_to›')
end

-- postgres
case
  when char_length(value) = octet_length(value) then upper(value collate "C")
  else translate(value, '‹upper_from›', '‹upper_to›')
end
