// Ids and their life (resolution.md §4, rules 1 to 4): which new identity is the heir of which earlier one, who keeps, gets
// back or is given an id, and the anchors. Works on the records a run considers; earlier ids are those of the state before.
import { work } from "../plan/names.ts";
import { type Fragment, id, keyword, lit, sql } from "../sql/fragment.ts";
import { type Context, rowsOf } from "./context.ts";
import { identityId } from "./decisions.ts";
import { issuedIds } from "./sample.ts";

/** Of two ids the older comes first. Needs `i` of the identities before, and what `anchorsBefore` selects as `a`. */
const OLDEST = sql`i.created_run, a.observed_at asc nulls last, a.record_key asc nulls last, i.identity_id`;

/** An anchor's time as last known: that of its record, or what was noted before the record went. An erased one has no key. */
export const anchorsBefore = () => sql`
  anchors_before as (
    select
      i.identity_id,
      case when r.record is not null then r.observed_at else i.noted_at end as observed_at,
      case when e.record_key is null then i.anchor_record_key end as record_key
    from ${id(work.earlier)} as i
    left join ${id(work.records)} as r on r.record_key = i.anchor_record_key
    left join ${id(work.erased)} as e on e.record_key = i.anchor_record_key
  )
`;

/** Records that had an id and still exist. */
export function former(): Fragment {
  return sql`
    select r.record, w.identity_id
    from ${id(work.replacedRecords)} as w
    join ${id(work.records)} as r on r.record_key = w.record_key
  `;
}

export function flows(): Fragment {
  return sql`
    select f.identity_id, s.label, count(*) as records
    from ${id(work.former)} as f
    join ${id(work.resolved)} as s on s.record = f.record
    group by f.identity_id, s.label
  `;
}

/** Rule 1 needs a closer look only where an earlier identity comes apart or several come together. */
export function claims(_query: object, context: Context): Fragment {
  return sql`
    with counted as (
      select
        *,
        count(*) over (partition by identity_id) as heirs,
        count(*) over (partition by label) as ancestors
      from ${id(work.flows)}
    ),

    stirred as (
      select * from counted where heirs > 1 or ancestors > 1
    ),

    members as (
      select x.identity_id, x.label, f.record, r.observed_at, r.record_key = i.anchor_record_key as is_anchor
      from stirred as x
      join ${id(work.former)} as f on f.identity_id = x.identity_id
      join ${id(work.resolved)} as s on s.record = f.record and s.label = x.label
      join ${id(work.records)} as r on r.record = f.record
      join ${id(work.earlier)} as i on i.identity_id = x.identity_id
    ),

    priorities as (
      ${priorityRows(context)}
    ),

    strongest as (
      select t.record, min(p.priority) as priority
      from ${id(work.settled)} as t
      join ${id(work.values)} as v on v.value_id = t.value_id
      join priorities as p on p.identifier = v.identifier
      where t.status = 'active' and t.record in (select record from members)
      group by t.record
    )

    select
      m.identity_id,
      m.label,
      m.record,
      m.observed_at,
      coalesce(m.is_anchor, false) as is_anchor,
      s.priority
    from members as m
    left join strongest as s on s.record = m.record
  `;
}

/** Rule 1: at most one heir of each earlier identity. */
export function heirs(): Fragment {
  return sql`
    with claimants as (
      select
        identity_id,
        label,
        min(priority) as priority,
        count(*) as records,
        max(case when is_anchor then 1 else 0 end) as holds_anchor
      from ${id(work.claims)}
      group by identity_id, label
    ),

    firsts as (
      select identity_id, label, record, observed_at
      from (
        select *, row_number() over (partition by identity_id, label order by observed_at asc nulls last, record) as place
        from ${id(work.claims)}
      ) as placed
      where place = 1
    ),

    ranked as (
      select c.identity_id, c.label, row_number() over (
        partition by c.identity_id
        order by
          c.priority asc nulls last,
          c.records desc,
          c.holds_anchor desc,
          f.observed_at asc nulls last,
          f.record
      ) as place
      from claimants as c
      join firsts as f on f.identity_id = c.identity_id and f.label = c.label
    )

    select identity_id, label
    from ranked
    where place = 1
    union all
    select w.identity_id, w.label
    from ${id(work.flows)} as w
    where w.identity_id not in (select identity_id from ${id(work.claims)})
  `;
}

