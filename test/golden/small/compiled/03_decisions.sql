-- 3. Reading the decisions

-- 3.1 idw_given_decisions: one row is a decision as it is written
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

-- 3.2 idw_decisions: one row is a decision, its records and its status
-- from decisions
create or replace temp table idw_decisions as
with given as (
  select
    nullif(id::varchar, '') as id,
    nullif(trim(decision::varchar), '') as decision,
    nullif(a::varchar, '') as a,
    nullif(b::varchar, '') as b,
    nullif(trim(identifier::varchar), '') as identifier,
    nullif(value::varchar, '') as value,
    nullif(attribute::varchar, '') as attribute,
    nullif(reason::varchar, '') as reason,
    nullif(decided_by::varchar, '') as decided_by,
    decided_at::varchar as given_decided_at,
    expires_at::varchar as given_expires_at,
    case
      when typeof(decided_at) in ('TIMESTAMP', 'DATE') then try_cast(decided_at as timestamp)
      when typeof(decided_at) <> 'VARCHAR' then try_cast(decided_at as timestamptz)::timestamp
      when regexp_full_match(trim(decided_at::varchar), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(decided_at::varchar) as timestamptz),
        try_cast(regexp_replace(trim(decided_at::varchar), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as decided_at,
    case
      when typeof(expires_at) in ('TIMESTAMP', 'DATE') then try_cast(expires_at as timestamp)
      when typeof(expires_at) <> 'VARCHAR' then try_cast(expires_at as timestamptz)::timestamp
      when regexp_full_match(trim(expires_at::varchar), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(expires_at::varchar) as timestamptz),
        try_cast(regexp_replace(trim(expires_at::varchar), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as expires_at
  from idw_given_decisions
),

named as (
  select a as name from given where decision <> 'ignore_value'
  union
  select b as name from given where decision <> 'ignore_value'
),

found as (
  select n.name, r.record, r.record_key
  from named as n
  join idw_records as r on r.record_key = n.name
),

anchored as (
  select n.name, r.record, r.record_key
  from named as n
  join idw_records as r on 'id_' || left(md5(r.record_key), 20) = n.name
  where n.name like 'id\_%' escape '\' and n.name not in (select name from found)
),

subjects as (
  select * from found
  union all
  select * from anchored
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
  a.record as a_record,
  b.record as b_record,
  case
    when g.expires_at <= getvariable('idw_as_of') then 'expired'
    when g.decided_at > getvariable('idw_as_of') then 'pending'
    when g.decision <> 'ignore_value' and (a.record is null or b.record is null) then 'unknown_record'
    else 'in_force'
  end as status,
  row_number() over (order by g.decided_at nulls last, g.id) as position
from given as g
left join subjects as a on a.name = g.a
left join subjects as b on b.name = g.b;

-- 3.3 must return no row: bad decisions (decisions)
select id, problem, decision, a, b, identifier, given_decided_at, given_expires_at
from (
  select *, case
    when id is null then 'no_id'
    when count(*) over (partition by id) > 1 then 'duplicate_id'
    when decision = 'golden_override' then 'golden_override'
    when decision is null or decision not in ('must_link', 'cannot_link', 'ignore_value') then 'unknown_decision'
    when decision <> 'ignore_value' and (a is null or b is null) then 'no_records'
    when decision <> 'ignore_value' and a = b then 'same_record'
    when decision = 'ignore_value' and (identifier is null or value is null) then 'no_value'
    when decision = 'ignore_value' and identifier not in ('login', 'email', 'name_and_birth', 'phone', 'device') then 'unknown_identifier'
    when decided_at is null and given_decided_at <> '' then 'bad_decided_at'
    when expires_at is null and given_expires_at <> '' then 'bad_expires_at'
  end as problem
  from idw_decisions
) as judged
where problem is not null
order by position;
