// The records and ids that a delta reaches: all plain components, before and after, around what changed. What changed, and
// whose power to match with it, is in affected.ts.
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, sql, UNION } from "../sql/fragment.ts";
import { judgedIdentifiers } from "./affected.ts";
import type { Context } from "./context.ts";

/** The plain components, as they were, of everything that changed or that a change may tie to another. */
export function replacedRecords(_query: object, context: Context): Fragment {
  const judges = judgedIdentifiers(context.project.identifiers).length > 0;
  const contested = judges
    ? sql`
        ${UNION}
        select g.record_key
        from ${id(work.given)} as g
        join ${id(work.judgedValues)} as j on j.identifier = g.identifier and j.value = g.value
        left join ${id(work.was("withheld_values"))} as w
          on w.identifier = j.identifier and w.value = j.value and w.status = 'contested'
        left join ${id(work.output("withheld_values"))} as o
          on o.identifier = j.identifier and o.value = j.value and o.status = 'contested'
        where (w.value is null) <> (o.value is null)
      `
    : empty;
  const decided =
    context.project.decisions === undefined
      ? empty
      : sql`
        ${UNION}
        select record_key from ${id(work.decisionChanges)}
      `;
  return sql`
    with seeds as (
      select record_key from ${id(work.delta)}
      ${UNION}
      select record_key from ${id(work.shifts)}
      ${UNION}
      select c.record_key
      from ${id(work.carriers)} as c
      join ${id(work.flips)} as f on f.identifier = c.identifier and f.value = c.value
      where f.was_shared <> f.is_shared
      ${UNION}
      -- Golden values that a backfill held back.
      select w.record_key
      from ${id(work.was("identity_records"))} as w
      join ${id(work.was("identity_anchors"))} as k on k.identity_id = w.identity_id
      where k.is_held
      ${contested}
      ${decided}
    ),

    -- Whoever a new value may tie them to: one step is enough, since what lies behind was tied before.
    neighbours as (
      select c.record_key
      from ${id(work.carriers)} as c
      join ${id(work.flips)} as f on f.identifier = c.identifier and f.value = c.value
      left join ${id(work.output("withheld_values"))} as o on o.identifier = c.identifier and o.value = c.value
      where not c.is_before and o.value is null
    ),

    reached as (
      select record_key from seeds
      ${UNION}
      select record_key from neighbours
    ),

    touched_components as (
      select distinct w.component
      from ${id(work.was("identity_records"))} as w
      join reached as r on r.record_key = w.record_key
    )

    select w.*
    from ${id(work.was("identity_records"))} as w
    join touched_components as c on c.component = w.component
  `;
}

/** Everything to reconsider, before or after. */
export function touchedRecords(): Fragment {
  return sql`
    select record_key from ${id(work.replacedRecords)}
    ${UNION}
    select record_key from ${id(work.delta)}
  `;
}

/** Ids whose rows this run may change: of touched records, anchored at one, or pointing on without an anchor. */
export function touchedIdentities(): Fragment {
  return sql`
    select identity_id
    from ${id(work.replacedRecords)}
    ${UNION}
    select i.identity_id
    from ${id(work.was("identities"))} as i
    join ${id(work.touchedRecords)} as t on t.record_key = i.anchor_record_key
    ${UNION}
    select identity_id from ${id(work.was("identity_anchors"))} where gone
  `;
}

/** The touched records that still exist. */
export function workingScope(): Fragment {
  return sql`
    select t.record_key
    from ${id(work.touchedRecords)} as t
    left join ${id(work.delta)} as d on d.record_key = t.record_key and d.change in ('deleted', 'erased')
    where d.record_key is null
  `;
}
