-- 13. Judging the identities

-- 13.1 idw_ties: one row is an identity, a value that is active in it or a must-link inside it, and a record that has it
create or replace temp view idw_ties as
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
);

-- 13.2 idw_held: one row is an identity and a value that is active in it, or a must-link inside it
create or replace temp table idw_held as
with by_model as (
  select c.label, c.value_id, r.model, count(*) as records
  from idw_ties as c
  join idw_records as r on r.record = c.record
  group by c.label, c.value_id, r.model
)

select
  label,
  value_id,
  cast(sum(records) as bigint) as records,
  count(*) as models
from by_model
group by label, value_id;

-- 13.3 idw_agreement: one row is an identity whose records have attributes
-- from confidence
create or replace temp table idw_agreement as
with given as (
  select
    idw_record as record,
    nullif(lower(case
  when first_name::varchar between '!' and '~~' and substr(first_name::varchar, -1) between '!' and '~' then first_name::varchar
  else regexp_replace(first_name::varchar, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '') as attribute_1,
    nullif(lower(case
  when town::varchar between '!' and '~~' and substr(town::varchar, -1) between '!' and '~' then town::varchar
  else regexp_replace(town::varchar, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '') as attribute_2,
    nullif(lower(case
  when street::varchar between '!' and '~~' and substr(street::varchar, -1) between '!' and '~' then street::varchar
  else regexp_replace(street::varchar, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '') as attribute_3,
    nullif(lower(case
  when zip::varchar between '!' and '~~' and substr(zip::varchar, -1) between '!' and '~' then zip::varchar
  else regexp_replace(zip::varchar, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '') as attribute_4
  from idw_attributes
)

select
  s.label,
  case when count(g.attribute_1) >= 2 then 1 else 0 end
  + case when count(g.attribute_2) >= 2 then 1 else 0 end
  + case when count(g.attribute_3) >= 2 then 1 else 0 end
  + case when count(g.attribute_4) >= 2 then 1 else 0 end as compared,
  case when count(g.attribute_1) >= 2 and min(g.attribute_1) = max(g.attribute_1) then 1 else 0 end
  + case when count(g.attribute_2) >= 2 and min(g.attribute_2) = max(g.attribute_2) then 1 else 0 end
  + case when count(g.attribute_3) >= 2 and min(g.attribute_3) = max(g.attribute_3) then 1 else 0 end
  + case when count(g.attribute_4) >= 2 and min(g.attribute_4) = max(g.attribute_4) then 1 else 0 end as agreed
from given as g
join idw_resolved as s on s.record = g.record
group by s.label;

-- 13.4 idw_confidence: one row is an identity of two or more records, with its confidence and the parts of it
-- from confidence
create or replace temp table idw_confidence as
-- corroboration: the values that tie the record with the fewest of them
with tied as (
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
  select 'email'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier, 2 as priority, 2 as limit_value
  union all
  select 'phone'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier, 4 as priority, 2 as limit_value
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
