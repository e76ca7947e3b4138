// The sample of a plan (plan/sample.ts says what a unit is; the numbers here are its steps).
import { work } from "../plan/names.ts";
import type { OutputName } from "../plan/plan.ts";
import { type Fragment, id, join, lit, sql, UNION } from "../sql/fragment.ts";
import { type Context, modelOf } from "./context.ts";
import { identityCounts, replacedCounts } from "./counts.ts";
import { recordKey } from "./delta.ts";
import { isJudged } from "./records.ts";

/** Whether a unit is in the sample: by the first 8 hex digits of a hash, held against a bound of as many. */
function isChosen(key: Fragment, { dialect: { functions } }: Context): Fragment {
  const salted = sql`${functions.variable("idw_sample_seed")} || ':' || ${key}`;
  return sql`${functions.left(functions.md5(salted), 8)} < ${functions.variable("idw_sample_below")}`;
}

/** Ids that no new identity is given, whoever holds them: of a sample, the state is cut to it. */
export function issuedIds({ isSampled }: Context): Fragment {
  return id(isSampled ? work.issued : work.was("identities"));
}

export function issued(): Fragment {
  return sql`select identity_id from ${id(work.was("identities"))}`;
}

/** Step 1. */
export function sampleSpans(): Fragment {
  return sql`
    select distinct w.identity_id, c.component
    from ${id(work.was("identity_records"))} as w
    join ${id(work.records)} as r on r.record_key = w.record_key
    join ${id(work.components)} as c on c.record = r.record
  `;
}

/** Step 1. `points_to` where neither a record nor the anchor is there any more. */
export function samplePlaces(): Fragment {
  return sql`
    with present as (
      select identity_id, min(component) as component
      from ${id(work.sampleSpans)}
      group by identity_id
    )

    select
      i.identity_id,
      coalesce(p.component, c.component) as component,
      case when p.component is null and c.component is null then coalesce(i.merged_into, h.identity_id) end as points_to
    from ${id(work.was("identities"))} as i
    left join present as p on p.identity_id = i.identity_id
    left join ${id(work.records)} as r on r.record_key = i.anchor_record_key
    left join ${id(work.components)} as c on c.record = r.record
    left join ${id(work.was("identity_records"))} as h
      on h.record_key = i.anchor_record_key and h.identity_id <> i.identity_id
  `;
}

/** Step 1. Whoever points on belongs where the pointers end: what it will redirect to hangs on them. */
export function sampleHomes(): Fragment {
  return sql`
    with recursive chains as (
      select identity_id, points_to as target
      from ${id(work.samplePlaces)}
      where points_to is not null
      ${UNION}
      select c.identity_id, p.points_to as target
      from chains as c
      join ${id(work.samplePlaces)} as p on p.identity_id = c.target
      where p.points_to is not null
    ),

    ends as (
      select c.identity_id, p.component, p.identity_id as last_id
      from chains as c
      join ${id(work.samplePlaces)} as p on p.identity_id = c.target
      where p.points_to is null
    )

    select
      p.identity_id,
      coalesce(p.component, e.component) as component,
      coalesce(e.last_id, p.identity_id) as last_id
    from ${id(work.samplePlaces)} as p
    left join ends as e on e.identity_id = p.identity_id
  `;
}

/** Step 1: every component of an identity's records, to the first of them. */
export function sampleLinks(): Fragment {
  return sql`
    select distinct p.component as a, s.component as b
    from ${id(work.sampleSpans)} as s
    join ${id(work.samplePlaces)} as p on p.identity_id = s.identity_id
    where s.component <> p.component
  `;
}

/** Step 2. The numbers of records have the order of their keys, so the smallest names the unit. */
export function sampledComponents(_query: object, context: Context): Fragment {
  return sql`
    with rooted as (
      select c.component, coalesce(r.root, c.component) as root
      from ${id(work.components)} as c
      left join ${id(work.roots)} as r on r.node = c.component
      where c.record = c.component
    ),

    units as (
      select root, min(component) as first_record
      from rooted
      group by root
    )

    select c.component
    from rooted as c
    join units as u on u.root = c.root
    join ${id(work.records)} as r on r.record = u.first_record
    where ${isChosen(id("r", "record_key"), context)}
  `;
}

