-- duckdb
sha256(nullif(value, ''))

-- snowflake
sha2(nullif(value, ''), 256)

-- bigquery
to_hex(sha256(nullif(value, '')))

-- postgres
encode(sha256(convert_to(nullif(value, ''), 'UTF8')), 'hex')
