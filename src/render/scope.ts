// The records of `idw_scope` and what they carry, numbered as a full run would number them: from the state where nothing
// changed, from the delta where something did.
import { work } from "../plan/names.ts";
import type { ScopeOf } from "../plan/plan.ts";
import { type Fragment, id, keyword, lit, sql, UNION } from "../sql/fragment.ts";
import { unionAll } from "../sql/knex.ts";
import type { Context } from "./context.ts";
import { recordKey } from "./delta.ts";

/** §2.5 is judged by what records carry, and asks for nothing else of them. */
export function scopedRecords({ of }: { readonly of: ScopeOf }, context: Context): Fragment {
  if (of === "judged") {
    return sql`
      select row_number() over (order by record_key) as record, record_key
      from ${id(work.scope)}
    `;
  }
  const fresh = unionAll(
    context.dialect.lexical,
    context.project.models.map((model) => ({
      columns: [
        { as: "record_key", value: recordKey(model) },
        { as: "model", value: lit(model.name) },
        { as: "source_key", value: id("idw_source_key") },
        { as: "observed_at", value: id("idw_observed_at") },
      ],
      from: id(work.staged(model.name)),
    })),
  );
  return sql`
    with fresh as (
      ${fresh}
    ),

    present as (
      select w.record_key, w.model, w.source_key, w.observed_at
      from ${id(work.replacedRecords)} as w
      join ${id(work.scope)} as s on s.record_key = w.record_key
      left join ${id(work.delta)} as d on d.record_key = w.record_key
      where d.record_key is null
      union all
      select f.*
      from fresh as f
      join ${id(work.scope)} as s on s.record_key = f.record_key
    )

    select row_number() over (order by record_key) as record, *
    from present
  `;
}

/** What each record of the scope carries now. */
export function given({ of }: { readonly of: ScopeOf }): Fragment {
  return sql`
    select v.record_key, v.identifier, v.value
    from ${id(of === "touched" ? work.replacedValues : work.was("record_values"))} as v
    left join ${id(work.shifts)} as x on x.record_key = v.record_key and x.identifier = v.identifier and x.value = v.value
    where v.record_key in (select record_key from ${id(work.scope)})
      and v.record_key not in (select record_key from ${id(work.delta)})
      and x.value is null
    union all
    select v.record_key, v.identifier, v.value
    from ${id(work.deltaValues)} as v
    join ${id(work.scope)} as s on s.record_key = v.record_key
    union all
    select v.record_key, v.identifier, v.value
    from ${id(work.shifts)} as v
    join ${id(work.scope)} as s on s.record_key = v.record_key
    where v.gained
  `;
}

export function scopedDictionary(_query: object, { dialect: { types } }: Context): Fragment {
  return sql`
    select
      row_number() over (order by identifier, value) as value_id,
      identifier,
      value,
      cast(null as ${keyword(types.text)}) as reason
    from (
      select distinct identifier, value from ${id(work.given)}
    ) as d
  `;
}

export function scopedCarried(): Fragment {
  return sql`
    select r.record, d.identifier, d.value_id
    from ${id(work.given)} as g
    join ${id(work.dictionary)} as d on d.identifier = g.identifier and d.value = g.value
    join ${id(work.records)} as r on r.record_key = g.record_key
  `;
}

/** Whether a value is shared is known: of touched values just now, of others from the state. */
export function scopedValueCounts(): Fragment {
  return sql`
    with counted as (
      select value_id, identifier, count(*) as records, min(record) as first_record
      from ${id(work.carried)}
      group by value_id, identifier
    )

    select c.*, coalesce(f.is_shared, w.value is not null) as is_shared
    from counted as c
    join ${id(work.dictionary)} as d on d.value_id = c.value_id
    left join ${id(work.flips)} as f on f.identifier = d.identifier and f.value = d.value
    left join ${id(work.was("withheld_values"))} as w
      on w.identifier = d.identifier and w.value = d.value and w.status = 'shared'
  `;
}

/** Values with what they match: judged in this run, or as the state has it. */
export function scopedValues(_query: object, context: Context): Fragment {
  return sql`
    with withheld as (
      select identifier, value, status, exceeded
      from ${id(work.output("withheld_values"))}
      union all
      select w.identifier, w.value, w.status, w.exceeded
      from ${id(work.was("withheld_values"))} as w
      left join ${id(work.flips)} as f on f.identifier = w.identifier and f.value = w.value
      left join ${id(work.judgedValues)} as j on j.identifier = w.identifier and j.value = w.value
      where f.value is null and j.value is null
    )

    select v.*, w.status, cast(w.exceeded as ${keyword(context.dialect.types.integer)}) as exceeded
    from ${id(work.valueCounts)} as v
    join ${id(work.dictionary)} as d on d.value_id = v.value_id
    left join withheld as w on w.identifier = d.identifier and w.value = d.value
  `;
}

/** Values contested from the start that touched records carry, before or after: who else holds them. */
export function outside(): Fragment {
  return sql`
    with concerned as (
      select d.identifier, d.value
      from ${id(work.values)} as v
      join ${id(work.dictionary)} as d on d.value_id = v.value_id
      where v.status = 'contested'
      ${UNION}
      select w.identifier, w.value
      from ${id(work.was("withheld_values"))} as w
      join ${id(work.replacedValues)} as v on v.identifier = w.identifier and v.value = w.value
      where w.status = 'contested'
    ),

    still as (
      select c.identifier, c.value, coalesce(o.exceeded, w.exceeded) as exceeded
      from concerned as c
      left join ${id(work.output("withheld_values"))} as o
        on o.identifier = c.identifier and o.value = c.value and o.status = 'contested'
      left join ${id(work.was("withheld_values"))} as w
        on w.identifier = c.identifier and w.value = c.value and w.status = 'contested'
    ),

    others as (
      select h.identity_id, h.identifier, h.value
      from ${id(work.was("identity_values"))} as h
      join concerned as c on c.identifier = h.identifier and c.value = h.value
      -- one column alone is looked up sooner than two
      where h.value in (select value from concerned)
        and h.identity_id not in (select identity_id from ${id(work.touchedIdentities)})
    )

    select s.identifier, s.value, s.exceeded, h.identity_id
    from still as s
    left join others as h on h.identifier = s.identifier and h.value = s.value
  `;
}
