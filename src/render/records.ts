// Records: from the rows of a model to `idw_records` (resolution.md §1; config.md, models).
import type { Model } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql, WHERE } from "../sql/fragment.ts";
import { select, unionAll } from "../sql/knex.ts";
import type { Context } from "./context.ts";
import { modelOf } from "./context.ts";
import { fileRows } from "./files.ts";

export function source({ model: name }: { readonly model: string }, context: Context): Fragment {
  const model = modelOf(context, name);
  const given = context.inputs.get(name);
  if (given !== undefined) return sql`select * from ${given}`;
  switch (model.source.kind) {
    case "sql":
      return context.texts.modelSelect(model);
    case "file":
      return sql`select * from ${fileRows(context.pathOf(model.source.path), context.readings.get(model.source.path))}`;
    case "table":
      return sql`select * from ${tableName(model.source.table)}`;
    case "ref":
      throw new Error(`nobody says where the model ${model.source.ref} of dbt is`);
  }
}

/** Only models that reject rows or keep the latest of a key: every row, whether it is a record, and else why. */
export function judged({ model: name }: { readonly model: string }, context: Context): Fragment {
  const model = modelOf(context, name);
  const conditions = context.texts.rejectConditions(model);
  const columns = usedColumns(model);
  const reasons = conditions.map((_, index) => id(rejectColumn(index)));
  const rejected = reasons.length === 0 ? keyword("false") : join(reasons, " or ");
  const rows = select(context.dialect.lexical, {
    columns: [
      ...columns.map((column) => ({ as: column, value: id(column) })),
      { as: "idw_source_key", value: sourceKey(model, context) },
      { as: "idw_observed_at", value: observedAt(model, context) },
      { as: "idw_time_text", value: timeText(model, context) },
      ...erasedColumn(model, context),
      ...conditions.map((condition, index) => ({
        as: rejectColumn(index),
        value: sql`coalesce((${condition}), false)`,
      })),
    ],
    from: id(work.read(name)),
  });
  if (model.onDuplicateKey === "error")
    return sql`
    select *, ${rejected} as idw_rejected, false as idw_superseded
    from (
      ${rows}
    ) as judged
  `;
  // The latest row of a key by time; of equal times the greatest by its columns as text, so that no engine decides.
  const ties = columns.map((column) => sql`, ${context.dialect.functions.shown(id(column))} desc nulls last`);
  return sql`
    select
      *,
      ${rejected} or idw_source_key is null as idw_rejected,
      idw_source_key is not null and not (${rejected}) and row_number() over (
        partition by idw_source_key, ${rejected}
        order by idw_observed_at desc nulls last${join(ties, "")}
      ) > 1 as idw_superseded
    from (
      ${rows}
    ) as judged
  `;
}

/** `incremental`: only what is new or changed. Rows to be forgotten are no records. */
export function staged(
  {
    model: name,
    after,
    incremental,
  }: { readonly model: string; readonly after: readonly string[]; readonly incremental: boolean },
  context: Context,
): Fragment {
  const model = modelOf(context, name);
  const judgedToo = isJudged(model);
  const columns = usedColumns(model);
  const rows = select(context.dialect.lexical, {
    columns: givenColumns(model, context),
    from: judgedToo ? id(work.judged(name)) : id(work.read(name)),
    where: judgedToo ? [sql`not idw_rejected and not idw_superseded`] : [],
  });
  const delta = sql`
    idw_source_key in (
      select substr(record_key, ${lit(name.length + 2)}) from ${id(work.delta)} where model = ${lit(name)} and change in ('new', 'changed', 'reread')
    )
  `;
  const conditions = [
    ...(model.erased === undefined ? [] : [sql`not idw_is_erased`]),
    notErased(model, "rows_read"),
    ...(incremental ? [delta] : []),
  ];
  const where = sql`where ${join(conditions, "\n  and ")}`;
  const kept = columns.map((column) => sql`,\n${id(column)}`);
  const { tables, from, rank, window } = context.dialect.functions.ranking(
    "timed",
    "idw_source_key",
    after.map((other) => work.staged(other)),
  );
  return sql`
    with rows_read as (
      ${rows}
    ),

    timed as (
      select
        idw_source_key,
        idw_observed_at,
        case when idw_observed_at is null then nullif(${context.dialect.functions.trim(id("idw_time_text"))}, '') end as idw_bad_time,
        ${fingerprint(model, context)} as idw_fingerprint${join(kept, "")}
      from rows_read
      ${where}
    )${join(
      tables.map((table) => sql`,\n\n${table}`),
      "",
    )}

    select
      ${rank} as idw_record,
      coalesce(lag(idw_source_key) over (${window}) = idw_source_key, false) as idw_is_repeated,
      idw_source_key,
      idw_observed_at,
      idw_bad_time,
      idw_fingerprint${join(kept, "")}
    from ${from}
  `;
}

