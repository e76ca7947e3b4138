-- 17. Publishing
-- The runner builds the results in a scratch file, then attaches the target's database file as idw_target, waits for
-- its readers, and runs this. A relation that lacks a column of its result gets it before the transaction begins.

-- 17.1 relations that are missing; each statement by itself
create schema if not exists idw_target.identity;

create table if not exists idw_target.identity.identity_records as
select * from idw_out_identity_records where false;

create table if not exists idw_target.identity.record_values as
select * from idw_out_record_values where false;

create table if not exists idw_target.identity.identities as
select * from idw_out_identities where false;

create table if not exists idw_target.identity.identity_values as
select * from idw_out_identity_values where false;

create table if not exists idw_target.identity.blocked_merges as
select * from idw_out_blocked_merges where false;

create table if not exists idw_target.identity.golden_records as
select * from idw_out_golden_records where false;

create table if not exists idw_target.identity.rejected_records as
select * from idw_out_rejected_records where false;

create table if not exists idw_target.identity.rejected_values as
select * from idw_out_rejected_values where false;

create table if not exists idw_target.identity.decisions_in_force as
select * from idw_out_decisions_in_force where false;

create table if not exists idw_target.identity.identity_redirects as
select * from idw_out_identity_redirects where false;

create table if not exists idw_target.identity.record_state as
select * from idw_out_record_state where false;

create table if not exists idw_target.identity.withheld_values as
select * from idw_out_withheld_values where false;

create table if not exists idw_target.identity.ignored_values as
select * from idw_out_ignored_values where false;

create table if not exists idw_target.identity.identity_anchors as
select * from idw_out_identity_anchors where false;

create table if not exists idw_target.identity.withdrawn_ids as
select * from idw_out_withdrawn_ids where false;

create table if not exists idw_target.identity.watermarks as
select * from idw_out_watermarks where false;

create table if not exists idw_target.identity.suppressions as
select * from idw_out_suppressions where false;

create table if not exists idw_target.identity.identity_events as
select * from idw_out_identity_events where false;

create table if not exists idw_target.identity.identity_history as
select * from idw_out_identity_history where false;

create table if not exists idw_target.identity.run_log (run bigint, started_at timestamp, finished_at timestamp, mode varchar, config_hash varchar, status varchar, records bigint, new_records bigint, changed_records bigint, erased_records bigint, components bigint, constrained_components bigint, rounds bigint, identities bigint, created bigint, merged bigint, split bigint, moved bigint, revived bigint, retired bigint);

create table if not exists idw_target.identity.run_metrics (run bigint, metric varchar, dimension varchar, metric_value double);

create or replace view idw_target.identity.merge_evidence as
with ties as (
  select
    r.identity_id,
    r.record_key,
    v.identifier,
    v.value,
    count(*) over (partition by v.identifier, v.value) as records
  from identity.record_values as v
  join identity.identity_records as r on r.record_key = v.record_key
  where v.status = 'active'
),

must_links as (
  select a.identity_id, d.a, d.b, d.id
  from identity.decisions_in_force as d
  join identity.identity_records as a on a.record_key = d.a
  join identity.identity_records as b on b.record_key = d.b and b.identity_id = a.identity_id
  where d.decision = 'must_link' and d.status = 'in_force'
)

select identity_id, record_key, identifier, value, records, cast(null as varchar) as decision_id
from ties
where records >= 2
union all
select identity_id, a as record_key, 'must_link' as identifier, id as value, 2 as records, id as decision_id
from must_links
union all
select identity_id, b as record_key, 'must_link' as identifier, id as value, 2 as records, id as decision_id
from must_links;

-- 17.2 readers see all of the new results or none of them
begin transaction;

delete from idw_target.identity.identity_records as t
where exists (
  select 1
  from idw_drop_identity_records as d
  where d.record_key = t.record_key
);

insert into idw_target.identity.identity_records by name
select * from idw_put_identity_records;

