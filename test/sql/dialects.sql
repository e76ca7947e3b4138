-- text

-- duckdb
a::varchar

-- snowflake
cast(a as varchar)

-- bigquery
cast(a as string)

-- postgres
cast(a as text) collate "C"


-- shown

-- duckdb
a::varchar

-- snowflake
cast(a as varchar)

-- bigquery
coalesce(json_value(to_json(a)), nullif(to_json_string(a), 'null'))

-- postgres
cast(a as text) collate "C"


-- symbol

-- duckdb
'email'::enum ('email', 'phone')

-- snowflake
'email'

-- bigquery
'email'

-- postgres
'email'


-- elements

-- duckdb
select unnest(case when typeof(a) like '%[]' then a::varchar[] else [a::varchar] end) from t

-- snowflake
select cast(idw_element.value as varchar) from t
cross join lateral flatten(
  input => case when is_array(to_variant(a)) then to_variant(a) else to_variant(array_construct(a)) end
) as idw_element

-- bigquery
select idw_element from t
cross join unnest(
  if(json_type(to_json(a)) = 'array', json_value_array(to_json(a)), [json_value(to_json(a))])
) as idw_element

-- postgres
select idw_element.value collate "C" from t
cross join lateral jsonb_array_elements_text(
  case when coalesce(jsonb_typeof(to_jsonb(a)), '') = 'array' then to_jsonb(a) else jsonb_build_array(cast(a as text)) end
) as idw_element (value)


-- isArray

-- duckdb
typeof(a) like '%[]'

-- snowflake
is_array(to_variant(a))

-- bigquery
json_type(to_json(a)) = 'array'

-- postgres
coalesce(jsonb_typeof(to_jsonb(a)), '') = 'array'


-- timestamp

-- duckdb
case
  when typeof(a) in ('TIMESTAMP', 'DATE') then try_cast(a as timestamp)
  when typeof(a) <> 'VARCHAR' then try_cast(a as timestamptz)::timestamp
  when regexp_full_match(trim(a::varchar, ' '), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
    try_cast(trim(a::varchar, ' ') as timestamptz),
    try_cast(regexp_replace(trim(a::varchar, ' '), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
  )::timestamp
end

-- snowflake
case
  when regexp_like(trim(cast(a as varchar)), '\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}([.]\\d+)?)?( ?(Z|[+-]\\d{2}(:?\\d{2})?))?)?') then cast(
    convert_timezone('UTC', try_cast(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(trim(cast(a as varchar)), '^(.{10})$', '\\1T00:00:00'), '^(.{13}:[0-9]{2})( ?[Z+-].*)?$', '\\1:00\\2'), '([.][0-9]{6})[0-9]+', '\\1'), '^(.{19}[.0-9]*)( ?Z)?$', '\\1+00:00'), '^(.{10}).(.{8}[.0-9]*) ?([+-][0-9]{2})$', '\\1T\\2\\3:00'), '^(.{10}).(.{8}[.0-9]*) ?([+-][0-9]{2}):?([0-9]{2})$', '\\1T\\2\\3:\\4') as timestamp_tz))
    as timestamp_ntz
  )
end

-- bigquery
case
  when regexp_contains(trim(cast(a as string), ' '), '^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}([.]\\d+)?)?( ?(Z|[+-]\\d{2}(:?\\d{2})?))?)?$')
    then safe_cast(regexp_replace(regexp_replace(regexp_replace(regexp_replace(trim(cast(a as string), ' '), '^(.{13}:\\d\\d)( ?[Z+-].*)?$', '\\1:00\\2'), '([.]\\d{6})\\d+', '\\1'), '^(.{13}.*?) ?(Z|[+-]\\d\\d)$', '\\1\\2'), '^(.{13}.*?) ?([+-]\\d\\d):?(\\d\\d)$', '\\1\\2:\\3') as timestamp)
end

-- postgres
pg_temp.idw_timestamp(a)


-- timestampText

-- duckdb
case when typeof(a) <> 'TIMESTAMP' then a::varchar end

-- snowflake
cast(a as varchar)

-- bigquery
cast(a as string)

-- postgres
cast(a as text) collate "C"


-- matchesWhole

-- duckdb
regexp_full_match(a, 'a|it''s\.b')

-- snowflake
regexp_like(a, 'a|it''s\\.b')

-- bigquery
regexp_contains(a, '^(?:a|it\'s\\.b)$')

-- postgres
a ~ '^(?:a|it''s\.b)$'


-- truth

