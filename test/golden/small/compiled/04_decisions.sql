-- 4. Reading the decisions

-- 4.1 idw_given_decisions: one row is a decision as it is written
-- from decisions
create or replace temp view idw_given_decisions as
select
  cast(null as varchar) as id,
  cast(null as varchar) as decision,
  cast(null as varchar) as a,
  cast(null as varchar) as b,
  cast(null as varchar) as identifier,
  cast(null as varchar) as value,
  cast(null as varchar) as attribute,
  cast(null as varchar) as reason,
  cast(null as varchar) as decided_by,
  cast(null as varchar) as decided_at,
  cast(null as varchar) as expires_at
where false
union all by name
select * from read_csv('decisions.csv', quote = '"', escape = '"', comment = '', skip = 0, header = true, all_varchar = true, union_by_name = true);

-- 4.2 idw_decided: one row is a decision, its records and its status
-- from decisions
create or replace temp table idw_decided as
with read_as_given as (
  select
    nullif(id::varchar, '') as id,
    nullif(trim(decision::varchar, ' '), '') as decision,
    nullif(a::varchar, '') as a,
    nullif(b::varchar, '') as b,
    nullif(trim(identifier::varchar, ' '), '') as identifier,
    nullif(value::varchar, '') as value,
    nullif(attribute::varchar, '') as attribute,
    nullif(reason::varchar, '') as reason,
    nullif(decided_by::varchar, '') as decided_by,
    decided_at::varchar as given_decided_at,
    expires_at::varchar as given_expires_at,
    case
      when typeof(decided_at) in ('TIMESTAMP', 'DATE') then try_cast(decided_at as timestamp)
      when typeof(decided_at) <> 'VARCHAR' then try_cast(decided_at as timestamptz)::timestamp
      when regexp_full_match(trim(decided_at::varchar, ' '), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(decided_at::varchar, ' ') as timestamptz),
        try_cast(regexp_replace(trim(decided_at::varchar, ' '), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as decided_at,
    case
      when typeof(expires_at) in ('TIMESTAMP', 'DATE') then try_cast(expires_at as timestamp)
      when typeof(expires_at) <> 'VARCHAR' then try_cast(expires_at as timestamptz)::timestamp
      when regexp_full_match(trim(expires_at::varchar, ' '), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(expires_at::varchar, ' ') as timestamptz),
        try_cast(regexp_replace(trim(expires_at::varchar, ' '), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as expires_at
  from idw_given_decisions
),

-- An identity id was replaced by a record when the decision was first seen, and stays so.
given as (
  select
    g.id,
    g.decision,
    case when (g.a like 'id\_%' escape '\' or g.a in (select identity_id from idw_was_identities)) then coalesce(w.a, g.a) else g.a end as a,
    case when (g.b like 'id\_%' escape '\' or g.b in (select identity_id from idw_was_identities)) then coalesce(w.b, g.b) else g.b end as b,
    g.identifier,
    g.value,
    g.attribute,
    g.reason,
    g.decided_by,
    g.given_decided_at,
    g.given_expires_at,
    g.decided_at,
    g.expires_at,
    w.id is not null and w.a is null as a_was_erased,
    w.id is not null and w.b is null as b_was_erased
  from read_as_given as g
  left join idw_was_decisions_in_force as w on w.id = g.id and w.decision = g.decision
),

named as (
  select a as name from given where decision <> 'ignore_value'
  union
  select b as name from given where decision in ('must_link', 'cannot_link')
),

found as (
  select n.name, r.record_key
  from named as n
  join idw_known as r on r.record_key = n.name
),

anchored as (
  select n.name, i.anchor_record_key as record_key
  from named as n
  join idw_was_identities as i on i.identity_id = n.name
  where n.name not in (select name from found)
  union all
  select n.name, r.record_key
  from named as n
  join idw_known as r on 'id_' || left(md5(r.record_key), 20) = n.name
  where n.name like 'id\_%' escape '\'
    and n.name not in (select name from found)
    and n.name not in (select identity_id from idw_was_identities)
),

subjects as (
  select * from found
  union all
  select a.*
  from anchored as a
  join idw_known as r on r.record_key = a.record_key
)

select
  g.id,
  g.decision,
  coalesce(a.record_key, g.a) as a,
  coalesce(b.record_key, g.b) as b,
  g.identifier,
  g.value,
  g.attribute,
  g.reason,
  g.decided_by,
  g.decided_at,
  g.expires_at,
  g.given_decided_at,
  g.given_expires_at,
  case
    when g.expires_at <= getvariable('idw_as_of') then 'expired'
    when g.decided_at > getvariable('idw_as_of') then 'pending'
    when g.decision in ('must_link', 'cannot_link') and (a.record_key is null or b.record_key is null) then 'unknown_record'
    when g.decision = 'golden_override' and a.record_key is null then 'unknown_record'
    else 'in_force'
  end as status,
  row_number() over (order by g.decided_at nulls last, g.id) as position,
  g.a is not null and a.record_key is null and (g.a_was_erased or ea.record_key is not null or ya.identity_id is not null) as a_is_erased,
  g.b is not null and b.record_key is null and (g.b_was_erased or eb.record_key is not null or yb.identity_id is not null) as b_is_erased
from given as g
left join subjects as a on a.name = g.a and not (g.a_was_erased and g.a like 'id\_%' escape '\')
left join subjects as b on b.name = g.b and not (g.b_was_erased and g.b like 'id\_%' escape '\')
left join idw_erased as ea on ea.record_key = g.a
left join idw_erased as eb on eb.record_key = g.b
left join idw_was_withdrawn_ids as ya on ya.identity_id = 'id_' || left(md5(g.a), 20)
left join idw_was_withdrawn_ids as yb on yb.identity_id = 'id_' || left(md5(g.b), 20);

-- 4.3 must return no row: bad decisions (decisions)
select id, problem, decision, a, b, identifier, given_decided_at, given_expires_at
from (
  select *, case
    when id is null then 'no_id'
    when count(*) over (partition by id) > 1 then 'duplicate_id'
    when decision is null or decision not in ('must_link', 'cannot_link', 'ignore_value', 'golden_override') then 'unknown_decision'
    when decision in ('must_link', 'cannot_link') and (a is null or b is null) then 'no_records'
    when decision in ('must_link', 'cannot_link') and a = b then 'same_record'
    when decision = 'ignore_value' and (identifier is null or value is null) then 'no_value'
    when decision = 'ignore_value' and identifier not in ('login', 'email', 'name_and_birth', 'phone', 'device') then 'unknown_identifier'
    when decision = 'golden_override' and (a is null or attribute is null or value is null) then 'no_override'
    when decided_at is null and given_decided_at <> '' then 'bad_decided_at'
    when expires_at is null and given_expires_at <> '' then 'bad_expires_at'
  end as problem
  from idw_decided
) as judged
where problem is not null
order by position;

-- 4.4 must return no row: bad overrides (decisions)
with types as (
  select
    max(r.first_name) as first_name,
    max(r.town) as town,
    count(distinct cast(null as varchar)) as logins,
    list(cast(null as varchar) order by cast(null as varchar)) as emails,
    cast(sum(cast(r.amount as decimal(38,9))) as decimal(38,9)) as spent,
    max(r.street) as street,
    max(r.zip) as zip
  from idw_attributes as r
  where false
), judged as (
  select
    d.id,
    d.attribute,
    d.value,
    d.position,
    case
      when d.attribute not in ('first_name', 'town', 'logins', 'emails', 'spent', 'street', 'zip') then 'unknown_attribute'
      when case d.attribute
        when 'first_name' then try(cast_to_type(d.value, t.first_name)) is null
        when 'town' then try(cast_to_type(d.value, t.town)) is null
        when 'logins' then try(cast_to_type(d.value, t.logins)) is null
        when 'emails' then try(cast_to_type(d.value, t.emails)) is null
        when 'spent' then try(cast_to_type(d.value, t.spent)) is null
        when 'street' then try(cast_to_type(d.value, t.street)) is null
        when 'zip' then try(cast_to_type(d.value, t.zip)) is null
      end then 'bad_value'
    end as problem
  from idw_decided as d
  cross join types as t
  where d.decision = 'golden_override' and d.status <> 'expired'
)

select id, problem, attribute, value
from judged
where problem is not null
order by position;

-- 4.5 idw_decisions: one row is a decision, with the numbers of its records
-- from decisions
create or replace temp table idw_decisions as
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
  d.given_decided_at,
  d.given_expires_at,
  d."position",
  d.a_is_erased,
  d.b_is_erased,
  a.record as a_record,
  b.record as b_record,
  case
    when d.status = 'in_force' and d.decision in ('must_link', 'cannot_link') and (a.record is null or b.record is null)
      then 'elsewhere'
    when d.status = 'in_force' and d.decision = 'golden_override' and a.record is null then 'elsewhere'
    else d.status
  end as status
from idw_decided as d
left join idw_records as a on a.record_key = d.a
left join idw_records as b on b.record_key = d.b;
