-- 9. Comparing with the run before

-- 9.1 idw_before_identity_records: one row is a row of identity_records that this run builds anew, as the run before left it
create or replace temp view idw_before_identity_records as
select * from idw_replaced_records;

-- 9.2 idw_drop_identity_records: one row is the key of a row of identity_records that no longer holds
create or replace temp table idw_drop_identity_records as
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

-- 9.3 idw_put_identity_records: one row is a row of identity_records that is new or changed
create or replace temp view idw_put_identity_records as
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
where w.is_there is null or d.is_there is not null;

-- 9.4 idw_before_record_values: one row is a row of record_values that this run builds anew, as the run before left it
create or replace temp view idw_before_record_values as
select * from idw_replaced_values;

-- 9.5 idw_drop_record_values: one row is the key of a row of record_values that no longer holds
create or replace temp table idw_drop_record_values as
select w.record_key, w.identifier, w.value
from idw_before_record_values as w
left join (
  select *, 1 as is_there
  from idw_out_record_values
) as o
  on o.record_key = w.record_key and o.identifier = w.identifier and o.value = w.value
    and o.status is not distinct from w.status
where o.is_there is null;

-- 9.6 idw_put_record_values: one row is a row of record_values that is new or changed
create or replace temp view idw_put_record_values as
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
where w.is_there is null or d.is_there is not null;

-- 9.7 idw_before_identities: one row is a row of identities that this run builds anew, as the run before left it
create or replace temp view idw_before_identities as
select * from idw_earlier;

-- 9.8 idw_drop_identities: one row is the key of a row of identities that no longer holds
create or replace temp table idw_drop_identities as
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

-- 9.9 idw_put_identities: one row is a row of identities that is new or changed
create or replace temp view idw_put_identities as
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
where w.is_there is null or d.is_there is not null;

-- 9.10 idw_before_identity_values: one row is a row of identity_values that this run builds anew, as the run before left it
create or replace temp table idw_before_identity_values as
select w.*
from idw_was_identity_values as w
where w.identity_id in (select identity_id from idw_touched_identities);

-- 9.11 idw_drop_identity_values: one row is the key of a row of identity_values that no longer holds
create or replace temp table idw_drop_identity_values as
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

-- 9.12 idw_put_identity_values: one row is a row of identity_values that is new or changed
create or replace temp view idw_put_identity_values as
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
where w.is_there is null or d.is_there is not null;

-- 9.13 idw_before_blocked_merges: one row is a row of blocked_merges that this run builds anew, as the run before left it
create or replace temp table idw_before_blocked_merges as
select w.*
from idw_was_blocked_merges as w
where w.identity_id in (select identity_id from idw_touched_identities) or exists (select 1 from idw_outside as s where s.identifier = w.identifier and s.value = w.value);

-- 9.14 idw_drop_blocked_merges: one row is the key of a row of blocked_merges that no longer holds
create or replace temp table idw_drop_blocked_merges as
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

-- 9.15 idw_put_blocked_merges: one row is a row of blocked_merges that is new or changed
create or replace temp view idw_put_blocked_merges as
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
where w.is_there is null or d.is_there is not null;

-- 9.16 idw_before_golden_records: one row is a row of golden_records that this run builds anew, as the run before left it
create or replace temp table idw_before_golden_records as
select w.*
from idw_was_golden_records as w
where w.identity_id in (select identity_id from idw_touched_identities);

-- 9.17 idw_drop_golden_records: one row is the key of a row of golden_records that no longer holds
create or replace temp table idw_drop_golden_records as
select w.identity_id
from idw_before_golden_records as w
left join (
  select *, 1 as is_there
  from idw_out_golden_records
) as o
  on o.identity_id = w.identity_id
    and o.first_name is not distinct from w.first_name
    and o.town is not distinct from w.town
    and o.town__record is not distinct from w.town__record
    and o.town__rule is not distinct from w.town__rule
    and o.logins is not distinct from w.logins
    and o.emails is not distinct from w.emails
    and o.spent is not distinct from w.spent
    and o.street is not distinct from w.street
    and o.street__record is not distinct from w.street__record
    and o.street__rule is not distinct from w.street__rule
    and o.zip is not distinct from w.zip
    and o.zip__record is not distinct from w.zip__record
    and o.zip__rule is not distinct from w.zip__rule
