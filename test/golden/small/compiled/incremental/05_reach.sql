-- 5. Gathering what to reconsider

-- 5.1 idw_replaced_records: one row is a record of a plain component to reconsider, as the run before left it
create or replace temp table idw_replaced_records as
with seeds as (
  select record_key from idw_delta
  union
  select record_key from idw_shifts
  union
  select c.record_key
  from idw_carriers as c
  join idw_flips as f on f.identifier = c.identifier and f.value = c.value
  where f.was_shared <> f.is_shared
  union
  -- Golden values that a backfill held back.
  select w.record_key
  from idw_was_identity_records as w
  join idw_was_identity_anchors as k on k.identity_id = w.identity_id
  where k.is_held
  union
  select g.record_key
  from idw_given as g
  join idw_judged_values as j on j.identifier = g.identifier and j.value = g.value
  left join idw_was_withheld_values as w
    on w.identifier = j.identifier and w.value = j.value and w.status = 'contested'
  left join idw_out_withheld_values as o
    on o.identifier = j.identifier and o.value = j.value and o.status = 'contested'
  where (w.value is null) <> (o.value is null)
  union
  select record_key from idw_decision_changes
),

-- Whoever a new value may tie them to: one step is enough, since what lies behind was tied before.
neighbours as (
  select c.record_key
  from idw_carriers as c
  join idw_flips as f on f.identifier = c.identifier and f.value = c.value
  left join idw_out_withheld_values as o on o.identifier = c.identifier and o.value = c.value
  where not c.is_before and o.value is null
),

reached as (
  select record_key from seeds
  union
  select record_key from neighbours
),

touched_components as (
  select distinct w.component
  from idw_was_identity_records as w
  join reached as r on r.record_key = w.record_key
)

select w.*
from idw_was_identity_records as w
join touched_components as c on c.component = w.component;

-- 5.2 idw_touched_records: one row is a record to reconsider, before or after
create or replace temp table idw_touched_records as
select record_key from idw_replaced_records
union
select record_key from idw_delta;

-- 5.3 idw_replaced_values: one row is a value of a record to reconsider, as the run before left it
create or replace temp table idw_replaced_values as
select w.*
from idw_was_record_values as w
where w.record_key in (select record_key from idw_replaced_records);

-- 5.4 idw_replaced_counts: one row is a count of these records and values, for the metrics
create or replace temp table idw_replaced_counts as
with members as (
  select model, identity, records, sum(records) over (partition by identity) as size
  from (
    select model, identity_id as identity, count(*) as records
    from idw_replaced_records
    group by model, identity_id
  ) as counted
),

by_model as (
  select
    model,
    sum(records) as records,
    count(*) as identities,
    sum(case when size >= 2 then records else 0 end) as matched_records,
    sum(case when size = 1 then records else 0 end) as single_records
  from members
  group by model
),

components as (
  select count(distinct component) as found from idw_replaced_records
),

covered as (
  select c.identifier, r.model, count(*) as found
  from (
    select distinct record_key, identifier
    from idw_replaced_values
  ) as c
  join idw_replaced_records as r on r.record_key = c.record_key
  group by c.identifier, r.model
),

carried as (
  select identifier, count(*) as found
  from idw_replaced_values
  group by identifier
),

matching as (
  select identifier, count(*) as found
  from (
    select distinct v.identifier, v.value
    from idw_replaced_values as v
    left join idw_was_withheld_values as w on w.identifier = v.identifier and w.value = v.value
    where w.value is null
  ) as t
  group by identifier
),

lost as (
  select identifier, status, count(*) as found
  from (
    select distinct v.identifier, v.value, v.status
    from idw_replaced_values as v
    left join idw_was_withheld_values as w on w.identifier = v.identifier and w.value = v.value
    where w.value is null and v.status <> 'active'
  ) as t
  group by identifier, status
),

