// A rollback (plan/rollback.ts says its steps): records put together as they were together after an earlier run, with the
// values that they carry now. How ids follow is the business of ids.ts.
import { visibleAttributes } from "../config/index.ts";
import { work } from "../plan/names.ts";
import type { NothingOf, OutputName } from "../plan/plan.ts";
import { PUBLISHED } from "../plan/relations.ts";
import { empty, type Fragment, id, join, keyword, lit, sql, UNION, WHERE } from "../sql/fragment.ts";
import { stateColumn } from "./attributes.ts";
import { named } from "./components.ts";
import type { Context } from "./context.ts";
import { constraintOf, DECISION_COLUMNS } from "./decisions.ts";

type LogicalType = "text" | "integer" | "boolean";

const NOTHING: Readonly<Record<NothingOf, Readonly<Record<string, LogicalType>>>> = {
  erased: { record_key: "text" },
  requests: {
    record_key: "text",
    identity_id: "text",
    identifier: "text",
    value: "text",
    normalised: "text",
  },
  delta: { record_key: "text", model: "text", change: "text" },
  delta_values: { record_key: "text", identifier: "text", value: "text" },
  shifts: { record_key: "text", identifier: "text", value: "text", raw_value: "text", gained: "boolean" },
  flips: { identifier: "text", value: "text", was_shared: "boolean", is_shared: "boolean" },
  judged_values: { identifier: "text", value: "text" },
  broken: { component: "integer" },
  outside: { identifier: "text", value: "text", exceeded: "integer", identity_id: "text" },
};

/** A relation without rows. */
export function nothing({ of }: { readonly of: NothingOf }, { dialect: { types } }: Context): Fragment {
  const columns = Object.entries(NOTHING[of]).map(
    ([name, type]) => sql`cast(null as ${keyword(types[type])}) as ${id(name)}`,
  );
  return sql`select ${join(columns, ", ")} ${WHERE} false`;
}

/** A result that only the models can change: the rows that this run may change are none, or all of them as they are. */
export function unchanged({ output }: { readonly output: OutputName }): Fragment {
  const rows = sql`select * from ${id(work.was(output))}`;
  return PUBLISHED[output].scope === undefined ? rows : sql`${rows} where false`;
}

/** Step 1: the id before the earliest change since; without a change, the one it has. */
export function returned(_query: object, { dialect: { functions } }: Context): Fragment {
  return sql`
    with since as (
      select record_key, min(run) as run
      from ${id(work.was("identity_history"))}
      where run > ${functions.variable("idw_rollback_to")}
      group by record_key
    ),

    before as (
      select h.record_key, h.identity_id
      from ${id(work.was("identity_history"))} as h
      join since as s on s.record_key = h.record_key and s.run = h.run
    )

    select
      w.record_key,
      case when s.record_key is null then w.identity_id else b.identity_id end as identity_id,
      w.identity_id as present_id
    from ${id(work.was("identity_records"))} as w
    left join since as s on s.record_key = w.record_key
    left join before as b on b.record_key = w.record_key
  `;
}

/** Step 2. One step is enough: an identity of now lies in one component, and one of then has a record that changed if it does not. */
export function returnedRecords(): Fragment {
  return sql`
    with changed as (
      select record_key, identity_id
      from ${id(work.returned)}
      where identity_id is distinct from present_id
    ),

    met as (
      select record_key from changed
      ${UNION}
      select r.record_key
      from ${id(work.returned)} as r
      join changed as c on c.identity_id = r.identity_id
    ),

    touched_components as (
      select distinct w.component
      from ${id(work.was("identity_records"))} as w
      join met as m on m.record_key = w.record_key
    )

    select w.*
    from ${id(work.was("identity_records"))} as w
    join touched_components as c on c.component = w.component
  `;
}

export function stateRecords(): Fragment {
  return sql`
    select
      row_number() over (order by w.record_key) as record,
      w.record_key,
      w.model,
      w.source_key,
      w.observed_at
    from ${id(work.replacedRecords)} as w
  `;
}

export function stateAttributes(_query: object, { project }: Context): Fragment {
  const columns = visibleAttributes(project).map(
    (name) => sql`, ${id("w", stateColumn(name))} as ${id(name)}`,
  );
  return sql`
    select r.record as idw_record${join(columns, "")}
    from ${id(work.was("record_state"))} as w
    join ${id(work.records)} as r on r.record_key = w.record_key
  `;
}

/** Decisions as the run before knew them; those that came since are the business of the next run. */
export function standingDecisions(_query: object, { dialect: { types } }: Context): Fragment {
  const none = sql`cast(null as ${keyword(types.text)})`;
  return sql`
    select
      ${join(
        DECISION_COLUMNS.map((column) => id(column)),
        ",\n",
      )},
      ${none} as given_decided_at,
      ${none} as given_expires_at,
      case when status in ('refused', 'agreed') then 'in_force' else status end as status,
      row_number() over (order by decided_at asc nulls last, id) as position,
      false as a_is_erased,
      false as b_is_erased
    from ${id(work.was("decisions_in_force"))}
  `;
}

/** Step 3: what a record of a component, or of an identity then, is linked to: the smallest of it. */
export function standingLinks(): Fragment {
  return sql`
    select distinct a, b
    from (
      select min(r.record) over (partition by w.component) as a, r.record as b
      from ${id(work.was("identity_records"))} as w
      join ${id(work.records)} as r on r.record_key = w.record_key
      union all
      select min(r.record) over (partition by t.identity_id) as a, r.record as b
      from ${id(work.returned)} as t
      join ${id(work.records)} as r on r.record_key = t.record_key
      where t.identity_id is not null
    ) as pairs
    where a <> b
  `;
}

