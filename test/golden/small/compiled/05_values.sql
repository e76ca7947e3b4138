-- 5. Cleaning the values

-- 5.1 idw_ignored: one row is an identifier and a normalised value to ignore
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

-- 5.2 idw_candidates: one row is a record, an identifier and a value as it came, with its normalised form
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

-- 5.3 idw_dictionary: one row is an identifier and a distinct value, with the reason it is dropped
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

-- 5.4 idw_carried: one row is a record and a value that it carries
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

-- 5.5 only if idw_out_suppressions has rows:

-- 5.5.1 idw_suppressed_carriers: one row is a record that carries a suppressed value
create or replace temp table idw_suppressed_carriers as
with suppressed_values as (
  select value_id
  from idw_dictionary
  where reason is null and sha256(getvariable('idw_secret') || 'value:' || identifier || ':' || value) in (select hash from idw_out_suppressions where kind = 'value')
)

select distinct r.record_key
from idw_carried as c
join suppressed_values as s on s.value_id = c.value_id
join idw_records as r on r.record = c.record;

-- 5.5.2 only if idw_suppressed_carriers has rows:

-- 5.5.2.1 idw_erased: one row is a record that carries a suppressed value
insert into idw_erased
select record_key
from idw_suppressed_carriers
where record_key not in (select record_key from idw_erased);

-- 5.5.2.2 idw_stage_people: one row is a record of people that carries no suppressed value
create or replace temp table idw_stage_people as
select t.*
from idw_stage_people as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = 'people:' || t.idw_source_key);

-- 5.5.2.3 idw_stage_visits: one row is a record of visits that carries no suppressed value
create or replace temp table idw_stage_visits as
select t.*
from idw_stage_visits as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = 'visits:' || t.idw_source_key);

-- 5.5.2.4 idw_records: one row is a record; numbers follow the bytes of the record key
create or replace temp table idw_records as
select t.*
from idw_records as t
where not exists (select 1 from idw_suppressed_carriers as s where s.record_key = t.record_key);

-- 5.5.2.5 idw_candidates: one row is a record and a value that it carries
create or replace temp table idw_candidates as
select t.*
from idw_candidates as t
where t.record in (select record from idw_records);

-- 5.5.2.6 idw_carried: one row is a record and a value that it carries
create or replace temp table idw_carried as
select t.*
from idw_carried as t
where t.record in (select record from idw_records);

-- 5.5.2.7 idw_decided: one row is a decision, its records and its status
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

-- 5.5.2.8 idw_decisions: one row is a decision, with the numbers of its records
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

-- 5.5.2 end

-- 5.5 end

-- 5.6 idw_value_counts: one row is a value, with its records
create or replace temp table idw_value_counts as
select
  value_id,
  identifier,
  count(*) as records,
  min(record) as first_record,
  coalesce(count(*) > case identifier when 'email' then 50 when 'phone' then 20 end, false) as is_shared
from idw_carried
group by value_id, identifier;

-- 5.7 idw_holders: one row is a record that a decision names, and its holder
-- from decisions
create or replace temp table idw_holders as
select distinct record, record as holder
from (
  select a_record as record from idw_decisions where decision in ('must_link', 'cannot_link') and status = 'in_force'
  union all
  select b_record as record from idw_decisions where decision in ('must_link', 'cannot_link') and status = 'in_force'
) as named;

-- 5.8 idw_load: one row is a holder, a cannot-link and its side
-- from decisions
create or replace temp table idw_load as
select h.holder, d."position" - 1000000000 as constraint_no, d.a_record as class_rank, 1 as limit_value
from idw_decisions as d
join idw_holders as h on h.record = d.a_record
where d.decision = 'cannot_link' and d.status = 'in_force'
union all
select h.holder, d."position" - 1000000000 as constraint_no, d.b_record as class_rank, 1 as limit_value
from idw_decisions as d
join idw_holders as h on h.record = d.b_record
where d.decision = 'cannot_link' and d.status = 'in_force';

