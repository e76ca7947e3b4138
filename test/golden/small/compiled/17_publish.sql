-- 17. Publishing
-- The runner builds the results in a scratch file, then attaches the target's database file as idw_target, waits for
-- its readers, and runs this. A relation that lacks a column of its result gets it before the transaction begins.

-- 17.1 relations that are missing; each statement by itself
create schema if not exists idw_target.identity;

create table if not exists idw_target.identity.identity_records as
select * from idw_out_identity_records where false;

create table if not exists idw_target.identity.record_values as
select * from idw_out_record_values where false;

create table if not exists idw_target.identity.identities as
select * from idw_out_identities where false;

create table if not exists idw_target.identity.identity_values as
select * from idw_out_identity_values where false;

create table if not exists idw_target.identity.blocked_merges as
select * from idw_out_blocked_merges where false;

create table if not exists idw_target.identity.golden_records as
select * from idw_out_golden_records where false;

create table if not exists idw_target.identity.rejected_records as
select * from idw_out_rejected_records where false;

create table if not exists idw_target.identity.rejected_values as
select * from idw_out_rejected_values where false;

create table if not exists idw_target.identity.decisions_in_force as
select * from idw_out_decisions_in_force where false;

create table if not exists idw_target.identity.identity_redirects as
select * from idw_out_identity_redirects where false;

create table if not exists idw_target.identity.record_state as
select * from idw_out_record_state where false;

create table if not exists idw_target.identity.withheld_values as
select * from idw_out_withheld_values where false;

create table if not exists idw_target.identity.ignored_values as
select * from idw_out_ignored_values where false;

create table if not exists idw_target.identity.identity_anchors as
select * from idw_out_identity_anchors where false;

create table if not exists idw_target.identity.withdrawn_ids as
select * from idw_out_withdrawn_ids where false;

create table if not exists idw_target.identity.watermarks as
select * from idw_out_watermarks where false;

create table if not exists idw_target.identity.identity_events as
select * from idw_out_identity_events where false;

create table if not exists idw_target.identity.identity_history as
select * from idw_out_identity_history where false;

create table if not exists idw_target.identity.run_log (run bigint, started_at timestamp, finished_at timestamp, mode varchar, config_hash varchar, status varchar, records bigint, new_records bigint, changed_records bigint, erased_records bigint, components bigint, constrained_components bigint, rounds bigint, identities bigint, created bigint, merged bigint, split bigint, moved bigint, revived bigint, retired bigint);

create table if not exists idw_target.identity.run_metrics (run bigint, metric varchar, dimension varchar, metric_value double);

create or replace view idw_target.identity.merge_evidence as
with ties as (
  select
    r.identity_id,
    r.record_key,
    v.identifier,
    v.value,
    count(*) over (partition by v.identifier, v.value) as records
  from identity.record_values as v
  join identity.identity_records as r on r.record_key = v.record_key
  where v.status = 'active'
),