/** Step 2. An id without a home is a unit with all that points to it. */
export function sampledIds(_query: object, context: Context): Fragment {
  return sql`
    select h.identity_id
    from ${id(work.sampleHomes)} as h
    left join ${id(work.sampledComponents)} as s on s.component = h.component
    where s.component is not null or (h.component is null and ${isChosen(id("h", "last_id"), context)})
  `;
}

/** Step 2. Keys that are no record and were none: anchors long gone go with their ids, all others are on their own. */
export function sampledKeys(_query: object, context: Context): Fragment {
  const judged = context.project.models.filter(isJudged).map(
    (model) => sql`
      union all
      select ${lit(`${model.name}:`)} || coalesce(idw_source_key, '') as record_key
      from ${id(work.judged(model.name))}
      where idw_rejected or idw_superseded
    `,
  );
  const isNoRecord = (key: Fragment) => sql`
    not exists (select 1 from ${id(work.records)} as r where r.record_key = ${key})
    and not exists (select 1 from ${id(work.was("identity_records"))} as w where w.record_key = ${key})
  `;
  return sql`
    with rows_apart as (
      select model || ':' || coalesce(source_key, '') as record_key
      from ${id(work.was("rejected_records"))}
      union all
      select record_key
      from ${id(work.erased)}
      ${join(judged, "\n")}
    )

    select r.record_key
    from ${id(work.records)} as r
    join ${id(work.components)} as c on c.record = r.record
    join ${id(work.sampledComponents)} as s on s.component = c.component
    ${UNION}
    select w.record_key
    from ${id(work.was("identity_records"))} as w
    join ${id(work.sampledIdentities)} as s on s.identity_id = w.identity_id
    ${UNION}
    select i.anchor_record_key as record_key
    from ${id(work.was("identities"))} as i
    join ${id(work.sampledIdentities)} as s on s.identity_id = i.identity_id
    where i.anchor_record_key is not null
      and ${isNoRecord(id("i", "anchor_record_key"))}
    ${UNION}
    select t.record_key
    from rows_apart as t
    where ${isNoRecord(id("t", "record_key"))}
      and not exists (select 1 from ${id(work.was("identities"))} as i where i.anchor_record_key = t.record_key)
      and ${isChosen(id("t", "record_key"), context)}
  `;
}

/** Step 3: as it is now or was before, it names a record of the sample, or none that there is or was. */
export function sampledDecisions(_query: object, { project }: Context): Fragment {
  const given = [
    ...(project.decisions === undefined ? [] : [work.decisions]),
    work.was("decisions_in_force"),
  ];
  const sides = given.flatMap((relation) =>
    ["a", "b"].map((side) => sql`select id, ${id(side)} as record_key from ${id(relation)}`),
  );
  return sql`
    with sides as (
      ${join(sides, "\nunion all\n")}
    ),

    -- a record that there is or was, and whether it is in the sample
    named as (
      select d.id, case when s.record_key is not null then 1 else 0 end as is_sampled
      from sides as d
      left join ${id(work.sampledKeys)} as s on s.record_key = d.record_key
      left join ${id(work.records)} as r on r.record_key = d.record_key
      left join ${id(work.was("identity_records"))} as w on w.record_key = d.record_key
      where r.record_key is not null or w.record_key is not null
    )

    select d.id
    from (
      select distinct id
      from sides
    ) as d
    left join (
      select id, max(is_sampled) as is_sampled
      from named
      group by id
    ) as n on n.id = d.id
    where coalesce(n.is_sampled, 1) = 1
  `;
}

