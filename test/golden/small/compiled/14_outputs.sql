-- 14. Building the results

-- 14.1 idw_survivors: one row is an identity, with what the rules make of its records
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

-- 14.2 idw_out_identity_records: one row is a record, with its identity
create or replace temp table idw_out_identity_records as
select
  r.record_key,
  r.model,
  r.source_key,
  r.observed_at,
  a.identity_id,
  f.record_key as component,
  case when w.identity_id = a.identity_id then w.updated_run else getvariable('idw_run') end as updated_run
from idw_resolved as s
join idw_records as r on r.record = s.record
join idw_records as f on f.record = s.component
join idw_anchors as a on a.label = s.label
left join idw_replaced_records as w on w.record_key = r.record_key;

-- 14.3 idw_out_record_values: one row is a record, an identifier and a value, with its status
create or replace temp table idw_out_record_values as
select r.record_key, d.identifier::varchar as identifier, d.value, t.status
from idw_settled as t
join idw_dictionary as d on d.value_id = t.value_id
join idw_records as r on r.record = t.record;

-- 14.4 idw_out_identities: one row is an identity
create or replace temp table idw_out_identities as
select
  identity_id,
  'active' as status,
  cast(null as varchar) as merged_into,
  anchor_record_key,
  created_run,
  getvariable('idw_run') as updated_run,
  records,
  models,
  first_seen,
  last_seen,
  -- one record alone is nobody else's
  coalesce(c.confidence, 1) as confidence
from idw_anchors as a
left join idw_confidence as c on c.label = a.label
union all
select
  d.identity_id,
  'merged' as status,
  d.survivor_id as merged_into,
  d.anchor_record_key,
  i.created_run,
  getvariable('idw_run') as updated_run,
  cast(0 as bigint) as records,
  cast(0 as bigint) as models,
  cast(null as timestamp) as first_seen,
  cast(null as timestamp) as last_seen,
  cast(null as double) as confidence
from idw_descents as d
join idw_earlier as i on i.identity_id = d.identity_id
union all
select
  i.identity_id,
  case when i.status = 'active' then 'retired' else i.status end as status,
  case when i.status = 'merged' then coalesce(a.identity_id, i.merged_into) end as merged_into,
  case when i.anchor_record_key not in (select record_key from idw_erased) then i.anchor_record_key end as anchor_record_key,
  i.created_run,
  getvariable('idw_run') as updated_run,
  cast(0 as bigint) as records,
  cast(0 as bigint) as models,
  cast(null as timestamp) as first_seen,
  cast(null as timestamp) as last_seen,
  cast(null as double) as confidence
from idw_earlier as i
left join idw_records as r on r.record_key = i.anchor_record_key
left join idw_resolved as s on s.record = r.record
left join idw_anchors as a on a.label = s.label
where i.identity_id not in (select identity_id from idw_anchors)
  and i.identity_id not in (select identity_id from idw_descents);

-- 14.5 idw_out_identity_values: one row is an identity, an identifier and a value, with the best status of its records
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

-- 14.6 idw_out_blocked_merges: one row is an identity, a value and the identity that owns it
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
where m.value is null
union all
select
  identity_id,
  cast(null as varchar) as owner_identity_id,
  identifier,
  value,
  cast(case blocked_by when 1 then 'login' when 2 then 'email' when 4 then 'phone' end as varchar) as blocked_by,
  cast(case blocked_by when 1 then 1 when 2 then 2 when 4 then 2 end as bigint) as limit_value
from (
  select *, count(*) over (partition by identifier, value) as holders
  from (
    select distinct d.identifier::varchar as identifier, d.value, a.identity_id, v.exceeded as blocked_by
    from idw_values as v
    join idw_settled as t on t.value_id = v.value_id
    join idw_dictionary as d on d.value_id = v.value_id
    join idw_anchors as a on a.label = t.label
    where v.status = 'contested'
  ) as held
) as counted
where holders >= 2;

-- 14.7 idw_out_golden_records: one row is an identity, with its golden values
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
    max(case when d.attribute = 'first_name' then d.value end) as first_name,
    max(case when d.attribute = 'town' then d.value end) as town,
    max(case when d.attribute = 'town' then d.a end) as town__record,
    max(case when d.attribute = 'logins' then d.value end) as logins,
    max(case when d.attribute = 'emails' then d.value end) as emails,
    max(case when d.attribute = 'spent' then d.value end) as spent,
    max(case when d.attribute = 'street' then d.value end) as street,
    max(case when d.attribute = 'street' then d.a end) as street__record,
    max(case when d.attribute = 'zip' then d.value end) as zip,
    max(case when d.attribute = 'zip' then d.a end) as zip__record
  from decided as d
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

