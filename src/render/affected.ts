// What a delta can reach (resolution.md §4, Incremental equals full, (a) to (d)): values whose power to match changed, the
// records to reconsider, and the plain components around them, before and after. All by texts: nothing is numbered yet.
import type { Identifier } from "../config/project.ts";
import { work } from "../plan/names.ts";
import {
  EXCEPT,
  empty,
  type Fragment,
  id,
  join,
  keyword,
  lit,
  sql,
  UNION,
  unionOf,
} from "../sql/fragment.ts";
import type { Context } from "./context.ts";
import { literals } from "./context.ts";

const wasValues = () => id(work.was("record_values"));

/** Decisions that came into force, left it, or changed, with the records they name. */
export function decisionChanges(): Fragment {
  const now = sql`
    select id, decision, a, b, attribute, value
    from ${id(work.decided)}
    where status = 'in_force' and decision <> 'ignore_value'
  `;
  const before = sql`
    select id, decision, a, b, attribute, value
    from ${id(work.was("decisions_in_force"))}
    where status in ('in_force', 'refused', 'agreed') and decision <> 'ignore_value'
  `;
  return sql`
    with now_in_force as (
      ${now}
    ),

    before as (
      ${before}
    ),

    changed as (
      (select * from now_in_force ${EXCEPT} select * from before)
      union all
      (select * from before ${EXCEPT} select * from now_in_force)
    )

    select id, decision, a as record_key from changed where a is not null
    ${UNION}
    select id, decision, b as record_key from changed where b is not null
  `;
}

/** What the new and changed records carry. */
export function deltaValues(_query: object, { dialect }: Context): Fragment {
  return sql`
    select r.record_key, ${dialect.functions.text(id("d", "identifier"))} as identifier, d.value
    from ${id(work.carried)} as c
    join ${id(work.dictionary)} as d on d.value_id = c.value_id
    join ${id(work.records)} as r on r.record = c.record
  `;
}

/**
 * Records a value of which a decision ignores now, or no longer: they are read again. A watermark cannot show them (see
 * `shifts`).
 */
export function reread(_query: object, context: Context): Fragment {
  const { models, decisions } = context.project;
  // A batch reads no other rows than its own.
  const scanned =
    context.batch === undefined
      ? models.filter(({ changes }) => changes.kind === "scan").map(({ name }) => name)
      : [];
  if (decisions === undefined || scanned.length === 0) {
    return sql`select record_key, model, 'reread' as change from ${id(work.was("record_state"))} where false`;
  }
  return sql`
    select distinct w.record_key, w.model, 'reread' as change
    from (
      ${shifted()}
    ) as s
    join ${id(work.was("record_state"))} as w on w.record_key = s.record_key
    where w.model in (${literals(scanned)})
  `;
}

/** The same of records that are not read again: what they lose or regain. */
export function shifts(_query: object, context: Context): Fragment {
  if (context.project.decisions === undefined) {
    return sql`select record_key, identifier, value, value as raw_value, false as gained from ${wasValues()} where false`;
  }
  return shifted();
}

function shifted(): Fragment {
  return sql`
    select v.record_key, v.identifier, v.value, v.value as raw_value, false as gained
    from ${wasValues()} as v
    join ${id(work.ignored)} as i on i.identifier = v.identifier and i.value = v.value
    where v.record_key not in (select record_key from ${id(work.delta)})
    union all
    select v.record_key, v.identifier, v.value, v.raw_value, true as gained
    from ${id(work.was("ignored_values"))} as v
    left join ${id(work.ignored)} as i on i.identifier = v.identifier and i.value = v.value
    where i.value is null and v.record_key not in (select record_key from ${id(work.delta)})
  `;
}

/** Values with other carriers than before. */
export function touchedValues(): Fragment {
  return sql`
    select v.identifier, v.value
    from ${wasValues()} as v
    join ${id(work.delta)} as d on d.record_key = v.record_key
    where d.change <> 'new'
    ${UNION}
    select identifier, value from ${id(work.deltaValues)}
    ${UNION}
    select identifier, value from ${id(work.shifts)}
  `;
}

/** Who carries them, before and after. */
export function carriers(): Fragment {
  return sql`
    with before as (
      select v.record_key, v.identifier, v.value
      from ${wasValues()} as v
      -- one column alone is looked up sooner than two
      where v.value in (select value from ${id(work.touchedValues)})
        and exists (
          select 1
          from ${id(work.touchedValues)} as t
          where t.identifier = v.identifier and t.value = v.value
        )
    )

    select record_key, identifier, value, true as is_before
    from before
    union all
    select b.record_key, b.identifier, b.value, false as is_before
    from before as b
    left join ${id(work.shifts)} as s on s.record_key = b.record_key and s.identifier = b.identifier and s.value = b.value
    where s.value is null and b.record_key not in (select record_key from ${id(work.delta)})
    union all
    select record_key, identifier, value, false as is_before
    from ${id(work.deltaValues)}
    union all
    select record_key, identifier, value, false as is_before
    from ${id(work.shifts)}
    where gained
  `;
}

/** Each touched value: whether more than `max_records` carry it, before and after. */
export function flips(_query: object, context: Context): Fragment {
  const caps = context.project.identifiers.flatMap(({ name, maxRecords }) =>
    maxRecords === undefined ? [] : [sql` when ${lit(name)} then ${lit(maxRecords)}`],
  );
  const isShared =
    caps.length === 0 ? sql`false` : sql`coalesce(c.records > case t.identifier${join(caps, "")} end, false)`;
  return sql`
    with counted as (
      select identifier, value, count(*) as records
      from ${id(work.carriers)}
      where not is_before
      group by identifier, value
    )

    select
      t.identifier,
      t.value,
      coalesce(w.status = 'shared', false) as was_shared,
      ${isShared} as is_shared
    from ${id(work.touchedValues)} as t
    left join counted as c on c.identifier = t.identifier and c.value = t.value
    left join ${id(work.was("withheld_values"))} as w on w.identifier = t.identifier and w.value = t.value
  `;
}