counts as (
  select 'records' as counted, '' as identifier, model as model, 0 as bucket, records as found
  from by_model
  union all
  select 'identities' as counted, '' as identifier, model as model, 0 as bucket, identities as found
  from by_model
  union all
  select 'matched_records' as counted, '' as identifier, model as model, 0 as bucket, matched_records as found
  from by_model
  union all
  select 'single_records' as counted, '' as identifier, model as model, 0 as bucket, single_records as found
  from by_model
  union all
  select 'components' as counted, '' as identifier, '' as model, 0 as bucket, found as found
  from components
  union all
  select 'covered_records' as counted, identifier as identifier, model as model, 0 as bucket, found as found
  from covered
  union all
  select 'carried_values' as counted, identifier as identifier, '' as model, 0 as bucket, found as found
  from carried
  union all
  select 'matching_values' as counted, identifier as identifier, '' as model, 0 as bucket, found as found
  from matching
  union all
  select status || '_values' as counted, identifier as identifier, '' as model, 0 as bucket, found as found
  from lost
)

select counted, identifier, model, bucket, cast(found as bigint) as found
from counts
where found <> 0;

-- 5.5 idw_touched_identities: one row is an id whose rows may change
create or replace temp table idw_touched_identities as
select identity_id
from idw_replaced_records
union
select i.identity_id
from idw_was_identities as i
join idw_touched_records as t on t.record_key = i.anchor_record_key
union
select identity_id from idw_was_identity_anchors where gone;

-- 5.6 idw_replaced_state: one row is an unchanged record to reconsider, with its attributes
create or replace temp table idw_replaced_state as
select w.record_key, w.a_first_name, w.a_town, w.a_street, w.a_zip, w.a_amount
from idw_was_record_state as w
where w.record_key in (select record_key from idw_replaced_records)
  and w.record_key not in (select record_key from idw_delta);

-- 5.7 idw_attributes: one row is a record, with its attributes
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
from idw_replaced_state as w
join idw_records as r on r.record_key = w.record_key
where w.record_key not in (select record_key from idw_delta);

-- 5.8 idw_scope: one row is a record to reconsider
create or replace temp table idw_scope as
select t.record_key
from idw_touched_records as t
left join idw_delta as d on d.record_key = t.record_key and d.change in ('deleted', 'erased')
where d.record_key is null;

-- 5.9 idw_records: one row is a record of the scope; numbers follow the bytes of the record key
create or replace temp table idw_records as
with fresh as (
  select
    'people:' || idw_source_key as record_key,
    'people' as model,
    idw_source_key as source_key,
    idw_observed_at as observed_at
  from idw_stage_people

  union all

  select
    'visits:' || idw_source_key as record_key,
    'visits' as model,
    idw_source_key as source_key,
    idw_observed_at as observed_at
  from idw_stage_visits
),

present as (
  select w.record_key, w.model, w.source_key, w.observed_at
  from idw_replaced_records as w
  join idw_scope as s on s.record_key = w.record_key
  left join idw_delta as d on d.record_key = w.record_key
  where d.record_key is null
  union all
  select f.*
  from fresh as f
  join idw_scope as s on s.record_key = f.record_key
)

select row_number() over (order by record_key) as record, *
from present;

-- 5.10 idw_given: one row is a record of the scope and a value that it carries
create or replace temp table idw_given as
select v.record_key, v.identifier, v.value
from idw_replaced_values as v
left join idw_shifts as x on x.record_key = v.record_key and x.identifier = v.identifier and x.value = v.value
where v.record_key in (select record_key from idw_scope)
  and v.record_key not in (select record_key from idw_delta)
  and x.value is null
union all
select v.record_key, v.identifier, v.value
from idw_delta_values as v
join idw_scope as s on s.record_key = v.record_key
union all
select v.record_key, v.identifier, v.value
from idw_shifts as v
join idw_scope as s on s.record_key = v.record_key
where v.gained;

-- 5.11 idw_dictionary: one row is an identifier and a distinct value
create or replace temp table idw_dictionary as
select
  row_number() over (order by identifier, value) as value_id,
  identifier,
  value,
  cast(null as varchar) as reason
from (
  select distinct identifier, value from idw_given
) as d;

