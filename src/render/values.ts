// Values: from mapped columns to `idw_values`, one per identifier and text, and what each record carries of them
// (resolution.md §2). Texts become numbers once, in the dictionary; everything after compares numbers.
import type { Identifier, Mapping, Model } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import { type Select, select, unionAll } from "../sql/knex.ts";
import { type Context, identifierOf, limitRows, literals } from "./context.ts";
import { joinedParts } from "./records.ts";

/** Entries of `ignore` and of ignore_value decisions, normalised like data; patterns are judged in the dictionary. */
export function ignored(_query: object, context: Context): Fragment {
  const { project, dialect, texts } = context;
  const branches = project.identifiers.flatMap((identifier): readonly Select[] => {
    const columns = (value: Fragment) => [
      { as: "identifier", value: lit(identifier.name) },
      { as: "value", value: texts.normalised(identifier, value, undefined) },
    ];
    const entries = identifier.ignore.flatMap((entry) => (entry.kind === "value" ? [entry.value] : []));
    const listed = entries.map((entry) => ({
      columns: columns(id("given", "value")),
      from: sql`(select ${lit(entry)} as value) as given`,
    }));
    if (project.decisions === undefined) return listed;
    return [
      ...listed,
      {
        columns: columns(id("given", "value")),
        from: sql`${id(work.decided)} as given`,
        where: [
          sql`given.decision = 'ignore_value'`,
          sql`given.identifier = ${lit(identifier.name)}`,
          sql`given.status = 'in_force'`,
        ],
      },
    ];
  });
  const none = sql`select '' as identifier, '' as value where false`;
  return sql`
    select distinct identifier, value
    from (
      ${branches.length === 0 ? none : unionAll(dialect.lexical, branches)}
    ) as entries
    where value <> ''
  `;
}

export function candidates(_query: object, context: Context): Fragment {
  const { project, dialect } = context;
  const branches = project.models.flatMap((model) =>
    model.identifiers.flatMap((mapping) => mappedBranches(model, mapping, context)),
  );
  return unionAll(dialect.lexical, branches);
}

function mappedBranches(model: Model, mapping: Mapping, context: Context): readonly Select[] {
  const { dialect, texts } = context;
  const identifier = identifierOf(context, mapping.identifier);
  const branch = (from: Fragment, country: Fragment | undefined): Select => ({
    columns: [
      { as: "record", value: id("given", "record") },
      { as: "identifier", value: lit(identifier.name) },
      { as: "raw_value", value: id("given", "raw_value") },
      { as: "value", value: texts.normalised(identifier, id("given", "raw_value"), country) },
      { as: "several", value: id("given", "several") },
    ],
    from,
  });
  const given = (columns: Select["columns"], where: readonly Fragment[]) => {
    const rows = select(dialect.lexical, {
      columns: [{ as: "record", value: id("idw_record") }, ...columns],
      from: id(work.staged(model.name)),
      where,
    });
    return sql`
      (
        ${rows}
      ) as given
    `;
  };
  if (mapping.kind === "all_of") {
    const texted = mapping.columns.map((column) => dialect.functions.text(id(column)));
    const parts = texted.map((part) => texts.folded(part));
    const complete = parts.map((part) => sql`${part} <> ''`);
    return [
      branch(
        given(
          [
            { as: "raw_value", value: joinedParts(parts, context) },
            { as: "several", value: lit(false) },
          ],
          complete,
        ),
        undefined,
      ),
    ];
  }
  return mapping.columns.map((column) => {
    const country =
      mapping.country === undefined
        ? []
        : [{ as: "country", value: dialect.functions.text(id(mapping.country)) }];
    const from = given(
      [
        { as: "raw_value", value: dialect.functions.elements(id(column)) },
        {
          as: "several",
          value: mapping.columns.length > 1 ? lit(true) : dialect.functions.isArray(id(column)),
        },
        ...country,
      ],
      [sql`${id(column)} is not null`],
    );
    return branch(from, mapping.country === undefined ? undefined : id("given", "country"));
  });
}

/** `is_listed`: only the list of values to ignore drops it. */
export function dictionary(_query: object, context: Context): Fragment {
  const reasons = context.project.identifiers.flatMap((identifier) => reasonsToDrop(identifier, context));
  const rule =
    reasons.length === 0
      ? sql`cast(null as ${keyword(context.dialect.types.text)})`
      : sql`
          case
            ${join(reasons, "\n")}
          end
        `;
  return sql`
    with judged as (
      select
        d.identifier,
        d.value,
        ${rule} as rule,
        i.value is not null as is_listed
      from (
        select distinct identifier, value
        from ${id(work.candidates)}
        where value <> ''
      ) as d
      left join ${id(work.ignored)} as i on i.identifier = d.identifier and i.value = d.value
    )

    select
      row_number() over () as value_id,
      identifier,
      value,
      coalesce(rule, case when is_listed then 'ignored' end) as reason,
      rule is null and is_listed as is_listed
    from judged
  `;
}

function reasonsToDrop(identifier: Identifier, context: Context): readonly Fragment[] {
  const { matchesWhole } = context.dialect.functions;
  const value = id("d", "value");
  const is = sql`d.identifier = ${lit(identifier.name)}`;
  const patterns = identifier.ignore.flatMap((entry) => (entry.kind === "pattern" ? [entry.pattern] : []));
  return [
    ...(identifier.valid === undefined
      ? []
      : [sql`when ${is} and not ${matchesWhole(value, identifier.valid)} then 'invalid'`]),
    ...patterns.map((pattern) => sql`when ${is} and ${matchesWhole(value, pattern)} then 'ignored'`),
  ];
}

