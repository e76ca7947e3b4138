-- 15. Publishing
-- The runner builds the results in a scratch file, then attaches the target's database file as idw_target, waits for
-- its readers, and runs this. A relation that lacks a column of its result gets it before the transaction begins.

-- 15.1 relations that are missing; each statement by itself
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

-- 15.2 readers see all of the new results or none of them
begin transaction;

delete from idw_target.identity.identity_records;

insert into idw_target.identity.identity_records by name select * from idw_out_identity_records;

delete from idw_target.identity.record_values;

insert into idw_target.identity.record_values by name select * from idw_out_record_values;

delete from idw_target.identity.identities;

insert into idw_target.identity.identities by name select * from idw_out_identities;

delete from idw_target.identity.identity_values;

insert into idw_target.identity.identity_values by name select * from idw_out_identity_values;

delete from idw_target.identity.blocked_merges;

insert into idw_target.identity.blocked_merges by name select * from idw_out_blocked_merges;

delete from idw_target.identity.golden_records;

insert into idw_target.identity.golden_records by name select * from idw_out_golden_records;

delete from idw_target.identity.rejected_records;

insert into idw_target.identity.rejected_records by name select * from idw_out_rejected_records;

delete from idw_target.identity.rejected_values;

insert into idw_target.identity.rejected_values by name select * from idw_out_rejected_values;

delete from idw_target.identity.decisions_in_force;

insert into idw_target.identity.decisions_in_force by name select * from idw_out_decisions_in_force;

insert into idw_target.identity.run_metrics
select getvariable('idw_run'), metric, dimension, metric_value
from idw_metrics;

-- Here the runner adds the row of this run to run_log; its times and counts are known only now.
commit;
