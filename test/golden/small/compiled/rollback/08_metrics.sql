-- 8. Measuring the run

-- 8.1 idw_metrics: one row is a metric and a dimension: records
create or replace temp table idw_metrics as
with names as (
  select 'people' as model
  union all
  select 'visits' as model
),

by_model as (
  select
    n.model,
    coalesce(sum(case when c.counted = 'records' then c.found end), 0) as records,
    coalesce(sum(case when c.counted = 'identities' then c.found end), 0) as identities,
    coalesce(sum(case when c.counted = 'matched_records' then c.found end), 0) as matched,
    coalesce(sum(case when c.counted = 'single_records' then c.found end), 0) as orphaned
  from names as n
  left join idw_out_metric_counts as c on c.model = n.model and c.identifier = ''
  group by n.model
),

whole as (
  select
    '' as model,
    coalesce(sum(bucket * found), 0) as records,
    coalesce(sum(found), 0) as identities,
    coalesce(sum(case when bucket >= 2 then bucket * found else 0 end), 0) as matched,
    coalesce(sum(case when bucket = 1 then found else 0 end), 0) as orphaned,
    coalesce(max(bucket), 0) as largest
  from idw_out_metric_counts
  where counted = 'identities_of_size'
),

found as (
  select 'records' as metric, model as dimension, records as metric_value
  from whole
  union all
  select 'records' as metric, model as dimension, records as metric_value
  from by_model
  union all
  select 'identities' as metric, model as dimension, identities as metric_value
  from whole
  union all
  select 'identities' as metric, model as dimension, identities as metric_value
  from by_model
  union all
  select 'match_rate' as metric, model as dimension, cast(matched as double) / nullif(records, 0) as metric_value
  from whole
  union all
  select 'match_rate' as metric, model as dimension, cast(matched as double) / nullif(records, 0) as metric_value
  from by_model
  union all
  select 'merge_rate' as metric, model as dimension, cast(records - identities as double) / nullif(records, 0) as metric_value
  from whole
  union all
  select 'merge_rate' as metric, model as dimension, cast(records - identities as double) / nullif(records, 0) as metric_value
  from by_model
  union all
  select 'orphaned_records' as metric, model as dimension, orphaned as metric_value
  from whole
  union all
  select 'orphaned_records' as metric, model as dimension, orphaned as metric_value
  from by_model
  union all
  select 'largest_identity' as metric, '' as dimension, largest as metric_value
  from whole
)

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;

-- 8.2 idw_metrics: one row is a metric and a dimension: sizes
insert into idw_metrics
with sizes as (
  select bucket as size, found as identities
  from idw_out_metric_counts
  where counted = 'identities_of_size'
),

ranked as (
  select
    size,
    sum(identities) over (order by size rows between unbounded preceding and current row) as up_to,
    sum(identities) over () as identities
  from sizes
),

percentiles as (
  select 'p50' as name, 50 as percent
  union all
  select 'p90' as name, 90 as percent
  union all
  select 'p99' as name, 99 as percent
),

placed as (
  select p.name, min(r.size) as size
  from percentiles as p
  join ranked as r on r.up_to * 100 >= r.identities * p.percent
  group by p.name
),

found as (
  select 'identity_size' as metric, name as dimension, size as metric_value
  from placed
  union all
  select 'identity_size' as metric, 'mean' as dimension, cast(sum(size * identities) as double) / nullif(sum(identities), 0) as metric_value
  from sizes
)

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;

-- 8.3 idw_metrics: one row is a metric and a dimension: values
insert into idw_metrics
with identifiers as (
  select 'login' as identifier
  union all
  select 'email' as identifier
  union all
  select 'name_and_birth' as identifier
  union all
  select 'phone' as identifier
  union all
  select 'device' as identifier
),

mapped as (
  select 'login' as identifier, 'people' as model
  union all
  select 'email' as identifier, 'people' as model
  union all
  select 'phone' as identifier, 'people' as model
  union all
  select 'login' as identifier, 'visits' as model
  union all
  select 'device' as identifier, 'visits' as model
  union all
  select 'name_and_birth' as identifier, 'visits' as model
),

covered as (
  select identifier, model, found as records
  from idw_out_metric_counts
  where counted = 'covered_records'
),

by_model as (
  select model, found as records
  from idw_out_metric_counts
  where counted = 'records'
),

coverage as (
  select m.identifier, m.model, b.records, coalesce(c.records, 0) as covered
  from mapped as m
  join by_model as b on b.model = m.model
  left join covered as c on c.identifier = m.identifier and c.model = m.model
),

whole as (
  select i.identifier, coalesce(sum(c.covered), 0) as covered
  from identifiers as i
  left join coverage as c on c.identifier = i.identifier
  group by i.identifier
),

withheld as (
  select identifier, status, count(*) as found
  from idw_now_withheld_values
  group by identifier, status
),

known as (
  select identifier, sum(found) as found
  from (
    select identifier, found from idw_out_metric_counts where counted = 'matching_values'
    union all
    select identifier, found from withheld
  ) as parts
  group by identifier
),

lost as (
  select identifier, status, sum(found) as found
  from (
    select identifier, 'contested' as status, found from idw_out_metric_counts where counted = 'contested_values'
    union all
    select identifier, 'over_limit' as status, found from idw_out_metric_counts where counted = 'over_limit_values'
    union all
    select identifier, status, found from withheld
  ) as parts
  group by identifier, status
),

ignored as (
  select identifier, count(distinct raw_value) as found
  from idw_now_rejected_values
  where reason = 'ignored'
  group by identifier
),

