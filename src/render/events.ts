// What happened to ids: the rows of identity_events (resolution.md §4, rule 4; outputs.md), and the relations that every id
// ever issued is found in: identities, identity_redirects, identity_anchors.
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql, UNION } from "../sql/fragment.ts";
import { type Context, rowsOf } from "./context.ts";
import { identityId } from "./decisions.ts";
import { anchorsBefore } from "./ids.ts";
import { issuedIds } from "./sample.ts";

/** Exactly one row per pair of an earlier id and another new id between which records flow. */
export function outputIdentityEvents(_query: object, context: Context): Fragment {
  const { functions, types } = context.dialect;
  const text = keyword(types.text);
  const none = (type: string) => sql`cast(null as ${keyword(type)})`;
  const bare = sql`${none(types.text)} as identifier, ${none(types.text)} as value`;
  return sql`
    with ${causes(context)},

    ${anchorsBefore()},

    strangers as (
      select w.identity_id, w.label, w.records, a.identity_id as new_id, a.origin
      from ${id(work.flows)} as w
      join ${id(work.anchors)} as a on a.label = w.label
      left join ${id(work.heirs)} as h on h.identity_id = w.identity_id and h.label = w.label
      where a.identity_id <> w.identity_id and h.identity_id is null
    ),

    sources as (
      select s.*, case when s.origin <> 'kept' then row_number() over (
        partition by s.label
        order by s.records desc, i.created_run, a.observed_at asc nulls last, a.record_key asc nulls last, s.identity_id
      ) end as place
      from strangers as s
      join ${id(work.earlier)} as i on i.identity_id = s.identity_id
      join anchors_before as a on a.identity_id = s.identity_id
    ),

    happened as (
      select 'merged' as event, d.identity_id, d.survivor_id as other_identity_id, c.identifier, c.value, d.records, c.reason
      from ${id(work.descents)} as d
      left join causes as c on c.identity_id = d.identity_id
      union all
      select
        case when origin = 'revived' then 'revived' else 'split' end as event,
        new_id as identity_id,
        identity_id as other_identity_id,
        ${bare},
        records,
        ${none(types.text)} as reason
      from sources
      where place = 1
      union all
      select 'moved' as event, identity_id, new_id as other_identity_id, ${bare}, records, ${none(types.text)} as reason
      from sources
      where coalesce(place, 2) > 1
      union all
      select
        origin as event,
        identity_id,
        ${none(types.text)} as other_identity_id,
        ${bare},
        records,
        ${none(types.text)} as reason
      from ${id(work.anchors)}
      where origin <> 'kept' and label not in (select label from ${id(work.flows)})
      union all
      select
        'retired' as event,
        identity_id,
        ${none(types.text)} as other_identity_id,
        ${bare},
        records,
        ${none(types.text)} as reason
      from ${id(work.earlier)}
      where status = 'active'
        and identity_id not in (select identity_id from ${id(work.heirs)})
      union all
      select
        'erased' as event,
        identity_id,
        ${none(types.text)} as other_identity_id,
        ${bare},
        count(*) as records,
        ${none(types.text)} as reason
      from ${id(work.replacedRecords)}
      where record_key in (select record_key from ${id(work.erased)})
      group by identity_id
    )

    select
      ${functions.variable("idw_run")} as run,
      ${functions.variable("idw_started")} as occurred_at,
      cast(event as ${text}) as event,
      identity_id,
      other_identity_id,
      identifier,
      value,
      records,
      reason
    from happened
  `;
}

/** The first by (decision, priority, value) of the ties between a former record of a merged identity and one not its own. */
function causes(context: Context): Fragment {
  const { project, dialect } = context;
  const text = keyword(dialect.types.text);
  const priorities = rowsOf(
    ["identifier", "priority"],
    project.identifiers.map(({ name, priority }) => [lit(name), lit(priority)]),
    [lit(""), lit(0)],
  );
  const mustLinks =
    project.decisions === undefined
      ? empty
      : sql`
        union all
        select x.identity_id, 'must_link' as identifier, d.id as value, 0 as priority, d.position, d.reason
        from ${id(work.decisions)} as d
        join ${id(work.resolved)} as a on a.record = d.a_record
        join ${id(work.resolved)} as b on b.record = d.b_record and b.label = a.label
        left join ${id(work.former)} as f on f.record = d.a_record
        left join ${id(work.former)} as g on g.record = d.b_record
        join ${id(work.descents)} as x
          on x.label = a.label
          and (x.identity_id = f.identity_id or x.identity_id = g.identity_id)
          and f.identity_id is distinct from g.identity_id
        where d.decision = 'must_link'
          and d.status = 'in_force'
          and d.position not in (select value_rank from ${id(work.blocked)} where identifier = 'must_link')
      `;
  return sql`
    priorities as (
      ${priorities}
    ),

    own as (
      select d.identity_id, t.value_id, count(*) as records
      from ${id(work.descents)} as d
      join ${id(work.former)} as f on f.identity_id = d.identity_id
      join ${id(work.settled)} as t on t.record = f.record and t.label = d.label
      where t.status = 'active'
      group by d.identity_id, t.value_id
    ),

    all_told as (
      select value_id, count(*) as records
      from ${id(work.settled)}
      where status = 'active' and value_id in (select value_id from own)
      group by value_id
    ),

    ties as (
      select o.identity_id, ${dialect.functions.text(id("y", "identifier"))} as identifier, y.value, p.priority, 0 as position, cast(null as ${text}) as reason
      from own as o
      join all_told as a on a.value_id = o.value_id and a.records > o.records
      join ${id(work.dictionary)} as y on y.value_id = o.value_id
      join priorities as p on p.identifier = y.identifier
      ${mustLinks}
    ),

    causes as (
      select identity_id, identifier, value, reason
      from (
        select *, row_number() over (partition by identity_id order by priority, position, value) as place
        from ties
      ) as ranked
      where place = 1
    )
  `;
}

