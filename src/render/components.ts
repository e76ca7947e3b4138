// The rounds of connected components (plan/components.ts says the algorithm; the numbers here are its steps).
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, sql, UNION, WHERE } from "../sql/fragment.ts";
import { type Context, limitRows } from "./context.ts";

export function noHops(_query: object, { dialect: { types } }: Context): Fragment {
  const none = sql`cast(0 as ${keyword(types.integer)})`;
  return sql`select ${none} as round, ${none} as node, ${none} as root ${WHERE} false`;
}

/** Step 1. */
export function picks(_query: object, context: Context): Fragment {
  const { minBy, shuffle, variable } = context.dialect.functions;
  return sql`
    with both_ways as (
      select a as node, b as neighbour from ${id(work.links)}
      union all
      select b as node, a as neighbour from ${id(work.links)}
    ),

    picked as (
      select node, ${minBy(id("neighbour"), shuffle(id("neighbour"), variable("idw_round")))} as root
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
    join jumped as k on k.node = j.root
  `;
}

/** Step 2. */
export function hops(_query: object, context: Context): Fragment {
  return sql`
    select ${context.dialect.functions.variable("idw_round")} as round, node, root
    from ${id(work.picks)}
    where node <> root
  `;
}

/** Step 3. */
export function shorterLinks(): Fragment {
  return sql`
    select distinct least(x.root, y.root) as a, greatest(x.root, y.root) as b
    from ${id(work.links)} as l
    join ${id(work.picks)} as x on x.node = l.a
    join ${id(work.picks)} as y on y.node = l.b
    where x.root <> y.root
  `;
}

export function noRoots(): Fragment {
  return sql`select node, root from ${id(work.hops)} where false`;
}

/** Step 4. A name that hops in this round may name another node in later ones: its own hop counts. */
export function roots(_query: object, context: Context): Fragment {
  return sql`
    with hopped as (
      select h.node, coalesce(r.root, h.root) as root
      from ${id(work.hops)} as h
      left join ${id(work.roots)} as r on r.node = h.root
      where h.round = ${context.dialect.functions.variable("idw_round")}
    )

    select node, root
    from hopped
    where node <> root
    union all
    select r.node, r.root
    from ${id(work.roots)} as r
    left join hopped as h on h.node = r.node
    where h.node is null
  `;
}

/** Every node that has a root, and every root, under the smallest node of the component. */
export function named(): Fragment {
  return sql`
    with smallest as (
      select root, least(root, min(node)) as label
      from ${id(work.roots)}
      group by root
    ),

    named as (
      select r.node, s.label
      from ${id(work.roots)} as r
      join smallest as s on s.root = r.root
      union all
      select root as node, label
      from smallest
    )
  `;
}

/**
 * The graph of plain components has values for nodes, since many records carry the same few: a record stands at the first of
 * the values that it shares with others, and links its further ones to it.
 */
export function nodes(_query: object, context: Context): Fragment {
  return sql`
    with matching as (
      ${matching(context)}
    )

    select record, min(node) as node, count(*) >= 2 as has_links
    from matching
    group by record
  `;
}

export function valueLinks(_query: object, context: Context): Fragment {
  return sql`
    with matching as (
      ${matching(context)}
    )

    select distinct n.node as a, m.node as b
    from ${id(work.nodes)} as n
    join matching as m on m.record = n.record
    where n.has_links and m.node <> n.node
  `;
}

/** Values of one record link nothing. A must-link is a value of its two records; values of identifiers have positive numbers. */
function matching(context: Context): Fragment {
  const carried = sql`
    select c.record, c.value_id as node
    from ${id(work.carried)} as c
    join ${id(work.values)} as v on v.value_id = c.value_id
    where v.status is null and v.records >= 2
  `;
  if (context.project.decisions === undefined) return carried;
  const side = (column: string) => sql`
    select ${id(column)} as record, -position as node
    from ${id(work.decisions)}
    where decision = 'must_link' and status = 'in_force'
  `;
  return join([carried, side("a_record"), side("b_record")], "\nunion all\n");
}

/** A component is named by the smallest record of its values; a record that shares no value is one of its own. */
export function components(_query: object, context: Context): Fragment {
  const mustLinks = sql`
    union all
    select -position as node, least(a_record, b_record) as first_record
    from ${id(work.decisions)}
    where decision = 'must_link' and status = 'in_force'
  `;
  return sql`
    with firsts as (
      select value_id as node, first_record
      from ${id(work.values)}
      where status is null and records >= 2
      ${context.project.decisions === undefined ? empty : mustLinks}
    ),

    rooted as (
      select f.node, f.first_record, coalesce(r.root, f.node) as root
      from firsts as f
      left join ${id(work.roots)} as r on r.node = f.node
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
    from ${id(work.nodes)} as n
    join placed as p on p.node = n.node
    union all
    select r.record, r.record as component
    from ${id(work.records)} as r
    left join ${id(work.nodes)} as n on n.record = r.record
    where n.record is null
  `;
}

export function classes(): Fragment {
  return sql`
    ${named()}

    select node as value_id, label as class_id
    from named
  `;
}

export function groups(): Fragment {
  return sql`
    ${named()}

    select node as holder, label as group_holder
    from named
  `;
}

/** All a component carries counts: one that as a whole breaks no limit and holds no cannot-link is one identity. */
export function broken(_query: object, context: Context): Fragment {
  const { identifiers, decisions } = context.project;
  const limited = identifiers.filter((identifier) => identifier.limit !== undefined);
  const decided = decisions !== undefined;
  const counted = decided ? sql`count(distinct coalesce(k.class_id, v.value_id))` : sql`count(*)`;
  const classesToo = decided ? sql`left join ${id(work.classes)} as k on k.value_id = v.value_id` : empty;
  const overLimit = sql`
    select c.component
    from ${id(work.values)} as v
    join ${id(work.components)} as c on c.record = v.first_record
    join limits as l on l.identifier = v.identifier
    ${classesToo}
    where v.status is null
    group by c.component, l.priority, l.limit_value
    having ${counted} > l.limit_value
  `;
  if (!decided) {
    return sql`
      with limits as (
        ${limitRows(limited, context)}
      )

      select distinct component
      from (
        ${overLimit}
      ) as over_limit
    `;
  }
  return sql`
    with limits as (
      ${limitRows(limited, context)}
    )

    ${overLimit}
    ${UNION}
    select a.component
    from ${id(work.decisions)} as d
    join ${id(work.components)} as a on a.record = d.a_record
    join ${id(work.components)} as b on b.record = d.b_record and b.component = a.component
    where d.decision = 'cannot_link' and d.status = 'in_force'
  `;
}