/** Rule 2: the heir of several keeps the oldest id. */
export function keepers(): Fragment {
  return sql`
    with ${anchorsBefore()},

    ranked as (
      select h.label, h.identity_id, row_number() over (partition by h.label order by ${OLDEST}) as place
      from ${id(work.heirs)} as h
      join ${id(work.earlier)} as i on i.identity_id = h.identity_id
      join anchors_before as a on a.identity_id = h.identity_id
    )

    select label, identity_id
    from ranked
    where place = 1
  `;
}

/** Rule 3: an identity that is heir to none takes back the oldest merged or retired id whose anchor it holds. */
export function revivals(): Fragment {
  return sql`
    with ${anchorsBefore()},

    ranked as (
      select s.label, i.identity_id, row_number() over (partition by s.label order by ${OLDEST}) as place
      from ${id(work.earlier)} as i
      join ${id(work.records)} as r on r.record_key = i.anchor_record_key
      join ${id(work.resolved)} as s on s.record = r.record
      join anchors_before as a on a.identity_id = i.identity_id
      left join ${id(work.keepers)} as k on k.label = s.label
      where i.status in ('merged', 'retired') and k.label is null
    )

    select label, identity_id
    from ranked
    where place = 1
  `;
}

/** Rules 2 and 3: every new identity with its id, its anchor and where the id comes from (kept, revived or created). */
export function anchors(_query: object, context: Context): Fragment {
  const { functions, types } = context.dialect;
  const run = functions.variable("idw_run");
  const fresh = identityId(id("p", "first_record_key"), context);
  const second = identityId(
    sql`'#' || cast(${run} as ${keyword(types.text)}) || '#' || p.first_record_key`,
    context,
  );
  return sql`
    with chosen as (
      select
        p.*,
        coalesce(k.identity_id, v.identity_id) as earlier_id,
        case when k.identity_id is not null then 'kept' when v.identity_id is not null then 'revived' else 'created' end as origin,
        case when k.identity_id is null and v.identity_id is null then ${fresh} end as fresh_id
      from ${id(work.profiles)} as p
      left join ${id(work.keepers)} as k on k.label = p.label
      left join ${id(work.revivals)} as v on v.label = p.label
    ),

    held as (
      select i.identity_id, i.created_run, i.anchor_record_key, r.observed_at, s.label
      from ${id(work.earlier)} as i
      join ${id(work.records)} as r on r.record_key = i.anchor_record_key
      join ${id(work.resolved)} as s on s.record = r.record
    )

    select
      p.label,
      coalesce(p.earlier_id, case when t.identity_id is null and y.identity_id is null then p.fresh_id else ${second} end) as identity_id,
      coalesce(h.anchor_record_key, p.first_record_key) as anchor_record_key,
      case when h.identity_id is not null then h.observed_at else p.first_observed_at end as anchor_observed_at,
      p.records,
      p.models,
      p.first_seen,
      p.last_seen,
      coalesce(e.created_run, ${run}) as created_run,
      p.origin
    from chosen as p
    left join ${id(work.earlier)} as e on e.identity_id = p.earlier_id
    left join held as h on h.identity_id = p.earlier_id and h.label = p.label
    left join ${issuedIds(context)} as t on t.identity_id = p.fresh_id
    left join ${id(work.was("withdrawn_ids"))} as y on y.identity_id = p.fresh_id
  `;
}

/** Rule 2: active ids that merge, with the survivor and the record at which each is anchored anew. */
export function descents(): Fragment {
  return sql`
    with merging as (
      select h.identity_id, h.label, a.identity_id as survivor_id
      from ${id(work.heirs)} as h
      join ${id(work.anchors)} as a on a.label = h.label
      where a.identity_id <> h.identity_id
    ),

    placed as (
      select m.*, c.record, c.observed_at, count(*) over (partition by m.identity_id) as records, row_number() over (
        partition by m.identity_id order by c.priority asc nulls last, c.observed_at asc nulls last, c.record
      ) as place
      from merging as m
      join ${id(work.claims)} as c on c.identity_id = m.identity_id and c.label = m.label
    )

    select p.identity_id, p.label, p.survivor_id, p.records, r.record_key as anchor_record_key, p.observed_at
    from placed as p
    join ${id(work.records)} as r on r.record = p.record
    where p.place = 1
  `;
}

function priorityRows({ project }: Context): Fragment {
  return rowsOf(
    ["identifier", "priority"],
    project.identifiers.map(({ name, priority }) => [lit(name), lit(priority)]),
    [lit(""), lit(0)],
  );
}