-- 14.8 idw_out_rejected_records: one row is a row that is not a record, and a reason
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
) as rejected
where not exists (select 1 from idw_erased as e where e.record_key = model || ':' || source_key);

-- 14.9 idw_out_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped
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

-- 14.10 idw_out_decisions_in_force: one row is a decision, with its status
-- from decisions
create or replace temp table idw_out_decisions_in_force as
select
  d.id,
  d.decision,
  case when not d.a_is_erased then d.a end as a,
  case when not d.b_is_erased then d.b end as b,
  d.identifier,
  case when not (d.a_is_erased or (d.decision = 'ignore_value' and f.id is not null and f.value is null)) then d.value end as value,
  d.attribute,
  case when not (d.a_is_erased or d.b_is_erased or (d.decision = 'ignore_value' and f.id is not null and f.value is null)) then d.reason end as reason,
  d.decided_by,
  d.decided_at,
  d.expires_at,
  case
    when b.value_rank is not null then 'refused'
    when d.status = 'elsewhere' then coalesce(w.status, 'in_force')
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
left join idw_was_decisions_in_force as w on w.id = d.id and w.status in ('refused', 'agreed')
left join idw_was_decisions_in_force as f on f.id = d.id and f.decision = d.decision
left join (
  select distinct value_rank from idw_blocked where identifier = 'must_link'
) as b on d.decision = 'must_link' and b.value_rank = d.position
left join idw_resolved as s on d.decision = 'golden_override' and s.record = d.a_record
left join idw_survivors as v on v.idw_label = s.label;

-- 14.11 idw_out_record_state: one row is a record, with what the next run compares it by and its attributes
create or replace temp table idw_out_record_state as
select r.record_key, r.model, f.fingerprint,
a.first_name as a_first_name,
a.town as a_town,
a.street as a_street,
a.zip as a_zip,
a.amount as a_amount
from (
  select
    idw_record as record,
    idw_fingerprint as fingerprint
  from idw_stage_people

  union all

  select
    idw_record as record,
    idw_fingerprint as fingerprint
  from idw_stage_visits
) as f
join idw_records as r on r.record = f.record
left join idw_attributes as a on a.idw_record = r.record;

-- 14.12 idw_out_withheld_values: one row is a value that matches nothing, with the reason
create or replace temp table idw_out_withheld_values as
select
  d.identifier::varchar as identifier,
  d.value,
  v.status,
  cast(v.exceeded as bigint) as exceeded
from idw_values as v
join idw_dictionary as d on d.value_id = v.value_id
where v.status is not null;

-- 14.13 idw_out_ignored_values: one row is a record and a value of it that only the list of values to ignore drops
create or replace temp table idw_out_ignored_values as
select distinct r.record_key, d.identifier::varchar as identifier, d.value, c.raw_value
from idw_candidates as c
join idw_dictionary as d on d.identifier = c.identifier and d.value = c.value
join idw_records as r on r.record = c.record
where d.is_listed;

-- 14.14 idw_out_identity_anchors: one row is an id ever issued, with the time of its anchor as last known, and whether its golden values are held back
create or replace temp table idw_out_identity_anchors as
select identity_id, anchor_observed_at as observed_at, false as gone, false as is_held
from idw_anchors
union all
select identity_id, observed_at, false as gone, false as is_held
from idw_descents
union all
select
  i.identity_id,
  case when r.record is not null then r.observed_at else i.noted_at end as observed_at,
  r.record is null as gone,
  false as is_held
from idw_earlier as i
left join idw_records as r on r.record_key = i.anchor_record_key
where i.identity_id not in (select identity_id from idw_anchors)
  and i.identity_id not in (select identity_id from idw_descents);

-- 14.15 idw_out_withdrawn_ids: one row is an id that is never issued, since its record was erased
create or replace temp table idw_out_withdrawn_ids as
select identity_id
from idw_was_withdrawn_ids
union
select 'id_' || left(md5(record_key), 20) as identity_id
from idw_erased;

-- 14.16 idw_out_watermarks: one row is a model, with the latest time of loading that was read
create or replace temp table idw_out_watermarks as
select cast('' as varchar) as model, cast(null as timestamp) as watermark where false;

