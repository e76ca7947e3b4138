-- 2. Looking at the run before

-- 2.1 idw_was_identity_records: one row is a record, with its identity, as the run before left it
create or replace temp view idw_was_identity_records as
select * from idw_target.identity.identity_records;

-- 2.2 idw_was_record_values: one row is a record, an identifier and a value, with its status, as the run before left it
create or replace temp view idw_was_record_values as
select * from idw_target.identity.record_values;

-- 2.3 idw_was_identities: one row is an identity, as the run before left it
create or replace temp view idw_was_identities as
select * from idw_target.identity.identities;

-- 2.4 idw_was_identity_values: one row is an identity, an identifier and a value, with the best status of its records, as the run before left it
create or replace temp view idw_was_identity_values as
select * from idw_target.identity.identity_values;

-- 2.5 idw_was_blocked_merges: one row is an identity, a value and the identity that owns it, as the run before left it
create or replace temp view idw_was_blocked_merges as
select * from idw_target.identity.blocked_merges;

-- 2.6 idw_was_golden_records: one row is an identity, with its golden values, as the run before left it
create or replace temp view idw_was_golden_records as
select * from idw_target.identity.golden_records;

-- 2.7 idw_was_rejected_records: one row is a row that is not a record, and a reason, as the run before left it
create or replace temp view idw_was_rejected_records as
select * from idw_target.identity.rejected_records;

-- 2.8 idw_was_rejected_values: one row is a record, an identifier and a value as it came, and why it was dropped, as the run before left it
create or replace temp view idw_was_rejected_values as
select * from idw_target.identity.rejected_values;

-- 2.9 idw_was_decisions_in_force: one row is a decision, with its status, as the run before left it
create or replace temp view idw_was_decisions_in_force as
select * from idw_target.identity.decisions_in_force;

-- 2.10 idw_was_identity_redirects: one row is an id ever issued, with the id that holds it now, as the run before left it
create or replace temp view idw_was_identity_redirects as
select * from idw_target.identity.identity_redirects;

-- 2.11 idw_was_record_state: one row is a record, with what the next run compares it by and its attributes, as the run before left it
create or replace temp view idw_was_record_state as
select * from idw_target.identity.record_state;

-- 2.12 idw_was_withheld_values: one row is a value that matches nothing, with the reason, as the run before left it
create or replace temp view idw_was_withheld_values as
select * from idw_target.identity.withheld_values;

-- 2.13 idw_was_ignored_values: one row is a record and a value of it that only the list of values to ignore drops, as the run before left it
create or replace temp view idw_was_ignored_values as
select * from idw_target.identity.ignored_values;

-- 2.14 idw_was_identity_anchors: one row is an id ever issued, with the time of its anchor as last known, as the run before left it
create or replace temp view idw_was_identity_anchors as
select * from idw_target.identity.identity_anchors;

-- 2.15 idw_was_withdrawn_ids: one row is an id that is never issued, since its record was erased, as the run before left it
create or replace temp view idw_was_withdrawn_ids as
select * from idw_target.identity.withdrawn_ids;

-- 2.16 idw_was_watermarks: one row is a model, with the latest time of loading that was read, as the run before left it
create or replace temp view idw_was_watermarks as
select * from idw_target.identity.watermarks;

-- 2.17 idw_was_suppressions: one row is a record key or a value that is not to be read again, as a hash, as the run before left it
create or replace temp view idw_was_suppressions as
select * from idw_target.identity.suppressions;

-- 2.18 idw_requests: one row is a request to forget, its value normalised like data
-- from forget
create or replace temp table idw_requests as
with given as (
  select cast(null as varchar) as record_key, cast(null as varchar) as identity_id, cast(null as varchar) as identifier, cast(null as varchar) as value where false
)