where o.is_there is null;

-- 9.18 idw_put_golden_records: one row is a row of golden_records that is new or changed
create or replace temp view idw_put_golden_records as
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
where w.is_there is null or d.is_there is not null;

-- 9.19 idw_drop_rejected_records: one row is the key of a row of rejected_records that no longer holds
create or replace temp table idw_drop_rejected_records as
select w.model, w.source_key, w.reason
from idw_was_rejected_records as w
left join (
  select *, 1 as is_there
  from idw_out_rejected_records
) as o
  on o.model = w.model and o.source_key is not distinct from w.source_key and o.reason = w.reason
where o.is_there is null;

-- 9.20 idw_put_rejected_records: one row is a row of rejected_records that is new or changed
create or replace temp view idw_put_rejected_records as
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
where w.is_there is null or d.is_there is not null;

-- 9.21 idw_before_rejected_values: one row is a row of rejected_values that this run builds anew, as the run before left it
create or replace temp table idw_before_rejected_values as
select w.*
from idw_was_rejected_values as w
where w.record_key in (select record_key from idw_delta_before) or exists (select 1 from idw_shifts as s where s.record_key = w.record_key and s.identifier = w.identifier and s.raw_value = w.raw_value);

-- 9.22 idw_drop_rejected_values: one row is the key of a row of rejected_values that no longer holds
create or replace temp table idw_drop_rejected_values as
select w.record_key, w.identifier, w.raw_value, w.reason
from idw_before_rejected_values as w
left join (
  select *, 1 as is_there
  from idw_out_rejected_values
) as o
  on o.record_key = w.record_key and o.identifier = w.identifier and o.raw_value = w.raw_value and o.reason = w.reason
where o.is_there is null;

-- 9.23 idw_put_rejected_values: one row is a row of rejected_values that is new or changed
create or replace temp view idw_put_rejected_values as
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
where w.is_there is null or d.is_there is not null;

-- 9.24 idw_drop_decisions_in_force: one row is the key of a row of decisions_in_force that no longer holds
create or replace temp table idw_drop_decisions_in_force as
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

-- 9.25 idw_put_decisions_in_force: one row is a row of decisions_in_force that is new or changed
create or replace temp view idw_put_decisions_in_force as
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
where w.is_there is null or d.is_there is not null;

-- 9.26 idw_before_identity_redirects: one row is a row of identity_redirects that this run builds anew, as the run before left it
create or replace temp table idw_before_identity_redirects as
select w.*
from idw_was_identity_redirects as w
where w.identity_id in (select identity_id from idw_touched_identities);

-- 9.27 idw_drop_identity_redirects: one row is the key of a row of identity_redirects that no longer holds
create or replace temp table idw_drop_identity_redirects as
select w.identity_id
from idw_before_identity_redirects as w
left join (
  select *, 1 as is_there
  from idw_out_identity_redirects
) as o
  on o.identity_id = w.identity_id
    and o.current_identity_id is not distinct from w.current_identity_id
where o.is_there is null;

-- 9.28 idw_put_identity_redirects: one row is a row of identity_redirects that is new or changed
create or replace temp view idw_put_identity_redirects as
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
where w.is_there is null or d.is_there is not null;

-- 9.29 idw_before_record_state: one row is a row of record_state that this run builds anew, as the run before left it
create or replace temp table idw_before_record_state as
select w.*
from idw_was_record_state as w
where w.record_key in (select record_key from idw_delta_before);