/** Step 3. */
export function sampledWithheld(_query: object, { dialect: { functions } }: Context): Fragment {
  const identifier = functions.text(id("d", "identifier"));
  return sql`
    with withheld as (
      select ${identifier} as identifier, d.value
      from ${id(work.values)} as v
      join ${id(work.dictionary)} as d on d.value_id = v.value_id
      where v.status is not null
      ${UNION}
      select identifier, value
      from ${id(work.was("withheld_values"))}
    )

    select w.identifier, w.value
    from withheld as w
    join ${id(work.was("record_values"))} as v on v.identifier = w.identifier and v.value = w.value
    where v.record_key in (select record_key from ${id(work.sampledKeys)})
    ${UNION}
    select w.identifier, w.value
    from withheld as w
    join ${id(work.dictionary)} as d on ${identifier} = w.identifier and d.value = w.value
    join ${id(work.carried)} as t on t.value_id = d.value_id
    join ${id(work.components)} as c on c.record = t.record
    where c.component in (select component from ${id(work.sampledComponents)})
  `;
}

export function sampleSize(): Fragment {
  return sql`
    select
      count(s.component) as records,
      count(*) as of_records,
      count(case when c.record = c.component then s.component end) as components,
      count(case when c.record = c.component then c.record end) as of_components
    from ${id(work.components)} as c
    left join ${id(work.sampledComponents)} as s on s.component = c.component
  `;
}

/** Step 3: the rows of a relation that the sample has by this column. */
export function ofSample({
  relation,
  column,
  sample,
  key,
}: {
  readonly relation: string;
  readonly column: string;
  readonly sample: string;
  readonly key: string;
}): Fragment {
  return sql`
    select t.*
    from ${id(relation)} as t
    where t.${id(column)} in (select ${id(key)} from ${id(sample)})
  `;
}

export function sampledJudged({ model: name }: { readonly model: string }, context: Context): Fragment {
  const model = modelOf(context, name);
  return sql`
    select t.*
    from ${id(work.judged(name))} as t
    where coalesce(${recordKey(model, "t")}, ${lit(`${name}:`)}) in (select record_key from ${id(work.sampledKeys)})
  `;
}

/** Step 3. A value that nobody in the sample carries any more stays if it is withheld now and was theirs. */
export function sampledValues(_query: object, { dialect: { functions } }: Context): Fragment {
  return sql`
    select v.*
    from ${id(work.values)} as v
    where v.value_id in (select value_id from ${id(work.carried)})
      or (
        v.status is not null
        and v.value_id in (
          select d.value_id
          from ${id(work.dictionary)} as d
          join ${id(work.sampledWithheld)} as s
            on s.identifier = ${functions.text(id("d", "identifier"))} and s.value = d.value
        )
      )
  `;
}

/** Step 3: what of a published relation is of the sample. */
export function sampledState({ output }: { readonly output: OutputName }): Fragment {
  const rows = sql`select w.* from ${id(work.was(output))} as w`;
  const within = (column: Fragment, sample: string, key: string) =>
    sql`${rows} where ${column} in (select ${id(key)} from ${id(sample)})`;
  switch (output) {
    case "identity_records":
    case "record_values":
    case "rejected_values":
    case "record_state":
    case "ignored_values":
      return within(id("w", "record_key"), work.sampledKeys, "record_key");
    case "rejected_records":
      return within(sql`w.model || ':' || coalesce(w.source_key, '')`, work.sampledKeys, "record_key");
    case "identities":
    case "identity_values":
    case "blocked_merges":
    case "golden_records":
    case "identity_redirects":
    case "identity_anchors":
      return within(id("w", "identity_id"), work.sampledIdentities, "identity_id");
    case "decisions_in_force":
      return within(id("w", "id"), work.sampledDecisions, "id");
    case "withheld_values":
      return sql`
        ${rows}
        join ${id(work.sampledWithheld)} as s on s.identifier = w.identifier and s.value = w.value
      `;
    case "withdrawn_ids":
    case "watermarks":
    case "suppressions":
    case "metric_counts":
      return rows;
  }
}

/** Step 4: what a run would have left in metric_counts, had there been the sample alone. */
export function sampledCounts(query: object, context: Context): Fragment {
  return sql`
    select counted, identifier, model, bucket, found
    from (
      ${replacedCounts(query, context)}
    ) as records_before
    union all
    ${identityCounts(id(work.was("identities")), context)}
  `;
}