/** Where a record has several values of an identifier, two spellings may be one value. */
export function carried(): Fragment {
  return sql`
    with encoded as (
      select c.record, d.identifier, d.value_id, c.several
      from ${id(work.candidates)} as c
      join ${id(work.dictionary)} as d on d.identifier = c.identifier and d.value = c.value
      where d.reason is null
    )

    select record, identifier, value_id
    from encoded
    where not several
    union all
    select distinct record, identifier, value_id
    from encoded
    where several
  `;
}

export function valueCounts(_query: object, context: Context): Fragment {
  return sql`
    select
      value_id,
      identifier,
      count(*) as records,
      min(record) as first_record,
      ${isShared(context)} as is_shared
    from ${id(work.carried)}
    group by value_id, identifier
  `;
}

/** Resolution.md §2.5: values of a `nobody` identifier whose records carry too many of a stronger one, and the strongest such. */
export function contestedValues(_query: object, context: Context): Fragment {
  const { project, dialect } = context;
  const limited = project.identifiers.filter((identifier) => identifier.limit !== undefined);
  const judged = project.identifiers.filter(
    ({ contested, priority }) => contested === "nobody" && limited.some((other) => other.priority < priority),
  );
  if (judged.length === 0) return sql`select 0 as value_id, '' as exceeded where false`;
  const priorities = join(
    judged.map(({ name, priority }) => sql`when ${lit(name)} then ${lit(priority)}`),
    " ",
  );
  const decided = project.decisions !== undefined;
  const class_ = decided ? sql`coalesce(k.class_id, s.value_id)` : sql`s.value_id`;
  const classes = decided ? sql`left join ${id(work.classes)} as k on k.value_id = s.value_id` : empty;
  return sql`
    with limits as (
      ${limitRows(limited)}
    ),

    judged as (
      select value_id, case identifier ${priorities} end as priority
      from ${id(work.valueCounts)}
      where identifier in (${literals(judged.map(({ name }) => name))}) and records >= 2 and not is_shared
    ),

    strong as (
      select c.record, c.value_id, l.identifier, l.priority, l.limit_value
      from ${id(work.carried)} as c
      join limits as l on l.identifier = c.identifier
      join ${id(work.valueCounts)} as v on v.value_id = c.value_id
      where not v.is_shared
    ),

    exceeded as (
      select j.value_id, s.identifier, s.priority
      from judged as j
      join ${id(work.carried)} as c on c.value_id = j.value_id
      join strong as s on s.record = c.record and s.priority < j.priority
      ${classes}
      group by j.value_id, s.identifier, s.priority, s.limit_value
      having count(distinct ${class_}) > s.limit_value
    )

    select value_id, ${dialect.functions.minBy(id("identifier"), id("priority"))} as exceeded
    from exceeded
    group by value_id
  `;
}

export function values(_query: object, context: Context): Fragment {
  const judges = context.project.identifiers.some((identifier) => identifier.contested === "nobody");
  if (!judges) {
    return sql`
      select v.*, case when v.is_shared then 'shared' end as status, cast(null as ${keyword(context.dialect.types.text)}) as exceeded
      from ${id(work.valueCounts)} as v
    `;
  }
  return sql`
    select
      v.*,
      case when v.is_shared then 'shared' when c.value_id is not null then 'contested' end as status,
      c.exceeded
    from ${id(work.valueCounts)} as v
    left join ${id(work.contestedValues)} as c on c.value_id = v.value_id
  `;
}

/** More records than `max_records`: a fact of the value, all models together. */
function isShared(context: Context): Fragment {
  const caps = context.project.identifiers.flatMap(({ name, maxRecords }) =>
    maxRecords === undefined ? [] : [sql` when ${lit(name)} then ${lit(maxRecords)}`],
  );
  if (caps.length === 0) return sql`false`;
  return sql`coalesce(count(*) > case identifier${join(caps, "")} end, false)`;
}

/** Values of records that only the list of values to ignore drops: they come back when their entry goes. */
export function outputIgnoredValues({ incremental }: { readonly incremental: boolean }): Fragment {
  return sql`
    select distinct r.record_key, d.identifier, d.value, c.raw_value
    from ${id(work.candidates)} as c
    join ${id(work.dictionary)} as d on d.identifier = c.identifier and d.value = c.value
    join ${id(work.records)} as r on r.record = c.record
    where d.is_listed
    ${
      incremental
        ? sql`
          union all
          select record_key, identifier, value, raw_value
          from ${id(work.shifts)}
          where not gained
        `
        : empty
    }
  `;
}

/** The values that match nothing, and the strongest identifier that a contested one exceeds. */
export function outputWithheldValues(): Fragment {
  return sql`
    select d.identifier, d.value, v.status, v.exceeded
    from ${id(work.values)} as v
    join ${id(work.dictionary)} as d on d.value_id = v.value_id
    where v.status is not null
  `;
}

/** Raw values that were dropped by resolution.md §2.1 to §2.3; NULL before is no rejection. */
export function rejectedValues({ incremental }: { readonly incremental: boolean }): Fragment {
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

    select distinct r.record_key, d.identifier, d.raw_value, d.reason
    from dropped as d
    join ${id(work.records)} as r on r.record = d.record
    ${
      incremental
        ? sql`
          union
          select record_key, identifier, raw_value, 'ignored' as reason
          from ${id(work.shifts)}
          where not gained
        `
        : empty
    }
  `;
}