found as (
  select 'identifier_coverage' as metric, identifier as dimension, cast(covered as double) / nullif((select sum(records) from by_model), 0) as metric_value
  from whole
  union all
  select 'identifier_coverage' as metric, identifier || '/' || model as dimension, cast(covered as double) / nullif(records, 0) as metric_value
  from coverage
  union all
  select 'identifier_values' as metric, i.identifier as dimension, coalesce(l.found, 0) as metric_value
  from identifiers as i left join known as l on l.identifier = i.identifier
  union all
  select 'over_limit_values' as metric, i.identifier as dimension, coalesce(l.found, 0) as metric_value
  from identifiers as i left join lost as l on l.identifier = i.identifier and l.status = 'over_limit'
  union all
  select 'contested_values' as metric, i.identifier as dimension, coalesce(l.found, 0) as metric_value
  from identifiers as i left join lost as l on l.identifier = i.identifier and l.status = 'contested'
  union all
  select 'shared_values' as metric, i.identifier as dimension, coalesce(l.found, 0) as metric_value
  from identifiers as i left join lost as l on l.identifier = i.identifier and l.status = 'shared'
  union all
  select 'ignored_values' as metric, i.identifier as dimension, coalesce(l.found, 0) as metric_value
  from identifiers as i left join ignored as l on l.identifier = i.identifier
)

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;

-- 8.4 idw_metrics: one row is a metric and a dimension: decisions
insert into idw_metrics
with statuses as (
  select 'in_force' as status
  union all
  select 'refused' as status
  union all
  select 'expired' as status
  union all
  select 'pending' as status
  union all
  select 'unknown_record' as status
  union all
  select 'agreed' as status
),

by_status as (
  select s.status, count(d.id) as decisions
  from statuses as s
  left join idw_out_decisions_in_force as d on d.status = s.status
  group by s.status
),

kinds as (
  select 'must_link' as decision
  union all
  select 'cannot_link' as decision
  union all
  select 'ignore_value' as decision
  union all
  select 'golden_override' as decision
),

by_kind as (
  select k.decision, count(d.id) as decisions
  from kinds as k
  left join idw_out_decisions_in_force as d on d.decision = k.decision and d.status = 'in_force'
  group by k.decision
),

identifiers as (
  select 'login' as identifier
  union all
  select 'email' as identifier
  union all
  select 'name_and_birth' as identifier
  union all
  select 'phone' as identifier
  union all
  select 'device' as identifier
),

blocked as (
  select identifier, count(*) as refused
  from idw_now_blocked_merges
  group by identifier
),

by_identifier as (
  select i.identifier, coalesce(b.refused, 0) as refused
  from identifiers as i
  left join blocked as b on b.identifier = i.identifier
),

found as (
  select 'decisions' as metric, '' as dimension, count(*) as metric_value
  from idw_out_decisions_in_force
  union all
  select 'decisions' as metric, status as dimension, decisions as metric_value
  from by_status
  union all
  select 'decisions_in_force' as metric, '' as dimension, coalesce(sum(decisions), 0) as metric_value
  from by_kind
  union all
  select 'decisions_in_force' as metric, decision as dimension, decisions as metric_value
  from by_kind
  union all
  select 'refused_merges' as metric, '' as dimension, coalesce(sum(refused), 0) as metric_value
  from blocked
  union all
  select 'refused_merges' as metric, identifier as dimension, refused as metric_value
  from by_identifier
)

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;

-- 8.5 idw_metrics: one row is a metric and a dimension: confidence
insert into idw_metrics
with tenths as (
  select '0.0' as from_here, 0 as tenth
  union all
  select '0.1' as from_here, 1 as tenth
  union all
  select '0.2' as from_here, 2 as tenth
  union all
  select '0.3' as from_here, 3 as tenth
  union all
  select '0.4' as from_here, 4 as tenth
  union all
  select '0.5' as from_here, 5 as tenth
  union all
  select '0.6' as from_here, 6 as tenth
  union all
  select '0.7' as from_here, 7 as tenth
  union all
  select '0.8' as from_here, 8 as tenth
  union all
  select '0.9' as from_here, 9 as tenth
),

judged as (
  select bucket as tenth, found as identities
  from idw_out_metric_counts
  where counted = 'judged_identities'
),

mean as (
  select
    (select sum(found) from idw_out_metric_counts where counted = 'confidence') as ten_thousandths,
    (select sum(identities) from judged) as identities
),

distribution as (
  select t.from_here, coalesce(j.identities, 0) as identities
  from tenths as t
  left join judged as j on j.tenth = t.tenth
),

found as (
  select 'mean_confidence' as metric, '' as dimension, round(cast(coalesce(ten_thousandths, 0) as double) / nullif(10000 * identities, 0), 4) as metric_value
  from mean
  union all
  select 'low_confidence_rate' as metric, '' as dimension, cast(sum(case when tenth < 5 then identities else 0 end) as double) / nullif(sum(identities), 0) as metric_value
  from judged
  union all
  select 'confidence_distribution' as metric, from_here as dimension, identities as metric_value
  from distribution
)

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;

-- 8.6 idw_metrics: one row is a metric and a dimension: changes
insert into idw_metrics
with found as (
  select 'identities_created' as metric, '' as dimension, coalesce(sum(case when event = 'created' then 1 else 0 end), 0) as metric_value
  from idw_out_identity_events
  union all
  select 'identities_merged' as metric, '' as dimension, coalesce(sum(case when event = 'merged' then 1 else 0 end), 0) as metric_value
  from idw_out_identity_events
  union all
  select 'identities_split' as metric, '' as dimension, coalesce(sum(case when event = 'split' then 1 else 0 end), 0) as metric_value
  from idw_out_identity_events
)

select metric, dimension, cast(metric_value as double) as metric_value
from found
where metric_value is not null;