-- 9.30 idw_drop_record_state: one row is the key of a row of record_state that no longer holds
create or replace temp table idw_drop_record_state as
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
    and o.a_town is not distinct from w.a_town
    and o.a_street is not distinct from w.a_street
    and o.a_zip is not distinct from w.a_zip
    and o.a_amount is not distinct from w.a_amount
where o.is_there is null;

-- 9.31 idw_put_record_state: one row is a row of record_state that is new or changed
create or replace temp view idw_put_record_state as
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
where w.is_there is null or d.is_there is not null;

-- 9.32 idw_before_withheld_values: one row is a row of withheld_values that this run builds anew, as the run before left it
create or replace temp table idw_before_withheld_values as
select w.*
from idw_was_withheld_values as w
where exists (select 1 from idw_flips as s where s.identifier = w.identifier and s.value = w.value) or exists (select 1 from idw_judged_values as s where s.identifier = w.identifier and s.value = w.value);

-- 9.33 idw_drop_withheld_values: one row is the key of a row of withheld_values that no longer holds
create or replace temp table idw_drop_withheld_values as
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

-- 9.34 idw_put_withheld_values: one row is a row of withheld_values that is new or changed
create or replace temp view idw_put_withheld_values as
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
where w.is_there is null or d.is_there is not null;

-- 9.35 idw_before_ignored_values: one row is a row of ignored_values that this run builds anew, as the run before left it
create or replace temp table idw_before_ignored_values as
select w.*
from idw_was_ignored_values as w
where w.record_key in (select record_key from idw_delta_before) or exists (select 1 from idw_shifts as s where s.record_key = w.record_key and s.identifier = w.identifier and s.raw_value = w.raw_value);

-- 9.36 idw_drop_ignored_values: one row is the key of a row of ignored_values that no longer holds
create or replace temp table idw_drop_ignored_values as
select w.record_key, w.identifier, w.value, w.raw_value
from idw_before_ignored_values as w
left join (
  select *, 1 as is_there
  from idw_out_ignored_values
) as o
  on o.record_key = w.record_key and o.identifier = w.identifier and o.value = w.value and o.raw_value = w.raw_value
where o.is_there is null;

-- 9.37 idw_put_ignored_values: one row is a row of ignored_values that is new or changed
create or replace temp view idw_put_ignored_values as
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
where w.is_there is null or d.is_there is not null;

-- 9.38 idw_before_identity_anchors: one row is a row of identity_anchors that this run builds anew, as the run before left it
create or replace temp table idw_before_identity_anchors as
select w.*
from idw_was_identity_anchors as w
where w.identity_id in (select identity_id from idw_touched_identities);

-- 9.39 idw_drop_identity_anchors: one row is the key of a row of identity_anchors that no longer holds
create or replace temp table idw_drop_identity_anchors as
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

-- 9.40 idw_put_identity_anchors: one row is a row of identity_anchors that is new or changed
create or replace temp view idw_put_identity_anchors as
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
where w.is_there is null or d.is_there is not null;

-- 9.41 idw_drop_withdrawn_ids: one row is the key of a row of withdrawn_ids that no longer holds
create or replace temp table idw_drop_withdrawn_ids as
select w.identity_id
from idw_was_withdrawn_ids as w
left join (
  select *, 1 as is_there
  from idw_out_withdrawn_ids
) as o
  on o.identity_id = w.identity_id
where o.is_there is null;

-- 9.42 idw_put_withdrawn_ids: one row is a row of withdrawn_ids that is new or changed
create or replace temp view idw_put_withdrawn_ids as
select o.*
from idw_out_withdrawn_ids as o
left join (
  select *, 1 as is_there
  from idw_was_withdrawn_ids
) as w
  on w.identity_id = o.identity_id
left join (
  select *, 1 as is_there
  from idw_drop_withdrawn_ids
) as d
  on d.identity_id = o.identity_id
where w.is_there is null or d.is_there is not null;