-- duckdb
try_cast(a::varchar as boolean)

-- snowflake
case lower(cast(a as varchar))
  when 'true' then true when 't' then true when 'yes' then true when 'y' then true when '1' then true
  when 'false' then false when 'f' then false when 'no' then false when 'n' then false when '0' then false
end

-- bigquery
case lower(cast(a as string))
  when 'true' then true when 't' then true when 'yes' then true when 'y' then true when '1' then true
  when 'false' then false when 'f' then false when 'no' then false when 'n' then false when '0' then false
end

-- postgres
case lower(cast(a as text) collate "C")
  when 'true' then true when 't' then true when 'yes' then true when 'y' then true when '1' then true
  when 'false' then false when 'f' then false when 'no' then false when 'n' then false when '0' then false
end


-- fingerprint

-- duckdb
hash(hash(a), hash(b))

-- snowflake
hash(a, b)

-- bigquery
farm_fingerprint(to_json_string([to_json_string(a), to_json_string(b)]))

-- postgres
cast(cast('x' || left(md5(cast(jsonb_build_array(a, b) as text)), 16) as bit(64)) as bigint)


-- before

-- duckdb
a - to_seconds(3600)

-- snowflake
dateadd(second, -3600, a)

-- bigquery
timestamp_sub(a, interval 3600 second)

-- postgres
a - make_interval(secs => 3600)


-- md5

-- duckdb
md5(a)

-- snowflake
md5(a)

-- bigquery
to_hex(md5(a))

-- postgres
md5(a) collate "C"


-- sha256

-- duckdb
sha256(a)

-- snowflake
sha2(a, 256)

-- bigquery
to_hex(sha256(a))

-- postgres
encode(sha256(convert_to(a, 'UTF8')), 'hex') collate "C"


-- trim

-- duckdb
trim(a, ' ')

-- snowflake
trim(a)

-- bigquery
trim(a, ' ')

-- postgres
trim(a)


-- startsWith

-- duckdb
a like 'id\_%' escape '\'

-- snowflake
startswith(a, 'id_')

-- bigquery
starts_with(a, 'id_')

-- postgres
starts_with(a, 'id_')


-- same

-- duckdb
a is not distinct from b

-- snowflake
a is not distinct from b

-- bigquery
to_json_string(a) = to_json_string(b)

-- postgres
to_jsonb(a) is not distinct from to_jsonb(b)


-- alike

-- duckdb
a

-- snowflake
a

-- bigquery
to_json_string(a)

-- postgres
to_jsonb(a)


-- number

-- duckdb
row_number() over ()

-- snowflake
row_number() over (order by a, b)

-- bigquery
row_number() over (partition by mod(abs(mod(farm_fingerprint(to_json_string([a, b])), 4096)), 4096)) * 4096 + mod(abs(mod(farm_fingerprint(to_json_string([a, b])), 4096)), 4096)

-- postgres
row_number() over ()


-- left

-- duckdb
left(a, 20)

-- snowflake
left(a, 20)

-- bigquery
left(a, 20)

-- postgres
left(a, 20)


-- replace

