-- 10. Publishing
-- The runner builds the results in a scratch file, then attaches the target's database file as idw_target, waits for
-- its readers, and runs this. A relation that lacks a column of its result gets it before the transaction begins.

-- 10.1 relations that are missing; each statement by itself
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

create table if not exists idw_target.identity.metric_counts as
select * from idw_out_metric_counts where false;

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

-- 10.2 readers see all of the new results or none of them
begin transaction;

delete from idw_target.identity.identity_records as t
where t.record_key in (select record_key from idw_drop_identity_records) and exists (
  select 1
  from idw_drop_identity_records as d
  where d.record_key = t.record_key
);

insert into idw_target.identity.identity_records by name
select * from idw_put_identity_records;

delete from idw_target.identity.record_values as t
where t.record_key in (select record_key from idw_drop_record_values) and exists (
  select 1
  from idw_drop_record_values as d
  where d.record_key = t.record_key and d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.record_values by name
select * from idw_put_record_values;

delete from idw_target.identity.identities as t
where t.identity_id in (select identity_id from idw_drop_identities) and exists (
  select 1
  from idw_drop_identities as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.identities by name
select * from idw_put_identities;

delete from idw_target.identity.identity_values as t
where t.identity_id in (select identity_id from idw_drop_identity_values) and exists (
  select 1
  from idw_drop_identity_values as d
  where d.identity_id = t.identity_id and d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.identity_values by name
select * from idw_put_identity_values;

delete from idw_target.identity.blocked_merges as t
where t.identity_id in (select identity_id from idw_drop_blocked_merges) and exists (
  select 1
  from idw_drop_blocked_merges as d
  where d.identity_id = t.identity_id and d.owner_identity_id is not distinct from t.owner_identity_id and d.identifier = t.identifier and d.value = t.value
);

insert into idw_target.identity.blocked_merges by name
select * from idw_put_blocked_merges;

delete from idw_target.identity.golden_records as t
where t.identity_id in (select identity_id from idw_drop_golden_records) and exists (
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
where t.record_key in (select record_key from idw_drop_rejected_values) and exists (
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
where t.identity_id in (select identity_id from idw_drop_identity_redirects) and exists (
  select 1
  from idw_drop_identity_redirects as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.identity_redirects by name
select * from idw_put_identity_redirects;

delete from idw_target.identity.record_state as t
where t.record_key in (select record_key from idw_drop_record_state) and exists (
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
where t.record_key in (select record_key from idw_drop_ignored_values) and exists (
  select 1
  from idw_drop_ignored_values as d
  where d.record_key = t.record_key and d.identifier = t.identifier and d.value = t.value and d.raw_value = t.raw_value
);

insert into idw_target.identity.ignored_values by name
select * from idw_put_ignored_values;

delete from idw_target.identity.identity_anchors as t
where t.identity_id in (select identity_id from idw_drop_identity_anchors) and exists (
  select 1
  from idw_drop_identity_anchors as d
  where d.identity_id = t.identity_id
);

insert into idw_target.identity.identity_anchors by name
select * from idw_put_identity_anchors;

delete from idw_target.identity.withdrawn_ids as t
where t.identity_id in (select identity_id from idw_drop_withdrawn_ids) and exists (
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

delete from idw_target.identity.metric_counts as t
where exists (
  select 1
  from idw_drop_metric_counts as d
  where d.counted = t.counted and d.identifier = t.identifier and d.model = t.model and d.bucket = t.bucket
);

insert into idw_target.identity.metric_counts by name
select * from idw_put_metric_counts;

insert into idw_target.identity.identity_events by name
select * from idw_out_identity_events;

insert into idw_target.identity.identity_history by name
select * from idw_out_identity_history;

insert into idw_target.identity.identity_history (run, record_key, identity_id)
select cast(getvariable('idw_run') - 5 as bigint), '', cast(null as varchar)
where exists (
  select 1
  from idw_target.identity.identity_history
  where run <= getvariable('idw_run') - 5 and record_key is distinct from ''
);

delete from idw_target.identity.identity_history where run <= getvariable('idw_run') - 5 and record_key is distinct from '';

delete from idw_target.identity.identity_history
where record_key = '' and run < (select max(run) from idw_target.identity.identity_history where record_key = '');

insert into idw_target.identity.run_metrics
select getvariable('idw_run'), metric, dimension, metric_value
from idw_metrics;

-- 10.3 only if idw_purged_records or idw_purged_values has rows: what an erasure takes from what stays otherwise
update idw_target.identity.identity_events as t
set value = null, reason = null
where t.value is not null
  and t.run < getvariable('idw_run')
  -- a decision that names an erased record, or is gone
  and t.identifier = 'must_link'
  and not exists (
    select 1
    from idw_target.identity.decisions_in_force as d
    where d.id = t.value and d.a is not null and d.b is not null
  );

update idw_target.identity.identity_events as t
set value = null, reason = null
where t.value is not null
  and t.run < getvariable('idw_run')
  -- a value that nobody carries
  and t.identifier <> 'must_link'
  and not exists (
    select 1
    from idw_target.identity.identity_values as v
    where v.identifier = t.identifier and v.value = t.value
  );

update idw_target.identity.identity_events as t
set value = null, reason = null
where t.value is not null
  and t.run < getvariable('idw_run')
  -- a value of the person that others carry too, as the cause of what happened to the person's identities
  and exists (
    select 1
    from idw_purged_values as v
    where v.identifier = t.identifier and v.value = t.value
  )
  and t.identity_id in (
    select identity_id
    from idw_purged_identities
    union
    select h.identity_id
    from idw_target.identity.identity_history as h
    where h.record_key in (select record_key from idw_purged_records)
  );

update idw_target.identity.identity_events as t
set value = null, reason = null
where t.value is not null
  and t.run < getvariable('idw_run')
  -- a value of the person that others carry too, as the cause of what happened to the person's identities
  and exists (
    select 1
    from idw_purged_values as v
    where v.identifier = t.identifier and v.value = t.value
  )
  and t.other_identity_id in (
    select identity_id
    from idw_purged_identities
    union
    select h.identity_id
    from idw_target.identity.identity_history as h
    where h.record_key in (select record_key from idw_purged_records)
  );

update idw_target.identity.identity_history
set record_key = null
where record_key in (select record_key from idw_purged_records);

update idw_target.identity.decisions_in_force as t
set value = null, reason = null
where t.decision = 'ignore_value' and exists (
  select 1
  from (
    select p.identifier, p.value
    from idw_purged_values as p
    left join idw_target.identity.ignored_values as v on v.identifier = p.identifier and v.value = p.value
    where v.value is null
  ) as gone
  where gone.identifier = t.identifier
    and gone.value = case t.identifier
      when 'login' then t.value
      when 'email' then lower(case
  when t.value between '!' and '~~' and substr(t.value, -1) between '!' and '~' then t.value
  else regexp_replace(t.value, '^[\t-\r\pZ\x{200b}\x{feff}]+|[\t-\r\pZ\x{200b}\x{feff}]+$', '', 'g')
end)
      when 'name_and_birth' then t.value
      when 'phone' then '+' || nullif(
  regexp_replace(
    regexp_extract(
      case
        when regexp_full_match(t.value, '[+](([17]|2[07]|3[0-469]|4[013-9]|5[13-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[789]|8[0578]|9[679])\d)[ ().-]*[1-9]|52[ ().-]*[2-9])[ ().0-9-]*')
          then regexp_replace(t.value, '[^0-9]+', '', 'g')
        else regexp_replace(
          '1G1:' || case
            when regexp_full_match(t.value, '[ (]*[01][0-9]*[)]?[ .0-9-]*|([ ().-]*[0-9]){1,9}[ ().-]*|[ (]*([0-35789][ ().-]*[0-9]|4[ ().-]*[0-4689]|6[ ().-]*[0-46-9])([ ().-]*[0-9]){8}[ ().-]*') then t.value
            when regexp_full_match(t.value, '[ (]*[2-9]([ ().-]*[0-9]){9}[ ().-]*') then '!' || t.value
            when regexp_full_match(t.value, '[ (]*[2-9]([ ().-]*[0-9]){10}[ ().-]*') then '!!' || t.value
            when regexp_full_match(t.value, '[ (]*[2-9]([ ().-]*[0-9]){11,14}[ ().-]*') then '!!!' || t.value
            else replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(translate(lower(t.value), '０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '012345678901234567890123456789'), '(0)', 'O'), '^[^0-9a-z+]*tel[a-z]*[^0-9a-z+]*|(ext[a-z]*|[x#])[^0-9a-z]*[0-9]{1,7}[^0-9a-z]*$|[^!-~]+|[!&-),-/;~]+', '', 'g'), '^([+]|00)((2[07]|21[1238]|23[1234]|24[39]|25[012456]|26[012345]|29[1]|3[123]|35[3589]|37[03457]|38[01235679]|4[013469]|42[13]|5[134578]|50[8]|59[0134568]|6[012346]|68[6]|8[1246]|85[056]|88[06]|9[0123458]|96[123467]|97[01267]|99[456])[0O]|(36)06|(52)(1|01|04[45])|(1)1)|^(010|011|0011|810)(2[07]|21[1238]|23[1234]|24[39]|25[012456]|26[012345]|29[1]|3[123]|35[3589]|37[03457]|38[01235679]|4[013469]|42[13]|5[134578]|50[8]|59[0134568]|6[012346]|68[6]|8[1246]|85[056]|88[06]|9[0123458]|96[123467]|97[01267]|99[456])O', '\1\3\4\5\7\8\9', 'g'), '^([2-9][0-9]{10})', '!!\1', 'g'), '^!!([0-9]{12})', '!!!\1', 'g'), 'O', '0')
          end,
          '^([0-9A-Z?]*[:;][+]|1G1:[ (!]*(011)|81D81:[ (!]*(010)|52E52:[ (!]*(0[09])|61D61:[ (!]*(0011)|86D86:[ (!]*(00|1([12]\d|79)\d\d00)|7B7:[ (!]*(810)|358D358:[ (!]*(00|99([01469]|5([14]1|3[23]|5[59]|77|88|9[09])))|56A56:[ (!]*((0|1(1[0-69]|2[02-5]|5[13-58]|69|7[0167]|8[018]))0)|51D51:[ (!]*(00|19(1[124]|77|90)00)|598D598:[ (!]*(0(0|1[3-9]\d))|53D53:[ (!]*(119)|64D64:[ (!]*(0(0|161))|972D972:[ (!]*(0(0|1(05|[2-9])))|254D254:[ (!]*(000)|386D386:[ (!]*(00|10(22|66|88|99))|375C375:[ (!]*(810)|354A354:[ (!]*(00|1(0(01|[12]0)|100))|230A230:[ (!]*(0(0|[24-7]0|3[03]))|235A235:[ (!]*(00|16)|238A238:[ (!]*(0)|248A248:[ (!]*(010|0[0-2])|675A675:[ (!]*(00|140[1-3])|677A677:[ (!]*(0[01])|679A679:[ (!]*(0(0|52))|680A680:[ (!]*(01[12])|685A685:[ (!]*(0)|692G692:[ (!]*(011)|850D850:[ (!]*(00|99)|960A960:[ (!]*(0(0|19))|992A992:[ (!]*(810)|993H993:[ (!]*(810)|[0-9A-Z?]*:[ (]*00)|D44:!!?!?[ (]*44([ (]*0)?|D49:!!![ (]*49([ (]*0)?|D33:!!?!?[ (]*33([ (]*0)?|D91:!!!?[ (]*91([ (]*0)?|D55:!!![ (]*55([ (]*0)?|D81:!!?!?[ (]*81([ (]*0)?|E52:!!!?[ (]*52([ (]*0)?|A39:!!!?[ (]*39|A34:!!?!?[ (]*34|D31:!!?!?[ (]*31([ (]*0)?|D61:!!?!?[ (]*61([ (]*0)?|A65;!!?!?[ (]*65|D86:!!?!?[ (]*86([ (]*0)?|D82;!!?!?[ (]*82([ (]*0)?|D62;!!![ (]*62([ (]*0)?|D90:!!!?[ (]*90([ (]*0)?|B7:!!!?[ (]*7([ (]*0)?|A48:!!?!?[ (]*48|D32:!!?!?[ (]*32([ (]*0)?|D41:!!?!?[ (]*41([ (]*0)?|D46:!!?!?[ (]*46([ (]*0)?|A47:!!?!?[ (]*47|A45:!!?!?[ (]*45|D358:!!?!?[ (]*358([ (]*0)?|D353:!!?!?[ (]*353([ (]*0)?|A351:!!?!?[ (]*351|A30:!!?!?[ (]*30|A420:!!?!?[ (]*420|F36:!!?!?[ (]*36([ (]*0)?|D40:!!?!?[ (]*40([ (]*0)?|D380:!!?!?[ (]*380([ (]*0)?|D54:!!?!?[ (]*54([ (]*0)?|A56:!!?!?[ (]*56|D57;!!?!?[ (]*57([ (]*0)?|D51:!!?!?[ (]*51([ (]*0)?|D58:!!?!?[ (]*58([ (]*0)?|D593:!!?!?[ (]*593([ (]*0)?|D591:!!?!?[ (]*591([ (]*0)?|D595:!!?!?[ (]*595([ (]*0)?|D598:!!?!?[ (]*598([ (]*0)?|A502:!!?!?[ (]*502|A506:!!?!?[ (]*506|A507:!!?!?[ (]*507|A504:!!?!?[ (]*504|A503:!!?!?[ (]*503|A505:!!?!?[ (]*505|D53:!!?!?[ (]*53([ (]*0)?|D64:!!?!?[ (]*64([ (]*0)?|D63:!!?!?[ (]*63([ (]*0)?|D84:!!?!?[ (]*84([ (]*0)?|D66;!!?!?[ (]*66([ (]*0)?|D60:!!?!?[ (]*60([ (]*0)?|A852:!!?!?[ (]*852|D886;!!?!?[ (]*886([ (]*0)?|D880:!!?!?[ (]*880([ (]*0)?|D94:!!?!?[ (]*94([ (]*0)?|D977:!!!?[ (]*977([ (]*0)?|D95:!!?!?[ (]*95([ (]*0)?|D855;!!?!?[ (]*855([ (]*0)?|A998:!!?!?[ (]*998|D98:!!!?[ (]*98([ (]*0)?|D964:!!?!?[ (]*964([ (]*0)?|D966:!!?!?[ (]*966([ (]*0)?|D971:!!?!?[ (]*971([ (]*0)?|D972:!!?!?[ (]*972([ (]*0)?|D962:!!?!?[ (]*962([ (]*0)?|D961:!!?!?[ (]*961([ (]*0)?|A965:!!?!?[ (]*965|A974:!!?!?[ (]*974|A968:!!?!?[ (]*968|A973:!!?!?[ (]*973|D963:!!?!?[ (]*963([ (]*0)?|D967:!!?!?[ (]*967([ (]*0)?|D20:!!?!?[ (]*20([ (]*0)?|D212:!!?!?[ (]*212([ (]*0)?|D213:!!?!?[ (]*213([ (]*0)?|A216:!!?!?[ (]*216|D234;!!?!?[ (]*234([ (]*0)?|D27:!!?!?[ (]*27([ (]*0)?|D254:!!?!?[ (]*254([ (]*0)?|D233:!!?!?[ (]*233([ (]*0)?|D251:!!?!?[ (]*251([ (]*0)?|D255;!!?!?[ (]*255([ (]*0)?|D256;!!?!?[ (]*256([ (]*0)?|A221:!!?!?[ (]*221|A225:!!!?[ (]*225|A237:!!?!?[ (]*237|D421:!!?!?[ (]*421([ (]*0)?|D386:!!?!?[ (]*386([ (]*0)?|D385:!!?!?[ (]*385([ (]*0)?|D381:!!?!?[ (]*381([ (]*0)?|D387:!!?!?[ (]*387([ (]*0)?|D359:!!?!?[ (]*359([ (]*0)?|D370:!!?!?[ (]*370([ (]*0)?|A371:!!?!?[ (]*371|A372:!!?!?[ (]*372|C375:!!?!?[ (]*375([ (]*0)?|D995:!!?!?[ (]*995([ (]*0)?|D374:!!?!?[ (]*374([ (]*0)?|D994:!!?!?[ (]*994([ (]*0)?|A352:!!?!?[ (]*352|A354:!!?!?[ (]*354|A356:!!?!?[ (]*356|A357:!!?!?[ (]*357|D355:!!?!?[ (]*355([ (]*0)?|D389:!!?!?[ (]*389([ (]*0)?|D373:!!?!?[ (]*373([ (]*0)?|A[0-9]*[:;]([ (!]*)|B[0-9]*[:;](!!!?[ (]*8|!*)|C[0-9]*[:;](!!!?[ (]*8[ ().-]*0|[ (!]*0|!*)|D[0-9]*[:;]([ (!]*0|!*)|E[0-9]*[:;]([ (!]*01|[ (!]*04[45]|[ (!]*1|!*)|F[0-9]*[:;]([ (!]*06|!*)|G[0-9]*[:;]([ (!]*1|!*)|H[0-9]*[:;]([ (!]*8|!*)|[ ().-]+', '', 'g'
        )
      end,
      '^(1([2-9][0-8]\d[2-9]\d{6})|44([1-357-9]\d{9}|[18]\d{8}|8\d{6})|49([2579]\d{5,14}|49([34]0|69|8\d)\d\d?|49(37|49|60|7[089]|9\d)\d{1,3}|49(2[024-9]|3[2-689]|7[1-7])\d{1,7}|(1|[368]\d|4[0-8])\d{3,13}|49([015]\d|2[13]|31|[46][1-8])\d{1,7})|33([1-9]\d{8})|91(([2-9]\d\d)\d{7}|1(600\d{6}|80(0\d{4,9}|3\d{9})|86[0-2]\d{7,9}|40\d{7}))|55([1-9][1-9](9\d{8}|[2-9]\d{7})|[3589]00\d{6,7}|[34]00\d{5})|81([25-9]0\d{8}|([1-9]\d\d)\d{6})|52([2-9]\d{9})|39(0\d{5,11}|1\d{8,10}|3([0-8]\d{7,10}|9\d{7,8})|(43|55|70)\d{8}|8\d{5}(\d{2,4})?)|34(400\d{6}|(51|[6-9]\d)\d{7})|31(([124-7]\d\d|3([02-9]\d|1[0-8]))\d{6}|8\d{6,9}|9\d{6,10}|1\d{4,5})|61(1([0-79]\d{7}(\d(\d{2})?)?|8[0-24-9]\d{7})|[2-478]\d{8}|1\d{4,7})|65(((1\d|8)\d\d|7000)\d{7}|[3689]\d{7})|86(((1[03-689]|2\d)\d\d|6)\d{8}|1\d{10}|[126]\d{6}(\d(\d{2})?)?|86\d{5,6}|([3-579]\d|8[0-57-9])\d{5,9})|82(([12]|5\d{3})\d{7}|[13-6]\d{9}|([1-6]\d|80)\d{7}|[3-6]\d{4,5}|(7)0\d{8})|62(([1-36]|8\d{5})\d{6}|[1-9]\d{8,10}|[2-9]\d{7})|90(4\d{6}|8\d{11,12}|([2-58]\d\d|900)\d{7})|7(8\d{13}|[347-9]\d{9})|48((6|8\d\d)\d{7}|[1-9]\d{6}(\d{2})?|[26]\d{5})|32(4\d{8}|[1-9]\d{7})|41(8\d{11}|[2-9]\d{8})|43(1\d{3,12}|2\d{6,12}|43((0\d|5[02-9])\d{3,9}|2\d{4,5}|[3467]\d{4}|8\d{4,6}|9\d{4,7})|5\d{4,12}|8\d{7,12}|9\d{8,12}|([367]\d|4[0-24-9])\d{4,11})|46(([26]\d\d|9)\d{9}|[1-9]\d{8}|[1-689]\d{7}|[1-4689]\d{6}|2\d{5})|47((0|[2-9]\d{3})\d{4})|45([2-9]\d{7})|358([1-35689]\d{4}|7\d{10,11}|([124-7]\d|3[0-46-9])\d{8}|[1-9]\d{5,8})|353((1\d|[2569])\d{6,8}|4\d{6,9}|7\d{8}|8\d{8,9})|351(1693\d{5}|([26-9]\d|30)\d{7})|30(5005000\d{3}|8\d{9,11}|([269]\d|70)\d{8})|420(([2-578]\d|60)\d{7}|9\d{8,11})|36([235-7]\d{8}|[1-9]\d{7})|40(([2378]\d|90)\d{7}|[23]\d{5})|380([89]\d{9}|[3-9]\d{8})|54((11|[89]\d\d)\d{8}|[2368]\d{9})|56(12300\d{6}|6\d{9,10}|[2-9]\d{8})|57((46|60\d\d)\d{6}|(1\d|[39])\d{9})|51(([14-8]|9\d)\d{7})|58([68]00\d{7}|([24]\d|[59]0)\d{8})|593(1\d{9,10}|([2-7]|9\d)\d{7})|591(([2-7]\d\d|8001)\d{5})|595([36-8]\d{5,8}|4\d{6,8}|59\d{6}|9\d{5,10}|(2\d|5[0-8])\d{6,7})|598([1249]\d{7}|2\d{3,4}|([49]\d|80)\d{5})|502(80\d{6}|(1\d{3}|[2-7])\d{7})|506((8\d|90)\d{8}|([24-8]\d{3}|3005)\d{4})|507((8\d{3})\d{6}|[68]\d{7}|[1-57-9]\d{6})|504(8\d{10}|[237-9]\d{7})|503([25-7]\d{7}|(80\d|900)\d{4}(\d{4})?)|505((1800|[25-8]\d{3})\d{4})|53(([2-7]|8\d\d)\d{7}|[2-47]\d{6}|[34]\d{5})|64([1289]\d{9}|50\d{5}(\d{2,3})?|[27-9]\d{7,8}|([34]\d|6[0-35-9])\d{6}|8\d{4,6})|63(([2-7]|9\d)\d{8}|2\d{5}|(1800|8)\d{7,9})|84([12]\d{9}|[135-9]\d{8}|[16]\d{6,7}|7\d{6})|66(([2-57]|[689]\d)\d{7}|1\d{7,9})|60(1\d{8,9}|(3\d|[4-9])\d{7})|852(8[0-46-9]\d{6,7}|9\d{4,7}|([2-7]|9\d{3})\d{7})|886([2-689]\d{8}|7\d{9,10}|[2-8]\d{7}|2\d{6})|92(122\d{6}|[24-8]\d{10,11}|9([013-9]\d{8,10}|2([01]\d\d|2([06-8]\d|1[01]))\d{7})|([2-8]\d{3}|92([0-7]\d|8[1-9]))\d{6}|[24-9]\d{8}|[89]\d{7})|880([1-469]\d{9}|8[0-79]\d{7,8}|[2-79]\d{8}|[2-9]\d{7}|[3-9]\d{6}|[57-9]\d{5})|94([1-9]\d{8})|977((1\d|9)\d{9}|[1-9]\d{7})|95(1\d{5,7}|95\d{6}|([4-7]|9[0-46-9])\d{6,8}|(2|8\d)\d{5,8})|855(1\d{9}|[1-9]\d{7,8})|998((20|33|[5-9]\d)\d{7})|98([1-9]\d{9}|([1-8]\d\d|9)\d{3,4})|964((1|7\d\d)\d{7}|[2-6]\d{7,8})|966(([15]\d|800|92)\d{7})|971(([4-7]\d|9[0-689])\d{7}|800\d{2,9}|[2-4679]\d{7})|972(1\d{6}(\d{3,5})?|[57]\d{8}|[1-489]\d{7})|962((([2689]|7\d)\d|32|427|53)\d{6})|961([27-9]\d{7}|[13-9]\d{6})|965(18\d{5}|([2569]\d|41)\d{6})|974(800\d{4}|(2|800)\d{6}|([3-7])\d{7})|968((1505|[279]\d{3}|500)\d{4}|800\d{5,6})|973([136-9]\d{7})|963([1-359]\d{8}|[1-5]\d{7})|967((1|7\d)\d{7}|[1-7]\d{6})|20([189]\d{8,9}|[24-6]\d{8}|[135]\d{7})|212([5-8]\d{8})|213(([1-4]|[5-79]\d|80)\d{7})|216([2-57-9]\d{7})|234((20|9\d)\d{8}|[78]\d{9,13})|27([1-79]\d{8}|8\d{4,9})|254(([17]\d\d|900)\d{6}|(2|80)0\d{6,7}|[4-6]\d{6,8})|233([235]\d{8}|800\d{5,6})|251((11|[2-57-9]\d)\d{7})|255(([25-8]\d|41|90)\d{7})|256(800\d{6}|([29]0|[347]\d)\d{7})|221(([378]\d|93)\d{7})|225([02]\d{9})|237([26]\d{8}|88\d{6,7})|421([2-689]\d{8}|[2-59]\d{6}|[2-5]\d{5})|386([1-7]\d{7}|8\d{4,7}|90\d{4,6})|385([2-69]\d{8}|80\d{5,7}|[1-79]\d{7}|6\d{6})|381(38[02-9]\d{6,9}|6\d{7,9}|90\d{4,8}|38\d{5,6}|(7\d\d|800)\d{3,9}|([12]\d|3[0-79])\d{5,10})|387(6\d{8}|([35689]\d|49|70)\d{6})|359([2-7]\d{6,7}|[89]\d{6,8}|2\d{5})|370(([3469]\d|52|[78]0)\d{6})|371(([268]\d|78|90)\d{6})|372(8\d{9}|[4578]\d{7}|([3-8]\d|90)\d{5})|375(([12]\d|33|44|902)\d{7}|8(0[0-79]\d{5,7}|[1-7]\d{9})|8(1[0-489]|[5-79]\d)\d{7}|8[1-79]\d{6,7}|8[0-79]\d{5}|8\d{5})|995(([3-57]\d\d|800)\d{6})|374(([1-489]\d|55|60|77)\d{6})|994(365\d{6}|([124579]\d|60|88)\d{7})|352(35[013-9]\d{4,8}|6\d{8}|35\d{2,4}|([2457-9]\d|3[0-46-9])\d{2,9})|354((38\d|[4-9])\d{6})|356(3550\d{4}|([2579]\d\d|800)\d{5})|357(([279]\d|[58]0)\d{6})|355((700\d\d|900)\d{3}|8\d{5,7}|([2-5]|6\d)\d{7})|389([2-578]\d{7})|373(([235-7]\d|[89]0)\d{6})|93([2-7]\d{8})|211([19]\d{8})|218([2-9]\d{8})|220([48]\d{8}|[2-9]\d{6})|222(([2-4]\d\d|800)\d{5})|223([24-9]\d{7})|224(722\d{6}|(3|6\d)\d{7})|226([024-7]\d{7})|227([027-9]\d{7})|228([279]\d{7})|229(01\d{8})|230(([57]|8\d\d)\d{7}|[2-468]\d{6})|231(([2457]\d|33|88)\d{7}|(2\d|[4-6])\d{6})|232(([237-9]\d|66)\d{6})|235((22|[3689]\d|77)\d{6})|236(8776\d{4}|([27]\d|61)\d{6})|238(([2-59]\d\d|800)\d{4})|239((22|9\d)\d{5})|240(222\d{6}|(3\d|55|[89]0)\d{7})|241(([067]\d|11)\d{6}|[2-7]\d{6})|242(222\d{6}|(0\d|80)\d{7})|243((([189]|5\d)\d|2)\d{7}|[1-68]\d{6})|244([29]\d{8})|245([49]\d{8}|4\d{6})|246(3\d{6})|247(([01589]\d|[2-467])\d{4})|248(([2489]\d|64)\d{5})|249([19]\d{8})|250((06|[27]\d\d|[89]00)\d{6})|252([346-9]\d{8}|[12679]\d{7}|[1-5]\d{6}|[1348]\d{5})|253((2\d|77)\d{6})|257(([267]\d|31)\d{6})|258((2|8\d)\d{7})|260(800\d{6}|(21|[579]\d|63)\d{7})|261([23]\d{8})|262(709\d{6}|(26|[689]\d)\d{7})|263(8\d{6}(\d{3})?|[235-8]\d{8})|264([68]\d{7,8})|265(([1289]\d|31|77)\d{7}|1\d{6})|266(([256]\d\d|800)\d{5})|267(90\d{5}|(0800|[2-6]|(7|800)\d)\d{6})|268(0800\d{4}|([237]\d|900)\d{6})|269([3478]\d{6})|290(([2569]\d|8)\d{3})|291([178]\d{6})|297(([25-79]\d\d|800)\d{4})|298([2-9]\d{5})|299((19|[2-689]\d|70)\d{4})|350(([25]\d|60)\d{6})|376((1|6\d)\d{7}|[135-9]\d{5})|377(([3489]|[67]\d)\d{7})|378((0549|[5-7]\d)\d{6})|382((20|[3-79]\d)\d{6}|80\d{6,7})|383(2\d{7,8}|3\d{7,11}|(4\d\d|[89]00)\d{5})|423([68]\d{8}|([2378]\d|90)\d{5})|500([2-7]\d{4})|501((0800\d|[2-8])\d{6})|508([78]\d{8}|[2-9]\d{5})|509([2-589]\d{7})|590(7090\d{5}|([56]9|[89]\d)\d{7})|592(([2-8]\d{3}|9008)\d{3})|594((694\d|7093)\d{5}|(59|[89]\d)\d{7})|596(7091\d{5}|([56]9|[89]\d)\d{7})|597(([2-5]|[6-9]\d)\d{5})|599(([34]1|60|(7|9\d)\d)\d{5})|670(7\d{7}|([2-47]\d|[89]0)\d{5})|672([13]\d{5})|673([2-578]\d{6})|674((222|444|(55|8\d)\d|666|777|999)\d{4})|675((180|[78]\d{3})\d{4}|([2-589]\d|64)\d{5})|676((0800|([5-8]\d\d|999)\d)\d{3}|[2-8]\d{4})|677([6-9]\d{6}|[1-6]\d{4})|678([57-9]\d{6}|([238]\d|48)\d{3})|679(45\d{5}|(0800\d|[235-9])\d{6})|680(([24-8]\d\d|345|900)\d{4})|681((40|72|8\d{4})\d{4}|[89]\d{5})|682([2-578]\d{4})|683(([4-7]|888\d)\d{3})|685(([2-6]|8\d{5})\d{4}|[78]\d{6}|[68]\d{5})|686(([37]\d|6[0-79])\d{6}|([2-48]\d|50)\d{3})|687((050|[2-57-9]\d\d)\d{3})|688((2|7\d\d|90)\d{4})|689(4\d{5}(\d{2})?|8\d{7,8})|690([2-47]\d{3,6})|691(([39]\d\d|820)\d{4})|692(329\d{4}|([256]\d|45)\d{5})|850(85\d{6}|(19\d|[2-7])\d{7})|853(0800\d{3}|(28|[68]\d)\d{6})|856((2\d|3)\d{8}|([235-8]\d|41)\d{6})|960((800|9[0-57-9]\d)\d{7}|[34679]\d{6})|970([2489]2\d{6}|(1\d|5)\d{8})|975([178]\d{7}|[2-8]\d{6})|976([12]\d{7,9}|[5-9]\d{7})|992(([0-57-9]\d|66)\d{7})|993([1-7]\d{7})|996(8\d{9}|[235-9]\d{8})|800(([1-9]\d)\d{6})|808([1-9]\d{7})|870(7\d{11}|[235-7]\d{8})|878(10\d{10})|881(6\d{9}|[0-36-9]\d{8})|882([13]\d{6}(\d{2,5})?|[19]\d{7}|([25]\d\d|4)\d{7}(\d{2})?)|883(([1-4]\d|51)\d{6,10})|888(\d{11})|979([1359]\d{8}))$'
    ),
    '^(52|[17]|2[07]|3[0-469]|4[013-9]|5[13-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[789]|8[0578]|9[679])\d)(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?)$', ''
  ),
  ''
)
      when 'device' then t.value
    end
);

-- Here the runner adds the row of this run to run_log; its times and counts are known only now.
commit;

-- After an erasure the runner writes the database file anew, since free blocks of it would still hold what is gone.
