// The SQL of a profile, on the tables that a run has when its values are counted: what looks like a placeholder, how many
// identities the records of a value must be, and the rows of the report. What is done about it, run/profile.ts decides.
import type { Identifier } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { CROWD, comparisons, SEVERAL } from "../plan/profile.ts";
import { type Fragment, id, join, lit, sql } from "../sql/fragment.ts";
import { type Context, rowsOf } from "./context.ts";
import { DIGITS, NOBODY, PERHAPS, WORDS } from "./placeholders.ts";

/** One row is a value that looks like a placeholder, and how: `word`, `perhaps` or `digits`. */
export function profileLooks({ project, dialect, texts }: Context): Fragment {
  const { matchesWhole } = dialect.functions;
  const normalised = project.identifiers.map(
    (identifier) =>
      sql`select ${lit(identifier.name)} as identifier, ${texts.normalised(identifier, id("word"), undefined)} as value from words`,
  );
  return sql`
    with words as (
      ${rowsOf(
        ["word"],
        WORDS.map((word) => [lit(word)]),
        [lit("")],
      )}
    ),

    known as (
      select distinct identifier, value
      from (
        ${join(normalised, "\nunion all\n")}
      ) as normalised
      where value <> ''
    ),

    looked_at as (
      select
        d.value_id,
        case
          when k.value is not null or ${matchesWhole(id("d", "value"), NOBODY)} then 'word'
          when ${matchesWhole(id("d", "value"), PERHAPS)} then 'perhaps'
          when ${matchesWhole(id("d", "value"), DIGITS)} then 'digits'
        end as looks
      from ${id(work.dictionary)} as d
      left join known as k on k.identifier = d.identifier and k.value = d.value
      where d.reason is null
    )

    select value_id, looks
    from looked_at
    where looks is not null
  `;
}

/** One row is a value of two or more records and another identifier: its distinct values there, and the identities they need. */
export function profileOthers({ project }: Context): Fragment {
  const rows = comparisons(project).map(({ identifier, other, otherPriority, perIdentity, isEvidence }) => [
    lit(identifier),
    lit(other),
    lit(otherPriority),
    lit(perIdentity),
    lit(isEvidence),
  ]);
  const columns = ["identifier", "other", "other_priority", "per_identity", "is_evidence"];
  return sql`
    with comparisons as (
      ${rowsOf(columns, rows, [lit(""), lit(""), lit(0), lit(1), lit(false)])}
    ),

    met as (
      select v.value_id, v.identifier, o.identifier as other, count(distinct o.value_id) as other_values
      from ${id(work.valueCounts)} as v
      join ${id(work.carried)} as c on c.value_id = v.value_id
      join ${id(work.carried)} as o on o.record = c.record and o.identifier <> c.identifier
      where v.records >= 2
      group by v.value_id, v.identifier, o.identifier
    )

    select
      m.value_id,
      m.other,
      c.other_priority,
      m.other_values,
      case when c.is_evidence then ceil(m.other_values / c.per_identity) else 1 end as identities
    from met as m
    join comparisons as c on c.identifier = m.identifier and c.other = m.other
  `;
}

/** One row is a value: the least number of identities its records must be, by which identifier, and why it is suspect. */
export function profileValues({ project }: Context): Fragment {
  const shared = project.identifiers.flatMap(({ name, maxRecords }) =>
    maxRecords === undefined
      ? []
      : [sql`when v.identifier = ${lit(name)} then v.records > ${lit(maxRecords)}`],
  );
  const isShared = shared.length === 0 ? sql`false` : sql`case ${join(shared, " ")} else false end`;
  return sql`
    with most as (
      select
        value_id,
        other,
        identities,
        row_number() over (partition by value_id order by identities desc, other_priority) as place
      from ${id(work.profileOthers)}
    ),

    weighed as (
      select
        v.value_id,
        v.identifier,
        v.records,
        ${isShared} as is_shared,
        l.looks,
        coalesce(m.identities, 1) as identities,
        case when m.identities > 1 then m.other end as counted_by
      from ${id(work.valueCounts)} as v
      left join most as m on m.value_id = v.value_id and m.place = 1
      left join ${id(work.profileLooks)} as l on l.value_id = v.value_id
    )

    select
      w.value_id,
      w.identifier,
      d.value,
      w.records,
      w.is_shared,
      w.identities,
      w.counted_by,
      case
        when w.is_shared then null
        when w.looks = 'word' and w.records >= 2 then 'word'
        when w.looks = 'perhaps' and w.identities >= ${lit(SEVERAL)} then 'word'
        when w.looks = 'digits' and w.identities >= ${lit(SEVERAL)} then 'digits'
        when w.identities >= ${lit(CROWD)} then 'crowd'
      end as suspicion
    from weighed as w
    join ${id(work.dictionary)} as d on d.value_id = w.value_id
  `;
}