-- 9.43 idw_drop_watermarks: one row is the key of a row of watermarks that no longer holds
create or replace temp table idw_drop_watermarks as
select w.model
from idw_was_watermarks as w
left join (
  select *, 1 as is_there
  from idw_out_watermarks
) as o
  on o.model = w.model
    and o.watermark is not distinct from w.watermark
where o.is_there is null;

-- 9.44 idw_put_watermarks: one row is a row of watermarks that is new or changed
create or replace temp view idw_put_watermarks as
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
where w.is_there is null or d.is_there is not null;

-- 9.45 idw_drop_suppressions: one row is the key of a row of suppressions that no longer holds
create or replace temp table idw_drop_suppressions as
select w.kind, w.hash
from idw_was_suppressions as w
left join (
  select *, 1 as is_there
  from idw_out_suppressions
) as o
  on o.kind = w.kind and o.hash = w.hash
    and o.secret_id is not distinct from w.secret_id
    and o.requested_run is not distinct from w.requested_run
    and o.requested_at is not distinct from w.requested_at
where o.is_there is null;

-- 9.46 idw_put_suppressions: one row is a row of suppressions that is new or changed
create or replace temp view idw_put_suppressions as
select o.*
from idw_out_suppressions as o
left join (
  select *, 1 as is_there
  from idw_was_suppressions
) as w
  on w.kind = o.kind and w.hash = o.hash
left join (
  select *, 1 as is_there
  from idw_drop_suppressions
) as d
  on d.kind = o.kind and d.hash = o.hash
where w.is_there is null or d.is_there is not null;

-- 9.47 idw_drop_metric_counts: one row is the key of a row of metric_counts that no longer holds
create or replace temp table idw_drop_metric_counts as
select w.counted, w.identifier, w.model, w.bucket
from idw_was_metric_counts as w
left join (
  select *, 1 as is_there
  from idw_out_metric_counts
) as o
  on o.counted = w.counted and o.identifier = w.identifier and o.model = w.model and o.bucket = w.bucket
    and o.found is not distinct from w.found
where o.is_there is null;

-- 9.48 idw_put_metric_counts: one row is a row of metric_counts that is new or changed
create or replace temp view idw_put_metric_counts as
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
where w.is_there is null or d.is_there is not null;

-- 9.49 idw_purged_records: one row is a record that this run forgets, and whether the run before knew it
create or replace temp table idw_purged_records as
with traces as (
  select e.record_key from idw_erased as e join idw_was_identity_records as w on w.record_key = e.record_key
  union
  select e.record_key from idw_erased as e join idw_was_rejected_records as w on w.model || ':' || w.source_key = e.record_key
  union
  select e.record_key from idw_erased as e join idw_was_identities as w on w.anchor_record_key = e.record_key
  union
  select e.record_key from idw_erased as e join idw_was_decisions_in_force as w on w.a = e.record_key
  union
  select e.record_key from idw_erased as e join idw_was_decisions_in_force as w on w.b = e.record_key
)

select e.record_key, t.record_key is not null as was_known
from idw_erased as e
left join traces as t on t.record_key = e.record_key
left join idw_was_withdrawn_ids as y on y.identity_id = 'id_' || left(md5(e.record_key), 20)
where t.record_key is not null or y.identity_id is null;

-- 9.50 idw_purged_identities: one row is an id that such a record had
create or replace temp table idw_purged_identities as
select distinct w.identity_id
from idw_was_identity_records as w
join idw_purged_records as p on p.record_key = w.record_key;

-- 9.51 idw_purged_values: one row is a value of a record that this run forgets, or a value that it suppresses
create or replace temp table idw_purged_values as
select identifier, value
from idw_was_record_values
where record_key in (select record_key from idw_purged_records)
union
select identifier, value
from idw_was_ignored_values
where record_key in (select record_key from idw_purged_records)
union
select identifier, normalised as value
from idw_requests
where normalised is not null
  and exists (
    select 1
    from idw_put_suppressions
    where kind = 'value'
  );