/** Rows that are to be forgotten are no records. */
export function notErased(model: Model, table: string): Fragment {
  const key = sql`${lit(`${model.name}:`)} || ${id(table, "idw_source_key")}`;
  return sql`not exists (select 1 from ${id(work.erased)} as e where e.record_key = ${key})`;
}

export function records(_query: object, context: Context): Fragment {
  return unionAll(
    context.dialect.lexical,
    context.project.models.map((model) => ({
      columns: [
        { as: "record", value: id("idw_record") },
        { as: "record_key", value: sql`${lit(`${model.name}:`)} || idw_source_key` },
        { as: "model", value: lit(model.name) },
        { as: "source_key", value: id("idw_source_key") },
        { as: "observed_at", value: id("idw_observed_at") },
      ],
      from: id(work.staged(model.name)),
    })),
  );
}

/** One row per row that is no record and reason; a row that the latest of its key supersedes says so. */
export function rejectedRecords(
  { incremental }: { readonly incremental: boolean },
  context: Context,
): Fragment {
  const branches = context.project.models.flatMap((model) => {
    const from = id(work.judged(model.name));
    const branch = (reason: string, condition: Fragment) => ({
      columns: [
        { as: "model", value: lit(model.name) },
        { as: "source_key", value: id("idw_source_key") },
        { as: "reason", value: lit(reason) },
      ],
      from,
      where: [condition],
      distinct: true,
    });
    return [
      ...model.reject.map((rule, index) => branch(rule.reason, id(rejectColumn(index)))),
      ...(model.onDuplicateKey === "latest"
        ? [branch("null_key", sql`idw_source_key is null`), branch("duplicate_key", sql`idw_superseded`)]
        : []),
    ];
  });
  const none = sql`select '' as model, '' as source_key, '' as reason ${WHERE} false`;
  const rows = branches.length === 0 ? none : unionAll(context.dialect.lexical, branches);
  return sql`
    select distinct model, source_key, reason, ${context.dialect.functions.variable("idw_run")} as run
    from (
      ${rows}
    ) as rejected
    where not exists (select 1 from ${id(work.erased)} as e where e.record_key = model || ':' || source_key)
    ${incremental ? rejectedBefore(context) : empty}
  `;
}

/** Whether a run reads every row of a model: a watermark and a batch show only some. */
export function seesAll({ changes }: Model, { batch }: Context): boolean {
  return changes.kind === "scan" && batch === undefined;
}

// What is known of rows that are not read stays.
function rejectedBefore(context: Context): Fragment {
  const unread = context.project.models.flatMap((model) => {
    if (seesAll(model, context) || !isJudged(model)) return [];
    return [
      sql`
        union all
        select model, source_key, reason, run
        from ${id(work.was("rejected_records"))}
        where model = ${lit(model.name)}
          and not exists (select 1 from ${id(work.judged(model.name))} as j where j.idw_source_key = source_key)
          and not exists (select 1 from ${id(work.erased)} as e where e.record_key = model || ':' || source_key)
      `,
    ];
  });
  return join(unread, "\n");
}

/** Whether rows of a model are judged before they are taken for records. */
export function isJudged(model: Model): boolean {
  return model.reject.length > 0 || model.onDuplicateKey === "latest";
}

/** How many rows of an assertion are fetched: a message shows no more. */
const EXAMPLES = 5;
const SAMPLE_COLUMNS = 5;

/** What is read of each row of a model, from what was judged or from the model itself. */
export function givenColumns(
  model: Model,
  context: Context,
): readonly { readonly as: string; readonly value: Fragment }[] {
  const judgedToo = isJudged(model);
  const given = (name: string, value: Fragment) => ({ as: name, value: judgedToo ? id(name) : value });
  return [
    given("idw_source_key", sourceKey(model, context)),
    given("idw_observed_at", observedAt(model, context)),
    given("idw_time_text", timeText(model, context)),
    ...erasedColumn(model, context).map(({ as, value }) => given(as, value)),
    ...usedColumns(model).map((column) => ({ as: column, value: id(column) })),
  ];
}