-- 5.12 idw_carried: one row is a record and a value that it carries
create or replace temp table idw_carried as
select r.record, d.identifier, d.value_id
from idw_given as g
join idw_dictionary as d on d.identifier = g.identifier and d.value = g.value
join idw_records as r on r.record_key = g.record_key;

-- 5.13 idw_value_counts: one row is a value, with its records of the scope
create or replace temp table idw_value_counts as
with counted as (
  select value_id, identifier, count(*) as records, min(record) as first_record
  from idw_carried
  group by value_id, identifier
)

select c.*, coalesce(f.is_shared, w.value is not null) as is_shared
from counted as c
join idw_dictionary as d on d.value_id = c.value_id
left join idw_flips as f on f.identifier = d.identifier and f.value = d.value
left join idw_was_withheld_values as w
  on w.identifier = d.identifier and w.value = d.value and w.status = 'shared';

-- 5.14 idw_decisions: one row is a decision, with the numbers of its records
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

-- 5.15 idw_holders: one row is a record that a decision names, and its holder
-- from decisions
create or replace temp table idw_holders as
select distinct record, record as holder
from (
  select a_record as record from idw_decisions where decision in ('must_link', 'cannot_link') and status = 'in_force'
  union all
  select b_record as record from idw_decisions where decision in ('must_link', 'cannot_link') and status = 'in_force'
) as named;

-- 5.16 idw_load: one row is a holder, a cannot-link and its side
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

-- 5.17 idw_blocked: one row is a holder and a value refused to it
create or replace temp table idw_blocked as
select
  cast('' as varchar) as identifier,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false;

-- 5.18 idw_kept: one row is a holder and a must-link that names it
-- from decisions
create or replace temp table idw_kept as
select a_record as holder, position as value_rank, position as class_rank, cast(null as timestamp) as ranked_at
from idw_decisions
where decision = 'must_link' and status = 'in_force'
union all
select b_record as holder, position as value_rank, position as class_rank, cast(null as timestamp) as ranked_at
from idw_decisions
where decision = 'must_link' and status = 'in_force';

-- 5.19 idw_contenders: one row is a holder and a value that another holder keeps too
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

-- 5.20 only if idw_contenders has rows:

-- 5.20.1 idw_links: one row is a link between two holders of a value
create or replace temp table idw_links as
select distinct a, b
from (
  select min(holder) over (partition by turn) as a, holder as b
  from idw_contenders
) as pairs
where a <> b;

-- 5.20.2 idw_hops: one row is a node that stopped being a root, and its round
create or replace temp table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false;

-- 5.20.3 groups of holders by must_link: repeat while idw_links has rows, counting rounds in idw_round:

-- 5.20.3.1 idw_picks: one row is a node that still has links, and its root in this round
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

-- 5.20.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select getvariable('idw_round') as round, node, root
from idw_picks
where node <> root;

-- 5.20.3.3 idw_links: one row is a link between two roots
create or replace temp table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;

-- 5.20.3 end of the round

-- 5.20.4 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
select node, root from idw_hops where false;

-- 5.20.5 groups of holders by must_link, backwards: repeat with idw_round from its last value down to 1:

-- 5.20.5.1 idw_roots: one row is a node that is not the root of its component
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

-- 5.20.5 end of the round

-- 5.20.6 idw_groups: one row is a holder, and the smallest holder of its group
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

-- 5.20.7 idw_loud: one row is a group that breaks a hard constraint
create or replace temp table idw_loud as
select distinct group_holder
from (
  select g.group_holder
  from idw_groups as g
  join idw_load as l on l.holder = g.holder
  group by g.group_holder, l.constraint_no, l.limit_value
  having count(distinct l.class_rank) > l.limit_value
) as exceeded;

-- 5.20.8 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temp table idw_moves as
select g.holder as origin, g.holder
from idw_groups as g
join idw_loud as o on o.group_holder = g.group_holder;

-- 5.20.9 idw_refusals: one row is a holder at the start of the phase and a value refused to it
create or replace temp table idw_refusals as
select
  cast(0 as bigint) as origin,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false;

-- 5.20.10 idw_contenders: one row is a holder and a value, in loud groups
create or replace temp table idw_contenders as
select c.*
from idw_contenders as c
join idw_groups as g on g.holder = c.holder
join idw_loud as o on o.group_holder = g.group_holder;