delete from idw_target.identity.record_values as t
where exists (
  select 1
  from idw_drop_record_values as d
  where d.record_key = t.record_key and d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.record_values by name
select * from idw_put_record_values;

delete from idw_target.identity.identities as t
where exists (
  select 1
  from idw_drop_identities as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.identities by name
select * from idw_put_identities;

delete from idw_target.identity.identity_values as t
where exists (
  select 1
  from idw_drop_identity_values as d
  where d.identity_id = t.identity_id and d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.identity_values by name
select * from idw_put_identity_values;

delete from idw_target.identity.blocked_merges as t
where exists (
  select 1
  from idw_drop_blocked_merges as d
  where d.identity_id = t.identity_id and d.owner_identity_id is not distinct from t.owner_identity_id and d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.blocked_merges by name
select * from idw_put_blocked_merges;

delete from idw_target.identity.golden_records as t
where exists (
  select 1
  from idw_drop_golden_records as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.golden_records by name
select * from idw_put_golden_records;

delete from idw_target.identity.rejected_records as t
where exists (
  select 1
  from idw_drop_rejected_records as d
  where d.model = t.model and d.source_key is not distinct from t.source_key and d.reason = t.reason
);

insert into idw_target.identity.rejected_records by name
select * from idw_put_rejected_records;

delete from idw_target.identity.rejected_values as t
where exists (
  select 1
  from idw_drop_rejected_values as d
  where d.record_key = t.record_key and d.identifier = t.identifier and d.raw_value = t.raw_value and d.reason = t.reason
);

insert into idw_target.identity.rejected_values by name
select * from idw_put_rejected_values;

delete from idw_target.identity.decisions_in_force as t
where exists (
  select 1
  from idw_drop_decisions_in_force as d
  where d.id = t.id
);

insert into idw_target.identity.decisions_in_force by name
select * from idw_put_decisions_in_force;

delete from idw_target.identity.identity_redirects as t
where exists (
  select 1
  from idw_drop_identity_redirects as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.identity_redirects by name
select * from idw_put_identity_redirects;

delete from idw_target.identity.record_state as t
where exists (
  select 1
  from idw_drop_record_state as d
  where d.record_key = t.record_key
);

insert into idw_target.identity.record_state by name
select * from idw_put_record_state;

delete from idw_target.identity.withheld_values as t
where exists (
  select 1
  from idw_drop_withheld_values as d
  where d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.withheld_values by name
select * from idw_put_withheld_values;

delete from idw_target.identity.ignored_values as t
where exists (
  select 1
  from idw_drop_ignored_values as d
  where d.record_key = t.record_key and d.identifier = t.identifier and d.value = t.value and d.raw_value = t.raw_value
);

insert into idw_target.identity.ignored_values by name
select * from idw_put_ignored_values;

delete from idw_target.identity.identity_anchors as t
where exists (
  select 1
  from idw_drop_identity_anchors as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.identity_anchors by name
select * from idw_put_identity_anchors;

delete from idw_target.identity.withdrawn_ids as t
where exists (
  select 1
  from idw_drop_withdrawn_ids as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.withdrawn_ids by name
select * from idw_put_withdrawn_ids;

delete from idw_target.identity.watermarks as t
where exists (
  select 1
  from idw_drop_watermarks as d
  where d.model = t.model
);

insert into idw_target.identity.watermarks by name
select * from idw_put_watermarks;

delete from idw_target.identity.suppressions as t
where exists (
  select 1
  from idw_drop_suppressions as d
  where d.kind = t.kind and d.hash = t.hash
);

insert into idw_target.identity.suppressions by name
select * from idw_put_suppressions;

insert into idw_target.identity.identity_events by name
select * from idw_out_identity_events;

insert into idw_target.identity.identity_history by name
select * from idw_out_identity_history;

delete from idw_target.identity.identity_history
where run <= getvariable('idw_run') - 5;

insert into idw_target.identity.run_metrics
select getvariable('idw_run'), metric, dimension, metric_value
from idw_metrics;

-- 17.3 only if idw_purged_records or idw_purged_values has rows: what an erasure takes from what stays otherwise
update idw_target.identity.identity_events as t
set value = null, reason = null
where t.value is not null
  and t.run < getvariable('idw_run')
  and (
    -- a decision that names an erased record, or is gone
    t.identifier = 'must_link' and not exists (
      select 1
      from idw_target.identity.decisions_in_force as d
      where d.id = t.value and d.a is not null and d.b is not null
    )
    -- a value that nobody carries
    or t.identifier <> 'must_link' and not exists (
      select 1
      from idw_target.identity.identity_values as v
      where v.identifier = t.identifier and v.value = t.value
    )
    -- a value of the person that others carry too, as the cause of what happened to the person's identities
    or exists (
      select 1
      from idw_purged_values as v
      where v.identifier = t.identifier and v.value = t.value
    ) and exists (
      select 1
      from (
        select identity_id
        from idw_purged_identities
        union
        select h.identity_id
        from idw_target.identity.identity_history as h
        where h.record_key in (select record_key from idw_purged_records)
      ) as i
      where i.identity_id = t.identity_id or i.identity_id = t.other_identity_id
    )
  );

update idw_target.identity.identity_history
set record_key = null
where record_key in (select record_key from idw_purged_records);

update idw_target.identity.decisions_in_force as t
set value = null, reason = null
where t.decision = 'ignore_value' and exists (
  select 1
  from idw_purged_values as p
  left join idw_target.identity.ignored_values as v on v.identifier = p.identifier and v.value = p.value
  where v.value is null
    and p.identifier = t.identifier
    and p.value = case t.identifier
      when 'login' then t.value
      when 'email' then lower(case
  when t.value between '!' and '~~' and right(t.value, 1) between '!' and '~' then t.value
  else regexp_replace(t.value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end)
      when 'name_and_birth' then t.value
      when 'phone' then '+' || nullif(
  regexp_replace(
    regexp_extract(
      regexp_replace(
        
coalesce(
      map {
        'us': '1γ', 'usa': '1γ', 'u.s.': '1γ', 'u.s.a.': '1γ', 'united states': '1γ', 'united states of america': '1γ', 'america': '1γ', 'ca': '1γ', 'can': '1γ', 'canada': '1γ', 'gb': '44β', 'gbr': '44β', 'uk': '44β', 'u.k.': '44β', 'united kingdom': '44β', 'great britain': '44β', 'britain': '44β', 'england': '44β', 'scotland': '44β', 'wales': '44β', 'northern ireland': '44β', 'de': '49β', 'deu': '49β', 'germany': '49β', 'deutschland': '49β', 'allemagne': '49β', 'alemania': '49β', 'fr': '33β', 'fra': '33β', 'france': '33β', 'frankreich': '33β', 'francia': '33β', 'in': '91β', 'ind': '91β', 'india': '91β', 'bharat': '91β', 'br': '55β', 'bra': '55β', 'brazil': '55β', 'brasil': '55β', 'mx': '52δ', 'mex': '52δ', 'mexico': '52δ', 'méxico': '52δ', 'jp': '81β', 'jpn': '81β', 'japan': '81β', 'nippon': '81β', 'nihon': '81β', '日本': '81β', 'es': '34α', 'esp': '34α', 'spain': '34α', 'españa': '34α', 'espana': '34α', 'it': '39α', 'ita': '39α', 'italy': '39α', 'italia': '39α', 'italien': '39α', 'italie': '39α', 'nl': '31β', 'nld': '31β', 'netherlands': '31β', 'the netherlands': '31β', 'holland': '31β', 'nederland': '31β', 'au': '61β', 'aus': '61β', 'australia': '61β', 'sg': '65α', 'sgp': '65α', 'singapore': '65α'
      }[lower(trim('US'))],
      'ω'
    ) || regexp_replace(t.value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', '', 'g'),
        '^(1γ011|61β0011|81β010|[0-9]*[α-ω]00|[0-9]*[α-ω][+])|α|β(0)?|γ(1)?|δ(01|04[45]|1)?', ''
      )
      || case
        when regexp_matches(t.value, '^[^0-9+]*([+]|00|011|010|0011)([^0-9]*[0-9]){1,3}[^0-9]*(0|1|01|04[45]|1)')
          or regexp_matches(t.value, '^[^0-9+]*[1-9]')
          and lower(trim('US')) not in ('us', 'usa', 'u.s.', 'u.s.a.', 'united states', 'united states of america', 'america', 'ca', 'can', 'canada')
          then ' ' || regexp_replace(
            regexp_extract(
              
coalesce(
      map {
        'us': '1γ', 'usa': '1γ', 'u.s.': '1γ', 'u.s.a.': '1γ', 'united states': '1γ', 'united states of america': '1γ', 'america': '1γ', 'ca': '1γ', 'can': '1γ', 'canada': '1γ', 'gb': '44β', 'gbr': '44β', 'uk': '44β', 'u.k.': '44β', 'united kingdom': '44β', 'great britain': '44β', 'britain': '44β', 'england': '44β', 'scotland': '44β', 'wales': '44β', 'northern ireland': '44β', 'de': '49β', 'deu': '49β', 'germany': '49β', 'deutschland': '49β', 'allemagne': '49β', 'alemania': '49β', 'fr': '33β', 'fra': '33β', 'france': '33β', 'frankreich': '33β', 'francia': '33β', 'in': '91β', 'ind': '91β', 'india': '91β', 'bharat': '91β', 'br': '55β', 'bra': '55β', 'brazil': '55β', 'brasil': '55β', 'mx': '52δ', 'mex': '52δ', 'mexico': '52δ', 'méxico': '52δ', 'jp': '81β', 'jpn': '81β', 'japan': '81β', 'nippon': '81β', 'nihon': '81β', '日本': '81β', 'es': '34α', 'esp': '34α', 'spain': '34α', 'españa': '34α', 'espana': '34α', 'it': '39α', 'ita': '39α', 'italy': '39α', 'italia': '39α', 'italien': '39α', 'italie': '39α', 'nl': '31β', 'nld': '31β', 'netherlands': '31β', 'the netherlands': '31β', 'holland': '31β', 'nederland': '31β', 'au': '61β', 'aus': '61β', 'australia': '61β', 'sg': '65α', 'sgp': '65α', 'singapore': '65α'
      }[lower(trim('US'))],
      'ω'
    ) || regexp_replace(t.value, '^[^0-9a-zA-Z+]*[tT][eE][lL][a-zA-Z]*[^0-9a-zA-Z+]*|([eE][xX][tT][a-zA-Z]*|[xX#])[^0-9a-zA-Z]*[0-9]{1,7}[^0-9a-zA-Z]*$|[^!-~]+|[&-),-/;]+', '', 'g'),
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
      when 'device' then t.value
    end
);

-- Here the runner adds the row of this run to run_log; its times and counts are known only now.
commit;

-- After an erasure the runner writes the database file anew, since free blocks of it would still hold what is gone.