function erasedColumn(model: Model, { dialect }: Context) {
  if (model.erased === undefined) return [];
  const value = sql`coalesce(${dialect.functions.truth(id(model.erased))}, false)`;
  return [{ as: "idw_is_erased", value }];
}

/** All that decides what a record is: its time and its columns. */
export function fingerprint(model: Model, context: Context): Fragment {
  const columns = ["idw_observed_at", ...usedColumns(model)];
  return context.dialect.functions.fingerprint(columns.map((column) => id(column)));
}

/** One row, if any: how many rows have no key, and up to five other columns of the first of them. */
export function nullKeys(
  { model: name, seen }: { readonly model: string; readonly seen: boolean },
  context: Context,
): Fragment {
  const sample = seen ? id("idw_sample") : rowSample(modelOf(context, name), context);
  return sql`
    select count(*) as rows_found, min(${sample}) as row_shown
    from ${id(seen ? work.seen(name) : work.staged(name))}
    where idw_source_key is null
    having count(*) > 0
  `;
}

/** A few columns of a row as text, to know it by where it has no key. */
export function rowSample(model: Model, { dialect }: Context): Fragment {
  const parts = usedColumns(model)
    .slice(0, SAMPLE_COLUMNS)
    .map((column) => sql`${lit(`${column} = `)} || coalesce(${dialect.functions.shown(id(column))}, 'NULL')`);
  return parts.length === 0 ? lit("") : join(parts, " || ', ' || ");
}

/** Up to five keys that several rows have, with how many such keys there are. */
export function duplicateKeys({
  model: name,
  seen,
}: {
  readonly model: string;
  readonly seen: boolean;
}): Fragment {
  if (seen) {
    return sql`
      select idw_source_key as source_key, count(*) over () as keys_found
      from ${id(work.seen(name))}
      group by idw_source_key
      having count(*) > 1
      order by idw_source_key
      limit ${lit(EXAMPLES)}
    `;
  }
  return sql`
    select idw_source_key as source_key, count(*) over () as keys_found
    from ${id(work.staged(name))}
    where idw_is_repeated
    group by idw_source_key
    order by idw_source_key
    limit ${lit(EXAMPLES)}
  `;
}

/** Up to five times that cannot be read, with how many there are. */
export function badTimes({ model: name }: { readonly model: string }): Fragment {
  return sql`
    select idw_source_key as source_key, idw_bad_time as observed_at, count(*) over () as times_found
    from ${id(work.staged(name))}
    where idw_bad_time is not null
    order by idw_record
    limit ${lit(EXAMPLES)}
  `;
}

/** Every column of a model that identity.yml names, once, by its bytes; letter case makes no other column. */
export function usedColumns(model: Model): readonly string[] {
  const named = [
    ...model.identifiers.flatMap((mapping) => [
      ...mapping.columns,
      ...(mapping.kind === "columns" && mapping.country !== undefined ? [mapping.country] : []),
    ]),
    ...model.attributes.map(({ column }) => column),
  ].sort();
  return [...new Map(named.map((column) => [column.toLowerCase(), column])).values()].sort();
}

/** Parts of a composite, joined with `|`, with `\` and `|` inside a part escaped (resolution.md §1). */
export function joinedParts(parts: readonly Fragment[], context: Context): Fragment {
  const { replace } = context.dialect.functions;
  return join(
    parts.map((part) => replace(replace(part, "\\", "\\\\"), "|", "\\|")),
    " || '|' || ",
  );
}

export function rejectColumn(index: number): string {
  return `idw_reject_${index + 1}`;
}

function sourceKey(model: Model, context: Context): Fragment {
  const parts = model.key.map((column) => context.dialect.functions.text(id(column)));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : joinedParts(parts, context);
}

function observedAt(model: Model, context: Context): Fragment {
  const { functions, types } = context.dialect;
  if (model.observedAt === undefined) return sql`cast(null as ${keyword(types.timestamp)})`;
  return functions.timestamp(id(model.observedAt));
}

// What the time was before it was read: an assertion shows those that cannot be.
function timeText(model: Model, context: Context): Fragment {
  const { functions, types } = context.dialect;
  if (model.observedAt === undefined) return sql`cast(null as ${keyword(types.text)})`;
  return functions.timestampText(id(model.observedAt));
}

/** A checked path of two or three names, quoted or not. */
export function tableName(table: string): Fragment {
  const parts = [...table.matchAll(/"((?:[^"]|"")*)"|([^."]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
  return id(...parts);
}
