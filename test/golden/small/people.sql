-- One row is one person in an office.
select office, number, login, email, other_emails, phone, country, first_name, city, changed_at
from read_parquet('data/people.parquet')
