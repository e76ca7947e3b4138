-- 2. Looking up who was together

-- 2.1 idw_was_identity_history: one row is a record whose id changed in a run, with the id before
create or replace temp view idw_was_identity_history as
select * from idw_target.identity.identity_history;

-- 2.2 idw_returned: one row is a record, with its id then and its id now
create or replace temp table idw_returned as
with since as (
  select record_key, min(run) as run
  from idw_was_identity_history
  where run > getvariable('idw_rollback_to')
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

-- 2.3 idw_requests: one row is a request to forget somebody
create or replace temp table idw_requests as
select cast(null as varchar) as record_key, cast(null as varchar) as identity_id, cast(null as varchar) as identifier, cast(null as varchar) as value, cast(null as varchar) as normalised where false;

-- 2.4 idw_erased: one row is a record to be forgotten
create or replace temp table idw_erased as
select cast(null as varchar) as record_key where false;

-- 2.5 idw_delta: one row is a record that is new, changed, deleted or erased
create or replace temp table idw_delta as
select cast(null as varchar) as record_key, cast(null as varchar) as model, cast(null as varchar) as change where false;

-- 2.6 idw_delta_before: one row is a record of the delta that the run before knew
create or replace temp view idw_delta_before as
select record_key from idw_delta where change <> 'new';

-- 2.7 idw_delta_values: one row is a new or changed record and a value that it carries
create or replace temp table idw_delta_values as
select cast(null as varchar) as record_key, cast(null as varchar) as identifier, cast(null as varchar) as value where false;

-- 2.8 idw_shifts: one row is an unchanged record and a value that it loses or regains
create or replace temp table idw_shifts as
select cast(null as varchar) as record_key, cast(null as varchar) as identifier, cast(null as varchar) as value, cast(null as varchar) as raw_value, cast(null as boolean) as gained where false;

-- 2.9 idw_flips: one row is a value that is shared now or before
create or replace temp table idw_flips as
select cast(null as varchar) as identifier, cast(null as varchar) as value, cast(null as boolean) as was_shared, cast(null as boolean) as is_shared where false;

-- 2.10 idw_judged_values: one row is a value that may begin or cease to be contested
create or replace temp table idw_judged_values as
select cast(null as varchar) as identifier, cast(null as varchar) as value where false;

-- 2.11 idw_out_withheld_values: one row is a value that matches nothing, with the reason
create or replace temp table idw_out_withheld_values as
select * from idw_was_withheld_values where false;