-- 5.9 idw_blocked: one row is a holder and a value refused to it
create or replace temp table idw_blocked as
select
  cast('' as varchar) as identifier,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false;

-- 5.10 idw_kept: one row is a holder and a must-link that names it
-- from decisions
create or replace temp table idw_kept as
select a_record as holder, position as value_rank, position as class_rank, cast(null as timestamp) as ranked_at
from idw_decisions
where decision = 'must_link' and status = 'in_force'
union all
select b_record as holder, position as value_rank, position as class_rank, cast(null as timestamp) as ranked_at
from idw_decisions
where decision = 'must_link' and status = 'in_force';

-- 5.11 idw_contenders: one row is a holder and a value that another holder keeps too
-- from decisions
create or replace temp table idw_contenders as
with several as (
  select value_rank, min(ranked_at) as ranked_at
  from idw_kept
  group by value_rank
  having count(*) >= 2
),

turns as (
  select value_rank, row_number() over (order by ranked_at asc nulls last, value_rank) as turn
  from several
)

select k.holder as origin, k.holder, k.value_rank, k.ranked_at, t.turn
from idw_kept as k
join turns as t on t.value_rank = k.value_rank;

-- 5.12 only if idw_contenders has rows:

-- 5.12.1 idw_links: one row is a link between two holders of a value
create or replace temp table idw_links as
select distinct a, b
from (
  select min(holder) over (partition by turn) as a, holder as b
  from idw_contenders
) as pairs
where a <> b;

-- 5.12.2 idw_hops: one row is a node that stopped being a root, and its round
create or replace temp table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false;

-- 5.12.3 groups of holders by must_link: repeat while idw_links has rows, counting rounds in idw_round:

-- 5.12.3.1 idw_picks: one row is a node that still has links, and its root in this round
create or replace temp table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, arg_min(neighbour, hash(neighbour + 1000000007::bigint * getvariable('idw_round'))) as root
  from both_ways
  group by node
),

rooted as (
  select p.node, case when q.root = p.node and p.node < q.node then p.node else p.root end as root
  from picked as p
  join picked as q on q.node = p.root
),

jumped as (
  select r.node, s.root
  from rooted as r
  join rooted as s on s.node = r.root
)

select j.node, k.root
from jumped as j
join jumped as k on k.node = j.root;

-- 5.12.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select getvariable('idw_round') as round, node, root
from idw_picks
where node <> root;

-- 5.12.3.3 idw_links: one row is a link between two roots
create or replace temp table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;

-- 5.12.3 end of the round

-- 5.12.4 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
select node, root from idw_hops where false;

-- 5.12.5 groups of holders by must_link, backwards: repeat with idw_round from its last value down to 1:

-- 5.12.5.1 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = getvariable('idw_round')
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null;

-- 5.12.5 end of the round

-- 5.12.6 idw_groups: one row is a holder, and the smallest holder of its group
create or replace temp table idw_groups as
with smallest as (
  select root, least(root, min(node)) as label
  from idw_roots
  group by root
),

named as (
  select r.node, s.label
  from idw_roots as r
  join smallest as s on s.root = r.root
  union all
  select root as node, label
  from smallest
)

select node as holder, label as group_holder
from named;

-- 5.12.7 idw_loud: one row is a group that breaks a hard constraint
create or replace temp table idw_loud as
select distinct group_holder
from (
  select g.group_holder
  from idw_groups as g
  join idw_load as l on l.holder = g.holder
  group by g.group_holder, l.constraint_no, l.limit_value
  having count(distinct l.class_rank) > l.limit_value
) as exceeded;

-- 5.12.8 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temp table idw_moves as
select g.holder as origin, g.holder
from idw_groups as g
join idw_loud as o on o.group_holder = g.group_holder;

