// Identities: labels, anchors and ids (resolution.md §4 for an empty state), and the relations that list them (outputs.md).
import type { Identifier } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import type { Context } from "./context.ts";

export function resolved(): Fragment {
  return sql`
    select c.record, c.component, coalesce(h.holder, c.component) as label
    from ${id(work.components)} as c
    left join ${id(work.holders)} as h on h.record = c.record
  `;
}

/** Each identity with its size, its span and its earliest record: the smallest (observed at with NULL last, record key). */
export function profiles(_query: object, context: Context): Fragment {
  return sql`
    with members as (
      select s.label, r.record, r.model, r.observed_at
      from ${id(work.resolved)} as s
      join ${id(work.records)} as r on r.record = s.record
    ),

    by_model as (
      select label, model, count(*) as records, min(observed_at) as first_seen, max(observed_at) as last_seen
      from members
      group by label, model
    ),

    spans as (
      select
        label,
        cast(sum(records) as ${keyword(context.dialect.types.integer)}) as records,
        count(*) as models,
        min(first_seen) as first_seen,
        max(last_seen) as last_seen
      from by_model
      group by label
    ),

    earliest as (
      select m.label, min(m.record) as anchor
      from members as m
      join spans as s on s.label = m.label and m.observed_at is not distinct from s.first_seen
      group by m.label
    )

    select
      s.label,
      r.record_key as first_record_key,
      r.observed_at as first_observed_at,
      s.records,
      s.models,
      s.first_seen,
      s.last_seen
    from spans as s
    join earliest as e on e.label = s.label
    join ${id(work.records)} as r on r.record = e.anchor
  `;
}

export function duplicateIds(): Fragment {
  return sql`
    select identity_id, min(anchor_record_key) as a, max(anchor_record_key) as b
    from ${id(work.anchors)}
    group by identity_id
    having count(*) > 1
  `;
}

/** A shared or contested value says so on every record; else a record's own status, else active. */
export function settled(): Fragment {
  return sql`
    with own as (
      select s.record, r.value_id, s.status
      from ${id(work.statuses)} as s
      join ${id(work.valueRanks)} as r on r.value_rank = s.value_rank
    )

    select c.record, c.value_id, s.label, coalesce(v.status, o.status, 'active') as status
    from ${id(work.carried)} as c
    join ${id(work.values)} as v on v.value_id = c.value_id
    join ${id(work.resolved)} as s on s.record = c.record
    left join own as o on o.record = c.record and o.value_id = c.value_id
  `;
}

export function outputIdentityRecords(_query: object, { dialect }: Context): Fragment {
  const run = dialect.functions.variable("idw_run");
  return sql`
    select
      r.record_key,
      r.model,
      r.source_key,
      r.observed_at,
      a.identity_id,
      f.record_key as component,
      case when w.identity_id = a.identity_id then w.updated_run else ${run} end as updated_run
    from ${id(work.resolved)} as s
    join ${id(work.records)} as r on r.record = s.record
    join ${id(work.records)} as f on f.record = s.component
    join ${id(work.anchors)} as a on a.label = s.label
    left join ${id(work.replacedRecords)} as w on w.record_key = r.record_key
  `;
}

export function outputRecordValues(_query: object, { dialect }: Context): Fragment {
  return sql`
    select r.record_key, ${dialect.functions.text(id("d", "identifier"))} as identifier, d.value, t.status
    from ${id(work.settled)} as t
    join ${id(work.dictionary)} as d on d.value_id = t.value_id
    join ${id(work.records)} as r on r.record = t.record
  `;
}

const STATUS_ORDER = ["active", "contested", "over_limit", "shared"] as const;

export function outputIdentityValues(_query: object, { dialect }: Context): Fragment {
  const toNumber = STATUS_ORDER.map((status, index) => sql` when ${lit(status)} then ${lit(index)}`);
  const toStatus = STATUS_ORDER.map((status, index) => sql` when ${lit(index)} then ${lit(status)}`);
  return sql`
    with held as (
      select
        t.label,
        t.value_id,
        min(case t.status${join(toNumber, "")} end) as status,
        count(*) as records,
        min(r.observed_at) as first_seen,
        max(r.observed_at) as last_seen
      from ${id(work.settled)} as t
      join ${id(work.records)} as r on r.record = t.record
      group by t.label, t.value_id
    )

    select
      a.identity_id,
      ${dialect.functions.text(id("d", "identifier"))} as identifier,
      d.value,
      case h.status${join(toStatus, "")} end as status,
      h.records,
      h.first_seen,
      h.last_seen,
      ${dialect.functions.variable("idw_run")} as updated_run
    from held as h
    join ${id(work.anchors)} as a on a.label = h.label
    join ${id(work.dictionary)} as d on d.value_id = h.value_id
  `;
}

