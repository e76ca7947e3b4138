-- 1. Reading the models

-- 1.1 idw_source_people: one row is a row of people
-- from models.people
create or replace temp view idw_source_people as
-- One row is one person in an office.
select office, number, login, email, other_emails, phone, country, first_name, city, changed_at
from read_parquet('data/people.parquet');

-- 1.2 idw_source_visits: one row is a row of visits
-- from models.visits
create or replace temp view idw_source_visits as
select * from read_csv('data/visits.csv', quote = '"', escape = '"', comment = '', skip = 0, header = true, all_varchar = true, union_by_name = true);
