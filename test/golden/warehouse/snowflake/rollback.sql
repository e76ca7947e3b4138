-- person: made by idweave 0.0.0 of identity.yml; do not edit.
-- A rollback: puts records together as they were together after an earlier run.
-- Writes to ANALYTICS.identity; safe to run again: nothing is published before the last transaction.

create schema if not exists "ANALYTICS".identity;
use schema "ANALYTICS".identity;

execute immediate $$
declare
-- parameters
idw_as_of timestamp_ntz(6); -- decisions are in force as of this time, in UTC; null is the start of the run
idw_rollback_to number(38, 0); -- the number of the run to return to
-- what the script keeps for itself
idw_started timestamp_ntz(6) default sysdate(); -- when the run began, in UTC
idw_holder varchar default uuid_string(); -- the name of this run in run_lock
idw_run number(38, 0); -- the number of the run
idw_round number(38, 0) default 0; -- the round of a loop
idw_rounds number(38, 0) default 0; -- rounds of merging, over all phases
idw_since varchar; -- the day from which a watermark reads, and one more
idw_problem varchar; -- why the run fails
idw_alarms varchar; -- alarms that only warn
idw_done varchar; -- what the run did
idw_statement varchar; -- the statement that casts overrides to the types of their attributes
idw_secret varchar; -- scripts forget nobody: no secret is needed
idw_secret_id varchar; -- which secret that is
begin
-- Where a session may not be changed, it must be so already.
begin
alter session set timezone = 'UTC';
alter session set date_output_format = 'YYYY-MM-DD';
alter session set timestamp_ntz_output_format = 'YYYY-MM-DD HH24:MI:SS.FF6';
alter session set timestamp_ltz_output_format = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM';
alter session set timestamp_tz_output_format = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM';
exception
when other then
if (cast(cast('2026-01-31 12:00:00.123456' as timestamp_ntz) as varchar) not like '2026-01-31_12:00:00.123456%') then
raise;
end if;
end;

--
-- The relations of the target, where they are missing.
create table if not exists "ANALYTICS".identity.person_identity_records (
  record_key varchar,
  model varchar,
  source_key varchar,
  observed_at timestamp_ntz,
  identity_id varchar,
  component varchar,
  updated_run number(38, 0)
);
create table if not exists "ANALYTICS".identity.person_record_values (
  record_key varchar,
  identifier varchar,
  value varchar,
  status varchar
);
create table if not exists "ANALYTICS".identity.person_identities (
  identity_id varchar,
  status varchar,
  merged_into varchar,
  anchor_record_key varchar,
  created_run number(38, 0),
  updated_run number(38, 0),
  records number(38, 0),
  models number(38, 0),
  first_seen timestamp_ntz,
  last_seen timestamp_ntz,
  confidence double
);
create table if not exists "ANALYTICS".identity.person_identity_values (
  identity_id varchar,
  identifier varchar,
  value varchar,
  status varchar,
  records number(38, 0),
  first_seen timestamp_ntz,
  last_seen timestamp_ntz,
  updated_run number(38, 0)
);
create table if not exists "ANALYTICS".identity.person_blocked_merges (
  identity_id varchar,
  owner_identity_id varchar,
  identifier varchar,
  value varchar,
  blocked_by varchar,
  limit_value number(38, 0)
);
create table if not exists "ANALYTICS".identity.person_rejected_records (
  model varchar,
  source_key varchar,
  reason varchar,
  run number(38, 0)
);
create table if not exists "ANALYTICS".identity.person_rejected_values (
  record_key varchar,
  identifier varchar,
  raw_value varchar,
  reason varchar
);
create table if not exists "ANALYTICS".identity.person_decisions_in_force (
  id varchar,
  decision varchar,
  a varchar,
  b varchar,
  identifier varchar,
  value varchar,
  attribute varchar,
  reason varchar,
  decided_by varchar,
  decided_at timestamp_ntz,
  expires_at timestamp_ntz,
  status varchar
);
create table if not exists "ANALYTICS".identity.person_identity_redirects (
  identity_id varchar,
  current_identity_id varchar
);
create table if not exists "ANALYTICS".identity.person_withheld_values (
  identifier varchar,
  value varchar,
  status varchar,
  exceeded number(38, 0)
);
create table if not exists "ANALYTICS".identity.person_ignored_values (
  record_key varchar,
  identifier varchar,
  value varchar,
  raw_value varchar
);
create table if not exists "ANALYTICS".identity.person_identity_anchors (
  identity_id varchar,
  observed_at timestamp_ntz,
  gone boolean,
  is_held boolean
);
create table if not exists "ANALYTICS".identity.person_withdrawn_ids (
  identity_id varchar
);
create table if not exists "ANALYTICS".identity.person_watermarks (
  model varchar,
  watermark timestamp_ntz
);
create table if not exists "ANALYTICS".identity.person_suppressions (
  kind varchar,
  hash varchar,
  secret_id varchar,
  requested_run number(38, 0),
  requested_at timestamp_ntz
);
create table if not exists "ANALYTICS".identity.person_metric_counts (
  counted varchar,
  identifier varchar,
  model varchar,
  bucket number(38, 0),
  found number(38, 0)
);
create table if not exists "ANALYTICS".identity.person_identity_events (
  run number(38, 0),
  occurred_at timestamp_ntz,
  event varchar,
  identity_id varchar,
  other_identity_id varchar,
  identifier varchar,
  value varchar,
  records number(38, 0),
  reason varchar
);
create table if not exists "ANALYTICS".identity.person_identity_history (
  run number(38, 0),
  record_key varchar,
  identity_id varchar
);
create table if not exists "ANALYTICS".identity.person_run_log (
  run number(38, 0),
  started_at timestamp_ntz,
  finished_at timestamp_ntz,
  mode varchar,
  config_hash varchar,
  status varchar,
  records number(38, 0),
  new_records number(38, 0),
  changed_records number(38, 0),
  erased_records number(38, 0),
  components number(38, 0),
  constrained_components number(38, 0),
  rounds number(38, 0),
  identities number(38, 0),
  created number(38, 0),
  merged number(38, 0),
  split number(38, 0),
  moved number(38, 0),
  revived number(38, 0),
  retired number(38, 0)
);
create table if not exists "ANALYTICS".identity.person_run_metrics (
  run number(38, 0),
  metric varchar,
  dimension varchar,
  metric_value double
);
create table if not exists "ANALYTICS".identity.person_run_lock (
  run number(38, 0),
  holder varchar,
  started_at timestamp_ntz,
  heartbeat timestamp_ntz
);
create or replace view "ANALYTICS".identity.person_merge_evidence as
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

select identity_id, record_key, identifier, value, records, cast(null as varchar) as decision_id
from ties
where records >= 2
union all
select identity_id, a as record_key, 'must_link' as identifier, id as value, 2 as records, id as decision_id
from must_links
union all
select identity_id, b as record_key, 'must_link' as identifier, id as value, 2 as records, id as decision_id
from must_links;
idw_run := (
select coalesce(max(run), 0) + 1 from "ANALYTICS".identity.person_run_log
);

--
-- The lock: whoever is gone holds it no longer.
insert into "ANALYTICS".identity.person_run_lock (run, holder, started_at, heartbeat)
select 0, '', cast('1970-01-01 00:00:00' as timestamp_ntz), cast('1970-01-01 00:00:00' as timestamp_ntz)
from (select 1 as one) as nothing
where not exists (select 1 from "ANALYTICS".identity.person_run_lock);
update "ANALYTICS".identity.person_run_lock
set
  run = :idw_run,
  holder = :idw_holder,
  started_at = :idw_started,
  heartbeat = sysdate()
where heartbeat < dateadd(second, -3600, sysdate());
idw_problem := (
select max('IDW701 Another run is under way: run ' || cast(run as varchar) || ', started at ' || cast(started_at as varchar) || ' UTC by ' || holder || ', last seen at ' || cast(heartbeat as varchar))
from "ANALYTICS".identity.person_run_lock
where holder <> :idw_holder
);
if (idw_problem is not null) then
execute immediate 'declare problem exception (-20001, ''' || replace(replace(idw_problem, '\\', '\\\\'), '''', '''''') || '''); begin raise problem; end;';
end if;
begin
idw_as_of := (
select coalesce(:idw_as_of, :idw_started)
);

--
-- The state is one to build on.
idw_problem := (
select case
  when not exists (select 1 from "ANALYTICS".identity.person_run_log) then 'IDW740 There is no run to return to: nothing has been published.'
  when not exists (
    select 1
    from "ANALYTICS".identity.person_run_log
    where run = (select max(run) from "ANALYTICS".identity.person_run_log) and config_hash = '6b1be581f027fa24a18ddefd95e87a53f90bc703dd439399b81ba1524b777d8a'
  ) then 'IDW741 A rollback starts from what the last run left, but identity.yml, a model or a macro changed.'
end
);
if (idw_problem is not null) then
execute immediate 'declare problem exception (-20001, ''' || replace(replace(idw_problem, '\\', '\\\\'), '''', '''''') || '''); begin raise problem; end;';
end if;
idw_problem := (
select case
  when :idw_rollback_to is null then 'IDW740 idw_rollback_to, the number of the run to return to, is not set.'
  when not exists (
    select 1
    from "ANALYTICS".identity.person_run_log as l
    where l.run = :idw_rollback_to
      and l.run < (select max(run) from "ANALYTICS".identity.person_run_log)
      and l.run >= (select max(run) from "ANALYTICS".identity.person_run_log) - 5
      and l.run >= (select coalesce(max(run), 0) from "ANALYTICS".identity.person_identity_history where record_key = '')
  ) then 'IDW740 Run ' || cast(:idw_rollback_to as varchar) || ' is not kept.'
end
);
if (idw_problem is not null) then
execute immediate 'declare problem exception (-20001, ''' || replace(replace(idw_problem, '\\', '\\\\'), '''', '''''') || '''); begin raise problem; end;';
end if;

--
-- 2. Looking up who was together
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 2.2 idw_returned: one row is a record, with its id then and its id now
create or replace temporary table idw_returned as
with idw_was_identity_records as (
select * from "ANALYTICS".identity.person_identity_records
),

idw_was_identity_history as (
select * from "ANALYTICS".identity.person_identity_history
),

since as (
  select record_key, min(run) as run
  from idw_was_identity_history
  where run > :idw_rollback_to
  group by record_key
),

before as (
  select h.record_key, h.identity_id
  from idw_was_identity_history as h
  join since as s on s.record_key = h.record_key and s.run = h.run
)

select
  w.record_key,
  case when s.record_key is null then w.identity_id else b.identity_id end as identity_id,
  w.identity_id as present_id
from idw_was_identity_records as w
left join since as s on s.record_key = w.record_key
left join before as b on b.record_key = w.record_key;

-- 2.4 idw_erased: one row is a record to be forgotten
create or replace temporary table idw_erased as
select cast(null as varchar) as record_key from (select 1 as one) as nothing where false;

-- 2.5 idw_delta: one row is a record that is new, changed, deleted or erased
create or replace temporary table idw_delta as
select cast(null as varchar) as record_key, cast(null as varchar) as model, cast(null as varchar) as change from (select 1 as one) as nothing where false;

-- 2.7 idw_delta_values: one row is a new or changed record and a value that it carries
create or replace temporary table idw_delta_values as
select cast(null as varchar) as record_key, cast(null as varchar) as identifier, cast(null as varchar) as value from (select 1 as one) as nothing where false;

-- 2.8 idw_shifts: one row is an unchanged record and a value that it loses or regains
create or replace temporary table idw_shifts as
select cast(null as varchar) as record_key, cast(null as varchar) as identifier, cast(null as varchar) as value, cast(null as varchar) as raw_value, cast(null as boolean) as gained from (select 1 as one) as nothing where false;

-- 2.9 idw_flips: one row is a value that is shared now or before
create or replace temporary table idw_flips as
select cast(null as varchar) as identifier, cast(null as varchar) as value, cast(null as boolean) as was_shared, cast(null as boolean) as is_shared from (select 1 as one) as nothing where false;

-- 2.10 idw_judged_values: one row is a value that may begin or cease to be contested
create or replace temporary table idw_judged_values as
select cast(null as varchar) as identifier, cast(null as varchar) as value from (select 1 as one) as nothing where false;

-- 2.11 idw_out_withheld_values: one row is a value that matches nothing, with the reason
create or replace temporary table idw_out_withheld_values as
with idw_was_withheld_values as (
select * from "ANALYTICS".identity.person_withheld_values
)

