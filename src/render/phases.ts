// The phases of resolution.md §3 (plan/phases.ts says the algorithm; the numbers here are its steps). Records, holders,
// value ranks and class ranks are numbers in the order of their texts, so comparing numbers compares texts.
import { work } from "../plan/names.ts";
import type { Phase } from "../plan/plan.ts";
import { empty, type Fragment, id, keyword, lit, sql, WHERE } from "../sql/fragment.ts";
import type { Context } from "./context.ts";

type OfPhase = { readonly phase: Phase };

/** The rank time: the earliest under `first` and `nobody`, the latest under `last`; NULL last under both. */
const best = (phase: Phase, column: Fragment) =>
  phase.policy === "last" ? sql`max(${column})` : sql`min(${column})`;
const bestFirst = (phase: Phase, column: Fragment) =>
  phase.policy === "last" ? sql`${column} desc nulls last` : sql`${column} asc nulls last`;

export function firstHolders(_query: object, context: Context): Fragment {
  if (context.project.decisions === undefined) {
    return sql`
      select c.record, c.record as holder
      from ${id(work.components)} as c
      join ${id(work.broken)} as b on b.component = c.component
    `;
  }
  return sql`
    select c.record, coalesce(l.holder, c.record) as holder
    from ${id(work.components)} as c
    join ${id(work.broken)} as b on b.component = c.component
    left join ${id(work.linked)} as l on l.record = c.record
  `;
}

export function valueRanks(): Fragment {
  return sql`
    with present as (
      select distinct c.value_id
      from ${id(work.holders)} as h
      join ${id(work.carried)} as c on c.record = h.record
      join ${id(work.values)} as v on v.value_id = c.value_id
      where v.status is null
    )

    select p.value_id, row_number() over (order by d.value, d.identifier) as value_rank
    from present as p
    join ${id(work.dictionary)} as d on d.value_id = p.value_id
  `;
}

/** A class is named by its smallest value. */
export function constrainedValues(_query: object, context: Context): Fragment {
  const rows = (classRank: Fragment, classes: Fragment) => sql`
    select c.record, c.identifier, r.value_rank, ${classRank} as class_rank, o.observed_at
    from ${id(work.holders)} as h
    join ${id(work.carried)} as c on c.record = h.record
    join ${id(work.valueRanks)} as r on r.value_id = c.value_id
    join ${id(work.records)} as o on o.record = h.record
    ${classes}
  `;
  if (context.project.decisions === undefined) return rows(id("r", "value_rank"), empty);
  return sql`
    with named as (
      select k.value_id, min(r.value_rank) over (partition by k.class_id) as class_rank
      from ${id(work.classes)} as k
      join ${id(work.valueRanks)} as r on r.value_id = k.value_id
    )

    ${rows(sql`coalesce(n.class_rank, r.value_rank)`, sql`left join named as n on n.value_id = c.value_id`)}
  `;
}

export function noStatuses(_query: object, { dialect: { types } }: Context): Fragment {
  return sql`select cast(0 as ${keyword(types.integer)}) as record, cast(0 as ${keyword(types.integer)}) as value_rank, cast('' as ${keyword(types.text)}) as status ${WHERE} false`;
}

export function noBlocked(_query: object, { dialect: { types } }: Context): Fragment {
  const integer = keyword(types.integer);
  return sql`
    select
      cast('' as ${keyword(types.text)}) as identifier,
      cast(0 as ${integer}) as value_rank,
      cast(0 as ${integer}) as holder,
      cast(0 as ${integer}) as owner,
      cast(0 as ${integer}) as blocked_by
    ${WHERE} false
  `;
}

