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
      when typeof(changed_at) <> 'VARCHAR' then try_cast(changed_at as timestamptz)::timestamp
      when regexp_full_match(trim(changed_at::varchar), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(changed_at::varchar) as timestamptz),
        try_cast(regexp_replace(trim(changed_at::varchar), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as idw_observed_at,
    changed_at::varchar as idw_time_text,
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
select idw_source_key, idw_observed_at, hash(hash(idw_observed_at), hash(city), hash(country), hash(email), hash(first_name), hash(login), hash(other_emails), hash(phone), hash(street), hash(zip)) as idw_fingerprint
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
select count(*) as rows_found, min('') as sample
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
select idw_source_key, idw_observed_at, hash(hash(idw_observed_at), hash(amount), hash(birth_date), hash(device), hash(first_name), hash(last_name), hash(login), hash(zip)) as idw_fingerprint
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
select count(*) as rows_found, min('') as sample
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
select
  'people:' || s.idw_source_key as record_key,
  'people' as model,
  case when w.record_key is null then 'new' else 'changed' end as change
from idw_seen_people as s
left join idw_was_record_state as w on w.record_key = 'people:' || s.idw_source_key
where w.record_key is null or w.fingerprint <> s.idw_fingerprint
union all
select w.record_key, w.model, 'deleted' as change
from idw_was_record_state as w
left join idw_seen_people as s on 'people:' || s.idw_source_key = w.record_key
where w.model = 'people'
  and s.idw_source_key is null
  and w.record_key not in (select record_key from idw_erased)
union all
select
  'visits:' || s.idw_source_key as record_key,
  'visits' as model,
  case when w.record_key is null then 'new' else 'changed' end as change
from idw_seen_visits as s
left join idw_was_record_state as w on w.record_key = 'visits:' || s.idw_source_key
where w.record_key is null or w.fingerprint <> s.idw_fingerprint
union all
select w.record_key, w.model, 'deleted' as change
from idw_was_record_state as w
left join idw_seen_visits as s on 'visits:' || s.idw_source_key = w.record_key
where w.model = 'visits'
  and s.idw_source_key is null
  and w.record_key not in (select record_key from idw_erased)
union all
select w.record_key, w.model, 'erased' as change
from idw_was_record_state as w
join idw_erased as e on e.record_key = w.record_key;

-- 3.13 idw_known: one row is a record that exists after this run
create or replace temp view idw_known as
select w.record_key
from idw_was_identity_records as w
left join idw_delta as d on d.record_key = w.record_key and d.change in ('deleted', 'erased')
where d.record_key is null
union all
select record_key
from idw_delta
where change = 'new';

-- 3.14 idw_given_decisions: one row is a decision as it is written
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

-- 3.15 idw_decided: one row is a decision, its records and its status
-- from decisions
create or replace temp table idw_decided as
with read_as_given as (
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
      when typeof(decided_at) <> 'VARCHAR' then try_cast(decided_at as timestamptz)::timestamp
      when regexp_full_match(trim(decided_at::varchar), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(decided_at::varchar) as timestamptz),
        try_cast(regexp_replace(trim(decided_at::varchar), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as decided_at,
    case
      when typeof(expires_at) <> 'VARCHAR' then try_cast(expires_at as timestamptz)::timestamp
      when regexp_full_match(trim(expires_at::varchar), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(expires_at::varchar) as timestamptz),
        try_cast(regexp_replace(trim(expires_at::varchar), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as expires_at
  from idw_given_decisions
),

-- An identity id was replaced by a record when the decision was first seen, and stays so.
given as (
  select
    g.id,
    g.decision,
    case when g.a like 'id\_%' escape '\' then coalesce(w.a, g.a) else g.a end as a,
    case when g.b like 'id\_%' escape '\' then coalesce(w.b, g.b) else g.b end as b,
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

-- 3.16 must return no row: bad decisions (decisions)
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

-- 3.17 idw_decision_changes: one row is a decision that came into force, left it or changed, and a record that it names
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

-- 3.18 idw_ignored: one row is an identifier and a normalised value to ignore
-- from identifiers
create or replace temp table idw_ignored as
select distinct identifier, value
from (
  select
    'login' as identifier,
    given.value
  from idw_decided as given
  where given.decision = 'ignore_value'
    and given.identifier = 'login'
    and given.status = 'in_force'

  union all

  select
    'email' as identifier,
    lower(case
  when given.value between '!' and '~~' and right(given.value, 1) between '!' and '~' then given.value
  else regexp_replace(given.value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end) as value
  from (select 'test@example.com' as value) as given

  union all

  select
    'email' as identifier,
    lower(case
  when given.value between '!' and '~~' and right(given.value, 1) between '!' and '~' then given.value
  else regexp_replace(given.value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end) as value
  from idw_decided as given
  where given.decision = 'ignore_value'
    and given.identifier = 'email'
    and given.status = 'in_force'

  union all

  select
    'name_and_birth' as identifier,
    given.value
  from idw_decided as given
  where given.decision = 'ignore_value'
    and given.identifier = 'name_and_birth'
    and given.status = 'in_force'

  union all

  select
    'phone' as identifier,
    '+' || nullif(
  regexp_replace(
    regexp_extract(
      regexp_replace(
        
coalesce(
      map {
        'us': '1γ', 'usa': '1γ', 'u.s.': '1γ', 'u.s.a.': '1γ', 'united states': '1γ', 'united states of america': '1γ', 'america': '1γ', 'ca': '1γ', 'can': '1γ', 'canada': '1γ', 'gb': '44β', 'gbr': '44β', 'uk': '44β', 'u.k.': '44β', 'united kingdom': '44β', 'great britain': '44β', 'britain': '44β', 'england': '44β', 'scotland': '44β', 'wales': '44β', 'northern ireland': '44β', 'de': '49β', 'deu': '49β', 'germany': '49β', 'deutschland': '49β', 'allemagne': '49β', 'alemania': '49β', 'fr': '33β', 'fra': '33β', 'france': '33β', 'frankreich': '33β', 'francia': '33β', 'in': '91β', 'ind': '91β', 'india': '91β', 'bharat': '91β', 'br': '55β', 'bra': '55β', 'brazil': '55β', 'brasil': '55β', 'mx': '52δ', 'mex': '52δ', 'mexico': '52δ', 'méxico': '52δ', 'jp': '81β', 'jpn': '81β', 'japan': '81β', 'nippon': '81β', 'nihon': '81β', '日本': '81β', 'es': '34α', 'esp': '34α', 'spain': '34α', 'españa': '34α', 'espana': '34α', 'it': '39α', 'ita': '39α', 'italy': '39α', 'italia': '39α', 'italien': '39α', 'italie': '39α', 'nl': '31β', 'nld': '31β', 'netherlands': '31β', 'the netherlands': '31β', 'holland': '31β', 'nederland': '31β', 'au': '61β', 'aus': '61β', 'australia': '61β', 'sg': '65α', 'sgp': '65α', 'singapore': '65α'
      }[lower(trim('US'))],
      'ω'
    ) || regexp_replace(given.value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', '', 'g'),
        '^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+])|α|β(0)?|γ(1)?|δ(01|04[45]|1)?', ''
      )
      || case
        when regexp_matches(given.value, '^[^0-9+]*([+]|00|011|010|0011)([^0-9]*[0-9]){1,3}[^0-9]*(0|1|01|04[45]|1)')
          or regexp_matches(given.value, '^[^0-9+]*[1-9]')
          and lower(trim('US')) not in ('us', 'usa', 'u.s.', 'u.s.a.', 'united states', 'united states of america', 'america', 'ca', 'can', 'canada')
          then ' ' || regexp_replace(
            regexp_extract(
              
coalesce(
      map {
        'us': '1γ', 'usa': '1γ', 'u.s.': '1γ', 'u.s.a.': '1γ', 'united states': '1γ', 'united states of america': '1γ', 'america': '1γ', 'ca': '1γ', 'can': '1γ', 'canada': '1γ', 'gb': '44β', 'gbr': '44β', 'uk': '44β', 'u.k.': '44β', 'united kingdom': '44β', 'great britain': '44β', 'britain': '44β', 'england': '44β', 'scotland': '44β', 'wales': '44β', 'northern ireland': '44β', 'de': '49β', 'deu': '49β', 'germany': '49β', 'deutschland': '49β', 'allemagne': '49β', 'alemania': '49β', 'fr': '33β', 'fra': '33β', 'france': '33β', 'frankreich': '33β', 'francia': '33β', 'in': '91β', 'ind': '91β', 'india': '91β', 'bharat': '91β', 'br': '55β', 'bra': '55β', 'brazil': '55β', 'brasil': '55β', 'mx': '52δ', 'mex': '52δ', 'mexico': '52δ', 'méxico': '52δ', 'jp': '81β', 'jpn': '81β', 'japan': '81β', 'nippon': '81β', 'nihon': '81β', '日本': '81β', 'es': '34α', 'esp': '34α', 'spain': '34α', 'españa': '34α', 'espana': '34α', 'it': '39α', 'ita': '39α', 'italy': '39α', 'italia': '39α', 'italien': '39α', 'italie': '39α', 'nl': '31β', 'nld': '31β', 'netherlands': '31β', 'the netherlands': '31β', 'holland': '31β', 'nederland': '31β', 'au': '61β', 'aus': '61β', 'australia': '61β', 'sg': '65α', 'sgp': '65α', 'singapore': '65α'
      }[lower(trim('US'))],
      'ω'
    ) || regexp_replace(given.value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', '', 'g'),
              '^([0-9]*[α-ω][+]|[0-9]*[α-ω]00|1γ011|81β010|61β0011|44β44|49β49|33β33|91β91|55β55|52δ52|81β81|34α34|39α39|31β31|61β61|65α65)[0-9]+$'
            ),
            '^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+]|[0-9]*[α-ω])((44|49|33|91|55|81|31|61|2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68])(0)|(1)(1)|(52)(01|04[45]|1))|^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+]|[0-9]*[α-ω])', '\3\5\7'
          )
        else ''
      end,
      '(^| )((1)([2-9][0-9]{2}[2-9][0-9]{6})|(44)([23579][0-9]{9}|[18][0-9]{8,9})|(49)([1-9][0-9]{5,10})|(33)([1-9][0-9]{8})|(91)([1-9][0-9]{9})|(55)([1-9][1-9](9[0-9]{8}|[2-9][0-9]{7})|[3589]00[0-9]{6,7})|(52)([2-9][0-9]{9})|(81)([5-9]0[0-9]{8}|[1-9][0-9]{8})|(34)([5-9][0-9]{8})|(39)(0[1-9][0-9]{4,9}|3[0-9]{8,9}|8[0-9]{5,9})|(31)([1-9][0-9]{8}|800[0-9]{4,7}|90[0-9]{5,8})|(61)([23478][0-9]{8}|1[38]00[0-9]{6})|(65)([3689][0-9]{7}|1800[0-9]{7})|(2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68])([1-9][0-9]{5,11})|(7|225|24[12]|378)([0-9]{7,12}))( |$)'
    ),
    '^ ?(1|44|49|33|91|55|52|81|34|39|31|61|65|2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68]|7|225|24[12]|378)(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?) ?$| ', '', 'g'
  ),
  ''
) as value
  from idw_decided as given
  where given.decision = 'ignore_value'
    and given.identifier = 'phone'
    and given.status = 'in_force'

  union all

  select
    'device' as identifier,
    given.value
  from idw_decided as given
  where given.decision = 'ignore_value'
    and given.identifier = 'device'
    and given.status = 'in_force'
) as entries
where value <> '';

-- 3.19 idw_delta: one row is a record to read again, since a value of it is ignored now or no longer
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

-- 3.20 idw_stage_people: one row is a new or changed record of people
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
    case when idw_observed_at is null then nullif(trim(idw_time_text), '') end as idw_bad_time,
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
  *
from timed;

-- 3.21 must return no row: bad times (models.people.observed_at)
select idw_source_key as source_key, idw_bad_time as observed_at, count(*) over () as times_found
from idw_stage_people
where idw_bad_time is not null
order by idw_record
limit 5;

-- 3.22 idw_stage_visits: one row is a new or changed record of visits
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
    case when idw_observed_at is null then nullif(trim(idw_time_text), '') end as idw_bad_time,
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
  *
from timed;

-- 3.23 idw_records: one row is a new or changed record; numbers follow the bytes of the record key
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

-- 3.24 idw_attributes: one row is a record, with its attributes
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

-- 3.25 must return no row: bad overrides (decisions)
with types as (
  select
    max(r.first_name) as first_name,
    max(r.town) as town,
    count(distinct cast(null as varchar)) as logins,
    list(cast(null as varchar) order by 1) as emails,
    cast(sum(cast(r.amount as decimal(38,9))) as decimal(38,9)) as spent,
    max(r.street) as street,
    max(r.zip) as zip
  from idw_attributes as r
  where false
),

judged as (
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

-- 3.26 idw_candidates: one row is a record, an identifier and a value as it came, with its normalised form
-- from identifiers
create or replace temp table idw_candidates as
select
  given.record,
  'login' as identifier,
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
) as given

union all

select
  given.record,
  'email' as identifier,
  given.raw_value,
  lower(case
  when given.raw_value between '!' and '~~' and right(given.raw_value, 1) between '!' and '~' then given.raw_value
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
) as given

union all

select
  given.record,
  'email' as identifier,
  given.raw_value,
  lower(case
  when given.raw_value between '!' and '~~' and right(given.raw_value, 1) between '!' and '~' then given.raw_value
  else regexp_replace(given.raw_value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end) as value,
  given.several
from (
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
  'phone' as identifier,
  given.raw_value,
  '+' || nullif(
  regexp_replace(
    regexp_extract(
      regexp_replace(
        
coalesce(
      map {
        'us': '1γ', 'usa': '1γ', 'u.s.': '1γ', 'u.s.a.': '1γ', 'united states': '1γ', 'united states of america': '1γ', 'america': '1γ', 'ca': '1γ', 'can': '1γ', 'canada': '1γ', 'gb': '44β', 'gbr': '44β', 'uk': '44β', 'u.k.': '44β', 'united kingdom': '44β', 'great britain': '44β', 'britain': '44β', 'england': '44β', 'scotland': '44β', 'wales': '44β', 'northern ireland': '44β', 'de': '49β', 'deu': '49β', 'germany': '49β', 'deutschland': '49β', 'allemagne': '49β', 'alemania': '49β', 'fr': '33β', 'fra': '33β', 'france': '33β', 'frankreich': '33β', 'francia': '33β', 'in': '91β', 'ind': '91β', 'india': '91β', 'bharat': '91β', 'br': '55β', 'bra': '55β', 'brazil': '55β', 'brasil': '55β', 'mx': '52δ', 'mex': '52δ', 'mexico': '52δ', 'méxico': '52δ', 'jp': '81β', 'jpn': '81β', 'japan': '81β', 'nippon': '81β', 'nihon': '81β', '日本': '81β', 'es': '34α', 'esp': '34α', 'spain': '34α', 'españa': '34α', 'espana': '34α', 'it': '39α', 'ita': '39α', 'italy': '39α', 'italia': '39α', 'italien': '39α', 'italie': '39α', 'nl': '31β', 'nld': '31β', 'netherlands': '31β', 'the netherlands': '31β', 'holland': '31β', 'nederland': '31β', 'au': '61β', 'aus': '61β', 'australia': '61β', 'sg': '65α', 'sgp': '65α', 'singapore': '65α'
      }[lower(trim(coalesce(nullif(trim(given.country), ''), 'US')))],
      'ω'
    ) || regexp_replace(given.raw_value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', '', 'g'),
        '^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+])|α|β(0)?|γ(1)?|δ(01|04[45]|1)?', ''
      )
      || case
        when regexp_matches(given.raw_value, '^[^0-9+]*([+]|00|011|010|0011)([^0-9]*[0-9]){1,3}[^0-9]*(0|1|01|04[45]|1)')
          or regexp_matches(given.raw_value, '^[^0-9+]*[1-9]')
          and lower(trim(coalesce(nullif(trim(given.country), ''), 'US'))) not in ('us', 'usa', 'u.s.', 'u.s.a.', 'united states', 'united states of america', 'america', 'ca', 'can', 'canada')
          then ' ' || regexp_replace(
            regexp_extract(
              
coalesce(
      map {
        'us': '1γ', 'usa': '1γ', 'u.s.': '1γ', 'u.s.a.': '1γ', 'united states': '1γ', 'united states of america': '1γ', 'america': '1γ', 'ca': '1γ', 'can': '1γ', 'canada': '1γ', 'gb': '44β', 'gbr': '44β', 'uk': '44β', 'u.k.': '44β', 'united kingdom': '44β', 'great britain': '44β', 'britain': '44β', 'england': '44β', 'scotland': '44β', 'wales': '44β', 'northern ireland': '44β', 'de': '49β', 'deu': '49β', 'germany': '49β', 'deutschland': '49β', 'allemagne': '49β', 'alemania': '49β', 'fr': '33β', 'fra': '33β', 'france': '33β', 'frankreich': '33β', 'francia': '33β', 'in': '91β', 'ind': '91β', 'india': '91β', 'bharat': '91β', 'br': '55β', 'bra': '55β', 'brazil': '55β', 'brasil': '55β', 'mx': '52δ', 'mex': '52δ', 'mexico': '52δ', 'méxico': '52δ', 'jp': '81β', 'jpn': '81β', 'japan': '81β', 'nippon': '81β', 'nihon': '81β', '日本': '81β', 'es': '34α', 'esp': '34α', 'spain': '34α', 'españa': '34α', 'espana': '34α', 'it': '39α', 'ita': '39α', 'italy': '39α', 'italia': '39α', 'italien': '39α', 'italie': '39α', 'nl': '31β', 'nld': '31β', 'netherlands': '31β', 'the netherlands': '31β', 'holland': '31β', 'nederland': '31β', 'au': '61β', 'aus': '61β', 'australia': '61β', 'sg': '65α', 'sgp': '65α', 'singapore': '65α'
      }[lower(trim(coalesce(nullif(trim(given.country), ''), 'US')))],
      'ω'
    ) || regexp_replace(given.raw_value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', '', 'g'),
              '^([0-9]*[α-ω][+]|[0-9]*[α-ω]00|1γ011|81β010|61β0011|44β44|49β49|33β33|91β91|55β55|52δ52|81β81|34α34|39α39|31β31|61β61|65α65)[0-9]+$'
            ),
            '^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+]|[0-9]*[α-ω])((44|49|33|91|55|81|31|61|2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68])(0)|(1)(1)|(52)(01|04[45]|1))|^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+]|[0-9]*[α-ω])', '\3\5\7'
          )
        else ''
      end,
      '(^| )((1)([2-9][0-9]{2}[2-9][0-9]{6})|(44)([23579][0-9]{9}|[18][0-9]{8,9})|(49)([1-9][0-9]{5,10})|(33)([1-9][0-9]{8})|(91)([1-9][0-9]{9})|(55)([1-9][1-9](9[0-9]{8}|[2-9][0-9]{7})|[3589]00[0-9]{6,7})|(52)([2-9][0-9]{9})|(81)([5-9]0[0-9]{8}|[1-9][0-9]{8})|(34)([5-9][0-9]{8})|(39)(0[1-9][0-9]{4,9}|3[0-9]{8,9}|8[0-9]{5,9})|(31)([1-9][0-9]{8}|800[0-9]{4,7}|90[0-9]{5,8})|(61)([23478][0-9]{8}|1[38]00[0-9]{6})|(65)([3689][0-9]{7}|1800[0-9]{7})|(2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68])([1-9][0-9]{5,11})|(7|225|24[12]|378)([0-9]{7,12}))( |$)'
    ),
    '^ ?(1|44|49|33|91|55|52|81|34|39|31|61|65|2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68]|7|225|24[12]|378)(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?) ?$| ', '', 'g'
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
  'login' as identifier,
  given.raw_value,
  given.raw_value as value,
  given.several
from (
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
  'device' as identifier,
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
) as given

union all

select
  given.record,
  'name_and_birth' as identifier,
  given.raw_value,
  given.raw_value as value,
  given.several
from (
  select
    idw_record as record,
    replace(replace(lower(case
  when last_name::varchar between '!' and '~~' and right(last_name::varchar, 1) between '!' and '~' then last_name::varchar
  else regexp_replace(last_name::varchar, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '\', '\\'), '|', '\|') || '|' || replace(replace(lower(case
  when birth_date::varchar between '!' and '~~' and right(birth_date::varchar, 1) between '!' and '~' then birth_date::varchar
  else regexp_replace(birth_date::varchar, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '\', '\\'), '|', '\|') as raw_value,
    false as several
  from idw_stage_visits
  where lower(case
  when last_name::varchar between '!' and '~~' and right(last_name::varchar, 1) between '!' and '~' then last_name::varchar
  else regexp_replace(last_name::varchar, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end) <> ''
    and lower(case
  when birth_date::varchar between '!' and '~~' and right(birth_date::varchar, 1) between '!' and '~' then birth_date::varchar
  else regexp_replace(birth_date::varchar, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end) <> ''
) as given;

-- 3.27 idw_dictionary: one row is an identifier and a distinct value, with the reason it is dropped
-- from identifiers
create or replace temp table idw_dictionary as
with judged as (
  select
    d.identifier,
    d.value,
    case
      when d.identifier = 'email' and not regexp_full_match(d.value, '[^@ ]+@[^@ ]+\.[a-z]{2,}') then 'invalid'
      when d.identifier = 'email' and regexp_full_match(d.value, 'no-?reply@.*') then 'ignored'
    end as rule,
    i.value is not null as is_listed
  from (
    select distinct identifier, value
    from idw_candidates
    where value <> ''
  ) as d
  left join idw_ignored as i on i.identifier = d.identifier and i.value = d.value
)

select
  row_number() over () as value_id,
  identifier,
  value,
  coalesce(rule, case when is_listed then 'ignored' end) as reason,
  rule is null and is_listed as is_listed
from judged;

-- 3.28 idw_carried: one row is a record and a value that it carries
-- from identifiers
create or replace temp table idw_carried as
with encoded as (
  select c.record, d.identifier, d.value_id, c.several
  from idw_candidates as c
  join idw_dictionary as d on d.identifier = c.identifier and d.value = c.value
  where d.reason is null
)

select record, identifier, value_id
from encoded
where not several
union all
select distinct record, identifier, value_id
from encoded
where several;

-- 3.29 idw_shifts: one row is an unchanged record and a value that it loses or regains
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

-- 3.30 only if idw_out_suppressions has rows:

-- 3.30.1 idw_suppressed_carriers: one row is a record that carries a suppressed value
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

-- 3.30.2 only if idw_suppressed_carriers has rows:

-- 3.30.2.1 idw_erased: one row is a record that carries a suppressed value
insert into idw_erased
select record_key
from idw_suppressed_carriers
where record_key not in (select record_key from idw_erased);

-- 3.30.2.2 idw_delta: one row is a record that is new, changed, deleted or erased
create or replace temp table idw_delta as
select *
from idw_delta
where record_key not in (select record_key from idw_suppressed_carriers)
union all
select w.record_key, w.model, 'erased' as change
from idw_was_record_state as w
join idw_suppressed_carriers as s on s.record_key = w.record_key;

-- 3.30.2.3 idw_stage_people: one row is a record of people that carries no suppressed value
create or replace temp table idw_stage_people as
select t.*
from idw_stage_people as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = 'people:' || t.idw_source_key);

-- 3.30.2.4 idw_stage_visits: one row is a record of visits that carries no suppressed value
create or replace temp table idw_stage_visits as
select t.*
from idw_stage_visits as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = 'visits:' || t.idw_source_key);

-- 3.30.2.5 idw_records: one row is a record; numbers follow the bytes of the record key
create or replace temp table idw_records as
select t.*
from idw_records as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = t.record_key);

-- 3.30.2.6 idw_candidates: one row is a record and a value that it carries
create or replace temp table idw_candidates as
select t.*
from idw_candidates as t
where t.record in (select record from idw_records);

-- 3.30.2.7 idw_carried: one row is a record and a value that it carries
create or replace temp table idw_carried as
select t.*
from idw_carried as t
where t.record in (select record from idw_records);

-- 3.30.2.8 idw_shifts: one row is an unchanged record and a value that it loses or regains
create or replace temp table idw_shifts as
select t.*
from idw_shifts as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = t.record_key);

-- 3.30.2.9 idw_decided: one row is a decision, its records and its status
-- from decisions
create or replace temp table idw_decided as
with read_as_given as (
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
      when typeof(decided_at) <> 'VARCHAR' then try_cast(decided_at as timestamptz)::timestamp
      when regexp_full_match(trim(decided_at::varchar), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(decided_at::varchar) as timestamptz),
        try_cast(regexp_replace(trim(decided_at::varchar), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as decided_at,
    case
      when typeof(expires_at) <> 'VARCHAR' then try_cast(expires_at as timestamptz)::timestamp
      when regexp_full_match(trim(expires_at::varchar), '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?') then coalesce(
        try_cast(trim(expires_at::varchar) as timestamptz),
        try_cast(regexp_replace(trim(expires_at::varchar), '^(.{13}:\d\d)?(:[0-9.]+)? ?(.*)$', '\1:00\3') as timestamptz)
      )::timestamp
    end as expires_at
  from idw_given_decisions
),

-- An identity id was replaced by a record when the decision was first seen, and stays so.
given as (
  select
    g.id,
    g.decision,
    case when g.a like 'id\_%' escape '\' then coalesce(w.a, g.a) else g.a end as a,
    case when g.b like 'id\_%' escape '\' then coalesce(w.b, g.b) else g.b end as b,
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

-- 3.30.2.10 idw_decision_changes: one row is a decision that came into force, left it or changed, and a record that it names
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

-- 3.30.2 end

-- 3.30 end

-- 3.31 idw_delta_values: one row is a new or changed record and a value that it carries
create or replace temp table idw_delta_values as
select r.record_key, d.identifier, d.value
from idw_carried as c
join idw_dictionary as d on d.value_id = c.value_id
join idw_records as r on r.record = c.record;

-- 3.32 idw_out_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped
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
join idw_records as r on r.record = d.record
union
select record_key, identifier, raw_value, 'ignored' as reason
from idw_shifts
where not gained;

-- 3.33 idw_out_ignored_values: one row is a record and a value of it that only the list of values to ignore drops
create or replace temp table idw_out_ignored_values as
select distinct r.record_key, d.identifier, d.value, c.raw_value
from idw_candidates as c
join idw_dictionary as d on d.identifier = c.identifier and d.value = c.value
join idw_records as r on r.record = c.record
where d.is_listed
union all
select record_key, identifier, value, raw_value
from idw_shifts
where not gained;
