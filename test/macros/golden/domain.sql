-- duckdb
nullif(
  regexp_extract(
    regexp_replace(lower(case
  when value between '!' and '~~' and substr(value, -1) between '!' and '~' then value
  else regexp_replace(value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '^(([a-z][a-z0-9+.-]*:)?//|mailto:)?([^/?#,;[:space:]]*@)?(www[.])?|[.]?([:/?#].*)?$', '', 'g'),
    '^([^[:space:]!-,./:-@[-^`{-~]+[.])+[^[:space:]!-,./:-@[-^`{-~]+$'
  ),
  ''
)

-- snowflake
regexp_substr(
  regexp_replace(case
  when regexp_like(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '[ -~]*') then lower(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'))
  else translate(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '‹lower_from›', '‹lower_to›')
end, '^(([a-z][a-z0-9+.-]*:)?//|mailto:)?([^/?#,;[:space:]]*@)?(www[.])?|[.]?([:/?#].*)?$', ''),
  '^([^[:space:]!-,./:-@[-^`{-~]+[.])+[^[:space:]!-,./:-@[-^`{-~]+$'
)

-- bigquery
regexp_extract(
  regexp_replace(case
  when char_length(regexp_replace(value, r'^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '')) = byte_length(regexp_replace(value, r'^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '')) then lower(regexp_replace(value, r'^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', ''))
  else translate(regexp_replace(value, r'^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', ''), '‹lower_from›', '‹lower_to›')
end, r'^(([a-z][a-z0-9+.-]*:)?//|mailto:)?([^/?#,;[:space:]]*@)?(www[.])?|[.]?([:/?#].*)?$', ''),
  r'^(?:[^[:space:]!-,./:-@[-^`{-~]+[.])+[^[:space:]!-,./:-@[-^`{-~]+$'
)

-- postgres
substring(
  regexp_replace(
    regexp_replace(
      case
  when char_length(btrim(value, E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) = octet_length(btrim(value, E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) then lower(btrim(value, E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') collate "C")
  else translate(btrim(value, E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '‹lower_from›', '‹lower_to›')
end collate "C",
      '^(([a-z][a-z0-9+.-]*:)?//|mailto:)?([^/?#,;[:space:]]*@)?(www[.])?', ''
    ),
    '[.]?([:/?#][^\n]*)?$', ''
  ),
  '^(?:[^[:space:]!-,./:-@[-^`{-~]+[.])+[^[:space:]!-,./:-@[-^`{-~]+$'
)