-- 14.17 idw_out_metric_counts: one row is a count that the metrics of the next run start from
create or replace temp table idw_out_metric_counts as
select counted, identifier, model, bucket, found
from (
  with members as (
    select r.model, s.label as identity, count(*) as records, min(p.records) as size
    from idw_resolved as s
    join idw_records as r on r.record = s.record
    join idw_profiles as p on p.label = s.label
    group by r.model, s.label
  ),

  by_model as (
    select
      model,
      sum(records) as records,
      count(*) as identities,
      sum(case when size >= 2 then records else 0 end) as matched_records,
      sum(case when size = 1 then records else 0 end) as single_records
    from members
    group by model
  ),

  components as (
    select count(*) as found from idw_components where record = component
  ),

  covered as (
    select c.identifier::varchar as identifier, r.model, count(*) as found
    from (
      select distinct record, identifier
      from idw_carried
    ) as c
    join idw_records as r on r.record = c.record
    group by c.identifier, r.model
  ),

  carried as (
    select c.identifier::varchar as identifier, count(*) as found
    from idw_carried as c
    group by c.identifier
  ),

  matching as (
    select v.identifier::varchar as identifier, count(*) as found
    from idw_values as v
    where v.status is null
    group by v.identifier
  ),

  lost as (
    select v.identifier::varchar as identifier, t.status, count(*) as found
    from (
      select distinct value_id, status
      from idw_settled
      where status <> 'active'
    ) as t
    join idw_values as v on v.value_id = t.value_id
    where v.status is null
    group by v.identifier, t.status
  ),

  counts as (
    select 'records' as counted, '' as identifier, model as model, 0 as bucket, records as found
    from by_model
    union all
    select 'identities' as counted, '' as identifier, model as model, 0 as bucket, identities as found
    from by_model
    union all
    select 'matched_records' as counted, '' as identifier, model as model, 0 as bucket, matched_records as found
    from by_model
    union all
    select 'single_records' as counted, '' as identifier, model as model, 0 as bucket, single_records as found
    from by_model
    union all
    select 'components' as counted, '' as identifier, '' as model, 0 as bucket, found as found
    from components
    union all
    select 'covered_records' as counted, identifier as identifier, model as model, 0 as bucket, found as found
    from covered
    union all
    select 'carried_values' as counted, identifier as identifier, '' as model, 0 as bucket, found as found
    from carried
    union all
    select 'matching_values' as counted, identifier as identifier, '' as model, 0 as bucket, found as found
    from matching
    union all
    select status || '_values' as counted, identifier as identifier, '' as model, 0 as bucket, found as found
    from lost
  )

  select counted, identifier, model, bucket, cast(found as bigint) as found
  from counts
  where found <> 0
) as resolved_now
union all
select 'identities_of_size' as counted, '' as identifier, '' as model, cast(records as bigint) as bucket, cast(count(*) as bigint) as found
from idw_out_identities
where status = 'active' and records >= 1
group by records
union all
select 'judged_identities' as counted, '' as identifier, '' as model, cast(case when confidence >= 0.9 then 9 else floor(confidence * 10) end as bigint) as bucket, cast(count(*) as bigint) as found
from idw_out_identities
where status = 'active' and records >= 2
group by cast(case when confidence >= 0.9 then 9 else floor(confidence * 10) end as bigint)
union all
select 'confidence' as counted, '' as identifier, '' as model, cast(0 as bigint) as bucket, cast(sum(round(confidence * 10000)) as bigint) as found
from idw_out_identities
where status = 'active' and records >= 2
having count(*) > 0;

-- 14.18 idw_now_identity_records: one row is a record, with its identity, as this run leaves it
create or replace temp view idw_now_identity_records as
select * from idw_out_identity_records;

-- 14.19 idw_now_record_values: one row is a record, an identifier and a value, with its status, as this run leaves it
create or replace temp view idw_now_record_values as
select * from idw_out_record_values;

-- 14.20 idw_now_identities: one row is an identity, as this run leaves it
create or replace temp view idw_now_identities as
select * from idw_out_identities;

-- 14.21 idw_now_identity_values: one row is an identity, an identifier and a value, with the best status of its records, as this run leaves it
create or replace temp view idw_now_identity_values as
select * from idw_out_identity_values;

-- 14.22 idw_now_blocked_merges: one row is an identity, a value and the identity that owns it, as this run leaves it
create or replace temp view idw_now_blocked_merges as
select * from idw_out_blocked_merges;

-- 14.23 idw_now_golden_records: one row is an identity, with its golden values, as this run leaves it
create or replace temp view idw_now_golden_records as
select * from idw_out_golden_records;