select
  g.*,
  case g.identifier
    when 'login' then nullif(g.value, '')
    when 'email' then nullif(lower(case
  when g.value between '!' and '~~' and right(g.value, 1) between '!' and '~' then g.value
  else regexp_replace(g.value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '')
    when 'name_and_birth' then nullif(g.value, '')
    when 'phone' then nullif('+' || nullif(
  regexp_replace(
    regexp_extract(
      regexp_replace(
        
coalesce(
      map {
        'us': '1γ', 'usa': '1γ', 'u.s.': '1γ', 'u.s.a.': '1γ', 'united states': '1γ', 'united states of america': '1γ', 'america': '1γ', 'ca': '1γ', 'can': '1γ', 'canada': '1γ', 'gb': '44β', 'gbr': '44β', 'uk': '44β', 'u.k.': '44β', 'united kingdom': '44β', 'great britain': '44β', 'britain': '44β', 'england': '44β', 'scotland': '44β', 'wales': '44β', 'northern ireland': '44β', 'de': '49β', 'deu': '49β', 'germany': '49β', 'deutschland': '49β', 'allemagne': '49β', 'alemania': '49β', 'fr': '33β', 'fra': '33β', 'france': '33β', 'frankreich': '33β', 'francia': '33β', 'in': '91β', 'ind': '91β', 'india': '91β', 'bharat': '91β', 'br': '55β', 'bra': '55β', 'brazil': '55β', 'brasil': '55β', 'mx': '52δ', 'mex': '52δ', 'mexico': '52δ', 'méxico': '52δ', 'jp': '81β', 'jpn': '81β', 'japan': '81β', 'nippon': '81β', 'nihon': '81β', '日本': '81β', 'es': '34α', 'esp': '34α', 'spain': '34α', 'españa': '34α', 'espana': '34α', 'it': '39α', 'ita': '39α', 'italy': '39α', 'italia': '39α', 'italien': '39α', 'italie': '39α', 'nl': '31β', 'nld': '31β', 'netherlands': '31β', 'the netherlands': '31β', 'holland': '31β', 'nederland': '31β', 'au': '61β', 'aus': '61β', 'australia': '61β', 'sg': '65α', 'sgp': '65α', 'singapore': '65α'
      }[lower(trim('US'))],
      'ω'
    ) || regexp_replace(g.value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', '', 'g'),
        '^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+])|α|β(0)?|γ(1)?|δ(01|04[45]|1)?', ''
      )
      || case
        when regexp_matches(g.value, '^[^0-9+]*([+]|00|011|010|0011)([^0-9]*[0-9]){1,3}[^0-9]*(0|1|01|04[45]|1)')
          or regexp_matches(g.value, '^[^0-9+]*[1-9]')
          and lower(trim('US')) not in ('us', 'usa', 'u.s.', 'u.s.a.', 'united states', 'united states of america', 'america', 'ca', 'can', 'canada')
          then ' ' || regexp_replace(
            regexp_extract(
              
coalesce(
      map {
        'us': '1γ', 'usa': '1γ', 'u.s.': '1γ', 'u.s.a.': '1γ', 'united states': '1γ', 'united states of america': '1γ', 'america': '1γ', 'ca': '1γ', 'can': '1γ', 'canada': '1γ', 'gb': '44β', 'gbr': '44β', 'uk': '44β', 'u.k.': '44β', 'united kingdom': '44β', 'great britain': '44β', 'britain': '44β', 'england': '44β', 'scotland': '44β', 'wales': '44β', 'northern ireland': '44β', 'de': '49β', 'deu': '49β', 'germany': '49β', 'deutschland': '49β', 'allemagne': '49β', 'alemania': '49β', 'fr': '33β', 'fra': '33β', 'france': '33β', 'frankreich': '33β', 'francia': '33β', 'in': '91β', 'ind': '91β', 'india': '91β', 'bharat': '91β', 'br': '55β', 'bra': '55β', 'brazil': '55β', 'brasil': '55β', 'mx': '52δ', 'mex': '52δ', 'mexico': '52δ', 'méxico': '52δ', 'jp': '81β', 'jpn': '81β', 'japan': '81β', 'nippon': '81β', 'nihon': '81β', '日本': '81β', 'es': '34α', 'esp': '34α', 'spain': '34α', 'españa': '34α', 'espana': '34α', 'it': '39α', 'ita': '39α', 'italy': '39α', 'italia': '39α', 'italien': '39α', 'italie': '39α', 'nl': '31β', 'nld': '31β', 'netherlands': '31β', 'the netherlands': '31β', 'holland': '31β', 'nederland': '31β', 'au': '61β', 'aus': '61β', 'australia': '61β', 'sg': '65α', 'sgp': '65α', 'singapore': '65α'
      }[lower(trim('US'))],
      'ω'
    ) || regexp_replace(g.value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', '', 'g'),
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
), '')
    when 'device' then nullif(g.value, '')
  end as normalised
from given as g;

-- 2.19 must return no row: bad requests (forget)
select problem, identifier, count(*) as requests_found
from (
  select identifier, case
    when record_key is null and identity_id is null and identifier is null and value is null then 'empty'
    when record_key is not null and (identity_id is not null or identifier is not null or value is not null) then 'several'
    when identity_id is not null and (identifier is not null or value is not null) then 'several'
    when record_key is null and identity_id is null and identifier is null then 'no_identifier'
    when identifier not in ('login', 'email', 'name_and_birth', 'phone', 'device') then 'unknown_identifier'
    when identifier is not null and normalised is null then 'no_value'
  end as problem
  from idw_requests
) as judged
where problem is not null
group by problem, identifier
order by problem, identifier;

-- 2.20 idw_forgotten: one row is a record key that a request means
-- from forget
create or replace temp table idw_forgotten as
select record_key
from idw_requests
where record_key is not null
union
select r.record_key
from idw_requests as q
join idw_was_identity_redirects as d on d.identity_id = q.identity_id
join idw_was_identity_records as r on r.identity_id = d.current_identity_id
union
select v.record_key
from idw_requests as q
join idw_was_record_values as v on v.identifier = q.identifier and v.value = q.normalised;

-- 2.21 idw_out_suppressions: one row is a record key or a value that is not to be read again, as a hash
-- from forget
create or replace temp table idw_out_suppressions as
select kind, hash, secret_id, requested_run, requested_at
from idw_was_suppressions
union all
select
  n.kind,
  n.hash,
  getvariable('idw_secret_id') as secret_id,
  getvariable('idw_run') as requested_run,
  getvariable('idw_started') as requested_at
from (
  select 'record' as kind, sha256(getvariable('idw_secret') || 'record:' || record_key) as hash
  from idw_forgotten
  union
  select 'value' as kind, sha256(getvariable('idw_secret') || 'value:' || identifier || ':' || normalised) as hash
  from idw_requests
  where normalised is not null
) as n
where not exists (
  select 1 from idw_was_suppressions as w where w.kind = n.kind and w.hash = n.hash
);