must_links as (
  select a.identity_id, d.a, d.b, d.id
  from identity.decisions_in_force as d
  join identity.identity_records as a on a.record_key = d.a
  join identity.identity_records as b on b.record_key = d.b and b.identity_id = a.identity_id
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

-- 17.2 readers see all of the new results or none of them
begin transaction;

delete from idw_target.identity.identity_records as t
where exists (
  select 1
  from idw_drop_identity_records as d
  where d.record_key = t.record_key
);

insert into idw_target.identity.identity_records by name
select * from idw_put_identity_records;

delete from idw_target.identity.record_values as t
where exists (
  select 1
  from idw_drop_record_values as d
  where d.record_key = t.record_key and d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.record_values by name
select * from idw_put_record_values;

delete from idw_target.identity.identities as t
where exists (
  select 1
  from idw_drop_identities as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.identities by name
select * from idw_put_identities;

delete from idw_target.identity.identity_values as t
where exists (
  select 1
  from idw_drop_identity_values as d
  where d.identity_id = t.identity_id and d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.identity_values by name
select * from idw_put_identity_values;

delete from idw_target.identity.blocked_merges as t
where exists (
  select 1
  from idw_drop_blocked_merges as d
  where d.identity_id = t.identity_id and d.owner_identity_id is not distinct from t.owner_identity_id and d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.blocked_merges by name
select * from idw_put_blocked_merges;

delete from idw_target.identity.golden_records as t
where exists (
  select 1
  from idw_drop_golden_records as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.golden_records by name
select * from idw_put_golden_records;

delete from idw_target.identity.rejected_records as t
where exists (
  select 1
  from idw_drop_rejected_records as d
  where d.model = t.model and d.source_key is not distinct from t.source_key and d.reason = t.reason
);

insert into idw_target.identity.rejected_records by name
select * from idw_put_rejected_records;

delete from idw_target.identity.rejected_values as t
where exists (
  select 1
  from idw_drop_rejected_values as d
  where d.record_key = t.record_key and d.identifier = t.identifier and d.raw_value = t.raw_value and d.reason = t.reason
);

insert into idw_target.identity.rejected_values by name
select * from idw_put_rejected_values;

delete from idw_target.identity.decisions_in_force as t
where exists (
  select 1
  from idw_drop_decisions_in_force as d
  where d.id = t.id
);

insert into idw_target.identity.decisions_in_force by name
select * from idw_put_decisions_in_force;

delete from idw_target.identity.identity_redirects as t
where exists (
  select 1
  from idw_drop_identity_redirects as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.identity_redirects by name
select * from idw_put_identity_redirects;

delete from idw_target.identity.record_state as t
where exists (
  select 1
  from idw_drop_record_state as d
  where d.record_key = t.record_key
);

insert into idw_target.identity.record_state by name
select * from idw_put_record_state;

delete from idw_target.identity.withheld_values as t
where exists (
  select 1
  from idw_drop_withheld_values as d
  where d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.withheld_values by name
select * from idw_put_withheld_values;

delete from idw_target.identity.ignored_values as t
where exists (
  select 1
  from idw_drop_ignored_values as d
  where d.record_key = t.record_key and d.identifier = t.identifier and d.value = t.value and d.raw_value = t.raw_value
);

insert into idw_target.identity.ignored_values by name
select * from idw_put_ignored_values;

delete from idw_target.identity.identity_anchors as t
where exists (
  select 1
  from idw_drop_identity_anchors as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.identity_anchors by name
select * from idw_put_identity_anchors;

delete from idw_target.identity.withdrawn_ids as t
where exists (
  select 1
  from idw_drop_withdrawn_ids as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.withdrawn_ids by name
select * from idw_put_withdrawn_ids;

delete from idw_target.identity.watermarks as t
where exists (
  select 1
  from idw_drop_watermarks as d
  where d.model = t.model
);

insert into idw_target.identity.watermarks by name
select * from idw_put_watermarks;

insert into idw_target.identity.identity_events by name
select * from idw_out_identity_events;

insert into idw_target.identity.identity_history by name
select * from idw_out_identity_history;

insert into idw_target.identity.identity_history (run, record_key, identity_id)
select cast(getvariable('idw_run') - 5 as bigint), '', cast(null as varchar)
where exists (
  select 1
  from idw_target.identity.identity_history
  where run <= getvariable('idw_run') - 5 and record_key is distinct from ''
);

delete from idw_target.identity.identity_history where run <= getvariable('idw_run') - 5 and record_key is distinct from '';

delete from idw_target.identity.identity_history
where record_key = '' and run < (select max(run) from idw_target.identity.identity_history where record_key = '');

insert into idw_target.identity.run_metrics
select getvariable('idw_run'), metric, dimension, metric_value
from idw_metrics;

-- Here the runner adds the row of this run to run_log; its times and counts are known only now.
commit;
