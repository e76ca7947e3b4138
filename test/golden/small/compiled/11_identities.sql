-- 11. Naming the identities

-- 11.1 idw_resolved: one row is a record, its component and the label of its identity
create or replace temp table idw_resolved as
select c.record, c.component, coalesce(h.holder, c.component) as label
from idw_components as c
left join idw_holders as h on h.record = c.record;

-- 11.2 idw_anchors: one row is an identity, with its anchor
create or replace temp table idw_anchors as
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
  'id_' || left(md5(r.record_key), 20) as identity_id,
  r.record_key as anchor_record_key,
  s.records,
  s.models,
  s.first_seen,
  s.last_seen
from spans as s
join earliest as e on e.label = s.label
join idw_records as r on r.record = e.anchor;

-- 11.3 must return no row: duplicate ids (entity)
select identity_id, min(anchor_record_key) as a, max(anchor_record_key) as b
from idw_anchors
group by identity_id
having count(*) > 1;

-- 11.4 idw_settled: one row is a record and a value that it carries, with its status in the end
create or replace temp table idw_settled as
with own as (
  select s.record, r.value_id, s.status
  from idw_statuses as s
  join idw_value_ranks as r on r.value_rank = s.value_rank
)

select c.record, c.value_id, s.label, coalesce(v.status, o.status, 'active') as status
from idw_carried as c
join idw_values as v on v.value_id = c.value_id
join idw_resolved as s on s.record = c.record
left join own as o on o.record = c.record and o.value_id = c.value_id;