/** One row a model that has records, in the order of their keys. */
export function profileRecords(): Fragment {
  return sql`
    select model, count(*) as records
    from ${id(work.records)}
    group by model
    order by min(record)
  `;
}

/** One row an identifier and model: the records that carry a value. */
export function profileCoverage(): Fragment {
  return sql`
    select c.identifier, r.model, count(distinct c.record) as records
    from ${id(work.carried)} as c
    join ${id(work.records)} as r on r.record = c.record
    group by c.identifier, r.model
  `;
}

/** One row an identifier: its values, and those of most records that nothing speaks against. */
export function profileTotals(): Fragment {
  return sql`
    select
      identifier,
      count(*) as distinct_values,
      sum(case when records >= 2 then 1 else 0 end) as linking_values,
      sum(case when is_shared then 1 else 0 end) as shared_values,
      sum(case when is_shared then records else 0 end) as shared_records,
      sum(case when suspicion is not null then 1 else 0 end) as suspects,
      coalesce(max(case when suspicion is null and not is_shared then records end), 0) as busiest
    from ${id(work.profileValues)}
    group by identifier
  `;
}

/** One row an identifier and reason: the raw values that were dropped, counted as `rejected_values` counts them. */
export function profileRejected(): Fragment {
  return sql`
    with dropped as (
      select record, identifier, raw_value, 'empty' as reason
      from ${id(work.candidates)}
      where raw_value is not null and coalesce(value, '') = ''
      union all
      select c.record, c.identifier, c.raw_value, d.reason
      from ${id(work.candidates)} as c
      join ${id(work.dictionary)} as d on d.identifier = c.identifier and d.value = c.value
      where d.reason is not null
    )

    select identifier, reason, count(*) as dropped_values
    from (
      select distinct record, identifier, raw_value, reason
      from dropped
    ) as once
    group by identifier, reason
    order by identifier, dropped_values desc, reason
  `;
}

/** Which values of an identifier a list shows, and in which order. */
export type Listing = "records" | "identities" | "suspects";

const ORDER: Readonly<Record<Listing, Fragment>> = {
  records: sql`records desc, value`,
  identities: sql`identities desc, records desc, value`,
  suspects: sql`records desc, value`,
};

const SHOWN: Readonly<Record<Listing, Fragment>> = {
  records: sql`true`,
  identities: sql`identities > 1`,
  suspects: sql`suspicion is not null`,
};

/** One row is a value among the first `top` of its identifier; `place` counts from 1. */
export function profileListed(listing: Listing, top: number): Fragment {
  return sql`
    select *
    from (
      select
        v.*,
        row_number() over (partition by identifier order by ${ORDER[listing]}) as place
      from ${id(work.profileValues)} as v
      where ${SHOWN[listing]}
    ) as placed
    where place <= ${lit(top)}
  `;
}

/** The rows of a work table of listed values, in the order of the list. */
export function profileInOrder(listed: string): Fragment {
  return sql`select * from ${id(listed)} order by identifier, place`;
}

/** One row is a listed value and another identifier, with the number of its distinct values. `listed` is a work table. */
export function profileListedOthers(listed: string): Fragment {
  return sql`
    select o.value_id, o.other, o.other_values
    from ${id(work.profileOthers)} as o
    where o.value_id in (select value_id from ${id(listed)})
    order by o.value_id, o.other_priority
  `;
}

/**
 * One row is a listed value and the text that names it in `ignore`, where entries are normalised like data: the value
 * itself, or, when its normaliser changes it once more (`sha256`), a raw value that becomes it.
 */
export function profileEntries(listed: string, context: Context): Fragment {
  const tries = context.project.identifiers.flatMap((identifier) => triesOf(identifier, listed, context));
  return sql`
    select value_id, entry
    from (
      select value_id, entry, row_number() over (partition by value_id order by preference, entry) as place
      from (
        ${join(tries, "\nunion all\n")}
      ) as tried
      where normalised_entry = value
    ) as fitting
    where place = 1
  `;
}

function triesOf(identifier: Identifier, listed: string, { texts }: Context): readonly Fragment[] {
  const isOf = (table: string) => sql`${id(table)}.identifier = ${lit(identifier.name)}`;
  return [
    sql`
      select value_id, value, value as entry, 1 as preference, ${texts.normalised(identifier, id("s", "value"), undefined)} as normalised_entry
      from ${id(listed)} as s
      where ${isOf("s")}
    `,
    sql`
      select s.value_id, s.value, c.raw_value as entry, 2 as preference, ${texts.normalised(identifier, id("c", "raw_value"), undefined)} as normalised_entry
      from ${id(listed)} as s
      join ${id(work.candidates)} as c on c.identifier = s.identifier and c.value = s.value
      where ${isOf("s")}
    `,
  ];
}
