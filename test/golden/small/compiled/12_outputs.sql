-- 12. Building the results

-- 12.1 idw_survivors: one row is an identity, with what the rules make of its records
-- from golden_record
create or replace temp table idw_survivors as
with places as (
  select 'people' as model, 1 as place
  union all
  select 'visits' as model, 2 as place
),

placed as (
  -- Orders are made on narrow rows; attributes, which are wide, join them afterwards.
  select
    r.record,
    s.label as idw_label,
    r.model,
    r.record_key,
    row_number() over (partition by s.label order by p.place, r.observed_at desc nulls last, r.record) as idw_by_source_priority,
    row_number() over (partition by s.label order by r.observed_at desc nulls last, p.place, r.record) as idw_by_most_recent,
    row_number() over (partition by s.label order by p.place, r.observed_at asc nulls last, r.record) as idw_by_source_priority_then_earliest
  from idw_records as r
  join places as p on p.model = r.model
  join idw_resolved as s on s.record = r.record
),

seen as (
  -- What `where` sees.
  select
    r.record as idw_record,
    r.model,
    r.record_key,
    r.observed_at,
    a.first_name,
    a.town,
    a.street,
    a.zip,
    a.amount
  from idw_records as r
  join idw_attributes as a on a.idw_record = r.record
),

given as (
  select
    idw_record,
    first_name,
    amount,
    street,
    zip,
    case when (town is not null and model = 'people') then town end as idw_of_town
  from seen
),

ranked as (
  select
    p.idw_label,
    p.model,
    p.record_key,
    p.idw_by_source_priority,
    p.idw_by_most_recent,
    p.idw_by_source_priority_then_earliest,
    g.first_name,
    g.amount,
    g.street,
    g.zip,
    g.idw_of_town,
    case when g.street is not null or g.zip is not null then p.idw_by_source_priority_then_earliest end as idw_order_of_residence
  from given as g
  join placed as p on p.record = g.idw_record
),

gathered as (
  select
    r.idw_label,
    arg_min(r.idw_of_town, r.idw_by_most_recent + case when r.model in ('visits') then 0 else 2000000000000000000 end) as town,
    arg_min(r.record_key, case when r.idw_of_town is not null then r.idw_by_most_recent + case when r.model in ('visits') then 0 else 2000000000000000000 end end) as town__record,
    cast(sum(cast(r.amount as decimal(38,9))) as decimal(38,9)) as spent,
    arg_min_null(r.street, r.idw_order_of_residence) as street,
    arg_min_null(r.zip, r.idw_order_of_residence) as zip,
    arg_min_null(r.record_key, r.idw_order_of_residence) as idw_record_of_residence
  from ranked as r
  group by r.idw_label
),

first_name_values as (
  select
    r.idw_label,
    r.first_name as value,
    count(*) as records,
    min(r.idw_by_source_priority) as best
  from ranked as r
  where r.first_name is not null
  group by r.idw_label, r.first_name
),

first_name_order as (
  select
    idw_label,
    value,
    row_number() over (partition by idw_label order by records desc, best) as nth
  from first_name_values
),

logins_rows as (
  select
    p.idw_label,
    d.value
  from idw_settled as t
  join idw_dictionary as d on d.value_id = t.value_id
  join placed as p on p.record = t.record
  where d.identifier = 'login' and t.status = 'active'
),

logins_folded as (
  select
    idw_label,
    count(distinct r.value) as value
  from logins_rows as r
  group by idw_label
),

emails_rows as (
  select
    p.idw_label,
    p.idw_by_most_recent,
    d.value
  from idw_settled as t
  join idw_dictionary as d on d.value_id = t.value_id
  join placed as p on p.record = t.record
  where d.identifier = 'email' and t.status = 'active'
),

emails_values as (
  select
    r.idw_label,
    r.value,
    min(r.idw_by_most_recent) as best
  from emails_rows as r
  where r.value is not null
  group by r.idw_label, r.value
),

emails_order as (
  select
    idw_label,
    value,
    row_number() over (partition by idw_label order by best, value) as nth
  from emails_values
),

emails_array as (
  select
    idw_label,
    list(o.value order by o.nth) as value
  from emails_order as o
  where o.nth <= 3
  group by idw_label
)

select
  a.label as idw_label,
  first_name_order.value as first_name,
  gathered.town as town,
  case when gathered.town is not null then gathered.town__record end as town__record,
  case when gathered.town is not null then 'most_recent' end as town__rule,
  coalesce(logins_folded.value, 0) as logins,
  coalesce(emails_array.value, []) as emails,
  gathered.spent as spent,
  gathered.street as street,
  gathered.idw_record_of_residence as street__record,
  case when gathered.idw_record_of_residence is not null then 'source_priority' end as street__rule,
  gathered.zip as zip,
  gathered.idw_record_of_residence as zip__record,
  case when gathered.idw_record_of_residence is not null then 'source_priority' end as zip__rule
from idw_anchors as a
left join gathered on gathered.idw_label = a.label
left join first_name_order on first_name_order.idw_label = a.label and first_name_order.nth = 1
left join logins_folded on logins_folded.idw_label = a.label
left join emails_array on emails_array.idw_label = a.label;

