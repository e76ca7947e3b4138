-- 4. Judging the values that changed

-- 4.1 idw_touched_values: one row is a value with other carriers than before
create or replace temp table idw_touched_values as
select v.identifier, v.value
from idw_was_record_values as v
join idw_delta as d on d.record_key = v.record_key
where d.change <> 'new'
union
select identifier, value from idw_delta_values
union
select identifier, value from idw_shifts;

-- 4.2 idw_carriers: one row is a touched value and a record that carries it, before or after
create or replace temp table idw_carriers as
with before as (
  select v.record_key, v.identifier, v.value
  from idw_was_record_values as v
  -- one column alone is looked up sooner than two
  where v.value in (select value from idw_touched_values)
    and exists (
      select 1
      from idw_touched_values as t
      where t.identifier = v.identifier and t.value = v.value
    )
)

select record_key, identifier, value, true as is_before
from before
union all
select b.record_key, b.identifier, b.value, false as is_before
from before as b
left join idw_shifts as s on s.record_key = b.record_key and s.identifier = b.identifier and s.value = b.value
where s.value is null and b.record_key not in (select record_key from idw_delta)
union all
select record_key, identifier, value, false as is_before
from idw_delta_values
union all
select record_key, identifier, value, false as is_before
from idw_shifts
where gained;

-- 4.3 idw_flips: one row is a touched value, and whether it is shared, before and after
create or replace temp table idw_flips as
with counted as (
  select identifier, value, count(*) as records
  from idw_carriers
  where not is_before
  group by identifier, value
)

select
  t.identifier,
  t.value,
  coalesce(w.status = 'shared', false) as was_shared,
  coalesce(c.records > case t.identifier when 'email' then 50 when 'phone' then 20 end, false) as is_shared
from idw_touched_values as t
left join counted as c on c.identifier = t.identifier and c.value = t.value
left join idw_was_withheld_values as w on w.identifier = t.identifier and w.value = t.value;

-- 4.4 idw_suspects: one row is a record whose values changed
create or replace temp table idw_suspects as
with own as (
  select record_key from idw_delta
  union
  select record_key from idw_shifts
  union
  select c.record_key
  from idw_carriers as c
  join idw_flips as f on f.identifier = c.identifier and f.value = c.value
  where f.was_shared <> f.is_shared
),

linked as (
  select a as record_key from idw_decided where decision = 'must_link' and status in ('in_force', 'refused')
  union
  select b as record_key from idw_decided where decision = 'must_link' and status in ('in_force', 'refused')
  union
  select a as record_key from idw_was_decisions_in_force where decision = 'must_link' and status in ('in_force', 'refused')
  union
  select b as record_key from idw_was_decisions_in_force where decision = 'must_link' and status in ('in_force', 'refused')
),

of_linked as (
  select v.identifier, v.value from idw_was_record_values as v join linked as l on l.record_key = v.record_key
  union
  select v.identifier, v.value from idw_delta_values as v join linked as l on l.record_key = v.record_key
)

select record_key from own
union
select v.record_key
from idw_was_record_values as v
join of_linked as o on o.identifier = v.identifier and o.value = v.value
where exists (select 1 from own where record_key in (select record_key from linked))
  or exists (select 1 from idw_decision_changes where decision in ('must_link', 'cannot_link'))
union
select record_key
from linked
where exists (select 1 from own where record_key in (select record_key from linked))
  or exists (select 1 from idw_decision_changes where decision in ('must_link', 'cannot_link'));

-- 4.5 idw_judged_values: one row is a value that may begin or cease to be contested from the start
create or replace temp table idw_judged_values as
with carried_by_suspects as (
  select v.identifier, v.value
  from idw_was_record_values as v
  join (
    select record_key
    from idw_suspects
    where record_key not in (select record_key from idw_delta)
  ) as s on s.record_key = v.record_key
  where v.identifier in ('name_and_birth', 'phone', 'device')
  union
  select identifier, value
  from idw_touched_values
  where identifier in ('name_and_birth', 'phone', 'device')
)

select c.identifier, c.value
from carried_by_suspects as c
left join idw_flips as f on f.identifier = c.identifier and f.value = c.value
left join idw_was_withheld_values as w
  on w.identifier = c.identifier and w.value = c.value and w.status = 'shared'
where not coalesce(f.is_shared, w.value is not null);

-- 4.6 idw_scope: one row is a record to judge those values by
create or replace temp table idw_scope as
select c.record_key
from idw_carriers as c
join idw_judged_values as j on j.identifier = c.identifier and j.value = c.value
where not c.is_before
union
-- who carries a value that is not touched carried it before
select v.record_key
from idw_was_record_values as v
join (
  select j.identifier, j.value
  from idw_judged_values as j
  left join idw_touched_values as t on t.identifier = j.identifier and t.value = j.value
  where t.value is null
) as j on j.identifier = v.identifier and j.value = v.value
union
select k.record_key
from idw_known as k
join (
  select a as record_key from idw_decided where decision = 'must_link' and status in ('in_force', 'refused')
  union
  select b as record_key from idw_decided where decision = 'must_link' and status in ('in_force', 'refused')
  union
  select a as record_key from idw_was_decisions_in_force where decision = 'must_link' and status in ('in_force', 'refused')
  union
  select b as record_key from idw_was_decisions_in_force where decision = 'must_link' and status in ('in_force', 'refused')
) as l on l.record_key = k.record_key;