-- 5.20.11 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temp table idw_phase_load as
select distinct l.holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
where l.holder in (select holder from idw_contenders);

-- 5.20.12 merging by must_link: repeat while idw_contenders has rows, counting rounds in idw_round:

-- 5.20.12.1 idw_verdicts: one row is a holder of a value judged in this round
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

-- 5.20.12.2 idw_refusals: one row is a holder at the start of the phase and a value refused to it
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

-- 5.20.12.3 idw_renames: one row is a holder that merged in this round
create or replace temp table idw_renames as
select holder, min(holder) over (partition by turn) as new_holder
from idw_verdicts
where blocked_by is null;

-- 5.20.12.4 idw_contenders: one row is a holder and a value not yet judged
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

-- 5.20.12.5 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temp table idw_phase_load as
select distinct coalesce(r.new_holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_phase_load as l
left join idw_renames as r on r.holder = l.holder;

-- 5.20.12.6 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temp table idw_moves as
select m.origin, coalesce(r.new_holder, m.holder) as holder
from idw_moves as m
left join idw_renames as r on r.holder = m.holder;

-- 5.20.12 end of the round

-- 5.20.13 idw_moves: one row is a holder of a quiet group
insert into idw_moves
select g.holder as origin, g.group_holder as holder
from idw_groups as g
where g.group_holder not in (select group_holder from idw_loud);

-- 5.20.14 idw_blocked: one row is a holder and a value refused to it
-- from decisions
insert into idw_blocked
select distinct 'must_link' as identifier, value_rank, holder, owner, blocked_by
from idw_refusals;

-- 5.20.15 idw_holders: one row is a record, and its holder
create or replace temp table idw_holders as
select h.record, coalesce(m.holder, h.holder) as holder
from idw_holders as h
left join idw_moves as m on m.origin = h.holder;

-- 5.20.16 idw_load: one row is a holder, a hard constraint and a class
create or replace temp table idw_load as
select distinct coalesce(m.holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
left join idw_moves as m on m.origin = l.holder;

-- 5.20 end

-- 5.21 idw_linked: one row is a record that is must-linked to others, and their smallest record
create or replace temp table idw_linked as
select record, holder
from idw_holders
where holder in (select holder from idw_holders group by holder having count(*) >= 2);

-- 5.22 idw_values: one row is a value, with its records and its status
create or replace temp table idw_values as
with withheld as (
  select identifier, value, status, exceeded
  from idw_out_withheld_values
  union all
  select w.identifier, w.value, w.status, w.exceeded
  from idw_was_withheld_values as w
  left join idw_flips as f on f.identifier = w.identifier and f.value = w.value
  left join idw_judged_values as j on j.identifier = w.identifier and j.value = w.value
  where f.value is null and j.value is null
)

select v.*, w.status, cast(w.exceeded as bigint) as exceeded
from idw_value_counts as v
join idw_dictionary as d on d.value_id = v.value_id
left join withheld as w on w.identifier = d.identifier and w.value = d.value;

-- 5.23 idw_links: one row is a link between two values of must-linked records
create or replace temp table idw_links as
with of_linked as (
  select distinct l.holder, v.identifier, c.value_id
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

-- 5.24 idw_hops: one row is a node that stopped being a root, and its round
create or replace temp table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false;

-- 5.25 classes of values: repeat while idw_links has rows, counting rounds in idw_round:

-- 5.25.1 idw_picks: one row is a node that still has links, and its root in this round
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

-- 5.25.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select getvariable('idw_round') as round, node, root
from idw_picks
where node <> root;

-- 5.25.3 idw_links: one row is a link between two roots
create or replace temp table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;

-- 5.25 end of the round

-- 5.26 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
select node, root from idw_hops where false;

-- 5.27 classes of values, backwards: repeat with idw_round from its last value down to 1:

-- 5.27.1 idw_roots: one row is a node that is not the root of its component
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

-- 5.27 end of the round

-- 5.28 idw_classes: one row is a value that shares a class with others
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
