-- 4. Putting records together as they were

-- 4.1 idw_links: one row is a link between two records of a component, or of an identity then
create or replace temp table idw_links as
select distinct a, b
from (
  select min(r.record) over (partition by w.component) as a, r.record as b
  from idw_was_identity_records as w
  join idw_records as r on r.record_key = w.record_key
  union all
  select min(r.record) over (partition by t.identity_id) as a, r.record as b
  from idw_returned as t
  join idw_records as r on r.record_key = t.record_key
  where t.identity_id is not null
) as pairs
where a <> b;

-- 4.2 idw_hops: one row is a node that stopped being a root, and its round
create or replace temp table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false;

-- 4.3 components, now and then: repeat while idw_links has rows, counting rounds in idw_round:

-- 4.3.1 idw_picks: one row is a node that still has links, and its root in this round
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

-- 4.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select getvariable('idw_round') as round, node, root
from idw_picks
where node <> root;

-- 4.3.3 idw_links: one row is a link between two roots
create or replace temp table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;

-- 4.3 end of the round

-- 4.4 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
select node, root from idw_hops where false;

-- 4.5 components, now and then, backwards: repeat with idw_round from its last value down to 1:

-- 4.5.1 idw_roots: one row is a node that is not the root of its component
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

-- 4.5 end of the round

-- 4.6 idw_components: one row is a record, and the smallest record of its component
create or replace temp table idw_components as
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

select r.record, coalesce(n.label, r.record) as component
from idw_records as r
left join named as n on n.node = r.record;

-- 4.7 idw_broken: one row is a component that breaks a limit: a rollback asks for none
create or replace temp table idw_broken as
select cast(null as bigint) as component where false;

-- 4.8 idw_holders: one row is a record, and its holder: what must-links join is one
create or replace temp table idw_holders as
select r.record, coalesce(l.holder, r.record) as holder
from idw_records as r
left join idw_linked as l on l.record = r.record;

-- 4.9 idw_load: one row is a holder, a cannot-link and its side
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

-- 4.10 idw_kept: one row is a holder and an id that its records had then
create or replace temp table idw_kept as
with then_and_now as (
  select h.holder, min(r.record) over (partition by t.identity_id) as value_rank
  from idw_returned as t
  join idw_records as r on r.record_key = t.record_key
  join idw_holders as h on h.record = r.record
  where t.identity_id is not null
)

select distinct
  holder,
  value_rank,
  value_rank as class_rank,
  cast(null as timestamp) as ranked_at
from then_and_now;

-- 4.11 idw_contenders: one row is a holder and a value that another holder keeps too
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

-- 4.12 only if idw_contenders has rows:

-- 4.12.1 idw_links: one row is a link between two holders of a value
create or replace temp table idw_links as
select distinct a, b
from (
  select min(holder) over (partition by turn) as a, holder as b
  from idw_contenders
) as pairs
where a <> b;

-- 4.12.2 idw_hops: one row is a node that stopped being a root, and its round
create or replace temp table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false;

-- 4.12.3 groups of holders by rollback: repeat while idw_links has rows, counting rounds in idw_round:

-- 4.12.3.1 idw_picks: one row is a node that still has links, and its root in this round
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

-- 4.12.3.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select getvariable('idw_round') as round, node, root
from idw_picks
where node <> root;

-- 4.12.3.3 idw_links: one row is a link between two roots
create or replace temp table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;

-- 4.12.3 end of the round

-- 4.12.4 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
select node, root from idw_hops where false;

-- 4.12.5 groups of holders by rollback, backwards: repeat with idw_round from its last value down to 1:

-- 4.12.5.1 idw_roots: one row is a node that is not the root of its component
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

-- 4.12.5 end of the round

-- 4.12.6 idw_groups: one row is a holder, and the smallest holder of its group
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

-- 4.12.7 idw_loud: one row is a group that breaks a hard constraint
create or replace temp table idw_loud as
select distinct group_holder
from (
  select g.group_holder
  from idw_groups as g
  join idw_load as l on l.holder = g.holder
  group by g.group_holder, l.constraint_no, l.limit_value
  having count(distinct l.class_rank) > l.limit_value
) as exceeded;

-- 4.12.8 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temp table idw_moves as
select g.holder as origin, g.holder
from idw_groups as g
join idw_loud as o on o.group_holder = g.group_holder;

-- 4.12.9 idw_refusals: one row is a holder at the start of the phase and a value refused to it
create or replace temp table idw_refusals as
select
  cast(0 as bigint) as origin,
  cast(0 as bigint) as holder,
  cast(0 as bigint) as value_rank,
  cast(0 as bigint) as owner,
  cast(0 as bigint) as blocked_by
where false;

-- 4.12.10 idw_contenders: one row is a holder and a value, in loud groups
create or replace temp table idw_contenders as
select c.*
from idw_contenders as c
join idw_groups as g on g.holder = c.holder
join idw_loud as o on o.group_holder = g.group_holder;

-- 4.12.11 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temp table idw_phase_load as
select distinct l.holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
where l.holder in (select holder from idw_contenders);

-- 4.12.12 merging by rollback: repeat while idw_contenders has rows, counting rounds in idw_round:

-- 4.12.12.1 idw_verdicts: one row is a holder of a value judged in this round
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

-- 4.12.12.2 idw_refusals: one row is a holder at the start of the phase and a value refused to it
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

-- 4.12.12.3 idw_renames: one row is a holder that merged in this round
create or replace temp table idw_renames as
select holder, min(holder) over (partition by turn) as new_holder
from idw_verdicts
where blocked_by is null;

-- 4.12.12.4 idw_contenders: one row is a holder and a value not yet judged
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

-- 4.12.12.5 idw_phase_load: one row is a holder of a loud group, a hard constraint and a class
create or replace temp table idw_phase_load as
select distinct coalesce(r.new_holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_phase_load as l
left join idw_renames as r on r.holder = l.holder;

-- 4.12.12.6 idw_moves: one row is a holder at the start of the phase, and the one it is part of now
create or replace temp table idw_moves as
select m.origin, coalesce(r.new_holder, m.holder) as holder
from idw_moves as m
left join idw_renames as r on r.holder = m.holder;

-- 4.12.12 end of the round

-- 4.12.13 idw_moves: one row is a holder of a quiet group
insert into idw_moves
select g.holder as origin, g.group_holder as holder
from idw_groups as g
where g.group_holder not in (select group_holder from idw_loud);

-- 4.12.14 idw_blocked: one row is a holder and a value refused to it
-- from decisions
insert into idw_blocked
select distinct 'rollback' as identifier, value_rank, holder, owner, blocked_by
from idw_refusals;

-- 4.12.15 idw_holders: one row is a record, and its holder
create or replace temp table idw_holders as
select h.record, coalesce(m.holder, h.holder) as holder
from idw_holders as h
left join idw_moves as m on m.origin = h.holder;

-- 4.12.16 idw_load: one row is a holder, a hard constraint and a class
create or replace temp table idw_load as
select distinct coalesce(m.holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
from idw_load as l
left join idw_moves as m on m.origin = l.holder;

-- 4.12 end
