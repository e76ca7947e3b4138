-- duckdb
'+' || nullif(
  regexp_replace(
    regexp_extract(
      regexp_replace(
        
coalesce(
      map {
        'us': '1γ', 'usa': '1γ', 'u.s.': '1γ', 'u.s.a.': '1γ', 'united states': '1γ', 'united states of america': '1γ', 'america': '1γ', 'ca': '1γ', 'can': '1γ', 'canada': '1γ', 'gb': '44β', 'gbr': '44β', 'uk': '44β', 'u.k.': '44β', 'united kingdom': '44β', 'great britain': '44β', 'britain': '44β', 'england': '44β', 'scotland': '44β', 'wales': '44β', 'northern ireland': '44β', 'de': '49β', 'deu': '49β', 'germany': '49β', 'deutschland': '49β', 'allemagne': '49β', 'alemania': '49β', 'fr': '33β', 'fra': '33β', 'france': '33β', 'frankreich': '33β', 'francia': '33β', 'in': '91β', 'ind': '91β', 'india': '91β', 'bharat': '91β', 'br': '55β', 'bra': '55β', 'brazil': '55β', 'brasil': '55β', 'mx': '52δ', 'mex': '52δ', 'mexico': '52δ', 'méxico': '52δ', 'jp': '81β', 'jpn': '81β', 'japan': '81β', 'nippon': '81β', 'nihon': '81β', '日本': '81β', 'es': '34α', 'esp': '34α', 'spain': '34α', 'españa': '34α', 'espana': '34α', 'it': '39α', 'ita': '39α', 'italy': '39α', 'italia': '39α', 'italien': '39α', 'italie': '39α', 'nl': '31β', 'nld': '31β', 'netherlands': '31β', 'the netherlands': '31β', 'holland': '31β', 'nederland': '31β', 'au': '61β', 'aus': '61β', 'australia': '61β', 'sg': '65α', 'sgp': '65α', 'singapore': '65α'
      }[lower(trim(country_code))],
      'ω'
    ) || regexp_replace(value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', '', 'g'),
        '^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+])|α|β(0)?|γ(1)?|δ(01|04[45]|1)?', ''
      )
      || case
        when regexp_matches(value, '^[^0-9+]*([+]|00|011|010|0011)([^0-9]*[0-9]){1,3}[^0-9]*(0|1|01|04[45]|1)')
          or regexp_matches(value, '^[^0-9+]*[1-9]')
          and lower(trim(country_code)) not in ('us', 'usa', 'u.s.', 'u.s.a.', 'united states', 'united states of america', 'america', 'ca', 'can', 'canada')
          then ' ' || regexp_replace(
            regexp_extract(
              
coalesce(
      map {
        'us': '1γ', 'usa': '1γ', 'u.s.': '1γ', 'u.s.a.': '1γ', 'united states': '1γ', 'united states of america': '1γ', 'america': '1γ', 'ca': '1γ', 'can': '1γ', 'canada': '1γ', 'gb': '44β', 'gbr': '44β', 'uk': '44β', 'u.k.': '44β', 'united kingdom': '44β', 'great britain': '44β', 'britain': '44β', 'england': '44β', 'scotland': '44β', 'wales': '44β', 'northern ireland': '44β', 'de': '49β', 'deu': '49β', 'germany': '49β', 'deutschland': '49β', 'allemagne': '49β', 'alemania': '49β', 'fr': '33β', 'fra': '33β', 'france': '33β', 'frankreich': '33β', 'francia': '33β', 'in': '91β', 'ind': '91β', 'india': '91β', 'bharat': '91β', 'br': '55β', 'bra': '55β', 'brazil': '55β', 'brasil': '55β', 'mx': '52δ', 'mex': '52δ', 'mexico': '52δ', 'méxico': '52δ', 'jp': '81β', 'jpn': '81β', 'japan': '81β', 'nippon': '81β', 'nihon': '81β', '日本': '81β', 'es': '34α', 'esp': '34α', 'spain': '34α', 'españa': '34α', 'espana': '34α', 'it': '39α', 'ita': '39α', 'italy': '39α', 'italia': '39α', 'italien': '39α', 'italie': '39α', 'nl': '31β', 'nld': '31β', 'netherlands': '31β', 'the netherlands': '31β', 'holland': '31β', 'nederland': '31β', 'au': '61β', 'aus': '61β', 'australia': '61β', 'sg': '65α', 'sgp': '65α', 'singapore': '65α'
      }[lower(trim(country_code))],
      'ω'
    ) || regexp_replace(value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', '', 'g'),
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
)

-- snowflake
'+' || nullif(
  regexp_replace(
    regexp_substr(
      regexp_replace(
        
case lower(trim(country_code))
      when 'us' then '1γ' when 'usa' then '1γ' when 'u.s.' then '1γ' when 'u.s.a.' then '1γ' when 'united states' then '1γ' when 'united states of america' then '1γ' when 'america' then '1γ' when 'ca' then '1γ' when 'can' then '1γ' when 'canada' then '1γ' when 'gb' then '44β' when 'gbr' then '44β' when 'uk' then '44β' when 'u.k.' then '44β' when 'united kingdom' then '44β' when 'great britain' then '44β' when 'britain' then '44β' when 'england' then '44β' when 'scotland' then '44β' when 'wales' then '44β' when 'northern ireland' then '44β' when 'de' then '49β' when 'deu' then '49β' when 'germany' then '49β' when 'deutschland' then '49β' when 'allemagne' then '49β' when 'alemania' then '49β' when 'fr' then '33β' when 'fra' then '33β' when 'france' then '33β' when 'frankreich' then '33β' when 'francia' then '33β' when 'in' then '91β' when 'ind' then '91β' when 'india' then '91β' when 'bharat' then '91β' when 'br' then '55β' when 'bra' then '55β' when 'brazil' then '55β' when 'brasil' then '55β' when 'mx' then '52δ' when 'mex' then '52δ' when 'mexico' then '52δ' when 'méxico' then '52δ' when 'jp' then '81β' when 'jpn' then '81β' when 'japan' then '81β' when 'nippon' then '81β' when 'nihon' then '81β' when '日本' then '81β' when 'es' then '34α' when 'esp' then '34α' when 'spain' then '34α' when 'españa' then '34α' when 'espana' then '34α' when 'it' then '39α' when 'ita' then '39α' when 'italy' then '39α' when 'italia' then '39α' when 'italien' then '39α' when 'italie' then '39α' when 'nl' then '31β' when 'nld' then '31β' when 'netherlands' then '31β' when 'the netherlands' then '31β' when 'holland' then '31β' when 'nederland' then '31β' when 'au' then '61β' when 'aus' then '61β' when 'australia' then '61β' when 'sg' then '65α' when 'sgp' then '65α' when 'singapore' then '65α' 
      else 'ω'
    end || regexp_replace(value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', ''),
        '^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+])|α|β(0)?|γ(1)?|δ(01|04[45]|1)?', '', 1, 1
      )
      || case
        when regexp_instr(value, '^[^0-9+]*([+]|00|011|010|0011)([^0-9]*[0-9]){1,3}[^0-9]*(0|1|01|04[45]|1)') > 0
          or regexp_instr(value, '^[^0-9+]*[1-9]') > 0
          and lower(trim(country_code)) not in ('us', 'usa', 'u.s.', 'u.s.a.', 'united states', 'united states of america', 'america', 'ca', 'can', 'canada')
          then ' ' || coalesce(regexp_replace(
            regexp_substr(
              
case lower(trim(country_code))
      when 'us' then '1γ' when 'usa' then '1γ' when 'u.s.' then '1γ' when 'u.s.a.' then '1γ' when 'united states' then '1γ' when 'united states of america' then '1γ' when 'america' then '1γ' when 'ca' then '1γ' when 'can' then '1γ' when 'canada' then '1γ' when 'gb' then '44β' when 'gbr' then '44β' when 'uk' then '44β' when 'u.k.' then '44β' when 'united kingdom' then '44β' when 'great britain' then '44β' when 'britain' then '44β' when 'england' then '44β' when 'scotland' then '44β' when 'wales' then '44β' when 'northern ireland' then '44β' when 'de' then '49β' when 'deu' then '49β' when 'germany' then '49β' when 'deutschland' then '49β' when 'allemagne' then '49β' when 'alemania' then '49β' when 'fr' then '33β' when 'fra' then '33β' when 'france' then '33β' when 'frankreich' then '33β' when 'francia' then '33β' when 'in' then '91β' when 'ind' then '91β' when 'india' then '91β' when 'bharat' then '91β' when 'br' then '55β' when 'bra' then '55β' when 'brazil' then '55β' when 'brasil' then '55β' when 'mx' then '52δ' when 'mex' then '52δ' when 'mexico' then '52δ' when 'méxico' then '52δ' when 'jp' then '81β' when 'jpn' then '81β' when 'japan' then '81β' when 'nippon' then '81β' when 'nihon' then '81β' when '日本' then '81β' when 'es' then '34α' when 'esp' then '34α' when 'spain' then '34α' when 'españa' then '34α' when 'espana' then '34α' when 'it' then '39α' when 'ita' then '39α' when 'italy' then '39α' when 'italia' then '39α' when 'italien' then '39α' when 'italie' then '39α' when 'nl' then '31β' when 'nld' then '31β' when 'netherlands' then '31β' when 'the netherlands' then '31β' when 'holland' then '31β' when 'nederland' then '31β' when 'au' then '61β' when 'aus' then '61β' when 'australia' then '61β' when 'sg' then '65α' when 'sgp' then '65α' when 'singapore' then '65α' 
      else 'ω'
    end || regexp_replace(value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', ''),
              '^([0-9]*[α-ω][+]|[0-9]*[α-ω]00|1γ011|81β010|61β0011|44β44|49β49|33β33|91β91|55β55|52δ52|81β81|34α34|39α39|31β31|61β61|65α65)[0-9]+$'
            ),
            '^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+]|[0-9]*[α-ω])((44|49|33|91|55|81|31|61|2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68])(0)|(1)(1)|(52)(01|04[45]|1))|^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+]|[0-9]*[α-ω])', '\\3\\5\\7', 1, 1
          ), '')
        else ''
      end,
      '(^| )((1)([2-9][0-9]{2}[2-9][0-9]{6})|(44)([23579][0-9]{9}|[18][0-9]{8,9})|(49)([1-9][0-9]{5,10})|(33)([1-9][0-9]{8})|(91)([1-9][0-9]{9})|(55)([1-9][1-9](9[0-9]{8}|[2-9][0-9]{7})|[3589]00[0-9]{6,7})|(52)([2-9][0-9]{9})|(81)([5-9]0[0-9]{8}|[1-9][0-9]{8})|(34)([5-9][0-9]{8})|(39)(0[1-9][0-9]{4,9}|3[0-9]{8,9}|8[0-9]{5,9})|(31)([1-9][0-9]{8}|800[0-9]{4,7}|90[0-9]{5,8})|(61)([23478][0-9]{8}|1[38]00[0-9]{6})|(65)([3689][0-9]{7}|1800[0-9]{7})|(2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68])([1-9][0-9]{5,11})|(7|225|24[12]|378)([0-9]{7,12}))( |$)'
    ),
    '^ ?(1|44|49|33|91|55|52|81|34|39|31|61|65|2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68]|7|225|24[12]|378)(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?) ?$| ', ''
  ),
  ''
)

-- bigquery
'+' || nullif(
  regexp_replace(
    regexp_extract(
      regexp_replace(
        
case lower(trim(country_code))
      when 'us' then '1γ' when 'usa' then '1γ' when 'u.s.' then '1γ' when 'u.s.a.' then '1γ' when 'united states' then '1γ' when 'united states of america' then '1γ' when 'america' then '1γ' when 'ca' then '1γ' when 'can' then '1γ' when 'canada' then '1γ' when 'gb' then '44β' when 'gbr' then '44β' when 'uk' then '44β' when 'u.k.' then '44β' when 'united kingdom' then '44β' when 'great britain' then '44β' when 'britain' then '44β' when 'england' then '44β' when 'scotland' then '44β' when 'wales' then '44β' when 'northern ireland' then '44β' when 'de' then '49β' when 'deu' then '49β' when 'germany' then '49β' when 'deutschland' then '49β' when 'allemagne' then '49β' when 'alemania' then '49β' when 'fr' then '33β' when 'fra' then '33β' when 'france' then '33β' when 'frankreich' then '33β' when 'francia' then '33β' when 'in' then '91β' when 'ind' then '91β' when 'india' then '91β' when 'bharat' then '91β' when 'br' then '55β' when 'bra' then '55β' when 'brazil' then '55β' when 'brasil' then '55β' when 'mx' then '52δ' when 'mex' then '52δ' when 'mexico' then '52δ' when 'méxico' then '52δ' when 'jp' then '81β' when 'jpn' then '81β' when 'japan' then '81β' when 'nippon' then '81β' when 'nihon' then '81β' when '日本' then '81β' when 'es' then '34α' when 'esp' then '34α' when 'spain' then '34α' when 'españa' then '34α' when 'espana' then '34α' when 'it' then '39α' when 'ita' then '39α' when 'italy' then '39α' when 'italia' then '39α' when 'italien' then '39α' when 'italie' then '39α' when 'nl' then '31β' when 'nld' then '31β' when 'netherlands' then '31β' when 'the netherlands' then '31β' when 'holland' then '31β' when 'nederland' then '31β' when 'au' then '61β' when 'aus' then '61β' when 'australia' then '61β' when 'sg' then '65α' when 'sgp' then '65α' when 'singapore' then '65α' 
      else 'ω'
    end || regexp_replace(value, r'^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', ''),
        r'^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+])|α|β(0)?|γ(1)?|δ(01|04[45]|1)?', ''
      )
      || case
        when regexp_contains(value, r'^[^0-9+]*([+]|00|011|010|0011)([^0-9]*[0-9]){1,3}[^0-9]*(0|1|01|04[45]|1)')
          or regexp_contains(value, r'^[^0-9+]*[1-9]')
          and lower(trim(country_code)) not in ('us', 'usa', 'u.s.', 'u.s.a.', 'united states', 'united states of america', 'america', 'ca', 'can', 'canada')
          then ' ' || coalesce(regexp_replace(
            regexp_extract(
              
case lower(trim(country_code))
      when 'us' then '1γ' when 'usa' then '1γ' when 'u.s.' then '1γ' when 'u.s.a.' then '1γ' when 'united states' then '1γ' when 'united states of america' then '1γ' when 'america' then '1γ' when 'ca' then '1γ' when 'can' then '1γ' when 'canada' then '1γ' when 'gb' then '44β' when 'gbr' then '44β' when 'uk' then '44β' when 'u.k.' then '44β' when 'united kingdom' then '44β' when 'great britain' then '44β' when 'britain' then '44β' when 'england' then '44β' when 'scotland' then '44β' when 'wales' then '44β' when 'northern ireland' then '44β' when 'de' then '49β' when 'deu' then '49β' when 'germany' then '49β' when 'deutschland' then '49β' when 'allemagne' then '49β' when 'alemania' then '49β' when 'fr' then '33β' when 'fra' then '33β' when 'france' then '33β' when 'frankreich' then '33β' when 'francia' then '33β' when 'in' then '91β' when 'ind' then '91β' when 'india' then '91β' when 'bharat' then '91β' when 'br' then '55β' when 'bra' then '55β' when 'brazil' then '55β' when 'brasil' then '55β' when 'mx' then '52δ' when 'mex' then '52δ' when 'mexico' then '52δ' when 'méxico' then '52δ' when 'jp' then '81β' when 'jpn' then '81β' when 'japan' then '81β' when 'nippon' then '81β' when 'nihon' then '81β' when '日本' then '81β' when 'es' then '34α' when 'esp' then '34α' when 'spain' then '34α' when 'españa' then '34α' when 'espana' then '34α' when 'it' then '39α' when 'ita' then '39α' when 'italy' then '39α' when 'italia' then '39α' when 'italien' then '39α' when 'italie' then '39α' when 'nl' then '31β' when 'nld' then '31β' when 'netherlands' then '31β' when 'the netherlands' then '31β' when 'holland' then '31β' when 'nederland' then '31β' when 'au' then '61β' when 'aus' then '61β' when 'australia' then '61β' when 'sg' then '65α' when 'sgp' then '65α' when 'singapore' then '65α' 
      else 'ω'
    end || regexp_replace(value, r'^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', ''),
              r'^(?:[0-9]*[α-ω][+]|[0-9]*[α-ω]00|1γ011|81β010|61β0011|44β44|49β49|33β33|91β91|55β55|52δ52|81β81|34α34|39α39|31β31|61β61|65α65)[0-9]+$'
            ),
            r'^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+]|[0-9]*[α-ω])((44|49|33|91|55|81|31|61|2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68])(0)|(1)(1)|(52)(01|04[45]|1))|^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+]|[0-9]*[α-ω])', r'\3\5\7'
          ), '')
        else ''
      end,
      r'(?:^| )(?:(?:1)(?:[2-9][0-9]{2}[2-9][0-9]{6})|(?:44)(?:[23579][0-9]{9}|[18][0-9]{8,9})|(?:49)(?:[1-9][0-9]{5,10})|(?:33)(?:[1-9][0-9]{8})|(?:91)(?:[1-9][0-9]{9})|(?:55)(?:[1-9][1-9](?:9[0-9]{8}|[2-9][0-9]{7})|[3589]00[0-9]{6,7})|(?:52)(?:[2-9][0-9]{9})|(?:81)(?:[5-9]0[0-9]{8}|[1-9][0-9]{8})|(?:34)(?:[5-9][0-9]{8})|(?:39)(?:0[1-9][0-9]{4,9}|3[0-9]{8,9}|8[0-9]{5,9})|(?:31)(?:[1-9][0-9]{8}|800[0-9]{4,7}|90[0-9]{5,8})|(?:61)(?:[23478][0-9]{8}|1[38]00[0-9]{6})|(?:65)(?:[3689][0-9]{7}|1800[0-9]{7})|(?:2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68])(?:[1-9][0-9]{5,11})|(?:7|225|24[12]|378)(?:[0-9]{7,12}))(?: |$)'
    ),
    r'^ ?(1|44|49|33|91|55|52|81|34|39|31|61|65|2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68]|7|225|24[12]|378)(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?) ?$| ', ''
  ),
  ''
)