select * from idw_was_withheld_values where false;

--
-- 3. Gathering what changed since
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 3.1 idw_replaced_records: one row is a record of a plain component to put together again
create or replace temporary table idw_replaced_records as
with idw_was_identity_records as (
select * from "ANALYTICS".identity.person_identity_records
),

changed as (
  select record_key, identity_id
  from idw_returned
  where identity_id is distinct from present_id
),

met as (
  select record_key from changed
  union
  select r.record_key
  from idw_returned as r
  join changed as c on c.identity_id = r.identity_id
),

touched_components as (
  select distinct w.component
  from idw_was_identity_records as w
  join met as m on m.record_key = w.record_key
)

select w.*
from idw_was_identity_records as w
join touched_components as c on c.component = w.component;

-- 3.2 idw_touched_records: one row is a record to reconsider, before or after
create or replace temporary table idw_touched_records as
select record_key from idw_replaced_records
union
select record_key from idw_delta;

-- 3.3 idw_replaced_values: one row is a value of a record to reconsider, as the run before left it
create or replace temporary table idw_replaced_values as
with idw_was_record_values as (
select * from "ANALYTICS".identity.person_record_values
)

select w.*
from idw_was_record_values as w
where w.record_key in (select record_key from idw_replaced_records);

-- 3.4 idw_replaced_counts: one row is a count of these records and values, for the metrics
create or replace temporary table idw_replaced_counts as
with idw_was_withheld_values as (
select * from "ANALYTICS".identity.person_withheld_values
),

members as (
  select model, identity, records, sum(records) over (partition by identity) as size
  from (
    select model, identity_id as identity, count(*) as records
    from idw_replaced_records
    group by model, identity_id
  ) as counted
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
  select count(distinct component) as found from idw_replaced_records
),

covered as (
  select c.identifier, r.model, count(*) as found
  from (
    select distinct record_key, identifier
    from idw_replaced_values
  ) as c
  join idw_replaced_records as r on r.record_key = c.record_key
  group by c.identifier, r.model
),

carried as (
  select identifier, count(*) as found
  from idw_replaced_values
  group by identifier
),

matching as (
  select identifier, count(*) as found
  from (
    select distinct v.identifier, v.value
    from idw_replaced_values as v
    left join idw_was_withheld_values as w on w.identifier = v.identifier and w.value = v.value
    where w.value is null
  ) as t
  group by identifier
),

lost as (
  select identifier, status, count(*) as found
  from (
    select distinct v.identifier, v.value, v.status
    from idw_replaced_values as v
    left join idw_was_withheld_values as w on w.identifier = v.identifier and w.value = v.value
    where w.value is null and v.status <> 'active'
  ) as t
  group by identifier, status
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

select counted, identifier, model, bucket, cast(found as number(38, 0)) as found
from counts
where found <> 0;

-- 3.5 idw_touched_identities: one row is an id whose rows may change
create or replace temporary table idw_touched_identities as
with idw_was_identities as (
select * from "ANALYTICS".identity.person_identities
),

idw_was_identity_anchors as (
select * from "ANALYTICS".identity.person_identity_anchors
)

select identity_id
from idw_replaced_records
union
select i.identity_id
from idw_was_identities as i
join idw_touched_records as t on t.record_key = i.anchor_record_key
union
select identity_id from idw_was_identity_anchors where gone;

-- 3.7 idw_records: one row is a record of the scope; numbers follow the bytes of the record key
create or replace temporary table idw_records as
select
  row_number() over (order by w.record_key) as record,
  w.record_key,
  w.model,
  w.source_key,
  w.observed_at
from idw_replaced_records as w;

-- 3.9 idw_given: one row is a record of the scope and a value that it carries
create or replace temporary table idw_given as
with idw_scope as (
select t.record_key
from idw_touched_records as t
left join idw_delta as d on d.record_key = t.record_key and d.change in ('deleted', 'erased')
where d.record_key is null
)

select v.record_key, v.identifier, v.value
from idw_replaced_values as v
left join idw_shifts as x on x.record_key = v.record_key and x.identifier = v.identifier and x.value = v.value
where v.record_key in (select record_key from idw_scope)
  and v.record_key not in (select record_key from idw_delta)
  and x.value is null
union all
select v.record_key, v.identifier, v.value
from idw_delta_values as v
join idw_scope as s on s.record_key = v.record_key
union all
select v.record_key, v.identifier, v.value
from idw_shifts as v
join idw_scope as s on s.record_key = v.record_key
where v.gained;

-- 3.10 idw_dictionary: one row is an identifier and a distinct value
create or replace temporary table idw_dictionary as
select
  row_number() over (order by identifier, value) as value_id,
  identifier,
  value,
  cast(null as varchar) as reason
from (
  select distinct identifier, value from idw_given
) as d;

-- 3.11 idw_carried: one row is a record and a value that it carries
create or replace temporary table idw_carried as
select r.record, d.identifier, d.value_id
from idw_given as g
join idw_dictionary as d on d.identifier = g.identifier and d.value = g.value
join idw_records as r on r.record_key = g.record_key;

-- 3.12 idw_value_counts: one row is a value, with its records of the scope
create or replace temporary table idw_value_counts as
with idw_was_withheld_values as (
select * from "ANALYTICS".identity.person_withheld_values
),

counted as (
  select value_id, identifier, count(*) as records, min(record) as first_record
  from idw_carried
  group by value_id, identifier
)

select c.*, coalesce(f.is_shared, w.value is not null) as is_shared
from counted as c
join idw_dictionary as d on d.value_id = c.value_id
left join idw_flips as f on f.identifier = d.identifier and f.value = d.value
left join idw_was_withheld_values as w
  on w.identifier = d.identifier and w.value = d.value and w.status = 'shared';

-- 3.13 idw_values: one row is a value, with its records and its status
create or replace temporary table idw_values as
with idw_was_withheld_values as (
select * from "ANALYTICS".identity.person_withheld_values
),

withheld as (
  select identifier, value, status, exceeded
  from idw_out_withheld_values
  union all
  select w.identifier, w.value, w.status, w.exceeded
  from idw_was_withheld_values as w
  left join idw_flips as f on f.identifier = w.identifier and f.value = w.value
  left join idw_judged_values as j on j.identifier = w.identifier and j.value = w.value
  where f.value is null and j.value is null
)

select v.*, w.status, cast(w.exceeded as number(38, 0)) as exceeded
from idw_value_counts as v
join idw_dictionary as d on d.value_id = v.value_id
left join withheld as w on w.identifier = d.identifier and w.value = d.value;

-- 3.14 idw_decided: one row is a decision, as the run before knew it
-- from decisions
create or replace temporary table idw_decided as
with idw_was_decisions_in_force as (
select * from "ANALYTICS".identity.person_decisions_in_force
)

select
  id,
  decision,
  a,
  b,
  identifier,
  value,
  attribute,
  reason,
  decided_by,
  decided_at,
  expires_at,
  cast(null as varchar) as given_decided_at,
  cast(null as varchar) as given_expires_at,
  case when status in ('refused', 'agreed') then 'in_force' else status end as status,
  row_number() over (order by decided_at asc nulls last, id) as position,
  false as a_is_erased,
  false as b_is_erased
from idw_was_decisions_in_force;
create or replace temporary table idw_override_values as
with idw_was_record_state as (
select * from "ANALYTICS".identity.person_record_state
),

idw_attributes as (
select r.record as idw_record, w.a_first_name as first_name, w.a_city as city
from idw_was_record_state as w
join idw_records as r on r.record_key = w.record_key
)

select
  cast(null as number(38, 0)) as idw_position,
  cast(null as boolean) as idw_is_value,
  types_known.*
from (
  select
    max(r.first_name) as first_name,
    max(r.city) as city,
    array_agg(cast(null as varchar)) within group (order by cast(null as varchar)) as emails
  from idw_attributes as r
  where false
) as types_known
where false;
if (exists (select 1 from idw_decided where decision = 'golden_override' and status <> 'expired')) then
create or replace temporary table idw_overrides as
select
  position as idw_position,
  attribute as idw_attribute,
  value as idw_value,
  case lower(cast(value as varchar))
    when 'true' then true when 't' then true when 'yes' then true when 'y' then true when '1' then true
    when 'false' then false when 'f' then false when 'no' then false when 'n' then false when '0' then false
  end as idw_truth,
  case
    when regexp_like(trim(cast(value as varchar)), '\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}([.]\\d+)?)?( ?(Z|[+-]\\d{2}(:?\\d{2})?))?)?') then cast(
      convert_timezone('UTC', try_cast(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(trim(cast(value as varchar)), '^(.{10})$', '\\1T00:00:00'), '^(.{13}:[0-9]{2})( ?[Z+-].*)?$', '\\1:00\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}[.0-9]*)( ?Z)?$', '\\1+00:00'), '^(.{10}).(.{8}[.0-9]*) ?([+-][0-9]{2})$', '\\1T\\2\\3:00'), '^(.{10}).(.{8}[.0-9]*) ?([+-][0-9]{2}):?([0-9]{2})$', '\\1T\\2\\3:\\4') as timestamp_tz))
      as timestamp_ntz
    )
  end as idw_time,
  is_array(try_parse_json(value)) as idw_is_list,
  case when is_array(try_parse_json(value)) then cast(try_parse_json(value) as array) end as idw_elements
from idw_decided
where decision = 'golden_override' and status <> 'expired';
idw_statement := (
with one_row as (
  select any_value(first_name) as first_name, any_value(city) as city, any_value(emails) as emails
  from idw_override_values
),

attributes as (
  select
    0 as place,
    'case when idw_attribute = ''first_name'' then' as before_it,
    'end as first_name' as after_it,
    'first_name' as named,
    system$typeof(t.first_name) as type
  from one_row as t
  union all
  select
    1 as place,
    'case when idw_attribute = ''city'' then' as before_it,
    'end as city' as after_it,
    'city' as named,
    system$typeof(t.city) as type
  from one_row as t
  union all
  select
    2 as place,
    'case when idw_attribute = ''emails'' then' as before_it,
    'end as emails' as after_it,
    'emails' as named,
    system$typeof(t.emails) as type
  from one_row as t
)

select concat(
  'insert into idw_override_values (idw_position, idw_is_value, first_name, city, emails)\nselect idw_position, case idw_attribute when ''first_name'' then first_name is not null when ''city'' then city is not null when ''emails'' then emails is not null end, first_name, city, emails\nfrom (\n  select idw_position, idw_attribute,', ' ',
  listagg(concat(before_it, ' ', case
    when split_part(split_part(type, '[', 1), '(', 1) = 'VARCHAR' then concat('case when try_cast(idw_value as ', split_part(type, '[', 1), ') = idw_value then idw_value end')
    when split_part(split_part(type, '[', 1), '(', 1) = 'BOOLEAN' then 'idw_truth'
    when split_part(split_part(type, '[', 1), '(', 1) = 'DATE' then 'case when idw_value like ''____-__-__'' then try_cast(idw_value as date) end'
    when split_part(split_part(type, '[', 1), '(', 1) in ('TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ') then concat('cast(idw_time as ', split_part(type, '[', 1), ')')
    when split_part(split_part(type, '[', 1), '(', 1) in ('NUMBER', 'FLOAT', 'TIME') then concat('try_cast(idw_value as ', split_part(type, '[', 1), ')')
    when split_part(type, '[', 1) = 'ARRAY' then 'idw_elements'
    else 'null'
  end, ' ', after_it), ', ') within group (order by place), ' ',
  'from idw_overrides ) as given'
)
from attributes
);
execute immediate :idw_statement;
drop table idw_overrides;
end if;

-- 3.15 idw_decisions: one row is a decision, with the numbers of its records
-- from decisions
create or replace temporary table idw_decisions as
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
left join idw_records as b on b.record_key = d.b;

-- 3.16 idw_holders: one row is a record that a decision names, and its holder
-- from decisions
create or replace temporary table idw_holders as
select distinct record, record as holder
from (
  select a_record as record from idw_decisions where decision in ('must_link', 'cannot_link') and status = 'in_force'
  union all
  select b_record as record from idw_decisions where decision in ('must_link', 'cannot_link') and status = 'in_force'
) as named;