/** Step 1: a holder ranks a class by its best value and keeps all values of the first N classes. */
export function kept({ phase }: OfPhase): Fragment {
  const claims = sql`
    select h.holder, v.value_rank, v.class_rank, ${best(phase, id("v", "observed_at"))} as ranked_at
    from ${id(work.constrainedValues)} as v
    join ${id(work.holders)} as h on h.record = v.record
    where v.identifier = ${lit(phase.identifier)}
    group by h.holder, v.value_rank, v.class_rank
  `;
  if (phase.limit === undefined) return claims;
  return sql`
    with claims as (
      ${claims}
    ),

    classes as (
      select holder, class_rank, ${best(phase, id("ranked_at"))} as ranked_at
      from claims
      group by holder, class_rank
    ),

    placed as (
      select holder, class_rank, row_number() over (
        partition by holder order by ${bestFirst(phase, id("ranked_at"))}, class_rank
      ) as place
      from classes
    )

    select c.holder, c.value_rank, c.class_rank, c.ranked_at
    from claims as c
    join placed as p on p.holder = c.holder and p.class_rank = c.class_rank
    where p.place <= ${lit(phase.limit)}
  `;
}

export function overLimit({ phase }: OfPhase): Fragment {
  return sql`
    select v.record, v.value_rank, 'over_limit' as status
    from ${id(work.constrainedValues)} as v
    join ${id(work.holders)} as h on h.record = v.record
    left join ${id(work.kept)} as k on k.holder = h.holder and k.value_rank = v.value_rank
    where v.identifier = ${lit(phase.identifier)} and k.holder is null
  `;
}

export function limitedLoad({ phase }: OfPhase): Fragment {
  return sql`
    select distinct holder, ${lit(phase.priority)} as constraint_no, class_rank, ${lit(phase.limit ?? null)} as limit_value
    from ${id(work.kept)}
  `;
}

/** Step 2: values in the order of their best rank time among holders, then by value. */
export function contenders({ phase }: OfPhase): Fragment {
  return sql`
    with several as (
      select value_rank, ${best(phase, id("ranked_at"))} as ranked_at
      from ${id(work.kept)}
      group by value_rank
      having count(*) >= 2
    ),

    turns as (
      select value_rank, row_number() over (order by ${bestFirst(phase, id("ranked_at"))}, value_rank) as turn
      from several
    )

    select k.holder as origin, k.holder, k.value_rank, k.ranked_at, t.turn
    from ${id(work.kept)} as k
    join turns as t on t.value_rank = k.value_rank
  `;
}

/** Step 3. */
export function holderLinks(): Fragment {
  return sql`
    select distinct a, b
    from (
      select min(holder) over (partition by turn) as a, holder as b
      from ${id(work.contenders)}
    ) as pairs
    where a <> b
  `;
}

export function loud(): Fragment {
  return sql`
    select distinct group_holder
    from (
      select g.group_holder
      from ${id(work.groups)} as g
      join ${id(work.load)} as l on l.holder = g.holder
      group by g.group_holder, l.constraint_no, l.limit_value
      having count(distinct l.class_rank) > l.limit_value
    ) as exceeded
  `;
}

export function loudContenders(): Fragment {
  return sql`
    select c.*
    from ${id(work.contenders)} as c
    join ${id(work.groups)} as g on g.holder = c.holder
    join ${id(work.loud)} as o on o.group_holder = g.group_holder
  `;
}

export function phaseLoad(): Fragment {
  return sql`
    select distinct l.holder, l.constraint_no, l.class_rank, l.limit_value
    from ${id(work.load)} as l
    where l.holder in (select holder from ${id(work.contenders)})
  `;
}

export function loudMoves(): Fragment {
  return sql`
    select g.holder as origin, g.holder
    from ${id(work.groups)} as g
    join ${id(work.loud)} as o on o.group_holder = g.group_holder
  `;
}

export function quietMoves(): Fragment {
  return sql`
    select g.holder as origin, g.group_holder as holder
    from ${id(work.groups)} as g
    where g.group_holder not in (select group_holder from ${id(work.loud)})
  `;
}

export function noRefusals(_query: object, { dialect: { types } }: Context): Fragment {
  const integer = keyword(types.integer);
  return sql`
    select
      cast(0 as ${integer}) as origin,
      cast(0 as ${integer}) as holder,
      cast(0 as ${integer}) as value_rank,
      cast(0 as ${integer}) as owner,
      cast(0 as ${integer}) as blocked_by
    ${WHERE} false
  `;
}