-- 14.24 idw_now_rejected_records: one row is a row that is not a record, and a reason, as this run leaves it
create or replace temp view idw_now_rejected_records as
select * from idw_out_rejected_records;

-- 14.25 idw_now_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped, as this run leaves it
create or replace temp view idw_now_rejected_values as
select * from idw_out_rejected_values;

-- 14.26 idw_now_decisions_in_force: one row is a decision, with its status, as this run leaves it
create or replace temp view idw_now_decisions_in_force as
select * from idw_out_decisions_in_force;

-- 14.27 idw_now_record_state: one row is a record, with what the next run compares it by and its attributes, as this run leaves it
create or replace temp view idw_now_record_state as
select * from idw_out_record_state;

-- 14.28 idw_now_withheld_values: one row is a value that matches nothing, with the reason, as this run leaves it
create or replace temp view idw_now_withheld_values as
select * from idw_out_withheld_values;

-- 14.29 idw_now_ignored_values: one row is a record and a value of it that only the list of values to ignore drops, as this run leaves it
create or replace temp view idw_now_ignored_values as
select * from idw_out_ignored_values;

-- 14.30 idw_now_identity_anchors: one row is an id ever issued, with the time of its anchor as last known, and whether its golden values are held back, as this run leaves it
create or replace temp view idw_now_identity_anchors as
select * from idw_out_identity_anchors;

-- 14.31 idw_now_withdrawn_ids: one row is an id that is never issued, since its record was erased, as this run leaves it
create or replace temp view idw_now_withdrawn_ids as
select * from idw_out_withdrawn_ids;

-- 14.32 idw_now_watermarks: one row is a model, with the latest time of loading that was read, as this run leaves it
create or replace temp view idw_now_watermarks as
select * from idw_out_watermarks;

-- 14.33 idw_now_suppressions: one row is a record key or a value that is not to be read again, as a hash, as this run leaves it
create or replace temp view idw_now_suppressions as
select * from idw_out_suppressions;

-- 14.34 idw_now_metric_counts: one row is a count that the metrics of the next run start from, as this run leaves it
create or replace temp view idw_now_metric_counts as
select * from idw_out_metric_counts;

-- 14.35 idw_out_identity_redirects: one row is an id ever issued, with the id that holds it now
create or replace temp table idw_out_identity_redirects as
with recursive gone as (
  select i.identity_id, i.merged_into
  from idw_now_identities as i
  join idw_now_identity_anchors as k on k.identity_id = i.identity_id
  where i.status = 'merged' and k.gone
),

pointers as (
  select identity_id, merged_into as target
  from gone
  union all
  select p.identity_id, g.merged_into as target
  from pointers as p
  join gone as g on g.identity_id = p.target
),

ends as (
  select identity_id, target
  from pointers
  where target not in (select identity_id from gone)
)

select
  i.identity_id,
  case
    when i.status = 'active' then i.identity_id
    when i.status = 'retired' then cast(null as varchar)
    when e.identity_id is null then i.merged_into
    when o.status = 'active' then o.identity_id
    else o.merged_into
  end as current_identity_id
from idw_out_identities as i
left join ends as e on e.identity_id = i.identity_id
left join idw_now_identities as o on o.identity_id = e.target;

-- 14.36 idw_now_identity_redirects: one row is an id ever issued, with the id that holds it now, as this run leaves it
create or replace temp view idw_now_identity_redirects as
select * from idw_out_identity_redirects;