-- 5.12.9 idw_refusals: one row is a holder at the start of the phase and a value refused to it
create or replace temp table idw_refusals as
select
  cast(0 as bigint) as origin,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false;

-- 5.12.10 idw_contenders: one row is a holder and a value, in loud groups
create or replace temp table idw_contenders as
select c.*
from idw_contenders as c
join idw_groups as g on g.holder = c.holder
join idw_loud as o on o.group_holder = g.group_holder;

-- 5.12.11 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temp table idw_phase_load as
select distinct l.holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
where l.holder in (select holder from idw_contenders);

-- 5.12.12 merging by must_link: repeat while idw_contenders has rows, counting rounds in idw_round:

-- 5.12.12.1 idw_verdicts: one row is a holder of a value judged in this round
-- from decisions
create or replace temp table idw_verdicts as
with nearest as (
  select holder, min(turn) as turn
  from idw_contenders
  group by holder
),

ready as (
  select c.turn
  from idw_contenders as c
  join nearest as n on n.holder = c.holder
  group by c.turn
  having min(n.turn) = c.turn
),

holders as (
  select c.turn, c.value_rank, c.holder, min(c.ranked_at) as ranked_at
  from idw_contenders as c
  join ready as r on r.turn = c.turn
  group by c.turn, c.value_rank, c.holder
),

placed as (
  select turn, value_rank, holder, row_number() over (
    partition by turn order by ranked_at asc nulls last, holder
  ) as place
  from holders
),

brought as (
  select p.turn, p.holder, p.place, l.constraint_no, l.class_rank, l.limit_value
  from placed as p
  join idw_phase_load as l on l.holder = p.holder
),

seated as (
  select turn, constraint_no, class_rank, row_number() over (
    partition by turn, constraint_no order by min(place), class_rank
  ) as seat
  from brought
  group by turn, constraint_no, class_rank
),

refused as (
  select b.turn, b.holder, min(b.constraint_no) as blocked_by
  from brought as b
  join seated as s on s.turn = b.turn and s.constraint_no = b.constraint_no and s.class_rank = b.class_rank
  where s.seat > b.limit_value
  group by b.turn, b.holder
)

select
  p.turn,
  p.value_rank,
  p.holder,
  min(case when p.place = 1 then p.holder end) over (partition by p.turn) as owner,
  r.blocked_by,
  min(r.blocked_by) over (partition by p.turn) as any_blocked_by
from placed as p
left join refused as r on r.turn = p.turn and r.holder = p.holder;

-- 5.12.12.2 idw_refusals: one row is a holder at the start of the phase and a value refused to it
-- from decisions
insert into idw_refusals
select
  c.origin,
  v.holder,
  v.value_rank,
  v.owner as owner,
  v.blocked_by as blocked_by
from idw_verdicts as v
join idw_contenders as c on c.turn = v.turn and c.holder = v.holder
where v.blocked_by is not null;

-- 5.12.12.3 idw_renames: one row is a holder that merged in this round
create or replace temp table idw_renames as
select holder, min(holder) over (partition by turn) as new_holder
from idw_verdicts
where blocked_by is null;

-- 5.12.12.4 idw_contenders: one row is a holder and a value not yet judged
create or replace temp table idw_contenders as
with renamed as (
  select c.origin, coalesce(r.new_holder, c.holder) as holder, c.value_rank, c.ranked_at, c.turn
  from idw_contenders as c
  left join idw_renames as r on r.holder = c.holder
  where c.turn not in (select turn from idw_verdicts)
),

several as (
  select turn
  from renamed
  group by turn
  having min(holder) <> max(holder)
)

select n.*
from renamed as n
join several as s on s.turn = n.turn;