/** Outputs.md, blocked_merges: holders become their identity of the end; what met by another way is dropped. */
export function outputBlockedMerges(
  { incremental }: { readonly incremental: boolean },
  context: Context,
): Fragment {
  const { project, dialect } = context;
  const limited = project.identifiers.filter(({ limit }) => limit !== undefined);
  // The relation keeps its types when no identifier has a limit.
  const byPriority = (type: string, of: (identifier: Identifier) => string | number | null) =>
    sql`cast(${caseOf(limited, of)} as ${keyword(type)})`;
  const nameOf = byPriority(dialect.types.text, ({ name }) => name);
  const limitOf = byPriority(dialect.types.integer, ({ limit }) => limit ?? null);
  const judged = project.identifiers.some(({ contested }) => contested === "nobody");
  const decided = project.decisions !== undefined;
  const heldHere = sql`
    select distinct ${dialect.functions.text(id("d", "identifier"))} as identifier, d.value, a.identity_id, v.exceeded as blocked_by
    from ${id(work.values)} as v
    join ${id(work.settled)} as t on t.value_id = v.value_id
    join ${id(work.dictionary)} as d on d.value_id = v.value_id
    join ${id(work.anchors)} as a on a.label = t.label
    where v.status = 'contested'
  `;
  // Holders of values contested from the start may be in components that this run does not reconsider.
  const heldElsewhere = incremental
    ? sql`
        union all
        select identifier, value, identity_id, exceeded as blocked_by
        from ${id(work.outside)} as o
        where identity_id is not null and exceeded is not null
      `
    : empty;
  const fromTheStart = sql`
    union all
    select
      identity_id,
      cast(null as ${keyword(dialect.types.text)}) as owner_identity_id,
      identifier,
      value,
      ${nameOf} as blocked_by,
      ${limitOf} as limit_value
    from (
      select *, count(*) over (partition by identifier, value) as holders
      from (
        ${heldHere}
        ${heldElsewhere}
        ${context.isSampled ? heldBeyond(context) : empty}
      ) as held
    ) as counted
    where holders >= 2${context.isSampled ? sql` and identity_id is not null` : empty}
  `;
  const mustLinks = sql`
    select b.identifier, d.id as value, h.label, o.label as owner_label, b.blocked_by
    from ${id(work.blocked)} as b
    join ${id(work.decisions)} as d on d.position = b.value_rank
    join ${id(work.resolved)} as h on h.record = b.holder
    left join ${id(work.resolved)} as o on o.record = b.owner
    where b.identifier = 'must_link'
  `;
  const inPhases = sql`
    select b.identifier, d.value, h.label, o.label as owner_label, b.blocked_by
    from ${id(work.blocked)} as b
    join ${id(work.valueRanks)} as r on r.value_rank = b.value_rank
    join ${id(work.dictionary)} as d on d.value_id = r.value_id
    join ${id(work.resolved)} as h on h.record = b.holder
    left join ${id(work.resolved)} as o on o.record = b.owner
    where b.identifier <> 'must_link'
  `;
  const parts = [inPhases, ...(decided ? [mustLinks] : [])];
  const decision = decided
    ? sql`left join ${id(work.decisions)} as d on d.position - 1000000000 = k.blocked_by`
    : empty;
  const decisionId = decided ? sql`coalesce(d.id, ${nameOf})` : nameOf;
  const decisionLimit = decided ? sql`case when d.id is not null then 1 else ${limitOf} end` : limitOf;
  return sql`
    with refused as (
      ${join(parts, "\nunion all\n")}
    ),

    met as (
      select identifier, value
      from refused
      where owner_label is null
      group by identifier, value
      having min(label) = max(label)
    ),

    left_over as (
      select identifier, value, label, owner_label, min(blocked_by) as blocked_by
      from refused
      where owner_label is distinct from label
      group by identifier, value, label, owner_label
    )

    select
      a.identity_id,
      o.identity_id as owner_identity_id,
      k.identifier,
      k.value,
      ${decisionId} as blocked_by,
      ${decisionLimit} as limit_value
    from left_over as k
    join ${id(work.anchors)} as a on a.label = k.label
    left join ${id(work.anchors)} as o on o.label = k.owner_label
    left join met as m on m.identifier = k.identifier and m.value = k.value
    ${decision}
    where m.value is null
    ${judged ? fromTheStart : empty}
  `;
}

// Whoever else carries such a value is of another component, hence another identity: that there is one is all that counts.
function heldBeyond({ dialect: { functions } }: Context): Fragment {
  return sql`
    union all
    select ${functions.text(id("d", "identifier"))} as identifier, d.value, null as identity_id, v.exceeded as blocked_by
    from ${id(work.values)} as v
    join ${id(work.dictionary)} as d on d.value_id = v.value_id
    join (
      select value_id, count(*) as records
      from ${id(work.settled)}
      group by value_id
    ) as t on t.value_id = v.value_id
    where v.status = 'contested' and v.records > t.records
  `;
}

function caseOf(
  identifiers: readonly Identifier[],
  to: (identifier: Identifier) => string | number | null,
): Fragment {
  if (identifiers.length === 0) return keyword("null");
  const branches = identifiers.map(
    (identifier) => sql` when ${lit(identifier.priority)} then ${lit(to(identifier))}`,
  );
  return sql`case blocked_by${join(branches, "")} end`;
}
