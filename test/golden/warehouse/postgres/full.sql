-- person: made by idweave 0.0.0 of identity.yml; do not edit.
-- A full run: reads everything anew. Ids that were issued are kept.
-- Writes to analytics.identity; safe to run again: nothing is published before the last transaction.
-- To be sent statement by statement, as psql does with a file: the block commits, so it is no part of a transaction.

create schema if not exists identity;
set timezone = 'UTC';
set datestyle = 'ISO';
set client_min_messages = 'warning';
create or replace function pg_temp.idw_timestamp(given timestamptz) returns timestamp language sql immutable as
$$ select given at time zone 'UTC' $$;
create or replace function pg_temp.idw_timestamp(given timestamp) returns timestamp language sql immutable as
$$ select given $$;
create or replace function pg_temp.idw_timestamp(given text) returns timestamp language plpgsql stable as
$$ begin
  if trim(given) !~ '^\d{4}-\d{2}-\d{2}([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?$' then return null; end if;
  return cast(regexp_replace(trim(given), '([.]\d{6})\d+', '\1') as timestamptz) at time zone 'UTC';
exception when data_exception then return null;
end $$;
create or replace function pg_temp.idw_sortable(given text) returns bytea language sql stable as
$$ select convert_to(given, 'UTF8') $$;
create or replace function pg_temp.idw_sortable(given anyelement) returns anyelement language sql immutable as
$$ select given $$;
create or replace function pg_temp.idw_first(first anyelement, anyelement) returns anyelement language sql immutable strict as
$$ select first $$;
create or replace function pg_temp.idw_like(given text, example anyelement) returns anyelement language plpgsql stable as
$$ declare
  type text = cast(pg_typeof(example) as text);
  result alias for $0;
begin
  if type like '%[]' then
    execute format('select cast(array(select jsonb_array_elements_text(cast($1 as jsonb))) as %s)', type) into result using given;
  elsif type ~ '^(date|timestamp)' and given !~ '^\d{4,}-\d{2}-\d{2}' then
    return null;
  else
    execute format('select cast($1 as %s)', type) into result using given;
  end if;
  return result;
exception when data_exception then return null;
end $$;
do $$ begin
  create aggregate pg_temp.idw_first(anyelement) (sfunc = pg_temp.idw_first, stype = anyelement);
exception when duplicate_function then null;
end $$;

do $idweave$
#variable_conflict use_column
declare
-- parameters
idw_as_of timestamp; -- decisions are in force as of this time, in UTC; null is the start of the run
idw_accept_alarms boolean := false; -- alarms that would stop the run are accepted
-- what the script keeps for itself
idw_started timestamp := clock_timestamp() at time zone 'UTC'; -- when the run began, in UTC
idw_holder text := cast(gen_random_uuid() as text); -- the name of this run in run_lock
idw_run bigint; -- the number of the run
idw_round bigint := 0; -- the round of a loop
idw_rounds bigint := 0; -- rounds of merging, over all phases
idw_since text; -- the day from which a watermark reads, and one more
idw_problem text; -- why the run fails
idw_alarms text; -- alarms that only warn
idw_done text; -- what the run did
idw_secret text; -- scripts forget nobody: no secret is needed
idw_secret_id text; -- which secret that is
begin

--
-- The relations of the target, where they are missing.
create table if not exists analytics.identity.person_identity_records (
  record_key text collate "C",
  model text collate "C",
  source_key text collate "C",
  observed_at timestamp,
  identity_id text collate "C",
  component text collate "C",
  updated_run bigint
);
create table if not exists analytics.identity.person_record_values (
  record_key text collate "C",
  identifier text collate "C",
  value text collate "C",
  status text collate "C"
);
create table if not exists analytics.identity.person_identities (
  identity_id text collate "C",
  status text collate "C",
  merged_into text collate "C",
  anchor_record_key text collate "C",
  created_run bigint,
  updated_run bigint,
  records bigint,
  models bigint,
  first_seen timestamp,
  last_seen timestamp,
  confidence double precision
);
create table if not exists analytics.identity.person_identity_values (
  identity_id text collate "C",
  identifier text collate "C",
  value text collate "C",
  status text collate "C",
  records bigint,
  first_seen timestamp,
  last_seen timestamp,
  updated_run bigint
);
create table if not exists analytics.identity.person_blocked_merges (
  identity_id text collate "C",
  owner_identity_id text collate "C",
  identifier text collate "C",
  value text collate "C",
  blocked_by text collate "C",
  limit_value bigint
);
create table if not exists analytics.identity.person_rejected_records (
  model text collate "C",
  source_key text collate "C",
  reason text collate "C",
  run bigint
);
create table if not exists analytics.identity.person_rejected_values (
  record_key text collate "C",
  identifier text collate "C",
  raw_value text collate "C",
  reason text collate "C"
);
create table if not exists analytics.identity.person_decisions_in_force (
  id text collate "C",
  decision text collate "C",
  a text collate "C",
  b text collate "C",
  identifier text collate "C",
  value text collate "C",
  attribute text collate "C",
  reason text collate "C",
  decided_by text collate "C",
  decided_at timestamp,
  expires_at timestamp,
  status text collate "C"
);
create table if not exists analytics.identity.person_identity_redirects (
  identity_id text collate "C",
  current_identity_id text collate "C"
);
create table if not exists analytics.identity.person_withheld_values (
  identifier text collate "C",
  value text collate "C",
  status text collate "C",
  exceeded bigint
);
create table if not exists analytics.identity.person_ignored_values (
  record_key text collate "C",
  identifier text collate "C",
  value text collate "C",
  raw_value text collate "C"
);
create table if not exists analytics.identity.person_identity_anchors (
  identity_id text collate "C",
  observed_at timestamp,
  gone boolean,
  is_held boolean
);
create table if not exists analytics.identity.person_withdrawn_ids (
  identity_id text collate "C"
);
create table if not exists analytics.identity.person_watermarks (
  model text collate "C",
  watermark timestamp
);
create table if not exists analytics.identity.person_suppressions (
  kind text collate "C",
  hash text collate "C",
  secret_id text collate "C",
  requested_run bigint,
  requested_at timestamp
);
create table if not exists analytics.identity.person_metric_counts (
  counted text collate "C",
  identifier text collate "C",
  model text collate "C",
  bucket bigint,
  found bigint
);
create table if not exists analytics.identity.person_identity_events (
  run bigint,
  occurred_at timestamp,
  event text collate "C",
  identity_id text collate "C",
  other_identity_id text collate "C",
  identifier text collate "C",
  value text collate "C",
  records bigint,
  reason text collate "C"
);
create table if not exists analytics.identity.person_identity_history (
  run bigint,
  record_key text collate "C",
  identity_id text collate "C"
);
create table if not exists analytics.identity.person_run_log (
  run bigint,
  started_at timestamp,
  finished_at timestamp,
  mode text collate "C",
  config_hash text collate "C",
  status text collate "C",
  records bigint,
  new_records bigint,
  changed_records bigint,
  erased_records bigint,
  components bigint,
  constrained_components bigint,
  rounds bigint,
  identities bigint,
  created bigint,
  merged bigint,
  split bigint,
  moved bigint,
  revived bigint,
  retired bigint
);
create table if not exists analytics.identity.person_run_metrics (
  run bigint,
  metric text collate "C",
  dimension text collate "C",
  metric_value double precision
);
create table if not exists analytics.identity.person_run_lock (
  run bigint,
  holder text collate "C",
  started_at timestamp,
  heartbeat timestamp
);
create or replace view analytics.identity.person_merge_evidence as
with ties as (
  select
    r.identity_id,
    r.record_key,
    v.identifier,
    v.value,
    count(*) over (partition by v.identifier, v.value) as records
  from identity.person_record_values as v
  join identity.person_identity_records as r on r.record_key = v.record_key
  where v.status = 'active'
),

must_links as (
  select a.identity_id, d.a, d.b, d.id
  from identity.person_decisions_in_force as d
  join identity.person_identity_records as a on a.record_key = d.a
  join identity.person_identity_records as b on b.record_key = d.b and b.identity_id = a.identity_id
  where d.decision = 'must_link' and d.status = 'in_force'
)

select identity_id, record_key, identifier, value, records, cast(null as text) as decision_id
from ties
where records >= 2
union all
select identity_id, a as record_key, 'must_link' as identifier, id as value, 2 as records, id as decision_id
from must_links
union all
select identity_id, b as record_key, 'must_link' as identifier, id as value, 2 as records, id as decision_id
from must_links;
idw_run := (
select coalesce(max(run), 0) + 1 from analytics.identity.person_run_log
);

--
-- The lock: whoever is gone holds it no longer.
insert into analytics.identity.person_run_lock (run, holder, started_at, heartbeat)
select 0, '', cast('1970-01-01 00:00:00' as timestamp), cast('1970-01-01 00:00:00' as timestamp)
from (select 1 as one) as nothing
where not exists (select 1 from analytics.identity.person_run_lock);
update analytics.identity.person_run_lock
set
  run = idw_run,
  holder = idw_holder,
  started_at = idw_started,
  heartbeat = clock_timestamp() at time zone 'UTC'
