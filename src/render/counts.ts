// What metrics count of records, values and identities, as sums over plain components: a run counts those that it resolved,
// and takes all others from the counts of the run before. So it costs no look at records that nothing happened to.
//
// A value that matches has all its carriers in one component. One that matches nothing may have them in many, and is left to
// withheld_values, which has each once.
import { work } from "../plan/names.ts";
import { type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import type { Context } from "./context.ts";

/** The sum of a count over identifiers, models and buckets, as a scalar query. */
export function countOf(counted: "records" | "components" | "identities_of_size"): Fragment {
  return sql`(select coalesce(sum(found), 0) from ${id(work.output("metric_counts"))} where counted = ${lit(counted)})`;
}

type Population = {
  /** Records of a model in an identity (model, identity, records), with the size of the identity. */
  readonly members: Fragment;
  /** One row with the number of plain components (found). */
  readonly components: Fragment;
  /** Records with a value (identifier, model, found), and values carried (identifier, found). */
  readonly covered: Fragment;
  readonly carried: Fragment;
  /** Distinct values that match (identifier, found), and those with a status besides (identifier, status, found). */
  readonly known: Fragment;
  readonly lost: Fragment;
};

/** One row per count, identifier, model and bucket; '' and 0 where it is of none. */
export function outputMetricCounts(
  { incremental }: { readonly incremental: boolean },
  context: Context,
): Fragment {
  const resolved = sql`
    select counted, identifier, model, bucket, found
    from (
      ${countsOf(ofResolved(context), context)}
    ) as resolved_now
    union all
    ${identityCounts(id(work.output("identities")), context)}
  `;
  if (!incremental) return resolved;
  return sql`
    select counted, identifier, model, bucket, ${total(id("found"), context)} as found
    from (
      select counted, identifier, model, bucket, found from ${id(work.was("metric_counts"))}
      union all
      select counted, identifier, model, bucket, -found as found from ${id(work.replacedCounts)}
      union all
      select counted, identifier, model, bucket, -found as found
      from (
        ${identityCounts(id(work.earlier), context)}
      ) as identities_before
      union all
      ${resolved}
    ) as parts
    group by counted, identifier, model, bucket
    having sum(parts.found) <> 0
  `;
}

/** Sizes, and the confidence of identities of two or more records: how many in each tenth, and its sum in ten-thousandths. */
export function identityCounts(identities: Fragment, { dialect }: Context): Fragment {
  const integer = (value: Fragment) => sql`cast(${value} as ${keyword(dialect.types.integer)})`;
  const counted = (name: string, bucket: Fragment, found: Fragment, condition: Fragment) => sql`
    select ${lit(name)} as counted, '' as identifier, '' as model, ${integer(bucket)} as bucket, ${integer(found)} as found
    from ${identities}
    where status = 'active' and ${condition}
  `;
  const tenth = sql`case when confidence >= 0.9 then 9 else floor(confidence * 10) end`;
  const judged = sql`records >= 2`;
  return join(
    [
      sql`
        ${counted("identities_of_size", id("records"), keyword("count(*)"), sql`records >= 1`)}
        group by records
      `,
      sql`
        ${counted("judged_identities", tenth, keyword("count(*)"), judged)}
        group by ${integer(tenth)}
      `,
      sql`
        ${counted("confidence", lit(0), sql`sum(round(confidence * 10000))`, judged)}
        having count(*) > 0
      `,
    ],
    "\nunion all\n",
  );
}

/** The same of what this run builds anew, as the run before left it. */
export function replacedCounts(_query: object, context: Context): Fragment {
  return countsOf(ofReplaced(), context);
}

// By the numbers that records and values have in a run.
function ofResolved({ dialect }: Context): Population {
  const identifier = (table: string) => dialect.functions.text(id(table, "identifier"));
  return {
    members: sql`
      select r.model, s.label as identity, count(*) as records, min(p.records) as size
      from ${id(work.resolved)} as s
      join ${id(work.records)} as r on r.record = s.record
      join ${id(work.profiles)} as p on p.label = s.label
      group by r.model, s.label
    `,
    components: sql`select count(*) as found from ${id(work.components)} where record = component`,
    covered: sql`
      select ${identifier("c")} as identifier, r.model, count(*) as found
      from (
        select distinct record, identifier
        from ${id(work.carried)}
      ) as c
      join ${id(work.records)} as r on r.record = c.record
      group by c.identifier, r.model
    `,
    carried: sql`
      select ${identifier("c")} as identifier, count(*) as found
      from ${id(work.carried)} as c
      group by c.identifier
    `,
    known: sql`
      select ${identifier("v")} as identifier, count(*) as found
      from ${id(work.values)} as v
      where v.status is null
      group by v.identifier
    `,
    lost: sql`
      select ${identifier("v")} as identifier, t.status, count(*) as found
      from (
        select distinct value_id, status
        from ${id(work.settled)}
        where status <> 'active'
      ) as t
      join ${id(work.values)} as v on v.value_id = t.value_id
      where v.status is null
      group by v.identifier, t.status
    `,
  };
}

// By their texts.
function ofReplaced(): Population {
  const matching = sql`
    ${id(work.replacedValues)} as v
    left join ${id(work.was("withheld_values"))} as w on w.identifier = v.identifier and w.value = v.value
    where w.value is null
  `;
  return {
    members: sql`
      select model, identity, records, sum(records) over (partition by identity) as size
      from (
        select model, identity_id as identity, count(*) as records
        from ${id(work.replacedRecords)}
        group by model, identity_id
      ) as counted
    `,
    components: sql`select count(distinct component) as found from ${id(work.replacedRecords)}`,
    covered: sql`
      select c.identifier, r.model, count(*) as found
      from (
        select distinct record_key, identifier
        from ${id(work.replacedValues)}
      ) as c
      join ${id(work.replacedRecords)} as r on r.record_key = c.record_key
      group by c.identifier, r.model
    `,
    carried: sql`
      select identifier, count(*) as found
      from ${id(work.replacedValues)}
      group by identifier
    `,
    known: sql`
      select identifier, count(*) as found
      from (
        select distinct v.identifier, v.value
        from ${matching}
      ) as t
      group by identifier
    `,
    lost: sql`
      select identifier, status, count(*) as found
      from (
        select distinct v.identifier, v.value, v.status
        from ${matching} and v.status <> 'active'
      ) as t
      group by identifier, status
    `,
  };
}

function countsOf(population: Population, context: Context): Fragment {
  const { members, components, covered, carried, known, lost } = population;
  const branch = (
    counted: Fragment,
    identifier: Fragment,
    model: Fragment,
    found: Fragment,
    from: Fragment,
  ) =>
    sql`
      select ${counted} as counted, ${identifier} as identifier, ${model} as model, 0 as bucket, ${found} as found
      from ${from}
    `;
  const none = lit("");
  const [found, identifier, model] = [id("found"), id("identifier"), id("model")];
  const ofModel = (name: string) => branch(lit(name), none, model, id(name), id("by_model"));
  return sql`
    with members as (
      ${members}
    ),

    by_model as (
      select
        model,
        sum(records) as records,
        count(*) as identities,
        sum(case when size >= 2 then records else 0 end) as matched_records,
        sum(case when size = 1 then records else 0 end) as single_records
      from members
      group by model
    ),

    components as (
      ${components}
    ),

    covered as (
      ${covered}
    ),

    carried as (
      ${carried}
    ),

    matching as (
      ${known}
    ),

    lost as (
      ${lost}
    ),

    counts as (
      ${join(
        [
          ...["records", "identities", "matched_records", "single_records"].map(ofModel),
          branch(lit("components"), none, none, found, id("components")),
          branch(lit("covered_records"), identifier, model, found, id("covered")),
          branch(lit("carried_values"), identifier, none, found, id("carried")),
          branch(lit("matching_values"), identifier, none, found, id("matching")),
          branch(sql`status || '_values'`, identifier, none, found, id("lost")),
        ],
        "\nunion all\n",
      )}
    )

    select counted, identifier, model, bucket, cast(found as ${keyword(context.dialect.types.integer)}) as found
    from counts
    where found <> 0
  `;
}

function total(value: Fragment, { dialect }: Context): Fragment {
  return sql`cast(sum(${value}) as ${keyword(dialect.types.integer)})`;
}
