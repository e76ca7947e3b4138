// Erasure (resolution.md §4): requests, suppressions, and the records that are none because of them. Suppressions hold
// hashes only; whoever has the secret can hold a key or a value against them, and nobody can read one out of them.
import type { Model } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql, UNION, unionOf } from "../sql/fragment.ts";
import { select } from "../sql/knex.ts";
import { type Context, literals, rowsOf } from "./context.ts";
import { identityId } from "./decisions.ts";
import { recordKey } from "./delta.ts";
import { fileRows } from "./files.ts";
import { givenColumns, isJudged, tableName } from "./records.ts";

export const REQUEST_COLUMNS = ["record_key", "identity_id", "identifier", "value"] as const;

/** Columns that a request does not need may be missing. */
export function givenRequests(_query: object, context: Context): Fragment {
  return context.dialect.statements.namedColumns(REQUEST_COLUMNS, requestRows(context), []);
}

/** The user's file or table. */
export function requestRows({ project: { forget }, ...context }: Context): Fragment {
  if (forget === undefined) throw new Error("no requests in the project");
  if (forget.kind === "table") return tableName(forget.table);
  return fileRows(context.pathOf(forget.path), context.readings.get(forget.path));
}

/** Those of identity.yml and those of the command line. `normalised` is NULL where a value is none. */
export function requests(_query: object, context: Context): Fragment {
  const { project, dialect, texts } = context;
  const text = keyword(dialect.types.text);
  const asked = rowsOf(
    REQUEST_COLUMNS,
    context.requests.map((request) =>
      REQUEST_COLUMNS.map((column) => sql`cast(${lit(request[column] ?? null)} as ${text})`),
    ),
    REQUEST_COLUMNS.map(() => sql`cast(null as ${text})`),
  );
  const columns = REQUEST_COLUMNS.map((column) => {
    const value = dialect.functions.text(id(column));
    return sql`nullif(${column === "value" ? value : dialect.functions.trim(value)}, '') as ${id(column)}`;
  });
  const written =
    project.forget === undefined
      ? empty
      : sql`
        union all
        select
          ${join(columns, ",\n")}
        from ${id(work.givenRequests)}
      `;
  // As long as nobody can be asked for, there is no value to normalise.
  const asks = project.forget !== undefined || context.requests.length > 0;
  const forms = project.identifiers.map(
    (identifier) =>
      sql`when ${lit(identifier.name)} then nullif(${texts.normalised(identifier, id("g", "value"), undefined)}, '')`,
  );
  const normalised = asks
    ? sql`
        case g.identifier
          ${join(forms, "\n")}
        end
      `
    : sql`cast(null as ${text})`;
  return sql`
    with given as (
      ${asked}
      ${written}
    )

    select
      g.*,
      ${normalised} as normalised
    from given as g
  `;
}

/** Requests nobody can follow, with what is wrong with them; the run stops on any. Values are not told. */
export function badRequests(context: Context): Fragment {
  const names = literals(context.project.identifiers.map(({ name }) => name));
  return sql`
    select problem, identifier, count(*) as requests_found
    from (
      select identifier, case
        when record_key is null and identity_id is null and identifier is null and value is null then 'empty'
        when record_key is not null and (identity_id is not null or identifier is not null or value is not null) then 'several'
        when identity_id is not null and (identifier is not null or value is not null) then 'several'
        when record_key is null and identity_id is null and identifier is null then 'no_identifier'
        when identifier not in (${names}) then 'unknown_identifier'
        when identifier is not null and normalised is null then 'no_value'
      end as problem
      from ${id(work.requests)}
    ) as judged
    where problem is not null
    group by problem, identifier
    order by problem, identifier
  `;
}

/** An id stands for whoever holds it now; a value for every record that carries it, as the run before left them. */
export function forgotten(): Fragment {
  return sql`
    select record_key
    from ${id(work.requests)}
    where record_key is not null
    ${UNION}
    select r.record_key
    from ${id(work.requests)} as q
    join ${id(work.was("identity_redirects"))} as d on d.identity_id = q.identity_id
    join ${id(work.was("identity_records"))} as r on r.identity_id = d.current_identity_id
    ${UNION}
    select v.record_key
    from ${id(work.requests)} as q
    join ${id(work.was("record_values"))} as v on v.identifier = q.identifier and v.value = q.normalised
  `;
}

