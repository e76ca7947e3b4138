-- 12. Building the results

-- 12.1 idw_out_identity_records: one row is a record, with its identity
create or replace temp table idw_out_identity_records as
select
  r.record_key,
  r.model,
  r.source_key,
  r.observed_at,
  a.identity_id,
  f.record_key as component,
  getvariable('idw_run') as updated_run
from idw_resolved as s
join idw_records as r on r.record = s.record
join idw_records as f on f.record = s.component
join idw_anchors as a on a.label = s.label;

-- 12.2 idw_out_record_values: one row is a record, an identifier and a value, with its status
create or replace temp table idw_out_record_values as
select r.record_key, d.identifier::varchar as identifier, d.value, t.status
from idw_settled as t
join idw_dictionary as d on d.value_id = t.value_id
join idw_records as r on r.record = t.record;

-- 12.3 idw_out_identities: one row is an identity
create or replace temp table idw_out_identities as
select
  identity_id,
  'active' as status,
  cast(null as varchar) as merged_into,
  anchor_record_key,
  getvariable('idw_run') as created_run,
  getvariable('idw_run') as updated_run,
  records,
  models,
  first_seen,
  last_seen,
  cast(null as double) as confidence
from idw_anchors;

-- 12.4 idw_out_identity_values: one row is an identity, an identifier and a value, with the best status of its records
create or replace temp table idw_out_identity_values as
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
  d.identifier::varchar as identifier,
  d.value,
  case h.status when 0 then 'active' when 1 then 'contested' when 2 then 'over_limit' when 3 then 'shared' end as status,
  h.records,
  h.first_seen,
  h.last_seen,
  getvariable('idw_run') as updated_run
from held as h
join idw_anchors as a on a.label = h.label
join idw_dictionary as d on d.value_id = h.value_id;

-- 12.5 idw_out_blocked_merges: one row is an identity, a value and the identity that owns it
create or replace temp table idw_out_blocked_merges as
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
  union all
  select d.identifier::varchar as identifier, d.value, t.label, cast(null as bigint) as owner_label, v.exceeded as blocked_by
  from idw_values as v
  join idw_settled as t on t.value_id = v.value_id
  join idw_dictionary as d on d.value_id = v.value_id
  where v.status = 'contested'
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
  coalesce(d.id, cast(case blocked_by when 1 then 'login' when 2 then 'email' when 4 then 'phone' end as varchar)) as blocked_by,
  case when d.id is not null then 1 else cast(case blocked_by when 1 then 1 when 2 then 2 when 4 then 2 end as bigint) end as limit_value
from left_over as k
join idw_anchors as a on a.label = k.label
left join idw_anchors as o on o.label = k.owner_label
left join met as m on m.identifier = k.identifier and m.value = k.value
left join idw_decisions as d on d.position - 1000000000 = k.blocked_by
where m.value is null;

-- 12.6 idw_out_golden_records: one row is an identity, with its golden values
-- from golden_record
create or replace temp table idw_out_golden_records as
with given as (
  select
    idw_record as record,
    first_name as attribute_1,
    city as attribute_2
  from idw_stage_people
),

places as (
  select 'people' as model, 1 as place
),

placed as (
  select
    r.record,
    s.label,
    row_number() over (
      partition by s.label order by r.observed_at desc nulls last, p.place, r.record
    ) as recency,
    row_number() over (
      partition by s.label order by p.place, r.observed_at desc nulls last, r.record
    ) as trust
  from idw_records as r
  join places as p on p.model = r.model
  join idw_resolved as s on s.record = r.record
),

ranked as (
  select
    p.label,
    p.recency,
    p.trust,
    count(*) over (partition by p.label, g.attribute_1) as attribute_1_count,
    g.*
  from given as g
  join placed as p on p.record = g.record
),

survivors as (
  select
    label as idw_label,
    arg_min(ranked.attribute_1, case when ranked.attribute_1 is not null then trust - attribute_1_count * 1000000000 end) as first_name,
    arg_min(ranked.attribute_2, case when ranked.attribute_2 is not null then recency end) as town
  from ranked
  group by label
)

select
  a.identity_id,
  v.first_name,
  v.town,
  getvariable('idw_run') as updated_run
from idw_anchors as a
left join survivors as v on v.idw_label = a.label;

-- 12.7 idw_out_rejected_records: one row is a row that is not a record, and a reason
-- from models
create or replace temp table idw_out_rejected_records as
select distinct model, source_key, reason, getvariable('idw_run') as run
from (
  select distinct
    'people' as model,
    idw_source_key as source_key,
    'no_contact_point' as reason
  from idw_judged_people
  where idw_reject_1

  union all

  select distinct
    'people' as model,
    idw_source_key as source_key,
    'null_key' as reason
  from idw_judged_people
  where idw_source_key is null

  union all

  select distinct
    'people' as model,
    idw_source_key as source_key,
    'duplicate_key' as reason
  from idw_judged_people
  where idw_superseded
) as rejected;

-- 12.8 idw_out_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped
-- from identifiers
create or replace temp table idw_out_rejected_values as
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

select distinct r.record_key, d.identifier::varchar as identifier, d.raw_value, d.reason
from dropped as d
join idw_records as r on r.record = d.record;

-- 12.9 idw_out_decisions_in_force: one row is a decision, with its status
-- from decisions
create or replace temp table idw_out_decisions_in_force as
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
  case when b.value_rank is not null then 'refused' else d.status end as status
from idw_decisions as d
left join (
  select distinct value_rank from idw_blocked where identifier = 'must_link'
) as b on d.decision = 'must_link' and b.value_rank = d.position;
