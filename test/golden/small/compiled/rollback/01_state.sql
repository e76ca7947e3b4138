-- 1. Looking at the run before

-- 1.1 idw_was_identity_records: one row is a record, with its identity, as the run before left it
create or replace temp view idw_was_identity_records as
select * from idw_target.identity.identity_records;

-- 1.2 idw_was_record_values: one row is a record, an identifier and a value, with its status, as the run before left it
create or replace temp view idw_was_record_values as
select * from idw_target.identity.record_values;

-- 1.3 idw_was_identities: one row is an identity, as the run before left it
create or replace temp view idw_was_identities as
select * from idw_target.identity.identities;

-- 1.4 idw_was_identity_values: one row is an identity, an identifier and a value, with the best status of its records, as the run before left it
create or replace temp view idw_was_identity_values as
select * from idw_target.identity.identity_values;

-- 1.5 idw_was_blocked_merges: one row is an identity, a value and the identity that owns it, as the run before left it
create or replace temp view idw_was_blocked_merges as
select * from idw_target.identity.blocked_merges;

-- 1.6 idw_was_golden_records: one row is an identity, with its golden values, as the run before left it
create or replace temp view idw_was_golden_records as
select * from idw_target.identity.golden_records;

-- 1.7 idw_was_rejected_records: one row is a row that is not a record, and a reason, as the run before left it
create or replace temp view idw_was_rejected_records as
select * from idw_target.identity.rejected_records;

-- 1.8 idw_was_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped, as the run before left it
create or replace temp view idw_was_rejected_values as
select * from idw_target.identity.rejected_values;

-- 1.9 idw_was_decisions_in_force: one row is a decision, with its status, as the run before left it
create or replace temp view idw_was_decisions_in_force as
select * from idw_target.identity.decisions_in_force;

-- 1.10 idw_was_identity_redirects: one row is an id ever issued, with the id that holds it now, as the run before left it
create or replace temp view idw_was_identity_redirects as
select * from idw_target.identity.identity_redirects;

-- 1.11 idw_was_record_state: one row is a record, with what the next run compares it by and its attributes, as the run before left it
create or replace temp view idw_was_record_state as
select * from idw_target.identity.record_state;

-- 1.12 idw_was_withheld_values: one row is a value that matches nothing, with the reason, as the run before left it
create or replace temp view idw_was_withheld_values as
select * from idw_target.identity.withheld_values;

-- 1.13 idw_was_ignored_values: one row is a record and a value of it that only the list of values to ignore drops, as the run before left it
create or replace temp view idw_was_ignored_values as
select * from idw_target.identity.ignored_values;

-- 1.14 idw_was_identity_anchors: one row is an id ever issued, with the time of its anchor as last known, and whether its golden values are held back, as the run before left it
create or replace temp view idw_was_identity_anchors as
select * from idw_target.identity.identity_anchors;

-- 1.15 idw_was_withdrawn_ids: one row is an id that is never issued, since its record was erased, as the run before left it
create or replace temp view idw_was_withdrawn_ids as
select * from idw_target.identity.withdrawn_ids;

-- 1.16 idw_was_watermarks: one row is a model, with the latest time of loading that was read, as the run before left it
create or replace temp view idw_was_watermarks as
select * from idw_target.identity.watermarks;

-- 1.17 idw_was_suppressions: one row is a record key or a value that is not to be read again, as a hash, as the run before left it
create or replace temp view idw_was_suppressions as
select * from idw_target.identity.suppressions;

-- 1.18 idw_was_metric_counts: one row is a count that the metrics of the next run start from, as the run before left it
create or replace temp view idw_was_metric_counts as
select * from idw_target.identity.metric_counts;