-- 3.17 idw_load: one row is a holder, a cannot-link and its side
-- from decisions
create or replace temporary table idw_load as
select h.holder, d.position - 1000000000 as constraint_no, d.a_record as class_rank, 1 as limit_value
from idw_decisions as d
join idw_holders as h on h.record = d.a_record
where d.decision = 'cannot_link' and d.status = 'in_force'
union all
select h.holder, d.position - 1000000000 as constraint_no, d.b_record as class_rank, 1 as limit_value
from idw_decisions as d
join idw_holders as h on h.record = d.b_record
where d.decision = 'cannot_link' and d.status = 'in_force';

-- 3.18 idw_blocked: one row is a holder and a value refused to it
create or replace temporary table idw_blocked as
select
  cast('' as varchar) as identifier,
  cast(0 as number(38, 0)) as value_rank,
  cast(0 as number(38, 0)) as holder,
  cast(0 as number(38, 0)) as owner,
  cast(0 as number(38, 0)) as blocked_by
from (select 1 as one) as nothing where false;

-- 3.19 idw_kept: one row is a holder and a must-link that names it
-- from decisions
create or replace temporary table idw_kept as
select a_record as holder, position as value_rank, position as class_rank, cast(null as timestamp_ntz) as ranked_at
from idw_decisions
where decision = 'must_link' and status = 'in_force'
union all
select b_record as holder, position as value_rank, position as class_rank, cast(null as timestamp_ntz) as ranked_at
from idw_decisions
where decision = 'must_link' and status = 'in_force';

-- 3.20 idw_contenders: one row is a holder and a value that another holder keeps too
-- from decisions
create or replace temporary table idw_contenders as
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
join turns as t on t.value_rank = k.value_rank;

-- 3.21 only if idw_contenders has rows
if (exists (select 1 from idw_contenders)) then

-- 3.21.1 idw_links: one row is a link between two holders of a value
create or replace temporary table idw_links as
select distinct a, b
from (
  select min(holder) over (partition by turn) as a, holder as b
  from idw_contenders
) as pairs
where a <> b;

-- 3.21.2 idw_hops: one row is a node that stopped being a root, and its round
create or replace temporary table idw_hops as
select cast(0 as number(38, 0)) as round, cast(0 as number(38, 0)) as node, cast(0 as number(38, 0)) as root from (select 1 as one) as nothing where false;

-- 3.21.3 groups of holders by must_link: while idw_links has rows
idw_round := 0;
while (exists (select 1 from idw_links)) do
idw_round := idw_round + 1;
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 3.21.3.1 idw_picks: one row is a node that still has links, and its root in this round
create or replace temporary table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, min_by(neighbour, case when neighbour is not null then hash(neighbour, :idw_round) end) as root
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
join jumped as k on k.node = j.root;

-- 3.21.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select :idw_round as round, node, root
from idw_picks
where node <> root;

-- 3.21.3.3 idw_links: one row is a link between two roots
create or replace temporary table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;
end while;

-- 3.21.4 idw_roots: one row is a node that is not the root of its component
create or replace temporary table idw_roots as
select node, root from idw_hops where false;

-- 3.21.5 groups of holders by must_link, backwards: with idw_round from its last value down to 1
while (idw_round > 0) do

-- 3.21.5.1 idw_roots: one row is a node that is not the root of its component
create or replace temporary table idw_roots as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = :idw_round
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null;
idw_round := idw_round - 1;
end while;

-- 3.21.6 idw_groups: one row is a holder, and the smallest holder of its group
create or replace temporary table idw_groups as
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
from named;

-- 3.21.7 idw_loud: one row is a group that breaks a hard constraint
create or replace temporary table idw_loud as
select distinct group_holder
from (
  select g.group_holder
  from idw_groups as g
  join idw_load as l on l.holder = g.holder
  group by g.group_holder, l.constraint_no, l.limit_value
  having count(distinct l.class_rank) > l.limit_value
) as exceeded;

-- 3.21.8 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temporary table idw_moves as
select g.holder as origin, g.holder
from idw_groups as g
join idw_loud as o on o.group_holder = g.group_holder;

-- 3.21.9 idw_refusals: one row is a holder at the start of the phase and a value refused to it
create or replace temporary table idw_refusals as
select
  cast(0 as number(38, 0)) as origin,
  cast(0 as number(38, 0)) as holder,
  cast(0 as number(38, 0)) as value_rank,
  cast(0 as number(38, 0)) as owner,
  cast(0 as number(38, 0)) as blocked_by
from (select 1 as one) as nothing where false;

-- 3.21.10 idw_contenders: one row is a holder and a value, in loud groups
create or replace temporary table idw_contenders as
select c.*
from idw_contenders as c
join idw_groups as g on g.holder = c.holder
join idw_loud as o on o.group_holder = g.group_holder;

-- 3.21.11 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temporary table idw_phase_load as
select distinct l.holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
where l.holder in (select holder from idw_contenders);

-- 3.21.12 merging by must_link: while idw_contenders has rows
idw_round := 0;
while (exists (select 1 from idw_contenders)) do
idw_round := idw_round + 1;
idw_rounds := idw_rounds + 1;
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 3.21.12.1 idw_verdicts: one row is a holder of a value judged in this round
-- from decisions
create or replace temporary table idw_verdicts as
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
left join refused as r on r.turn = p.turn and r.holder = p.holder;

-- 3.21.12.2 idw_refusals: one row is a holder at the start of the phase and a value refused to it
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

-- 3.21.12.3 idw_renames: one row is a holder that merged in this round
create or replace temporary table idw_renames as
select holder, min(holder) over (partition by turn) as new_holder
from idw_verdicts
where blocked_by is null;

-- 3.21.12.4 idw_contenders: one row is a holder and a value not yet judged
create or replace temporary table idw_contenders as
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
join several as s on s.turn = n.turn;