/** Every id ever issued that this run has touched. A merged id points at the identity that holds its anchor record; when that is gone, at the one it pointed at. */
export function outputIdentities(_query: object, context: Context): Fragment {
  const { types, functions } = context.dialect;
  const run = functions.variable("idw_run");
  const nothing = sql`
    cast(0 as ${keyword(types.integer)}) as records,
    cast(0 as ${keyword(types.integer)}) as models,
    cast(null as ${keyword(types.timestamp)}) as first_seen,
    cast(null as ${keyword(types.timestamp)}) as last_seen,
    cast(null as ${keyword(types.number)}) as confidence
  `;
  return sql`
    select
      identity_id,
      'active' as status,
      cast(null as ${keyword(types.text)}) as merged_into,
      anchor_record_key,
      created_run,
      ${run} as updated_run,
      records,
      models,
      first_seen,
      last_seen,
      -- one record alone is nobody else's
      coalesce(c.confidence, 1) as confidence
    from ${id(work.anchors)} as a
    left join ${id(work.confidence)} as c on c.label = a.label
    union all
    select
      d.identity_id,
      'merged' as status,
      d.survivor_id as merged_into,
      d.anchor_record_key,
      i.created_run,
      ${run} as updated_run,
      ${nothing}
    from ${id(work.descents)} as d
    join ${id(work.earlier)} as i on i.identity_id = d.identity_id
    union all
    select
      i.identity_id,
      case when i.status = 'active' then 'retired' else i.status end as status,
      case when i.status = 'merged' then coalesce(a.identity_id, i.merged_into) end as merged_into,
      ${anchorKey()} as anchor_record_key,
      i.created_run,
      ${run} as updated_run,
      ${nothing}
    from ${id(work.earlier)} as i
    left join ${id(work.records)} as r on r.record_key = i.anchor_record_key
    left join ${id(work.resolved)} as s on s.record = r.record
    left join ${id(work.anchors)} as a on a.label = s.label
    where i.identity_id not in (select identity_id from ${id(work.anchors)})
      and i.identity_id not in (select identity_id from ${id(work.descents)})
  `;
}

/** What was noted of anchors: their times, and whether the record is gone. */
export function outputIdentityAnchors(): Fragment {
  return sql`
    select identity_id, anchor_observed_at as observed_at, false as gone, false as is_held
    from ${id(work.anchors)}
    union all
    select identity_id, observed_at, false as gone, false as is_held
    from ${id(work.descents)}
    union all
    select
      i.identity_id,
      case when r.record is not null then r.observed_at else i.noted_at end as observed_at,
      r.record is null as gone,
      false as is_held
    from ${id(work.earlier)} as i
    left join ${id(work.records)} as r on r.record_key = i.anchor_record_key
    where i.identity_id not in (select identity_id from ${id(work.anchors)})
      and i.identity_id not in (select identity_id from ${id(work.descents)})
  `;
}

/** One hop to the active id that holds an id now, or to NULL. */
export function outputIdentityRedirects(_query: object, context: Context): Fragment {
  return sql`
    with recursive gone as (
      select i.identity_id, i.merged_into
      from ${id(work.now("identities"))} as i
      join ${id(work.now("identity_anchors"))} as k on k.identity_id = i.identity_id
      where i.status = 'merged' and k.gone
    ),

    pointers as (
      select identity_id, merged_into as target
      from gone
      union all
      select p.identity_id, g.merged_into as target
      from pointers as p
      join gone as g on g.identity_id = p.target
    ),

    ends as (
      select identity_id, target
      from pointers
      where target not in (select identity_id from gone)
    )

    select
      i.identity_id,
      case
        when i.status = 'active' then i.identity_id
        when i.status = 'retired' then cast(null as ${keyword(context.dialect.types.text)})
        when e.identity_id is null then i.merged_into
        when o.status = 'active' then o.identity_id
        else o.merged_into
      end as current_identity_id
    from ${id(work.output("identities"))} as i
    left join ends as e on e.identity_id = i.identity_id
    left join ${id(work.now("identities"))} as o on o.identity_id = e.target
  `;
}

/** Ids that no record may be given: those of erased keys. */
export function outputWithdrawnIds(_query: object, context: Context): Fragment {
  return sql`
    select identity_id
    from ${id(work.was("withdrawn_ids"))}
    ${UNION}
    select ${identityId(id("record_key"), context)} as identity_id
    from ${id(work.erased)}
  `;
}

/** Records whose id changed in this run, with the id before: what a rollback goes back by. */
export function outputIdentityHistory(_query: object, context: Context): Fragment {
  const run = context.dialect.functions.variable("idw_run");
  return sql`
    select ${run} as run, n.record_key, w.identity_id
    from ${id(work.output("identity_records"))} as n
    left join ${id(work.replacedRecords)} as w on w.record_key = n.record_key
    where w.identity_id is distinct from n.identity_id
      and exists (select 1 from ${issuedIds(context)})
    union all
    select ${run} as run, w.record_key, w.identity_id
    from ${id(work.replacedRecords)} as w
    left join ${id(work.output("identity_records"))} as n on n.record_key = w.record_key
    where n.record_key is null and w.record_key not in (select record_key from ${id(work.erased)})
  `;
}

// The anchor of an erased record is forgotten.
function anchorKey(): Fragment {
  return join(
    [
      sql`case when i.anchor_record_key not in (select record_key from ${id(work.erased)}) then i.anchor_record_key end`,
    ],
    "",
  );
}
