-- duckdb
sha256(nullif(value, ''))

-- snowflake
sha2(nullif(value, ''), 256)

-- bigquery
to_hex(sha256(nullif(value, '')))