/** A suppression is never withdrawn by itself. */
export function outputSuppressions(_query: object, context: Context): Fragment {
  const { functions } = context.dialect;
  return sql`
    select kind, ${id("hash")}, secret_id, requested_run, requested_at
    from ${id(work.was("suppressions"))}
    union all
    select
      n.kind,
      ${id("n", "hash")},
      ${functions.variable("idw_secret_id")} as secret_id,
      ${functions.variable("idw_run")} as requested_run,
      ${functions.variable("idw_started")} as requested_at
    from (
      select 'record' as kind, ${recordHash(id("record_key"), context)} as ${id("hash")}
      from ${id(work.forgotten)}
      ${UNION}
      select 'value' as kind, ${valueHash(id("identifier"), id("normalised"), context)} as ${id("hash")}
      from ${id(work.requests)}
      where normalised is not null
    ) as n
    where not exists (
      select 1 from ${id(work.was("suppressions"))} as w where w.kind = n.kind and ${id("w", "hash")} = ${id("n", "hash")}
    )
  `;
}

/** Keys of rows whose source says that they are to be forgotten, and those that requests mean. */
export function erased(_query: object, context: Context): Fragment {
  const branches = context.project.models.flatMap((model) => {
    if (model.erased === undefined) return [];
    return [
      sql`
        select ${recordKey(model)} as record_key
        from (
          ${allRows(model, context)}
        ) as rows_read
        where idw_is_erased
      `,
    ];
  });
  return sql`
    select distinct record_key
    from (
      ${join([...branches, sql`select record_key from ${id(work.forgotten)}`], "\nunion all\n")}
    ) as keys
    where record_key is not null
  `;
}

/** What the state holds was held against the suppressions when it came. */
export function suppressedRows(
  { incremental }: { readonly incremental: boolean },
  context: Context,
): Fragment {
  const branches = context.project.models.map(
    (model) => sql`
      select ${recordKey(model)} as record_key
      from (
        ${allRows(model, context)}
      ) as rows_read
      where idw_source_key is not null
    `,
  );
  const known = incremental
    ? sql`
        and not exists (select 1 from ${id(work.was("record_state"))} as w where w.record_key = k.record_key)
      `
    : empty;
  return sql`
    select distinct k.record_key
    from (
      ${join(branches, "\nunion all\n")}
    ) as k
    where not exists (select 1 from ${id(work.erased)} as e where e.record_key = k.record_key)
      ${known}
      and ${recordHash(id("k", "record_key"), context)} in (
        select ${id("hash")} from ${id(work.output("suppressions"))} where kind = 'record'
      )
  `;
}

// Rejected rows too: they leave their key in rejected_records.
function allRows(model: Model, context: Context): Fragment {
  const judged = isJudged(model);
  const columns = givenColumns(model, context).filter(({ as }) =>
    ["idw_source_key", "idw_is_erased"].includes(as),
  );
  return select(context.dialect.lexical, {
    columns,
    from: judged ? id(work.judged(model.name)) : id(work.read(model.name)),
    where: judged ? [sql`not idw_superseded`] : [],
  });
}

export function suppressedCarriers(
  { incremental }: { readonly incremental: boolean },
  context: Context,
): Fragment {
  const suppressed = sql`(select ${id("hash")} from ${id(work.output("suppressions"))} where kind = 'value')`;
  const regained = incremental
    ? sql`
        ${UNION}
        select record_key
        from ${id(work.shifts)}
        where gained and ${valueHash(id("identifier"), id("value"), context)} in ${suppressed}
      `
    : empty;
  return sql`
    with suppressed_values as (
      select value_id
      from ${id(work.dictionary)}
      where reason is null and ${valueHash(id("identifier"), id("value"), context)} in ${suppressed}
    )

    select distinct r.record_key
    from ${id(work.carried)} as c
    join suppressed_values as s on s.value_id = c.value_id
    join ${id(work.records)} as r on r.record = c.record
    ${regained}
  `;
}

