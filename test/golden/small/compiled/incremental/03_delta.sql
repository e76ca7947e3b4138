-- 3. Finding what changed

-- 3.1 idw_read_people: one row is a row of people that may have changed
-- from models.people.changes
create or replace temp view idw_read_people as
select * from idw_source_people;

-- 3.2 idw_judged_people: one row is a row of people, and why it is rejected
-- from models.people.reject
create or replace temp table idw_judged_people as
select
  *,
  idw_reject_1 or idw_source_key is null as idw_rejected,
  idw_source_key is not null and not (idw_reject_1) and row_number() over (
    partition by idw_source_key, idw_reject_1
    order by idw_observed_at desc nulls last, city::varchar desc nulls last, country::varchar desc nulls last, email::varchar desc nulls last, first_name::varchar desc nulls last, login::varchar desc nulls last, other_emails::varchar desc nulls last, phone::varchar desc nulls last, street::varchar desc nulls last, zip::varchar desc nulls last
  ) > 1 as idw_superseded
from (
  select
    city,
    country,
    email,
    first_name,
    login,
    other_emails,
    phone,
    street,
    zip,
    replace(replace(office::varchar, '\', '\\'), '|', '\|') || '|' || replace(replace(number::varchar, '\', '\\'), '|', '\|') as idw_source_key,
    case
      when typeof(changed_at) in ('TIMESTAMP', 'DATE') then try_cast(changed_at as timestamp)
      when typeof(changed_at) <> 'VARCHAR' then try_cast(changed_at as timestamptz)::timestamp
      when regexp_full_match(trim(changed_at::varchar, ' '), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(changed_at::varchar, ' ') as timestamptz),
        try_cast(regexp_replace(trim(changed_at::varchar, ' '), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as idw_observed_at,
    case when typeof(changed_at) <> 'TIMESTAMP' then changed_at::varchar end as idw_time_text,
    coalesce((email is null and phone is null), false) as idw_reject_1
  from idw_read_people
) as judged;

-- 3.3 idw_read_visits: one row is a row of visits that may have changed
-- from models.visits.changes
create or replace temp view idw_read_visits as
select * from idw_source_visits;

-- 3.4 idw_erased: one row is a record to be forgotten
create or replace temp table idw_erased as
select distinct record_key
from (
  select record_key from idw_forgotten
) as keys
where record_key is not null;

-- 3.5 only if idw_out_suppressions has rows:

-- 3.5.1 idw_erased: one row is a record that was read although it is suppressed
insert into idw_erased
select distinct k.record_key
from (
  select 'people:' || idw_source_key as record_key
  from (
    select
      idw_source_key
    from idw_judged_people
    where not idw_superseded
  ) as rows_read
  where idw_source_key is not null
  union all
  select 'visits:' || idw_source_key as record_key
  from (
    select
      visit::varchar as idw_source_key
    from idw_read_visits
  ) as rows_read
  where idw_source_key is not null
) as k
where not exists (select 1 from idw_erased as e where e.record_key = k.record_key)
  and not exists (select 1 from idw_was_record_state as w where w.record_key = k.record_key)
  and sha256(getvariable('idw_secret') || 'record:' || k.record_key) in (
    select hash from idw_out_suppressions where kind = 'record'
  );

-- 3.5 end

-- 3.6 idw_seen_people: one row is a record of people that was read, with its fingerprint
-- from models.people
create or replace temp table idw_seen_people as
select
  idw_source_key,
  idw_observed_at,
  hash(hash(idw_observed_at), hash(city), hash(country), hash(email), hash(first_name), hash(login), hash(other_emails), hash(phone), hash(street), hash(zip)) as idw_fingerprint,
  case when idw_source_key is null then 'city = ' || coalesce(city::varchar, 'NULL') || ', ' || 'country = ' || coalesce(country::varchar, 'NULL') || ', ' || 'email = ' || coalesce(email::varchar, 'NULL') || ', ' || 'first_name = ' || coalesce(first_name::varchar, 'NULL') || ', ' || 'login = ' || coalesce(login::varchar, 'NULL') end as idw_sample
from (
  select
    idw_source_key,
    idw_observed_at,
    idw_time_text,
    city,
    country,
    email,
    first_name,
    login,
    other_emails,
    phone,
    street,
    zip
  from idw_judged_people
  where not idw_rejected and not idw_superseded
) as rows_read
where not exists (select 1 from idw_erased as e where e.record_key = 'people:' || rows_read.idw_source_key);

-- 3.7 must return no row: null keys (models.people.key)
select count(*) as rows_found, min(idw_sample) as row_shown
from idw_seen_people
where idw_source_key is null
having count(*) > 0;

-- 3.8 must return no row: duplicate keys (models.people.key)
select idw_source_key as source_key, count(*) over () as keys_found
from idw_seen_people
group by idw_source_key
having count(*) > 1
order by idw_source_key
limit 5;

-- 3.9 idw_seen_visits: one row is a record of visits that was read, with its fingerprint
-- from models.visits
create or replace temp table idw_seen_visits as
select
  idw_source_key,
  idw_observed_at,
  hash(hash(idw_observed_at), hash(amount), hash(birth_date), hash(device), hash(first_name), hash(last_name), hash(login), hash(zip)) as idw_fingerprint,
  case when idw_source_key is null then 'amount = ' || coalesce(amount::varchar, 'NULL') || ', ' || 'birth_date = ' || coalesce(birth_date::varchar, 'NULL') || ', ' || 'device = ' || coalesce(device::varchar, 'NULL') || ', ' || 'first_name = ' || coalesce(first_name::varchar, 'NULL') || ', ' || 'last_name = ' || coalesce(last_name::varchar, 'NULL') end as idw_sample
from (
  select
    visit::varchar as idw_source_key,
    cast(null as timestamp) as idw_observed_at,
    cast(null as varchar) as idw_time_text,
    amount,
    birth_date,
    device,
    first_name,
    last_name,
    login,
    zip
  from idw_read_visits
) as rows_read
where not exists (select 1 from idw_erased as e where e.record_key = 'visits:' || rows_read.idw_source_key);

-- 3.10 must return no row: null keys (models.visits.key)
select count(*) as rows_found, min(idw_sample) as row_shown
from idw_seen_visits
where idw_source_key is null
having count(*) > 0;

-- 3.11 must return no row: duplicate keys (models.visits.key)
select idw_source_key as source_key, count(*) over () as keys_found
from idw_seen_visits
group by idw_source_key
having count(*) > 1
order by idw_source_key
limit 5;

-- 3.12 idw_delta: one row is a record that is new, changed, deleted or erased
create or replace temp table idw_delta as
with seen as (
  select
    'people:' || idw_source_key as record_key,
    'people' as model,
    idw_observed_at as observed_at,
    idw_fingerprint as fingerprint
  from idw_seen_people
  union all
  select
    'visits:' || idw_source_key as record_key,
    'visits' as model,
    idw_observed_at as observed_at,
    idw_fingerprint as fingerprint
  from idw_seen_visits
)

select s.record_key, s.model, case when w.record_key is null then 'new' else 'changed' end as change
from seen as s
left join idw_was_record_state as w on w.record_key = s.record_key
where (w.record_key is null or w.fingerprint <> s.fingerprint)
union all
select w.record_key, w.model, 'deleted' as change
from idw_was_record_state as w
left join seen as s on s.record_key = w.record_key
where w.model in ('people', 'visits')
  and s.record_key is null
  and w.record_key not in (select record_key from idw_erased)
union all
select w.record_key, w.model, 'erased' as change
from idw_was_record_state as w
join idw_erased as e on e.record_key = w.record_key;

-- 3.13 idw_delta_before: one row is a record of the delta that the run before knew
create or replace temp view idw_delta_before as
select record_key from idw_delta where change <> 'new';

-- 3.14 idw_known: one row is a record that exists after this run
create or replace temp view idw_known as
select w.record_key
from idw_was_identity_records as w
left join idw_delta as d on d.record_key = w.record_key and d.change in ('deleted', 'erased')
where d.record_key is null
union all
select record_key
from idw_delta
where change = 'new';

-- 3.15 idw_given_decisions: one row is a decision as it is written
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

-- 3.16 idw_decided: one row is a decision, its records and its status
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

-- 3.17 must return no row: bad decisions (decisions)
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

-- 3.18 idw_decision_changes: one row is a decision that came into force, left it or changed, and a record that it names
-- from decisions
create or replace temp table idw_decision_changes as
with now_in_force as (
  select id, decision, a, b, attribute, value
  from idw_decided
  where status = 'in_force' and decision <> 'ignore_value'
),

before as (
  select id, decision, a, b, attribute, value
  from idw_was_decisions_in_force
  where status in ('in_force', 'refused', 'agreed') and decision <> 'ignore_value'
),

changed as (
  (select * from now_in_force except select * from before)
  union all
  (select * from before except select * from now_in_force)
)

select id, decision, a as record_key from changed where a is not null
union
select id, decision, b as record_key from changed where b is not null;

-- 3.19 idw_ignored: one row is an identifier and a normalised value to ignore
-- from identifiers
create or replace temp table idw_ignored as
select distinct identifier, value
from (
  select
    'login'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier,
    given.value
  from (
    select value
    from idw_decided
    where decision = 'ignore_value' and identifier = 'login' and status = 'in_force'
  ) as given

  union all

  select
    'email'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier,
    lower(case
  when given.value between '!' and '~~' and substr(given.value, -1) between '!' and '~' then given.value
  else regexp_replace(given.value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end) as value
  from (
    select 'test@example.com' as value
    union all
    select value
    from idw_decided
    where decision = 'ignore_value' and identifier = 'email' and status = 'in_force'
  ) as given

  union all

  select
    'name_and_birth'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier,
    given.value
  from (
    select value
    from idw_decided
    where decision = 'ignore_value' and identifier = 'name_and_birth' and status = 'in_force'
  ) as given

  union all

  select
    'phone'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier,
    '+' || nullif(
  regexp_replace(
    regexp_extract(
      case
        when regexp_full_match(given.value, '[+](([17]|2[07]|3[0-469]|4[013-9]|5[13-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[789]|8[0578]|9[679])\d)[ ().-]*[1-9]|52[ ().-]*[2-9])[ ().0-9-]*')
          then regexp_replace(given.value, '[^0-9]+', '', 'g')
        else regexp_replace(
          '1G1:' || case
            when regexp_full_match(given.value, '[ (]*[01][0-9]*[)]?[ .0-9-]*|([ ().-]*[0-9]){1,9}[ ().-]*|[ (]*([0-35789][ ().-]*[0-9]|4[ ().-]*[0-4689]|6[ ().-]*[0-46-9])([ ().-]*[0-9]){8}[ ().-]*') then given.value
            when regexp_full_match(given.value, '[ (]*[2-9]([ ().-]*[0-9]){9}[ ().-]*') then '!' || given.value
            when regexp_full_match(given.value, '[ (]*[2-9]([ ().-]*[0-9]){10}[ ().-]*') then '!!' || given.value
            when regexp_full_match(given.value, '[ (]*[2-9]([ ().-]*[0-9]){11,14}[ ().-]*') then '!!!' || given.value
            else replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(translate(lower(given.value), '０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '012345678901234567890123456789'), '(0)', 'O'), '^[^0-9a-z+]*tel[a-z]*[^0-9a-z+]*|(ext[a-z]*|[x#])[^0-9a-z]*[0-9]{1,7}[^0-9a-z]*$|[^!-~]+|[!&-),-/;~]+', '', 'g'), '^([+]|00)((2[07]|21[1238]|23[1234]|24[39]|25[012456]|26[012345]|29[1]|3[123]|35[3589]|37[03457]|38[01235679]|4[013469]|42[13]|5[134578]|50[8]|59[0134568]|6[012346]|68[6]|8[1246]|85[056]|88[06]|9[0123458]|96[123467]|97[01267]|99[456])[0O]|(36)06|(52)(1|01|04[45])|(1)1)|^(010|011|0011|810)(2[07]|21[1238]|23[1234]|24[39]|25[012456]|26[012345]|29[1]|3[123]|35[3589]|37[03457]|38[01235679]|4[013469]|42[13]|5[134578]|50[8]|59[0134568]|6[012346]|68[6]|8[1246]|85[056]|88[06]|9[0123458]|96[123467]|97[01267]|99[456])O', '\1\3\4\5\7\8\9', 'g'), '^([2-9][0-9]{10})', '!!\1', 'g'), '^!!([0-9]{12})', '!!!\1', 'g'), 'O', '0')
          end,
          '^([0-9A-Z?]*[:;][+]|1G1:[ (!]*(011)|81D81:[ (!]*(010)|52E52:[ (!]*(0[09])|61D61:[ (!]*(0011)|86D86:[ (!]*(00|1([12]\d|79)\d\d00)|7B7:[ (!]*(810)|358D358:[ (!]*(00|99([01469]|5([14]1|3[23]|5[59]|77|88|9[09])))|56A56:[ (!]*((0|1(1[0-69]|2[02-5]|5[13-58]|69|7[0167]|8[018]))0)|51D51:[ (!]*(00|19(1[124]|77|90)00)|598D598:[ (!]*(0(0|1[3-9]\d))|53D53:[ (!]*(119)|64D64:[ (!]*(0(0|161))|972D972:[ (!]*(0(0|1(05|[2-9])))|254D254:[ (!]*(000)|386D386:[ (!]*(00|10(22|66|88|99))|375C375:[ (!]*(810)|354A354:[ (!]*(00|1(0(01|[12]0)|100))|230A230:[ (!]*(0(0|[24-7]0|3[03]))|235A235:[ (!]*(00|16)|238A238:[ (!]*(0)|248A248:[ (!]*(010|0[0-2])|675A675:[ (!]*(00|140[1-3])|677A677:[ (!]*(0[01])|679A679:[ (!]*(0(0|52))|680A680:[ (!]*(01[12])|685A685:[ (!]*(0)|692G692:[ (!]*(011)|850D850:[ (!]*(00|99)|960A960:[ (!]*(0(0|19))|992A992:[ (!]*(810)|993H993:[ (!]*(810)|[0-9A-Z?]*:[ (]*00)|D44:!!?!?[ (]*44([ (]*0)?|D49:!!![ (]*49([ (]*0)?|D33:!!?!?[ (]*33([ (]*0)?|D91:!!!?[ (]*91([ (]*0)?|D55:!!![ (]*55([ (]*0)?|D81:!!?!?[ (]*81([ (]*0)?|E52:!!!?[ (]*52([ (]*0)?|A39:!!!?[ (]*39|A34:!!?!?[ (]*34|D31:!!?!?[ (]*31([ (]*0)?|D61:!!?!?[ (]*61([ (]*0)?|A65;!!?!?[ (]*65|D86:!!?!?[ (]*86([ (]*0)?|D82;!!?!?[ (]*82([ (]*0)?|D62;!!![ (]*62([ (]*0)?|D90:!!!?[ (]*90([ (]*0)?|B7:!!!?[ (]*7([ (]*0)?|A48:!!?!?[ (]*48|D32:!!?!?[ (]*32([ (]*0)?|D41:!!?!?[ (]*41([ (]*0)?|D46:!!?!?[ (]*46([ (]*0)?|A47:!!?!?[ (]*47|A45:!!?!?[ (]*45|D358:!!?!?[ (]*358([ (]*0)?|D353:!!?!?[ (]*353([ (]*0)?|A351:!!?!?[ (]*351|A30:!!?!?[ (]*30|A420:!!?!?[ (]*420|F36:!!?!?[ (]*36([ (]*0)?|D40:!!?!?[ (]*40([ (]*0)?|D380:!!?!?[ (]*380([ (]*0)?|D54:!!?!?[ (]*54([ (]*0)?|A56:!!?!?[ (]*56|D57;!!?!?[ (]*57([ (]*0)?|D51:!!?!?[ (]*51([ (]*0)?|D58:!!?!?[ (]*58([ (]*0)?|D593:!!?!?[ (]*593([ (]*0)?|D591:!!?!?[ (]*591([ (]*0)?|D595:!!?!?[ (]*595([ (]*0)?|D598:!!?!?[ (]*598([ (]*0)?|A502:!!?!?[ (]*502|A506:!!?!?[ (]*506|A507:!!?!?[ (]*507|A504:!!?!?[ (]*504|A503:!!?!?[ (]*503|A505:!!?!?[ (]*505|D53:!!?!?[ (]*53([ (]*0)?|D64:!!?!?[ (]*64([ (]*0)?|D63:!!?!?[ (]*63([ (]*0)?|D84:!!?!?[ (]*84([ (]*0)?|D66;!!?!?[ (]*66([ (]*0)?|D60:!!?!?[ (]*60([ (]*0)?|A852:!!?!?[ (]*852|D886;!!?!?[ (]*886([ (]*0)?|D880:!!?!?[ (]*880([ (]*0)?|D94:!!?!?[ (]*94([ (]*0)?|D977:!!!?[ (]*977([ (]*0)?|D95:!!?!?[ (]*95([ (]*0)?|D855;!!?!?[ (]*855([ (]*0)?|A998:!!?!?[ (]*998|D98:!!!?[ (]*98([ (]*0)?|D964:!!?!?[ (]*964([ (]*0)?|D966:!!?!?[ (]*966([ (]*0)?|D971:!!?!?[ (]*971([ (]*0)?|D972:!!?!?[ (]*972([ (]*0)?|D962:!!?!?[ (]*962([ (]*0)?|D961:!!?!?[ (]*961([ (]*0)?|A965:!!?!?[ (]*965|A974:!!?!?[ (]*974|A968:!!?!?[ (]*968|A973:!!?!?[ (]*973|D963:!!?!?[ (]*963([ (]*0)?|D967:!!?!?[ (]*967([ (]*0)?|D20:!!?!?[ (]*20([ (]*0)?|D212:!!?!?[ (]*212([ (]*0)?|D213:!!?!?[ (]*213([ (]*0)?|A216:!!?!?[ (]*216|D234;!!?!?[ (]*234([ (]*0)?|D27:!!?!?[ (]*27([ (]*0)?|D254:!!?!?[ (]*254([ (]*0)?|D233:!!?!?[ (]*233([ (]*0)?|D251:!!?!?[ (]*251([ (]*0)?|D255;!!?!?[ (]*255([ (]*0)?|D256;!!?!?[ (]*256([ (]*0)?|A221:!!?!?[ (]*221|A225:!!!?[ (]*225|A237:!!?!?[ (]*237|D421:!!?!?[ (]*421([ (]*0)?|D386:!!?!?[ (]*386([ (]*0)?|D385:!!?!?[ (]*385([ (]*0)?|D381:!!?!?[ (]*381([ (]*0)?|D387:!!?!?[ (]*387([ (]*0)?|D359:!!?!?[ (]*359([ (]*0)?|D370:!!?!?[ (]*370([ (]*0)?|A371:!!?!?[ (]*371|A372:!!?!?[ (]*372|C375:!!?!?[ (]*375([ (]*0)?|D995:!!?!?[ (]*995([ (]*0)?|D374:!!?!?[ (]*374([ (]*0)?|D994:!!?!?[ (]*994([ (]*0)?|A352:!!?!?[ (]*352|A354:!!?!?[ (]*354|A356:!!?!?[ (]*356|A357:!!?!?[ (]*357|D355:!!?!?[ (]*355([ (]*0)?|D389:!!?!?[ (]*389([ (]*0)?|D373:!!?!?[ (]*373([ (]*0)?|A[0-9]*[:;]([ (!]*)|B[0-9]*[:;](!!!?[ (]*8|!*)|C[0-9]*[:;](!!!?[ (]*8[ ().-]*0|[ (!]*0|!*)|D[0-9]*[:;]([ (!]*0|!*)|E[0-9]*[:;]([ (!]*01|[ (!]*04[45]|[ (!]*1|!*)|F[0-9]*[:;]([ (!]*06|!*)|G[0-9]*[:;]([ (!]*1|!*)|H[0-9]*[:;]([ (!]*8|!*)|[ ().-]+', '', 'g'
        )
      end,
      '^(1([2-9][0-8]\d[2-9]\d{6})|44([1-357-9]\d{9}|[18]\d{8}|8\d{6})|49([2579]\d{5,14}|49([34]0|69|8\d)\d\d?|49(37|49|60|7[089]|9\d)\d{1,3}|49(2[024-9]|3[2-689]|7[1-7])\d{1,7}|(1|[368]\d|4[0-8])\d{3,13}|49([015]\d|2[13]|31|[46][1-8])\d{1,7})|33([1-9]\d{8})|91(([2-9]\d\d)\d{7}|1(600\d{6}|80(0\d{4,9}|3\d{9})|86[0-2]\d{7,9}|40\d{7}))|55([1-9][1-9](9\d{8}|[2-9]\d{7})|[3589]00\d{6,7}|[34]00\d{5})|81([25-9]0\d{8}|([1-9]\d\d)\d{6})|52([2-9]\d{9})|39(0\d{5,11}|1\d{8,10}|3([0-8]\d{7,10}|9\d{7,8})|(43|55|70)\d{8}|8\d{5}(\d{2,4})?)|34(400\d{6}|(51|[6-9]\d)\d{7})|31(([124-7]\d\d|3([02-9]\d|1[0-8]))\d{6}|8\d{6,9}|9\d{6,10}|1\d{4,5})|61(1([0-79]\d{7}(\d(\d{2})?)?|8[0-24-9]\d{7})|[2-478]\d{8}|1\d{4,7})|65(((1\d|8)\d\d|7000)\d{7}|[3689]\d{7})|86(((1[03-689]|2\d)\d\d|6)\d{8}|1\d{10}|[126]\d{6}(\d(\d{2})?)?|86\d{5,6}|([3-579]\d|8[0-57-9])\d{5,9})|82(([12]|5\d{3})\d{7}|[13-6]\d{9}|([1-6]\d|80)\d{7}|[3-6]\d{4,5}|(7)0\d{8})|62(([1-36]|8\d{5})\d{6}|[1-9]\d{8,10}|[2-9]\d{7})|90(4\d{6}|8\d{11,12}|([2-58]\d\d|900)\d{7})|7(8\d{13}|[347-9]\d{9})|48((6|8\d\d)\d{7}|[1-9]\d{6}(\d{2})?|[26]\d{5})|32(4\d{8}|[1-9]\d{7})|41(8\d{11}|[2-9]\d{8})|43(1\d{3,12}|2\d{6,12}|43((0\d|5[02-9])\d{3,9}|2\d{4,5}|[3467]\d{4}|8\d{4,6}|9\d{4,7})|5\d{4,12}|8\d{7,12}|9\d{8,12}|([367]\d|4[0-24-9])\d{4,11})|46(([26]\d\d|9)\d{9}|[1-9]\d{8}|[1-689]\d{7}|[1-4689]\d{6}|2\d{5})|47((0|[2-9]\d{3})\d{4})|45([2-9]\d{7})|358([1-35689]\d{4}|7\d{10,11}|([124-7]\d|3[0-46-9])\d{8}|[1-9]\d{5,8})|353((1\d|[2569])\d{6,8}|4\d{6,9}|7\d{8}|8\d{8,9})|351(1693\d{5}|([26-9]\d|30)\d{7})|30(5005000\d{3}|8\d{9,11}|([269]\d|70)\d{8})|420(([2-578]\d|60)\d{7}|9\d{8,11})|36([235-7]\d{8}|[1-9]\d{7})|40(([2378]\d|90)\d{7}|[23]\d{5})|380([89]\d{9}|[3-9]\d{8})|54((11|[89]\d\d)\d{8}|[2368]\d{9})|56(12300\d{6}|6\d{9,10}|[2-9]\d{8})|57((46|60\d\d)\d{6}|(1\d|[39])\d{9})|51(([14-8]|9\d)\d{7})|58([68]00\d{7}|([24]\d|[59]0)\d{8})|593(1\d{9,10}|([2-7]|9\d)\d{7})|591(([2-7]\d\d|8001)\d{5})|595([36-8]\d{5,8}|4\d{6,8}|59\d{6}|9\d{5,10}|(2\d|5[0-8])\d{6,7})|598([1249]\d{7}|2\d{3,4}|([49]\d|80)\d{5})|502(80\d{6}|(1\d{3}|[2-7])\d{7})|506((8\d|90)\d{8}|([24-8]\d{3}|3005)\d{4})|507((8\d{3})\d{6}|[68]\d{7}|[1-57-9]\d{6})|504(8\d{10}|[237-9]\d{7})|503([25-7]\d{7}|(80\d|900)\d{4}(\d{4})?)|505((1800|[25-8]\d{3})\d{4})|53(([2-7]|8\d\d)\d{7}|[2-47]\d{6}|[34]\d{5})|64([1289]\d{9}|50\d{5}(\d{2,3})?|[27-9]\d{7,8}|([34]\d|6[0-35-9])\d{6}|8\d{4,6})|63(([2-7]|9\d)\d{8}|2\d{5}|(1800|8)\d{7,9})|84([12]\d{9}|[135-9]\d{8}|[16]\d{6,7}|7\d{6})|66(([2-57]|[689]\d)\d{7}|1\d{7,9})|60(1\d{8,9}|(3\d|[4-9])\d{7})|852(8[0-46-9]\d{6,7}|9\d{4,7}|([2-7]|9\d{3})\d{7})|886([2-689]\d{8}|7\d{9,10}|[2-8]\d{7}|2\d{6})|92(122\d{6}|[24-8]\d{10,11}|9([013-9]\d{8,10}|2([01]\d\d|2([06-8]\d|1[01]))\d{7})|([2-8]\d{3}|92([0-7]\d|8[1-9]))\d{6}|[24-9]\d{8}|[89]\d{7})|880([1-469]\d{9}|8[0-79]\d{7,8}|[2-79]\d{8}|[2-9]\d{7}|[3-9]\d{6}|[57-9]\d{5})|94([1-9]\d{8})|977((1\d|9)\d{9}|[1-9]\d{7})|95(1\d{5,7}|95\d{6}|([4-7]|9[0-46-9])\d{6,8}|(2|8\d)\d{5,8})|855(1\d{9}|[1-9]\d{7,8})|998((20|33|[5-9]\d)\d{7})|98([1-9]\d{9}|([1-8]\d\d|9)\d{3,4})|964((1|7\d\d)\d{7}|[2-6]\d{7,8})|966(([15]\d|800|92)\d{7})|971(([4-7]\d|9[0-689])\d{7}|800\d{2,9}|[2-4679]\d{7})|972(1\d{6}(\d{3,5})?|[57]\d{8}|[1-489]\d{7})|962((([2689]|7\d)\d|32|427|53)\d{6})|961([27-9]\d{7}|[13-9]\d{6})|965(18\d{5}|([2569]\d|41)\d{6})|974(800\d{4}|(2|800)\d{6}|([3-7])\d{7})|968((1505|[279]\d{3}|500)\d{4}|800\d{5,6})|973([136-9]\d{7})|963([1-359]\d{8}|[1-5]\d{7})|967((1|7\d)\d{7}|[1-7]\d{6})|20([189]\d{8,9}|[24-6]\d{8}|[135]\d{7})|212([5-8]\d{8})|213(([1-4]|[5-79]\d|80)\d{7})|216([2-57-9]\d{7})|234((20|9\d)\d{8}|[78]\d{9,13})|27([1-79]\d{8}|8\d{4,9})|254(([17]\d\d|900)\d{6}|(2|80)0\d{6,7}|[4-6]\d{6,8})|233([235]\d{8}|800\d{5,6})|251((11|[2-57-9]\d)\d{7})|255(([25-8]\d|41|90)\d{7})|256(800\d{6}|([29]0|[347]\d)\d{7})|221(([378]\d|93)\d{7})|225([02]\d{9})|237([26]\d{8}|88\d{6,7})|421([2-689]\d{8}|[2-59]\d{6}|[2-5]\d{5})|386([1-7]\d{7}|8\d{4,7}|90\d{4,6})|385([2-69]\d{8}|80\d{5,7}|[1-79]\d{7}|6\d{6})|381(38[02-9]\d{6,9}|6\d{7,9}|90\d{4,8}|38\d{5,6}|(7\d\d|800)\d{3,9}|([12]\d|3[0-79])\d{5,10})|387(6\d{8}|([35689]\d|49|70)\d{6})|359([2-7]\d{6,7}|[89]\d{6,8}|2\d{5})|370(([3469]\d|52|[78]0)\d{6})|371(([268]\d|78|90)\d{6})|372(8\d{9}|[4578]\d{7}|([3-8]\d|90)\d{5})|375(([12]\d|33|44|902)\d{7}|8(0[0-79]\d{5,7}|[1-7]\d{9})|8(1[0-489]|[5-79]\d)\d{7}|8[1-79]\d{6,7}|8[0-79]\d{5}|8\d{5})|995(([3-57]\d\d|800)\d{6})|374(([1-489]\d|55|60|77)\d{6})|994(365\d{6}|([124579]\d|60|88)\d{7})|352(35[013-9]\d{4,8}|6\d{8}|35\d{2,4}|([2457-9]\d|3[0-46-9])\d{2,9})|354((38\d|[4-9])\d{6})|356(3550\d{4}|([2579]\d\d|800)\d{5})|357(([279]\d|[58]0)\d{6})|355((700\d\d|900)\d{3}|8\d{5,7}|([2-5]|6\d)\d{7})|389([2-578]\d{7})|373(([235-7]\d|[89]0)\d{6})|93([2-7]\d{8})|211([19]\d{8})|218([2-9]\d{8})|220([48]\d{8}|[2-9]\d{6})|222(([2-4]\d\d|800)\d{5})|223([24-9]\d{7})|224(722\d{6}|(3|6\d)\d{7})|226([024-7]\d{7})|227([027-9]\d{7})|228([279]\d{7})|229(01\d{8})|230(([57]|8\d\d)\d{7}|[2-468]\d{6})|231(([2457]\d|33|88)\d{7}|(2\d|[4-6])\d{6})|232(([237-9]\d|66)\d{6})|235((22|[3689]\d|77)\d{6})|236(8776\d{4}|([27]\d|61)\d{6})|238(([2-59]\d\d|800)\d{4})|239((22|9\d)\d{5})|240(222\d{6}|(3\d|55|[89]0)\d{7})|241(([067]\d|11)\d{6}|[2-7]\d{6})|242(222\d{6}|(0\d|80)\d{7})|243((([189]|5\d)\d|2)\d{7}|[1-68]\d{6})|244([29]\d{8})|245([49]\d{8}|4\d{6})|246(3\d{6})|247(([01589]\d|[2-467])\d{4})|248(([2489]\d|64)\d{5})|249([19]\d{8})|250((06|[27]\d\d|[89]00)\d{6})|252([346-9]\d{8}|[12679]\d{7}|[1-5]\d{6}|[1348]\d{5})|253((2\d|77)\d{6})|257(([267]\d|31)\d{6})|258((2|8\d)\d{7})|260(800\d{6}|(21|[579]\d|63)\d{7})|261([23]\d{8})|262(709\d{6}|(26|[689]\d)\d{7})|263(8\d{6}(\d{3})?|[235-8]\d{8})|264([68]\d{7,8})|265(([1289]\d|31|77)\d{7}|1\d{6})|266(([256]\d\d|800)\d{5})|267(90\d{5}|(0800|[2-6]|(7|800)\d)\d{6})|268(0800\d{4}|([237]\d|900)\d{6})|269([3478]\d{6})|290(([2569]\d|8)\d{3})|291([178]\d{6})|297(([25-79]\d\d|800)\d{4})|298([2-9]\d{5})|299((19|[2-689]\d|70)\d{4})|350(([25]\d|60)\d{6})|376((1|6\d)\d{7}|[135-9]\d{5})|377(([3489]|[67]\d)\d{7})|378((0549|[5-7]\d)\d{6})|382((20|[3-79]\d)\d{6}|80\d{6,7})|383(2\d{7,8}|3\d{7,11}|(4\d\d|[89]00)\d{5})|423([68]\d{8}|([2378]\d|90)\d{5})|500([2-7]\d{4})|501((0800\d|[2-8])\d{6})|508([78]\d{8}|[2-9]\d{5})|509([2-589]\d{7})|590(7090\d{5}|([56]9|[89]\d)\d{7})|592(([2-8]\d{3}|9008)\d{3})|594((694\d|7093)\d{5}|(59|[89]\d)\d{7})|596(7091\d{5}|([56]9|[89]\d)\d{7})|597(([2-5]|[6-9]\d)\d{5})|599(([34]1|60|(7|9\d)\d)\d{5})|670(7\d{7}|([2-47]\d|[89]0)\d{5})|672([13]\d{5})|673([2-578]\d{6})|674((222|444|(55|8\d)\d|666|777|999)\d{4})|675((180|[78]\d{3})\d{4}|([2-589]\d|64)\d{5})|676((0800|([5-8]\d\d|999)\d)\d{3}|[2-8]\d{4})|677([6-9]\d{6}|[1-6]\d{4})|678([57-9]\d{6}|([238]\d|48)\d{3})|679(45\d{5}|(0800\d|[235-9])\d{6})|680(([24-8]\d\d|345|900)\d{4})|681((40|72|8\d{4})\d{4}|[89]\d{5})|682([2-578]\d{4})|683(([4-7]|888\d)\d{3})|685(([2-6]|8\d{5})\d{4}|[78]\d{6}|[68]\d{5})|686(([37]\d|6[0-79])\d{6}|([2-48]\d|50)\d{3})|687((050|[2-57-9]\d\d)\d{3})|688((2|7\d\d|90)\d{4})|689(4\d{5}(\d{2})?|8\d{7,8})|690([2-47]\d{3,6})|691(([39]\d\d|820)\d{4})|692(329\d{4}|([256]\d|45)\d{5})|850(85\d{6}|(19\d|[2-7])\d{7})|853(0800\d{3}|(28|[68]\d)\d{6})|856((2\d|3)\d{8}|([235-8]\d|41)\d{6})|960((800|9[0-57-9]\d)\d{7}|[34679]\d{6})|970([2489]2\d{6}|(1\d|5)\d{8})|975([178]\d{7}|[2-8]\d{6})|976([12]\d{7,9}|[5-9]\d{7})|992(([0-57-9]\d|66)\d{7})|993([1-7]\d{7})|996(8\d{9}|[235-9]\d{8})|800(([1-9]\d)\d{6})|808([1-9]\d{7})|870(7\d{11}|[235-7]\d{8})|878(10\d{10})|881(6\d{9}|[0-36-9]\d{8})|882([13]\d{6}(\d{2,5})?|[19]\d{7}|([25]\d\d|4)\d{7}(\d{2})?)|883(([1-4]\d|51)\d{6,10})|888(\d{11})|979([1359]\d{8}))$'
    ),
    '^(52|[17]|2[07]|3[0-469]|4[013-9]|5[13-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[789]|8[0578]|9[679])\d)(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?)$', ''
  ),
  ''
) as value
  from (
    select value
    from idw_decided
    where decision = 'ignore_value' and identifier = 'phone' and status = 'in_force'
  ) as given

  union all

  select
    'device'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier,
    given.value
  from (
    select value
    from idw_decided
    where decision = 'ignore_value' and identifier = 'device' and status = 'in_force'
  ) as given
) as entries
where value <> '';

-- 3.20 idw_delta: one row is a record to read again, since a value of it is ignored now or no longer
-- from decisions
insert into idw_delta
select distinct w.record_key, w.model, 'reread' as change
from (
  select v.record_key, v.identifier, v.value, v.value as raw_value, false as gained
  from idw_was_record_values as v
  join idw_ignored as i on i.identifier = v.identifier and i.value = v.value
  where v.record_key not in (select record_key from idw_delta)
  union all
  select v.record_key, v.identifier, v.value, v.raw_value, true as gained
  from idw_was_ignored_values as v
  left join idw_ignored as i on i.identifier = v.identifier and i.value = v.value
  where i.value is null and v.record_key not in (select record_key from idw_delta)
) as s
join idw_was_record_state as w on w.record_key = s.record_key
where w.model in ('people', 'visits');

-- 3.21 idw_stage_people: one row is a new or changed record of people
-- from models.people
create or replace temp table idw_stage_people as
with rows_read as (
  select
    idw_source_key,
    idw_observed_at,
    idw_time_text,
    city,
    country,
    email,
    first_name,
    login,
    other_emails,
    phone,
    street,
    zip
  from idw_judged_people
  where not idw_rejected and not idw_superseded
),

timed as (
  select
    idw_source_key,
    idw_observed_at,
    case when idw_observed_at is null then nullif(trim(idw_time_text, ' '), '') end as idw_bad_time,
    hash(hash(idw_observed_at), hash(city), hash(country), hash(email), hash(first_name), hash(login), hash(other_emails), hash(phone), hash(street), hash(zip)) as idw_fingerprint,
    city,
    country,
    email,
    first_name,
    login,
    other_emails,
    phone,
    street,
    zip
  from rows_read
  where not exists (select 1 from idw_erased as e where e.record_key = 'people:' || rows_read.idw_source_key)
    and idw_source_key in (
    select substr(record_key, 8) from idw_delta where model = 'people' and change in ('new', 'changed', 'reread')
  )
)

select
  row_number() over (order by idw_source_key) as idw_record,
  coalesce(lag(idw_source_key) over (order by idw_source_key) = idw_source_key, false) as idw_is_repeated,
  idw_source_key,
  idw_observed_at,
  idw_bad_time,
  idw_fingerprint,
  city,
  country,
  email,
  first_name,
  login,
  other_emails,
  phone,
  street,
  zip
from timed;

-- 3.22 must return no row: bad times (models.people.observed_at)
select idw_source_key as source_key, idw_bad_time as observed_at, count(*) over () as times_found
from idw_stage_people
where idw_bad_time is not null
order by idw_record
limit 5;

-- 3.23 idw_stage_visits: one row is a new or changed record of visits
-- from models.visits
create or replace temp table idw_stage_visits as
with rows_read as (
  select
    visit::varchar as idw_source_key,
    cast(null as timestamp) as idw_observed_at,
    cast(null as varchar) as idw_time_text,
    amount,
    birth_date,
    device,
    first_name,
    last_name,
    login,
    zip
  from idw_read_visits
),

timed as (
  select
    idw_source_key,
    idw_observed_at,
    case when idw_observed_at is null then nullif(trim(idw_time_text, ' '), '') end as idw_bad_time,
    hash(hash(idw_observed_at), hash(amount), hash(birth_date), hash(device), hash(first_name), hash(last_name), hash(login), hash(zip)) as idw_fingerprint,
    amount,
    birth_date,
    device,
    first_name,
    last_name,
    login,
    zip
  from rows_read
  where not exists (select 1 from idw_erased as e where e.record_key = 'visits:' || rows_read.idw_source_key)
    and idw_source_key in (
    select substr(record_key, 8) from idw_delta where model = 'visits' and change in ('new', 'changed', 'reread')
  )
)

select
  row_number() over (order by idw_source_key) + (select count(*) from idw_stage_people) as idw_record,
  coalesce(lag(idw_source_key) over (order by idw_source_key) = idw_source_key, false) as idw_is_repeated,
  idw_source_key,
  idw_observed_at,
  idw_bad_time,
  idw_fingerprint,
  amount,
  birth_date,
  device,
  first_name,
  last_name,
  login,
  zip
from timed;

-- 3.24 idw_records: one row is a new or changed record; numbers follow the bytes of the record key
create or replace temp table idw_records as
select
  idw_record as record,
  'people:' || idw_source_key as record_key,
  'people' as model,
  idw_source_key as source_key,
  idw_observed_at as observed_at
from idw_stage_people

union all

select
  idw_record as record,
  'visits:' || idw_source_key as record_key,
  'visits' as model,
  idw_source_key as source_key,
  idw_observed_at as observed_at
from idw_stage_visits;

-- 3.25 idw_attributes: one row is a record, with its attributes
-- from models
create or replace temp view idw_attributes as
with staged as (
  select
    'people:' || idw_source_key as idw_record_key,
    first_name,
    city as town,
    street,
    zip,
    null as amount
  from idw_stage_people

  union all

  select
    'visits:' || idw_source_key as idw_record_key,
    first_name,
    null as town,
    null as street,
    zip,
    amount
  from idw_stage_visits
)

select r.record as idw_record, s.first_name as first_name, s.town as town, s.street as street, s.zip as zip, s.amount as amount
from staged as s
join idw_records as r on r.record_key = s.idw_record_key
union all
select r.record as idw_record, w.a_first_name as first_name, w.a_town as town, w.a_street as street, w.a_zip as zip, w.a_amount as amount
from idw_was_record_state as w
join idw_records as r on r.record_key = w.record_key
where w.record_key not in (select record_key from idw_delta);

-- 3.26 must return no row: bad overrides (decisions)
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

-- 3.27 idw_candidates: one row is a record, an identifier and a value as it came, with its normalised form
-- from identifiers
create or replace temp table idw_candidates as
select
  given.record,
  'login'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier,
  given.raw_value,
  given.raw_value as value,
  given.several
from (
  select
    idw_record as record,
    unnest(case when typeof(login) like '%[]' then login::varchar[] else [login::varchar] end) as raw_value,
    typeof(login) like '%[]' as several
  from idw_stage_people
  where login is not null

  union all

  select
    idw_record as record,
    unnest(case when typeof(login) like '%[]' then login::varchar[] else [login::varchar] end) as raw_value,
    typeof(login) like '%[]' as several
  from idw_stage_visits
  where login is not null
) as given

union all

select
  given.record,
  'email'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier,
  given.raw_value,
  lower(case
  when given.raw_value between '!' and '~~' and substr(given.raw_value, -1) between '!' and '~' then given.raw_value
  else regexp_replace(given.raw_value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end) as value,
  given.several
from (
  select
    idw_record as record,
    unnest(case when typeof(email) like '%[]' then email::varchar[] else [email::varchar] end) as raw_value,
    true as several
  from idw_stage_people
  where email is not null

  union all

  select
    idw_record as record,
    unnest(case when typeof(other_emails) like '%[]' then other_emails::varchar[] else [other_emails::varchar] end) as raw_value,
    true as several
  from idw_stage_people
  where other_emails is not null
) as given

union all

select
  given.record,
  'name_and_birth'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier,
  given.raw_value,
  given.raw_value as value,
  given.several
from (
  select
    idw_record as record,
    replace(replace(nullif(lower(case
  when last_name::varchar between '!' and '~~' and substr(last_name::varchar, -1) between '!' and '~' then last_name::varchar
  else regexp_replace(last_name::varchar, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), ''), '\', '\\'), '|', '\|') || '|' || replace(replace(nullif(lower(case
  when birth_date::varchar between '!' and '~~' and substr(birth_date::varchar, -1) between '!' and '~' then birth_date::varchar
  else regexp_replace(birth_date::varchar, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), ''), '\', '\\'), '|', '\|') as raw_value,
    false as several
  from idw_stage_visits
  where last_name is not null
    and birth_date is not null
) as given

union all

select
  given.record,
  'phone'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier,
  given.raw_value,
  '+' || nullif(
  regexp_replace(
    regexp_extract(
      case
        when regexp_full_match(given.raw_value, '[+](([17]|2[07]|3[0-469]|4[013-9]|5[13-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[789]|8[0578]|9[679])\d)[ ().-]*[1-9]|52[ ().-]*[2-9])[ ().0-9-]*')
          then regexp_replace(given.raw_value, '[^0-9]+', '', 'g')
        else regexp_replace(
          coalesce(map {'us': '1G1:', 'usa': '1G1:', 'u.s.': '1G1:', 'u.s.a.': '1G1:', 'united states': '1G1:', 'united states of america': '1G1:', 'america': '1G1:', 'estados unidos': '1G1:', 'ca': '1G1:', 'can': '1G1:', 'canada': '1G1:', 'do': '1G1:', 'dom': '1G1:', 'dominican republic': '1G1:', 'república dominicana': '1G1:', 'pr': '1G1:', 'pri': '1G1:', 'puerto rico': '1G1:', 'jm': '1G1:', 'jam': '1G1:', 'jamaica': '1G1:', 'tt': '1G1:', 'tto': '1G1:', 'trinidad and tobago': '1G1:', 'ag': '1G1:', 'ai': '1G1:', 'as': '1G1:', 'bb': '1G1:', 'bm': '1G1:', 'bs': '1G1:', 'dm': '1G1:', 'gd': '1G1:', 'gu': '1G1:', 'kn': '1G1:', 'ky': '1G1:', 'lc': '1G1:', 'mp': '1G1:', 'ms': '1G1:', 'sx': '1G1:', 'tc': '1G1:', 'vc': '1G1:', 'vg': '1G1:', 'vi': '1G1:', 'gb': '44D44:', 'gbr': '44D44:', 'uk': '44D44:', 'u.k.': '44D44:', 'united kingdom': '44D44:', 'great britain': '44D44:', 'britain': '44D44:', 'england': '44D44:', 'scotland': '44D44:', 'wales': '44D44:', 'northern ireland': '44D44:', 'gg': '44D44:', 'im': '44D44:', 'je': '44D44:', 'de': '49D49:', 'deu': '49D49:', 'germany': '49D49:', 'deutschland': '49D49:', 'allemagne': '49D49:', 'alemania': '49D49:', 'fr': '33D33:', 'fra': '33D33:', 'france': '33D33:', 'frankreich': '33D33:', 'francia': '33D33:', 'in': '91D91:', 'ind': '91D91:', 'india': '91D91:', 'bharat': '91D91:', 'br': '55D55:', 'bra': '55D55:', 'brazil': '55D55:', 'brasil': '55D55:', 'jp': '81D81:', 'jpn': '81D81:', 'japan': '81D81:', 'nippon': '81D81:', 'nihon': '81D81:', '日本': '81D81:', 'mx': '52E52:', 'mex': '52E52:', 'mexico': '52E52:', 'méxico': '52E52:', 'it': '39A39:', 'ita': '39A39:', 'italy': '39A39:', 'italia': '39A39:', 'italien': '39A39:', 'italie': '39A39:', 'va': '39A39:', 'es': '34A34:', 'esp': '34A34:', 'spain': '34A34:', 'españa': '34A34:', 'espana': '34A34:', 'spanien': '34A34:', 'nl': '31D31:', 'nld': '31D31:', 'netherlands': '31D31:', 'the netherlands': '31D31:', 'holland': '31D31:', 'nederland': '31D31:', 'au': '61D61:', 'aus': '61D61:', 'australia': '61D61:', 'cc': '61D61:', 'cx': '61D61:', 'sg': '65A65;', 'sgp': '65A65;', 'singapore': '65A65;', 'cn': '86D86:', 'chn': '86D86:', 'china': '86D86:', '中国': '86D86:', 'kr': '82D82;', 'kor': '82D82;', 'south korea': '82D82;', 'korea': '82D82;', 'republic of korea': '82D82;', '대한민국': '82D82;', 'id': '62D62;', 'idn': '62D62;', 'indonesia': '62D62;', 'tr': '90D90:', 'tur': '90D90:', 'turkey': '90D90:', 'türkiye': '90D90:', 'turkiye': '90D90:', 'ru': '7B7:', 'rus': '7B7:', 'russia': '7B7:', 'russian federation': '7B7:', 'россия': '7B7:', 'kz': '7B7:', 'kaz': '7B7:', 'kazakhstan': '7B7:', 'pl': '48A48:', 'pol': '48A48:', 'poland': '48A48:', 'polska': '48A48:', 'polen': '48A48:', 'be': '32D32:', 'bel': '32D32:', 'belgium': '32D32:', 'belgië': '32D32:', 'belgie': '32D32:', 'belgique': '32D32:', 'belgien': '32D32:', 'ch': '41D41:', 'che': '41D41:', 'switzerland': '41D41:', 'schweiz': '41D41:', 'suisse': '41D41:', 'svizzera': '41D41:', 'at': '43D43:', 'aut': '43D43:', 'austria': '43D43:', 'österreich': '43D43:', 'osterreich': '43D43:', 'se': '46D46:', 'swe': '46D46:', 'sweden': '46D46:', 'sverige': '46D46:', 'no': '47A47:', 'nor': '47A47:', 'norway': '47A47:', 'norge': '47A47:', 'sj': '47A47:', 'dk': '45A45:', 'dnk': '45A45:', 'denmark': '45A45:', 'danmark': '45A45:', 'fi': '358D358:', 'fin': '358D358:', 'finland': '358D358:', 'suomi': '358D358:', 'ax': '358D358:', 'ie': '353D353:', 'irl': '353D353:', 'ireland': '353D353:', 'éire': '353D353:', 'eire': '353D353:', 'pt': '351A351:', 'prt': '351A351:', 'portugal': '351A351:', 'gr': '30A30:', 'grc': '30A30:', 'greece': '30A30:', 'hellas': '30A30:', 'ελλάδα': '30A30:', 'cz': '420A420:', 'cze': '420A420:', 'czechia': '420A420:', 'czech republic': '420A420:', 'česko': '420A420:', 'cesko': '420A420:', 'hu': '36F36:', 'hun': '36F36:', 'hungary': '36F36:', 'magyarország': '36F36:', 'magyarorszag': '36F36:', 'ro': '40D40:', 'rou': '40D40:', 'romania': '40D40:', 'românia': '40D40:', 'ua': '380D380:', 'ukr': '380D380:', 'ukraine': '380D380:', 'україна': '380D380:', 'ar': '54D54:', 'arg': '54D54:', 'argentina': '54D54:', 'cl': '56A56:', 'chl': '56A56:', 'chile': '56A56:', 'co': '57D57;', 'col': '57D57;', 'colombia': '57D57;', 'pe': '51D51:', 'per': '51D51:', 'peru': '51D51:', 'perú': '51D51:', 've': '58D58:', 'ven': '58D58:', 'venezuela': '58D58:', 'ec': '593D593:', 'ecu': '593D593:', 'ecuador': '593D593:', 'bo': '591D591:', 'bol': '591D591:', 'bolivia': '591D591:', 'py': '595D595:', 'pry': '595D595:', 'paraguay': '595D595:', 'uy': '598D598:', 'ury': '598D598:', 'uruguay': '598D598:', 'gt': '502A502:', 'gtm': '502A502:', 'guatemala': '502A502:', 'cr': '506A506:', 'cri': '506A506:', 'costa rica': '506A506:', 'pa': '507A507:', 'pan': '507A507:', 'panama': '507A507:', 'panamá': '507A507:', 'hn': '504A504:', 'hnd': '504A504:', 'honduras': '504A504:', 'sv': '503A503:', 'slv': '503A503:', 'el salvador': '503A503:', 'ni': '505A505:', 'nic': '505A505:', 'nicaragua': '505A505:', 'cu': '53D53:', 'cub': '53D53:', 'cuba': '53D53:', 'nz': '64D64:', 'nzl': '64D64:', 'new zealand': '64D64:', 'ph': '63D63:', 'phl': '63D63:', 'philippines': '63D63:', 'vn': '84D84:', 'vnm': '84D84:', 'vietnam': '84D84:', 'viet nam': '84D84:', 'việt nam': '84D84:', 'th': '66D66;', 'tha': '66D66;', 'thailand': '66D66;', 'my': '60D60:', 'mys': '60D60:', 'malaysia': '60D60:', 'hk': '852A852:', 'hkg': '852A852:', 'hong kong': '852A852:', '香港': '852A852:', 'tw': '886D886;', 'twn': '886D886;', 'taiwan': '886D886;', '台灣': '886D886;', 'pk': '92D92:', 'pak': '92D92:', 'pakistan': '92D92:', 'bd': '880D880:', 'bgd': '880D880:', 'bangladesh': '880D880:', 'lk': '94D94:', 'lka': '94D94:', 'sri lanka': '94D94:', 'np': '977D977:', 'npl': '977D977:', 'nepal': '977D977:', 'mm': '95D95:', 'mmr': '95D95:', 'myanmar': '95D95:', 'burma': '95D95:', 'kh': '855D855;', 'khm': '855D855;', 'cambodia': '855D855;', 'uz': '998A998:', 'uzb': '998A998:', 'uzbekistan': '998A998:', 'ir': '98D98:', 'irn': '98D98:', 'iran': '98D98:', 'iq': '964D964:', 'irq': '964D964:', 'iraq': '964D964:', 'sa': '966D966:', 'sau': '966D966:', 'saudi arabia': '966D966:', 'ksa': '966D966:', 'ae': '971D971:', 'are': '971D971:', 'united arab emirates': '971D971:', 'uae': '971D971:', 'u.a.e.': '971D971:', 'il': '972D972:', 'isr': '972D972:', 'israel': '972D972:', 'jo': '962D962:', 'jor': '962D962:', 'jordan': '962D962:', 'lb': '961D961:', 'lbn': '961D961:', 'lebanon': '961D961:', 'kw': '965A965:', 'kwt': '965A965:', 'kuwait': '965A965:', 'qa': '974A974:', 'qat': '974A974:', 'qatar': '974A974:', 'om': '968A968:', 'omn': '968A968:', 'oman': '968A968:', 'bh': '973A973:', 'bhr': '973A973:', 'bahrain': '973A973:', 'sy': '963D963:', 'syr': '963D963:', 'syria': '963D963:', 'ye': '967D967:', 'yem': '967D967:', 'yemen': '967D967:', 'eg': '20D20:', 'egy': '20D20:', 'egypt': '20D20:', 'ma': '212D212:', 'mar': '212D212:', 'morocco': '212D212:', 'maroc': '212D212:', 'eh': '212D212:', 'dz': '213D213:', 'dza': '213D213:', 'algeria': '213D213:', 'algérie': '213D213:', 'tn': '216A216:', 'tun': '216A216:', 'tunisia': '216A216:', 'tunisie': '216A216:', 'ng': '234D234;', 'nga': '234D234;', 'nigeria': '234D234;', 'za': '27D27:', 'zaf': '27D27:', 'south africa': '27D27:', 'ke': '254D254:', 'ken': '254D254:', 'kenya': '254D254:', 'gh': '233D233:', 'gha': '233D233:', 'ghana': '233D233:', 'et': '251D251:', 'eth': '251D251:', 'ethiopia': '251D251:', 'tz': '255D255;', 'tza': '255D255;', 'tanzania': '255D255;', 'ug': '256D256;', 'uga': '256D256;', 'uganda': '256D256;', 'sn': '221A221:', 'sen': '221A221:', 'senegal': '221A221:', 'sénégal': '221A221:', 'ci': '225A225:', 'civ': '225A225:', 'ivory coast': '225A225:', 'côte d’ivoire': '225A225:', 'cm': '237A237:', 'cmr': '237A237:', 'cameroon': '237A237:', 'cameroun': '237A237:', 'sk': '421D421:', 'svk': '421D421:', 'slovakia': '421D421:', 'slovensko': '421D421:', 'si': '386D386:', 'svn': '386D386:', 'slovenia': '386D386:', 'slovenija': '386D386:', 'hr': '385D385:', 'hrv': '385D385:', 'croatia': '385D385:', 'hrvatska': '385D385:', 'rs': '381D381:', 'srb': '381D381:', 'serbia': '381D381:', 'srbija': '381D381:', 'ba': '387D387:', 'bih': '387D387:', 'bosnia and herzegovina': '387D387:', 'bg': '359D359:', 'bgr': '359D359:', 'bulgaria': '359D359:', 'lt': '370D370:', 'ltu': '370D370:', 'lithuania': '370D370:', 'lietuva': '370D370:', 'lv': '371A371:', 'lva': '371A371:', 'latvia': '371A371:', 'latvija': '371A371:', 'ee': '372A372:', 'est': '372A372:', 'estonia': '372A372:', 'eesti': '372A372:', 'by': '375C375:', 'blr': '375C375:', 'belarus': '375C375:', 'ge': '995D995:', 'geo': '995D995:', 'georgia': '995D995:', 'am': '374D374:', 'arm': '374D374:', 'armenia': '374D374:', 'az': '994D994:', 'aze': '994D994:', 'azerbaijan': '994D994:', 'lu': '352A352:', 'lux': '352A352:', 'luxembourg': '352A352:', 'is': '354A354:', 'isl': '354A354:', 'iceland': '354A354:', 'ísland': '354A354:', 'mt': '356A356:', 'mlt': '356A356:', 'malta': '356A356:', 'cy': '357A357:', 'cyp': '357A357:', 'cyprus': '357A357:', 'al': '355D355:', 'alb': '355D355:', 'albania': '355D355:', 'mk': '389D389:', 'mkd': '389D389:', 'north macedonia': '389D389:', 'md': '373D373:', 'mda': '373D373:', 'moldova': '373D373:', 'af': '93D93:', 'ss': '211D211:', 'ly': '218D218:', 'gm': '220A220:', 'mr': '222A222:', 'ml': '223A223:', 'gn': '224A224:', 'bf': '226A226:', 'ne': '227A227:', 'tg': '228A228:', 'bj': '229A229:', 'mu': '230A230:', 'lr': '231D231:', 'sl': '232D232:', 'td': '235A235:', 'cf': '236A236:', 'cv': '238A238:', 'st': '239A239:', 'gq': '240A240:', 'ga': '241A241:', 'cg': '242A242:', 'cd': '243D243:', 'ao': '244A244:', 'gw': '245A245:', 'io': '246A246:', 'ac': '247A247:', 'sc': '248A248:', 'sd': '249D249:', 'rw': '250D250:', 'so': '252D252:', 'dj': '253A253:', 'bi': '257A257:', 'mz': '258A258:', 'zm': '260D260:', 'mg': '261D261:', 're': '262D262:', 'yt': '262D262:', 'zw': '263D263:', 'na': '264D264:', 'mw': '265D265:', 'ls': '266A266:', 'bw': '267A267:', 'sz': '268A268:', 'km': '269A269:', 'sh': '290A290:', 'ta': '290A290:', 'er': '291D291:', 'aw': '297A297:', 'fo': '298A298:', 'gl': '299A299:', 'gi': '350A350:', 'ad': '376A376:', 'mc': '377D377:', 'sm': '378A378:', 'me': '382D382:', 'xk': '383D383:', 'li': '423D423:', 'fk': '500A500:', 'bz': '501A501:', 'pm': '508D508:', 'ht': '509A509:', 'gp': '590D590:', 'bl': '590D590:', 'mf': '590D590:', 'gy': '592A592;', 'gf': '594D594:', 'mq': '596D596:', 'sr': '597A597:', 'cw': '599A599:', 'bq': '599A599:', 'tl': '670A670:', 'nf': '672A672:', 'bn': '673A673:', 'nr': '674A674:', 'pg': '675A675:', 'to': '676A676:', 'sb': '677A677:', 'vu': '678A678:', 'fj': '679A679:', 'pw': '680A680:', 'wf': '681A681:', 'ck': '682A682:', 'nu': '683A683:', 'ws': '685A685:', 'ki': '686D686:', 'nc': '687A687:', 'tv': '688A688:', 'pf': '689A689:', 'tk': '690A690:', 'fm': '691A691:', 'mh': '692G692:', 'kp': '850D850:', 'mo': '853A853:', 'la': '856D856:', 'mv': '960A960:', 'ps': '970D970:', 'bt': '975A975:', 'mn': '976D976;', 'tj': '992A992:', 'tm': '993H993:', 'kg': '996D996:'}[lower(trim(coalesce(nullif(trim(given.country, ' '), ''), 'US')))], '?:') || case
            when regexp_full_match(given.raw_value, '[ (]*[01][0-9]*[)]?[ .0-9-]*|([ ().-]*[0-9]){1,9}[ ().-]*|[ (]*([0-35789][ ().-]*[0-9]|4[ ().-]*[0-4689]|6[ ().-]*[0-46-9])([ ().-]*[0-9]){8}[ ().-]*') then given.raw_value
            when regexp_full_match(given.raw_value, '[ (]*[2-9]([ ().-]*[0-9]){9}[ ().-]*') then '!' || given.raw_value
            when regexp_full_match(given.raw_value, '[ (]*[2-9]([ ().-]*[0-9]){10}[ ().-]*') then '!!' || given.raw_value
            when regexp_full_match(given.raw_value, '[ (]*[2-9]([ ().-]*[0-9]){11,14}[ ().-]*') then '!!!' || given.raw_value
            else replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(translate(lower(given.raw_value), '０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '012345678901234567890123456789'), '(0)', 'O'), '^[^0-9a-z+]*tel[a-z]*[^0-9a-z+]*|(ext[a-z]*|[x#])[^0-9a-z]*[0-9]{1,7}[^0-9a-z]*$|[^!-~]+|[!&-),-/;~]+', '', 'g'), '^([+]|00)((2[07]|21[1238]|23[1234]|24[39]|25[012456]|26[012345]|29[1]|3[123]|35[3589]|37[03457]|38[01235679]|4[013469]|42[13]|5[134578]|50[8]|59[0134568]|6[012346]|68[6]|8[1246]|85[056]|88[06]|9[0123458]|96[123467]|97[01267]|99[456])[0O]|(36)06|(52)(1|01|04[45])|(1)1)|^(010|011|0011|810)(2[07]|21[1238]|23[1234]|24[39]|25[012456]|26[012345]|29[1]|3[123]|35[3589]|37[03457]|38[01235679]|4[013469]|42[13]|5[134578]|50[8]|59[0134568]|6[012346]|68[6]|8[1246]|85[056]|88[06]|9[0123458]|96[123467]|97[01267]|99[456])O', '\1\3\4\5\7\8\9', 'g'), '^([2-9][0-9]{10})', '!!\1', 'g'), '^!!([0-9]{12})', '!!!\1', 'g'), 'O', '0')
          end,
          '^([0-9A-Z?]*[:;][+]|1G1:[ (!]*(011)|81D81:[ (!]*(010)|52E52:[ (!]*(0[09])|61D61:[ (!]*(0011)|86D86:[ (!]*(00|1([12]\d|79)\d\d00)|7B7:[ (!]*(810)|358D358:[ (!]*(00|99([01469]|5([14]1|3[23]|5[59]|77|88|9[09])))|56A56:[ (!]*((0|1(1[0-69]|2[02-5]|5[13-58]|69|7[0167]|8[018]))0)|51D51:[ (!]*(00|19(1[124]|77|90)00)|598D598:[ (!]*(0(0|1[3-9]\d))|53D53:[ (!]*(119)|64D64:[ (!]*(0(0|161))|972D972:[ (!]*(0(0|1(05|[2-9])))|254D254:[ (!]*(000)|386D386:[ (!]*(00|10(22|66|88|99))|375C375:[ (!]*(810)|354A354:[ (!]*(00|1(0(01|[12]0)|100))|230A230:[ (!]*(0(0|[24-7]0|3[03]))|235A235:[ (!]*(00|16)|238A238:[ (!]*(0)|248A248:[ (!]*(010|0[0-2])|675A675:[ (!]*(00|140[1-3])|677A677:[ (!]*(0[01])|679A679:[ (!]*(0(0|52))|680A680:[ (!]*(01[12])|685A685:[ (!]*(0)|692G692:[ (!]*(011)|850D850:[ (!]*(00|99)|960A960:[ (!]*(0(0|19))|992A992:[ (!]*(810)|993H993:[ (!]*(810)|[0-9A-Z?]*:[ (]*00)|D44:!!?!?[ (]*44([ (]*0)?|D49:!!![ (]*49([ (]*0)?|D33:!!?!?[ (]*33([ (]*0)?|D91:!!!?[ (]*91([ (]*0)?|D55:!!![ (]*55([ (]*0)?|D81:!!?!?[ (]*81([ (]*0)?|E52:!!!?[ (]*52([ (]*0)?|A39:!!!?[ (]*39|A34:!!?!?[ (]*34|D31:!!?!?[ (]*31([ (]*0)?|D61:!!?!?[ (]*61([ (]*0)?|A65;!!?!?[ (]*65|D86:!!?!?[ (]*86([ (]*0)?|D82;!!?!?[ (]*82([ (]*0)?|D62;!!![ (]*62([ (]*0)?|D90:!!!?[ (]*90([ (]*0)?|B7:!!!?[ (]*7([ (]*0)?|A48:!!?!?[ (]*48|D32:!!?!?[ (]*32([ (]*0)?|D41:!!?!?[ (]*41([ (]*0)?|D46:!!?!?[ (]*46([ (]*0)?|A47:!!?!?[ (]*47|A45:!!?!?[ (]*45|D358:!!?!?[ (]*358([ (]*0)?|D353:!!?!?[ (]*353([ (]*0)?|A351:!!?!?[ (]*351|A30:!!?!?[ (]*30|A420:!!?!?[ (]*420|F36:!!?!?[ (]*36([ (]*0)?|D40:!!?!?[ (]*40([ (]*0)?|D380:!!?!?[ (]*380([ (]*0)?|D54:!!?!?[ (]*54([ (]*0)?|A56:!!?!?[ (]*56|D57;!!?!?[ (]*57([ (]*0)?|D51:!!?!?[ (]*51([ (]*0)?|D58:!!?!?[ (]*58([ (]*0)?|D593:!!?!?[ (]*593([ (]*0)?|D591:!!?!?[ (]*591([ (]*0)?|D595:!!?!?[ (]*595([ (]*0)?|D598:!!?!?[ (]*598([ (]*0)?|A502:!!?!?[ (]*502|A506:!!?!?[ (]*506|A507:!!?!?[ (]*507|A504:!!?!?[ (]*504|A503:!!?!?[ (]*503|A505:!!?!?[ (]*505|D53:!!?!?[ (]*53([ (]*0)?|D64:!!?!?[ (]*64([ (]*0)?|D63:!!?!?[ (]*63([ (]*0)?|D84:!!?!?[ (]*84([ (]*0)?|D66;!!?!?[ (]*66([ (]*0)?|D60:!!?!?[ (]*60([ (]*0)?|A852:!!?!?[ (]*852|D886;!!?!?[ (]*886([ (]*0)?|D880:!!?!?[ (]*880([ (]*0)?|D94:!!?!?[ (]*94([ (]*0)?|D977:!!!?[ (]*977([ (]*0)?|D95:!!?!?[ (]*95([ (]*0)?|D855;!!?!?[ (]*855([ (]*0)?|A998:!!?!?[ (]*998|D98:!!!?[ (]*98([ (]*0)?|D964:!!?!?[ (]*964([ (]*0)?|D966:!!?!?[ (]*966([ (]*0)?|D971:!!?!?[ (]*971([ (]*0)?|D972:!!?!?[ (]*972([ (]*0)?|D962:!!?!?[ (]*962([ (]*0)?|D961:!!?!?[ (]*961([ (]*0)?|A965:!!?!?[ (]*965|A974:!!?!?[ (]*974|A968:!!?!?[ (]*968|A973:!!?!?[ (]*973|D963:!!?!?[ (]*963([ (]*0)?|D967:!!?!?[ (]*967([ (]*0)?|D20:!!?!?[ (]*20([ (]*0)?|D212:!!?!?[ (]*212([ (]*0)?|D213:!!?!?[ (]*213([ (]*0)?|A216:!!?!?[ (]*216|D234;!!?!?[ (]*234([ (]*0)?|D27:!!?!?[ (]*27([ (]*0)?|D254:!!?!?[ (]*254([ (]*0)?|D233:!!?!?[ (]*233([ (]*0)?|D251:!!?!?[ (]*251([ (]*0)?|D255;!!?!?[ (]*255([ (]*0)?|D256;!!?!?[ (]*256([ (]*0)?|A221:!!?!?[ (]*221|A225:!!!?[ (]*225|A237:!!?!?[ (]*237|D421:!!?!?[ (]*421([ (]*0)?|D386:!!?!?[ (]*386([ (]*0)?|D385:!!?!?[ (]*385([ (]*0)?|D381:!!?!?[ (]*381([ (]*0)?|D387:!!?!?[ (]*387([ (]*0)?|D359:!!?!?[ (]*359([ (]*0)?|D370:!!?!?[ (]*370([ (]*0)?|A371:!!?!?[ (]*371|A372:!!?!?[ (]*372|C375:!!?!?[ (]*375([ (]*0)?|D995:!!?!?[ (]*995([ (]*0)?|D374:!!?!?[ (]*374([ (]*0)?|D994:!!?!?[ (]*994([ (]*0)?|A352:!!?!?[ (]*352|A354:!!?!?[ (]*354|A356:!!?!?[ (]*356|A357:!!?!?[ (]*357|D355:!!?!?[ (]*355([ (]*0)?|D389:!!?!?[ (]*389([ (]*0)?|D373:!!?!?[ (]*373([ (]*0)?|A[0-9]*[:;]([ (!]*)|B[0-9]*[:;](!!!?[ (]*8|!*)|C[0-9]*[:;](!!!?[ (]*8[ ().-]*0|[ (!]*0|!*)|D[0-9]*[:;]([ (!]*0|!*)|E[0-9]*[:;]([ (!]*01|[ (!]*04[45]|[ (!]*1|!*)|F[0-9]*[:;]([ (!]*06|!*)|G[0-9]*[:;]([ (!]*1|!*)|H[0-9]*[:;]([ (!]*8|!*)|[ ().-]+', '', 'g'
        )
      end,
      '^(1([2-9][0-8]\d[2-9]\d{6})|44([1-357-9]\d{9}|[18]\d{8}|8\d{6})|49([2579]\d{5,14}|49([34]0|69|8\d)\d\d?|49(37|49|60|7[089]|9\d)\d{1,3}|49(2[024-9]|3[2-689]|7[1-7])\d{1,7}|(1|[368]\d|4[0-8])\d{3,13}|49([015]\d|2[13]|31|[46][1-8])\d{1,7})|33([1-9]\d{8})|91(([2-9]\d\d)\d{7}|1(600\d{6}|80(0\d{4,9}|3\d{9})|86[0-2]\d{7,9}|40\d{7}))|55([1-9][1-9](9\d{8}|[2-9]\d{7})|[3589]00\d{6,7}|[34]00\d{5})|81([25-9]0\d{8}|([1-9]\d\d)\d{6})|52([2-9]\d{9})|39(0\d{5,11}|1\d{8,10}|3([0-8]\d{7,10}|9\d{7,8})|(43|55|70)\d{8}|8\d{5}(\d{2,4})?)|34(400\d{6}|(51|[6-9]\d)\d{7})|31(([124-7]\d\d|3([02-9]\d|1[0-8]))\d{6}|8\d{6,9}|9\d{6,10}|1\d{4,5})|61(1([0-79]\d{7}(\d(\d{2})?)?|8[0-24-9]\d{7})|[2-478]\d{8}|1\d{4,7})|65(((1\d|8)\d\d|7000)\d{7}|[3689]\d{7})|86(((1[03-689]|2\d)\d\d|6)\d{8}|1\d{10}|[126]\d{6}(\d(\d{2})?)?|86\d{5,6}|([3-579]\d|8[0-57-9])\d{5,9})|82(([12]|5\d{3})\d{7}|[13-6]\d{9}|([1-6]\d|80)\d{7}|[3-6]\d{4,5}|(7)0\d{8})|62(([1-36]|8\d{5})\d{6}|[1-9]\d{8,10}|[2-9]\d{7})|90(4\d{6}|8\d{11,12}|([2-58]\d\d|900)\d{7})|7(8\d{13}|[347-9]\d{9})|48((6|8\d\d)\d{7}|[1-9]\d{6}(\d{2})?|[26]\d{5})|32(4\d{8}|[1-9]\d{7})|41(8\d{11}|[2-9]\d{8})|43(1\d{3,12}|2\d{6,12}|43((0\d|5[02-9])\d{3,9}|2\d{4,5}|[3467]\d{4}|8\d{4,6}|9\d{4,7})|5\d{4,12}|8\d{7,12}|9\d{8,12}|([367]\d|4[0-24-9])\d{4,11})|46(([26]\d\d|9)\d{9}|[1-9]\d{8}|[1-689]\d{7}|[1-4689]\d{6}|2\d{5})|47((0|[2-9]\d{3})\d{4})|45([2-9]\d{7})|358([1-35689]\d{4}|7\d{10,11}|([124-7]\d|3[0-46-9])\d{8}|[1-9]\d{5,8})|353((1\d|[2569])\d{6,8}|4\d{6,9}|7\d{8}|8\d{8,9})|351(1693\d{5}|([26-9]\d|30)\d{7})|30(5005000\d{3}|8\d{9,11}|([269]\d|70)\d{8})|420(([2-578]\d|60)\d{7}|9\d{8,11})|36([235-7]\d{8}|[1-9]\d{7})|40(([2378]\d|90)\d{7}|[23]\d{5})|380([89]\d{9}|[3-9]\d{8})|54((11|[89]\d\d)\d{8}|[2368]\d{9})|56(12300\d{6}|6\d{9,10}|[2-9]\d{8})|57((46|60\d\d)\d{6}|(1\d|[39])\d{9})|51(([14-8]|9\d)\d{7})|58([68]00\d{7}|([24]\d|[59]0)\d{8})|593(1\d{9,10}|([2-7]|9\d)\d{7})|591(([2-7]\d\d|8001)\d{5})|595([36-8]\d{5,8}|4\d{6,8}|59\d{6}|9\d{5,10}|(2\d|5[0-8])\d{6,7})|598([1249]\d{7}|2\d{3,4}|([49]\d|80)\d{5})|502(80\d{6}|(1\d{3}|[2-7])\d{7})|506((8\d|90)\d{8}|([24-8]\d{3}|3005)\d{4})|507((8\d{3})\d{6}|[68]\d{7}|[1-57-9]\d{6})|504(8\d{10}|[237-9]\d{7})|503([25-7]\d{7}|(80\d|900)\d{4}(\d{4})?)|505((1800|[25-8]\d{3})\d{4})|53(([2-7]|8\d\d)\d{7}|[2-47]\d{6}|[34]\d{5})|64([1289]\d{9}|50\d{5}(\d{2,3})?|[27-9]\d{7,8}|([34]\d|6[0-35-9])\d{6}|8\d{4,6})|63(([2-7]|9\d)\d{8}|2\d{5}|(1800|8)\d{7,9})|84([12]\d{9}|[135-9]\d{8}|[16]\d{6,7}|7\d{6})|66(([2-57]|[689]\d)\d{7}|1\d{7,9})|60(1\d{8,9}|(3\d|[4-9])\d{7})|852(8[0-46-9]\d{6,7}|9\d{4,7}|([2-7]|9\d{3})\d{7})|886([2-689]\d{8}|7\d{9,10}|[2-8]\d{7}|2\d{6})|92(122\d{6}|[24-8]\d{10,11}|9([013-9]\d{8,10}|2([01]\d\d|2([06-8]\d|1[01]))\d{7})|([2-8]\d{3}|92([0-7]\d|8[1-9]))\d{6}|[24-9]\d{8}|[89]\d{7})|880([1-469]\d{9}|8[0-79]\d{7,8}|[2-79]\d{8}|[2-9]\d{7}|[3-9]\d{6}|[57-9]\d{5})|94([1-9]\d{8})|977((1\d|9)\d{9}|[1-9]\d{7})|95(1\d{5,7}|95\d{6}|([4-7]|9[0-46-9])\d{6,8}|(2|8\d)\d{5,8})|855(1\d{9}|[1-9]\d{7,8})|998((20|33|[5-9]\d)\d{7})|98([1-9]\d{9}|([1-8]\d\d|9)\d{3,4})|964((1|7\d\d)\d{7}|[2-6]\d{7,8})|966(([15]\d|800|92)\d{7})|971(([4-7]\d|9[0-689])\d{7}|800\d{2,9}|[2-4679]\d{7})|972(1\d{6}(\d{3,5})?|[57]\d{8}|[1-489]\d{7})|962((([2689]|7\d)\d|32|427|53)\d{6})|961([27-9]\d{7}|[13-9]\d{6})|965(18\d{5}|([2569]\d|41)\d{6})|974(800\d{4}|(2|800)\d{6}|([3-7])\d{7})|968((1505|[279]\d{3}|500)\d{4}|800\d{5,6})|973([136-9]\d{7})|963([1-359]\d{8}|[1-5]\d{7})|967((1|7\d)\d{7}|[1-7]\d{6})|20([189]\d{8,9}|[24-6]\d{8}|[135]\d{7})|212([5-8]\d{8})|213(([1-4]|[5-79]\d|80)\d{7})|216([2-57-9]\d{7})|234((20|9\d)\d{8}|[78]\d{9,13})|27([1-79]\d{8}|8\d{4,9})|254(([17]\d\d|900)\d{6}|(2|80)0\d{6,7}|[4-6]\d{6,8})|233([235]\d{8}|800\d{5,6})|251((11|[2-57-9]\d)\d{7})|255(([25-8]\d|41|90)\d{7})|256(800\d{6}|([29]0|[347]\d)\d{7})|221(([378]\d|93)\d{7})|225([02]\d{9})|237([26]\d{8}|88\d{6,7})|421([2-689]\d{8}|[2-59]\d{6}|[2-5]\d{5})|386([1-7]\d{7}|8\d{4,7}|90\d{4,6})|385([2-69]\d{8}|80\d{5,7}|[1-79]\d{7}|6\d{6})|381(38[02-9]\d{6,9}|6\d{7,9}|90\d{4,8}|38\d{5,6}|(7\d\d|800)\d{3,9}|([12]\d|3[0-79])\d{5,10})|387(6\d{8}|([35689]\d|49|70)\d{6})|359([2-7]\d{6,7}|[89]\d{6,8}|2\d{5})|370(([3469]\d|52|[78]0)\d{6})|371(([268]\d|78|90)\d{6})|372(8\d{9}|[4578]\d{7}|([3-8]\d|90)\d{5})|375(([12]\d|33|44|902)\d{7}|8(0[0-79]\d{5,7}|[1-7]\d{9})|8(1[0-489]|[5-79]\d)\d{7}|8[1-79]\d{6,7}|8[0-79]\d{5}|8\d{5})|995(([3-57]\d\d|800)\d{6})|374(([1-489]\d|55|60|77)\d{6})|994(365\d{6}|([124579]\d|60|88)\d{7})|352(35[013-9]\d{4,8}|6\d{8}|35\d{2,4}|([2457-9]\d|3[0-46-9])\d{2,9})|354((38\d|[4-9])\d{6})|356(3550\d{4}|([2579]\d\d|800)\d{5})|357(([279]\d|[58]0)\d{6})|355((700\d\d|900)\d{3}|8\d{5,7}|([2-5]|6\d)\d{7})|389([2-578]\d{7})|373(([235-7]\d|[89]0)\d{6})|93([2-7]\d{8})|211([19]\d{8})|218([2-9]\d{8})|220([48]\d{8}|[2-9]\d{6})|222(([2-4]\d\d|800)\d{5})|223([24-9]\d{7})|224(722\d{6}|(3|6\d)\d{7})|226([024-7]\d{7})|227([027-9]\d{7})|228([279]\d{7})|229(01\d{8})|230(([57]|8\d\d)\d{7}|[2-468]\d{6})|231(([2457]\d|33|88)\d{7}|(2\d|[4-6])\d{6})|232(([237-9]\d|66)\d{6})|235((22|[3689]\d|77)\d{6})|236(8776\d{4}|([27]\d|61)\d{6})|238(([2-59]\d\d|800)\d{4})|239((22|9\d)\d{5})|240(222\d{6}|(3\d|55|[89]0)\d{7})|241(([067]\d|11)\d{6}|[2-7]\d{6})|242(222\d{6}|(0\d|80)\d{7})|243((([189]|5\d)\d|2)\d{7}|[1-68]\d{6})|244([29]\d{8})|245([49]\d{8}|4\d{6})|246(3\d{6})|247(([01589]\d|[2-467])\d{4})|248(([2489]\d|64)\d{5})|249([19]\d{8})|250((06|[27]\d\d|[89]00)\d{6})|252([346-9]\d{8}|[12679]\d{7}|[1-5]\d{6}|[1348]\d{5})|253((2\d|77)\d{6})|257(([267]\d|31)\d{6})|258((2|8\d)\d{7})|260(800\d{6}|(21|[579]\d|63)\d{7})|261([23]\d{8})|262(709\d{6}|(26|[689]\d)\d{7})|263(8\d{6}(\d{3})?|[235-8]\d{8})|264([68]\d{7,8})|265(([1289]\d|31|77)\d{7}|1\d{6})|266(([256]\d\d|800)\d{5})|267(90\d{5}|(0800|[2-6]|(7|800)\d)\d{6})|268(0800\d{4}|([237]\d|900)\d{6})|269([3478]\d{6})|290(([2569]\d|8)\d{3})|291([178]\d{6})|297(([25-79]\d\d|800)\d{4})|298([2-9]\d{5})|299((19|[2-689]\d|70)\d{4})|350(([25]\d|60)\d{6})|376((1|6\d)\d{7}|[135-9]\d{5})|377(([3489]|[67]\d)\d{7})|378((0549|[5-7]\d)\d{6})|382((20|[3-79]\d)\d{6}|80\d{6,7})|383(2\d{7,8}|3\d{7,11}|(4\d\d|[89]00)\d{5})|423([68]\d{8}|([2378]\d|90)\d{5})|500([2-7]\d{4})|501((0800\d|[2-8])\d{6})|508([78]\d{8}|[2-9]\d{5})|509([2-589]\d{7})|590(7090\d{5}|([56]9|[89]\d)\d{7})|592(([2-8]\d{3}|9008)\d{3})|594((694\d|7093)\d{5}|(59|[89]\d)\d{7})|596(7091\d{5}|([56]9|[89]\d)\d{7})|597(([2-5]|[6-9]\d)\d{5})|599(([34]1|60|(7|9\d)\d)\d{5})|670(7\d{7}|([2-47]\d|[89]0)\d{5})|672([13]\d{5})|673([2-578]\d{6})|674((222|444|(55|8\d)\d|666|777|999)\d{4})|675((180|[78]\d{3})\d{4}|([2-589]\d|64)\d{5})|676((0800|([5-8]\d\d|999)\d)\d{3}|[2-8]\d{4})|677([6-9]\d{6}|[1-6]\d{4})|678([57-9]\d{6}|([238]\d|48)\d{3})|679(45\d{5}|(0800\d|[235-9])\d{6})|680(([24-8]\d\d|345|900)\d{4})|681((40|72|8\d{4})\d{4}|[89]\d{5})|682([2-578]\d{4})|683(([4-7]|888\d)\d{3})|685(([2-6]|8\d{5})\d{4}|[78]\d{6}|[68]\d{5})|686(([37]\d|6[0-79])\d{6}|([2-48]\d|50)\d{3})|687((050|[2-57-9]\d\d)\d{3})|688((2|7\d\d|90)\d{4})|689(4\d{5}(\d{2})?|8\d{7,8})|690([2-47]\d{3,6})|691(([39]\d\d|820)\d{4})|692(329\d{4}|([256]\d|45)\d{5})|850(85\d{6}|(19\d|[2-7])\d{7})|853(0800\d{3}|(28|[68]\d)\d{6})|856((2\d|3)\d{8}|([235-8]\d|41)\d{6})|960((800|9[0-57-9]\d)\d{7}|[34679]\d{6})|970([2489]2\d{6}|(1\d|5)\d{8})|975([178]\d{7}|[2-8]\d{6})|976([12]\d{7,9}|[5-9]\d{7})|992(([0-57-9]\d|66)\d{7})|993([1-7]\d{7})|996(8\d{9}|[235-9]\d{8})|800(([1-9]\d)\d{6})|808([1-9]\d{7})|870(7\d{11}|[235-7]\d{8})|878(10\d{10})|881(6\d{9}|[0-36-9]\d{8})|882([13]\d{6}(\d{2,5})?|[19]\d{7}|([25]\d\d|4)\d{7}(\d{2})?)|883(([1-4]\d|51)\d{6,10})|888(\d{11})|979([1359]\d{8}))$'
    ),
    '^(52|[17]|2[07]|3[0-469]|4[013-9]|5[13-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[789]|8[0578]|9[679])\d)(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?)$', ''
  ),
  ''
) as value,
  given.several
from (
  select
    idw_record as record,
    unnest(case when typeof(phone) like '%[]' then phone::varchar[] else [phone::varchar] end) as raw_value,
    typeof(phone) like '%[]' as several,
    country::varchar as country
  from idw_stage_people
  where phone is not null
) as given

union all

select
  given.record,
  'device'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier,
  given.raw_value,
  given.raw_value as value,
  given.several
from (
  select
    idw_record as record,
    unnest(case when typeof(device) like '%[]' then device::varchar[] else [device::varchar] end) as raw_value,
    typeof(device) like '%[]' as several
  from idw_stage_visits
  where device is not null
) as given;

-- 3.28 idw_several: one row is a record, an identifier of which it may carry several values, and one of them
-- from identifiers
create or replace temp table idw_several as
select distinct record, identifier, value
from idw_candidates
where several and value <> '';

-- 3.29 idw_dictionary: one row is an identifier and a distinct value, with its records and the reason it is dropped
-- from identifiers
create or replace temp table idw_dictionary as
with given as (
  select record, identifier, value
  from idw_candidates
  where not several and value <> ''
  union all
  select record, identifier, value
  from idw_several
),

counted as (
  select identifier, value, count(*) as records, min(record) as first_record
  from given
  group by identifier, value
),

judged as (
  select d.*, case
    when d.identifier = 'email' and not regexp_full_match(d.value, '[^@ ]+@[^@ ]+\.[a-z]{2,}') then 'invalid'
    when d.identifier = 'email' and regexp_full_match(d.value, 'no-?reply@.*') then 'ignored'
  end as rule, i.value is not null as is_listed
  from counted as d
  left join idw_ignored as i on i.identifier = d.identifier and i.value = d.value
)

select
  row_number() over () as value_id,
  identifier,
  value,
  coalesce(rule, case when is_listed then 'ignored' end) as reason,
  rule is null and is_listed as is_listed,
  records,
  first_record
from judged;

-- 3.30 idw_carried: one row is a record and a value that it carries
-- from identifiers
create or replace temp table idw_carried as
select c.record, c.identifier, d.value_id
from idw_candidates as c
join idw_dictionary as d on d.identifier = c.identifier and d.value = c.value
where d.reason is null and not c.several
union all
select s.record, s.identifier, d.value_id
from idw_several as s
join idw_dictionary as d on d.identifier = s.identifier and d.value = s.value
where d.reason is null;

-- 3.31 idw_shifts: one row is an unchanged record and a value that it loses or regains
-- from decisions
create or replace temp table idw_shifts as
select v.record_key, v.identifier, v.value, v.value as raw_value, false as gained
from idw_was_record_values as v
join idw_ignored as i on i.identifier = v.identifier and i.value = v.value
where v.record_key not in (select record_key from idw_delta)
union all
select v.record_key, v.identifier, v.value, v.raw_value, true as gained
from idw_was_ignored_values as v
left join idw_ignored as i on i.identifier = v.identifier and i.value = v.value
where i.value is null and v.record_key not in (select record_key from idw_delta);

-- 3.32 only if idw_out_suppressions has rows:

-- 3.32.1 idw_suppressed_carriers: one row is a record that carries a suppressed value
create or replace temp table idw_suppressed_carriers as
with suppressed_values as (
  select value_id
  from idw_dictionary
  where reason is null and sha256(getvariable('idw_secret') || 'value:' || identifier || ':' || value) in (select hash from idw_out_suppressions where kind = 'value')
)

select distinct r.record_key
from idw_carried as c
join suppressed_values as s on s.value_id = c.value_id
join idw_records as r on r.record = c.record
union
select record_key
from idw_shifts
where gained and sha256(getvariable('idw_secret') || 'value:' || identifier || ':' || value) in (select hash from idw_out_suppressions where kind = 'value');

-- 3.32.2 only if idw_suppressed_carriers has rows:

-- 3.32.2.1 idw_erased: one row is a record that carries a suppressed value
insert into idw_erased
select record_key
from idw_suppressed_carriers
where record_key not in (select record_key from idw_erased);

-- 3.32.2.2 idw_delta: one row is a record that is new, changed, deleted or erased
create or replace temp table idw_delta as
select *
from idw_delta
where record_key not in (select record_key from idw_suppressed_carriers)
union all
select w.record_key, w.model, 'erased' as change
from idw_was_record_state as w
join idw_suppressed_carriers as s on s.record_key = w.record_key;

-- 3.32.2.3 idw_stage_people: one row is a record of people that carries no suppressed value
create or replace temp table idw_stage_people as
select t.*
from idw_stage_people as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = 'people:' || t.idw_source_key);

-- 3.32.2.4 idw_stage_visits: one row is a record of visits that carries no suppressed value
create or replace temp table idw_stage_visits as
select t.*
from idw_stage_visits as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = 'visits:' || t.idw_source_key);

-- 3.32.2.5 idw_records: one row is a record; numbers follow the bytes of the record key
create or replace temp table idw_records as
select t.*
from idw_records as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = t.record_key);

-- 3.32.2.6 idw_candidates: one row is a record and a value that it carries
create or replace temp table idw_candidates as
select t.*
from idw_candidates as t
where t.record in (select record from idw_records);

-- 3.32.2.7 idw_carried: one row is a record and a value that it carries
create or replace temp table idw_carried as
select t.*
from idw_carried as t
where t.record in (select record from idw_records);

-- 3.32.2.8 idw_shifts: one row is an unchanged record and a value that it loses or regains
create or replace temp table idw_shifts as
select t.*
from idw_shifts as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = t.record_key);

-- 3.32.2.9 idw_decided: one row is a decision, its records and its status
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

-- 3.32.2.10 idw_decision_changes: one row is a decision that came into force, left it or changed, and a record that it names
-- from decisions
create or replace temp table idw_decision_changes as
with now_in_force as (
  select id, decision, a, b, attribute, value
  from idw_decided
  where status = 'in_force' and decision <> 'ignore_value'
),

before as (
  select id, decision, a, b, attribute, value
  from idw_was_decisions_in_force
  where status in ('in_force', 'refused', 'agreed') and decision <> 'ignore_value'
),

changed as (
  (select * from now_in_force except select * from before)
  union all
  (select * from before except select * from now_in_force)
)

select id, decision, a as record_key from changed where a is not null
union
select id, decision, b as record_key from changed where b is not null;

-- 3.32.2 end

-- 3.32 end

-- 3.33 idw_delta_values: one row is a new or changed record and a value that it carries
create or replace temp table idw_delta_values as
select r.record_key, d.identifier::varchar as identifier, d.value
from idw_carried as c
join idw_dictionary as d on d.value_id = c.value_id
join idw_records as r on r.record = c.record;

-- 3.34 idw_out_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped
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
join idw_records as r on r.record = d.record
union
select record_key, identifier, raw_value, 'ignored' as reason
from idw_shifts
where not gained;

-- 3.35 idw_out_ignored_values: one row is a record and a value of it that only the list of values to ignore drops
create or replace temp table idw_out_ignored_values as
select distinct r.record_key, d.identifier::varchar as identifier, d.value, c.raw_value
from idw_candidates as c
join idw_dictionary as d on d.identifier = c.identifier and d.value = c.value
join idw_records as r on r.record = c.record
where d.is_listed
union all
select record_key, identifier, value, raw_value
from idw_shifts
where not gained;