-- 5.12.12.5 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temp table idw_phase_load as
select distinct coalesce(r.new_holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_phase_load as l
left join idw_renames as r on r.holder = l.holder;

-- 5.12.12.6 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temp table idw_moves as
select m.origin, coalesce(r.new_holder, m.holder) as holder
from idw_moves as m
left join idw_renames as r on r.holder = m.holder;

-- 5.12.12 end of the round

-- 5.12.13 idw_moves: one row is a holder of a quiet group
insert into idw_moves
select g.holder as origin, g.group_holder as holder
from idw_groups as g
where g.group_holder not in (select group_holder from idw_loud);

-- 5.12.14 idw_blocked: one row is a holder and a value refused to it
-- from decisions
insert into idw_blocked
select distinct 'must_link' as identifier, value_rank, holder, owner, blocked_by
from idw_refusals;

-- 5.12.15 idw_holders: one row is a record, and its holder
create or replace temp table idw_holders as
select h.record, coalesce(m.holder, h.holder) as holder
from idw_holders as h
left join idw_moves as m on m.origin = h.holder;

-- 5.12.16 idw_load: one row is a holder, a hard constraint and a class
create or replace temp table idw_load as
select distinct coalesce(m.holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
left join idw_moves as m on m.origin = l.holder;

-- 5.12 end

-- 5.13 idw_linked: one row is a record that is must-linked to others, and their smallest record
create or replace temp table idw_linked as
select record, holder
from idw_holders
where holder in (select holder from idw_holders group by holder having count(*) >= 2);

-- 5.14 idw_links: one row is a link between two values of must-linked records
create or replace temp table idw_links as
with of_linked as (
  select distinct l.holder, c.identifier, c.value_id
  from idw_linked as l
  join idw_carried as c on c.record = l.record
  join idw_value_counts as v on v.value_id = c.value_id
  where not v.is_shared
)

select distinct a, b
from (
  select min(value_id) over (partition by holder, identifier) as a, value_id as b
  from of_linked
) as pairs
where a <> b;

-- 5.15 idw_hops: one row is a node that stopped being a root, and its round
create or replace temp table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false;

-- 5.16 classes of values, before contested ones leave: repeat while idw_links has rows, counting rounds in idw_round:

-- 5.16.1 idw_picks: one row is a node that still has links, and its root in this round
create or replace temp table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, arg_min(neighbour, hash(neighbour + 1000000007::bigint * getvariable('idw_round'))) as root
  from both_ways
  group by node
),

rooted as (
  select p.node, case when q.root = p.node and p.node < q.node then p.node else p.root end as root
  from picked as p
  join picked as q on q.node = p.root
),

jumped as (
  select r.node, s.root
  from rooted as r
  join rooted as s on s.node = r.root
)

select j.node, k.root
from jumped as j
join jumped as k on k.node = j.root;

-- 5.16.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select getvariable('idw_round') as round, node, root
from idw_picks
where node <> root;

-- 5.16.3 idw_links: one row is a link between two roots
create or replace temp table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;

-- 5.16 end of the round

-- 5.17 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
select node, root from idw_hops where false;

-- 5.18 classes of values, before contested ones leave, backwards: repeat with idw_round from its last value down to 1:

-- 5.18.1 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = getvariable('idw_round')
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null;

-- 5.18 end of the round

-- 5.19 idw_classes: one row is a value that shares a class with others
create or replace temp table idw_classes as
with smallest as (
  select root, least(root, min(node)) as label
  from idw_roots
  group by root
),

named as (
  select r.node, s.label
  from idw_roots as r
  join smallest as s on s.root = r.root
  union all
  select root as node, label
  from smallest
)

select node as value_id, label as class_id
from named;

-- 5.20 idw_contested_values: one row is a value contested from the start
-- from identifiers
create or replace temp table idw_contested_values as
with limits as (
  select 'login' as identifier, 1 as priority, 1 as limit_value
  union all
  select 'email' as identifier, 2 as priority, 2 as limit_value
  union all
  select 'phone' as identifier, 4 as priority, 2 as limit_value
),

judged as (
  select value_id, case identifier when 'name_and_birth' then 3 when 'phone' then 4 when 'device' then 5 end as priority
  from idw_value_counts
  where identifier in ('name_and_birth', 'phone', 'device') and records >= 2 and not is_shared
),

strong as (
  select c.record, c.value_id, l.identifier, l.priority, l.limit_value
  from idw_carried as c
  join limits as l on l.identifier = c.identifier
  join idw_value_counts as v on v.value_id = c.value_id
  where not v.is_shared
),

exceeded as (
  select j.value_id, s.identifier, s.priority
  from judged as j
  join idw_carried as c on c.value_id = j.value_id
  join strong as s on s.record = c.record and s.priority < j.priority
  left join idw_classes as k on k.value_id = s.value_id
  group by j.value_id, s.identifier, s.priority, s.limit_value
  having count(distinct coalesce(k.class_id, s.value_id)) > s.limit_value
)

select value_id, arg_min(identifier, priority) as exceeded
from exceeded
group by value_id;

-- 5.21 idw_values: one row is a value, with its records and its status
create or replace temp table idw_values as
select
  v.*,
  case when v.is_shared then 'shared' when c.value_id is not null then 'contested' end as status,
  c.exceeded
from idw_value_counts as v
left join idw_contested_values as c on c.value_id = v.value_id;

-- 5.22 idw_links: one row is a link between two values of must-linked records
create or replace temp table idw_links as
with of_linked as (
  select distinct l.holder, c.identifier, c.value_id
  from idw_linked as l
  join idw_carried as c on c.record = l.record
  join idw_values as v on v.value_id = c.value_id
  where v.status is null
)

select distinct a, b
from (
  select min(value_id) over (partition by holder, identifier) as a, value_id as b
  from of_linked
) as pairs
where a <> b;

-- 5.23 idw_hops: one row is a node that stopped being a root, and its round
create or replace temp table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false;

-- 5.24 classes of values: repeat while idw_links has rows, counting rounds in idw_round:

-- 5.24.1 idw_picks: one row is a node that still has links, and its root in this round
create or replace temp table idw_picks as
with both_ways as (
  select a as node, b as neighbour from idw_links
  union all
  select b as node, a as neighbour from idw_links
),

picked as (
  select node, arg_min(neighbour, hash(neighbour + 1000000007::bigint * getvariable('idw_round'))) as root
  from both_ways
  group by node
),

rooted as (
  select p.node, case when q.root = p.node and p.node < q.node then p.node else p.root end as root
  from picked as p
  join picked as q on q.node = p.root
),

jumped as (
  select r.node, s.root
  from rooted as r
  join rooted as s on s.node = r.root
)

select j.node, k.root
from jumped as j
join jumped as k on k.node = j.root;

-- 5.24.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select getvariable('idw_round') as round, node, root
from idw_picks
where node <> root;

-- 5.24.3 idw_links: one row is a link between two roots
create or replace temp table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;

-- 5.24 end of the round

-- 5.25 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
select node, root from idw_hops where false;

-- 5.26 classes of values, backwards: repeat with idw_round from its last value down to 1:

-- 5.26.1 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
with hopped as (
  select h.node, coalesce(r.root, h.root) as root
  from idw_hops as h
  left join idw_roots as r on r.node = h.root
  where h.round = getvariable('idw_round')
)

select node, root
from hopped
where node <> root
union all
select r.node, r.root
from idw_roots as r
left join hopped as h on h.node = r.node
where h.node is null;

-- 5.26 end of the round

-- 5.27 idw_classes: one row is a value that shares a class with others
create or replace temp table idw_classes as
with smallest as (
  select root, least(root, min(node)) as label
  from idw_roots
  group by root
),

named as (
  select r.node, s.label
  from idw_roots as r
  join smallest as s on s.root = r.root
  union all
  select root as node, label
  from smallest
)

select node as value_id, label as class_id
from named;
