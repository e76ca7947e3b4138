// The confidence of an identity, from 0 to 1: how likely its records are one (docs/confidence.md, which has worked numbers).
// Identities of one record are left out here; their confidence is 1, since nothing was merged.
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import { select } from "../sql/knex.ts";
import { type Context, limitRows } from "./context.ts";

/** What ties records: active values, and must-links under numbers below zero. */
export function ties(_query: object, { project }: Context): Fragment {
  const active = sql`
    select label, value_id, record
    from ${id(work.settled)}
    where status = 'active'
  `;
  if (project.decisions === undefined) return active;
  const side = (column: string) => sql`
    select a.label, -d.position as value_id, d.${id(column)} as record
    from ${id(work.decisions)} as d
    join ${id(work.resolved)} as a on a.record = d.a_record
    join ${id(work.resolved)} as b on b.record = d.b_record and b.label = a.label
    where d.decision = 'must_link' and d.status = 'in_force' and d.position not in (
      select value_rank from ${id(work.blocked)} where identifier = 'must_link'
    )
  `;
  return join([active, side("a_record"), side("b_record")], "\nunion all\n");
}

/** Values that are active in an identity, and must-links inside it, with the records and models that they reach. */
export function held(_query: object, context: Context): Fragment {
  return sql`
    with by_model as (
      select c.label, c.value_id, r.model, count(*) as records
      from ${id(work.ties)} as c
      join ${id(work.records)} as r on r.record = c.record
      group by c.label, c.value_id, r.model
    )

    select
      label,
      value_id,
      cast(sum(records) as ${keyword(context.dialect.types.integer)}) as records,
      count(*) as models
    from by_model
    group by label, value_id
  `;
}

/** Attributes that two or more records of an identity have, and those of them on which all its records agree. */
export function agreement(_query: object, context: Context): Fragment {
  const { project, dialect, texts } = context;
  const { attributes } = project.confidence;
  const alias = (index: number) => `attribute_${index + 1}`;
  const given = select(dialect.lexical, {
    columns: [
      { as: "record", value: id("idw_record") },
      ...attributes.map((attribute, index) => ({
        as: alias(index),
        value: sql`nullif(${texts.folded(dialect.functions.text(id(attribute)))}, '')`,
      })),
    ],
    from: id(work.attributeRows),
  });
  const count = (condition: (name: Fragment) => Fragment) =>
    join(
      attributes.map((_, index) => sql`case when ${condition(id("g", alias(index)))} then 1 else 0 end`),
      "\n+ ",
    );
  return sql`
    with given as (
      ${given}
    )

    select
      s.label,
      ${count((name) => sql`count(${name}) >= 2`)} as compared,
      ${count((name) => sql`count(${name}) >= 2 and min(${name}) = max(${name})`)} as agreed
    from given as g
    join ${id(work.resolved)} as s on s.record = g.record
    group by s.label
  `;
}

/** One row per identity of two or more records: its confidence and the four parts of it. */
export function confidence(_query: object, context: Context): Fragment {
  const { project, dialect } = context;
  const { weights, attributes } = project.confidence;
  const number = (value: Fragment) => sql`cast(${value} as ${keyword(dialect.types.number)})`;
  const agreed =
    attributes.length === 0
      ? { join: empty, part: number(lit(1)) }
      : {
          join: sql`left join ${id(work.agreement)} as g on g.label = a.label`,
          part: sql`coalesce(${number(id("g", "agreed"))} / nullif(g.compared, 0), 1)`,
        };
  const total = weights.corroboration + weights.agreement + weights.breadth + weights.pressure;
  const weighted = sql`
    (
      ${lit(weights.corroboration)} * corroboration
      + ${lit(weights.agreement)} * agreement
      + ${lit(weights.breadth)} * breadth
      + ${lit(weights.pressure)} * (1 - pressure)
    ) / ${lit(total)}
  `;
  return sql`
    -- corroboration: the values that tie the record with the fewest of them
    with tied as (
      select c.record, c.label, count(*) as ties
      from ${id(work.ties)} as c
      join ${id(work.held)} as h on h.value_id = c.value_id
      where h.records >= 2
      group by c.record, c.label
    ),

    weakest as (
      select label, min(ties) as ties
      from tied
      group by label
    ),

    -- corroboration and breadth: the value that reaches most records, and the one that reaches most models
    widest as (
      select label, max(records) as records, max(models) as models
      from ${id(work.held)}
      where records >= 2
      group by label
    ),

    -- pressure: how full the fullest limit is, beyond the one value that everybody has
    ${fullness(context)},

    -- pressure: values that others hold against it, of all that it carries
    contested as (
      select label, count(*) as contested
      from (
        select distinct label, value_id
        from ${id(work.settled)}
        where status = 'contested'
      ) as t
      group by label
    ),

    active as (
      select label, count(*) as active
      from ${id(work.held)}
      where value_id > 0
      group by label
    ),

    parts as (
      select
        a.label,
        (${number(id("w", "records"))} / a.records + 1 - power(0.5, k.ties)) / 2 as corroboration,
        ${agreed.part} as agreement,
        ${number(id("w", "models"))} / a.models as breadth,
        1 - (1 - coalesce(f.fullness, 0))
          * (1 - coalesce(${number(id("c", "contested"))} / (c.contested + coalesce(v.active, 0)), 0)) as pressure
      from ${id(work.anchors)} as a
      join weakest as k on k.label = a.label
      join widest as w on w.label = a.label
      left join fullness as f on f.label = a.label
      left join contested as c on c.label = a.label
      left join active as v on v.label = a.label
      ${agreed.join}
      where a.records >= 2
    )

    select
      label,
      corroboration,
      agreement,
      breadth,
      pressure,
      ${dialect.functions.round(weighted, 4)} as confidence
    from parts
  `;
}

/** 0 with one value of each identifier, 1 at a limit; a value over its limit says 1. Limits of 1 leave no room to judge. */
function fullness(context: Context): Fragment {
  const { project, dialect } = context;
  const decided = project.decisions !== undefined;
  const class_ = decided ? sql`distinct coalesce(k.class_id, h.value_id)` : keyword("*");
  const classes = decided ? sql`left join ${id(work.classes)} as k on k.value_id = h.value_id` : empty;
  const roomy = project.identifiers.filter(({ limit }) => limit !== undefined && limit > 1);
  return sql`
    limits as (
      ${limitRows(roomy, context)}
    ),

    filled as (
      select
        h.label,
        cast(count(${class_}) - 1 as ${keyword(dialect.types.number)}) / (l.limit_value - 1) as fullness
      from ${id(work.held)} as h
      join ${id(work.values)} as v on v.value_id = h.value_id
      join limits as l on l.identifier = v.identifier
      ${classes}
      group by h.label, l.identifier, l.limit_value
      union all
      select label, 1 as fullness
      from ${id(work.settled)}
      where status = 'over_limit'
    ),

    fullness as (
      select label, least(max(fullness), 1) as fullness
      from filled
      group by label
    )
  `;
}