/** Records whose values changed, as far as §2.1 to §2.4 go: others are judged by what they carry. */
export function suspects(_query: object, context: Context): Fragment {
  const own = sql`
    select record_key from ${id(work.delta)}
    ${UNION}
    select record_key from ${id(work.shifts)}
    ${UNION}
    select c.record_key
    from ${id(work.carriers)} as c
    join ${id(work.flips)} as f on f.identifier = c.identifier and f.value = c.value
    where f.was_shared <> f.is_shared
  `;
  if (context.project.decisions === undefined) return own;
  // Classes may reach any carrier of a value of must-linked records: all are judged again when one of them changed.
  return sql`
    with own as (
      ${own}
    ),

    linked as (
      ${linkedKeys()}
    ),

    of_linked as (
      select v.identifier, v.value from ${wasValues()} as v join linked as l on l.record_key = v.record_key
      ${UNION}
      select v.identifier, v.value from ${id(work.deltaValues)} as v join linked as l on l.record_key = v.record_key
    )

    select record_key from own
    ${UNION}
    select v.record_key
    from ${wasValues()} as v
    join of_linked as o on o.identifier = v.identifier and o.value = v.value
    where exists (select 1 from own where record_key in (select record_key from linked))
      or exists (select 1 from ${id(work.decisionChanges)} where decision in ('must_link', 'cannot_link'))
    ${UNION}
    select record_key
    from linked
    where exists (select 1 from own where record_key in (select record_key from linked))
      or exists (select 1 from ${id(work.decisionChanges)} where decision in ('must_link', 'cannot_link'))
  `;
}

/** Records that a must-link names, before or after. */
function linkedKeys(): Fragment {
  const sides = (relation: string) => sql`
    select a as record_key from ${id(relation)} where decision = 'must_link' and status in ('in_force', 'refused')
    ${UNION}
    select b as record_key from ${id(relation)} where decision = 'must_link' and status in ('in_force', 'refused')
  `;
  return unionOf([sides(work.decided), sides(work.was("decisions_in_force"))]);
}

/** Identifiers that §2.5 judges: of the policy `nobody`, with a stronger one that has a limit. */
export function judgedIdentifiers(identifiers: readonly Identifier[]): readonly Identifier[] {
  return identifiers.filter(
    ({ contested, priority }) =>
      contested === "nobody" &&
      identifiers.some((other) => other.limit !== undefined && other.priority < priority),
  );
}

/** Values that may begin or cease to be contested from the start. What the records of the delta carried is touched. */
export function judgedValues(_query: object, context: Context): Fragment {
  const judged = judgedIdentifiers(context.project.identifiers);
  if (judged.length === 0) return sql`select identifier, value from ${id(work.touchedValues)} where false`;
  const names = literals(judged.map(({ name }) => name));
  return sql`
    with carried_by_suspects as (
      select v.identifier, v.value
      from ${wasValues()} as v
      join (
        select record_key
        from ${id(work.suspects)}
        where record_key not in (select record_key from ${id(work.delta)})
      ) as s on s.record_key = v.record_key
      where v.identifier in (${names})
      ${UNION}
      select identifier, value
      from ${id(work.touchedValues)}
      where identifier in (${names})
    )

    select c.identifier, c.value
    from carried_by_suspects as c
    left join ${id(work.flips)} as f on f.identifier = c.identifier and f.value = c.value
    left join ${id(work.was("withheld_values"))} as w
      on w.identifier = c.identifier and w.value = c.value and w.status = 'shared'
    where not coalesce(f.is_shared, w.value is not null)
  `;
}

/** The records that carry those values, and all that must-links name: what §2.5 is judged on. */
export function judgedScope(_query: object, context: Context): Fragment {
  const linked =
    context.project.decisions === undefined
      ? empty
      : sql`
        ${UNION}
        select k.record_key
        from ${id(work.known)} as k
        join (
          ${linkedKeys()}
        ) as l on l.record_key = k.record_key
      `;
  return sql`
    select c.record_key
    from ${id(work.carriers)} as c
    join ${id(work.judgedValues)} as j on j.identifier = c.identifier and j.value = c.value
    where not c.is_before
    ${UNION}
    -- who carries a value that is not touched carried it before
    select v.record_key
    from ${wasValues()} as v
    join (
      select j.identifier, j.value
      from ${id(work.judgedValues)} as j
      left join ${id(work.touchedValues)} as t on t.identifier = j.identifier and t.value = j.value
      where t.value is null
    ) as j on j.identifier = v.identifier and j.value = v.value
    ${linked}
  `;
}

/** The touched and judged values that match nothing after this run; other values keep what they had. */
export function outputWithheldValues(_query: object, context: Context): Fragment {
  const judges = judgedIdentifiers(context.project.identifiers).length > 0;
  const shared = sql`
    select identifier, value, 'shared' as status, cast(null as ${keyword(context.dialect.types.integer)}) as exceeded
    from ${id(work.flips)}
    where is_shared
  `;
  if (!judges) return shared;
  return sql`
    ${shared}
    union all
    select d.identifier, d.value, 'contested' as status, cast(c.exceeded as ${keyword(context.dialect.types.integer)}) as exceeded
    from ${id(work.contestedValues)} as c
    join ${id(work.dictionary)} as d on d.value_id = c.value_id
    join ${id(work.judgedValues)} as j on j.identifier = d.identifier and j.value = d.value
  `;
}