export function standingComponents(): Fragment {
  return sql`
    ${named()}

    select r.record, coalesce(n.label, r.record) as component
    from ${id(work.records)} as r
    left join named as n on n.node = r.record
  `;
}

export function returningHolders(_query: object, { project }: Context): Fragment {
  if (project.decisions === undefined) return sql`select record, record as holder from ${id(work.records)}`;
  return sql`
    select r.record, coalesce(l.holder, r.record) as holder
    from ${id(work.records)} as r
    left join ${id(work.linked)} as l on l.record = r.record
  `;
}

/** An id of then ranks by the smallest of its records. */
export function earlierIds(_query: object, { dialect: { types } }: Context): Fragment {
  return sql`
    with then_and_now as (
      select h.holder, min(r.record) over (partition by t.identity_id) as value_rank
      from ${id(work.returned)} as t
      join ${id(work.records)} as r on r.record_key = t.record_key
      join ${id(work.holders)} as h on h.record = r.record
      where t.identity_id is not null
    )

    select distinct
      holder,
      value_rank,
      value_rank as class_rank,
      cast(null as ${keyword(types.timestamp)}) as ranked_at
    from then_and_now
  `;
}

/** As the run before left them; a value that would be active in two identities stays so where most records carry it. */
export function returnedStatuses(): Fragment {
  return sql`
    with held as (
      select c.record, c.value_id, s.label, w.status
      from ${id(work.carried)} as c
      join ${id(work.records)} as r on r.record = c.record
      join ${id(work.dictionary)} as d on d.value_id = c.value_id
      join ${id(work.resolved)} as s on s.record = c.record
      join ${id(work.was("record_values"))} as w
        on w.record_key = r.record_key and w.identifier = d.identifier and w.value = d.value
    ),

    then_named as (
      select s.label, min(t.identity_id) as identity_id
      from ${id(work.resolved)} as s
      join ${id(work.records)} as r on r.record = s.record
      join ${id(work.returned)} as t on t.record_key = r.record_key
      group by s.label
    ),

    claims as (
      select value_id, label, count(*) as records
      from held
      where status = 'active'
      group by value_id, label
    ),

    owners as (
      select value_id, label
      from (
        select c.*, row_number() over (
          partition by c.value_id order by c.records desc, n.identity_id asc nulls last, c.label
        ) as place
        from claims as c
        join then_named as n on n.label = c.label
      ) as placed
      where place = 1
    )

    select
      h.record,
      h.value_id,
      h.label,
      case when h.status = 'active' and o.label is null then 'contested' else h.status end as status
    from held as h
    left join owners as o on o.value_id = h.value_id and o.label = h.label
  `;
}

/** Identities that carry a value as contested, and the one that has it; what refused them is told where it is known. */
export function returnedBlockedMerges(_query: object, { project, dialect: { types } }: Context): Fragment {
  const mustLinks = sql`
    union all
    select
      h.identity_id,
      o.identity_id as owner_identity_id,
      'must_link' as identifier,
      d.id as value,
      c.id as blocked_by,
      1 as limit_value
    from ${id(work.blocked)} as b
    join ${id(work.decisions)} as d on d.position = b.value_rank
    join ${id(work.decisions)} as c on ${constraintOf(id("c", "position"))} = b.blocked_by
    join ${id(work.resolved)} as s on s.record = b.holder
    join ${id(work.resolved)} as t on t.record = b.owner and t.label <> s.label
    join ${id(work.anchors)} as h on h.label = s.label
    join ${id(work.anchors)} as o on o.label = t.label
    where b.identifier = 'must_link'
  `;
  return sql`
    with held as (
      select
        label,
        value_id,
        max(case when status = 'active' then 1 else 0 end) as is_active,
        max(case when status = 'contested' then 1 else 0 end) as is_contested
      from ${id(work.settled)}
      group by label, value_id
    ),

    contested as (
      select label, value_id, count(*) over (partition by value_id) as holders
      from held
      where is_contested = 1 and is_active = 0
    ),

    elsewhere as (
      select v.identifier, v.value, count(*) as holders
      from ${id(work.was("identity_values"))} as v
      left join ${id(work.touchedIdentities)} as t on t.identity_id = v.identity_id
      where v.status = 'contested' and t.identity_id is null
      group by v.identifier, v.value
    ),

    known as (
      select identifier, value, blocked_by, limit_value
      from (
        select *, row_number() over (partition by identifier, value order by blocked_by, limit_value) as place
        from ${id(work.was("blocked_merges"))}
      ) as placed
      where place = 1
    )

    select
      a.identity_id,
      p.identity_id as owner_identity_id,
      d.identifier,
      d.value,
      coalesce(k.blocked_by, 'rollback') as blocked_by,
      cast(k.limit_value as ${keyword(types.integer)}) as limit_value
    from contested as c
    join ${id(work.dictionary)} as d on d.value_id = c.value_id
    join ${id(work.anchors)} as a on a.label = c.label
    left join held as o on o.value_id = c.value_id and o.is_active = 1
    left join ${id(work.anchors)} as p on p.label = o.label
    left join elsewhere as e on e.identifier = d.identifier and e.value = d.value
    left join known as k on k.identifier = d.identifier and k.value = d.value
    where o.label is not null or c.holders + coalesce(e.holders, ${lit(0)}) >= 2
    ${project.decisions === undefined ? empty : mustLinks}
  `;
}
