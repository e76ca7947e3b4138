{# The numbering plans that phone knows. One row a plan:
     names     ISO code and common names of its countries, in lower case (none: the plan is known by its calling code only)
     code      calling code, or several of one shape
     trunk     what is dialled before a national number and is no part of it ('' when there is none), alternatives with |
     idd       what is dialled before a calling code, besides + and 00
     national  the national numbers, without trunk
   All but names are regular expressions that every warehouse reads: no backslash, plain groups. #}
{% macro phone_countries() %}
{{ return([
  {'names': ['us', 'usa', 'u.s.', 'u.s.a.', 'united states', 'united states of america', 'america', 'ca', 'can', 'canada'],
   'code': '1', 'trunk': '1', 'idd': '011', 'national': '[2-9][0-9]{2}[2-9][0-9]{6}'},
  {'names': ['gb', 'gbr', 'uk', 'u.k.', 'united kingdom', 'great britain', 'britain', 'england', 'scotland', 'wales', 'northern ireland'],
   'code': '44', 'trunk': '0', 'idd': '', 'national': '[23579][0-9]{9}|[18][0-9]{8,9}'},
  {'names': ['de', 'deu', 'germany', 'deutschland', 'allemagne', 'alemania'],
   'code': '49', 'trunk': '0', 'idd': '', 'national': '[1-9][0-9]{5,10}'},
  {'names': ['fr', 'fra', 'france', 'frankreich', 'francia'],
   'code': '33', 'trunk': '0', 'idd': '', 'national': '[1-9][0-9]{8}'},
  {'names': ['in', 'ind', 'india', 'bharat'],
   'code': '91', 'trunk': '0', 'idd': '', 'national': '[1-9][0-9]{9}'},
  {'names': ['br', 'bra', 'brazil', 'brasil'],
   'code': '55', 'trunk': '0', 'idd': '', 'national': '[1-9][1-9](9[0-9]{8}|[2-9][0-9]{7})|[3589]00[0-9]{6,7}'},
  {'names': ['mx', 'mex', 'mexico', 'méxico'],
   'code': '52', 'trunk': '01|04[45]|1', 'idd': '', 'national': '[2-9][0-9]{9}'},
  {'names': ['jp', 'jpn', 'japan', 'nippon', 'nihon', '日本'],
   'code': '81', 'trunk': '0', 'idd': '010', 'national': '[5-9]0[0-9]{8}|[1-9][0-9]{8}'},
  {'names': ['es', 'esp', 'spain', 'españa', 'espana'],
   'code': '34', 'trunk': '', 'idd': '', 'national': '[5-9][0-9]{8}'},
  {'names': ['it', 'ita', 'italy', 'italia', 'italien', 'italie'],
   'code': '39', 'trunk': '', 'idd': '', 'national': '0[1-9][0-9]{4,9}|3[0-9]{8,9}|8[0-9]{5,9}'},
  {'names': ['nl', 'nld', 'netherlands', 'the netherlands', 'holland', 'nederland'],
   'code': '31', 'trunk': '0', 'idd': '', 'national': '[1-9][0-9]{8}|800[0-9]{4,7}|90[0-9]{5,8}'},
  {'names': ['au', 'aus', 'australia'],
   'code': '61', 'trunk': '0', 'idd': '0011', 'national': '[23478][0-9]{8}|1[38]00[0-9]{6}'},
  {'names': ['sg', 'sgp', 'singapore'],
   'code': '65', 'trunk': '', 'idd': '', 'national': '[3689][0-9]{7}|1800[0-9]{7}'},
  {'names': [],
   'code': '2[07]|21[12368]|22[0-46-9]|23[0-9]|24[03-9]|25[0-8]|26[0-9]|29[01789]|3[026]|35[0-9]|37[0-79]|38[0-35-79]|4[0135678]|42[013]|5[134678]|50[0-9]|59[0-9]|6[02346]|67[02-9]|68[0-35-9]|69[0-2]|8[246]|800|808|85[02356]|870|88[01236]|9[023458]|96[0-8]|97[0-79]|99[2-68]',
   'trunk': '0', 'idd': '', 'national': '[1-9][0-9]{5,11}'},
  {'names': [],
   'code': '7|225|24[12]|378', 'trunk': '', 'idd': '', 'national': '[0-9]{7,12}'}
]) }}
{% endmacro %}
