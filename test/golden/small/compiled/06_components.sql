-- 6. Finding plain components

-- 6.1 idw_nodes: one row is a record that shares values with others, and the first of these values
-- from identifiers
create or replace temp table idw_nodes as
with matching as (
  select c.record, c.value_id as node
  from idw_carried as c
  join idw_values as v on v.value_id = c.value_id
  where v.status is null and v.records >= 2
  union all
  select a_record as record, -position as node
  from idw_decisions
  where decision = 'must_link' and status = 'in_force'
  union all
  select b_record as record, -position as node
  from idw_decisions
  where decision = 'must_link' and status = 'in_force'
)

select record, min(node) as node, count(*) >= 2 as has_links
from matching
group by record;

-- 6.2 idw_links: one row is a link between two values that a record carries
-- from identifiers
create or replace temp table idw_links as
with matching as (
  select c.record, c.value_id as node
  from idw_carried as c
  join idw_values as v on v.value_id = c.value_id
  where v.status is null and v.records >= 2
  union all
  select a_record as record, -position as node
  from idw_decisions
  where decision = 'must_link' and status = 'in_force'
  union all
  select b_record as record, -position as node
  from idw_decisions
  where decision = 'must_link' and status = 'in_force'
)

select distinct n.node as a, m.node as b
from idw_nodes as n
join matching as m on m.record = n.record
where n.has_links and m.node <> n.node;

-- 6.3 idw_hops: one row is a node that stopped being a root, and its round
create or replace temp table idw_hops as
select cast(0 as bigint) as round, cast(0 as bigint) as node, cast(0 as bigint) as root where false;

-- 6.4 plain components: repeat while idw_links has rows, counting rounds in idw_round:

-- 6.4.1 idw_picks: one row is a node that still has links, and its root in this round
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

-- 6.4.2 idw_hops: one row is a node that stopped being a root in this round
insert into idw_hops
select getvariable('idw_round') as round, node, root
from idw_picks
where node <> root;

-- 6.4.3 idw_links: one row is a link between two roots
create or replace temp table idw_links as
select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
from idw_links as l
join idw_picks as x on x.node = l.a
join idw_picks as y on y.node = l.b
where x.root <> y.root;

-- 6.4 end of the round

-- 6.5 idw_roots: one row is a node that is not the root of its component
create or replace temp table idw_roots as
select node, root from idw_hops where false;

-- 6.6 plain components, backwards: repeat with idw_round from its last value down to 1:

-- 6.6.1 idw_roots: one row is a node that is not the root of its component
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

-- 6.6 end of the round

-- 6.7 idw_components: one row is a record, and the smallest record of its plain component
create or replace temp table idw_components as
with firsts as (
  select value_id as node, first_record
  from idw_values
  where status is null and records >= 2
  union all
  select -position as node, least(a_record, b_record) as first_record
  from idw_decisions
  where decision = 'must_link' and status = 'in_force'
),

rooted as (
  select f.node, f.first_record, coalesce(r.root, f.node) as root
  from firsts as f
  left join idw_roots as r on r.node = f.node
),

named as (
  select root, min(first_record) as component
  from rooted
  group by root
),

placed as (
  select r.node, n.component
  from rooted as r
  join named as n on n.root = r.root
)

select n.record, p.component
from idw_nodes as n
join placed as p on p.node = n.node
union all
select r.record, r.record as component
from idw_records as r
left join idw_nodes as n on n.record = r.record
where n.record is null;

-- 6.8 idw_broken: one row is a plain component that breaks a limit or holds a cannot-link
-- from identifiers
create or replace temp table idw_broken as
with limits as (
  select 'login'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier, 1 as priority, 1 as limit_value
  union all
  select 'email'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier, 2 as priority, 2 as limit_value
  union all
  select 'phone'::enum ('login', 'email', 'name_and_birth', 'phone', 'device') as identifier, 4 as priority, 2 as limit_value
)

select c.component
from idw_values as v
join idw_components as c on c.record = v.first_record
join limits as l on l.identifier = v.identifier
left join idw_classes as k on k.value_id = v.value_id
where v.status is null
group by c.component, l.priority, l.limit_value
having count(distinct coalesce(k.class_id, v.value_id)) > l.limit_value
union
select a.component
from idw_decisions as d
join idw_components as a on a.record = d.a_record
join idw_components as b on b.record = d.b_record and b.component = a.component
where d.decision = 'cannot_link' and d.status = 'in_force';

-- 6.9 idw_statuses: one row is a record, a value and its status, where that is not active
create or replace temp table idw_statuses as
select cast(0 as bigint) as record, cast(0 as bigint) as value_rank, cast('' as varchar) as status where false;

-- 6.10 idw_holders: one row is a record of a broken component, and its holder
create or replace temp table idw_holders as
select c.record, coalesce(l.holder, c.record) as holder
from idw_components as c
join idw_broken as b on b.component = c.component
left join idw_linked as l on l.record = c.record;

-- 6.11 idw_value_ranks: one row is a value of a broken component; ranks follow the bytes of the value
create or replace temp table idw_value_ranks as
with present as (
  select distinct c.value_id
  from idw_holders as h
  join idw_carried as c on c.record = h.record
  join idw_values as v on v.value_id = c.value_id
  where v.status is null
)

select p.value_id, row_number() over (order by d.value, d.identifier) as value_rank
from present as p
join idw_dictionary as d on d.value_id = p.value_id;

-- 6.12 idw_constrained_values: one row is a record of a broken component and a value that it carries
create or replace temp table idw_constrained_values as
with named as (
  select k.value_id, min(r.value_rank) over (partition by k.class_id) as class_rank
  from idw_classes as k
  join idw_value_ranks as r on r.value_id = k.value_id
)

select c.record, c.identifier, r.value_rank, coalesce(n.class_rank, r.value_rank) as class_rank, o.observed_at
from idw_holders as h
join idw_carried as c on c.record = h.record
join idw_value_ranks as r on r.value_id = c.value_id
join idw_records as o on o.record = h.record
left join named as n on n.value_id = c.value_id;

-- 6.13 idw_load: one row is a holder, a hard constraint and a class that it keeps
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