-- 14.37 idw_out_identity_events: one row is a change of an identity
create or replace temp table idw_out_identity_events as
with priorities as (
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

own as (
  select d.identity_id, t.value_id, count(*) as records
  from idw_descents as d
  join idw_former as f on f.identity_id = d.identity_id
  join idw_settled as t on t.record = f.record and t.label = d.label
  where t.status = 'active'
  group by d.identity_id, t.value_id
),

all_told as (
  select value_id, count(*) as records
  from idw_settled
  where status = 'active' and value_id in (select value_id from own)
  group by value_id
),

ties as (
  select o.identity_id, y.identifier::varchar as identifier, y.value, p.priority, 0 as position, cast(null as varchar) as reason
  from own as o
  join all_told as a on a.value_id = o.value_id and a.records > o.records
  join idw_dictionary as y on y.value_id = o.value_id
  join priorities as p on p.identifier = y.identifier
  union all
  select x.identity_id, 'must_link' as identifier, d.id as value, 0 as priority, d.position, d.reason
  from idw_decisions as d
  join idw_resolved as a on a.record = d.a_record
  join idw_resolved as b on b.record = d.b_record and b.label = a.label
  left join idw_former as f on f.record = d.a_record
  left join idw_former as g on g.record = d.b_record
  join idw_descents as x
    on x.label = a.label
    and (x.identity_id = f.identity_id or x.identity_id = g.identity_id)
    and f.identity_id is distinct from g.identity_id
  where d.decision = 'must_link'
    and d.status = 'in_force'
    and d.position not in (select value_rank from idw_blocked where identifier = 'must_link')
),

causes as (
  select identity_id, identifier, value, reason
  from (
    select *, row_number() over (partition by identity_id order by priority, position, value) as place
    from ties
  ) as ranked
  where place = 1
),

anchors_before as (
  select
    i.identity_id,
    case when r.record is not null then r.observed_at else i.noted_at end as observed_at,
    case when e.record_key is null then i.anchor_record_key end as record_key
  from idw_earlier as i
  left join idw_records as r on r.record_key = i.anchor_record_key
  left join idw_erased as e on e.record_key = i.anchor_record_key
),

strangers as (
  select w.identity_id, w.label, w.records, a.identity_id as new_id, a.origin
  from idw_flows as w
  join idw_anchors as a on a.label = w.label
  left join idw_heirs as h on h.identity_id = w.identity_id and h.label = w.label
  where a.identity_id <> w.identity_id and h.identity_id is null
),

sources as (
  select s.*, case when s.origin <> 'kept' then row_number() over (
    partition by s.label
    order by s.records desc, i.created_run, a.observed_at asc nulls last, a.record_key asc nulls last, s.identity_id
  ) end as place
  from strangers as s
  join idw_earlier as i on i.identity_id = s.identity_id
  join anchors_before as a on a.identity_id = s.identity_id
),

happened as (
  select 'merged' as event, d.identity_id, d.survivor_id as other_identity_id, c.identifier, c.value, d.records, c.reason
  from idw_descents as d
  left join causes as c on c.identity_id = d.identity_id
  union all
  select
    case when origin = 'revived' then 'revived' else 'split' end as event,
    new_id as identity_id,
    identity_id as other_identity_id,
    cast(null as varchar) as identifier, cast(null as varchar) as value,
    records,
    cast(null as varchar) as reason
  from sources
  where place = 1
  union all
  select 'moved' as event, identity_id, new_id as other_identity_id, cast(null as varchar) as identifier, cast(null as varchar) as value, records, cast(null as varchar) as reason
  from sources
  where coalesce(place, 2) > 1
  union all
  select
    origin as event,
    identity_id,
    cast(null as varchar) as other_identity_id,
    cast(null as varchar) as identifier, cast(null as varchar) as value,
    records,
    cast(null as varchar) as reason
  from idw_anchors
  where origin <> 'kept' and label not in (select label from idw_flows)
  union all
  select
    'retired' as event,
    identity_id,
    cast(null as varchar) as other_identity_id,
    cast(null as varchar) as identifier, cast(null as varchar) as value,
    records,
    cast(null as varchar) as reason
  from idw_earlier
  where status = 'active'
    and identity_id not in (select identity_id from idw_heirs)
  union all
  select
    'erased' as event,
    identity_id,
    cast(null as varchar) as other_identity_id,
    cast(null as varchar) as identifier, cast(null as varchar) as value,
    count(*) as records,
    cast(null as varchar) as reason
  from idw_replaced_records
  where record_key in (select record_key from idw_erased)
  group by identity_id
)

select
  getvariable('idw_run') as run,
  getvariable('idw_started') as occurred_at,
  cast(event as varchar) as event,
  identity_id,
  other_identity_id,
  identifier,
  value,
  records,
  reason
from happened;

-- 14.38 idw_out_identity_history: one row is a record whose id changed in a run, with the id before
create or replace temp table idw_out_identity_history as
select getvariable('idw_run') as run, n.record_key, w.identity_id
from idw_out_identity_records as n
left join idw_replaced_records as w on w.record_key = n.record_key
where w.identity_id is distinct from n.identity_id
  and exists (select 1 from idw_was_identities)
union all
select getvariable('idw_run') as run, w.record_key, w.identity_id
from idw_replaced_records as w
left join idw_out_identity_records as n on n.record_key = w.record_key
where n.record_key is null and w.record_key not in (select record_key from idw_erased);
