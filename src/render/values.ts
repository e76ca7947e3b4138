// Values: from mapped columns to `idw_values`, one per identifier and text, and what each record carries of them
// (resolution.md §2). Texts become numbers once, in the dictionary; everything after compares numbers.
import type { Identifier, Mapping, Model } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql, UNION, WHERE } from "../sql/fragment.ts";
import { type Select, unionAll } from "../sql/knex.ts";
import { type Context, limitRows, literals, rowsOf, symbolOf } from "./context.ts";
import { joinedParts } from "./records.ts";

/** Entries of `ignore` and of ignore_value decisions, normalised like data; patterns are judged in the dictionary. */
export function ignored(_query: object, context: Context): Fragment {
  const { project, dialect, texts } = context;
  const branches = project.identifiers.flatMap((identifier): readonly Select[] => {
    const columns = [
      { as: "identifier", value: symbolOf(identifier, context) },
      { as: "value", value: texts.normalised(identifier, id("given", "value"), undefined) },
    ];
    const entries = identifier.ignore.flatMap((entry) => (entry.kind === "value" ? [lit(entry.value)] : []));
    const listed = rowsOf(
      ["value"],
      entries.map((entry) => [entry]),
      [lit("")],
    );
    const decided = sql`
      select value
      from ${id(work.decided)}
      where decision = 'ignore_value' and identifier = ${lit(identifier.name)} and status = 'in_force'
    `;
    const given = [
      ...(entries.length === 0 ? [] : [listed]),
      ...(project.decisions === undefined ? [] : [decided]),
    ];
    if (given.length === 0) return [];
    // Normalised in one place: a normaliser may be long, and an entry more is then one line more.
    const from = sql`
      (
        ${join(given, "\nunion all\n")}
      ) as given
    `;
    return [{ columns, from }];
  });
  const none = sql`select '' as identifier, '' as value ${WHERE} false`;
  return sql`
    select distinct identifier, value
    from (
      ${branches.length === 0 ? none : unionAll(dialect.lexical, branches)}
    ) as entries
    where value <> ''
  `;
}

/** A branch for each identifier, and for those of its columns that come with a country: a normaliser may be long. */
export function candidates(_query: object, context: Context): Fragment {
  const { project, dialect, texts } = context;
  const branches = project.identifiers.flatMap((identifier): readonly Select[] => {
    const mapped = project.models.flatMap((model) =>
      model.identifiers
        .filter((mapping) => mapping.identifier === identifier.name)
        .map((mapping) => ({ columns: givenValues(model, mapping, context), country: countryOf(mapping) })),
    );
    return [false, true].flatMap((hasCountry) => {
      const given = mapped.flatMap(({ columns, country }) =>
        (country !== undefined) === hasCountry ? columns : [],
      );
      if (given.length === 0) return [];
      const country = hasCountry ? id("given", "country") : undefined;
      return [
        {
          columns: [
            { as: "record", value: id("given", "record") },
            { as: "identifier", value: symbolOf(identifier, context) },
            { as: "raw_value", value: id("given", "raw_value") },
            { as: "value", value: texts.normalised(identifier, id("given", "raw_value"), country) },
            { as: "several", value: id("given", "several") },
          ],
          from: sql`
            (
              ${unionAll(dialect.lexical, given)}
            ) as given
          `,
        },
      ];
    });
  });
  return unionAll(dialect.lexical, branches);
}

/** The values of a mapping as they came, a SELECT for each of its columns. */
function givenValues(model: Model, mapping: Mapping, context: Context): readonly Select[] {
  const { dialect, texts } = context;
  const record = { as: "record", value: id("idw_record") };
  if (mapping.kind === "all_of") {
    // An empty part leaves no value: NULL spreads through the joined text, and each part is folded once.
    const parts = mapping.columns.map(
      (column) => sql`nullif(${texts.folded(dialect.functions.text(id(column)))}, '')`,
    );
    const columns = [
      record,
      { as: "raw_value", value: joinedParts(parts, context) },
      { as: "several", value: lit(false) },
    ];
    const where = mapping.columns.map((column) => sql`${id(column)} is not null`);
    return [{ columns, from: id(work.staged(model.name)), where }];
  }
  const country = countryOf(mapping);
  return mapping.columns.map((column) => {
    const elements = dialect.functions.elements(id(column));
    const several = mapping.columns.length > 1 ? lit(true) : dialect.functions.isArray(id(column));
    return {
      columns: [
        record,
        { as: "raw_value", value: elements.value },
        { as: "several", value: several },
        ...(country === undefined ? [] : [{ as: "country", value: dialect.functions.text(id(country)) }]),
      ],
      from: sql`${id(work.staged(model.name))}${elements.from}`,
      where: [sql`${id(column)} is not null`],
    };
  });
}

/** The column with the country of its values. */
function countryOf(mapping: Mapping): string | undefined {
  return mapping.kind === "all_of" ? undefined : mapping.country;
}

/** What a record carries of an identifier that it may carry more than once: two spellings may be one value. */
export function several(): Fragment {
  return sql`
    select distinct record, identifier, value
    from ${id(work.candidates)}
    where several and value <> ''
  `;
}