-- 12.2 idw_out_identity_records: one row is a record, with its identity
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

-- 12.3 idw_out_record_values: one row is a record, an identifier and a value, with its status
create or replace temp table idw_out_record_values as
select r.record_key, d.identifier, d.value, t.status
from idw_settled as t
join idw_dictionary as d on d.value_id = t.value_id
join idw_records as r on r.record = t.record;

-- 12.4 idw_out_identities: one row is an identity
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

-- 12.5 idw_out_identity_values: one row is an identity, an identifier and a value, with the best status of its records
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
  d.identifier,
  d.value,
  case h.status when 0 then 'active' when 1 then 'contested' when 2 then 'over_limit' when 3 then 'shared' end as status,
  h.records,
  h.first_seen,
  h.last_seen,
  getvariable('idw_run') as updated_run
from held as h
join idw_anchors as a on a.label = h.label
join idw_dictionary as d on d.value_id = h.value_id;

-- 12.6 idw_out_blocked_merges: one row is an identity, a value and the identity that owns it
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
  select d.identifier, d.value, t.label, cast(null as bigint) as owner_label, case v.exceeded when 'login' then 1 when 'email' then 2 when 'phone' then 4 end as blocked_by
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

-- 12.7 idw_out_golden_records: one row is an identity, with its golden values
-- from golden_record
create or replace temp table idw_out_golden_records as
with decided as (
  select
    s.label as idw_label,
    d.attribute,
    d.value,
    d.a,
    row_number() over (
      partition by s.label, d.attribute order by d.decided_at desc nulls last, d.id
    ) as nth
  from idw_decisions as d
  join idw_resolved as s on s.record = d.a_record
  where d.decision = 'golden_override' and d.status = 'in_force'
),

overrides as (
  select
    idw_label,
    max(case when attribute = 'first_name' then value end) as first_name,
    max(case when attribute = 'town' then value end) as town,
    max(case when attribute = 'town' then a end) as town__record,
    max(case when attribute = 'logins' then value end) as logins,
    max(case when attribute = 'emails' then value end) as emails,
    max(case when attribute = 'spent' then value end) as spent,
    max(case when attribute = 'street' then value end) as street,
    max(case when attribute = 'street' then a end) as street__record,
    max(case when attribute = 'zip' then value end) as zip,
    max(case when attribute = 'zip' then a end) as zip__record
  from decided
  where nth = 1
  group by idw_label
)

select
  a.identity_id,
  coalesce(try(cast_to_type(o.first_name, v.first_name)), v.first_name) as first_name,
  coalesce(try(cast_to_type(o.town, v.town)), v.town) as town,
  case when o.town is not null then o.town__record else v.town__record end as town__record,
  case when o.town is not null then 'override' else v.town__rule end as town__rule,
  coalesce(try(cast_to_type(o.logins, v.logins)), v.logins) as logins,
  coalesce(try(cast_to_type(o.emails, v.emails)), v.emails) as emails,
  coalesce(try(cast_to_type(o.spent, v.spent)), v.spent) as spent,
  coalesce(try(cast_to_type(o.street, v.street)), v.street) as street,
  case when o.street is not null then o.street__record else v.street__record end as street__record,
  case when o.street is not null then 'override' else v.street__rule end as street__rule,
  coalesce(try(cast_to_type(o.zip, v.zip)), v.zip) as zip,
  case when o.zip is not null then o.zip__record else v.zip__record end as zip__record,
  case when o.zip is not null then 'override' else v.zip__rule end as zip__rule,
  getvariable('idw_run') as updated_run
from idw_anchors as a
join idw_survivors as v on v.idw_label = a.label
left join overrides as o on o.idw_label = a.label;

-- 12.8 idw_out_rejected_records: one row is a row that is not a record, and a reason
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

-- 12.9 idw_out_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped
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

select distinct r.record_key, d.identifier, d.raw_value, d.reason
from dropped as d
join idw_records as r on r.record = d.record;

-- 12.10 idw_out_decisions_in_force: one row is a decision, with its status
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
  case
    when b.value_rank is not null then 'refused'
    when d.decision = 'golden_override' and d.status = 'in_force' and case d.attribute
      when 'first_name' then try(cast_to_type(d.value, v.first_name))::varchar = v.first_name::varchar
      when 'town' then try(cast_to_type(d.value, v.town))::varchar = v.town::varchar
      when 'logins' then try(cast_to_type(d.value, v.logins))::varchar = v.logins::varchar
      when 'emails' then try(cast_to_type(d.value, v.emails))::varchar = v.emails::varchar
      when 'spent' then try(cast_to_type(d.value, v.spent))::varchar = v.spent::varchar
      when 'street' then try(cast_to_type(d.value, v.street))::varchar = v.street::varchar
      when 'zip' then try(cast_to_type(d.value, v.zip))::varchar = v.zip::varchar
    end then 'agreed'
    else d.status
  end as status
from idw_decisions as d
left join (
  select distinct value_rank from idw_blocked where identifier = 'must_link'
) as b on d.decision = 'must_link' and b.value_rank = d.position
left join idw_resolved as s on d.decision = 'golden_override' and s.record = d.a_record
left join idw_survivors as v on v.idw_label = s.label;