/** Step 4: who is refused, and by which hard constraint first. The owner, at place 1, never is. */
export function verdicts({ phase }: OfPhase): Fragment {
  return sql`
    with nearest as (
      select holder, min(turn) as turn
      from ${id(work.contenders)}
      group by holder
    ),

    ready as (
      select c.turn
      from ${id(work.contenders)} as c
      join nearest as n on n.holder = c.holder
      group by c.turn
      having min(n.turn) = c.turn
    ),

    holders as (
      select c.turn, c.value_rank, c.holder, ${best(phase, id("c", "ranked_at"))} as ranked_at
      from ${id(work.contenders)} as c
      join ready as r on r.turn = c.turn
      group by c.turn, c.value_rank, c.holder
    ),

    placed as (
      select turn, value_rank, holder, row_number() over (
        partition by turn order by ${bestFirst(phase, id("ranked_at"))}, holder
      ) as place
      from holders
    ),

    brought as (
      select p.turn, p.holder, p.place, l.constraint_no, l.class_rank, l.limit_value
      from placed as p
      join ${id(work.phaseLoad)} as l on l.holder = p.holder
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
    left join refused as r on r.turn = p.turn and r.holder = p.holder
  `;
}

/** Under `nobody` one refusal refuses all; else only the holders that were not admitted. */
export function refusals({ phase }: OfPhase): Fragment {
  const nobody = phase.policy === "nobody";
  return sql`
    select
      c.origin,
      v.holder,
      v.value_rank,
      ${nobody ? keyword("null") : id("v", "owner")} as owner,
      ${nobody ? sql`coalesce(v.blocked_by, v.any_blocked_by)` : id("v", "blocked_by")} as blocked_by
    from ${id(work.verdicts)} as v
    join ${id(work.contenders)} as c on c.turn = v.turn and c.holder = v.holder
    where ${nobody ? id("v", "any_blocked_by") : id("v", "blocked_by")} is not null
  `;
}

export function renames({ phase }: OfPhase): Fragment {
  return sql`
    select holder, min(holder) over (partition by turn) as new_holder
    from ${id(work.verdicts)}
    where ${phase.policy === "nobody" ? id("any_blocked_by") : id("blocked_by")} is null
  `;
}

export function nextContenders(): Fragment {
  return sql`
    with renamed as (
      select c.origin, coalesce(r.new_holder, c.holder) as holder, c.value_rank, c.ranked_at, c.turn
      from ${id(work.contenders)} as c
      left join ${id(work.renames)} as r on r.holder = c.holder
      where c.turn not in (select turn from ${id(work.verdicts)})
    ),

    several as (
      select turn
      from renamed
      group by turn
      having min(holder) <> max(holder)
    )

    select n.*
    from renamed as n
    join several as s on s.turn = n.turn
  `;
}

export function nextPhaseLoad(): Fragment {
  return sql`
    select distinct coalesce(r.new_holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
    from ${id(work.phaseLoad)} as l
    left join ${id(work.renames)} as r on r.holder = l.holder
  `;
}

export function nextMoves(): Fragment {
  return sql`
    select m.origin, coalesce(r.new_holder, m.holder) as holder
    from ${id(work.moves)} as m
    left join ${id(work.renames)} as r on r.holder = m.holder
  `;
}

/** Step 5. Holders are still those of the start of the phase. */
export function contestedStatuses(): Fragment {
  return sql`
    select v.record, v.value_rank, 'contested' as status
    from ${id(work.refusals)} as f
    join ${id(work.holders)} as h on h.holder = f.origin
    join ${id(work.constrainedValues)} as v on v.record = h.record and v.value_rank = f.value_rank
  `;
}

export function blocked({ phase }: OfPhase): Fragment {
  return sql`
    select distinct ${lit(phase.identifier)} as identifier, value_rank, holder, owner, blocked_by
    from ${id(work.refusals)}
  `;
}

export function nextHolders(): Fragment {
  return sql`
    select h.record, coalesce(m.holder, h.holder) as holder
    from ${id(work.holders)} as h
    left join ${id(work.moves)} as m on m.origin = h.holder
  `;
}

export function nextLoad(): Fragment {
  return sql`
    select distinct coalesce(m.holder, l.holder) as holder, l.constraint_no, l.class_rank, l.limit_value
    from ${id(work.load)} as l
    left join ${id(work.moves)} as m on m.origin = l.holder
  `;
}