/** Counted here, while the texts are grouped anyway. `is_listed`: only the list of values to ignore drops it. */
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
    with given as (
      select record, identifier, value
      from ${id(work.candidates)}
      where not several and value <> ''
      union all
      select record, identifier, value
      from ${id(work.several)}
    ),

    counted as (
      select identifier, value, count(*) as records, min(record) as first_record
      from given
      group by identifier, value
    ),

    judged as (
      select d.*, ${rule} as rule, i.value is not null as is_listed
      from counted as d
      left join ${id(work.ignored)} as i on i.identifier = d.identifier and i.value = d.value
    )

    select
      ${context.dialect.functions.number([id("identifier"), id("value")])} as value_id,
      identifier,
      value,
      coalesce(rule, case when is_listed then 'ignored' end) as reason,
      rule is null and is_listed as is_listed,
      records,
      first_record
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

export function carried(): Fragment {
  return sql`
    select c.record, c.identifier, d.value_id
    from ${id(work.candidates)} as c
    join ${id(work.dictionary)} as d on d.identifier = c.identifier and d.value = c.value
    where d.reason is null and not c.several
    union all
    select s.record, s.identifier, d.value_id
    from ${id(work.several)} as s
    join ${id(work.dictionary)} as d on d.identifier = s.identifier and d.value = s.value
    where d.reason is null
  `;
}

export function valueCounts(_query: object, context: Context): Fragment {
  return sql`
    select value_id, identifier, records, first_record, ${isShared(context)} as is_shared
    from ${id(work.dictionary)}
    where reason is null
  `;
}

/** Resolution.md §2.5: values of a `nobody` identifier whose records carry too many of a stronger one, and the priority of the strongest such. */
export function contestedValues(_query: object, context: Context): Fragment {
  const { project } = context;
  const judged = project.identifiers.filter(
    ({ contested, priority }) =>
      contested === "nobody" &&
      project.identifiers.some((other) => other.limit !== undefined && other.priority < priority),
  );
  if (judged.length === 0) return sql`select 0 as value_id, 0 as exceeded ${WHERE} false`;
  const weakest = Math.max(...judged.map(({ priority }) => priority));
  const limited = project.identifiers.filter(
    ({ limit, priority }) => limit !== undefined && priority < weakest,
  );
  const priorities = join(
    judged.map(({ name, priority }) => sql`when ${lit(name)} then ${lit(priority)}`),
    " ",
  );
  const capped = limited.some(({ maxRecords }) => maxRecords !== undefined);
  const decided = project.decisions !== undefined;
  const class_ = decided ? sql`coalesce(k.class_id, s.value_id)` : sql`s.value_id`;
  const classes = decided ? sql`left join ${id(work.classes)} as k on k.value_id = s.value_id` : empty;
  return sql`
    with limits as (
      ${limitRows(limited, context)}
    ),

    judged as (
      select c.record, c.value_id, case v.identifier ${priorities} end as priority
      from ${id(work.valueCounts)} as v
      join ${id(work.carried)} as c on c.value_id = v.value_id
      where v.identifier in (${literals(judged.map(({ name }) => name))}) and v.records >= 2 and not v.is_shared
    ),

    strong as (
      select c.record, c.value_id, l.priority, l.limit_value
      from ${id(work.carried)} as c
      join limits as l on l.identifier = c.identifier
      ${capped ? sql`join ${id(work.valueCounts)} as v on v.value_id = c.value_id` : empty}
      ${capped ? sql`where not v.is_shared` : empty}
    ),

    met as (
      select distinct j.value_id, s.priority, s.limit_value, ${class_} as class_id
      from judged as j
      join strong as s on s.record = j.record and s.priority < j.priority
      ${classes}
    ),

    exceeded as (
      select value_id, priority
      from met
      group by value_id, priority, limit_value
      having count(*) > limit_value
    )

    select value_id, min(priority) as exceeded
    from exceeded
    group by value_id
  `;
}

export function values(_query: object, context: Context): Fragment {
  const judges = context.project.identifiers.some((identifier) => identifier.contested === "nobody");
  if (!judges) {
    return sql`
      select v.*, case when v.is_shared then 'shared' end as status, cast(null as ${keyword(context.dialect.types.integer)}) as exceeded
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
  return sql`coalesce(records > case identifier${join(caps, "")} end, false)`;
}

/** Values of records that only the list of values to ignore drops: they come back when their entry goes. */
export function outputIgnoredValues(
  { incremental }: { readonly incremental: boolean },
  { dialect }: Context,
): Fragment {
  return sql`
    select distinct r.record_key, ${dialect.functions.text(id("d", "identifier"))} as identifier, d.value, c.raw_value
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
export function outputWithheldValues(_query: object, { dialect }: Context): Fragment {
  return sql`
    select
      ${dialect.functions.text(id("d", "identifier"))} as identifier,
      d.value,
      v.status,
      cast(v.exceeded as ${keyword(dialect.types.integer)}) as exceeded
    from ${id(work.values)} as v
    join ${id(work.dictionary)} as d on d.value_id = v.value_id
    where v.status is not null
  `;
}

/** Raw values that were dropped by resolution.md §2.1 to §2.3; NULL before is no rejection. */
export function rejectedValues(
  { incremental }: { readonly incremental: boolean },
  { dialect }: Context,
): Fragment {
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

    select distinct r.record_key, ${dialect.functions.text(id("d", "identifier"))} as identifier, d.raw_value, d.reason
    from dropped as d
    join ${id(work.records)} as r on r.record = d.record
    ${
      incremental
        ? sql`
          ${UNION}
          select record_key, identifier, raw_value, 'ignored' as reason
          from ${id(work.shifts)}
          where not gained
        `
        : empty
    }
  `;
}
