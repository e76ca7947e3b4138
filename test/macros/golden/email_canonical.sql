-- duckdb
case
  when lower(case
  when value between '!' and '~~' and substr(value, -1) between '!' and '~' then value
  else regexp_replace(value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end) like '%@g%mail.com' and regexp_matches(lower(case
  when value between '!' and '~~' and substr(value, -1) between '!' and '~' then value
  else regexp_replace(value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '^[^@+]*[^.@+][^@]*@(gmail|googlemail)[.]com$')
    then replace(regexp_extract(lower(case
  when value between '!' and '~~' and substr(value, -1) between '!' and '~' then value
  else regexp_replace(value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '^[^@+]+'), '.', '') || '@gmail.com'
  when value like '%+%@%' then regexp_replace(lower(case
  when value between '!' and '~~' and substr(value, -1) between '!' and '~' then value
  else regexp_replace(value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end), '^([^+@"]+)[+][^@"]*@', '\1@')
  else lower(case
  when value between '!' and '~~' and substr(value, -1) between '!' and '~' then value
  else regexp_replace(value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end)
end

-- snowflake
case
  when regexp_like(case
  when regexp_like(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '[ -~]*') then lower(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'))
  else translate(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '‹lower_from›', '‹lower_to›')
end, '[^@+]*[^.@+][^@]*@(gmail|googlemail)[.]com')
    then replace(regexp_substr(case
  when regexp_like(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '[ -~]*') then lower(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'))
  else translate(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '‹lower_from›', '‹lower_to›')
end, '^[^@+]+'), '.', '') || '@gmail.com'
  else regexp_replace(case
  when regexp_like(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '[ -~]*') then lower(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'))
  else translate(trim(value, '\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '‹lower_from›', '‹lower_to›')
end, '^([^+@"]+)[+][^@"]*@', '\\1@')
end

-- bigquery
(
  select
    case
      when regexp_contains(address, r'^[^@+]*[^.@+][^@]*@(gmail|googlemail)[.]com$')
        then concat(replace(regexp_extract(address, r'^[^@+]+'), '.', ''), '@gmail.com')
      else regexp_replace(address, r'^([^+@"]+)[+][^@"]*@', r'\1@')
    end
  from unnest([case
  when char_length(regexp_replace(value, r'^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '')) = byte_length(regexp_replace(value, r'^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '')) then lower(regexp_replace(value, r'^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', ''))
  else translate(regexp_replace(value, r'^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', ''), '‹lower_from›', '‹lower_to›')
end]) as address
)

-- postgres
(
  select
    case
      when address ~ '^[^@+]*[^.@+][^@]*@(gmail|googlemail)[.]com$'
        then replace(substring(address from '^[^@+]+'), '.', '') || '@gmail.com'
      else regexp_replace(address, '^([^+@"]+)[+][^@"]*@', '\1@')
    end
  from (select case
  when char_length(btrim(value, E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) = octet_length(btrim(value, E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) then lower(btrim(value, E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') collate "C")
  else translate(btrim(value, E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '‹lower_from›', '‹lower_to›')
end as address) as addresses
)