-- 4.7 idw_records: one row is a record of the scope; numbers follow the bytes of the record key
create or replace temp table idw_records as
select row_number() over (order by record_key) as record, record_key
from idw_scope;

-- 4.8 idw_given: one row is a record of the scope and a value that it carries
create or replace temp table idw_given as
select v.record_key, v.identifier, v.value
from idw_was_record_values as v
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

-- 4.9 idw_dictionary: one row is an identifier and a distinct value
create or replace temp table idw_dictionary as
select
  row_number() over (order by identifier, value) as value_id,
  identifier,
  value,
  cast(null as varchar) as reason
from (
  select distinct identifier, value from idw_given
) as d;

-- 4.10 idw_carried: one row is a record and a value that it carries
create or replace temp table idw_carried as
select r.record, d.identifier, d.value_id
from idw_given as g
join idw_dictionary as d on d.identifier = g.identifier and d.value = g.value
join idw_records as r on r.record_key = g.record_key;

-- 4.11 idw_value_counts: one row is a value, with its records of the scope
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

-- 4.12 idw_decisions: one row is a decision, with the numbers of its records
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

-- 4.13 idw_holders: one row is a record that a decision names, and its holder
-- from decisions
create or replace temp table idw_holders as
select distinct record, record as holder
from (
  select a_record as record from idw_decisions where decision in ('must_link', 'cannot_link') and status = 'in_force'
  union all
  select b_record as record from idw_decisions where decision in ('must_link', 'cannot_link') and status = 'in_force'
) as named;

-- 4.14 idw_load: one row is a holder, a cannot-link and its side
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

-- 4.15 idw_blocked: one row is a holder and a value refused to it
create or replace temp table idw_blocked as
select
  cast('' as varchar) as identifier,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false;

-- 4.16 idw_kept: one row is a holder and a must-link that names it
-- from decisions
create or replace temp table idw_kept as
select a_record as holder, position as value_rank, position as class_rank, cast(null as timestamp) as ranked_at
from idw_decisions
where decision = 'must_link' and status = 'in_force'
union all
select b_record as holder, position as value_rank, position as class_rank, cast(null as timestamp) as ranked_at
from idw_decisions
where decision = 'must_link' and status = 'in_force';

-- 4.17 idw_contenders: one row is a holder and a value that another holder keeps too
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

-- 4.18 only if idw_contenders has rows:

-- 4.18.1 idw_links: one row is a link between two holders of a value
create or replace temp table idw_links as
select distinct a, b
from (
  select min(holder) over (partition by turn) as a, holder as b
  from idw_contenders
) as pairs
where a <> b;

-- 4.18.2 idw_hops: one row is a node that stopped being a root, and its round
create or replace temp table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false;

-- 4.18.3 groups of holders by must_link: repeat while idw_links has rows, counting rounds in idw_round:

-- 4.18.3.1 idw_picks: one row is a node that still has links, and its root in this round
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

-- 4.18.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select getvariable('idw_round') as round, node, root
from idw_picks
where node <> root;

-- 4.18.3.3 idw_links: one row is a link between two roots
create or replace temp table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;

-- 4.18.3 end of the round

-- 4.18.4 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
select node, root from idw_hops where false;

-- 4.18.5 groups of holders by must_link, backwards: repeat with idw_round from its last value down to 1:

-- 4.18.5.1 idw_roots: one row is a node that is not the root of its component
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

-- 4.18.5 end of the round

-- 4.18.6 idw_groups: one row is a holder, and the smallest holder of its group
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

-- 4.18.7 idw_loud: one row is a group that breaks a hard constraint
create or replace temp table idw_loud as
select distinct group_holder
from (
  select g.group_holder
  from idw_groups as g
  join idw_load as l on l.holder = g.holder
  group by g.group_holder, l.constraint_no, l.limit_value
  having count(distinct l.class_rank) > l.limit_value
) as exceeded;

-- 4.18.8 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temp table idw_moves as
select g.holder as origin, g.holder
from idw_groups as g
join idw_loud as o on o.group_holder = g.group_holder;

-- 4.18.9 idw_refusals: one row is a holder at the start of the phase and a value refused to it
create or replace temp table idw_refusals as
select
  cast(0 as bigint) as origin,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false;

-- 4.18.10 idw_contenders: one row is a holder and a value, in loud groups
create or replace temp table idw_contenders as
select c.*
from idw_contenders as c
join idw_groups as g on g.holder = c.holder
join idw_loud as o on o.group_holder = g.group_holder;

-- 4.18.11 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temp table idw_phase_load as
select distinct l.holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
where l.holder in (select holder from idw_contenders);

-- 4.18.12 merging by must_link: repeat while idw_contenders has rows, counting rounds in idw_round:

-- 4.18.12.1 idw_verdicts: one row is a holder of a value judged in this round
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

-- 4.18.12.2 idw_refusals: one row is a holder at the start of the phase and a value refused to it
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

-- 4.18.12.3 idw_renames: one row is a holder that merged in this round
create or replace temp table idw_renames as
select holder, min(holder) over (partition by turn) as new_holder
from idw_verdicts
where blocked_by is null;

-- 4.18.12.4 idw_contenders: one row is a holder and a value not yet judged
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

-- 4.18.12.5 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temp table idw_phase_load as
select distinct coalesce(r.new_holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_phase_load as l
left join idw_renames as r on r.holder = l.holder;

-- 4.18.12.6 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temp table idw_moves as
select m.origin, coalesce(r.new_holder, m.holder) as holder
from idw_moves as m
left join idw_renames as r on r.holder = m.holder;

-- 4.18.12 end of the round

-- 4.18.13 idw_moves: one row is a holder of a quiet group
insert into idw_moves
select g.holder as origin, g.group_holder as holder
from idw_groups as g
where g.group_holder not in (select group_holder from idw_loud);

-- 4.18.14 idw_blocked: one row is a holder and a value refused to it
-- from decisions
insert into idw_blocked
select distinct 'must_link' as identifier, value_rank, holder, owner, blocked_by
from idw_refusals;

-- 4.18.15 idw_holders: one row is a record, and its holder
create or replace temp table idw_holders as
select h.record, coalesce(m.holder, h.holder) as holder
from idw_holders as h
left join idw_moves as m on m.origin = h.holder;

-- 4.18.16 idw_load: one row is a holder, a hard constraint and a class
create or replace temp table idw_load as
select distinct coalesce(m.holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
left join idw_moves as m on m.origin = l.holder;

-- 4.18 end

-- 4.19 idw_linked: one row is a record that is must-linked to others, and their smallest record
create or replace temp table idw_linked as
select record, holder
from idw_holders
where holder in (select holder from idw_holders group by holder having count(*) >= 2);

-- 4.20 idw_links: one row is a link between two values of must-linked records
create or replace temp table idw_links as
with of_linked as (
  select distinct l.holder, v.identifier, c.value_id
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

-- 4.21 idw_hops: one row is a node that stopped being a root, and its round
create or replace temp table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false;

-- 4.22 classes of values, before contested ones leave: repeat while idw_links has rows, counting rounds in idw_round:

-- 4.22.1 idw_picks: one row is a node that still has links, and its root in this round
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

-- 4.22.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select getvariable('idw_round') as round, node, root
from idw_picks
where node <> root;

-- 4.22.3 idw_links: one row is a link between two roots
create or replace temp table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;

-- 4.22 end of the round

-- 4.23 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
select node, root from idw_hops where false;

-- 4.24 classes of values, before contested ones leave, backwards: repeat with idw_round from its last value down to 1:

-- 4.24.1 idw_roots: one row is a node that is not the root of its component
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

-- 4.24 end of the round

-- 4.25 idw_classes: one row is a value that shares a class with others
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

-- 4.26 idw_contested_values: one row is a value contested from the start
-- from identifiers
create or replace temp table idw_contested_values as
with limits as (
  select 'login'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier, 1 as priority, 1 as limit_value
  union all
  select 'email'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier, 2 as priority, 2 as limit_value
  union all
  select 'phone'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier, 4 as priority, 2 as limit_value
),

judged as (
  select c.record, c.value_id, case v.identifier when 'name_and_birth' then 3 when 'phone' then 4 when 'device' then 5 end as priority
  from idw_value_counts as v
  join idw_carried as c on c.value_id = v.value_id
  where v.identifier in ('name_and_birth', 'phone', 'device') and v.records >= 2 and not v.is_shared
),

strong as (
  select c.record, c.value_id, l.priority, l.limit_value
  from idw_carried as c
  join limits as l on l.identifier = c.identifier
  join idw_value_counts as v on v.value_id = c.value_id
  where not v.is_shared
),

met as (
  select distinct j.value_id, s.priority, s.limit_value, coalesce(k.class_id, s.value_id) as class_id
  from judged as j
  join strong as s on s.record = j.record and s.priority < j.priority
  left join idw_classes as k on k.value_id = s.value_id
),

exceeded as (
  select value_id, priority
  from met
  group by value_id, priority, limit_value
  having count(*) > limit_value
)

select value_id, min(priority) as exceeded
from exceeded
group by value_id;

-- 4.27 idw_out_withheld_values: one row is a touched or judged value that matches nothing, with the reason
create or replace temp table idw_out_withheld_values as
select identifier, value, 'shared' as status, cast(null as bigint) as exceeded
from idw_flips
where is_shared
union all
select d.identifier, d.value, 'contested' as status, cast(c.exceeded as bigint) as exceeded
from idw_contested_values as c
join idw_dictionary as d on d.value_id = c.value_id
join idw_judged_values as j on j.identifier = d.identifier and j.value = d.value;
