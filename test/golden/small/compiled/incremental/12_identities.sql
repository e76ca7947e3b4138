-- 12. Naming the identities

-- 12.1 idw_resolved: one row is a record, its component and the label of its identity
create or replace temp table idw_resolved as
select c.record, c.component, coalesce(h.holder, c.component) as label
from idw_components as c
left join idw_holders as h on h.record = c.record;

-- 12.2 idw_settled: one row is a record and a value that it carries, with its status in the end
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

-- 12.3 idw_profiles: one row is an identity, with its size and its earliest record
create or replace temp table idw_profiles as
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
join idw_records as r on r.record = e.anchor;

-- 12.4 idw_earlier: one row is an id whose rows may change, as the run before left it
create or replace temp table idw_earlier as
select w.*, k.observed_at as noted_at
from idw_was_identities as w
join idw_touched_identities as t on t.identity_id = w.identity_id
left join idw_was_identity_anchors as k on k.identity_id = w.identity_id;

-- 12.5 idw_former: one row is a record that had an id, with that id
create or replace temp table idw_former as
select r.record, w.identity_id
from idw_replaced_records as w
join idw_records as r on r.record_key = w.record_key;

-- 12.6 idw_flows: one row is an earlier id and an identity that has records of it
create or replace temp table idw_flows as
select f.identity_id, s.label, count(*) as records
from idw_former as f
join idw_resolved as s on s.record = f.record
group by f.identity_id, s.label;

-- 12.7 idw_claims: one row is a record of an earlier id that came apart or came together with others
create or replace temp table idw_claims as
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
  union all
  select 'name_and_birth' as identifier, 3 as priority
  union all
  select 'phone' as identifier, 4 as priority
  union all
  select 'device' as identifier, 5 as priority
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

-- 12.8 idw_heirs: one row is an earlier id, with its heir
create or replace temp table idw_heirs as
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

-- 12.9 idw_keepers: one row is an identity that keeps an id, with that id
create or replace temp table idw_keepers as
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

-- 12.10 idw_revivals: one row is an identity that takes an id back, with that id
create or replace temp table idw_revivals as
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

-- 12.11 idw_anchors: one row is an identity, with its id and its anchor
create or replace temp table idw_anchors as
with chosen as (
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
  coalesce(p.earlier_id, case when t.identity_id is null and y.identity_id is null then p.fresh_id else 'id_' || left(md5('#' || cast(getvariable('idw_run') as varchar) || '#' || p.first_record_key), 20) end) as identity_id,
  coalesce(h.anchor_record_key, p.first_record_key) as anchor_record_key,
  case when h.identity_id is not null then h.observed_at else p.first_observed_at end as anchor_observed_at,
  p.records,
  p.models,
  p.first_seen,
  p.last_seen,
  coalesce(e.created_run, getvariable('idw_run')) as created_run,
  p.origin
from chosen as p
left join idw_earlier as e on e.identity_id = p.earlier_id
left join held as h on h.identity_id = p.earlier_id and h.label = p.label
left join idw_was_identities as t on t.identity_id = p.fresh_id
left join idw_was_withdrawn_ids as y on y.identity_id = p.fresh_id;

-- 12.12 must return no row: duplicate ids (entity)
select identity_id, min(anchor_record_key) as a, max(anchor_record_key) as b
from idw_anchors
group by identity_id
having count(*) > 1;

-- 12.13 idw_descents: one row is an earlier id that merges, with its survivor and its new anchor
create or replace temp table idw_descents as
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

-- 12.14 idw_outside: one row is a value contested from the start, and an identity outside that holds it
create or replace temp table idw_outside as
with concerned as (
  select d.identifier, d.value
  from idw_values as v
  join idw_dictionary as d on d.value_id = v.value_id
  where v.status = 'contested'
  union
  select w.identifier, w.value
  from idw_was_withheld_values as w
  join idw_replaced_values as v on v.identifier = w.identifier and v.value = w.value
  where w.status = 'contested'
),

still as (
  select c.identifier, c.value, coalesce(o.exceeded, w.exceeded) as exceeded
  from concerned as c
  left join idw_out_withheld_values as o
    on o.identifier = c.identifier and o.value = c.value and o.status = 'contested'
  left join idw_was_withheld_values as w
    on w.identifier = c.identifier and w.value = c.value and w.status = 'contested'
),

others as (
  select h.identity_id, h.identifier, h.value
  from idw_was_identity_values as h
  join concerned as c on c.identifier = h.identifier and c.value = h.value
  -- one column alone is looked up sooner than two
  where h.value in (select value from concerned)
    and h.identity_id not in (select identity_id from idw_touched_identities)
)

select s.identifier, s.value, s.exceeded, h.identity_id
from still as s
left join others as h on h.identifier = s.identifier and h.value = s.value;
