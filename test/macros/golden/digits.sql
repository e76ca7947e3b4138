-- duckdb
regexp_replace(value, '[^0-9]+', '', 'g')

-- snowflake
regexp_replace(value, '[^0-9]+', '')

-- bigquery
regexp_replace(value, '[^0-9]+', '')

-- postgres
regexp_replace(value, '[^0-9]+', '', 'g')