export function carriersToErase(): Fragment {
  return sql`
    select record_key
    from ${id(work.suppressedCarriers)}
    where record_key not in (select record_key from ${id(work.erased)})
  `;
}

/** A record that was never published is nothing to anybody; one that was is erased. */
export function deltaButSuppressed(): Fragment {
  return sql`
    select *
    from ${id(work.delta)}
    where record_key not in (select record_key from ${id(work.suppressedCarriers)})
    union all
    select w.record_key, w.model, 'erased' as change
    from ${id(work.was("record_state"))} as w
    join ${id(work.suppressedCarriers)} as s on s.record_key = w.record_key
  `;
}

export function rowsButSuppressed(
  { relation, model: name }: { readonly relation: string; readonly model: string | undefined },
  context: Context,
): Fragment {
  const model = context.project.models.find((candidate) => candidate.name === name);
  const key = model === undefined ? id("t", "record_key") : recordKey(model, "t");
  return sql`
    select t.*
    from ${id(relation)} as t
    where not exists (select 1 from ${id(work.suppressedCarriers)} as s where s.record_key = ${key})
  `;
}

export function ofRecordsLeft({ relation }: { readonly relation: string }): Fragment {
  return sql`
    select t.*
    from ${id(relation)} as t
    where t.record in (select record from ${id(work.records)})
  `;
}

/** Erased keys that the run before left a trace of (`was_known`), or that may have left one in what only grows. */
export function purgedRecords(_query: object, context: Context): Fragment {
  const traces = [
    sql`join ${id(work.was("identity_records"))} as w on w.record_key = e.record_key`,
    sql`join ${id(work.was("rejected_records"))} as w on w.model || ':' || w.source_key = e.record_key`,
    sql`join ${id(work.was("identities"))} as w on w.anchor_record_key = e.record_key`,
    sql`join ${id(work.was("decisions_in_force"))} as w on w.a = e.record_key`,
    sql`join ${id(work.was("decisions_in_force"))} as w on w.b = e.record_key`,
  ].map((trace) => sql`select e.record_key from ${id(work.erased)} as e ${trace}`);
  return sql`
    with traces as (
      ${unionOf(traces)}
    )

    select e.record_key, t.record_key is not null as was_known
    from ${id(work.erased)} as e
    left join traces as t on t.record_key = e.record_key
    left join ${id(work.was("withdrawn_ids"))} as y on y.identity_id = ${identityId(id("e", "record_key"), context)}
    where t.record_key is not null or y.identity_id is null
  `;
}

export function purgedIdentities(): Fragment {
  return sql`
    select distinct w.identity_id
    from ${id(work.was("identity_records"))} as w
    join ${id(work.purgedRecords)} as p on p.record_key = w.record_key
  `;
}

/** Ignored values are values of a person too, and stand in decisions. */
export function purgedValues(): Fragment {
  const purged = sql`select record_key from ${id(work.purgedRecords)}`;
  return sql`
    select identifier, value
    from ${id(work.was("record_values"))}
    where record_key in (${purged})
    ${UNION}
    select identifier, value
    from ${id(work.was("ignored_values"))}
    where record_key in (${purged})
    ${UNION}
    select identifier, normalised as value
    from ${id(work.requests)}
    where normalised is not null
      and exists (
        select 1
        from ${id(work.put("suppressions"))}
        where kind = 'value'
      )
  `;
}

function recordHash(key: Fragment, { dialect: { functions } }: Context): Fragment {
  return functions.sha256(sql`${functions.variable("idw_secret")} || 'record:' || ${key}`);
}

// Names of identifiers hold no colon, so that no two pairs are one text.
function valueHash(identifier: Fragment, value: Fragment, { dialect: { functions } }: Context): Fragment {
  return functions.sha256(
    sql`${functions.variable("idw_secret")} || 'value:' || ${identifier} || ':' || ${value}`,
  );
}