where pg_try_advisory_lock(hashtextextended('idweave analytics.identity.person_run_lock', 0));
idw_problem := (
select max('IDW701 Another run is under way: run ' || cast(run as text) collate "C" || ', started at ' || cast(started_at as text) collate "C" || ' UTC by ' || holder || ', last seen at ' || cast(heartbeat as text) collate "C")
from analytics.identity.person_run_lock
where holder <> idw_holder
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;
commit;
idw_as_of := (
select coalesce(idw_as_of, idw_started)
);

--
-- Whoever was forgotten is not read again.
idw_problem := (
select max('IDW750 People were forgotten in this target, and without `forget` in identity.yml a script knows no secret: they would be read again; nothing was published.')
from analytics.identity.person_suppressions
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

--
-- 3. Numbering the records
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 3.2 idw_judged_people: one row is a row of people, and why it is rejected
-- from models.people.reject
drop table if exists pg_temp.idw_judged_people;
create temporary table idw_judged_people as
with idw_source_people as (
-- One row is one person.
select id, login, emails, first_name, city, changed_at
from analytics.raw.people -- all of them
),

idw_read_people as (
select * from idw_source_people
)

select *, idw_reject_1 as idw_rejected, false as idw_superseded
from (
  select
    city,
    emails,
    first_name,
    login,
    cast(id as text) collate "C" as idw_source_key,
    pg_temp.idw_timestamp(changed_at) as idw_observed_at,
    cast(changed_at as text) collate "C" as idw_time_text,
    coalesce((login = 'test'), false) as idw_reject_1
  from idw_read_people
) as judged
;
analyze idw_judged_people;

-- 3.4 idw_erased: one row is a record to be forgotten
drop table if exists pg_temp.idw_erased;
create temporary table idw_erased as
with idw_was_identity_records as (
select * from analytics.identity.person_identity_records
),

idw_was_record_values as (
select * from analytics.identity.person_record_values
),

idw_was_identity_redirects as (
select * from analytics.identity.person_identity_redirects
),

idw_requests as (
with given as (
  select cast(null as text) as record_key, cast(null as text) as identity_id, cast(null as text) as identifier, cast(null as text) as value where false
)

select
  g.*,
  cast(null as text) as normalised
from given as g
),

idw_forgotten as (
select record_key
from idw_requests
where record_key is not null
union
select r.record_key
from idw_requests as q
join idw_was_identity_redirects as d on d.identity_id = q.identity_id
join idw_was_identity_records as r on r.identity_id = d.current_identity_id
union
select v.record_key
from idw_requests as q
join idw_was_record_values as v on v.identifier = q.identifier and v.value = q.normalised
)

select distinct record_key
from (
  select record_key from idw_forgotten
) as keys
where record_key is not null
;
analyze idw_erased;

-- 3.6 idw_stage_people: one row is a record of people
-- from models.people
drop table if exists pg_temp.idw_stage_people;
create temporary table idw_stage_people as
with rows_read as (
  select
    idw_source_key,
    idw_observed_at,
    idw_time_text,
    city,
    emails,
    first_name,
    login
  from idw_judged_people
  where not idw_rejected and not idw_superseded
),

timed as (
  select
    idw_source_key,
    idw_observed_at,
    case when idw_observed_at is null then nullif(trim(idw_time_text), '') end as idw_bad_time,
    cast(cast('x' || left(md5(cast(jsonb_build_array(idw_observed_at, city, emails, first_name, login) as text)), 16) as bit(64)) as bigint) as idw_fingerprint,
    city,
    emails,
    first_name,
    login
  from rows_read
  where not exists (select 1 from idw_erased as e where e.record_key = 'people:' || rows_read.idw_source_key)
)

select
  row_number() over (order by idw_source_key) as idw_record,
  coalesce(lag(idw_source_key) over (order by idw_source_key) = idw_source_key, false) as idw_is_repeated,
  idw_source_key,
  idw_observed_at,
  idw_bad_time,
  idw_fingerprint,
  city,
  emails,
  first_name,
  login
from timed
;
analyze idw_stage_people;

-- 3.7 null keys (models.people.key)
idw_problem := (
select 'IDW502 The model people has rows whose key is NULL, such as the one with ' || array_to_string((array_agg(example order by example))[1:5], '; ')
from (
  select coalesce(cast(row_shown as text) collate "C", '') as example
  from (
    select count(*) as rows_found, min('city = ' || coalesce(cast(city as text) collate "C", 'NULL') || ', ' || 'emails = ' || coalesce(cast(emails as text) collate "C", 'NULL') || ', ' || 'first_name = ' || coalesce(cast(first_name as text) collate "C", 'NULL') || ', ' || 'login = ' || coalesce(cast(login as text) collate "C", 'NULL')) as row_shown
from idw_stage_people
where idw_source_key is null
having count(*) > 0
  ) as found_rows
) as examples
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

-- 3.8 duplicate keys (models.people.key)
idw_problem := (
select 'IDW501 The model people has keys more than once: ' || array_to_string((array_agg(example order by example))[1:5], '; ')
from (
  select coalesce(cast(source_key as text) collate "C", '') as example
  from (
    select idw_source_key as source_key, count(*) over () as keys_found
from idw_stage_people
where idw_is_repeated
group by idw_source_key
order by idw_source_key
limit 5
  ) as found_rows
) as examples
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

-- 3.9 bad times (models.people.observed_at)
idw_problem := (
select 'IDW503 changed_at of people has times that cannot be read: ' || array_to_string((array_agg(example order by example))[1:5], '; ')
from (
  select concat(coalesce(cast(observed_at as text) collate "C", ''), ' (key ', coalesce(cast(source_key as text) collate "C", ''), ')') as example
  from (
    select idw_source_key as source_key, idw_bad_time as observed_at, count(*) over () as times_found
from idw_stage_people
where idw_bad_time is not null
order by idw_record
limit 5
  ) as found_rows
) as examples
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

-- 3.10 idw_stage_visits: one row is a record of visits
-- from models.visits
drop table if exists pg_temp.idw_stage_visits;
create temporary table idw_stage_visits as
with idw_source_visits as (
select * from raw.visits
),

idw_read_visits as (
select * from idw_source_visits
),

rows_read as (
  select
    cast(visit as text) collate "C" as idw_source_key,
    cast(null as timestamp) as idw_observed_at,
    cast(null as text) as idw_time_text,
    email,
    first_name,
    login
  from idw_read_visits
),

timed as (
  select
    idw_source_key,
    idw_observed_at,
    case when idw_observed_at is null then nullif(trim(idw_time_text), '') end as idw_bad_time,
    cast(cast('x' || left(md5(cast(jsonb_build_array(idw_observed_at, email, first_name, login) as text)), 16) as bit(64)) as bigint) as idw_fingerprint,
    email,
    first_name,
    login
  from rows_read
  where not exists (select 1 from idw_erased as e where e.record_key = 'visits:' || rows_read.idw_source_key)
)

select
  row_number() over (order by idw_source_key) + (select count(*) from idw_stage_people) as idw_record,
  coalesce(lag(idw_source_key) over (order by idw_source_key) = idw_source_key, false) as idw_is_repeated,
  idw_source_key,
  idw_observed_at,
  idw_bad_time,
  idw_fingerprint,
  email,
  first_name,
  login
from timed
;
analyze idw_stage_visits;

-- 3.11 null keys (models.visits.key)
idw_problem := (
select 'IDW502 The model visits has rows whose key is NULL, such as the one with ' || array_to_string((array_agg(example order by example))[1:5], '; ')
from (
  select coalesce(cast(row_shown as text) collate "C", '') as example
  from (
    select count(*) as rows_found, min('email = ' || coalesce(cast(email as text) collate "C", 'NULL') || ', ' || 'first_name = ' || coalesce(cast(first_name as text) collate "C", 'NULL') || ', ' || 'login = ' || coalesce(cast(login as text) collate "C", 'NULL')) as row_shown
from idw_stage_visits
where idw_source_key is null
having count(*) > 0
  ) as found_rows
) as examples
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

-- 3.12 duplicate keys (models.visits.key)
idw_problem := (
select 'IDW501 The model visits has keys more than once: ' || array_to_string((array_agg(example order by example))[1:5], '; ')
from (
  select coalesce(cast(source_key as text) collate "C", '') as example
  from (
    select idw_source_key as source_key, count(*) over () as keys_found
from idw_stage_visits
where idw_is_repeated
group by idw_source_key
order by idw_source_key
limit 5
  ) as found_rows
) as examples
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

-- 3.13 idw_records: one row is a record; numbers follow the bytes of the record key
-- from models
drop table if exists pg_temp.idw_records;
create temporary table idw_records as
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
from idw_stage_visits
;
analyze idw_records;

--
-- 4. Reading the decisions
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 4.2 idw_decided: one row is a decision, its records and its status
-- from decisions
drop table if exists pg_temp.idw_decided;
create temporary table idw_decided as
with idw_was_identities as (
select * from analytics.identity.person_identities
),

idw_was_decisions_in_force as (
select * from analytics.identity.person_decisions_in_force
),

idw_was_withdrawn_ids as (
select * from analytics.identity.person_withdrawn_ids
),

idw_known as (
select record_key from idw_records
),

idw_given_decisions as (
select
  given ->> 'id' as id,
  given ->> 'decision' as decision,
  given ->> 'a' as a,
  given ->> 'b' as b,
  given ->> 'identifier' as identifier,
  given ->> 'value' as value,
  given ->> 'attribute' as attribute,
  given ->> 'reason' as reason,
  given ->> 'decided_by' as decided_by,
  given ->> 'decided_at' as decided_at,
  given ->> 'expires_at' as expires_at
from (
  select to_jsonb(t) as given
  from raw.decisions as t
) as rows_given
),

read_as_given as (
  select
    nullif(cast(id as text) collate "C", '') as id,
    nullif(trim(cast(decision as text) collate "C"), '') as decision,
    nullif(cast(a as text) collate "C", '') as a,
    nullif(cast(b as text) collate "C", '') as b,
    nullif(trim(cast(identifier as text) collate "C"), '') as identifier,
    nullif(cast(value as text) collate "C", '') as value,
    nullif(cast(attribute as text) collate "C", '') as attribute,
    nullif(cast(reason as text) collate "C", '') as reason,
    nullif(cast(decided_by as text) collate "C", '') as decided_by,
    cast(decided_at as text) collate "C" as given_decided_at,
    cast(expires_at as text) collate "C" as given_expires_at,
    pg_temp.idw_timestamp(decided_at) as decided_at,
    pg_temp.idw_timestamp(expires_at) as expires_at
  from idw_given_decisions
),

-- An identity id was replaced by a record when the decision was first seen, and stays so.
given as (
  select
    g.id,
    g.decision,
    case when (starts_with(g.a, 'id_') or g.a in (select identity_id from idw_was_identities)) then coalesce(w.a, g.a) else g.a end as a,
    case when (starts_with(g.b, 'id_') or g.b in (select identity_id from idw_was_identities)) then coalesce(w.b, g.b) else g.b end as b,
    g.identifier,
    g.value,
    g.attribute,
    g.reason,
    g.decided_by,
    g.given_decided_at,
    g.given_expires_at,
    g.decided_at,
    g.expires_at,
    w.id is not null and w.a is null as a_was_erased,
    w.id is not null and w.b is null as b_was_erased
  from read_as_given as g
  left join idw_was_decisions_in_force as w on w.id = g.id and w.decision = g.decision
),

named as (
  select a as name from given where decision <> 'ignore_value'
  union
  select b as name from given where decision in ('must_link', 'cannot_link')
),

found as (
  select n.name, r.record_key
  from named as n
  join idw_known as r on r.record_key = n.name
),

anchored as (
  select n.name, i.anchor_record_key as record_key
  from named as n
  join idw_was_identities as i on i.identity_id = n.name
  where n.name not in (select name from found)
  union all
  select n.name, r.record_key
  from named as n
  join idw_known as r on 'id_' || left(md5(r.record_key) collate "C", 20) = n.name
  where starts_with(n.name, 'id_')
    and n.name not in (select name from found)
    and n.name not in (select identity_id from idw_was_identities)
),

subjects as (
  select * from found
  union all
  select a.*
  from anchored as a
  join idw_known as r on r.record_key = a.record_key
)

select
  g.id,
  g.decision,
  coalesce(a.record_key, g.a) as a,
  coalesce(b.record_key, g.b) as b,
  g.identifier,
  g.value,
  g.attribute,
  g.reason,
  g.decided_by,
  g.decided_at,
  g.expires_at,
  g.given_decided_at,
  g.given_expires_at,
  case
    when g.expires_at <= idw_as_of then 'expired'
    when g.decided_at > idw_as_of then 'pending'
    when g.decision in ('must_link', 'cannot_link') and (a.record_key is null or b.record_key is null) then 'unknown_record'
    when g.decision = 'golden_override' and a.record_key is null then 'unknown_record'
    else 'in_force'
  end as status,
  row_number() over (order by g.decided_at nulls last, g.id) as position,
  g.a is not null and a.record_key is null and (g.a_was_erased or ea.record_key is not null or ya.identity_id is not null) as a_is_erased,
  g.b is not null and b.record_key is null and (g.b_was_erased or eb.record_key is not null or yb.identity_id is not null) as b_is_erased
from given as g
left join subjects as a on a.name = g.a and not (g.a_was_erased and starts_with(g.a, 'id_'))
left join subjects as b on b.name = g.b and not (g.b_was_erased and starts_with(g.b, 'id_'))
left join idw_erased as ea on ea.record_key = g.a
left join idw_erased as eb on eb.record_key = g.b
left join idw_was_withdrawn_ids as ya on ya.identity_id = 'id_' || left(md5(g.a) collate "C", 20)
left join idw_was_withdrawn_ids as yb on yb.identity_id = 'id_' || left(md5(g.b) collate "C", 20)
;
analyze idw_decided;

-- 4.3 bad decisions (decisions)
idw_problem := (
select 'Decisions that cannot be followed: ' || array_to_string((array_agg(example order by example))[1:5], '; ')
from (
  select concat(case problem when 'no_id' then 'IDW603' when 'duplicate_id' then 'IDW602' when 'unknown_decision' then 'IDW604' when 'no_records' then 'IDW606' when 'same_record' then 'IDW605' when 'no_value' then 'IDW606' when 'no_override' then 'IDW606' when 'unknown_identifier' then 'IDW608' else 'IDW609' end, ' ', coalesce(cast(id as text) collate "C", ''), ': ', replace(problem, '_', ' ')) as example
  from (
    select id, problem, decision, a, b, identifier, given_decided_at, given_expires_at
from (
  select *, case
    when id is null then 'no_id'
    when count(*) over (partition by id) > 1 then 'duplicate_id'
    when decision is null or decision not in ('must_link', 'cannot_link', 'ignore_value', 'golden_override') then 'unknown_decision'
    when decision in ('must_link', 'cannot_link') and (a is null or b is null) then 'no_records'
    when decision in ('must_link', 'cannot_link') and a = b then 'same_record'
    when decision = 'ignore_value' and (identifier is null or value is null) then 'no_value'
    when decision = 'ignore_value' and identifier not in ('login', 'email') then 'unknown_identifier'
    when decision = 'golden_override' and (a is null or attribute is null or value is null) then 'no_override'
    when decided_at is null and given_decided_at <> '' then 'bad_decided_at'
    when expires_at is null and given_expires_at <> '' then 'bad_expires_at'
  end as problem
  from idw_decided
) as judged
where problem is not null
order by position
  ) as found_rows
) as examples
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

-- 4.4 bad overrides (decisions)
idw_problem := (
select 'Overrides that cannot be followed: ' || array_to_string((array_agg(example order by example))[1:5], '; ')
from (
  select concat(case problem when 'unknown_attribute' then 'IDW611' else 'IDW612' end, ' ', coalesce(cast(id as text) collate "C", ''), ': ', replace(problem, '_', ' ')) as example
  from (
    with idw_attributes as (
select
  idw_record,
  first_name,
  city
from idw_stage_people

union all

select
  idw_record,
  first_name,
  null as city
from idw_stage_visits
),

types as (
  select
    max(r.first_name) as first_name,
    max(r.city) as city,
    array_agg(cast(null as text) order by cast(null as text)) as emails
  from idw_attributes as r
  where false
), judged as (
  select
    d.id,
    d.attribute,
    d.value,
    d.position,
    case
      when d.attribute not in ('first_name', 'city', 'emails') then 'unknown_attribute'
      when case d.attribute
        when 'first_name' then case when d.value is not null then pg_temp.idw_like(d.value, t.first_name) end is null
        when 'city' then case when d.value is not null then pg_temp.idw_like(d.value, t.city) end is null
        when 'emails' then case when d.value is not null then pg_temp.idw_like(d.value, t.emails) end is null
      end then 'bad_value'
    end as problem
  from idw_decided as d
  cross join types as t
  where d.decision = 'golden_override' and d.status <> 'expired'
)

select id, problem, attribute, value
from judged
where problem is not null
order by position
  ) as found_rows
) as examples
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

-- 4.5 idw_decisions: one row is a decision, with the numbers of its records
-- from decisions
drop table if exists pg_temp.idw_decisions;
create temporary table idw_decisions as
select
  d.id,
  d.decision,
  d.a,
  d.b,
  d.identifier,
  d.value,
  d.attribute,
  d.reason,
  d.decided_by,
  d.decided_at,
  d.expires_at,
  d.given_decided_at,
  d.given_expires_at,
  d.position,
  d.a_is_erased,
  d.b_is_erased,
  a.record as a_record,
  b.record as b_record,
  case
    when d.status = 'in_force' and d.decision in ('must_link', 'cannot_link') and (a.record is null or b.record is null)
      then 'elsewhere'
    when d.status = 'in_force' and d.decision = 'golden_override' and a.record is null then 'elsewhere'
    else d.status
  end as status
from idw_decided as d
left join idw_records as a on a.record_key = d.a
left join idw_records as b on b.record_key = d.b
;
analyze idw_decisions;

--
-- 5. Cleaning the values
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 5.1 idw_ignored: one row is an identifier and a normalised value to ignore
-- from identifiers
drop table if exists pg_temp.idw_ignored;
create temporary table idw_ignored as
select distinct identifier, value
from (
  select
    'login' as identifier,
    given.value
  from (
    select 'it''s \ a $$ test' as value
    union all
    select value
    from idw_decided
    where decision = 'ignore_value' and identifier = 'login' and status = 'in_force'
  ) as given

  union all

  select
    'email' as identifier,
    given.value
  from (
    select value
    from idw_decided
    where decision = 'ignore_value' and identifier = 'email' and status = 'in_force'
  ) as given
) as entries
where value <> ''
;
analyze idw_ignored;

-- 5.2 idw_candidates: one row is a record, an identifier and a value as it came, with its normalised form
-- from identifiers
drop table if exists pg_temp.idw_candidates;
create temporary table idw_candidates as
select
  given.record,
  'login' as identifier,
  given.raw_value,
  given.raw_value as value,
  given.several
from (
  select
    idw_record as record,
    idw_element.value collate "C" as raw_value,
    coalesce(jsonb_typeof(to_jsonb(login)), '') = 'array' as several
  from idw_stage_people
  cross join lateral jsonb_array_elements_text(
    case when coalesce(jsonb_typeof(to_jsonb(login)), '') = 'array' then to_jsonb(login) else jsonb_build_array(cast(login as text)) end
  ) as idw_element (value)
  where login is not null

  union all

  select
    idw_record as record,
    idw_element.value collate "C" as raw_value,
    coalesce(jsonb_typeof(to_jsonb(login)), '') = 'array' as several
  from idw_stage_visits
  cross join lateral jsonb_array_elements_text(
    case when coalesce(jsonb_typeof(to_jsonb(login)), '') = 'array' then to_jsonb(login) else jsonb_build_array(cast(login as text)) end
  ) as idw_element (value)
  where login is not null
) as given

union all

select
  given.record,
  'email' as identifier,
  given.raw_value,
  given.raw_value as value,
  given.several
from (
  select
    idw_record as record,
    idw_element.value collate "C" as raw_value,
    coalesce(jsonb_typeof(to_jsonb(emails)), '') = 'array' as several
  from idw_stage_people
  cross join lateral jsonb_array_elements_text(
    case when coalesce(jsonb_typeof(to_jsonb(emails)), '') = 'array' then to_jsonb(emails) else jsonb_build_array(cast(emails as text)) end
  ) as idw_element (value)
  where emails is not null

  union all

  select
    idw_record as record,
    idw_element.value collate "C" as raw_value,
    coalesce(jsonb_typeof(to_jsonb(email)), '') = 'array' as several
  from idw_stage_visits
  cross join lateral jsonb_array_elements_text(
    case when coalesce(jsonb_typeof(to_jsonb(email)), '') = 'array' then to_jsonb(email) else jsonb_build_array(cast(email as text)) end
  ) as idw_element (value)
  where email is not null
) as given
;
analyze idw_candidates;

-- 5.3 idw_several: one row is a record, an identifier of which it may carry several values, and one of them
-- from identifiers
drop table if exists pg_temp.idw_several;
create temporary table idw_several as
select distinct record, identifier, value
from idw_candidates
where several and value <> ''
;
analyze idw_several;

-- 5.4 idw_dictionary: one row is an identifier and a distinct value, with its records and the reason it is dropped
-- from identifiers
drop table if exists pg_temp.idw_dictionary;
create temporary table idw_dictionary as
with given as (
  select record, identifier, value
  from idw_candidates
  where not several and value <> ''
  union all
  select record, identifier, value
  from idw_several
),

counted as (
  select identifier, value, count(*) as records, min(record) as first_record
  from given
  group by identifier, value
),

judged as (
  select d.*, case
    when d.identifier = 'email' and not d.value ~ '^(?:[^@ ]+@[^@ ]+\.[a-z]{2,})$' then 'invalid'
  end as rule, i.value is not null as is_listed
  from counted as d
  left join idw_ignored as i on i.identifier = d.identifier and i.value = d.value
)

select
  row_number() over () as value_id,
  identifier,
  value,
  coalesce(rule, case when is_listed then 'ignored' end) as reason,
  rule is null and is_listed as is_listed,
  records,
  first_record
from judged
;
analyze idw_dictionary;

-- 5.5 idw_carried: one row is a record and a value that it carries
-- from identifiers
drop table if exists pg_temp.idw_carried;
create temporary table idw_carried as
select c.record, c.identifier, d.value_id
from idw_candidates as c
join idw_dictionary as d on d.identifier = c.identifier and d.value = c.value
where d.reason is null and not c.several
union all
select s.record, s.identifier, d.value_id
from idw_several as s
join idw_dictionary as d on d.identifier = s.identifier and d.value = s.value
where d.reason is null
;
analyze idw_carried;

-- 5.8 idw_holders: one row is a record that a decision names, and its holder
-- from decisions
drop table if exists pg_temp.idw_holders;
create temporary table idw_holders as
select distinct record, record as holder
from (
  select a_record as record from idw_decisions where decision in ('must_link', 'cannot_link') and status = 'in_force'
  union all
  select b_record as record from idw_decisions where decision in ('must_link', 'cannot_link') and status = 'in_force'
) as named
;
analyze idw_holders;

-- 5.9 idw_load: one row is a holder, a cannot-link and its side
-- from decisions
drop table if exists pg_temp.idw_load;
create temporary table idw_load as
select h.holder, d.position - 1000000000 as constraint_no, d.a_record as class_rank, 1 as limit_value
from idw_decisions as d
join idw_holders as h on h.record = d.a_record
where d.decision = 'cannot_link' and d.status = 'in_force'
union all
select h.holder, d.position - 1000000000 as constraint_no, d.b_record as class_rank, 1 as limit_value
from idw_decisions as d
join idw_holders as h on h.record = d.b_record
where d.decision = 'cannot_link' and d.status = 'in_force'
;
analyze idw_load;

-- 5.10 idw_blocked: one row is a holder and a value refused to it
drop table if exists pg_temp.idw_blocked;
create temporary table idw_blocked as
select
  cast('' as text) as identifier,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false
;
analyze idw_blocked;

-- 5.11 idw_kept: one row is a holder and a must-link that names it
-- from decisions
drop table if exists pg_temp.idw_kept;
create temporary table idw_kept as
select a_record as holder, position as value_rank, position as class_rank, cast(null as timestamp) as ranked_at
from idw_decisions
where decision = 'must_link' and status = 'in_force'
union all
select b_record as holder, position as value_rank, position as class_rank, cast(null as timestamp) as ranked_at
from idw_decisions
where decision = 'must_link' and status = 'in_force'
;
analyze idw_kept;

-- 5.12 idw_contenders: one row is a holder and a value that another holder keeps too
-- from decisions
drop table if exists pg_temp.idw_contenders;
create temporary table idw_contenders as
with several as (
  select value_rank, min(ranked_at) as ranked_at
  from idw_kept
  group by value_rank
  having count(*) >= 2
),

turns as (
  select value_rank, row_number() over (order by ranked_at asc nulls last, value_rank) as turn
  from several
)

select k.holder as origin, k.holder, k.value_rank, k.ranked_at, t.turn
from idw_kept as k
join turns as t on t.value_rank = k.value_rank
;
analyze idw_contenders;

-- 5.13 only if idw_contenders has rows
if exists (select 1 from idw_contenders) then

-- 5.13.1 idw_links: one row is a link between two holders of a value
drop table if exists pg_temp.idw_links;
create temporary table idw_links as
select distinct a, b
from (
  select min(holder) over (partition by turn) as a, holder as b
  from idw_contenders
) as pairs
where a <> b
;
analyze idw_links;

-- 5.13.2 idw_hops: one row is a node that stopped being a root, and its round
drop table if exists pg_temp.idw_hops;
create temporary table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false
;
analyze idw_hops;

-- 5.13.3 groups of holders by must_link: while idw_links has rows
idw_round := 0;
while exists (select 1 from idw_links) loop
idw_round := idw_round + 1;
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 5.13.3.1 idw_picks: one row is a node that still has links, and its root in this round
drop table if exists pg_temp.idw_picks;
create temporary table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, pg_temp.idw_first(neighbour order by hashint8extended(neighbour, idw_round)) filter (where hashint8extended(neighbour, idw_round) is not null) as root
  from both_ways
  group by node
),

rooted as (
  select p.node, case when q.root = p.node and p.node < q.node then p.node else p.root end as root
  from picked as p
  join picked as q on q.node = p.root
),

jumped as (
  select r.node, s.root
  from rooted as r
  join rooted as s on s.node = r.root
)

select j.node, k.root
from jumped as j
join jumped as k on k.node = j.root
;
analyze idw_picks;

-- 5.13.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select idw_round as round, node, root
from idw_picks
where node <> root;

-- 5.13.3.3 idw_links: one row is a link between two roots
create temporary table idw_next as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root
;
drop table if exists pg_temp.idw_links;
alter table idw_next rename to idw_links;
analyze idw_links;
end loop;

-- 5.13.4 idw_roots: one row is a node that is not the root of its component
drop table if exists pg_temp.idw_roots;
create temporary table idw_roots as
select node, root from idw_hops where false
;
analyze idw_roots;

-- 5.13.5 groups of holders by must_link, backwards: with idw_round from its last value down to 1
while idw_round > 0 loop

-- 5.13.5.1 idw_roots: one row is a node that is not the root of its component
create temporary table idw_next as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = idw_round
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null
;
drop table if exists pg_temp.idw_roots;
alter table idw_next rename to idw_roots;
analyze idw_roots;
idw_round := idw_round - 1;
end loop;

-- 5.13.6 idw_groups: one row is a holder, and the smallest holder of its group
drop table if exists pg_temp.idw_groups;
create temporary table idw_groups as
with smallest as (
  select root, least(root, min(node)) as label
  from idw_roots
  group by root
),

named as (
  select r.node, s.label
  from idw_roots as r
  join smallest as s on s.root = r.root
  union all
  select root as node, label
  from smallest
)

select node as holder, label as group_holder
from named
;
analyze idw_groups;

-- 5.13.7 idw_loud: one row is a group that breaks a hard constraint
drop table if exists pg_temp.idw_loud;
create temporary table idw_loud as
select distinct group_holder
from (
  select g.group_holder
  from idw_groups as g
  join idw_load as l on l.holder = g.holder
  group by g.group_holder, l.constraint_no, l.limit_value
  having count(distinct l.class_rank) > l.limit_value
) as exceeded
;
analyze idw_loud;

-- 5.13.8 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
drop table if exists pg_temp.idw_moves;
create temporary table idw_moves as
select g.holder as origin, g.holder
from idw_groups as g
join idw_loud as o on o.group_holder = g.group_holder
;
analyze idw_moves;

-- 5.13.9 idw_refusals: one row is a holder at the start of the phase and a value refused to it
drop table if exists pg_temp.idw_refusals;
create temporary table idw_refusals as
select
  cast(0 as bigint) as origin,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false
;
analyze idw_refusals;

-- 5.13.10 idw_contenders: one row is a holder and a value, in loud groups
create temporary table idw_next as
select c.*
from idw_contenders as c
join idw_groups as g on g.holder = c.holder
join idw_loud as o on o.group_holder = g.group_holder
;
drop table if exists pg_temp.idw_contenders;
alter table idw_next rename to idw_contenders;
analyze idw_contenders;

-- 5.13.11 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
drop table if exists pg_temp.idw_phase_load;
create temporary table idw_phase_load as
select distinct l.holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
where l.holder in (select holder from idw_contenders)
;
analyze idw_phase_load;

-- 5.13.12 merging by must_link: while idw_contenders has rows
idw_round := 0;
while exists (select 1 from idw_contenders) loop
idw_round := idw_round + 1;
idw_rounds := idw_rounds + 1;
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 5.13.12.1 idw_verdicts: one row is a holder of a value judged in this round
-- from decisions
drop table if exists pg_temp.idw_verdicts;
create temporary table idw_verdicts as
with nearest as (
  select holder, min(turn) as turn
  from idw_contenders
  group by holder
),

ready as (
  select c.turn
  from idw_contenders as c
  join nearest as n on n.holder = c.holder
  group by c.turn
  having min(n.turn) = c.turn
),

holders as (
  select c.turn, c.value_rank, c.holder, min(c.ranked_at) as ranked_at
  from idw_contenders as c
  join ready as r on r.turn = c.turn
  group by c.turn, c.value_rank, c.holder
),

placed as (
  select turn, value_rank, holder, row_number() over (
    partition by turn order by ranked_at asc nulls last, holder
  ) as place
  from holders
),

brought as (
  select p.turn, p.holder, p.place, l.constraint_no, l.class_rank, l.limit_value
  from placed as p
  join idw_phase_load as l on l.holder = p.holder
),

seated as (
  select turn, constraint_no, class_rank, row_number() over (
    partition by turn, constraint_no order by min(place), class_rank
  ) as seat
  from brought
  group by turn, constraint_no, class_rank
),

refused as (
  select b.turn, b.holder, min(b.constraint_no) as blocked_by
  from brought as b
  join seated as s on s.turn = b.turn and s.constraint_no = b.constraint_no and s.class_rank = b.class_rank
  where s.seat > b.limit_value
  group by b.turn, b.holder
)

select
  p.turn,
  p.value_rank,
  p.holder,
  min(case when p.place = 1 then p.holder end) over (partition by p.turn) as owner,
  r.blocked_by,
  min(r.blocked_by) over (partition by p.turn) as any_blocked_by
from placed as p
left join refused as r on r.turn = p.turn and r.holder = p.holder
;
analyze idw_verdicts;

-- 5.13.12.2 idw_refusals: one row is a holder at the start of the phase and a value refused to it
-- from decisions
insert into idw_refusals
select
  c.origin,
  v.holder,
  v.value_rank,
  v.owner as owner,
  v.blocked_by as blocked_by
from idw_verdicts as v
join idw_contenders as c on c.turn = v.turn and c.holder = v.holder
where v.blocked_by is not null;

-- 5.13.12.3 idw_renames: one row is a holder that merged in this round
drop table if exists pg_temp.idw_renames;
create temporary table idw_renames as
select holder, min(holder) over (partition by turn) as new_holder
from idw_verdicts
where blocked_by is null
;
analyze idw_renames;

-- 5.13.12.4 idw_contenders: one row is a holder and a value not yet judged
create temporary table idw_next as
with renamed as (
  select c.origin, coalesce(r.new_holder, c.holder) as holder, c.value_rank, c.ranked_at, c.turn
  from idw_contenders as c
  left join idw_renames as r on r.holder = c.holder
  where c.turn not in (select turn from idw_verdicts)
),

several as (
  select turn
  from renamed
  group by turn
  having min(holder) <> max(holder)
)

select n.*
from renamed as n
join several as s on s.turn = n.turn
;
drop table if exists pg_temp.idw_contenders;
alter table idw_next rename to idw_contenders;
analyze idw_contenders;

-- 5.13.12.5 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create temporary table idw_next as
select distinct coalesce(r.new_holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_phase_load as l
left join idw_renames as r on r.holder = l.holder
;
drop table if exists pg_temp.idw_phase_load;
alter table idw_next rename to idw_phase_load;
analyze idw_phase_load;

-- 5.13.12.6 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create temporary table idw_next as
select m.origin, coalesce(r.new_holder, m.holder) as holder
from idw_moves as m
left join idw_renames as r on r.holder = m.holder
;
drop table if exists pg_temp.idw_moves;
alter table idw_next rename to idw_moves;
analyze idw_moves;
end loop;

-- 5.13.13 idw_moves: one row is a holder of a quiet group
insert into idw_moves
select g.holder as origin, g.group_holder as holder
from idw_groups as g
where g.group_holder not in (select group_holder from idw_loud);

-- 5.13.14 idw_blocked: one row is a holder and a value refused to it
-- from decisions
insert into idw_blocked
select distinct 'must_link' as identifier, value_rank, holder, owner, blocked_by
from idw_refusals;

-- 5.13.15 idw_holders: one row is a record, and its holder
create temporary table idw_next as
select h.record, coalesce(m.holder, h.holder) as holder
from idw_holders as h
left join idw_moves as m on m.origin = h.holder
;
drop table if exists pg_temp.idw_holders;
alter table idw_next rename to idw_holders;
analyze idw_holders;

-- 5.13.16 idw_load: one row is a holder, a hard constraint and a class
create temporary table idw_next as
select distinct coalesce(m.holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
left join idw_moves as m on m.origin = l.holder
;
drop table if exists pg_temp.idw_load;
alter table idw_next rename to idw_load;
analyze idw_load;
end if;

-- 5.14 idw_linked: one row is a record that is must-linked to others, and their smallest record
drop table if exists pg_temp.idw_linked;
create temporary table idw_linked as
select record, holder
from idw_holders
where holder in (select holder from idw_holders group by holder having count(*) >= 2)
;
analyze idw_linked;

-- 5.15 idw_links: one row is a link between two values of must-linked records
drop table if exists pg_temp.idw_links;
create temporary table idw_links as
with idw_value_counts as (
select value_id, identifier, records, first_record, coalesce(records > case identifier when 'email' then 50 end, false) as is_shared
from idw_dictionary
where reason is null
),

of_linked as (
  select distinct l.holder, v.identifier, c.value_id
  from idw_linked as l
  join idw_carried as c on c.record = l.record
  join idw_value_counts as v on v.value_id = c.value_id
  where not v.is_shared
)

select distinct a, b
from (
  select min(value_id) over (partition by holder, identifier) as a, value_id as b
  from of_linked
) as pairs
where a <> b
;
analyze idw_links;

-- 5.16 idw_hops: one row is a node that stopped being a root, and its round
drop table if exists pg_temp.idw_hops;
create temporary table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false
;
analyze idw_hops;

-- 5.17 classes of values, before contested ones leave: while idw_links has rows
idw_round := 0;
while exists (select 1 from idw_links) loop
idw_round := idw_round + 1;
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 5.17.1 idw_picks: one row is a node that still has links, and its root in this round
drop table if exists pg_temp.idw_picks;
create temporary table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, pg_temp.idw_first(neighbour order by hashint8extended(neighbour, idw_round)) filter (where hashint8extended(neighbour, idw_round) is not null) as root
  from both_ways
  group by node
),

rooted as (
  select p.node, case when q.root = p.node and p.node < q.node then p.node else p.root end as root
  from picked as p
  join picked as q on q.node = p.root
),

jumped as (
  select r.node, s.root
  from rooted as r
  join rooted as s on s.node = r.root
)

select j.node, k.root
from jumped as j
join jumped as k on k.node = j.root
;
analyze idw_picks;

-- 5.17.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select idw_round as round, node, root
from idw_picks
where node <> root;

-- 5.17.3 idw_links: one row is a link between two roots
create temporary table idw_next as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root
;
drop table if exists pg_temp.idw_links;
alter table idw_next rename to idw_links;
analyze idw_links;
end loop;

-- 5.18 idw_roots: one row is a node that is not the root of its component
drop table if exists pg_temp.idw_roots;
create temporary table idw_roots as
select node, root from idw_hops where false
;
analyze idw_roots;

-- 5.19 classes of values, before contested ones leave, backwards: with idw_round from its last value down to 1
while idw_round > 0 loop

-- 5.19.1 idw_roots: one row is a node that is not the root of its component
create temporary table idw_next as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = idw_round
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null
;
drop table if exists pg_temp.idw_roots;
alter table idw_next rename to idw_roots;
analyze idw_roots;
idw_round := idw_round - 1;
end loop;

-- 5.20 idw_classes: one row is a value that shares a class with others
drop table if exists pg_temp.idw_classes;
create temporary table idw_classes as
with smallest as (
  select root, least(root, min(node)) as label
  from idw_roots
  group by root
),

named as (
  select r.node, s.label
  from idw_roots as r
  join smallest as s on s.root = r.root
  union all
  select root as node, label
  from smallest
)

select node as value_id, label as class_id
from named
;
analyze idw_classes;

-- 5.21 idw_contested_values: one row is a value contested from the start
-- from identifiers
drop table if exists pg_temp.idw_contested_values;
create temporary table idw_contested_values as
with idw_value_counts as (
select value_id, identifier, records, first_record, coalesce(records > case identifier when 'email' then 50 end, false) as is_shared
from idw_dictionary
where reason is null
),

limits as (
  select 'login' as identifier, 1 as priority, 1 as limit_value
),

judged as (
  select c.record, c.value_id, case v.identifier when 'email' then 2 end as priority
  from idw_value_counts as v
  join idw_carried as c on c.value_id = v.value_id
  where v.identifier in ('email') and v.records >= 2 and not v.is_shared
),

strong as (
  select c.record, c.value_id, l.priority, l.limit_value
  from idw_carried as c
  join limits as l on l.identifier = c.identifier
),

met as (
  select distinct j.value_id, s.priority, s.limit_value, coalesce(k.class_id, s.value_id) as class_id
  from judged as j
  join strong as s on s.record = j.record and s.priority < j.priority
  left join idw_classes as k on k.value_id = s.value_id
),

exceeded as (
  select value_id, priority
  from met
  group by value_id, priority, limit_value
  having count(*) > limit_value
)

select value_id, min(priority) as exceeded
from exceeded
group by value_id
;
analyze idw_contested_values;

-- 5.22 idw_values: one row is a value, with its records and its status
drop table if exists pg_temp.idw_values;
create temporary table idw_values as
with idw_value_counts as (
select value_id, identifier, records, first_record, coalesce(records > case identifier when 'email' then 50 end, false) as is_shared
from idw_dictionary
where reason is null
)

select
  v.*,
  case when v.is_shared then 'shared' when c.value_id is not null then 'contested' end as status,
  c.exceeded
from idw_value_counts as v
left join idw_contested_values as c on c.value_id = v.value_id
;
analyze idw_values;

-- 5.23 idw_links: one row is a link between two values of must-linked records
drop table if exists pg_temp.idw_links;
create temporary table idw_links as
with of_linked as (
  select distinct l.holder, v.identifier, c.value_id
  from idw_linked as l
  join idw_carried as c on c.record = l.record
  join idw_values as v on v.value_id = c.value_id
  where v.status is null
)

select distinct a, b
from (
  select min(value_id) over (partition by holder, identifier) as a, value_id as b
  from of_linked
) as pairs
where a <> b
;
analyze idw_links;

-- 5.24 idw_hops: one row is a node that stopped being a root, and its round
drop table if exists pg_temp.idw_hops;
create temporary table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false
;
analyze idw_hops;

-- 5.25 classes of values: while idw_links has rows
idw_round := 0;
while exists (select 1 from idw_links) loop
idw_round := idw_round + 1;
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 5.25.1 idw_picks: one row is a node that still has links, and its root in this round
drop table if exists pg_temp.idw_picks;
create temporary table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, pg_temp.idw_first(neighbour order by hashint8extended(neighbour, idw_round)) filter (where hashint8extended(neighbour, idw_round) is not null) as root
  from both_ways
  group by node
),

rooted as (
  select p.node, case when q.root = p.node and p.node < q.node then p.node else p.root end as root
  from picked as p
  join picked as q on q.node = p.root
),

jumped as (
  select r.node, s.root
  from rooted as r
  join rooted as s on s.node = r.root
)

select j.node, k.root
from jumped as j
join jumped as k on k.node = j.root
;
analyze idw_picks;

-- 5.25.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select idw_round as round, node, root
from idw_picks
where node <> root;

-- 5.25.3 idw_links: one row is a link between two roots
create temporary table idw_next as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root
;
drop table if exists pg_temp.idw_links;
alter table idw_next rename to idw_links;
analyze idw_links;
end loop;

-- 5.26 idw_roots: one row is a node that is not the root of its component
drop table if exists pg_temp.idw_roots;
create temporary table idw_roots as
select node, root from idw_hops where false
;
analyze idw_roots;

-- 5.27 classes of values, backwards: with idw_round from its last value down to 1
while idw_round > 0 loop

-- 5.27.1 idw_roots: one row is a node that is not the root of its component
create temporary table idw_next as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = idw_round
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null
;
drop table if exists pg_temp.idw_roots;
alter table idw_next rename to idw_roots;
analyze idw_roots;
idw_round := idw_round - 1;
end loop;

-- 5.28 idw_classes: one row is a value that shares a class with others
drop table if exists pg_temp.idw_classes;
create temporary table idw_classes as
with smallest as (
  select root, least(root, min(node)) as label
  from idw_roots
  group by root
),

named as (
  select r.node, s.label
  from idw_roots as r
  join smallest as s on s.root = r.root
  union all
  select root as node, label
  from smallest
)

select node as value_id, label as class_id
from named
;
analyze idw_classes;

--
-- 6. Finding plain components
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 6.1 idw_nodes: one row is a record that shares values with others, and the first of these values
-- from identifiers
drop table if exists pg_temp.idw_nodes;
create temporary table idw_nodes as
with matching as (
  select c.record, c.value_id as node
  from idw_carried as c
  join idw_values as v on v.value_id = c.value_id
  where v.status is null and v.records >= 2
  union all
  select a_record as record, -position as node
  from idw_decisions
  where decision = 'must_link' and status = 'in_force'
  union all
  select b_record as record, -position as node
  from idw_decisions
  where decision = 'must_link' and status = 'in_force'
)

select record, min(node) as node, count(*) >= 2 as has_links
from matching
group by record
;
analyze idw_nodes;

-- 6.2 idw_links: one row is a link between two values that a record carries
-- from identifiers
drop table if exists pg_temp.idw_links;
create temporary table idw_links as
with matching as (
  select c.record, c.value_id as node
  from idw_carried as c
  join idw_values as v on v.value_id = c.value_id
  where v.status is null and v.records >= 2
  union all
  select a_record as record, -position as node
  from idw_decisions
  where decision = 'must_link' and status = 'in_force'
  union all
  select b_record as record, -position as node
  from idw_decisions
  where decision = 'must_link' and status = 'in_force'
)

select distinct n.node as a, m.node as b
from idw_nodes as n
join matching as m on m.record = n.record
where n.has_links and m.node <> n.node
;
analyze idw_links;

-- 6.3 idw_hops: one row is a node that stopped being a root, and its round
drop table if exists pg_temp.idw_hops;
create temporary table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false
;
analyze idw_hops;

-- 6.4 plain components: while idw_links has rows
idw_round := 0;
while exists (select 1 from idw_links) loop
idw_round := idw_round + 1;
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 6.4.1 idw_picks: one row is a node that still has links, and its root in this round
drop table if exists pg_temp.idw_picks;
create temporary table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, pg_temp.idw_first(neighbour order by hashint8extended(neighbour, idw_round)) filter (where hashint8extended(neighbour, idw_round) is not null) as root
  from both_ways
  group by node
),

rooted as (
  select p.node, case when q.root = p.node and p.node < q.node then p.node else p.root end as root
  from picked as p
  join picked as q on q.node = p.root
),

jumped as (
  select r.node, s.root
  from rooted as r
  join rooted as s on s.node = r.root
)

select j.node, k.root
from jumped as j
join jumped as k on k.node = j.root
;
analyze idw_picks;

-- 6.4.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select idw_round as round, node, root
from idw_picks
where node <> root;

-- 6.4.3 idw_links: one row is a link between two roots
create temporary table idw_next as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root
;
drop table if exists pg_temp.idw_links;
alter table idw_next rename to idw_links;
analyze idw_links;
end loop;

-- 6.5 idw_roots: one row is a node that is not the root of its component
drop table if exists pg_temp.idw_roots;
create temporary table idw_roots as
select node, root from idw_hops where false
;
analyze idw_roots;

-- 6.6 plain components, backwards: with idw_round from its last value down to 1
while idw_round > 0 loop

-- 6.6.1 idw_roots: one row is a node that is not the root of its component
create temporary table idw_next as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = idw_round
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null
;
drop table if exists pg_temp.idw_roots;
alter table idw_next rename to idw_roots;
analyze idw_roots;
idw_round := idw_round - 1;
end loop;

-- 6.7 idw_components: one row is a record, and the smallest record of its plain component
drop table if exists pg_temp.idw_components;
create temporary table idw_components as
with firsts as (
  select value_id as node, first_record
  from idw_values
  where status is null and records >= 2
  union all
  select -position as node, least(a_record, b_record) as first_record
  from idw_decisions
  where decision = 'must_link' and status = 'in_force'
),

rooted as (
  select f.node, f.first_record, coalesce(r.root, f.node) as root
  from firsts as f
  left join idw_roots as r on r.node = f.node
),

named as (
  select root, min(first_record) as component
  from rooted
  group by root
),

placed as (
  select r.node, n.component
  from rooted as r
  join named as n on n.root = r.root
)

select n.record, p.component
from idw_nodes as n
join placed as p on p.node = n.node
union all
select r.record, r.record as component
from idw_records as r
left join idw_nodes as n on n.record = r.record
where n.record is null
;
analyze idw_components;

-- 6.8 idw_broken: one row is a plain component that breaks a limit or holds a cannot-link
-- from identifiers
drop table if exists pg_temp.idw_broken;
create temporary table idw_broken as
with limits as (
  select 'login' as identifier, 1 as priority, 1 as limit_value
)

select c.component
from idw_values as v
join idw_components as c on c.record = v.first_record
join limits as l on l.identifier = v.identifier
left join idw_classes as k on k.value_id = v.value_id
where v.status is null
group by c.component, l.priority, l.limit_value
having count(distinct coalesce(k.class_id, v.value_id)) > l.limit_value
union
select a.component
from idw_decisions as d
join idw_components as a on a.record = d.a_record
join idw_components as b on b.record = d.b_record and b.component = a.component
where d.decision = 'cannot_link' and d.status = 'in_force'
;
analyze idw_broken;

-- 6.9 idw_statuses: one row is a record, a value and its status, where that is not active
drop table if exists pg_temp.idw_statuses;
create temporary table idw_statuses as
select cast(0 as bigint) as record, cast(0 as bigint) as value_rank, cast('' as text) as status where false
;
analyze idw_statuses;

-- 6.10 idw_holders: one row is a record of a broken component, and its holder
drop table if exists pg_temp.idw_holders;
create temporary table idw_holders as
select c.record, coalesce(l.holder, c.record) as holder
from idw_components as c
join idw_broken as b on b.component = c.component
left join idw_linked as l on l.record = c.record
;
analyze idw_holders;

-- 6.11 idw_value_ranks: one row is a value of a broken component; ranks follow the bytes of the value
drop table if exists pg_temp.idw_value_ranks;
create temporary table idw_value_ranks as
with present as (
  select distinct c.value_id
  from idw_holders as h
  join idw_carried as c on c.record = h.record
  join idw_values as v on v.value_id = c.value_id
  where v.status is null
)

select p.value_id, row_number() over (order by d.value, d.identifier) as value_rank
from present as p
join idw_dictionary as d on d.value_id = p.value_id
;
analyze idw_value_ranks;

-- 6.12 idw_constrained_values: one row is a record of a broken component and a value that it carries
drop table if exists pg_temp.idw_constrained_values;
create temporary table idw_constrained_values as
with named as (
  select k.value_id, min(r.value_rank) over (partition by k.class_id) as class_rank
  from idw_classes as k
  join idw_value_ranks as r on r.value_id = k.value_id
)

select c.record, c.identifier, r.value_rank, coalesce(n.class_rank, r.value_rank) as class_rank, o.observed_at
from idw_holders as h
join idw_carried as c on c.record = h.record
join idw_value_ranks as r on r.value_id = c.value_id
join idw_records as o on o.record = h.record
left join named as n on n.value_id = c.value_id
;
analyze idw_constrained_values;

-- 6.13 idw_load: one row is a holder, a hard constraint and a class that it keeps
drop table if exists pg_temp.idw_load;
create temporary table idw_load as
select h.holder, d.position - 1000000000 as constraint_no, d.a_record as class_rank, 1 as limit_value
from idw_decisions as d
join idw_holders as h on h.record = d.a_record
where d.decision = 'cannot_link' and d.status = 'in_force'
union all
select h.holder, d.position - 1000000000 as constraint_no, d.b_record as class_rank, 1 as limit_value
from idw_decisions as d
join idw_holders as h on h.record = d.b_record
where d.decision = 'cannot_link' and d.status = 'in_force'
;
analyze idw_load;

--
-- 7. Merging by login where limits are broken

-- 7.1 only if idw_broken has rows
if exists (select 1 from idw_broken) then
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 7.1.1 idw_kept: one row is a holder and a value of login that it keeps
-- from identifiers.login
drop table if exists pg_temp.idw_kept;
create temporary table idw_kept as
with claims as (
  select h.holder, v.value_rank, v.class_rank, min(v.observed_at) as ranked_at
  from idw_constrained_values as v
  join idw_holders as h on h.record = v.record
  where v.identifier = 'login'
  group by h.holder, v.value_rank, v.class_rank
),

classes as (
  select holder, class_rank, min(ranked_at) as ranked_at
  from claims
  group by holder, class_rank
),

placed as (
  select holder, class_rank, row_number() over (
    partition by holder order by ranked_at asc nulls last, class_rank
  ) as place
  from classes
)

select c.holder, c.value_rank, c.class_rank, c.ranked_at
from claims as c
join placed as p on p.holder = c.holder and p.class_rank = c.class_rank
where p.place <= 1
;
analyze idw_kept;

-- 7.1.2 idw_statuses: one row is a record and a value that its holder does not keep
-- from identifiers.login
insert into idw_statuses
select v.record, v.value_rank, 'over_limit' as status
from idw_constrained_values as v
join idw_holders as h on h.record = v.record
left join idw_kept as k on k.holder = h.holder and k.value_rank = v.value_rank
where v.identifier = 'login' and k.holder is null;

-- 7.1.3 idw_load: one row is a holder, a hard constraint and a class that it keeps
-- from identifiers.login
insert into idw_load
select distinct holder, 1 as constraint_no, class_rank, 1 as limit_value
from idw_kept;

-- 7.1.4 idw_contenders: one row is a holder and a value that another holder keeps too
-- from identifiers.login
drop table if exists pg_temp.idw_contenders;
create temporary table idw_contenders as
with several as (
  select value_rank, min(ranked_at) as ranked_at
  from idw_kept
  group by value_rank
  having count(*) >= 2
),

turns as (
  select value_rank, row_number() over (order by ranked_at asc nulls last, value_rank) as turn
  from several
)

select k.holder as origin, k.holder, k.value_rank, k.ranked_at, t.turn
from idw_kept as k
join turns as t on t.value_rank = k.value_rank
;
analyze idw_contenders;

-- 7.1.5 only if idw_contenders has rows
if exists (select 1 from idw_contenders) then

-- 7.1.5.1 idw_links: one row is a link between two holders of a value
drop table if exists pg_temp.idw_links;
create temporary table idw_links as
select distinct a, b
from (
  select min(holder) over (partition by turn) as a, holder as b
  from idw_contenders
) as pairs
where a <> b
;
analyze idw_links;

-- 7.1.5.2 idw_hops: one row is a node that stopped being a root, and its round
drop table if exists pg_temp.idw_hops;
create temporary table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false
;
analyze idw_hops;

-- 7.1.5.3 groups of holders by login: while idw_links has rows
idw_round := 0;
while exists (select 1 from idw_links) loop
idw_round := idw_round + 1;
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 7.1.5.3.1 idw_picks: one row is a node that still has links, and its root in this round
drop table if exists pg_temp.idw_picks;
create temporary table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, pg_temp.idw_first(neighbour order by hashint8extended(neighbour, idw_round)) filter (where hashint8extended(neighbour, idw_round) is not null) as root
  from both_ways
  group by node
),

rooted as (
  select p.node, case when q.root = p.node and p.node < q.node then p.node else p.root end as root
  from picked as p
  join picked as q on q.node = p.root
),

jumped as (
  select r.node, s.root
  from rooted as r
  join rooted as s on s.node = r.root
)

select j.node, k.root
from jumped as j
join jumped as k on k.node = j.root
;
analyze idw_picks;

-- 7.1.5.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select idw_round as round, node, root
from idw_picks
where node <> root;

-- 7.1.5.3.3 idw_links: one row is a link between two roots
create temporary table idw_next as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root
;
drop table if exists pg_temp.idw_links;
alter table idw_next rename to idw_links;
analyze idw_links;
end loop;

-- 7.1.5.4 idw_roots: one row is a node that is not the root of its component
drop table if exists pg_temp.idw_roots;
create temporary table idw_roots as
select node, root from idw_hops where false
;
analyze idw_roots;

-- 7.1.5.5 groups of holders by login, backwards: with idw_round from its last value down to 1
while idw_round > 0 loop

-- 7.1.5.5.1 idw_roots: one row is a node that is not the root of its component
create temporary table idw_next as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = idw_round
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null
;
drop table if exists pg_temp.idw_roots;
alter table idw_next rename to idw_roots;
analyze idw_roots;
idw_round := idw_round - 1;
end loop;

-- 7.1.5.6 idw_groups: one row is a holder, and the smallest holder of its group
drop table if exists pg_temp.idw_groups;
create temporary table idw_groups as
with smallest as (
  select root, least(root, min(node)) as label
  from idw_roots
  group by root
),

named as (
  select r.node, s.label
  from idw_roots as r
  join smallest as s on s.root = r.root
  union all
  select root as node, label
  from smallest
)

select node as holder, label as group_holder
from named
;
analyze idw_groups;

-- 7.1.5.7 idw_loud: one row is a group that breaks a hard constraint
drop table if exists pg_temp.idw_loud;
create temporary table idw_loud as
select distinct group_holder
from (
  select g.group_holder
  from idw_groups as g
  join idw_load as l on l.holder = g.holder
  group by g.group_holder, l.constraint_no, l.limit_value
  having count(distinct l.class_rank) > l.limit_value
) as exceeded
;
analyze idw_loud;

-- 7.1.5.8 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
drop table if exists pg_temp.idw_moves;
create temporary table idw_moves as
select g.holder as origin, g.holder
from idw_groups as g
join idw_loud as o on o.group_holder = g.group_holder
;
analyze idw_moves;

-- 7.1.5.9 idw_refusals: one row is a holder at the start of the phase and a value refused to it
drop table if exists pg_temp.idw_refusals;
create temporary table idw_refusals as
select
  cast(0 as bigint) as origin,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false
;
analyze idw_refusals;

-- 7.1.5.10 idw_contenders: one row is a holder and a value, in loud groups
create temporary table idw_next as
select c.*
from idw_contenders as c
join idw_groups as g on g.holder = c.holder
join idw_loud as o on o.group_holder = g.group_holder
;
drop table if exists pg_temp.idw_contenders;
alter table idw_next rename to idw_contenders;
analyze idw_contenders;

-- 7.1.5.11 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
drop table if exists pg_temp.idw_phase_load;
create temporary table idw_phase_load as
select distinct l.holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
where l.holder in (select holder from idw_contenders)
;
analyze idw_phase_load;

-- 7.1.5.12 merging by login: while idw_contenders has rows
idw_round := 0;
while exists (select 1 from idw_contenders) loop
idw_round := idw_round + 1;
idw_rounds := idw_rounds + 1;
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 7.1.5.12.1 idw_verdicts: one row is a holder of a value judged in this round
-- from identifiers.login
drop table if exists pg_temp.idw_verdicts;
create temporary table idw_verdicts as
with nearest as (
  select holder, min(turn) as turn
  from idw_contenders
  group by holder
),

ready as (
  select c.turn
  from idw_contenders as c
  join nearest as n on n.holder = c.holder
  group by c.turn
  having min(n.turn) = c.turn
),

holders as (
  select c.turn, c.value_rank, c.holder, min(c.ranked_at) as ranked_at
  from idw_contenders as c
  join ready as r on r.turn = c.turn
  group by c.turn, c.value_rank, c.holder
),

placed as (
  select turn, value_rank, holder, row_number() over (
    partition by turn order by ranked_at asc nulls last, holder
  ) as place
  from holders
),

brought as (
  select p.turn, p.holder, p.place, l.constraint_no, l.class_rank, l.limit_value
  from placed as p
  join idw_phase_load as l on l.holder = p.holder
),

seated as (
  select turn, constraint_no, class_rank, row_number() over (
    partition by turn, constraint_no order by min(place), class_rank
  ) as seat
  from brought
  group by turn, constraint_no, class_rank
),

refused as (
  select b.turn, b.holder, min(b.constraint_no) as blocked_by
  from brought as b
  join seated as s on s.turn = b.turn and s.constraint_no = b.constraint_no and s.class_rank = b.class_rank
  where s.seat > b.limit_value
  group by b.turn, b.holder
)

select
  p.turn,
  p.value_rank,
  p.holder,
  min(case when p.place = 1 then p.holder end) over (partition by p.turn) as owner,
  r.blocked_by,
  min(r.blocked_by) over (partition by p.turn) as any_blocked_by
from placed as p
left join refused as r on r.turn = p.turn and r.holder = p.holder
;
analyze idw_verdicts;

-- 7.1.5.12.2 idw_refusals: one row is a holder at the start of the phase and a value refused to it
-- from identifiers.login
insert into idw_refusals
select
  c.origin,
  v.holder,
  v.value_rank,
  v.owner as owner,
  v.blocked_by as blocked_by
from idw_verdicts as v
join idw_contenders as c on c.turn = v.turn and c.holder = v.holder
where v.blocked_by is not null;

-- 7.1.5.12.3 idw_renames: one row is a holder that merged in this round
drop table if exists pg_temp.idw_renames;
create temporary table idw_renames as
select holder, min(holder) over (partition by turn) as new_holder
from idw_verdicts
where blocked_by is null
;
analyze idw_renames;

-- 7.1.5.12.4 idw_contenders: one row is a holder and a value not yet judged
create temporary table idw_next as
with renamed as (
  select c.origin, coalesce(r.new_holder, c.holder) as holder, c.value_rank, c.ranked_at, c.turn
  from idw_contenders as c
  left join idw_renames as r on r.holder = c.holder
  where c.turn not in (select turn from idw_verdicts)
),

several as (
  select turn
  from renamed
  group by turn
  having min(holder) <> max(holder)
)

select n.*
from renamed as n
join several as s on s.turn = n.turn
;
drop table if exists pg_temp.idw_contenders;
alter table idw_next rename to idw_contenders;
analyze idw_contenders;

-- 7.1.5.12.5 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create temporary table idw_next as
select distinct coalesce(r.new_holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_phase_load as l
left join idw_renames as r on r.holder = l.holder
;
drop table if exists pg_temp.idw_phase_load;
alter table idw_next rename to idw_phase_load;
analyze idw_phase_load;

-- 7.1.5.12.6 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create temporary table idw_next as
select m.origin, coalesce(r.new_holder, m.holder) as holder
from idw_moves as m
left join idw_renames as r on r.holder = m.holder
;
drop table if exists pg_temp.idw_moves;
alter table idw_next rename to idw_moves;
analyze idw_moves;
end loop;

-- 7.1.5.13 idw_moves: one row is a holder of a quiet group
insert into idw_moves
select g.holder as origin, g.group_holder as holder
from idw_groups as g
where g.group_holder not in (select group_holder from idw_loud);

-- 7.1.5.14 idw_statuses: one row is a record and a value that is refused to its holder
insert into idw_statuses
select v.record, v.value_rank, 'contested' as status
from idw_refusals as f
join idw_holders as h on h.holder = f.origin
join idw_constrained_values as v on v.record = h.record and v.value_rank = f.value_rank;

-- 7.1.5.15 idw_blocked: one row is a holder and a value refused to it
-- from identifiers.login
insert into idw_blocked
select distinct 'login' as identifier, value_rank, holder, owner, blocked_by
from idw_refusals;

-- 7.1.5.16 idw_holders: one row is a record, and its holder
create temporary table idw_next as
select h.record, coalesce(m.holder, h.holder) as holder
from idw_holders as h
left join idw_moves as m on m.origin = h.holder
;
drop table if exists pg_temp.idw_holders;
alter table idw_next rename to idw_holders;
analyze idw_holders;

-- 7.1.5.17 idw_load: one row is a holder, a hard constraint and a class
create temporary table idw_next as
select distinct coalesce(m.holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
left join idw_moves as m on m.origin = l.holder
;
drop table if exists pg_temp.idw_load;
alter table idw_next rename to idw_load;
analyze idw_load;
end if;
end if;

--
-- 8. Merging by email where limits are broken

-- 8.1 only if idw_broken has rows
if exists (select 1 from idw_broken) then
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 8.1.1 idw_kept: one row is a holder and a value of email that it keeps
-- from identifiers.email
drop table if exists pg_temp.idw_kept;
create temporary table idw_kept as
select h.holder, v.value_rank, v.class_rank, min(v.observed_at) as ranked_at
from idw_constrained_values as v
join idw_holders as h on h.record = v.record
where v.identifier = 'email'
group by h.holder, v.value_rank, v.class_rank
;
analyze idw_kept;

-- 8.1.2 idw_contenders: one row is a holder and a value that another holder keeps too
-- from identifiers.email
drop table if exists pg_temp.idw_contenders;
create temporary table idw_contenders as
with several as (
  select value_rank, min(ranked_at) as ranked_at
  from idw_kept
  group by value_rank
  having count(*) >= 2
),

turns as (
  select value_rank, row_number() over (order by ranked_at asc nulls last, value_rank) as turn
  from several
)

select k.holder as origin, k.holder, k.value_rank, k.ranked_at, t.turn
from idw_kept as k
join turns as t on t.value_rank = k.value_rank
;
analyze idw_contenders;

-- 8.1.3 only if idw_contenders has rows
if exists (select 1 from idw_contenders) then

-- 8.1.3.1 idw_links: one row is a link between two holders of a value
drop table if exists pg_temp.idw_links;
create temporary table idw_links as
select distinct a, b
from (
  select min(holder) over (partition by turn) as a, holder as b
  from idw_contenders
) as pairs
where a <> b
;
analyze idw_links;

-- 8.1.3.2 idw_hops: one row is a node that stopped being a root, and its round
drop table if exists pg_temp.idw_hops;
create temporary table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false
;
analyze idw_hops;

-- 8.1.3.3 groups of holders by email: while idw_links has rows
idw_round := 0;
while exists (select 1 from idw_links) loop
idw_round := idw_round + 1;
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 8.1.3.3.1 idw_picks: one row is a node that still has links, and its root in this round
drop table if exists pg_temp.idw_picks;
create temporary table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, pg_temp.idw_first(neighbour order by hashint8extended(neighbour, idw_round)) filter (where hashint8extended(neighbour, idw_round) is not null) as root
  from both_ways
  group by node
),

rooted as (
  select p.node, case when q.root = p.node and p.node < q.node then p.node else p.root end as root
  from picked as p
  join picked as q on q.node = p.root
),

jumped as (
  select r.node, s.root
  from rooted as r
  join rooted as s on s.node = r.root
)

select j.node, k.root
from jumped as j
join jumped as k on k.node = j.root
;
analyze idw_picks;

-- 8.1.3.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select idw_round as round, node, root
from idw_picks
where node <> root;

-- 8.1.3.3.3 idw_links: one row is a link between two roots
create temporary table idw_next as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root
;
drop table if exists pg_temp.idw_links;
alter table idw_next rename to idw_links;
analyze idw_links;
end loop;

-- 8.1.3.4 idw_roots: one row is a node that is not the root of its component
drop table if exists pg_temp.idw_roots;
create temporary table idw_roots as
select node, root from idw_hops where false
;
analyze idw_roots;

-- 8.1.3.5 groups of holders by email, backwards: with idw_round from its last value down to 1
while idw_round > 0 loop

-- 8.1.3.5.1 idw_roots: one row is a node that is not the root of its component
create temporary table idw_next as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = idw_round
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null
;
drop table if exists pg_temp.idw_roots;
alter table idw_next rename to idw_roots;
analyze idw_roots;
idw_round := idw_round - 1;
end loop;

-- 8.1.3.6 idw_groups: one row is a holder, and the smallest holder of its group
drop table if exists pg_temp.idw_groups;
create temporary table idw_groups as
with smallest as (
  select root, least(root, min(node)) as label
  from idw_roots
  group by root
),

named as (
  select r.node, s.label
  from idw_roots as r
  join smallest as s on s.root = r.root
  union all
  select root as node, label
  from smallest
)

select node as holder, label as group_holder
from named
;
analyze idw_groups;

-- 8.1.3.7 idw_loud: one row is a group that breaks a hard constraint
drop table if exists pg_temp.idw_loud;
create temporary table idw_loud as
select distinct group_holder
from (
  select g.group_holder
  from idw_groups as g
  join idw_load as l on l.holder = g.holder
  group by g.group_holder, l.constraint_no, l.limit_value
  having count(distinct l.class_rank) > l.limit_value
) as exceeded
;
analyze idw_loud;

-- 8.1.3.8 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
drop table if exists pg_temp.idw_moves;
create temporary table idw_moves as
select g.holder as origin, g.holder
from idw_groups as g
join idw_loud as o on o.group_holder = g.group_holder
;
analyze idw_moves;

-- 8.1.3.9 idw_refusals: one row is a holder at the start of the phase and a value refused to it
drop table if exists pg_temp.idw_refusals;
create temporary table idw_refusals as
select
  cast(0 as bigint) as origin,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false
;
analyze idw_refusals;

-- 8.1.3.10 idw_contenders: one row is a holder and a value, in loud groups
create temporary table idw_next as
select c.*
from idw_contenders as c
join idw_groups as g on g.holder = c.holder
join idw_loud as o on o.group_holder = g.group_holder
;
drop table if exists pg_temp.idw_contenders;
alter table idw_next rename to idw_contenders;
analyze idw_contenders;

-- 8.1.3.11 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
drop table if exists pg_temp.idw_phase_load;
create temporary table idw_phase_load as
select distinct l.holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
where l.holder in (select holder from idw_contenders)
;
analyze idw_phase_load;

-- 8.1.3.12 merging by email: while idw_contenders has rows
idw_round := 0;
while exists (select 1 from idw_contenders) loop
idw_round := idw_round + 1;
idw_rounds := idw_rounds + 1;
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 8.1.3.12.1 idw_verdicts: one row is a holder of a value judged in this round
-- from identifiers.email
drop table if exists pg_temp.idw_verdicts;
create temporary table idw_verdicts as
with nearest as (
  select holder, min(turn) as turn
  from idw_contenders
  group by holder
),

ready as (
  select c.turn
  from idw_contenders as c
  join nearest as n on n.holder = c.holder
  group by c.turn
  having min(n.turn) = c.turn
),

holders as (
  select c.turn, c.value_rank, c.holder, min(c.ranked_at) as ranked_at
  from idw_contenders as c
  join ready as r on r.turn = c.turn
  group by c.turn, c.value_rank, c.holder
),

placed as (
  select turn, value_rank, holder, row_number() over (
    partition by turn order by ranked_at asc nulls last, holder
  ) as place
  from holders
),

brought as (
  select p.turn, p.holder, p.place, l.constraint_no, l.class_rank, l.limit_value
  from placed as p
  join idw_phase_load as l on l.holder = p.holder
),

seated as (
  select turn, constraint_no, class_rank, row_number() over (
    partition by turn, constraint_no order by min(place), class_rank
  ) as seat
  from brought
  group by turn, constraint_no, class_rank
),

refused as (
  select b.turn, b.holder, min(b.constraint_no) as blocked_by
  from brought as b
  join seated as s on s.turn = b.turn and s.constraint_no = b.constraint_no and s.class_rank = b.class_rank
  where s.seat > b.limit_value
  group by b.turn, b.holder
)

select
  p.turn,
  p.value_rank,
  p.holder,
  min(case when p.place = 1 then p.holder end) over (partition by p.turn) as owner,
  r.blocked_by,
  min(r.blocked_by) over (partition by p.turn) as any_blocked_by
from placed as p
left join refused as r on r.turn = p.turn and r.holder = p.holder
;
analyze idw_verdicts;

-- 8.1.3.12.2 idw_refusals: one row is a holder at the start of the phase and a value refused to it
-- from identifiers.email
insert into idw_refusals
select
  c.origin,
  v.holder,
  v.value_rank,
  null as owner,
  coalesce(v.blocked_by, v.any_blocked_by) as blocked_by
from idw_verdicts as v
join idw_contenders as c on c.turn = v.turn and c.holder = v.holder
where v.any_blocked_by is not null;

-- 8.1.3.12.3 idw_renames: one row is a holder that merged in this round
drop table if exists pg_temp.idw_renames;
create temporary table idw_renames as
select holder, min(holder) over (partition by turn) as new_holder
from idw_verdicts
where any_blocked_by is null
;
analyze idw_renames;

-- 8.1.3.12.4 idw_contenders: one row is a holder and a value not yet judged
create temporary table idw_next as
with renamed as (
  select c.origin, coalesce(r.new_holder, c.holder) as holder, c.value_rank, c.ranked_at, c.turn
  from idw_contenders as c
  left join idw_renames as r on r.holder = c.holder
  where c.turn not in (select turn from idw_verdicts)
),

several as (
  select turn
  from renamed
  group by turn
  having min(holder) <> max(holder)
)

select n.*
from renamed as n
join several as s on s.turn = n.turn
;
drop table if exists pg_temp.idw_contenders;
alter table idw_next rename to idw_contenders;
analyze idw_contenders;

-- 8.1.3.12.5 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create temporary table idw_next as
select distinct coalesce(r.new_holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_phase_load as l
left join idw_renames as r on r.holder = l.holder
;
drop table if exists pg_temp.idw_phase_load;
alter table idw_next rename to idw_phase_load;
analyze idw_phase_load;

-- 8.1.3.12.6 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create temporary table idw_next as
select m.origin, coalesce(r.new_holder, m.holder) as holder
from idw_moves as m
left join idw_renames as r on r.holder = m.holder
;
drop table if exists pg_temp.idw_moves;
alter table idw_next rename to idw_moves;
analyze idw_moves;
end loop;

-- 8.1.3.13 idw_moves: one row is a holder of a quiet group
insert into idw_moves
select g.holder as origin, g.group_holder as holder
from idw_groups as g
where g.group_holder not in (select group_holder from idw_loud);

-- 8.1.3.14 idw_statuses: one row is a record and a value that is refused to its holder
insert into idw_statuses
select v.record, v.value_rank, 'contested' as status
from idw_refusals as f
join idw_holders as h on h.holder = f.origin
join idw_constrained_values as v on v.record = h.record and v.value_rank = f.value_rank;

-- 8.1.3.15 idw_blocked: one row is a holder and a value refused to it
-- from identifiers.email
insert into idw_blocked
select distinct 'email' as identifier, value_rank, holder, owner, blocked_by
from idw_refusals;

-- 8.1.3.16 idw_holders: one row is a record, and its holder
create temporary table idw_next as
select h.record, coalesce(m.holder, h.holder) as holder
from idw_holders as h
left join idw_moves as m on m.origin = h.holder
;
drop table if exists pg_temp.idw_holders;
alter table idw_next rename to idw_holders;
analyze idw_holders;

-- 8.1.3.17 idw_load: one row is a holder, a hard constraint and a class
create temporary table idw_next as
select distinct coalesce(m.holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
left join idw_moves as m on m.origin = l.holder
;
drop table if exists pg_temp.idw_load;
alter table idw_next rename to idw_load;
analyze idw_load;
end if;
end if;

--
-- 9. Naming the identities
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 9.1 idw_resolved: one row is a record, its component and the label of its identity
drop table if exists pg_temp.idw_resolved;
create temporary table idw_resolved as
select c.record, c.component, coalesce(h.holder, c.component) as label
from idw_components as c
left join idw_holders as h on h.record = c.record
;
analyze idw_resolved;

-- 9.2 idw_settled: one row is a record and a value that it carries, with its status in the end
drop table if exists pg_temp.idw_settled;
create temporary table idw_settled as
with own as (
  select s.record, r.value_id, s.status
  from idw_statuses as s
  join idw_value_ranks as r on r.value_rank = s.value_rank
)

select c.record, c.value_id, s.label, coalesce(v.status, o.status, 'active') as status
from idw_carried as c
join idw_values as v on v.value_id = c.value_id
join idw_resolved as s on s.record = c.record
left join own as o on o.record = c.record and o.value_id = c.value_id
;
analyze idw_settled;

-- 9.3 idw_profiles: one row is an identity, with its size and its earliest record
drop table if exists pg_temp.idw_profiles;
create temporary table idw_profiles as
with members as (
  select s.label, r.record, r.model, r.observed_at
  from idw_resolved as s
  join idw_records as r on r.record = s.record
),

by_model as (
  select label, model, count(*) as records, min(observed_at) as first_seen, max(observed_at) as last_seen
  from members
  group by label, model
),

spans as (
  select
    label,
    cast(sum(records) as bigint) as records,
    count(*) as models,
    min(first_seen) as first_seen,
    max(last_seen) as last_seen
  from by_model
  group by label
),

earliest as (
  select m.label, min(m.record) as anchor
  from members as m
  join spans as s on s.label = m.label and m.observed_at is not distinct from s.first_seen
  group by m.label
)

select
  s.label,
  r.record_key as first_record_key,
  r.observed_at as first_observed_at,
  s.records,
  s.models,
  s.first_seen,
  s.last_seen
from spans as s
join earliest as e on e.label = s.label
join idw_records as r on r.record = e.anchor
;
analyze idw_profiles;

-- 9.5 idw_earlier: one row is an id whose rows may change, as the run before left it
drop table if exists pg_temp.idw_earlier;
create temporary table idw_earlier as
with idw_was_identities as (
select * from analytics.identity.person_identities
),

idw_was_identity_anchors as (
select * from analytics.identity.person_identity_anchors
),

idw_touched_identities as (
select identity_id from idw_was_identities
)

select w.*, k.observed_at as noted_at
from idw_was_identities as w
join idw_touched_identities as t on t.identity_id = w.identity_id
left join idw_was_identity_anchors as k on k.identity_id = w.identity_id
;
analyze idw_earlier;

-- 9.6 idw_former: one row is a record that had an id, with that id
drop table if exists pg_temp.idw_former;
create temporary table idw_former as
with idw_was_identity_records as (
select * from analytics.identity.person_identity_records
),

idw_replaced_records as (
select * from idw_was_identity_records
)

select r.record, w.identity_id
from idw_replaced_records as w
join idw_records as r on r.record_key = w.record_key
;
analyze idw_former;

-- 9.7 idw_flows: one row is an earlier id and an identity that has records of it
drop table if exists pg_temp.idw_flows;
create temporary table idw_flows as
select f.identity_id, s.label, count(*) as records
from idw_former as f
join idw_resolved as s on s.record = f.record
group by f.identity_id, s.label
;
analyze idw_flows;

-- 9.8 idw_claims: one row is a record of an earlier id that came apart or came together with others
drop table if exists pg_temp.idw_claims;
create temporary table idw_claims as
with counted as (
  select
    *,
    count(*) over (partition by identity_id) as heirs,
    count(*) over (partition by label) as ancestors
  from idw_flows
),

stirred as (
  select * from counted where heirs > 1 or ancestors > 1
),

members as (
  select x.identity_id, x.label, f.record, r.observed_at, r.record_key = i.anchor_record_key as is_anchor
  from stirred as x
  join idw_former as f on f.identity_id = x.identity_id
  join idw_resolved as s on s.record = f.record and s.label = x.label
  join idw_records as r on r.record = f.record
  join idw_earlier as i on i.identity_id = x.identity_id
),

priorities as (
  select 'login' as identifier, 1 as priority
  union all
  select 'email' as identifier, 2 as priority
),

strongest as (
  select t.record, min(p.priority) as priority
  from idw_settled as t
  join idw_values as v on v.value_id = t.value_id
  join priorities as p on p.identifier = v.identifier
  where t.status = 'active' and t.record in (select record from members)
  group by t.record
)

select
  m.identity_id,
  m.label,
  m.record,
  m.observed_at,
  coalesce(m.is_anchor, false) as is_anchor,
  s.priority
from members as m
left join strongest as s on s.record = m.record
;
analyze idw_claims;

-- 9.9 idw_heirs: one row is an earlier id, with its heir
drop table if exists pg_temp.idw_heirs;
create temporary table idw_heirs as
with claimants as (
  select
    identity_id,
    label,
    min(priority) as priority,
    count(*) as records,
    max(case when is_anchor then 1 else 0 end) as holds_anchor
  from idw_claims
  group by identity_id, label
),

firsts as (
  select identity_id, label, record, observed_at
  from (
    select *, row_number() over (partition by identity_id, label order by observed_at asc nulls last, record) as place
    from idw_claims
  ) as placed
  where place = 1
),

ranked as (
  select c.identity_id, c.label, row_number() over (
    partition by c.identity_id
    order by
      c.priority asc nulls last,
      c.records desc,
      c.holds_anchor desc,
      f.observed_at asc nulls last,
      f.record
  ) as place
  from claimants as c
  join firsts as f on f.identity_id = c.identity_id and f.label = c.label
)

select identity_id, label
from ranked
where place = 1
union all
select w.identity_id, w.label
from idw_flows as w
where w.identity_id not in (select identity_id from idw_claims)
;
analyze idw_heirs;

-- 9.10 idw_keepers: one row is an identity that keeps an id, with that id
drop table if exists pg_temp.idw_keepers;
create temporary table idw_keepers as
with anchors_before as (
  select
    i.identity_id,
    case when r.record is not null then r.observed_at else i.noted_at end as observed_at,
    case when e.record_key is null then i.anchor_record_key end as record_key
  from idw_earlier as i
  left join idw_records as r on r.record_key = i.anchor_record_key
  left join idw_erased as e on e.record_key = i.anchor_record_key
),

ranked as (
  select h.label, h.identity_id, row_number() over (partition by h.label order by i.created_run, a.observed_at asc nulls last, a.record_key asc nulls last, i.identity_id) as place
  from idw_heirs as h
  join idw_earlier as i on i.identity_id = h.identity_id
  join anchors_before as a on a.identity_id = h.identity_id
)

select label, identity_id
from ranked
where place = 1
;
analyze idw_keepers;

-- 9.11 idw_revivals: one row is an identity that takes an id back, with that id
drop table if exists pg_temp.idw_revivals;
create temporary table idw_revivals as
with anchors_before as (
  select
    i.identity_id,
    case when r.record is not null then r.observed_at else i.noted_at end as observed_at,
    case when e.record_key is null then i.anchor_record_key end as record_key
  from idw_earlier as i
  left join idw_records as r on r.record_key = i.anchor_record_key
  left join idw_erased as e on e.record_key = i.anchor_record_key
),

ranked as (
  select s.label, i.identity_id, row_number() over (partition by s.label order by i.created_run, a.observed_at asc nulls last, a.record_key asc nulls last, i.identity_id) as place
  from idw_earlier as i
  join idw_records as r on r.record_key = i.anchor_record_key
  join idw_resolved as s on s.record = r.record
  join anchors_before as a on a.identity_id = i.identity_id
  left join idw_keepers as k on k.label = s.label
  where i.status in ('merged', 'retired') and k.label is null
)

select label, identity_id
from ranked
where place = 1
;
analyze idw_revivals;

-- 9.12 idw_anchors: one row is an identity, with its id and its anchor
drop table if exists pg_temp.idw_anchors;
create temporary table idw_anchors as
with idw_was_identities as (
select * from analytics.identity.person_identities
),

idw_was_withdrawn_ids as (
select * from analytics.identity.person_withdrawn_ids
),

chosen as (
  select
    p.*,
    coalesce(k.identity_id, v.identity_id) as earlier_id,
    case when k.identity_id is not null then 'kept' when v.identity_id is not null then 'revived' else 'created' end as origin,
    case when k.identity_id is null and v.identity_id is null then 'id_' || left(md5(p.first_record_key) collate "C", 20) end as fresh_id
  from idw_profiles as p
  left join idw_keepers as k on k.label = p.label
  left join idw_revivals as v on v.label = p.label
),

held as (
  select i.identity_id, i.created_run, i.anchor_record_key, r.observed_at, s.label
  from idw_earlier as i
  join idw_records as r on r.record_key = i.anchor_record_key
  join idw_resolved as s on s.record = r.record
)

select
  p.label,
  coalesce(p.earlier_id, case when t.identity_id is null and y.identity_id is null then p.fresh_id else 'id_' || left(md5('#' || cast(idw_run as text) || '#' || p.first_record_key) collate "C", 20) end) as identity_id,
  coalesce(h.anchor_record_key, p.first_record_key) as anchor_record_key,
  case when h.identity_id is not null then h.observed_at else p.first_observed_at end as anchor_observed_at,
  p.records,
  p.models,
  p.first_seen,
  p.last_seen,
  coalesce(e.created_run, idw_run) as created_run,
  p.origin
from chosen as p
left join idw_earlier as e on e.identity_id = p.earlier_id
left join held as h on h.identity_id = p.earlier_id and h.label = p.label
left join idw_was_identities as t on t.identity_id = p.fresh_id
left join idw_was_withdrawn_ids as y on y.identity_id = p.fresh_id
;
analyze idw_anchors;

-- 9.13 duplicate ids (entity)
idw_problem := (
select 'IDW901 Two identities would get one id: ' || array_to_string((array_agg(example order by example))[1:5], '; ')
from (
  select concat(coalesce(cast(identity_id as text) collate "C", ''), ' (anchors ', coalesce(cast(a as text) collate "C", ''), ' and ', coalesce(cast(b as text) collate "C", ''), ')') as example
  from (
    select identity_id, min(anchor_record_key) as a, max(anchor_record_key) as b
from idw_anchors
group by identity_id
having count(*) > 1
  ) as found_rows
) as examples
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

-- 9.14 idw_descents: one row is an earlier id that merges, with its survivor and its new anchor
drop table if exists pg_temp.idw_descents;
create temporary table idw_descents as
with merging as (
  select h.identity_id, h.label, a.identity_id as survivor_id
  from idw_heirs as h
  join idw_anchors as a on a.label = h.label
  where a.identity_id <> h.identity_id
),

placed as (
  select m.*, c.record, c.observed_at, count(*) over (partition by m.identity_id) as records, row_number() over (
    partition by m.identity_id order by c.priority asc nulls last, c.observed_at asc nulls last, c.record
  ) as place
  from merging as m
  join idw_claims as c on c.identity_id = m.identity_id and c.label = m.label
)

select p.identity_id, p.label, p.survivor_id, p.records, r.record_key as anchor_record_key, p.observed_at
from placed as p
join idw_records as r on r.record = p.record
where p.place = 1
;
analyze idw_descents;

--
-- 10. Judging the identities
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 10.2 idw_held: one row is an identity and a value that is active in it, or a must-link inside it
drop table if exists pg_temp.idw_held;
create temporary table idw_held as
with idw_ties as (
select label, value_id, record
from idw_settled
where status = 'active'
union all
select a.label, -d.position as value_id, d.a_record as record
from idw_decisions as d
join idw_resolved as a on a.record = d.a_record
join idw_resolved as b on b.record = d.b_record and b.label = a.label
where d.decision = 'must_link' and d.status = 'in_force' and d.position not in (
  select value_rank from idw_blocked where identifier = 'must_link'
)
union all
select a.label, -d.position as value_id, d.b_record as record
from idw_decisions as d
join idw_resolved as a on a.record = d.a_record
join idw_resolved as b on b.record = d.b_record and b.label = a.label
where d.decision = 'must_link' and d.status = 'in_force' and d.position not in (
  select value_rank from idw_blocked where identifier = 'must_link'
)
),

by_model as (
  select c.label, c.value_id, r.model, count(*) as records
  from idw_ties as c
  join idw_records as r on r.record = c.record
  group by c.label, c.value_id, r.model
)

select
  label,
  value_id,
  cast(sum(records) as bigint) as records,
  count(*) as models
from by_model
group by label, value_id
;
analyze idw_held;

-- 10.3 idw_agreement: one row is an identity whose records have attributes
-- from confidence
drop table if exists pg_temp.idw_agreement;
create temporary table idw_agreement as
with idw_attributes as (
select
  idw_record,
  first_name,
  city
from idw_stage_people

union all

select
  idw_record,
  first_name,
  null as city
from idw_stage_visits
),

given as (
  select
    idw_record as record,
    nullif(case
  when char_length(btrim(cast(first_name as text) collate "C", E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) = octet_length(btrim(cast(first_name as text) collate "C", E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) then lower(btrim(cast(first_name as text) collate "C", E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') collate "C")
  else translate(btrim(cast(first_name as text) collate "C", E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), 'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǄǅǇǈǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǱǲǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫϏϘϚϜϞϠϢϤϦϨϪϬϮϴϷϹϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯᏰᏱᏲᏳᏴᏵᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾸᾹᾺΆᾼῈΈῊΉῌῘῙῚΊῨῩῪΎῬῸΌῺΏῼΩKÅℲⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅬⅭⅮⅯↃⒶⒷⒸⒹⒺⒻⒼⒽⒾⒿⓀⓁⓂⓃⓄⓅⓆⓇⓈⓉⓊⓋⓌⓍⓎⓏⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟐꟖꟘꟵＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡', 'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįiĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǆǆǉǉǌǌǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǳǳǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋϗϙϛϝϟϡϣϥϧϩϫϭϯθϸϲϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿᏸᏹᏺᏻᏼᏽაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰᾱὰάᾳὲέὴήῃῐῑὶίῠῡὺύῥὸόὼώῳωkåⅎⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻⅼⅽⅾⅿↄⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫᵽɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂᶎꟈꟊꟑꟗꟙꟶａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃')
end, '') as attribute_1,
    nullif(case
  when char_length(btrim(cast(city as text) collate "C", E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) = octet_length(btrim(cast(city as text) collate "C", E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) then lower(btrim(cast(city as text) collate "C", E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') collate "C")
  else translate(btrim(cast(city as text) collate "C", E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), 'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǄǅǇǈǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǱǲǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫϏϘϚϜϞϠϢϤϦϨϪϬϮϴϷϹϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯᏰᏱᏲᏳᏴᏵᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾸᾹᾺΆᾼῈΈῊΉῌῘῙῚΊῨῩῪΎῬῸΌῺΏῼΩKÅℲⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅬⅭⅮⅯↃⒶⒷⒸⒹⒺⒻⒼⒽⒾⒿⓀⓁⓂⓃⓄⓅⓆⓇⓈⓉⓊⓋⓌⓍⓎⓏⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟐꟖꟘꟵＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡', 'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįiĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǆǆǉǉǌǌǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǳǳǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋϗϙϛϝϟϡϣϥϧϩϫϭϯθϸϲϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿᏸᏹᏺᏻᏼᏽაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰᾱὰάᾳὲέὴήῃῐῑὶίῠῡὺύῥὸόὼώῳωkåⅎⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻⅼⅽⅾⅿↄⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫᵽɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂᶎꟈꟊꟑꟗꟙꟶａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃')
end, '') as attribute_2
  from idw_attributes
)

select
  s.label,
  case when count(g.attribute_1) >= 2 then 1 else 0 end
  + case when count(g.attribute_2) >= 2 then 1 else 0 end as compared,
  case when count(g.attribute_1) >= 2 and min(g.attribute_1) = max(g.attribute_1) then 1 else 0 end
  + case when count(g.attribute_2) >= 2 and min(g.attribute_2) = max(g.attribute_2) then 1 else 0 end as agreed
from given as g
join idw_resolved as s on s.record = g.record
group by s.label
;
analyze idw_agreement;

-- 10.4 idw_confidence: one row is an identity of two or more records, with its confidence and the parts of it
-- from confidence
drop table if exists pg_temp.idw_confidence;
create temporary table idw_confidence as
with idw_ties as (
select label, value_id, record
from idw_settled
where status = 'active'
union all
select a.label, -d.position as value_id, d.a_record as record
from idw_decisions as d
join idw_resolved as a on a.record = d.a_record
join idw_resolved as b on b.record = d.b_record and b.label = a.label
where d.decision = 'must_link' and d.status = 'in_force' and d.position not in (
  select value_rank from idw_blocked where identifier = 'must_link'
)
union all
select a.label, -d.position as value_id, d.b_record as record
from idw_decisions as d
join idw_resolved as a on a.record = d.a_record
join idw_resolved as b on b.record = d.b_record and b.label = a.label
where d.decision = 'must_link' and d.status = 'in_force' and d.position not in (
  select value_rank from idw_blocked where identifier = 'must_link'
)
),

-- corroboration: the values that tie the record with the fewest of them
tied as (
  select c.record, c.label, count(*) as ties
  from idw_ties as c
  join idw_held as h on h.value_id = c.value_id
  where h.records >= 2
  group by c.record, c.label
),

weakest as (
  select label, min(ties) as ties
  from tied
  group by label
),

-- corroboration and breadth: the value that reaches most records, and the one that reaches most models
widest as (
  select label, max(records) as records, max(models) as models
  from idw_held
  where records >= 2
  group by label
),

-- pressure: how full the fullest limit is, beyond the one value that everybody has
limits as (
  select '' as identifier, 0 as priority, 0 as limit_value where false
),

filled as (
  select
    h.label,
    cast(count(distinct coalesce(k.class_id, h.value_id)) - 1 as double precision) / (l.limit_value - 1) as fullness
  from idw_held as h
  join idw_values as v on v.value_id = h.value_id
  join limits as l on l.identifier = v.identifier
  left join idw_classes as k on k.value_id = h.value_id
  group by h.label, l.identifier, l.limit_value
  union all
  select label, 1 as fullness
  from idw_settled
  where status = 'over_limit'
),

fullness as (
  select label, least(max(fullness), 1) as fullness
  from filled
  group by label
),

-- pressure: values that others hold against it, of all that it carries
contested as (
  select label, count(*) as contested
  from (
    select distinct label, value_id
    from idw_settled
    where status = 'contested'
  ) as t
  group by label
),

active as (
  select label, count(*) as active
  from idw_held
  where value_id > 0
  group by label
),

parts as (
  select
    a.label,
    (cast(w.records as double precision) / a.records + 1 - power(0.5, k.ties)) / 2 as corroboration,
    coalesce(cast(g.agreed as double precision) / nullif(g.compared, 0), 1) as agreement,
    cast(w.models as double precision) / a.models as breadth,
    1 - (1 - coalesce(f.fullness, 0))
      * (1 - coalesce(cast(c.contested as double precision) / (c.contested + coalesce(v.active, 0)), 0)) as pressure
  from idw_anchors as a
  join weakest as k on k.label = a.label
  join widest as w on w.label = a.label
  left join fullness as f on f.label = a.label
  left join contested as c on c.label = a.label
  left join active as v on v.label = a.label
  left join idw_agreement as g on g.label = a.label
  where a.records >= 2
)

select
  label,
  corroboration,
  agreement,
  breadth,
  pressure,
  floor(((
    3 * corroboration
    + 2 * agreement
    + 1 * breadth
    + 2 * (1 - pressure)
  ) / 8) * 1e4 + 0.5) / 1e4 as confidence
from parts
;
analyze idw_confidence;

--
-- 11. Building the results
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 11.1 idw_survivors: one row is an identity, with what the rules make of its records
-- from golden_record
drop table if exists pg_temp.idw_survivors;
create temporary table idw_survivors as
with idw_attributes as (
select
  idw_record,
  first_name,
  city
from idw_stage_people

union all

select
  idw_record,
  first_name,
  null as city
from idw_stage_visits
),

places as (
  select 'people' as model, 1 as place
  union all
  select 'visits' as model, 2 as place
),

placed as (
  -- Orders are made on narrow rows; attributes, which are wide, join them afterwards.
  select
    r.record,
    s.label as idw_label,
    row_number() over (partition by s.label order by p.place, r.observed_at desc nulls last, r.record) as idw_by_source_priority,
    row_number() over (partition by s.label order by r.observed_at desc nulls last, p.place, r.record) as idw_by_most_recent
  from idw_records as r
  join places as p on p.model = r.model
  join idw_resolved as s on s.record = r.record
),

ranked as (
  select
    p.idw_label,
    p.idw_by_source_priority,
    p.idw_by_most_recent,
    g.first_name,
    g.city
  from idw_attributes as g
  join placed as p on p.record = g.idw_record
),

gathered as (
  select
    r.idw_label,
    pg_temp.idw_first(r.city order by r.idw_by_most_recent) filter (where r.idw_by_most_recent is not null) as city
  from ranked as r
  group by r.idw_label
),

first_name_values as (
  select
    r.idw_label,
    r.first_name as value,
    count(*) as records,
    min(r.idw_by_source_priority) as best
  from ranked as r
  where r.first_name is not null
  group by r.idw_label, r.first_name
),

first_name_order as (
  select
    idw_label,
    value,
    row_number() over (partition by idw_label order by records desc, best) as nth
  from first_name_values
),

emails_rows as (
  select
    p.idw_label,
    p.idw_by_source_priority,
    d.value
  from idw_settled as t
  join idw_dictionary as d on d.value_id = t.value_id
  join placed as p on p.record = t.record
  where d.identifier = 'email' and t.status = 'active'
),

emails_values as (
  select
    r.idw_label,
    r.value,
    min(r.idw_by_source_priority) as best
  from emails_rows as r
  where r.value is not null
  group by r.idw_label, r.value
),

emails_order as (
  select
    idw_label,
    value,
    row_number() over (partition by idw_label order by best, value) as nth
  from emails_values
),

emails_array as (
  select
    idw_label,
    array_agg(o.value order by o.nth) as value
  from emails_order as o
  where o.nth <= 3
  group by idw_label
)

select
  a.label as idw_label,
  first_name_order.value as first_name,
  gathered.city as city,
  coalesce(emails_array.value, '{}') as emails
from idw_anchors as a
left join gathered on gathered.idw_label = a.label
left join first_name_order on first_name_order.idw_label = a.label and first_name_order.nth = 1
left join emails_array on emails_array.idw_label = a.label
;
analyze idw_survivors;

-- 11.2 idw_out_identity_records: one row is a record, with its identity
drop table if exists pg_temp.idw_out_identity_records;
create temporary table idw_out_identity_records as
with idw_was_identity_records as (
select * from analytics.identity.person_identity_records
),

idw_replaced_records as (
select * from idw_was_identity_records
)

select
  r.record_key,
  r.model,
  r.source_key,
  r.observed_at,
  a.identity_id,
  f.record_key as component,
  case when w.identity_id = a.identity_id then w.updated_run else idw_run end as updated_run
from idw_resolved as s
join idw_records as r on r.record = s.record
join idw_records as f on f.record = s.component
join idw_anchors as a on a.label = s.label
left join idw_replaced_records as w on w.record_key = r.record_key
;
analyze idw_out_identity_records;

-- 11.3 idw_out_record_values: one row is a record, an identifier and a value, with its status
drop table if exists pg_temp.idw_out_record_values;
create temporary table idw_out_record_values as
select r.record_key, cast(d.identifier as text) collate "C" as identifier, d.value, t.status
from idw_settled as t
join idw_dictionary as d on d.value_id = t.value_id
join idw_records as r on r.record = t.record
;
analyze idw_out_record_values;

-- 11.4 idw_out_identities: one row is an identity
drop table if exists pg_temp.idw_out_identities;
create temporary table idw_out_identities as
select
  identity_id,
  'active' as status,
  cast(null as text) as merged_into,
  anchor_record_key,
  created_run,
  idw_run as updated_run,
  records,
  models,
  first_seen,
  last_seen,
  -- one record alone is nobody else's
  coalesce(c.confidence, 1) as confidence
from idw_anchors as a
left join idw_confidence as c on c.label = a.label
union all
select
  d.identity_id,
  'merged' as status,
  d.survivor_id as merged_into,
  d.anchor_record_key,
  i.created_run,
  idw_run as updated_run,
  cast(0 as bigint) as records,
  cast(0 as bigint) as models,
  cast(null as timestamp) as first_seen,
  cast(null as timestamp) as last_seen,
  cast(null as double precision) as confidence
from idw_descents as d
join idw_earlier as i on i.identity_id = d.identity_id
union all
select
  i.identity_id,
  case when i.status = 'active' then 'retired' else i.status end as status,
  case when i.status = 'merged' then coalesce(a.identity_id, i.merged_into) end as merged_into,
  case when i.anchor_record_key not in (select record_key from idw_erased) then i.anchor_record_key end as anchor_record_key,
  i.created_run,
  idw_run as updated_run,
  cast(0 as bigint) as records,
  cast(0 as bigint) as models,
  cast(null as timestamp) as first_seen,
  cast(null as timestamp) as last_seen,
  cast(null as double precision) as confidence
from idw_earlier as i
left join idw_records as r on r.record_key = i.anchor_record_key
left join idw_resolved as s on s.record = r.record
left join idw_anchors as a on a.label = s.label
where i.identity_id not in (select identity_id from idw_anchors)
  and i.identity_id not in (select identity_id from idw_descents)
;
analyze idw_out_identities;

-- 11.5 idw_out_identity_values: one row is an identity, an identifier and a value, with the best status of its records
drop table if exists pg_temp.idw_out_identity_values;
create temporary table idw_out_identity_values as
with held as (
  select
    t.label,
    t.value_id,
    min(case t.status when 'active' then 0 when 'contested' then 1 when 'over_limit' then 2 when 'shared' then 3 end) as status,
    count(*) as records,
    min(r.observed_at) as first_seen,
    max(r.observed_at) as last_seen
  from idw_settled as t
  join idw_records as r on r.record = t.record
  group by t.label, t.value_id
)

select
  a.identity_id,
  cast(d.identifier as text) collate "C" as identifier,
  d.value,
  case h.status when 0 then 'active' when 1 then 'contested' when 2 then 'over_limit' when 3 then 'shared' end as status,
  h.records,
  h.first_seen,
  h.last_seen,
  idw_run as updated_run
from held as h
join idw_anchors as a on a.label = h.label
join idw_dictionary as d on d.value_id = h.value_id
;
analyze idw_out_identity_values;

-- 11.6 idw_out_blocked_merges: one row is an identity, a value and the identity that owns it
drop table if exists pg_temp.idw_out_blocked_merges;
create temporary table idw_out_blocked_merges as
with refused as (
  select b.identifier, d.value, h.label, o.label as owner_label, b.blocked_by
  from idw_blocked as b
  join idw_value_ranks as r on r.value_rank = b.value_rank
  join idw_dictionary as d on d.value_id = r.value_id
  join idw_resolved as h on h.record = b.holder
  left join idw_resolved as o on o.record = b.owner
  where b.identifier <> 'must_link'
  union all
  select b.identifier, d.id as value, h.label, o.label as owner_label, b.blocked_by
  from idw_blocked as b
  join idw_decisions as d on d.position = b.value_rank
  join idw_resolved as h on h.record = b.holder
  left join idw_resolved as o on o.record = b.owner
  where b.identifier = 'must_link'
),

met as (
  select identifier, value
  from refused
  where owner_label is null
  group by identifier, value
  having min(label) = max(label)
),

left_over as (
  select identifier, value, label, owner_label, min(blocked_by) as blocked_by
  from refused
  where owner_label is distinct from label
  group by identifier, value, label, owner_label
)

select
  a.identity_id,
  o.identity_id as owner_identity_id,
  k.identifier,
  k.value,
  coalesce(d.id, cast(case blocked_by when 1 then 'login' end as text)) as blocked_by,
  case when d.id is not null then 1 else cast(case blocked_by when 1 then 1 end as bigint) end as limit_value
from left_over as k
join idw_anchors as a on a.label = k.label
left join idw_anchors as o on o.label = k.owner_label
left join met as m on m.identifier = k.identifier and m.value = k.value
left join idw_decisions as d on d.position - 1000000000 = k.blocked_by
where m.value is null
union all
select
  identity_id,
  cast(null as text) as owner_identity_id,
  identifier,
  value,
  cast(case blocked_by when 1 then 'login' end as text) as blocked_by,
  cast(case blocked_by when 1 then 1 end as bigint) as limit_value
from (
  select *, count(*) over (partition by identifier, value) as holders
  from (
    select distinct cast(d.identifier as text) collate "C" as identifier, d.value, a.identity_id, v.exceeded as blocked_by
    from idw_values as v
    join idw_settled as t on t.value_id = v.value_id
    join idw_dictionary as d on d.value_id = v.value_id
    join idw_anchors as a on a.label = t.label
    where v.status = 'contested'
  ) as held
) as counted
where holders >= 2
;
analyze idw_out_blocked_merges;

-- 11.7 idw_out_golden_records: one row is an identity, with its golden values
-- from golden_record
drop table if exists pg_temp.idw_out_golden_records;
create temporary table idw_out_golden_records as
with decided as (
  select
    s.label as idw_label,
    d.attribute,
    d.value,
    d.a,
    row_number() over (
      partition by s.label, d.attribute order by d.decided_at desc nulls last, d.id
    ) as nth
  from idw_decisions as d
  join idw_resolved as s on s.record = d.a_record
  where d.decision = 'golden_override' and d.status = 'in_force'
),

overrides as (
  select
    idw_label,
    max(case when d.attribute = 'first_name' then d.value end) as first_name,
    max(case when d.attribute = 'city' then d.value end) as city,
    max(case when d.attribute = 'emails' then d.value end) as emails
  from decided as d
  where nth = 1
  group by idw_label
)

select
  a.identity_id,
  coalesce(case when o.first_name is not null then pg_temp.idw_like(o.first_name, v.first_name) end, v.first_name) as first_name,
  coalesce(case when o.city is not null then pg_temp.idw_like(o.city, v.city) end, v.city) as city,
  coalesce(case when o.emails is not null then pg_temp.idw_like(o.emails, v.emails) end, v.emails) as emails,
  idw_run as updated_run
from idw_anchors as a
join idw_survivors as v on v.idw_label = a.label
left join overrides as o on o.idw_label = a.label
;
analyze idw_out_golden_records;

-- 11.8 idw_out_rejected_records: one row is a row that is not a record, and a reason
-- from models
drop table if exists pg_temp.idw_out_rejected_records;
create temporary table idw_out_rejected_records as
select distinct model, source_key, reason, idw_run as run
from (
  select distinct
    'people' as model,
    idw_source_key as source_key,
    'test_row' as reason
  from idw_judged_people
  where idw_reject_1
) as rejected
where not exists (select 1 from idw_erased as e where e.record_key = model || ':' || source_key)
;
analyze idw_out_rejected_records;

-- 11.9 idw_out_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped
-- from identifiers
drop table if exists pg_temp.idw_out_rejected_values;
create temporary table idw_out_rejected_values as
with dropped as (
  select record, identifier, raw_value, 'empty' as reason
  from idw_candidates
  where raw_value is not null and coalesce(value, '') = ''
  union all
  select c.record, c.identifier, c.raw_value, d.reason
  from idw_candidates as c
  join idw_dictionary as d on d.identifier = c.identifier and d.value = c.value
  where d.reason is not null
)

select distinct r.record_key, cast(d.identifier as text) collate "C" as identifier, d.raw_value, d.reason
from dropped as d
join idw_records as r on r.record = d.record
;
analyze idw_out_rejected_values;

-- 11.10 idw_out_decisions_in_force: one row is a decision, with its status
-- from decisions
drop table if exists pg_temp.idw_out_decisions_in_force;
create temporary table idw_out_decisions_in_force as
with idw_was_decisions_in_force as (
select * from analytics.identity.person_decisions_in_force
)

select
  d.id,
  d.decision,
  case when not d.a_is_erased then d.a end as a,
  case when not d.b_is_erased then d.b end as b,
  d.identifier,
  case when not (d.a_is_erased or (d.decision = 'ignore_value' and f.id is not null and f.value is null)) then d.value end as value,
  d.attribute,
  case when not (d.a_is_erased or d.b_is_erased or (d.decision = 'ignore_value' and f.id is not null and f.value is null)) then d.reason end as reason,
  d.decided_by,
  d.decided_at,
  d.expires_at,
  case
    when b.value_rank is not null then 'refused'
    when d.status = 'elsewhere' then coalesce(w.status, 'in_force')
    when d.decision = 'golden_override' and d.status = 'in_force' and case d.attribute
      when 'first_name' then cast(case when d.value is not null then pg_temp.idw_like(d.value, v.first_name) end as text) collate "C" = cast(v.first_name as text) collate "C"
      when 'city' then cast(case when d.value is not null then pg_temp.idw_like(d.value, v.city) end as text) collate "C" = cast(v.city as text) collate "C"
      when 'emails' then cast(case when d.value is not null then pg_temp.idw_like(d.value, v.emails) end as text) collate "C" = cast(v.emails as text) collate "C"
    end then 'agreed'
    else d.status
  end as status
from idw_decisions as d
left join idw_was_decisions_in_force as w on w.id = d.id and w.status in ('refused', 'agreed')
left join idw_was_decisions_in_force as f on f.id = d.id and f.decision = d.decision
left join (
  select distinct value_rank from idw_blocked where identifier = 'must_link'
) as b on d.decision = 'must_link' and b.value_rank = d.position
left join idw_resolved as s on d.decision = 'golden_override' and s.record = d.a_record
left join idw_survivors as v on v.idw_label = s.label
;
analyze idw_out_decisions_in_force;

-- 11.11 idw_out_record_state: one row is a record, with what the next run compares it by and its attributes
drop table if exists pg_temp.idw_out_record_state;
create temporary table idw_out_record_state as
with idw_attributes as (
select
  idw_record,
  first_name,
  city
from idw_stage_people

union all

select
  idw_record,
  first_name,
  null as city
from idw_stage_visits
)

select r.record_key, r.model, f.fingerprint,
a.first_name as a_first_name,
a.city as a_city
from (
  select
    idw_record as record,
    idw_fingerprint as fingerprint
  from idw_stage_people

  union all

  select
    idw_record as record,
    idw_fingerprint as fingerprint
  from idw_stage_visits
) as f
join idw_records as r on r.record = f.record
left join idw_attributes as a on a.idw_record = r.record
;
analyze idw_out_record_state;

-- 11.12 idw_out_withheld_values: one row is a value that matches nothing, with the reason
drop table if exists pg_temp.idw_out_withheld_values;
create temporary table idw_out_withheld_values as
select
  cast(d.identifier as text) collate "C" as identifier,
  d.value,
  v.status,
  cast(v.exceeded as bigint) as exceeded
from idw_values as v
join idw_dictionary as d on d.value_id = v.value_id
where v.status is not null
;
analyze idw_out_withheld_values;

-- 11.13 idw_out_ignored_values: one row is a record and a value of it that only the list of values to ignore drops
drop table if exists pg_temp.idw_out_ignored_values;
create temporary table idw_out_ignored_values as
select distinct r.record_key, cast(d.identifier as text) collate "C" as identifier, d.value, c.raw_value
from idw_candidates as c
join idw_dictionary as d on d.identifier = c.identifier and d.value = c.value
join idw_records as r on r.record = c.record
where d.is_listed
;
analyze idw_out_ignored_values;

-- 11.14 idw_out_identity_anchors: one row is an id ever issued, with the time of its anchor as last known, and whether its golden values are held back
drop table if exists pg_temp.idw_out_identity_anchors;
create temporary table idw_out_identity_anchors as
select identity_id, anchor_observed_at as observed_at, false as gone, false as is_held
from idw_anchors
union all
select identity_id, observed_at, false as gone, false as is_held
from idw_descents
union all
select
  i.identity_id,
  case when r.record is not null then r.observed_at else i.noted_at end as observed_at,
  r.record is null as gone,
  false as is_held
from idw_earlier as i
left join idw_records as r on r.record_key = i.anchor_record_key
where i.identity_id not in (select identity_id from idw_anchors)
  and i.identity_id not in (select identity_id from idw_descents)
;
analyze idw_out_identity_anchors;

-- 11.16 idw_out_watermarks: one row is a model, with the latest time of loading that was read
drop table if exists pg_temp.idw_out_watermarks;
create temporary table idw_out_watermarks as
with idw_source_visits as (
select * from raw.visits
),

idw_was_watermarks as (
select * from analytics.identity.person_watermarks
),

idw_read_visits as (
select * from idw_source_visits
)

select n.model, coalesce(greatest(n.watermark, w.watermark), n.watermark, w.watermark) as watermark
from (
  select 'visits' as model, max(pg_temp.idw_timestamp(loaded_at)) as watermark
  from idw_read_visits
) as n
left join idw_was_watermarks as w on w.model = n.model
;
analyze idw_out_watermarks;

-- 11.17 idw_out_metric_counts: one row is a count that the metrics of the next run start from
drop table if exists pg_temp.idw_out_metric_counts;
create temporary table idw_out_metric_counts as
select counted, identifier, model, bucket, found
from (
  with members as (
    select r.model, s.label as identity, count(*) as records, min(p.records) as size
    from idw_resolved as s
    join idw_records as r on r.record = s.record
    join idw_profiles as p on p.label = s.label
    group by r.model, s.label
  ),

  by_model as (
    select
      model,
      sum(records) as records,
      count(*) as identities,
      sum(case when size >= 2 then records else 0 end) as matched_records,
      sum(case when size = 1 then records else 0 end) as single_records
    from members
    group by model
  ),

  components as (
    select count(*) as found from idw_components where record = component
  ),

  covered as (
    select cast(c.identifier as text) collate "C" as identifier, r.model, count(*) as found
    from (
      select distinct record, identifier
      from idw_carried
    ) as c
    join idw_records as r on r.record = c.record
    group by c.identifier, r.model
  ),

  carried as (
    select cast(c.identifier as text) collate "C" as identifier, count(*) as found
    from idw_carried as c
    group by c.identifier
  ),

  matching as (
    select cast(v.identifier as text) collate "C" as identifier, count(*) as found
    from idw_values as v
    where v.status is null
    group by v.identifier
  ),

  lost as (
    select cast(v.identifier as text) collate "C" as identifier, t.status, count(*) as found
    from (
      select distinct value_id, status
      from idw_settled
      where status <> 'active'
    ) as t
    join idw_values as v on v.value_id = t.value_id
    where v.status is null
    group by v.identifier, t.status
  ),

  counts as (
    select 'records' as counted, '' as identifier, model as model, 0 as bucket, records as found
    from by_model
    union all
    select 'identities' as counted, '' as identifier, model as model, 0 as bucket, identities as found
    from by_model
    union all
    select 'matched_records' as counted, '' as identifier, model as model, 0 as bucket, matched_records as found
    from by_model
    union all
    select 'single_records' as counted, '' as identifier, model as model, 0 as bucket, single_records as found
    from by_model
    union all
    select 'components' as counted, '' as identifier, '' as model, 0 as bucket, found as found
    from components
    union all
    select 'covered_records' as counted, identifier as identifier, model as model, 0 as bucket, found as found
    from covered
    union all
    select 'carried_values' as counted, identifier as identifier, '' as model, 0 as bucket, found as found
    from carried
    union all
    select 'matching_values' as counted, identifier as identifier, '' as model, 0 as bucket, found as found
    from matching
    union all
    select status || '_values' as counted, identifier as identifier, '' as model, 0 as bucket, found as found
    from lost
  )

  select counted, identifier, model, bucket, cast(found as bigint) as found
  from counts
  where found <> 0
) as resolved_now
union all
select 'identities_of_size' as counted, '' as identifier, '' as model, cast(records as bigint) as bucket, cast(count(*) as bigint) as found
from idw_out_identities
where status = 'active' and records >= 1
group by records
union all
select 'judged_identities' as counted, '' as identifier, '' as model, cast(case when confidence >= 0.9 then 9 else floor(confidence * 10) end as bigint) as bucket, cast(count(*) as bigint) as found
from idw_out_identities
where status = 'active' and records >= 2
group by cast(case when confidence >= 0.9 then 9 else floor(confidence * 10) end as bigint)
union all
select 'confidence' as counted, '' as identifier, '' as model, cast(0 as bigint) as bucket, cast(sum(round(confidence * 10000)) as bigint) as found
from idw_out_identities
where status = 'active' and records >= 2
having count(*) > 0
;
analyze idw_out_metric_counts;

-- 11.35 idw_out_identity_redirects: one row is an id ever issued, with the id that holds it now
drop table if exists pg_temp.idw_out_identity_redirects;
create temporary table idw_out_identity_redirects as
with recursive idw_now_identities as (
select * from idw_out_identities
),

idw_now_identity_anchors as (
select * from idw_out_identity_anchors
),

gone as (
  select i.identity_id, i.merged_into
  from idw_now_identities as i
  join idw_now_identity_anchors as k on k.identity_id = i.identity_id
  where i.status = 'merged' and k.gone
),

pointers as (
  select identity_id, merged_into as target
  from gone
  union all
  select p.identity_id, g.merged_into as target
  from pointers as p
  join gone as g on g.identity_id = p.target
),

ends as (
  select identity_id, target
  from pointers
  where target not in (select identity_id from gone)
)

select
  i.identity_id,
  case
    when i.status = 'active' then i.identity_id
    when i.status = 'retired' then cast(null as text)
    when e.identity_id is null then i.merged_into
    when o.status = 'active' then o.identity_id
    else o.merged_into
  end as current_identity_id
from idw_out_identities as i
left join ends as e on e.identity_id = i.identity_id
left join idw_now_identities as o on o.identity_id = e.target
;
analyze idw_out_identity_redirects;

-- 11.37 idw_out_identity_events: one row is a change of an identity
drop table if exists pg_temp.idw_out_identity_events;
create temporary table idw_out_identity_events as
with idw_was_identity_records as (
select * from analytics.identity.person_identity_records
),

idw_replaced_records as (
select * from idw_was_identity_records
),

priorities as (
  select 'login' as identifier, 1 as priority
  union all
  select 'email' as identifier, 2 as priority
),

own as (
  select d.identity_id, t.value_id, count(*) as records
  from idw_descents as d
  join idw_former as f on f.identity_id = d.identity_id
  join idw_settled as t on t.record = f.record and t.label = d.label
  where t.status = 'active'
  group by d.identity_id, t.value_id
),

all_told as (
  select value_id, count(*) as records
  from idw_settled
  where status = 'active' and value_id in (select value_id from own)
  group by value_id
),

ties as (
  select o.identity_id, cast(y.identifier as text) collate "C" as identifier, y.value, p.priority, 0 as position, cast(null as text) as reason
  from own as o
  join all_told as a on a.value_id = o.value_id and a.records > o.records
  join idw_dictionary as y on y.value_id = o.value_id
  join priorities as p on p.identifier = y.identifier
  union all
  select x.identity_id, 'must_link' as identifier, d.id as value, 0 as priority, d.position, d.reason
  from idw_decisions as d
  join idw_resolved as a on a.record = d.a_record
  join idw_resolved as b on b.record = d.b_record and b.label = a.label
  left join idw_former as f on f.record = d.a_record
  left join idw_former as g on g.record = d.b_record
  join idw_descents as x
    on x.label = a.label
    and (x.identity_id = f.identity_id or x.identity_id = g.identity_id)
    and f.identity_id is distinct from g.identity_id
  where d.decision = 'must_link'
    and d.status = 'in_force'
    and d.position not in (select value_rank from idw_blocked where identifier = 'must_link')
),

causes as (
  select identity_id, identifier, value, reason
  from (
    select *, row_number() over (partition by identity_id order by priority, position, value) as place
    from ties
  ) as ranked
  where place = 1
),

anchors_before as (
  select
    i.identity_id,
    case when r.record is not null then r.observed_at else i.noted_at end as observed_at,
    case when e.record_key is null then i.anchor_record_key end as record_key
  from idw_earlier as i
  left join idw_records as r on r.record_key = i.anchor_record_key
  left join idw_erased as e on e.record_key = i.anchor_record_key
),

strangers as (
  select w.identity_id, w.label, w.records, a.identity_id as new_id, a.origin
  from idw_flows as w
  join idw_anchors as a on a.label = w.label
  left join idw_heirs as h on h.identity_id = w.identity_id and h.label = w.label
  where a.identity_id <> w.identity_id and h.identity_id is null
),

sources as (
  select s.*, case when s.origin <> 'kept' then row_number() over (
    partition by s.label
    order by s.records desc, i.created_run, a.observed_at asc nulls last, a.record_key asc nulls last, s.identity_id
  ) end as place
  from strangers as s
  join idw_earlier as i on i.identity_id = s.identity_id
  join anchors_before as a on a.identity_id = s.identity_id
),

happened as (
  select 'merged' as event, d.identity_id, d.survivor_id as other_identity_id, c.identifier, c.value, d.records, c.reason
  from idw_descents as d
  left join causes as c on c.identity_id = d.identity_id
  union all
  select
    case when origin = 'revived' then 'revived' else 'split' end as event,
    new_id as identity_id,
    identity_id as other_identity_id,
    cast(null as text) as identifier, cast(null as text) as value,
    records,
    cast(null as text) as reason
  from sources
  where place = 1
  union all
  select 'moved' as event, identity_id, new_id as other_identity_id, cast(null as text) as identifier, cast(null as text) as value, records, cast(null as text) as reason
  from sources
  where coalesce(place, 2) > 1
  union all
  select
    origin as event,
    identity_id,
    cast(null as text) as other_identity_id,
    cast(null as text) as identifier, cast(null as text) as value,
    records,
    cast(null as text) as reason
  from idw_anchors
  where origin <> 'kept' and label not in (select label from idw_flows)
  union all
  select
    'retired' as event,
    identity_id,
    cast(null as text) as other_identity_id,
    cast(null as text) as identifier, cast(null as text) as value,
    records,
    cast(null as text) as reason
  from idw_earlier
  where status = 'active'
    and identity_id not in (select identity_id from idw_heirs)
  union all
  select
    'erased' as event,
    identity_id,
    cast(null as text) as other_identity_id,
    cast(null as text) as identifier, cast(null as text) as value,
    count(*) as records,
    cast(null as text) as reason
  from idw_replaced_records
  where record_key in (select record_key from idw_erased)
  group by identity_id
)

select
  idw_run as run,
  idw_started as occurred_at,
  cast(event as text) as event,
  identity_id,
  other_identity_id,
  identifier,
  value,
  records,
  reason
from happened
;
analyze idw_out_identity_events;

-- 11.38 idw_out_identity_history: one row is a record whose id changed in a run, with the id before
drop table if exists pg_temp.idw_out_identity_history;
create temporary table idw_out_identity_history as
with idw_was_identity_records as (
select * from analytics.identity.person_identity_records
),

idw_was_identities as (
select * from analytics.identity.person_identities
),

idw_replaced_records as (
select * from idw_was_identity_records
)

select idw_run as run, n.record_key, w.identity_id
from idw_out_identity_records as n
left join idw_replaced_records as w on w.record_key = n.record_key
where w.identity_id is distinct from n.identity_id
  and exists (select 1 from idw_was_identities)
union all
select idw_run as run, w.record_key, w.identity_id
from idw_replaced_records as w
left join idw_out_identity_records as n on n.record_key = w.record_key
where n.record_key is null and w.record_key not in (select record_key from idw_erased)
;
analyze idw_out_identity_history;

--
-- 12. Measuring the run
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 12.1 idw_metrics: one row is a metric and a dimension: records
drop table if exists pg_temp.idw_metrics;
create temporary table idw_metrics as
with names as (
  select 'people' as model
  union all
  select 'visits' as model
),

by_model as (
  select
    n.model,
    coalesce(sum(case when c.counted = 'records' then c.found end), 0) as records,
    coalesce(sum(case when c.counted = 'identities' then c.found end), 0) as identities,
    coalesce(sum(case when c.counted = 'matched_records' then c.found end), 0) as matched,
    coalesce(sum(case when c.counted = 'single_records' then c.found end), 0) as orphaned
  from names as n
  left join idw_out_metric_counts as c on c.model = n.model and c.identifier = ''
  group by n.model
),

whole as (
  select
    '' as model,
    coalesce(sum(bucket * found), 0) as records,
    coalesce(sum(found), 0) as identities,
    coalesce(sum(case when bucket >= 2 then bucket * found else 0 end), 0) as matched,
    coalesce(sum(case when bucket = 1 then found else 0 end), 0) as orphaned,
    coalesce(max(bucket), 0) as largest
  from idw_out_metric_counts
  where counted = 'identities_of_size'
),

found as (
  select 'records' as metric, model as dimension, records as metric_value
  from whole
  union all
  select 'records' as metric, model as dimension, records as metric_value
  from by_model
  union all
  select 'identities' as metric, model as dimension, identities as metric_value
  from whole
  union all
  select 'identities' as metric, model as dimension, identities as metric_value
  from by_model
  union all
  select 'match_rate' as metric, model as dimension, cast(matched as double precision) / nullif(records, 0) as metric_value
  from whole
  union all
  select 'match_rate' as metric, model as dimension, cast(matched as double precision) / nullif(records, 0) as metric_value
  from by_model
  union all
  select 'merge_rate' as metric, model as dimension, cast(records - identities as double precision) / nullif(records, 0) as metric_value
  from whole
  union all
  select 'merge_rate' as metric, model as dimension, cast(records - identities as double precision) / nullif(records, 0) as metric_value
  from by_model
  union all
  select 'orphaned_records' as metric, model as dimension, orphaned as metric_value
  from whole
  union all
  select 'orphaned_records' as metric, model as dimension, orphaned as metric_value
  from by_model
  union all
  select 'largest_identity' as metric, '' as dimension, largest as metric_value
  from whole
)

select metric, dimension, cast(metric_value as double precision) as metric_value
from found
where metric_value is not null
;
analyze idw_metrics;

-- 12.2 idw_metrics: one row is a metric and a dimension: sizes
insert into idw_metrics
with sizes as (
  select bucket as size, found as identities
  from idw_out_metric_counts
  where counted = 'identities_of_size'
),

ranked as (
  select
    size,
    sum(identities) over (order by size rows between unbounded preceding and current row) as up_to,
    sum(identities) over () as identities
  from sizes
),

percentiles as (
  select 'p50' as name, 50 as percent
  union all
  select 'p90' as name, 90 as percent
  union all
  select 'p99' as name, 99 as percent
),

placed as (
  select p.name, min(r.size) as size
  from percentiles as p
  join ranked as r on r.up_to * 100 >= r.identities * p.percent
  group by p.name
),

found as (
  select 'identity_size' as metric, name as dimension, size as metric_value
  from placed
  union all
  select 'identity_size' as metric, 'mean' as dimension, cast(sum(size * identities) as double precision) / nullif(sum(identities), 0) as metric_value
  from sizes
)

select metric, dimension, cast(metric_value as double precision) as metric_value
from found
where metric_value is not null;

-- 12.3 idw_metrics: one row is a metric and a dimension: values
insert into idw_metrics
with idw_now_rejected_values as (
select * from idw_out_rejected_values
),

idw_now_withheld_values as (
select * from idw_out_withheld_values
),

identifiers as (
  select 'login' as identifier
  union all
  select 'email' as identifier
),

mapped as (
  select 'login' as identifier, 'people' as model
  union all
  select 'email' as identifier, 'people' as model
  union all
  select 'login' as identifier, 'visits' as model
  union all
  select 'email' as identifier, 'visits' as model
),

covered as (
  select identifier, model, found as records
  from idw_out_metric_counts
  where counted = 'covered_records'
),

by_model as (
  select model, found as records
  from idw_out_metric_counts
  where counted = 'records'
),

coverage as (
  select m.identifier, m.model, b.records, coalesce(c.records, 0) as covered
  from mapped as m
  join by_model as b on b.model = m.model
  left join covered as c on c.identifier = m.identifier and c.model = m.model
),

whole as (
  select i.identifier, coalesce(sum(c.covered), 0) as covered
  from identifiers as i
  left join coverage as c on c.identifier = i.identifier
  group by i.identifier
),

withheld as (
  select identifier, status, count(*) as found
  from idw_now_withheld_values
  group by identifier, status
),

known as (
  select identifier, sum(found) as found
  from (
    select identifier, found from idw_out_metric_counts where counted = 'matching_values'
    union all
    select identifier, found from withheld
  ) as parts
  group by identifier
),

lost as (
  select identifier, status, sum(found) as found
  from (
    select identifier, 'contested' as status, found from idw_out_metric_counts where counted = 'contested_values'
    union all
    select identifier, 'over_limit' as status, found from idw_out_metric_counts where counted = 'over_limit_values'
    union all
    select identifier, status, found from withheld
  ) as parts
  group by identifier, status
),

ignored as (
  select identifier, count(distinct raw_value) as found
  from idw_now_rejected_values
  where reason = 'ignored'
  group by identifier
),

found as (
  select 'identifier_coverage' as metric, identifier as dimension, cast(covered as double precision) / nullif((select sum(records) from by_model), 0) as metric_value
  from whole
  union all
  select 'identifier_coverage' as metric, identifier || '/' || model as dimension, cast(covered as double precision) / nullif(records, 0) as metric_value
  from coverage
  union all
  select 'identifier_values' as metric, i.identifier as dimension, coalesce(l.found, 0) as metric_value
  from identifiers as i left join known as l on l.identifier = i.identifier
  union all
  select 'over_limit_values' as metric, i.identifier as dimension, coalesce(l.found, 0) as metric_value
  from identifiers as i left join lost as l on l.identifier = i.identifier and l.status = 'over_limit'
  union all
  select 'contested_values' as metric, i.identifier as dimension, coalesce(l.found, 0) as metric_value
  from identifiers as i left join lost as l on l.identifier = i.identifier and l.status = 'contested'
  union all
  select 'shared_values' as metric, i.identifier as dimension, coalesce(l.found, 0) as metric_value
  from identifiers as i left join lost as l on l.identifier = i.identifier and l.status = 'shared'
  union all
  select 'ignored_values' as metric, i.identifier as dimension, coalesce(l.found, 0) as metric_value
  from identifiers as i left join ignored as l on l.identifier = i.identifier
)

select metric, dimension, cast(metric_value as double precision) as metric_value
from found
where metric_value is not null;

-- 12.4 idw_metrics: one row is a metric and a dimension: rejections
insert into idw_metrics
with idw_now_rejected_values as (
select * from idw_out_rejected_values
),

read as (
  select 'people' as part, count(*) as rows_read, coalesce(sum(case when idw_rejected or idw_superseded then 1 else 0 end), 0) as rejected
  from idw_judged_people
  union all
  select 'visits' as part, count(*) as rows_read, 0 as rejected
  from idw_stage_visits
),

by_reason as (
  select 'people/test_row' as part, count(*) as rows_read, coalesce(sum(case when idw_reject_1 then 1 else 0 end), 0) as rejected
  from idw_judged_people
),

reasons as (
  select 'login' as identifier, 'empty' as reason
  union all
  select 'login' as identifier, 'invalid' as reason
  union all
  select 'login' as identifier, 'ignored' as reason
  union all
  select 'email' as identifier, 'empty' as reason
  union all
  select 'email' as identifier, 'invalid' as reason
  union all
  select 'email' as identifier, 'ignored' as reason
),

rejected as (
  select identifier, reason, count(*) as rejected
  from idw_now_rejected_values
  group by identifier, reason
),

carried as (
  select identifier, found as carried
  from idw_out_metric_counts
  where counted = 'carried_values'
),

given as (
  select
    p.identifier,
    p.reason,
    coalesce(r.rejected, 0) as rejected,
    sum(coalesce(r.rejected, 0)) over (partition by p.identifier) as rejected_by_all,
    coalesce(c.carried, 0) as carried
  from reasons as p
  left join rejected as r on r.identifier = p.identifier and r.reason = p.reason
  left join carried as c on c.identifier = p.identifier
),

whole as (
  select identifier, max(rejected_by_all) as rejected, max(carried) as carried
  from given
  group by identifier
),

found as (
  select 'record_reject_rate' as metric, '' as dimension, cast(sum(rejected) as double precision) / nullif(sum(rows_read), 0) as metric_value
  from read
  union all
  select 'record_reject_rate' as metric, part as dimension, cast(rejected as double precision) / nullif(rows_read, 0) as metric_value
  from read
  union all
  select 'record_reject_rate' as metric, part as dimension, cast(rejected as double precision) / nullif(rows_read, 0) as metric_value
  from by_reason
  union all
  select 'value_reject_rate' as metric, identifier as dimension, cast(rejected as double precision) / nullif(rejected + carried, 0) as metric_value
  from whole
  union all
  select 'value_reject_rate' as metric, identifier || '/' || reason as dimension, cast(rejected as double precision) / nullif(rejected_by_all + carried, 0) as metric_value
  from given
)

select metric, dimension, cast(metric_value as double precision) as metric_value
from found
where metric_value is not null;

-- 12.5 idw_metrics: one row is a metric and a dimension: decisions
insert into idw_metrics
with idw_now_blocked_merges as (
select * from idw_out_blocked_merges
),

statuses as (
  select 'in_force' as status
  union all
  select 'refused' as status
  union all
  select 'expired' as status
  union all
  select 'pending' as status
  union all
  select 'unknown_record' as status
  union all
  select 'agreed' as status
),

by_status as (
  select s.status, count(d.id) as decisions
  from statuses as s
  left join idw_out_decisions_in_force as d on d.status = s.status
  group by s.status
),

kinds as (
  select 'must_link' as decision
  union all
  select 'cannot_link' as decision
  union all
  select 'ignore_value' as decision
  union all
  select 'golden_override' as decision
),

by_kind as (
  select k.decision, count(d.id) as decisions
  from kinds as k
  left join idw_out_decisions_in_force as d on d.decision = k.decision and d.status = 'in_force'
  group by k.decision
),

identifiers as (
  select 'login' as identifier
  union all
  select 'email' as identifier
),

blocked as (
  select identifier, count(*) as refused
  from idw_now_blocked_merges
  group by identifier
),

by_identifier as (
  select i.identifier, coalesce(b.refused, 0) as refused
  from identifiers as i
  left join blocked as b on b.identifier = i.identifier
),

found as (
  select 'decisions' as metric, '' as dimension, count(*) as metric_value
  from idw_out_decisions_in_force
  union all
  select 'decisions' as metric, status as dimension, decisions as metric_value
  from by_status
  union all
  select 'decisions_in_force' as metric, '' as dimension, coalesce(sum(decisions), 0) as metric_value
  from by_kind
  union all
  select 'decisions_in_force' as metric, decision as dimension, decisions as metric_value
  from by_kind
  union all
  select 'refused_merges' as metric, '' as dimension, coalesce(sum(refused), 0) as metric_value
  from blocked
  union all
  select 'refused_merges' as metric, identifier as dimension, refused as metric_value
  from by_identifier
)

select metric, dimension, cast(metric_value as double precision) as metric_value
from found
where metric_value is not null;

-- 12.6 idw_metrics: one row is a metric and a dimension: confidence
insert into idw_metrics
with tenths as (
  select '0.0' as from_here, 0 as tenth
  union all
  select '0.1' as from_here, 1 as tenth
  union all
  select '0.2' as from_here, 2 as tenth
  union all
  select '0.3' as from_here, 3 as tenth
  union all
  select '0.4' as from_here, 4 as tenth
  union all
  select '0.5' as from_here, 5 as tenth
  union all
  select '0.6' as from_here, 6 as tenth
  union all
  select '0.7' as from_here, 7 as tenth
  union all
  select '0.8' as from_here, 8 as tenth
  union all
  select '0.9' as from_here, 9 as tenth
),

judged as (
  select bucket as tenth, found as identities
  from idw_out_metric_counts
  where counted = 'judged_identities'
),

mean as (
  select
    (select sum(found) from idw_out_metric_counts where counted = 'confidence') as ten_thousandths,
    (select sum(identities) from judged) as identities
),

distribution as (
  select t.from_here, coalesce(j.identities, 0) as identities
  from tenths as t
  left join judged as j on j.tenth = t.tenth
),

found as (
  select 'mean_confidence' as metric, '' as dimension, floor((cast(coalesce(ten_thousandths, 0) as double precision) / nullif(10000 * identities, 0)) * 1e4 + 0.5) / 1e4 as metric_value
  from mean
  union all
  select 'low_confidence_rate' as metric, '' as dimension, cast(sum(case when tenth < 5 then identities else 0 end) as double precision) / nullif(sum(identities), 0) as metric_value
  from judged
  union all
  select 'confidence_distribution' as metric, from_here as dimension, identities as metric_value
  from distribution
)

select metric, dimension, cast(metric_value as double precision) as metric_value
from found
where metric_value is not null;

-- 12.7 idw_metrics: one row is a metric and a dimension: changes
insert into idw_metrics
with found as (
  select 'identities_created' as metric, '' as dimension, coalesce(sum(case when event = 'created' then 1 else 0 end), 0) as metric_value
  from idw_out_identity_events
  union all
  select 'identities_merged' as metric, '' as dimension, coalesce(sum(case when event = 'merged' then 1 else 0 end), 0) as metric_value
  from idw_out_identity_events
  union all
  select 'identities_split' as metric, '' as dimension, coalesce(sum(case when event = 'split' then 1 else 0 end), 0) as metric_value
  from idw_out_identity_events
)

select metric, dimension, cast(metric_value as double precision) as metric_value
from found
where metric_value is not null;
create table if not exists analytics.identity.person_golden_records as
select * from idw_out_golden_records where false;
create table if not exists analytics.identity.person_record_state as
select * from idw_out_record_state where false;

--
-- 13. Comparing with the run before
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- 13.1 idw_drop_identity_records: one row is the key of a row of identity_records that no longer holds
drop table if exists pg_temp.idw_drop_identity_records;
create temporary table idw_drop_identity_records as
with idw_was_identity_records as (
select * from analytics.identity.person_identity_records
)

select w.record_key
from idw_was_identity_records as w
left join (
  select *, 1 as is_there
  from idw_out_identity_records
) as o
  on o.record_key = w.record_key
    and o.model is not distinct from w.model
    and o.source_key is not distinct from w.source_key
    and o.observed_at is not distinct from w.observed_at
    and o.identity_id is not distinct from w.identity_id
    and o.component is not distinct from w.component
where o.is_there is null
;
analyze idw_drop_identity_records;

-- 13.3 idw_drop_record_values: one row is the key of a row of record_values that no longer holds
drop table if exists pg_temp.idw_drop_record_values;
create temporary table idw_drop_record_values as
with idw_was_record_values as (
select * from analytics.identity.person_record_values
)

select w.record_key, w.identifier, w.value
from idw_was_record_values as w
left join (
  select *, 1 as is_there
  from idw_out_record_values
) as o
  on o.record_key = w.record_key and o.identifier = w.identifier and o.value = w.value
    and o.status is not distinct from w.status
where o.is_there is null
;
analyze idw_drop_record_values;

-- 13.5 idw_drop_identities: one row is the key of a row of identities that no longer holds
drop table if exists pg_temp.idw_drop_identities;
create temporary table idw_drop_identities as
with idw_was_identities as (
select * from analytics.identity.person_identities
)

select w.identity_id
from idw_was_identities as w
left join (
  select *, 1 as is_there
  from idw_out_identities
) as o
  on o.identity_id = w.identity_id
    and o.status is not distinct from w.status
    and o.merged_into is not distinct from w.merged_into
    and o.anchor_record_key is not distinct from w.anchor_record_key
    and o.created_run is not distinct from w.created_run
    and o.records is not distinct from w.records
    and o.models is not distinct from w.models
    and o.first_seen is not distinct from w.first_seen
    and o.last_seen is not distinct from w.last_seen
    and o.confidence is not distinct from w.confidence
where o.is_there is null
;
analyze idw_drop_identities;

-- 13.7 idw_drop_identity_values: one row is the key of a row of identity_values that no longer holds
drop table if exists pg_temp.idw_drop_identity_values;
create temporary table idw_drop_identity_values as
with idw_was_identity_values as (
select * from analytics.identity.person_identity_values
)

select w.identity_id, w.identifier, w.value
from idw_was_identity_values as w
left join (
  select *, 1 as is_there
  from idw_out_identity_values
) as o
  on o.identity_id = w.identity_id and o.identifier = w.identifier and o.value = w.value
    and o.status is not distinct from w.status
    and o.records is not distinct from w.records
    and o.first_seen is not distinct from w.first_seen
    and o.last_seen is not distinct from w.last_seen
where o.is_there is null
;
analyze idw_drop_identity_values;

-- 13.9 idw_drop_blocked_merges: one row is the key of a row of blocked_merges that no longer holds
drop table if exists pg_temp.idw_drop_blocked_merges;
create temporary table idw_drop_blocked_merges as
with idw_was_blocked_merges as (
select * from analytics.identity.person_blocked_merges
)

select w.identity_id, w.owner_identity_id, w.identifier, w.value
from idw_was_blocked_merges as w
left join (
  select *, 1 as is_there
  from idw_out_blocked_merges
) as o
  on o.identity_id = w.identity_id and to_jsonb(o.owner_identity_id) is not distinct from to_jsonb(w.owner_identity_id) and o.identifier = w.identifier and o.value = w.value
    and o.blocked_by is not distinct from w.blocked_by
    and o.limit_value is not distinct from w.limit_value
where o.is_there is null
;
analyze idw_drop_blocked_merges;

-- 13.11 idw_drop_golden_records: one row is the key of a row of golden_records that no longer holds
drop table if exists pg_temp.idw_drop_golden_records;
create temporary table idw_drop_golden_records as
with idw_was_golden_records as (
select * from analytics.identity.person_golden_records
)

select w.identity_id
from idw_was_golden_records as w
left join (
  select *, 1 as is_there
  from idw_out_golden_records
) as o
  on o.identity_id = w.identity_id
    and to_jsonb(o.first_name) is not distinct from to_jsonb(w.first_name)
    and to_jsonb(o.city) is not distinct from to_jsonb(w.city)
    and to_jsonb(o.emails) is not distinct from to_jsonb(w.emails)
where o.is_there is null
;
analyze idw_drop_golden_records;

-- 13.13 idw_drop_rejected_records: one row is the key of a row of rejected_records that no longer holds
drop table if exists pg_temp.idw_drop_rejected_records;
create temporary table idw_drop_rejected_records as
with idw_was_rejected_records as (
select * from analytics.identity.person_rejected_records
)

select w.model, w.source_key, w.reason
from idw_was_rejected_records as w
left join (
  select *, 1 as is_there
  from idw_out_rejected_records
) as o
  on o.model = w.model and to_jsonb(o.source_key) is not distinct from to_jsonb(w.source_key) and o.reason = w.reason
where o.is_there is null
;
analyze idw_drop_rejected_records;

-- 13.15 idw_drop_rejected_values: one row is the key of a row of rejected_values that no longer holds
drop table if exists pg_temp.idw_drop_rejected_values;
create temporary table idw_drop_rejected_values as
with idw_was_rejected_values as (
select * from analytics.identity.person_rejected_values
)

select w.record_key, w.identifier, w.raw_value, w.reason
from idw_was_rejected_values as w
left join (
  select *, 1 as is_there
  from idw_out_rejected_values
) as o
  on o.record_key = w.record_key and o.identifier = w.identifier and o.raw_value = w.raw_value and o.reason = w.reason
where o.is_there is null
;
analyze idw_drop_rejected_values;

-- 13.17 idw_drop_decisions_in_force: one row is the key of a row of decisions_in_force that no longer holds
drop table if exists pg_temp.idw_drop_decisions_in_force;
create temporary table idw_drop_decisions_in_force as
with idw_was_decisions_in_force as (
select * from analytics.identity.person_decisions_in_force
)

select w.id
from idw_was_decisions_in_force as w
left join (
  select *, 1 as is_there
  from idw_out_decisions_in_force
) as o
  on o.id = w.id
    and o.decision is not distinct from w.decision
    and o.a is not distinct from w.a
    and o.b is not distinct from w.b
    and o.identifier is not distinct from w.identifier
    and o.value is not distinct from w.value
    and o.attribute is not distinct from w.attribute
    and o.reason is not distinct from w.reason
    and o.decided_by is not distinct from w.decided_by
    and o.decided_at is not distinct from w.decided_at
    and o.expires_at is not distinct from w.expires_at
    and o.status is not distinct from w.status
where o.is_there is null
;
analyze idw_drop_decisions_in_force;

-- 13.19 idw_drop_identity_redirects: one row is the key of a row of identity_redirects that no longer holds
drop table if exists pg_temp.idw_drop_identity_redirects;
create temporary table idw_drop_identity_redirects as
with idw_was_identity_redirects as (
select * from analytics.identity.person_identity_redirects
)

select w.identity_id
from idw_was_identity_redirects as w
left join (
  select *, 1 as is_there
  from idw_out_identity_redirects
) as o
  on o.identity_id = w.identity_id
    and o.current_identity_id is not distinct from w.current_identity_id
where o.is_there is null
;
analyze idw_drop_identity_redirects;

-- 13.21 idw_drop_record_state: one row is the key of a row of record_state that no longer holds
drop table if exists pg_temp.idw_drop_record_state;
create temporary table idw_drop_record_state as
with idw_was_record_state as (
select * from analytics.identity.person_record_state
)

select w.record_key
from idw_was_record_state as w
left join (
  select *, 1 as is_there
  from idw_out_record_state
) as o
  on o.record_key = w.record_key
    and o.model is not distinct from w.model
    and o.fingerprint is not distinct from w.fingerprint
    and to_jsonb(o.a_first_name) is not distinct from to_jsonb(w.a_first_name)
    and to_jsonb(o.a_city) is not distinct from to_jsonb(w.a_city)
where o.is_there is null
;
analyze idw_drop_record_state;

-- 13.23 idw_drop_withheld_values: one row is the key of a row of withheld_values that no longer holds
drop table if exists pg_temp.idw_drop_withheld_values;
create temporary table idw_drop_withheld_values as
with idw_was_withheld_values as (
select * from analytics.identity.person_withheld_values
)

select w.identifier, w.value
from idw_was_withheld_values as w
left join (
  select *, 1 as is_there
  from idw_out_withheld_values
) as o
  on o.identifier = w.identifier and o.value = w.value
    and o.status is not distinct from w.status
    and o.exceeded is not distinct from w.exceeded
where o.is_there is null
;
analyze idw_drop_withheld_values;

-- 13.25 idw_drop_ignored_values: one row is the key of a row of ignored_values that no longer holds
drop table if exists pg_temp.idw_drop_ignored_values;
create temporary table idw_drop_ignored_values as
with idw_was_ignored_values as (
select * from analytics.identity.person_ignored_values
)

select w.record_key, w.identifier, w.value, w.raw_value
from idw_was_ignored_values as w
left join (
  select *, 1 as is_there
  from idw_out_ignored_values
) as o
  on o.record_key = w.record_key and o.identifier = w.identifier and o.value = w.value and o.raw_value = w.raw_value
where o.is_there is null
;
analyze idw_drop_ignored_values;

-- 13.27 idw_drop_identity_anchors: one row is the key of a row of identity_anchors that no longer holds
drop table if exists pg_temp.idw_drop_identity_anchors;
create temporary table idw_drop_identity_anchors as
with idw_was_identity_anchors as (
select * from analytics.identity.person_identity_anchors
)

select w.identity_id
from idw_was_identity_anchors as w
left join (
  select *, 1 as is_there
  from idw_out_identity_anchors
) as o
  on o.identity_id = w.identity_id
    and o.observed_at is not distinct from w.observed_at
    and o.gone is not distinct from w.gone
    and o.is_held is not distinct from w.is_held
where o.is_there is null
;
analyze idw_drop_identity_anchors;

-- 13.31 idw_drop_watermarks: one row is the key of a row of watermarks that no longer holds
drop table if exists pg_temp.idw_drop_watermarks;
create temporary table idw_drop_watermarks as
with idw_was_watermarks as (
select * from analytics.identity.person_watermarks
)

select w.model
from idw_was_watermarks as w
left join (
  select *, 1 as is_there
  from idw_out_watermarks
) as o
  on o.model = w.model
    and o.watermark is not distinct from w.watermark
where o.is_there is null
;
analyze idw_drop_watermarks;

-- 13.35 idw_drop_metric_counts: one row is the key of a row of metric_counts that no longer holds
drop table if exists pg_temp.idw_drop_metric_counts;
create temporary table idw_drop_metric_counts as
with idw_was_metric_counts as (
select * from analytics.identity.person_metric_counts
)

select w.counted, w.identifier, w.model, w.bucket
from idw_was_metric_counts as w
left join (
  select *, 1 as is_there
  from idw_out_metric_counts
) as o
  on o.counted = w.counted and o.identifier = w.identifier and o.model = w.model and o.bucket = w.bucket
    and o.found is not distinct from w.found
where o.is_there is null
;
analyze idw_drop_metric_counts;

--
-- 14. Publishing
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
commit;

-- idw_counts: one row is this run, as run_log will have it
drop table if exists pg_temp.idw_counts;
create temporary table idw_counts as
with idw_was_record_state as (
select * from analytics.identity.person_record_state
)

select
  cast(idw_run as bigint) as run,
    cast(idw_started as timestamp) as started_at,
    cast('full' as text) as mode,
    cast('5bc1c2fb9af7d0cb05f3191f7e9f58aa7c4a50ad8967cf187bd4d2b4028c70e5' as text) as config_hash,
    cast('success' as text) as status,
    cast((select coalesce(sum(found), 0) from idw_out_metric_counts where counted = 'records') as bigint) as records,
    cast((select count(*) from idw_out_record_state as n left join idw_was_record_state as w on w.record_key = n.record_key where w.record_key is null) as bigint) as new_records,
    cast((select count(*) from idw_out_record_state as n join idw_was_record_state as w on w.record_key = n.record_key where w.fingerprint <> n.fingerprint) as bigint) as changed_records,
    cast((select count(*) from idw_was_record_state as w join idw_erased as e on e.record_key = w.record_key left join idw_out_record_state as n on n.record_key = w.record_key where n.record_key is null) as bigint) as erased_records,
    cast((select coalesce(sum(found), 0) from idw_out_metric_counts where counted = 'components') as bigint) as components,
    cast((select count(*) from idw_broken) as bigint) as constrained_components,
    cast(idw_rounds as bigint) as rounds,
    cast((select coalesce(sum(found), 0) from idw_out_metric_counts where counted = 'identities_of_size') as bigint) as identities,
    cast((select count(*) from idw_out_identity_events where event = 'created') as bigint) as created,
    cast((select count(*) from idw_out_identity_events where event = 'merged') as bigint) as merged,
    cast((select count(*) from idw_out_identity_events where event = 'split') as bigint) as split,
    cast((select count(*) from idw_out_identity_events where event = 'moved') as bigint) as moved,
    cast((select count(*) from idw_out_identity_events where event = 'revived') as bigint) as revived,
    cast((select count(*) from idw_out_identity_events where event = 'retired') as bigint) as retired
;
analyze idw_counts;

-- alarms that stop the run, unless they are accepted
idw_problem := (
with now_and_before as (
  select n.metric, n.dimension, n.metric_value, b.metric_value as before_value
  from idw_metrics as n
  left join (
    select metric, dimension, metric_value
    from analytics.identity.person_run_metrics
    where run = (select max(run) from analytics.identity.person_run_metrics)
  ) as b on b.metric = n.metric and b.dimension = n.dimension
),

alarms as (
  select 'match_rate is ' || cast(floor((metric_value * 100) * 1e4 + 0.5) / 1e4 as text) collate "C" || '%' || ': falls by 20%' as alarm
  from now_and_before as m
  where metric = 'match_rate' and dimension = '' and before_value - metric_value > 0 and before_value - metric_value >= before_value * 20 / 100 * 0.999999999
)

select 'IDW720 ' || array_to_string((array_agg(alarm order by alarm))[1:20], '; ')
from alarms
);
idw_problem := (
select case when not idw_accept_alarms then idw_problem end
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

-- alarms that only warn
idw_alarms := (
with now_and_before as (
  select n.metric, n.dimension, n.metric_value, b.metric_value as before_value
  from idw_metrics as n
  left join (
    select metric, dimension, metric_value
    from analytics.identity.person_run_metrics
    where run = (select max(run) from analytics.identity.person_run_metrics)
  ) as b on b.metric = n.metric and b.dimension = n.dimension
),

alarms as (
  select 'largest_identity is ' || cast(floor((metric_value) * 1e4 + 0.5) / 1e4 as text) collate "C" || ': above 1,000' as alarm
  from now_and_before as m
  where metric = 'largest_identity' and dimension = '' and metric_value > 1000
)

select 'IDW721 ' || array_to_string((array_agg(alarm order by alarm))[1:20], '; ')
from alarms
);

-- readers see all of the new results or none of them
commit;

-- the lock is still ours
update analytics.identity.person_run_lock
set heartbeat = clock_timestamp() at time zone 'UTC'
where holder = idw_holder;
idw_problem := (
select max('IDW701 This run lost its lock to run ' || cast(run as text) collate "C" || ' (' || holder || '); nothing was published.')
from analytics.identity.person_run_lock
where holder <> idw_holder
);
if idw_problem is not null then
raise exception '%', idw_problem;
end if;

-- identity_records
delete from analytics.identity.person_identity_records as t
using idw_drop_identity_records as d
where d.record_key = t.record_key;
insert into analytics.identity.person_identity_records (record_key, model, source_key, observed_at, identity_id, component, updated_run)
select record_key, model, source_key, observed_at, identity_id, component, updated_run
from (
  with idw_was_identity_records as (
select * from analytics.identity.person_identity_records
)

select o.*
from idw_out_identity_records as o
left join (
  select *, 1 as is_there
  from idw_was_identity_records
) as w
  on w.record_key = o.record_key
left join (
  select *, 1 as is_there
  from idw_drop_identity_records
) as d
  on d.record_key = o.record_key
where w.is_there is null or d.is_there is not null
) as p;

-- record_values
delete from analytics.identity.person_record_values as t
using idw_drop_record_values as d
where d.record_key = t.record_key and d.identifier = t.identifier and d.value = t.value;
insert into analytics.identity.person_record_values (record_key, identifier, value, status)
select record_key, identifier, value, status
from (
  with idw_was_record_values as (
select * from analytics.identity.person_record_values
)

select o.*
from idw_out_record_values as o
left join (
  select *, 1 as is_there
  from idw_was_record_values
) as w
  on w.record_key = o.record_key and w.identifier = o.identifier and w.value = o.value
left join (
  select *, 1 as is_there
  from idw_drop_record_values
) as d
  on d.record_key = o.record_key and d.identifier = o.identifier and d.value = o.value
where w.is_there is null or d.is_there is not null
) as p;

-- identities
delete from analytics.identity.person_identities as t
using idw_drop_identities as d
where d.identity_id = t.identity_id;
insert into analytics.identity.person_identities (identity_id, status, merged_into, anchor_record_key, created_run, updated_run, records, models, first_seen, last_seen, confidence)
select identity_id, status, merged_into, anchor_record_key, created_run, updated_run, records, models, first_seen, last_seen, confidence
from (
  with idw_was_identities as (
select * from analytics.identity.person_identities
)

select o.*
from idw_out_identities as o
left join (
  select *, 1 as is_there
  from idw_was_identities
) as w
  on w.identity_id = o.identity_id
left join (
  select *, 1 as is_there
  from idw_drop_identities
) as d
  on d.identity_id = o.identity_id
where w.is_there is null or d.is_there is not null
) as p;

-- identity_values
delete from analytics.identity.person_identity_values as t
using idw_drop_identity_values as d
where d.identity_id = t.identity_id and d.identifier = t.identifier and d.value = t.value;
insert into analytics.identity.person_identity_values (identity_id, identifier, value, status, records, first_seen, last_seen, updated_run)
select identity_id, identifier, value, status, records, first_seen, last_seen, updated_run
from (
  with idw_was_identity_values as (
select * from analytics.identity.person_identity_values
)

select o.*
from idw_out_identity_values as o
left join (
  select *, 1 as is_there
  from idw_was_identity_values
) as w
  on w.identity_id = o.identity_id and w.identifier = o.identifier and w.value = o.value
left join (
  select *, 1 as is_there
  from idw_drop_identity_values
) as d
  on d.identity_id = o.identity_id and d.identifier = o.identifier and d.value = o.value
where w.is_there is null or d.is_there is not null
) as p;

-- blocked_merges
delete from analytics.identity.person_blocked_merges as t
using idw_drop_blocked_merges as d
where d.identity_id = t.identity_id and to_jsonb(d.owner_identity_id) is not distinct from to_jsonb(t.owner_identity_id) and d.identifier = t.identifier and d.value = t.value;
insert into analytics.identity.person_blocked_merges (identity_id, owner_identity_id, identifier, value, blocked_by, limit_value)
select identity_id, owner_identity_id, identifier, value, blocked_by, limit_value
from (
  with idw_was_blocked_merges as (
select * from analytics.identity.person_blocked_merges
)

select o.*
from idw_out_blocked_merges as o
left join (
  select *, 1 as is_there
  from idw_was_blocked_merges
) as w
  on w.identity_id = o.identity_id and to_jsonb(w.owner_identity_id) is not distinct from to_jsonb(o.owner_identity_id) and w.identifier = o.identifier and w.value = o.value
left join (
  select *, 1 as is_there
  from idw_drop_blocked_merges
) as d
  on d.identity_id = o.identity_id and to_jsonb(d.owner_identity_id) is not distinct from to_jsonb(o.owner_identity_id) and d.identifier = o.identifier and d.value = o.value
where w.is_there is null or d.is_there is not null
) as p;

-- golden_records
delete from analytics.identity.person_golden_records as t
using idw_drop_golden_records as d
where d.identity_id = t.identity_id;
insert into analytics.identity.person_golden_records (identity_id, updated_run, first_name, city, emails)
select identity_id, updated_run, first_name, city, emails
from (
  with idw_was_golden_records as (
select * from analytics.identity.person_golden_records
)

select o.*
from idw_out_golden_records as o
left join (
  select *, 1 as is_there
  from idw_was_golden_records
) as w
  on w.identity_id = o.identity_id
left join (
  select *, 1 as is_there
  from idw_drop_golden_records
) as d
  on d.identity_id = o.identity_id
where w.is_there is null or d.is_there is not null
) as p;

-- rejected_records
delete from analytics.identity.person_rejected_records as t
using idw_drop_rejected_records as d
where d.model = t.model and to_jsonb(d.source_key) is not distinct from to_jsonb(t.source_key) and d.reason = t.reason;
insert into analytics.identity.person_rejected_records (model, source_key, reason, run)
select model, source_key, reason, run
from (
  with idw_was_rejected_records as (
select * from analytics.identity.person_rejected_records
)

select o.*
from idw_out_rejected_records as o
left join (
  select *, 1 as is_there
  from idw_was_rejected_records
) as w
  on w.model = o.model and to_jsonb(w.source_key) is not distinct from to_jsonb(o.source_key) and w.reason = o.reason
left join (
  select *, 1 as is_there
  from idw_drop_rejected_records
) as d
  on d.model = o.model and to_jsonb(d.source_key) is not distinct from to_jsonb(o.source_key) and d.reason = o.reason
where w.is_there is null or d.is_there is not null
) as p;

-- rejected_values
delete from analytics.identity.person_rejected_values as t
using idw_drop_rejected_values as d
where d.record_key = t.record_key and d.identifier = t.identifier and d.raw_value = t.raw_value and d.reason = t.reason;
insert into analytics.identity.person_rejected_values (record_key, identifier, raw_value, reason)
select record_key, identifier, raw_value, reason
from (
  with idw_was_rejected_values as (
select * from analytics.identity.person_rejected_values
)

select o.*
from idw_out_rejected_values as o
left join (
  select *, 1 as is_there
  from idw_was_rejected_values
) as w
  on w.record_key = o.record_key and w.identifier = o.identifier and w.raw_value = o.raw_value and w.reason = o.reason
left join (
  select *, 1 as is_there
  from idw_drop_rejected_values
) as d
  on d.record_key = o.record_key and d.identifier = o.identifier and d.raw_value = o.raw_value and d.reason = o.reason
where w.is_there is null or d.is_there is not null
) as p;

-- decisions_in_force
delete from analytics.identity.person_decisions_in_force as t
using idw_drop_decisions_in_force as d
where d.id = t.id;
insert into analytics.identity.person_decisions_in_force (id, decision, a, b, identifier, value, attribute, reason, decided_by, decided_at, expires_at, status)
select id, decision, a, b, identifier, value, attribute, reason, decided_by, decided_at, expires_at, status
from (
  with idw_was_decisions_in_force as (
select * from analytics.identity.person_decisions_in_force
)

select o.*
from idw_out_decisions_in_force as o
left join (
  select *, 1 as is_there
  from idw_was_decisions_in_force
) as w
  on w.id = o.id
left join (
  select *, 1 as is_there
  from idw_drop_decisions_in_force
) as d
  on d.id = o.id
where w.is_there is null or d.is_there is not null
) as p;

-- identity_redirects
delete from analytics.identity.person_identity_redirects as t
using idw_drop_identity_redirects as d
where d.identity_id = t.identity_id;
insert into analytics.identity.person_identity_redirects (identity_id, current_identity_id)
select identity_id, current_identity_id
from (
  with idw_was_identity_redirects as (
select * from analytics.identity.person_identity_redirects
)

select o.*
from idw_out_identity_redirects as o
left join (
  select *, 1 as is_there
  from idw_was_identity_redirects
) as w
  on w.identity_id = o.identity_id
left join (
  select *, 1 as is_there
  from idw_drop_identity_redirects
) as d
  on d.identity_id = o.identity_id
where w.is_there is null or d.is_there is not null
) as p;

-- record_state
delete from analytics.identity.person_record_state as t
using idw_drop_record_state as d
where d.record_key = t.record_key;
insert into analytics.identity.person_record_state (record_key, model, fingerprint, a_first_name, a_city)
select record_key, model, fingerprint, a_first_name, a_city
from (
  with idw_was_record_state as (
select * from analytics.identity.person_record_state
)

select o.*
from idw_out_record_state as o
left join (
  select *, 1 as is_there
  from idw_was_record_state
) as w
  on w.record_key = o.record_key
left join (
  select *, 1 as is_there
  from idw_drop_record_state
) as d
  on d.record_key = o.record_key
where w.is_there is null or d.is_there is not null
) as p;

-- withheld_values
delete from analytics.identity.person_withheld_values as t
using idw_drop_withheld_values as d
where d.identifier = t.identifier and d.value = t.value;
insert into analytics.identity.person_withheld_values (identifier, value, status, exceeded)
select identifier, value, status, exceeded
from (
  with idw_was_withheld_values as (
select * from analytics.identity.person_withheld_values
)

select o.*
from idw_out_withheld_values as o
left join (
  select *, 1 as is_there
  from idw_was_withheld_values
) as w
  on w.identifier = o.identifier and w.value = o.value
left join (
  select *, 1 as is_there
  from idw_drop_withheld_values
) as d
  on d.identifier = o.identifier and d.value = o.value
where w.is_there is null or d.is_there is not null
) as p;

-- ignored_values
delete from analytics.identity.person_ignored_values as t
using idw_drop_ignored_values as d
where d.record_key = t.record_key and d.identifier = t.identifier and d.value = t.value and d.raw_value = t.raw_value;
insert into analytics.identity.person_ignored_values (record_key, identifier, value, raw_value)
select record_key, identifier, value, raw_value
from (
  with idw_was_ignored_values as (
select * from analytics.identity.person_ignored_values
)

select o.*
from idw_out_ignored_values as o
left join (
  select *, 1 as is_there
  from idw_was_ignored_values
) as w
  on w.record_key = o.record_key and w.identifier = o.identifier and w.value = o.value and w.raw_value = o.raw_value
left join (
  select *, 1 as is_there
  from idw_drop_ignored_values
) as d
  on d.record_key = o.record_key and d.identifier = o.identifier and d.value = o.value and d.raw_value = o.raw_value
where w.is_there is null or d.is_there is not null
) as p;

-- identity_anchors
delete from analytics.identity.person_identity_anchors as t
using idw_drop_identity_anchors as d
where d.identity_id = t.identity_id;
insert into analytics.identity.person_identity_anchors (identity_id, observed_at, gone, is_held)
select identity_id, observed_at, gone, is_held
from (
  with idw_was_identity_anchors as (
select * from analytics.identity.person_identity_anchors
)

select o.*
from idw_out_identity_anchors as o
left join (
  select *, 1 as is_there
  from idw_was_identity_anchors
) as w
  on w.identity_id = o.identity_id
left join (
  select *, 1 as is_there
  from idw_drop_identity_anchors
) as d
  on d.identity_id = o.identity_id
where w.is_there is null or d.is_there is not null
) as p;

-- watermarks
delete from analytics.identity.person_watermarks as t
using idw_drop_watermarks as d
where d.model = t.model;
insert into analytics.identity.person_watermarks (model, watermark)
select model, watermark
from (
  with idw_was_watermarks as (
select * from analytics.identity.person_watermarks
)

select o.*
from idw_out_watermarks as o
left join (
  select *, 1 as is_there
  from idw_was_watermarks
) as w
  on w.model = o.model
left join (
  select *, 1 as is_there
  from idw_drop_watermarks
) as d
  on d.model = o.model
where w.is_there is null or d.is_there is not null
) as p;

-- metric_counts
delete from analytics.identity.person_metric_counts as t
using idw_drop_metric_counts as d
where d.counted = t.counted and d.identifier = t.identifier and d.model = t.model and d.bucket = t.bucket;
insert into analytics.identity.person_metric_counts (counted, identifier, model, bucket, found)
select counted, identifier, model, bucket, found
from (
  with idw_was_metric_counts as (
select * from analytics.identity.person_metric_counts
)

select o.*
from idw_out_metric_counts as o
left join (
  select *, 1 as is_there
  from idw_was_metric_counts
) as w
  on w.counted = o.counted and w.identifier = o.identifier and w.model = o.model and w.bucket = o.bucket
left join (
  select *, 1 as is_there
  from idw_drop_metric_counts
) as d
  on d.counted = o.counted and d.identifier = o.identifier and d.model = o.model and d.bucket = o.bucket
where w.is_there is null or d.is_there is not null
) as p;

-- what only grows, and history that is kept no longer
insert into analytics.identity.person_identity_events (run, occurred_at, event, identity_id, other_identity_id, identifier, value, records, reason)
select run, occurred_at, event, identity_id, other_identity_id, identifier, value, records, reason
from idw_out_identity_events;
insert into analytics.identity.person_identity_history (run, record_key, identity_id)
select run, record_key, identity_id
from idw_out_identity_history;
insert into analytics.identity.person_identity_history (run, record_key, identity_id)
select cast(idw_run - 5 as bigint), '', cast(null as text)
where exists (
  select 1
  from analytics.identity.person_identity_history
  where run <= idw_run - 5 and record_key is distinct from ''
);
delete from analytics.identity.person_identity_history where run <= idw_run - 5 and record_key is distinct from '';
delete from analytics.identity.person_identity_history
where record_key = '' and run < (select max(run) from analytics.identity.person_identity_history where record_key = '');
insert into analytics.identity.person_run_metrics
select idw_run, metric, dimension, metric_value
from idw_metrics;
insert into analytics.identity.person_run_log (run, started_at, finished_at, mode, config_hash, status, records, new_records, changed_records, erased_records, components, constrained_components, rounds, identities, created, merged, split, moved, revived, retired)
select run, started_at, clock_timestamp() at time zone 'UTC', mode, config_hash, status, records, new_records, changed_records, erased_records, components, constrained_components, rounds, identities, created, merged, split, moved, revived, retired
from idw_counts;
commit;
update analytics.identity.person_run_lock
set heartbeat = cast('1970-01-01 00:00:00' as timestamp)
where holder = idw_holder;
commit;
perform pg_advisory_unlock(hashtextextended('idweave analytics.identity.person_run_lock', 0));
idw_done := (
select 'run ' || cast(run as text) collate "C" || ' (' || mode || '): '
  || cast(records as text) collate "C" || ' records, '
  || cast(identities as text) collate "C" || ' identities'
  || coalesce('; ' || idw_alarms, '')
from idw_counts
);
perform set_config('idweave.done', idw_done, false);
end
$idweave$;

select current_setting('idweave.done') as result;
