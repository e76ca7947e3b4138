-- 3. Numbering the records

-- 3.1 idw_read_people: one row is a row of people
-- from models.people
create or replace temp view idw_read_people as
select * from idw_source_people;

-- 3.2 idw_judged_people: one row is a row of people, and why it is rejected
-- from models.people.reject
create or replace temp table idw_judged_people as
select
  *,
  idw_reject_1 or idw_source_key is null as idw_rejected,
  idw_source_key is not null and not (idw_reject_1) and row_number() over (
    partition by idw_source_key, idw_reject_1
    order by idw_observed_at desc nulls last, city::varchar desc nulls last, country::varchar desc nulls last, email::varchar desc nulls last, first_name::varchar desc nulls last, login::varchar desc nulls last, other_emails::varchar desc nulls last, phone::varchar desc nulls last, street::varchar desc nulls last, zip::varchar desc nulls last
  ) > 1 as idw_superseded
from (
  select
    city,
    country,
    email,
    first_name,
    login,
    other_emails,
    phone,
    street,
    zip,
    replace(replace(office::varchar, '\', '\\'), '|', '\|') || '|' || replace(replace(number::varchar, '\', '\\'), '|', '\|') as idw_source_key,
    case
      when typeof(changed_at) in ('TIMESTAMP', 'DATE') then try_cast(changed_at as timestamp)
      when typeof(changed_at) <> 'VARCHAR' then try_cast(changed_at as timestamptz)::timestamp
      when regexp_full_match(trim(changed_at::varchar, ' '), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(changed_at::varchar, ' ') as timestamptz),
        try_cast(regexp_replace(trim(changed_at::varchar, ' '), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as idw_observed_at,
    case when typeof(changed_at) <> 'TIMESTAMP' then changed_at::varchar end as idw_time_text,
    coalesce((email is null and phone is null), false) as idw_reject_1
  from idw_read_people
) as judged;

-- 3.3 idw_read_visits: one row is a row of visits
-- from models.visits
create or replace temp view idw_read_visits as
select * from idw_source_visits;

-- 3.4 idw_erased: one row is a record to be forgotten
create or replace temp table idw_erased as
select distinct record_key
from (
  select record_key from idw_forgotten
) as keys
where record_key is not null;

-- 3.5 only if idw_out_suppressions has rows:

-- 3.5.1 idw_erased: one row is a record that was read although it is suppressed
insert into idw_erased
select distinct k.record_key
from (
  select 'people:' || idw_source_key as record_key
  from (
    select
      idw_source_key
    from idw_judged_people
    where not idw_superseded
  ) as rows_read
  where idw_source_key is not null
  union all
  select 'visits:' || idw_source_key as record_key
  from (
    select
      visit::varchar as idw_source_key
    from idw_read_visits
  ) as rows_read
  where idw_source_key is not null
) as k
where not exists (select 1 from idw_erased as e where e.record_key = k.record_key)
  and sha256(getvariable('idw_secret') || 'record:' || k.record_key) in (
    select hash from idw_out_suppressions where kind = 'record'
  );

-- 3.5 end

-- 3.6 idw_stage_people: one row is a record of people
-- from models.people
create or replace temp table idw_stage_people as
with rows_read as (
  select
    idw_source_key,
    idw_observed_at,
    idw_time_text,
    city,
    country,
    email,
    first_name,
    login,
    other_emails,
    phone,
    street,
    zip
  from idw_judged_people
  where not idw_rejected and not idw_superseded
),

timed as (
  select
    idw_source_key,
    idw_observed_at,
    case when idw_observed_at is null then nullif(trim(idw_time_text, ' '), '') end as idw_bad_time,
    hash(hash(idw_observed_at), hash(city), hash(country), hash(email), hash(first_name), hash(login), hash(other_emails), hash(phone), hash(street), hash(zip)) as idw_fingerprint,
    city,
    country,
    email,
    first_name,
    login,
    other_emails,
    phone,
    street,
    zip
  from rows_read
  where not exists (select 1 from idw_erased as e where e.record_key = 'people:' || rows_read.idw_source_key)
)

select
  row_number() over (order by idw_source_key) as idw_record,
  coalesce(lag(idw_source_key) over (order by idw_source_key) = idw_source_key, false) as idw_is_repeated,
  *
from timed;

-- 3.7 must return no row: null keys (models.people.key)
select count(*) as rows_found, min('city = ' || coalesce(city::varchar, 'NULL') || ', ' || 'country = ' || coalesce(country::varchar, 'NULL') || ', ' || 'email = ' || coalesce(email::varchar, 'NULL') || ', ' || 'first_name = ' || coalesce(first_name::varchar, 'NULL') || ', ' || 'login = ' || coalesce(login::varchar, 'NULL')) as row_shown
from idw_stage_people
where idw_source_key is null
having count(*) > 0;

-- 3.8 must return no row: duplicate keys (models.people.key)
select idw_source_key as source_key, count(*) over () as keys_found
from idw_stage_people
where idw_is_repeated
group by idw_source_key
order by idw_source_key
limit 5;

-- 3.9 must return no row: bad times (models.people.observed_at)
select idw_source_key as source_key, idw_bad_time as observed_at, count(*) over () as times_found
from idw_stage_people
where idw_bad_time is not null
order by idw_record
limit 5;

-- 3.10 idw_stage_visits: one row is a record of visits
-- from models.visits
create or replace temp table idw_stage_visits as
with rows_read as (
  select
    visit::varchar as idw_source_key,
    cast(null as timestamp) as idw_observed_at,
    cast(null as varchar) as idw_time_text,
    amount,
    birth_date,
    device,
    first_name,
    last_name,
    login,
    zip
  from idw_read_visits
),

timed as (
  select
    idw_source_key,
    idw_observed_at,
    case when idw_observed_at is null then nullif(trim(idw_time_text, ' '), '') end as idw_bad_time,
    hash(hash(idw_observed_at), hash(amount), hash(birth_date), hash(device), hash(first_name), hash(last_name), hash(login), hash(zip)) as idw_fingerprint,
    amount,
    birth_date,
    device,
    first_name,
    last_name,
    login,
    zip
  from rows_read
  where not exists (select 1 from idw_erased as e where e.record_key = 'visits:' || rows_read.idw_source_key)
)

select
  row_number() over (order by idw_source_key) + (select count(*) from idw_stage_people) as idw_record,
  coalesce(lag(idw_source_key) over (order by idw_source_key) = idw_source_key, false) as idw_is_repeated,
  *
from timed;

-- 3.11 must return no row: null keys (models.visits.key)
select count(*) as rows_found, min('amount = ' || coalesce(amount::varchar, 'NULL') || ', ' || 'birth_date = ' || coalesce(birth_date::varchar, 'NULL') || ', ' || 'device = ' || coalesce(device::varchar, 'NULL') || ', ' || 'first_name = ' || coalesce(first_name::varchar, 'NULL') || ', ' || 'last_name = ' || coalesce(last_name::varchar, 'NULL')) as row_shown
from idw_stage_visits
where idw_source_key is null
having count(*) > 0;

-- 3.12 must return no row: duplicate keys (models.visits.key)
select idw_source_key as source_key, count(*) over () as keys_found
from idw_stage_visits
where idw_is_repeated
group by idw_source_key
order by idw_source_key
limit 5;

-- 3.13 idw_records: one row is a record; numbers follow the bytes of the record key
-- from models
create or replace temp table idw_records as
select
  idw_record as record,
  'people:' || idw_source_key as record_key,
  'people' as model,
  idw_source_key as source_key,
  idw_observed_at as observed_at
from idw_stage_people

union all

select
  idw_record as record,
  'visits:' || idw_source_key as record_key,
  'visits' as model,
  idw_source_key as source_key,
  idw_observed_at as observed_at
from idw_stage_visits;

-- 3.14 idw_attributes: one row is a record, with its attributes
-- from models
create or replace temp view idw_attributes as
select
  idw_record,
  first_name,
  city as town,
  street,
  zip,
  null as amount
from idw_stage_people

union all

select
  idw_record,
  first_name,
  null as town,
  null as street,
  zip,
  amount
from idw_stage_visits;

-- 3.15 idw_known: one row is a record
create or replace temp view idw_known as
select record_key from idw_records;

-- 3.16 idw_touched_records: one row is a record of the run before
create or replace temp view idw_touched_records as
select record_key from idw_was_identity_records;

-- 3.17 idw_touched_identities: one row is an id that was issued before
create or replace temp view idw_touched_identities as
select identity_id from idw_was_identities;