-- duckdb
replace(a, '\', '\\')

-- snowflake
replace(a, '\\', '\\\\')

-- bigquery
replace(a, '\\', '\\\\')

-- postgres
replace(a, '\', '\\')


-- shuffle

-- duckdb
hash(a + 1000000007::bigint * b)

-- snowflake
hash(a, b)

-- bigquery
farm_fingerprint(concat(cast(b as string), ':', cast(a as string)))

-- postgres
hashint8extended(a, b)


-- minBy

-- duckdb
arg_min(a, b)

-- snowflake
min_by(a, case when a is not null then b end)

-- bigquery
any_value(a having min case when a is not null then b end)

-- postgres
pg_temp.idw_first(a order by b) filter (where b is not null)


-- atMin

-- duckdb
arg_min_null(a, b)

-- snowflake
case when min(case when a is not null then b end) = min(b) then min_by(a, case when a is not null then b end) end

-- bigquery
case when min(case when a is not null then b end) = min(b) then any_value(a having min case when a is not null then b end) end

-- postgres
case when min(case when a is not null then b end) = min(b) then pg_temp.idw_first(a order by b) filter (where b is not null) end


-- sortable

-- duckdb
a

-- snowflake
a

-- bigquery
a

-- postgres
pg_temp.idw_sortable(a)


-- minOf

-- duckdb
min(a)

-- snowflake
min(a)

-- bigquery
min(a)

-- postgres
pg_temp.idw_first(a order by pg_temp.idw_sortable(a))


-- maxOf

-- duckdb
max(a)

-- snowflake
max(a)

-- bigquery
max(a)

-- postgres
pg_temp.idw_first(a order by pg_temp.idw_sortable(a) desc)


-- round

-- duckdb
round(a, 4)

-- snowflake
round(a, 4)

-- bigquery
round(a, 4)

-- postgres
floor((a) * 1e4 + 0.5) / 1e4


-- codePoints

-- duckdb
length(a)

-- snowflake
length(a)

-- bigquery
char_length(a)

-- postgres
char_length(a)


-- anyTrue

-- duckdb
bool_or(a)

-- snowflake
boolor_agg(a)

-- bigquery
logical_or(a)

-- postgres
bool_or(a)


-- allTrue

-- duckdb
bool_and(a)

-- snowflake
booland_agg(a)

-- bigquery
logical_and(a)

-- postgres
bool_and(a)


-- arrayBy

-- duckdb
list(a order by b)

-- snowflake
array_agg(a) within group (order by b)

-- bigquery
array_agg(a order by b)

-- postgres
array_agg(a order by b)


-- orEmptyArray

-- duckdb
coalesce(a, [])

-- snowflake
coalesce(a, array_construct())

-- bigquery
coalesce(a, [])

-- postgres
coalesce(a, '{}')


-- jsonText

-- duckdb
to_json(a)::varchar

-- snowflake
to_json(a)

-- bigquery
to_json_string(a)

-- postgres
cast(to_json(a) as text)


-- castLike

-- duckdb
try(cast_to_type(a, b))

-- snowflake
case when false then b end

-- bigquery
if(false, b, null)

-- postgres
case when a is not null then pg_temp.idw_like(a, b) end


-- variable

-- duckdb
getvariable('idw_run')

-- snowflake
:idw_run

-- bigquery
idw_run

-- postgres
idw_run


-- createSchema

-- duckdb
create schema if not exists db.s

-- snowflake
create schema if not exists db.s

-- bigquery
create schema if not exists db.s

-- postgres
create schema if not exists s


-- createWork

-- duckdb
create or replace temp table t as
select 1 as one

-- snowflake
create or replace temporary table t as
select 1 as one

-- bigquery
create or replace temp table t as
select 1 as one

-- postgres
create temporary table idw_next as
select 1 as one
;
drop table if exists pg_temp.t;
alter table idw_next rename to t;
analyze t


-- insert

-- duckdb
insert into t
select 1 as one

-- snowflake
insert into t
select 1 as one

-- bigquery
insert into t
select 1 as one

-- postgres
insert into t
select 1 as one


-- insertByName

-- duckdb
insert into t by name
select * from s

-- snowflake
insert into t (a, "order")
select a, "order"
from s

-- bigquery
insert into t (a, `order`)
select a, `order`
from s

-- postgres
insert into t (a, "order")
select a, "order"
from s


-- deleteMatches

-- duckdb
delete from t as t
where t.a in (select a from s) and exists (
  select 1
  from s as d
  where d.a = t.a
)

-- snowflake
delete from t as t
using s as d
where d.a = t.a

-- bigquery
delete from t as t
where exists (
  select 1
  from s as d
  where d.a = t.a
)

-- postgres
delete from t as t
using s as d
where d.a = t.a


-- namedColumns

-- duckdb
select
  cast(null as varchar) as a,
  cast(null as varchar) as b
where false
union all by name
select * from t

-- snowflake
select
  coalesce(cast(given['A'] as varchar), cast(given['a'] as varchar)) as a,
  coalesce(cast(given['B'] as varchar), cast(given['b'] as varchar)) as b
from (
  select object_construct(*) as given
  from t
) as rows_given

-- bigquery
select
  coalesce(json_value(given, '$.a'), json_value(given, '$.A')) as a,
  coalesce(json_value(given, '$.b'), json_value(given, '$.B')) as b
from (
  select to_json(t) as given
  from t as t
) as rows_given

-- postgres
select
  given ->> 'a' as a,
  given ->> 'b' as b
from (
  select to_jsonb(t) as given
  from t as t
) as rows_given


-- words

-- duckdb
(select a union select b) except (select c where false)

-- snowflake
(select a union select b) except (select c from (select 1 as one) as nothing where false)

-- bigquery
(select a union distinct select b) except distinct (select c from (select 1 as one) where false)

-- postgres
(select a union select b) except (select c where false)