-- 3.21.12.5 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temporary table idw_phase_load as
select distinct coalesce(r.new_holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_phase_load as l
left join idw_renames as r on r.holder = l.holder;

-- 3.21.12.6 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temporary table idw_moves as
select m.origin, coalesce(r.new_holder, m.holder) as holder
from idw_moves as m
left join idw_renames as r on r.holder = m.holder;
end while;

-- 3.21.13 idw_moves: one row is a holder of a quiet group
insert into idw_moves
select g.holder as origin, g.group_holder as holder
from idw_groups as g
where g.group_holder not in (select group_holder from idw_loud);

-- 3.21.14 idw_blocked: one row is a holder and a value refused to it
-- from decisions
insert into idw_blocked
select distinct 'must_link' as identifier, value_rank, holder, owner, blocked_by
from idw_refusals;

-- 3.21.15 idw_holders: one row is a record, and its holder
create or replace temporary table idw_holders as
select h.record, coalesce(m.holder, h.holder) as holder
from idw_holders as h
left join idw_moves as m on m.origin = h.holder;

-- 3.21.16 idw_load: one row is a holder, a hard constraint and a class
create or replace temporary table idw_load as
select distinct coalesce(m.holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
left join idw_moves as m on m.origin = l.holder;
end if;

-- 3.22 idw_linked: one row is a record that is must-linked to others, and their smallest record
create or replace temporary table idw_linked as
select record, holder
from idw_holders
where holder in (select holder from idw_holders group by holder having count(*) >= 2);

-- 3.23 idw_links: one row is a link between two values of must-linked records
create or replace temporary table idw_links as
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
where a <> b;

-- 3.24 idw_hops: one row is a node that stopped being a root, and its round
create or replace temporary table idw_hops as
select cast(0 as number(38, 0)) as round, cast(0 as number(38, 0)) as node, cast(0 as number(38, 0)) as root from (select 1 as one) as nothing where false;

-- 3.25 classes of values: while idw_links has rows
idw_round := 0;
while (exists (select 1 from idw_links)) do
idw_round := idw_round + 1;
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 3.25.1 idw_picks: one row is a node that still has links, and its root in this round
create or replace temporary table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, min_by(neighbour, case when neighbour is not null then hash(neighbour, :idw_round) end) as root
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
join jumped as k on k.node = j.root;

-- 3.25.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select :idw_round as round, node, root
from idw_picks
where node <> root;

-- 3.25.3 idw_links: one row is a link between two roots
create or replace temporary table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;
end while;

-- 3.26 idw_roots: one row is a node that is not the root of its component
create or replace temporary table idw_roots as
select node, root from idw_hops where false;

-- 3.27 classes of values, backwards: with idw_round from its last value down to 1
while (idw_round > 0) do

-- 3.27.1 idw_roots: one row is a node that is not the root of its component
create or replace temporary table idw_roots as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = :idw_round
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null;
idw_round := idw_round - 1;
end while;

-- 3.28 idw_classes: one row is a value that shares a class with others
create or replace temporary table idw_classes as
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
from named;

--
-- 4. Putting records together as they were
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 4.1 idw_links: one row is a link between two records of a component, or of an identity then
create or replace temporary table idw_links as
with idw_was_identity_records as (
select * from "ANALYTICS".identity.person_identity_records
)

select distinct a, b
from (
  select min(r.record) over (partition by w.component) as a, r.record as b
  from idw_was_identity_records as w
  join idw_records as r on r.record_key = w.record_key
  union all
  select min(r.record) over (partition by t.identity_id) as a, r.record as b
  from idw_returned as t
  join idw_records as r on r.record_key = t.record_key
  where t.identity_id is not null
) as pairs
where a <> b;

-- 4.2 idw_hops: one row is a node that stopped being a root, and its round
create or replace temporary table idw_hops as
select cast(0 as number(38, 0)) as round, cast(0 as number(38, 0)) as node, cast(0 as number(38, 0)) as root from (select 1 as one) as nothing where false;

-- 4.3 components, now and then: while idw_links has rows
idw_round := 0;
while (exists (select 1 from idw_links)) do
idw_round := idw_round + 1;
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 4.3.1 idw_picks: one row is a node that still has links, and its root in this round
create or replace temporary table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, min_by(neighbour, case when neighbour is not null then hash(neighbour, :idw_round) end) as root
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
join jumped as k on k.node = j.root;

-- 4.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select :idw_round as round, node, root
from idw_picks
where node <> root;

-- 4.3.3 idw_links: one row is a link between two roots
create or replace temporary table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;
end while;

-- 4.4 idw_roots: one row is a node that is not the root of its component
create or replace temporary table idw_roots as
select node, root from idw_hops where false;

-- 4.5 components, now and then, backwards: with idw_round from its last value down to 1
while (idw_round > 0) do

-- 4.5.1 idw_roots: one row is a node that is not the root of its component
create or replace temporary table idw_roots as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = :idw_round
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null;
idw_round := idw_round - 1;
end while;

-- 4.6 idw_components: one row is a record, and the smallest record of its component
create or replace temporary table idw_components as
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

select r.record, coalesce(n.label, r.record) as component
from idw_records as r
left join named as n on n.node = r.record;

-- 4.7 idw_broken: one row is a component that breaks a limit: a rollback asks for none
create or replace temporary table idw_broken as
select cast(null as number(38, 0)) as component from (select 1 as one) as nothing where false;

-- 4.8 idw_holders: one row is a record, and its holder: what must-links join is one
create or replace temporary table idw_holders as
select r.record, coalesce(l.holder, r.record) as holder
from idw_records as r
left join idw_linked as l on l.record = r.record;

-- 4.9 idw_load: one row is a holder, a cannot-link and its side
-- from decisions
create or replace temporary table idw_load as
select h.holder, d.position - 1000000000 as constraint_no, d.a_record as class_rank, 1 as limit_value
from idw_decisions as d
join idw_holders as h on h.record = d.a_record
where d.decision = 'cannot_link' and d.status = 'in_force'
union all
select h.holder, d.position - 1000000000 as constraint_no, d.b_record as class_rank, 1 as limit_value
from idw_decisions as d
join idw_holders as h on h.record = d.b_record
where d.decision = 'cannot_link' and d.status = 'in_force';

-- 4.10 idw_kept: one row is a holder and an id that its records had then
create or replace temporary table idw_kept as
with then_and_now as (
  select h.holder, min(r.record) over (partition by t.identity_id) as value_rank
  from idw_returned as t
  join idw_records as r on r.record_key = t.record_key
  join idw_holders as h on h.record = r.record
  where t.identity_id is not null
)

select distinct
  holder,
  value_rank,
  value_rank as class_rank,
  cast(null as timestamp_ntz) as ranked_at
from then_and_now;

-- 4.11 idw_contenders: one row is a holder and a value that another holder keeps too
-- from decisions
create or replace temporary table idw_contenders as
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
join turns as t on t.value_rank = k.value_rank;

-- 4.12 only if idw_contenders has rows
if (exists (select 1 from idw_contenders)) then

-- 4.12.1 idw_links: one row is a link between two holders of a value
create or replace temporary table idw_links as
select distinct a, b
from (
  select min(holder) over (partition by turn) as a, holder as b
  from idw_contenders
) as pairs
where a <> b;

-- 4.12.2 idw_hops: one row is a node that stopped being a root, and its round
create or replace temporary table idw_hops as
select cast(0 as number(38, 0)) as round, cast(0 as number(38, 0)) as node, cast(0 as number(38, 0)) as root from (select 1 as one) as nothing where false;

-- 4.12.3 groups of holders by rollback: while idw_links has rows
idw_round := 0;
while (exists (select 1 from idw_links)) do
idw_round := idw_round + 1;
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 4.12.3.1 idw_picks: one row is a node that still has links, and its root in this round
create or replace temporary table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, min_by(neighbour, case when neighbour is not null then hash(neighbour, :idw_round) end) as root
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
join jumped as k on k.node = j.root;

-- 4.12.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select :idw_round as round, node, root
from idw_picks
where node <> root;

-- 4.12.3.3 idw_links: one row is a link between two roots
create or replace temporary table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;
end while;

-- 4.12.4 idw_roots: one row is a node that is not the root of its component
create or replace temporary table idw_roots as
select node, root from idw_hops where false;

-- 4.12.5 groups of holders by rollback, backwards: with idw_round from its last value down to 1
while (idw_round > 0) do

-- 4.12.5.1 idw_roots: one row is a node that is not the root of its component
create or replace temporary table idw_roots as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = :idw_round
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null;
idw_round := idw_round - 1;
end while;

-- 4.12.6 idw_groups: one row is a holder, and the smallest holder of its group
create or replace temporary table idw_groups as
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
from named;

-- 4.12.7 idw_loud: one row is a group that breaks a hard constraint
create or replace temporary table idw_loud as
select distinct group_holder
from (
  select g.group_holder
  from idw_groups as g
  join idw_load as l on l.holder = g.holder
  group by g.group_holder, l.constraint_no, l.limit_value
  having count(distinct l.class_rank) > l.limit_value
) as exceeded;

-- 4.12.8 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temporary table idw_moves as
select g.holder as origin, g.holder
from idw_groups as g
join idw_loud as o on o.group_holder = g.group_holder;

-- 4.12.9 idw_refusals: one row is a holder at the start of the phase and a value refused to it
create or replace temporary table idw_refusals as
select
  cast(0 as number(38, 0)) as origin,
  cast(0 as number(38, 0)) as holder,
  cast(0 as number(38, 0)) as value_rank,
  cast(0 as number(38, 0)) as owner,
  cast(0 as number(38, 0)) as blocked_by
from (select 1 as one) as nothing where false;

-- 4.12.10 idw_contenders: one row is a holder and a value, in loud groups
create or replace temporary table idw_contenders as
select c.*
from idw_contenders as c
join idw_groups as g on g.holder = c.holder
join idw_loud as o on o.group_holder = g.group_holder;

-- 4.12.11 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temporary table idw_phase_load as
select distinct l.holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
where l.holder in (select holder from idw_contenders);

-- 4.12.12 merging by rollback: while idw_contenders has rows
idw_round := 0;
while (exists (select 1 from idw_contenders)) do
idw_round := idw_round + 1;
idw_rounds := idw_rounds + 1;
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 4.12.12.1 idw_verdicts: one row is a holder of a value judged in this round
-- from decisions
create or replace temporary table idw_verdicts as
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
left join refused as r on r.turn = p.turn and r.holder = p.holder;

-- 4.12.12.2 idw_refusals: one row is a holder at the start of the phase and a value refused to it
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

-- 4.12.12.3 idw_renames: one row is a holder that merged in this round
create or replace temporary table idw_renames as
select holder, min(holder) over (partition by turn) as new_holder
from idw_verdicts
where blocked_by is null;

-- 4.12.12.4 idw_contenders: one row is a holder and a value not yet judged
create or replace temporary table idw_contenders as
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
join several as s on s.turn = n.turn;

-- 4.12.12.5 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temporary table idw_phase_load as
select distinct coalesce(r.new_holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_phase_load as l
left join idw_renames as r on r.holder = l.holder;

-- 4.12.12.6 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temporary table idw_moves as
select m.origin, coalesce(r.new_holder, m.holder) as holder
from idw_moves as m
left join idw_renames as r on r.holder = m.holder;
end while;

-- 4.12.13 idw_moves: one row is a holder of a quiet group
insert into idw_moves
select g.holder as origin, g.group_holder as holder
from idw_groups as g
where g.group_holder not in (select group_holder from idw_loud);

-- 4.12.14 idw_blocked: one row is a holder and a value refused to it
-- from decisions
insert into idw_blocked
select distinct 'rollback' as identifier, value_rank, holder, owner, blocked_by
from idw_refusals;

-- 4.12.15 idw_holders: one row is a record, and its holder
create or replace temporary table idw_holders as
select h.record, coalesce(m.holder, h.holder) as holder
from idw_holders as h
left join idw_moves as m on m.origin = h.holder;

-- 4.12.16 idw_load: one row is a holder, a hard constraint and a class
create or replace temporary table idw_load as
select distinct coalesce(m.holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
left join idw_moves as m on m.origin = l.holder;
end if;

--
-- 5. Naming the identities
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 5.1 idw_resolved: one row is a record, its component and the label of its identity
create or replace temporary table idw_resolved as
select c.record, c.component, coalesce(h.holder, c.component) as label
from idw_components as c
left join idw_holders as h on h.record = c.record;

-- 5.2 idw_settled: one row is a record and a value that it carries, with its status in the end
create or replace temporary table idw_settled as
with idw_was_record_values as (
select * from "ANALYTICS".identity.person_record_values
),

held as (
  select c.record, c.value_id, s.label, w.status
  from idw_carried as c
  join idw_records as r on r.record = c.record
  join idw_dictionary as d on d.value_id = c.value_id
  join idw_resolved as s on s.record = c.record
  join idw_was_record_values as w
    on w.record_key = r.record_key and w.identifier = d.identifier and w.value = d.value
),

then_named as (
  select s.label, min(t.identity_id) as identity_id
  from idw_resolved as s
  join idw_records as r on r.record = s.record
  join idw_returned as t on t.record_key = r.record_key
  group by s.label
),

claims as (
  select value_id, label, count(*) as records
  from held
  where status = 'active'
  group by value_id, label
),

owners as (
  select value_id, label
  from (
    select c.*, row_number() over (
      partition by c.value_id order by c.records desc, n.identity_id asc nulls last, c.label
    ) as place
    from claims as c
    join then_named as n on n.label = c.label
  ) as placed
  where place = 1
)

select
  h.record,
  h.value_id,
  h.label,
  case when h.status = 'active' and o.label is null then 'contested' else h.status end as status
from held as h
left join owners as o on o.value_id = h.value_id and o.label = h.label;

-- 5.3 idw_profiles: one row is an identity, with its size and its earliest record
create or replace temporary table idw_profiles as
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
    cast(sum(records) as number(38, 0)) as records,
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
join idw_records as r on r.record = e.anchor;

-- 5.4 idw_earlier: one row is an id whose rows may change, as the run before left it
create or replace temporary table idw_earlier as
with idw_was_identities as (
select * from "ANALYTICS".identity.person_identities
),

idw_was_identity_anchors as (
select * from "ANALYTICS".identity.person_identity_anchors
)

select w.*, k.observed_at as noted_at
from idw_was_identities as w
join idw_touched_identities as t on t.identity_id = w.identity_id
left join idw_was_identity_anchors as k on k.identity_id = w.identity_id;

-- 5.5 idw_former: one row is a record that had an id, with that id
create or replace temporary table idw_former as
select r.record, w.identity_id
from idw_replaced_records as w
join idw_records as r on r.record_key = w.record_key;

-- 5.6 idw_flows: one row is an earlier id and an identity that has records of it
create or replace temporary table idw_flows as
select f.identity_id, s.label, count(*) as records
from idw_former as f
join idw_resolved as s on s.record = f.record
group by f.identity_id, s.label;

-- 5.7 idw_claims: one row is a record of an earlier id that came apart or came together with others
create or replace temporary table idw_claims as
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
left join strongest as s on s.record = m.record;

-- 5.8 idw_heirs: one row is an earlier id, with its heir
create or replace temporary table idw_heirs as
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
where w.identity_id not in (select identity_id from idw_claims);

-- 5.9 idw_keepers: one row is an identity that keeps an id, with that id
create or replace temporary table idw_keepers as
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
where place = 1;

-- 5.10 idw_revivals: one row is an identity that takes an id back, with that id
create or replace temporary table idw_revivals as
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
where place = 1;

-- 5.11 idw_anchors: one row is an identity, with its id and its anchor
create or replace temporary table idw_anchors as
with idw_was_identities as (
select * from "ANALYTICS".identity.person_identities
),

idw_was_withdrawn_ids as (
select * from "ANALYTICS".identity.person_withdrawn_ids
),

chosen as (
  select
    p.*,
    coalesce(k.identity_id, v.identity_id) as earlier_id,
    case when k.identity_id is not null then 'kept' when v.identity_id is not null then 'revived' else 'created' end as origin,
    case when k.identity_id is null and v.identity_id is null then 'id_' || left(md5(p.first_record_key), 20) end as fresh_id
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
  coalesce(p.earlier_id, case when t.identity_id is null and y.identity_id is null then p.fresh_id else 'id_' || left(md5('#' || cast(:idw_run as varchar) || '#' || p.first_record_key), 20) end) as identity_id,
  coalesce(h.anchor_record_key, p.first_record_key) as anchor_record_key,
  case when h.identity_id is not null then h.observed_at else p.first_observed_at end as anchor_observed_at,
  p.records,
  p.models,
  p.first_seen,
  p.last_seen,
  coalesce(e.created_run, :idw_run) as created_run,
  p.origin
from chosen as p
left join idw_earlier as e on e.identity_id = p.earlier_id
left join held as h on h.identity_id = p.earlier_id and h.label = p.label
left join idw_was_identities as t on t.identity_id = p.fresh_id
left join idw_was_withdrawn_ids as y on y.identity_id = p.fresh_id;

-- 5.12 duplicate ids (entity)
idw_problem := (
select 'IDW901 Two identities would get one id: ' || nullif(listagg(example, '; ') within group (order by example), '')
from (
  select concat(coalesce(cast(identity_id as varchar), ''), ' (anchors ', coalesce(cast(a as varchar), ''), ' and ', coalesce(cast(b as varchar), ''), ')') as example
  from (
    select identity_id, min(anchor_record_key) as a, max(anchor_record_key) as b
from idw_anchors
group by identity_id
having count(*) > 1
  ) as found_rows
) as examples
);
if (idw_problem is not null) then
execute immediate 'declare problem exception (-20001, ''' || replace(replace(idw_problem, '\\', '\\\\'), '''', '''''') || '''); begin raise problem; end;';
end if;

-- 5.13 idw_descents: one row is an earlier id that merges, with its survivor and its new anchor
create or replace temporary table idw_descents as
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
where p.place = 1;

-- 5.14 idw_outside: one row is a value contested from the start, and an identity outside that holds it
create or replace temporary table idw_outside as
select cast(null as varchar) as identifier, cast(null as varchar) as value, cast(null as number(38, 0)) as exceeded, cast(null as varchar) as identity_id from (select 1 as one) as nothing where false;

--
-- 6. Judging the identities
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 6.2 idw_held: one row is an identity and a value that is active in it, or a must-link inside it
create or replace temporary table idw_held as
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
  cast(sum(records) as number(38, 0)) as records,
  count(*) as models
from by_model
group by label, value_id;

-- 6.3 idw_agreement: one row is an identity whose records have attributes
-- from confidence
create or replace temporary table idw_agreement as
with idw_was_record_state as (
select * from "ANALYTICS".identity.person_record_state
),

idw_attributes as (
select r.record as idw_record, w.a_first_name as first_name, w.a_city as city
from idw_was_record_state as w
join idw_records as r on r.record_key = w.record_key
),

given as (
  select
    idw_record as record,
    nullif(case
  when regexp_like(trim(cast(first_name as varchar), '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '[ -~]*') then lower(trim(cast(first_name as varchar), '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'))
  else translate(trim(cast(first_name as varchar), '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), 'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǄǅǇǈǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǱǲǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫϏϘϚϜϞϠϢϤϦϨϪϬϮϴϷϹϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯᏰᏱᏲᏳᏴᏵᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾸᾹᾺΆᾼῈΈῊΉῌῘῙῚΊῨῩῪΎῬῸΌῺΏῼΩKÅℲⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅬⅭⅮⅯↃⒶⒷⒸⒹⒺⒻⒼⒽⒾⒿⓀⓁⓂⓃⓄⓅⓆⓇⓈⓉⓊⓋⓌⓍⓎⓏⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟐꟖꟘꟵＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡', 'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįiĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǆǆǉǉǌǌǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǳǳǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋϗϙϛϝϟϡϣϥϧϩϫϭϯθϸϲϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿᏸᏹᏺᏻᏼᏽაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰᾱὰάᾳὲέὴήῃῐῑὶίῠῡὺύῥὸόὼώῳωkåⅎⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻⅼⅽⅾⅿↄⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫᵽɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂᶎꟈꟊꟑꟗꟙꟶａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃')
end, '') as attribute_1,
    nullif(case
  when regexp_like(trim(cast(city as varchar), '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '[ -~]*') then lower(trim(cast(city as varchar), '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'))
  else translate(trim(cast(city as varchar), '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), 'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǄǅǇǈǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǱǲǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫϏϘϚϜϞϠϢϤϦϨϪϬϮϴϷϹϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯᏰᏱᏲᏳᏴᏵᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾸᾹᾺΆᾼῈΈῊΉῌῘῙῚΊῨῩῪΎῬῸΌῺΏῼΩKÅℲⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅬⅭⅮⅯↃⒶⒷⒸⒹⒺⒻⒼⒽⒾⒿⓀⓁⓂⓃⓄⓅⓆⓇⓈⓉⓊⓋⓌⓍⓎⓏⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟐꟖꟘꟵＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡', 'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįiĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǆǆǉǉǌǌǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǳǳǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋϗϙϛϝϟϡϣϥϧϩϫϭϯθϸϲϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿᏸᏹᏺᏻᏼᏽაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰᾱὰάᾳὲέὴήῃῐῑὶίῠῡὺύῥὸόὼώῳωkåⅎⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻⅼⅽⅾⅿↄⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫᵽɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂᶎꟈꟊꟑꟗꟙꟶａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃')
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
group by s.label;

-- 6.4 idw_confidence: one row is an identity of two or more records, with its confidence and the parts of it
-- from confidence
create or replace temporary table idw_confidence as
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
  select '' as identifier, 0 as priority, 0 as limit_value from (select 1 as one) as nothing where false
),

filled as (
  select
    h.label,
    cast(count(distinct coalesce(k.class_id, h.value_id)) - 1 as double) / (l.limit_value - 1) as fullness
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
    (cast(w.records as double) / a.records + 1 - power(0.5, k.ties)) / 2 as corroboration,
    coalesce(cast(g.agreed as double) / nullif(g.compared, 0), 1) as agreement,
    cast(w.models as double) / a.models as breadth,
    1 - (1 - coalesce(f.fullness, 0))
      * (1 - coalesce(cast(c.contested as double) / (c.contested + coalesce(v.active, 0)), 0)) as pressure
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
  round((
    3 * corroboration
    + 2 * agreement
    + 1 * breadth
    + 2 * (1 - pressure)
  ) / 8, 4) as confidence
from parts;

--
-- 7. Building the results
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 7.1 idw_survivors: one row is an identity, with what the rules make of its records
-- from golden_record
create or replace temporary table idw_survivors as
with idw_was_record_state as (
select * from "ANALYTICS".identity.person_record_state
),

idw_attributes as (
select r.record as idw_record, w.a_first_name as first_name, w.a_city as city
from idw_was_record_state as w
join idw_records as r on r.record_key = w.record_key
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
    min_by(r.city, case when r.city is not null then r.idw_by_most_recent end) as city
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
    array_agg(o.value) within group (order by o.nth) as value
  from emails_order as o
  where o.nth <= 3
  group by idw_label
)

select
  a.label as idw_label,
  first_name_order.value as first_name,
  gathered.city as city,
  coalesce(emails_array.value, array_construct()) as emails
from idw_anchors as a
left join gathered on gathered.idw_label = a.label
left join first_name_order on first_name_order.idw_label = a.label and first_name_order.nth = 1
left join emails_array on emails_array.idw_label = a.label;

-- 7.2 idw_out_identity_records: one row is a record, with its identity
create or replace temporary table idw_out_identity_records as
select
  r.record_key,
  r.model,
  r.source_key,
  r.observed_at,
  a.identity_id,
  f.record_key as component,
  case when w.identity_id = a.identity_id then w.updated_run else :idw_run end as updated_run
from idw_resolved as s
join idw_records as r on r.record = s.record
join idw_records as f on f.record = s.component
join idw_anchors as a on a.label = s.label
left join idw_replaced_records as w on w.record_key = r.record_key;

-- 7.3 idw_out_record_values: one row is a record, an identifier and a value, with its status
create or replace temporary table idw_out_record_values as
select r.record_key, cast(d.identifier as varchar) as identifier, d.value, t.status
from idw_settled as t
join idw_dictionary as d on d.value_id = t.value_id
join idw_records as r on r.record = t.record;

-- 7.4 idw_out_identities: one row is an identity
create or replace temporary table idw_out_identities as
select
  identity_id,
  'active' as status,
  cast(null as varchar) as merged_into,
  anchor_record_key,
  created_run,
  :idw_run as updated_run,
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
  :idw_run as updated_run,
  cast(0 as number(38, 0)) as records,
  cast(0 as number(38, 0)) as models,
  cast(null as timestamp_ntz) as first_seen,
  cast(null as timestamp_ntz) as last_seen,
  cast(null as double) as confidence
from idw_descents as d
join idw_earlier as i on i.identity_id = d.identity_id
union all
select
  i.identity_id,
  case when i.status = 'active' then 'retired' else i.status end as status,
  case when i.status = 'merged' then coalesce(a.identity_id, i.merged_into) end as merged_into,
  case when i.anchor_record_key not in (select record_key from idw_erased) then i.anchor_record_key end as anchor_record_key,
  i.created_run,
  :idw_run as updated_run,
  cast(0 as number(38, 0)) as records,
  cast(0 as number(38, 0)) as models,
  cast(null as timestamp_ntz) as first_seen,
  cast(null as timestamp_ntz) as last_seen,
  cast(null as double) as confidence
from idw_earlier as i
left join idw_records as r on r.record_key = i.anchor_record_key
left join idw_resolved as s on s.record = r.record
left join idw_anchors as a on a.label = s.label
where i.identity_id not in (select identity_id from idw_anchors)
  and i.identity_id not in (select identity_id from idw_descents);

-- 7.5 idw_out_identity_values: one row is an identity, an identifier and a value, with the best status of its records
create or replace temporary table idw_out_identity_values as
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
  cast(d.identifier as varchar) as identifier,
  d.value,
  case h.status when 0 then 'active' when 1 then 'contested' when 2 then 'over_limit' when 3 then 'shared' end as status,
  h.records,
  h.first_seen,
  h.last_seen,
  :idw_run as updated_run
from held as h
join idw_anchors as a on a.label = h.label
join idw_dictionary as d on d.value_id = h.value_id;

-- 7.6 idw_out_blocked_merges: one row is an identity, a value and the identity that owns it
create or replace temporary table idw_out_blocked_merges as
with idw_was_identity_values as (
select * from "ANALYTICS".identity.person_identity_values
),

idw_was_blocked_merges as (
select * from "ANALYTICS".identity.person_blocked_merges
),

held as (
  select
    label,
    value_id,
    max(case when status = 'active' then 1 else 0 end) as is_active,
    max(case when status = 'contested' then 1 else 0 end) as is_contested
  from idw_settled
  group by label, value_id
),

contested as (
  select label, value_id, count(*) over (partition by value_id) as holders
  from held
  where is_contested = 1 and is_active = 0
),

elsewhere as (
  select v.identifier, v.value, count(*) as holders
  from idw_was_identity_values as v
  left join idw_touched_identities as t on t.identity_id = v.identity_id
  where v.status = 'contested' and t.identity_id is null
  group by v.identifier, v.value
),

known as (
  select identifier, value, blocked_by, limit_value
  from (
    select *, row_number() over (partition by identifier, value order by blocked_by, limit_value) as place
    from idw_was_blocked_merges
  ) as placed
  where place = 1
)

select
  a.identity_id,
  p.identity_id as owner_identity_id,
  d.identifier,
  d.value,
  coalesce(k.blocked_by, 'rollback') as blocked_by,
  cast(k.limit_value as number(38, 0)) as limit_value
from contested as c
join idw_dictionary as d on d.value_id = c.value_id
join idw_anchors as a on a.label = c.label
left join held as o on o.value_id = c.value_id and o.is_active = 1
left join idw_anchors as p on p.label = o.label
left join elsewhere as e on e.identifier = d.identifier and e.value = d.value
left join known as k on k.identifier = d.identifier and k.value = d.value
where o.label is not null or c.holders + coalesce(e.holders, 0) >= 2
union all
select
  h.identity_id,
  o.identity_id as owner_identity_id,
  'must_link' as identifier,
  d.id as value,
  c.id as blocked_by,
  1 as limit_value
from idw_blocked as b
join idw_decisions as d on d.position = b.value_rank
join idw_decisions as c on c.position - 1000000000 = b.blocked_by
join idw_resolved as s on s.record = b.holder
join idw_resolved as t on t.record = b.owner and t.label <> s.label
join idw_anchors as h on h.label = s.label
join idw_anchors as o on o.label = t.label
where b.identifier = 'must_link';

-- 7.7 idw_out_golden_records: one row is an identity, with its golden values
-- from golden_record
create or replace temporary table idw_out_golden_records as
with decided as (
  select
    s.label as idw_label,
    d.attribute,
    d.value,
    d.a,
    d.position,
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
    min_by(case when d.attribute = 'first_name' then t.first_name end, case when case when d.attribute = 'first_name' then t.first_name end is not null then d.position end) as first_name,
    min_by(case when d.attribute = 'city' then t.city end, case when case when d.attribute = 'city' then t.city end is not null then d.position end) as city,
    min_by(case when d.attribute = 'emails' then t.emails end, case when case when d.attribute = 'emails' then t.emails end is not null then d.position end) as emails
  from decided as d left join idw_override_values as t on t.idw_position = d.position
  where nth = 1
  group by idw_label
)

select
  a.identity_id,
  coalesce(o.first_name, v.first_name) as first_name,
  coalesce(o.city, v.city) as city,
  coalesce(o.emails, v.emails) as emails,
  :idw_run as updated_run
from idw_anchors as a
join idw_survivors as v on v.idw_label = a.label
left join overrides as o on o.idw_label = a.label;

-- 7.8 idw_out_rejected_records: one row is a row that is not a record, and a reason
-- from models
create or replace temporary table idw_out_rejected_records as
with idw_was_rejected_records as (
select * from "ANALYTICS".identity.person_rejected_records
)

select * from idw_was_rejected_records;

-- 7.9 idw_out_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped
-- from identifiers
create or replace temporary table idw_out_rejected_values as
with idw_was_rejected_values as (
select * from "ANALYTICS".identity.person_rejected_values
)

select * from idw_was_rejected_values where false;

-- 7.10 idw_out_decisions_in_force: one row is a decision, with its status
-- from decisions
create or replace temporary table idw_out_decisions_in_force as
with idw_was_decisions_in_force as (
select * from "ANALYTICS".identity.person_decisions_in_force
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
      when 'first_name' then cast(t.first_name as varchar) = cast(v.first_name as varchar)
      when 'city' then cast(t.city as varchar) = cast(v.city as varchar)
      when 'emails' then cast(t.emails as varchar) = cast(v.emails as varchar)
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
left join idw_override_values as t on t.idw_position = d.position;

-- 7.11 idw_out_record_state: one row is a record, with what the next run compares it by and its attributes
create or replace temporary table idw_out_record_state as
with idw_was_record_state as (
select * from "ANALYTICS".identity.person_record_state
)

select * from idw_was_record_state where false;

-- 7.12 idw_out_ignored_values: one row is a record and a value of it that only the list of values to ignore drops
create or replace temporary table idw_out_ignored_values as
with idw_was_ignored_values as (
select * from "ANALYTICS".identity.person_ignored_values
)

select * from idw_was_ignored_values where false;

-- 7.13 idw_out_identity_anchors: one row is an id ever issued, with the time of its anchor as last known, and whether its golden values are held back
create or replace temporary table idw_out_identity_anchors as
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
  and i.identity_id not in (select identity_id from idw_descents);

-- 7.15 idw_out_watermarks: one row is a model, with the latest time of loading that was read
create or replace temporary table idw_out_watermarks as
with idw_was_watermarks as (
select * from "ANALYTICS".identity.person_watermarks
)

select * from idw_was_watermarks;

-- 7.17 idw_out_metric_counts: one row is a count that the metrics of the next run start from
create or replace temporary table idw_out_metric_counts as
with idw_was_metric_counts as (
select * from "ANALYTICS".identity.person_metric_counts
)

select counted, identifier, model, bucket, cast(sum(found) as number(38, 0)) as found
from (
  select counted, identifier, model, bucket, found from idw_was_metric_counts
  union all
  select counted, identifier, model, bucket, -found as found from idw_replaced_counts
  union all
  select counted, identifier, model, bucket, -found as found
  from (
    select 'identities_of_size' as counted, '' as identifier, '' as model, cast(records as number(38, 0)) as bucket, cast(count(*) as number(38, 0)) as found
    from idw_earlier
    where status = 'active' and records >= 1
    group by records
    union all
    select 'judged_identities' as counted, '' as identifier, '' as model, cast(case when confidence >= 0.9 then 9 else floor(confidence * 10) end as number(38, 0)) as bucket, cast(count(*) as number(38, 0)) as found
    from idw_earlier
    where status = 'active' and records >= 2
    group by cast(case when confidence >= 0.9 then 9 else floor(confidence * 10) end as number(38, 0))
    union all
    select 'confidence' as counted, '' as identifier, '' as model, cast(0 as number(38, 0)) as bucket, cast(sum(round(confidence * 10000)) as number(38, 0)) as found
    from idw_earlier
    where status = 'active' and records >= 2
    having count(*) > 0
  ) as identities_before
  union all
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
      select cast(c.identifier as varchar) as identifier, r.model, count(*) as found
      from (
        select distinct record, identifier
        from idw_carried
      ) as c
      join idw_records as r on r.record = c.record
      group by c.identifier, r.model
    ),

    carried as (
      select cast(c.identifier as varchar) as identifier, count(*) as found
      from idw_carried as c
      group by c.identifier
    ),

    matching as (
      select cast(v.identifier as varchar) as identifier, count(*) as found
      from idw_values as v
      where v.status is null
      group by v.identifier
    ),

    lost as (
      select cast(v.identifier as varchar) as identifier, t.status, count(*) as found
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

    select counted, identifier, model, bucket, cast(found as number(38, 0)) as found
    from counts
    where found <> 0
  ) as resolved_now
  union all
  select 'identities_of_size' as counted, '' as identifier, '' as model, cast(records as number(38, 0)) as bucket, cast(count(*) as number(38, 0)) as found
  from idw_out_identities
  where status = 'active' and records >= 1
  group by records
  union all
  select 'judged_identities' as counted, '' as identifier, '' as model, cast(case when confidence >= 0.9 then 9 else floor(confidence * 10) end as number(38, 0)) as bucket, cast(count(*) as number(38, 0)) as found
  from idw_out_identities
  where status = 'active' and records >= 2
  group by cast(case when confidence >= 0.9 then 9 else floor(confidence * 10) end as number(38, 0))
  union all
  select 'confidence' as counted, '' as identifier, '' as model, cast(0 as number(38, 0)) as bucket, cast(sum(round(confidence * 10000)) as number(38, 0)) as found
  from idw_out_identities
  where status = 'active' and records >= 2
  having count(*) > 0
) as parts
group by counted, identifier, model, bucket
having sum(parts.found) <> 0;

-- 7.35 idw_out_identity_redirects: one row is an id ever issued, with the id that holds it now
create or replace temporary table idw_out_identity_redirects as
with recursive idw_was_identities as (
select * from "ANALYTICS".identity.person_identities
),

idw_was_identity_anchors as (
select * from "ANALYTICS".identity.person_identity_anchors
),

idw_now_identities as (
select w.identity_id, w.status, w.merged_into, w.anchor_record_key, w.created_run, w.updated_run, w.records, w.models, w.first_seen, w.last_seen, w.confidence
from idw_was_identities as w
where not (w.identity_id in (select identity_id from idw_touched_identities))
union all
select identity_id, status, merged_into, anchor_record_key, created_run, updated_run, records, models, first_seen, last_seen, confidence
from idw_out_identities
),

idw_now_identity_anchors as (
select w.identity_id, w.observed_at, w.gone, w.is_held
from idw_was_identity_anchors as w
where not (w.identity_id in (select identity_id from idw_touched_identities))
union all
select identity_id, observed_at, gone, is_held
from idw_out_identity_anchors
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
    when i.status = 'retired' then cast(null as varchar)
    when e.identity_id is null then i.merged_into
    when o.status = 'active' then o.identity_id
    else o.merged_into
  end as current_identity_id
from idw_out_identities as i
left join ends as e on e.identity_id = i.identity_id
left join idw_now_identities as o on o.identity_id = e.target;

-- 7.37 idw_out_identity_events: one row is a change of an identity
create or replace temporary table idw_out_identity_events as
with priorities as (
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
  select o.identity_id, cast(y.identifier as varchar) as identifier, y.value, p.priority, 0 as position, cast(null as varchar) as reason
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
    cast(null as varchar) as identifier, cast(null as varchar) as value,
    records,
    cast(null as varchar) as reason
  from sources
  where place = 1
  union all
  select 'moved' as event, identity_id, new_id as other_identity_id, cast(null as varchar) as identifier, cast(null as varchar) as value, records, cast(null as varchar) as reason
  from sources
  where coalesce(place, 2) > 1
  union all
  select
    origin as event,
    identity_id,
    cast(null as varchar) as other_identity_id,
    cast(null as varchar) as identifier, cast(null as varchar) as value,
    records,
    cast(null as varchar) as reason
  from idw_anchors
  where origin <> 'kept' and label not in (select label from idw_flows)
  union all
  select
    'retired' as event,
    identity_id,
    cast(null as varchar) as other_identity_id,
    cast(null as varchar) as identifier, cast(null as varchar) as value,
    records,
    cast(null as varchar) as reason
  from idw_earlier
  where status = 'active'
    and identity_id not in (select identity_id from idw_heirs)
  union all
  select
    'erased' as event,
    identity_id,
    cast(null as varchar) as other_identity_id,
    cast(null as varchar) as identifier, cast(null as varchar) as value,
    count(*) as records,
    cast(null as varchar) as reason
  from idw_replaced_records
  where record_key in (select record_key from idw_erased)
  group by identity_id
)

select
  :idw_run as run,
  :idw_started as occurred_at,
  cast(event as varchar) as event,
  identity_id,
  other_identity_id,
  identifier,
  value,
  records,
  reason
from happened;

-- 7.38 idw_out_identity_history: one row is a record whose id changed in a run, with the id before
create or replace temporary table idw_out_identity_history as
with idw_was_identities as (
select * from "ANALYTICS".identity.person_identities
)

select :idw_run as run, n.record_key, w.identity_id
from idw_out_identity_records as n
left join idw_replaced_records as w on w.record_key = n.record_key
where w.identity_id is distinct from n.identity_id
  and exists (select 1 from idw_was_identities)
union all
select :idw_run as run, w.record_key, w.identity_id
from idw_replaced_records as w
left join idw_out_identity_records as n on n.record_key = w.record_key
where n.record_key is null and w.record_key not in (select record_key from idw_erased);

--
-- 8. Measuring the run
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 8.1 idw_metrics: one row is a metric and a dimension: records
create or replace temporary table idw_metrics as
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
  select 'match_rate' as metric, model as dimension, cast(matched as double) / nullif(records, 0) as metric_value
  from whole
  union all
  select 'match_rate' as metric, model as dimension, cast(matched as double) / nullif(records, 0) as metric_value
  from by_model
  union all
  select 'merge_rate' as metric, model as dimension, cast(records - identities as double) / nullif(records, 0) as metric_value
  from whole
  union all
  select 'merge_rate' as metric, model as dimension, cast(records - identities as double) / nullif(records, 0) as metric_value
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

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;

-- 8.2 idw_metrics: one row is a metric and a dimension: sizes
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
  select 'identity_size' as metric, 'mean' as dimension, cast(sum(size * identities) as double) / nullif(sum(identities), 0) as metric_value
  from sizes
)

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;

-- 8.3 idw_metrics: one row is a metric and a dimension: values
insert into idw_metrics
with idw_was_rejected_values as (
select * from "ANALYTICS".identity.person_rejected_values
),

idw_was_withheld_values as (
select * from "ANALYTICS".identity.person_withheld_values
),

idw_delta_before as (
select record_key from idw_delta where change <> 'new'
),

idw_now_rejected_values as (
select w.record_key, w.identifier, w.raw_value, w.reason
from idw_was_rejected_values as w
where not (w.record_key in (select record_key from idw_delta_before) or exists (select 1 from idw_shifts as s where s.record_key = w.record_key and s.identifier = w.identifier and s.raw_value = w.raw_value))
union all
select record_key, identifier, raw_value, reason
from idw_out_rejected_values
),

idw_now_withheld_values as (
select w.identifier, w.value, w.status, w.exceeded
from idw_was_withheld_values as w
where not (exists (select 1 from idw_flips as s where s.identifier = w.identifier and s.value = w.value) or exists (select 1 from idw_judged_values as s where s.identifier = w.identifier and s.value = w.value))
union all
select identifier, value, status, exceeded
from idw_out_withheld_values
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
  select 'identifier_coverage' as metric, identifier as dimension, cast(covered as double) / nullif((select sum(records) from by_model), 0) as metric_value
  from whole
  union all
  select 'identifier_coverage' as metric, identifier || '/' || model as dimension, cast(covered as double) / nullif(records, 0) as metric_value
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

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;

-- 8.4 idw_metrics: one row is a metric and a dimension: decisions
insert into idw_metrics
with idw_was_blocked_merges as (
select * from "ANALYTICS".identity.person_blocked_merges
),

idw_now_blocked_merges as (
select w.identity_id, w.owner_identity_id, w.identifier, w.value, w.blocked_by, w.limit_value
from idw_was_blocked_merges as w
where not (w.identity_id in (select identity_id from idw_touched_identities) or exists (select 1 from idw_outside as s where s.identifier = w.identifier and s.value = w.value))
union all
select identity_id, owner_identity_id, identifier, value, blocked_by, limit_value
from idw_out_blocked_merges
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

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;

-- 8.5 idw_metrics: one row is a metric and a dimension: confidence
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
  select 'mean_confidence' as metric, '' as dimension, round(cast(coalesce(ten_thousandths, 0) as double) / nullif(10000 * identities, 0), 4) as metric_value
  from mean
  union all
  select 'low_confidence_rate' as metric, '' as dimension, cast(sum(case when tenth < 5 then identities else 0 end) as double) / nullif(sum(identities), 0) as metric_value
  from judged
  union all
  select 'confidence_distribution' as metric, from_here as dimension, identities as metric_value
  from distribution
)

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;

-- 8.6 idw_metrics: one row is a metric and a dimension: changes
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

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;
create table if not exists "ANALYTICS".identity.person_golden_records as
select * from idw_out_golden_records where false;
create table if not exists "ANALYTICS".identity.person_record_state as
select * from idw_out_record_state where false;

--
-- 9. Comparing with the run before
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- 9.2 idw_drop_identity_records: one row is the key of a row of identity_records that no longer holds
create or replace temporary table idw_drop_identity_records as
with idw_before_identity_records as (
select * from idw_replaced_records
)

select w.record_key
from idw_before_identity_records as w
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
where o.is_there is null;

-- 9.5 idw_drop_record_values: one row is the key of a row of record_values that no longer holds
create or replace temporary table idw_drop_record_values as
with idw_before_record_values as (
select * from idw_replaced_values
)

select w.record_key, w.identifier, w.value
from idw_before_record_values as w
left join (
  select *, 1 as is_there
  from idw_out_record_values
) as o
  on o.record_key = w.record_key and o.identifier = w.identifier and o.value = w.value
    and o.status is not distinct from w.status
where o.is_there is null;

-- 9.8 idw_drop_identities: one row is the key of a row of identities that no longer holds
create or replace temporary table idw_drop_identities as
with idw_before_identities as (
select * from idw_earlier
)

select w.identity_id
from idw_before_identities as w
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
where o.is_there is null;

-- 9.10 idw_before_identity_values: one row is a row of identity_values that this run builds anew, as the run before left it
create or replace temporary table idw_before_identity_values as
with idw_was_identity_values as (
select * from "ANALYTICS".identity.person_identity_values
)

select w.*
from idw_was_identity_values as w
where w.identity_id in (select identity_id from idw_touched_identities);

-- 9.11 idw_drop_identity_values: one row is the key of a row of identity_values that no longer holds
create or replace temporary table idw_drop_identity_values as
select w.identity_id, w.identifier, w.value
from idw_before_identity_values as w
left join (
  select *, 1 as is_there
  from idw_out_identity_values
) as o
  on o.identity_id = w.identity_id and o.identifier = w.identifier and o.value = w.value
    and o.status is not distinct from w.status
    and o.records is not distinct from w.records
    and o.first_seen is not distinct from w.first_seen
    and o.last_seen is not distinct from w.last_seen
where o.is_there is null;

-- 9.13 idw_before_blocked_merges: one row is a row of blocked_merges that this run builds anew, as the run before left it
create or replace temporary table idw_before_blocked_merges as
with idw_was_blocked_merges as (
select * from "ANALYTICS".identity.person_blocked_merges
)

select w.*
from idw_was_blocked_merges as w
where w.identity_id in (select identity_id from idw_touched_identities) or exists (select 1 from idw_outside as s where s.identifier = w.identifier and s.value = w.value);

-- 9.14 idw_drop_blocked_merges: one row is the key of a row of blocked_merges that no longer holds
create or replace temporary table idw_drop_blocked_merges as
select w.identity_id, w.owner_identity_id, w.identifier, w.value
from idw_before_blocked_merges as w
left join (
  select *, 1 as is_there
  from idw_out_blocked_merges
) as o
  on o.identity_id = w.identity_id and o.owner_identity_id is not distinct from w.owner_identity_id and o.identifier = w.identifier and o.value = w.value
    and o.blocked_by is not distinct from w.blocked_by
    and o.limit_value is not distinct from w.limit_value
where o.is_there is null;

-- 9.16 idw_before_golden_records: one row is a row of golden_records that this run builds anew, as the run before left it
create or replace temporary table idw_before_golden_records as
with idw_was_golden_records as (
select * from "ANALYTICS".identity.person_golden_records
)

select w.*
from idw_was_golden_records as w
where w.identity_id in (select identity_id from idw_touched_identities);

-- 9.17 idw_drop_golden_records: one row is the key of a row of golden_records that no longer holds
create or replace temporary table idw_drop_golden_records as
select w.identity_id
from idw_before_golden_records as w
left join (
  select *, 1 as is_there
  from idw_out_golden_records
) as o
  on o.identity_id = w.identity_id
    and o.first_name is not distinct from w.first_name
    and o.city is not distinct from w.city
    and o.emails is not distinct from w.emails
where o.is_there is null;

-- 9.19 idw_drop_rejected_records: one row is the key of a row of rejected_records that no longer holds
create or replace temporary table idw_drop_rejected_records as
with idw_was_rejected_records as (
select * from "ANALYTICS".identity.person_rejected_records
)

select w.model, w.source_key, w.reason
from idw_was_rejected_records as w
left join (
  select *, 1 as is_there
  from idw_out_rejected_records
) as o
  on o.model = w.model and o.source_key is not distinct from w.source_key and o.reason = w.reason
where o.is_there is null;

-- 9.21 idw_before_rejected_values: one row is a row of rejected_values that this run builds anew, as the run before left it
create or replace temporary table idw_before_rejected_values as
with idw_was_rejected_values as (
select * from "ANALYTICS".identity.person_rejected_values
),

idw_delta_before as (
select record_key from idw_delta where change <> 'new'
)

select w.*
from idw_was_rejected_values as w
where w.record_key in (select record_key from idw_delta_before) or exists (select 1 from idw_shifts as s where s.record_key = w.record_key and s.identifier = w.identifier and s.raw_value = w.raw_value);

-- 9.22 idw_drop_rejected_values: one row is the key of a row of rejected_values that no longer holds
create or replace temporary table idw_drop_rejected_values as
select w.record_key, w.identifier, w.raw_value, w.reason
from idw_before_rejected_values as w
left join (
  select *, 1 as is_there
  from idw_out_rejected_values
) as o
  on o.record_key = w.record_key and o.identifier = w.identifier and o.raw_value = w.raw_value and o.reason = w.reason
where o.is_there is null;

-- 9.24 idw_drop_decisions_in_force: one row is the key of a row of decisions_in_force that no longer holds
create or replace temporary table idw_drop_decisions_in_force as
with idw_was_decisions_in_force as (
select * from "ANALYTICS".identity.person_decisions_in_force
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
where o.is_there is null;

-- 9.26 idw_before_identity_redirects: one row is a row of identity_redirects that this run builds anew, as the run before left it
create or replace temporary table idw_before_identity_redirects as
with idw_was_identity_redirects as (
select * from "ANALYTICS".identity.person_identity_redirects
)

select w.*
from idw_was_identity_redirects as w
where w.identity_id in (select identity_id from idw_touched_identities);

-- 9.27 idw_drop_identity_redirects: one row is the key of a row of identity_redirects that no longer holds
create or replace temporary table idw_drop_identity_redirects as
select w.identity_id
from idw_before_identity_redirects as w
left join (
  select *, 1 as is_there
  from idw_out_identity_redirects
) as o
  on o.identity_id = w.identity_id
    and o.current_identity_id is not distinct from w.current_identity_id
where o.is_there is null;

-- 9.29 idw_before_record_state: one row is a row of record_state that this run builds anew, as the run before left it
create or replace temporary table idw_before_record_state as
with idw_was_record_state as (
select * from "ANALYTICS".identity.person_record_state
),

idw_delta_before as (
select record_key from idw_delta where change <> 'new'
)

select w.*
from idw_was_record_state as w
where w.record_key in (select record_key from idw_delta_before);

-- 9.30 idw_drop_record_state: one row is the key of a row of record_state that no longer holds
create or replace temporary table idw_drop_record_state as
select w.record_key
from idw_before_record_state as w
left join (
  select *, 1 as is_there
  from idw_out_record_state
) as o
  on o.record_key = w.record_key
    and o.model is not distinct from w.model
    and o.fingerprint is not distinct from w.fingerprint
    and o.a_first_name is not distinct from w.a_first_name
    and o.a_city is not distinct from w.a_city
where o.is_there is null;

-- 9.32 idw_before_withheld_values: one row is a row of withheld_values that this run builds anew, as the run before left it
create or replace temporary table idw_before_withheld_values as
with idw_was_withheld_values as (
select * from "ANALYTICS".identity.person_withheld_values
)

select w.*
from idw_was_withheld_values as w
where exists (select 1 from idw_flips as s where s.identifier = w.identifier and s.value = w.value) or exists (select 1 from idw_judged_values as s where s.identifier = w.identifier and s.value = w.value);

-- 9.33 idw_drop_withheld_values: one row is the key of a row of withheld_values that no longer holds
create or replace temporary table idw_drop_withheld_values as
select w.identifier, w.value
from idw_before_withheld_values as w
left join (
  select *, 1 as is_there
  from idw_out_withheld_values
) as o
  on o.identifier = w.identifier and o.value = w.value
    and o.status is not distinct from w.status
    and o.exceeded is not distinct from w.exceeded
where o.is_there is null;

-- 9.35 idw_before_ignored_values: one row is a row of ignored_values that this run builds anew, as the run before left it
create or replace temporary table idw_before_ignored_values as
with idw_was_ignored_values as (
select * from "ANALYTICS".identity.person_ignored_values
),

idw_delta_before as (
select record_key from idw_delta where change <> 'new'
)

select w.*
from idw_was_ignored_values as w
where w.record_key in (select record_key from idw_delta_before) or exists (select 1 from idw_shifts as s where s.record_key = w.record_key and s.identifier = w.identifier and s.raw_value = w.raw_value);

-- 9.36 idw_drop_ignored_values: one row is the key of a row of ignored_values that no longer holds
create or replace temporary table idw_drop_ignored_values as
select w.record_key, w.identifier, w.value, w.raw_value
from idw_before_ignored_values as w
left join (
  select *, 1 as is_there
  from idw_out_ignored_values
) as o
  on o.record_key = w.record_key and o.identifier = w.identifier and o.value = w.value and o.raw_value = w.raw_value
where o.is_there is null;

-- 9.38 idw_before_identity_anchors: one row is a row of identity_anchors that this run builds anew, as the run before left it
create or replace temporary table idw_before_identity_anchors as
with idw_was_identity_anchors as (
select * from "ANALYTICS".identity.person_identity_anchors
)

select w.*
from idw_was_identity_anchors as w
where w.identity_id in (select identity_id from idw_touched_identities);

-- 9.39 idw_drop_identity_anchors: one row is the key of a row of identity_anchors that no longer holds
create or replace temporary table idw_drop_identity_anchors as
select w.identity_id
from idw_before_identity_anchors as w
left join (
  select *, 1 as is_there
  from idw_out_identity_anchors
) as o
  on o.identity_id = w.identity_id
    and o.observed_at is not distinct from w.observed_at
    and o.gone is not distinct from w.gone
    and o.is_held is not distinct from w.is_held
where o.is_there is null;

-- 9.43 idw_drop_watermarks: one row is the key of a row of watermarks that no longer holds
create or replace temporary table idw_drop_watermarks as
with idw_was_watermarks as (
select * from "ANALYTICS".identity.person_watermarks
)

select w.model
from idw_was_watermarks as w
left join (
  select *, 1 as is_there
  from idw_out_watermarks
) as o
  on o.model = w.model
    and o.watermark is not distinct from w.watermark
where o.is_there is null;

-- 9.47 idw_drop_metric_counts: one row is the key of a row of metric_counts that no longer holds
create or replace temporary table idw_drop_metric_counts as
with idw_was_metric_counts as (
select * from "ANALYTICS".identity.person_metric_counts
)

select w.counted, w.identifier, w.model, w.bucket
from idw_was_metric_counts as w
left join (
  select *, 1 as is_there
  from idw_out_metric_counts
) as o
  on o.counted = w.counted and o.identifier = w.identifier and o.model = w.model and o.bucket = w.bucket
    and o.found is not distinct from w.found
where o.is_there is null;

--
-- 10. Publishing
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;

-- idw_counts: one row is this run, as run_log will have it
create or replace temporary table idw_counts as
select
  cast(:idw_run as number(38, 0)) as run,
    cast(:idw_started as timestamp_ntz) as started_at,
    cast('rollback' as varchar) as mode,
    cast('6b1be581f027fa24a18ddefd95e87a53f90bc703dd439399b81ba1524b777d8a' as varchar) as config_hash,
    cast('success' as varchar) as status,
    cast((select coalesce(sum(found), 0) from idw_out_metric_counts where counted = 'records') as number(38, 0)) as records,
    cast((select count(*) from idw_delta where change = 'new') as number(38, 0)) as new_records,
    cast((select count(*) from idw_delta where change = 'changed') as number(38, 0)) as changed_records,
    cast((select count(*) from idw_delta where change = 'erased') as number(38, 0)) as erased_records,
    cast((select coalesce(sum(found), 0) from idw_out_metric_counts where counted = 'components') as number(38, 0)) as components,
    cast((select count(*) from idw_broken) as number(38, 0)) as constrained_components,
    cast(:idw_rounds as number(38, 0)) as rounds,
    cast((select coalesce(sum(found), 0) from idw_out_metric_counts where counted = 'identities_of_size') as number(38, 0)) as identities,
    cast((select count(*) from idw_out_identity_events where event = 'created') as number(38, 0)) as created,
    cast((select count(*) from idw_out_identity_events where event = 'merged') as number(38, 0)) as merged,
    cast((select count(*) from idw_out_identity_events where event = 'split') as number(38, 0)) as split,
    cast((select count(*) from idw_out_identity_events where event = 'moved') as number(38, 0)) as moved,
    cast((select count(*) from idw_out_identity_events where event = 'revived') as number(38, 0)) as revived,
    cast((select count(*) from idw_out_identity_events where event = 'retired') as number(38, 0)) as retired;

-- alarms that only warn
idw_alarms := (
with now_and_before as (
  select n.metric, n.dimension, n.metric_value, b.metric_value as before_value
  from idw_metrics as n
  left join (
    select metric, dimension, metric_value
    from "ANALYTICS".identity.person_run_metrics
    where run = (select max(run) from "ANALYTICS".identity.person_run_metrics)
  ) as b on b.metric = n.metric and b.dimension = n.dimension
),

alarms as (
  select 'largest_identity is ' || cast(round(metric_value, 4) as varchar) || ': above 1,000' as alarm
  from now_and_before as m
  where metric = 'largest_identity' and dimension = '' and metric_value > 1000
)

select 'IDW721 ' || nullif(listagg(alarm, '; ') within group (order by alarm), '')
from alarms
);

-- readers see all of the new results or none of them
begin
begin transaction;

-- the lock is still ours
update "ANALYTICS".identity.person_run_lock
set heartbeat = sysdate()
where holder = :idw_holder;
idw_problem := (
select max('IDW701 This run lost its lock to run ' || cast(run as varchar) || ' (' || holder || '); nothing was published.')
from "ANALYTICS".identity.person_run_lock
where holder <> :idw_holder
);
if (idw_problem is not null) then
execute immediate 'declare problem exception (-20001, ''' || replace(replace(idw_problem, '\\', '\\\\'), '''', '''''') || '''); begin raise problem; end;';
end if;

-- identity_records
delete from "ANALYTICS".identity.person_identity_records as t
using idw_drop_identity_records as d
where d.record_key = t.record_key;
insert into "ANALYTICS".identity.person_identity_records (record_key, model, source_key, observed_at, identity_id, component, updated_run)
select record_key, model, source_key, observed_at, identity_id, component, updated_run
from (
  with idw_before_identity_records as (
select * from idw_replaced_records
)

select o.*
from idw_out_identity_records as o
left join (
  select *, 1 as is_there
  from idw_before_identity_records
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
delete from "ANALYTICS".identity.person_record_values as t
using idw_drop_record_values as d
where d.record_key = t.record_key and d.identifier = t.identifier and d.value = t.value;
insert into "ANALYTICS".identity.person_record_values (record_key, identifier, value, status)
select record_key, identifier, value, status
from (
  with idw_before_record_values as (
select * from idw_replaced_values
)

select o.*
from idw_out_record_values as o
left join (
  select *, 1 as is_there
  from idw_before_record_values
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
delete from "ANALYTICS".identity.person_identities as t
using idw_drop_identities as d
where d.identity_id = t.identity_id;
insert into "ANALYTICS".identity.person_identities (identity_id, status, merged_into, anchor_record_key, created_run, updated_run, records, models, first_seen, last_seen, confidence)
select identity_id, status, merged_into, anchor_record_key, created_run, updated_run, records, models, first_seen, last_seen, confidence
from (
  with idw_before_identities as (
select * from idw_earlier
)

select o.*
from idw_out_identities as o
left join (
  select *, 1 as is_there
  from idw_before_identities
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
delete from "ANALYTICS".identity.person_identity_values as t
using idw_drop_identity_values as d
where d.identity_id = t.identity_id and d.identifier = t.identifier and d.value = t.value;
insert into "ANALYTICS".identity.person_identity_values (identity_id, identifier, value, status, records, first_seen, last_seen, updated_run)
select identity_id, identifier, value, status, records, first_seen, last_seen, updated_run
from (
  select o.*
from idw_out_identity_values as o
left join (
  select *, 1 as is_there
  from idw_before_identity_values
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
delete from "ANALYTICS".identity.person_blocked_merges as t
using idw_drop_blocked_merges as d
where d.identity_id = t.identity_id and d.owner_identity_id is not distinct from t.owner_identity_id and d.identifier = t.identifier and d.value = t.value;
insert into "ANALYTICS".identity.person_blocked_merges (identity_id, owner_identity_id, identifier, value, blocked_by, limit_value)
select identity_id, owner_identity_id, identifier, value, blocked_by, limit_value
from (
  select o.*
from idw_out_blocked_merges as o
left join (
  select *, 1 as is_there
  from idw_before_blocked_merges
) as w
  on w.identity_id = o.identity_id and w.owner_identity_id is not distinct from o.owner_identity_id and w.identifier = o.identifier and w.value = o.value
left join (
  select *, 1 as is_there
  from idw_drop_blocked_merges
) as d
  on d.identity_id = o.identity_id and d.owner_identity_id is not distinct from o.owner_identity_id and d.identifier = o.identifier and d.value = o.value
where w.is_there is null or d.is_there is not null
) as p;

-- golden_records
delete from "ANALYTICS".identity.person_golden_records as t
using idw_drop_golden_records as d
where d.identity_id = t.identity_id;
insert into "ANALYTICS".identity.person_golden_records (identity_id, updated_run, first_name, city, emails)
select identity_id, updated_run, first_name, city, emails
from (
  select o.*
from idw_out_golden_records as o
left join (
  select *, 1 as is_there
  from idw_before_golden_records
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
delete from "ANALYTICS".identity.person_rejected_records as t
using idw_drop_rejected_records as d
where d.model = t.model and d.source_key is not distinct from t.source_key and d.reason = t.reason;
insert into "ANALYTICS".identity.person_rejected_records (model, source_key, reason, run)
select model, source_key, reason, run
from (
  with idw_was_rejected_records as (
select * from "ANALYTICS".identity.person_rejected_records
)

select o.*
from idw_out_rejected_records as o
left join (
  select *, 1 as is_there
  from idw_was_rejected_records
) as w
  on w.model = o.model and w.source_key is not distinct from o.source_key and w.reason = o.reason
left join (
  select *, 1 as is_there
  from idw_drop_rejected_records
) as d
  on d.model = o.model and d.source_key is not distinct from o.source_key and d.reason = o.reason
where w.is_there is null or d.is_there is not null
) as p;

-- rejected_values
delete from "ANALYTICS".identity.person_rejected_values as t
using idw_drop_rejected_values as d
where d.record_key = t.record_key and d.identifier = t.identifier and d.raw_value = t.raw_value and d.reason = t.reason;
insert into "ANALYTICS".identity.person_rejected_values (record_key, identifier, raw_value, reason)
select record_key, identifier, raw_value, reason
from (
  select o.*
from idw_out_rejected_values as o
left join (
  select *, 1 as is_there
  from idw_before_rejected_values
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
delete from "ANALYTICS".identity.person_decisions_in_force as t
using idw_drop_decisions_in_force as d
where d.id = t.id;
insert into "ANALYTICS".identity.person_decisions_in_force (id, decision, a, b, identifier, value, attribute, reason, decided_by, decided_at, expires_at, status)
select id, decision, a, b, identifier, value, attribute, reason, decided_by, decided_at, expires_at, status
from (
  with idw_was_decisions_in_force as (
select * from "ANALYTICS".identity.person_decisions_in_force
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
delete from "ANALYTICS".identity.person_identity_redirects as t
using idw_drop_identity_redirects as d
where d.identity_id = t.identity_id;
insert into "ANALYTICS".identity.person_identity_redirects (identity_id, current_identity_id)
select identity_id, current_identity_id
from (
  select o.*
from idw_out_identity_redirects as o
left join (
  select *, 1 as is_there
  from idw_before_identity_redirects
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
delete from "ANALYTICS".identity.person_record_state as t
using idw_drop_record_state as d
where d.record_key = t.record_key;
insert into "ANALYTICS".identity.person_record_state (record_key, model, fingerprint, a_first_name, a_city)
select record_key, model, fingerprint, a_first_name, a_city
from (
  select o.*
from idw_out_record_state as o
left join (
  select *, 1 as is_there
  from idw_before_record_state
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
delete from "ANALYTICS".identity.person_withheld_values as t
using idw_drop_withheld_values as d
where d.identifier = t.identifier and d.value = t.value;
insert into "ANALYTICS".identity.person_withheld_values (identifier, value, status, exceeded)
select identifier, value, status, exceeded
from (
  select o.*
from idw_out_withheld_values as o
left join (
  select *, 1 as is_there
  from idw_before_withheld_values
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
delete from "ANALYTICS".identity.person_ignored_values as t
using idw_drop_ignored_values as d
where d.record_key = t.record_key and d.identifier = t.identifier and d.value = t.value and d.raw_value = t.raw_value;
insert into "ANALYTICS".identity.person_ignored_values (record_key, identifier, value, raw_value)
select record_key, identifier, value, raw_value
from (
  select o.*
from idw_out_ignored_values as o
left join (
  select *, 1 as is_there
  from idw_before_ignored_values
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
delete from "ANALYTICS".identity.person_identity_anchors as t
using idw_drop_identity_anchors as d
where d.identity_id = t.identity_id;
insert into "ANALYTICS".identity.person_identity_anchors (identity_id, observed_at, gone, is_held)
select identity_id, observed_at, gone, is_held
from (
  select o.*
from idw_out_identity_anchors as o
left join (
  select *, 1 as is_there
  from idw_before_identity_anchors
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
delete from "ANALYTICS".identity.person_watermarks as t
using idw_drop_watermarks as d
where d.model = t.model;
insert into "ANALYTICS".identity.person_watermarks (model, watermark)
select model, watermark
from (
  with idw_was_watermarks as (
select * from "ANALYTICS".identity.person_watermarks
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
delete from "ANALYTICS".identity.person_metric_counts as t
using idw_drop_metric_counts as d
where d.counted = t.counted and d.identifier = t.identifier and d.model = t.model and d.bucket = t.bucket;
insert into "ANALYTICS".identity.person_metric_counts (counted, identifier, model, bucket, found)
select counted, identifier, model, bucket, found
from (
  with idw_was_metric_counts as (
select * from "ANALYTICS".identity.person_metric_counts
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
insert into "ANALYTICS".identity.person_identity_events (run, occurred_at, event, identity_id, other_identity_id, identifier, value, records, reason)
select run, occurred_at, event, identity_id, other_identity_id, identifier, value, records, reason
from idw_out_identity_events;
insert into "ANALYTICS".identity.person_identity_history (run, record_key, identity_id)
select run, record_key, identity_id
from idw_out_identity_history;
insert into "ANALYTICS".identity.person_identity_history (run, record_key, identity_id)
select cast(:idw_run - 5 as number(38, 0)), '', cast(null as varchar)
from (select 1 as one) as nothing where exists (
  select 1
  from "ANALYTICS".identity.person_identity_history
  where run <= :idw_run - 5 and record_key is distinct from ''
);
delete from "ANALYTICS".identity.person_identity_history where run <= :idw_run - 5 and record_key is distinct from '';
delete from "ANALYTICS".identity.person_identity_history
where record_key = '' and run < (select max(run) from "ANALYTICS".identity.person_identity_history where record_key = '');
insert into "ANALYTICS".identity.person_run_metrics
select :idw_run, metric, dimension, metric_value
from idw_metrics;
insert into "ANALYTICS".identity.person_run_log (run, started_at, finished_at, mode, config_hash, status, records, new_records, changed_records, erased_records, components, constrained_components, rounds, identities, created, merged, split, moved, revived, retired)
select run, started_at, sysdate(), mode, config_hash, status, records, new_records, changed_records, erased_records, components, constrained_components, rounds, identities, created, merged, split, moved, revived, retired
from idw_counts;
commit;
exception
when other then
rollback;
raise;
end;
update "ANALYTICS".identity.person_run_lock
set heartbeat = cast('1970-01-01 00:00:00' as timestamp_ntz)
where holder = :idw_holder;
idw_done := (
select 'run ' || cast(run as varchar) || ' (' || mode || '): '
  || cast(records as varchar) || ' records, '
  || cast(identities as varchar) || ' identities'
  || coalesce('; ' || :idw_alarms, '')
from idw_counts
);
exception
when other then
update "ANALYTICS".identity.person_run_lock
set heartbeat = cast('1970-01-01 00:00:00' as timestamp_ntz)
where holder = :idw_holder;
raise;
end;
return idw_done;
end;
$$;
