-- 2. Looking at the run before

-- 2.1 idw_was_identity_records: one row is a record, with its identity, as the run before left it
create or replace temp view idw_was_identity_records as
select * from idw_target.identity.identity_records;

-- 2.2 idw_was_record_values: one row is a record, an identifier and a value, with its status, as the run before left it
create or replace temp view idw_was_record_values as
select * from idw_target.identity.record_values;

-- 2.3 idw_was_identities: one row is an identity, as the run before left it
create or replace temp view idw_was_identities as
select * from idw_target.identity.identities;

-- 2.4 idw_was_identity_values: one row is an identity, an identifier and a value, with the best status of its records, as the run before left it
create or replace temp view idw_was_identity_values as
select * from idw_target.identity.identity_values;

-- 2.5 idw_was_blocked_merges: one row is an identity, a value and the identity that owns it, as the run before left it
create or replace temp view idw_was_blocked_merges as
select * from idw_target.identity.blocked_merges;

-- 2.6 idw_was_golden_records: one row is an identity, with its golden values, as the run before left it
create or replace temp view idw_was_golden_records as
select * from idw_target.identity.golden_records;

-- 2.7 idw_was_rejected_records: one row is a row that is not a record, and a reason, as the run before left it
create or replace temp view idw_was_rejected_records as
select * from idw_target.identity.rejected_records;

-- 2.8 idw_was_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped, as the run before left it
create or replace temp view idw_was_rejected_values as
select * from idw_target.identity.rejected_values;

-- 2.9 idw_was_decisions_in_force: one row is a decision, with its status, as the run before left it
create or replace temp view idw_was_decisions_in_force as
select * from idw_target.identity.decisions_in_force;

-- 2.10 idw_was_identity_redirects: one row is an id ever issued, with the id that holds it now, as the run before left it
create or replace temp view idw_was_identity_redirects as
select * from idw_target.identity.identity_redirects;

-- 2.11 idw_was_record_state: one row is a record, with what the next run compares it by and its attributes, as the run before left it
create or replace temp view idw_was_record_state as
select * from idw_target.identity.record_state;

-- 2.12 idw_was_withheld_values: one row is a value that matches nothing, with the reason, as the run before left it
create or replace temp view idw_was_withheld_values as
select * from idw_target.identity.withheld_values;

-- 2.13 idw_was_ignored_values: one row is a record and a value of it that only the list of values to ignore drops, as the run before left it
create or replace temp view idw_was_ignored_values as
select * from idw_target.identity.ignored_values;

-- 2.14 idw_was_identity_anchors: one row is an id ever issued, with the time of its anchor as last known, and whether its golden values are held back, as the run before left it
create or replace temp view idw_was_identity_anchors as
select * from idw_target.identity.identity_anchors;

-- 2.15 idw_was_withdrawn_ids: one row is an id that is never issued, since its record was erased, as the run before left it
create or replace temp view idw_was_withdrawn_ids as
select * from idw_target.identity.withdrawn_ids;

-- 2.16 idw_was_watermarks: one row is a model, with the latest time of loading that was read, as the run before left it
create or replace temp view idw_was_watermarks as
select * from idw_target.identity.watermarks;

-- 2.17 idw_was_suppressions: one row is a record key or a value that is not to be read again, as a hash, as the run before left it
create or replace temp view idw_was_suppressions as
select * from idw_target.identity.suppressions;

-- 2.18 idw_was_metric_counts: one row is a count that the metrics of the next run start from, as the run before left it
create or replace temp view idw_was_metric_counts as
select * from idw_target.identity.metric_counts;

-- 2.19 idw_requests: one row is a request to forget, its value normalised like data
-- from forget
create or replace temp table idw_requests as
with given as (
  select cast(null as varchar) as record_key, cast(null as varchar) as identity_id, cast(null as varchar) as identifier, cast(null as varchar) as value where false
)

select
  g.*,
  cast(null as varchar) as normalised
from given as g;

-- 2.20 must return no row: bad requests (forget)
select problem, identifier, count(*) as requests_found
from (
  select identifier, case
    when record_key is null and identity_id is null and identifier is null and value is null then 'empty'
    when record_key is not null and (identity_id is not null or identifier is not null or value is not null) then 'several'
    when identity_id is not null and (identifier is not null or value is not null) then 'several'
    when record_key is null and identity_id is null and identifier is null then 'no_identifier'
    when identifier not in ('login', 'email', 'name_and_birth', 'phone', 'device') then 'unknown_identifier'
    when identifier is not null and normalised is null then 'no_value'
  end as problem
  from idw_requests
) as judged
where problem is not null
group by problem, identifier
order by problem, identifier;

-- 2.21 idw_forgotten: one row is a record key that a request means
-- from forget
create or replace temp table idw_forgotten as
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
join idw_was_record_values as v on v.identifier = q.identifier and v.value = q.normalised;

-- 2.22 idw_out_suppressions: one row is a record key or a value that is not to be read again, as a hash
-- from forget
create or replace temp table idw_out_suppressions as
select kind, hash, secret_id, requested_run, requested_at
from idw_was_suppressions
union all
select
  n.kind,
  n.hash,
  getvariable('idw_secret_id') as secret_id,
  getvariable('idw_run') as requested_run,
  getvariable('idw_started') as requested_at
from (
  select 'record' as kind, sha256(getvariable('idw_secret') || 'record:' || record_key) as hash
  from idw_forgotten
  union
  select 'value' as kind, sha256(getvariable('idw_secret') || 'value:' || identifier || ':' || normalised) as hash
  from idw_requests
  where normalised is not null
) as n
where not exists (
  select 1 from idw_was_suppressions as w where w.kind = n.kind and w.hash = n.hash
);
