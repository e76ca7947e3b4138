"""The floor: read the sources, normalise in DuckDB about as idweave does, encode, components by scipy, labels in memory.
No limits, no evidence, no golden records, nothing written: what one cannot be much faster than."""
import duckdb

from components import encode, label
from report import args, report, start, stop

CODES = {
    "44": ["gb", "uk"], "49": ["de", "germany"], "33": ["fr", "france"], "91": ["in", "india"],
    "55": ["br", "brasil"], "52": ["mx", "méxico"], "81": ["jp", "japan"],
}  # fmt: skip
CASES = " ".join(f"when '{name}' then '{code}'" for code, names in CODES.items() for name in names)
PLACEHOLDERS = "'test@test.com', 'a@a.com', 'na@na.com', 'no@email.com', 'noemail@example.com', 'customer@store.example'"

MACROS = [
    f"""create macro clean_email(given) as (
      with folded as (select lower(trim(given, ' \t')) as e)
      select case
        when not regexp_full_match(e, '[^@ ]+@[^@ ]+[.][a-z]{{2,}}') or e in ({PLACEHOLDERS}) then null
        when e like '%@gmail.com' then replace(regexp_extract(e, '^[^@+]+'), '.', '') || '@gmail.com'
        else regexp_replace(e, '[+][^@]*@', '@')
      end from folded)""",
    f"""create macro clean_phone(given, country) as (
      with digits as (
        select regexp_replace(given, ' x[0-9]+$|[(]0[)]|[^0-9]', '', 'g') as d, case lower(country) {CASES} else '1' end as code)
      select case
        when length(d) < 8 or regexp_full_match(d, '0*|1*|5*|9*|10*|1234567890') then null
        when given like '+%' then d
        when d like '00%' then d[3:]
        when starts_with(d, code) and length(d) >= length(code) + if(code = '1', 10, 9) then d
        else code || ltrim(d, '0')
      end from digits)""",
]

# Source, and how each identifier is got from it.
SOURCES = [
    ("crm_contacts", {"email": "clean_email(email)", "phone": "clean_phone(phone, country)"}),
    ("orders", {"user_id": "user_id", "email": "clean_email(email)", "phone": "clean_phone(phone, country)"}),
    ("support_tickets", {"email": "clean_email(requester_email)", "phone": "clean_phone(requester_phone, 'us')"}),
    ("loyalty", {"email": "clean_email(email)", "phone": "clean_phone(phone, country)"}),
    ("web_events", {"user_id": "user_id", "email": "clean_email(email)", "anonymous_id": "anonymous_id", "device_id": "device_id"}),
]  # fmt: skip

connection = duckdb.connect(config={"threads": args["threads"]})
start()
for macro in MACROS:
    connection.execute(macro)
records = 0
parts = []
for name, identifiers in SOURCES:
    file = f"'{args['data']}/{name}.parquet'"
    for identifier, value in identifiers.items():
        parts.append(f"""
            select record, '{identifier}' as identifier, value
            from (select file_row_number + {records} as record, {value} as value from read_parquet({file}, file_row_number = true))
            where value <> ''""")
    records += connection.execute(f"select count(*) from {file}").fetchall()[0][0]
table = connection.sql(" union all ".join(parts)).to_arrow_table()
codes, size = encode(table["identifier"], table["value"])
count, _ = label(table["record"].to_numpy(), codes, size, records)
report(**stop(), records=records, values=len(codes), identities=int(count))
