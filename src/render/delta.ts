// What changed since the run before: rows that are new, changed, deleted or erased (resolution.md §4, Incremental equals
// full; config.md, `changes` and `erased`), and what the next run will compare with.

import { visibleAttributes } from "../config/index.ts";
import type { Model } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql, WHERE } from "../sql/fragment.ts";
import { select, unionAll } from "../sql/knex.ts";
import { stateColumn } from "./attributes.ts";
import { type Context, literals, modelOf } from "./context.ts";
import { fingerprint, givenColumns, isJudged, notErased, rowSample, seesAll } from "./records.ts";

/** With a watermark, the rows loaded since the latest seen less the lookback, and those that do not say when. */
export function read({ model: name }: { readonly model: string }, context: Context): Fragment {
  const { changes } = modelOf(context, name);
  if (context.batch !== undefined) return allRows({ model: name }, context);
  const rows = sql`select * from ${id(work.source(name))}`;
  if (changes.kind === "scan") return rows;
  const since = sql`
    select coalesce(max(${context.dialect.functions.before(id("watermark"), changes.lookbackSeconds)}), ${longAgo(context)})
    from ${id(work.was("watermarks"))}
    where model = ${lit(name)}
  `;
  return context.dialect.statements.loadedSince(rows, id(changes.column), since);
}

/**
 * The day before the one from which a watermark reads, as text: one row. Whatever the zone and the type of a column, nothing
 * that is to be read lies before it.
 */
export function daySince(model: Model, context: Context): Fragment {
  if (model.changes.kind === "scan") throw new Error(`${model.name} has no watermark`);
  const { functions } = context.dialect;
  const day = functions.before(id("watermark"), model.changes.lookbackSeconds + 86_400);
  return sql`
    select ${functions.left(functions.text(sql`coalesce(max(${day}), ${longAgo(context)})`), 10)}
    from ${id(work.was("watermarks"))}
    where model = ${lit(model.name)}
  `;
}

function longAgo({ dialect }: Context): Fragment {
  return sql`cast('0001-01-01' as ${keyword(dialect.types.timestamp)})`;
}

/** Every row, or those of the batch. */
export function allRows({ model: name }: { readonly model: string }, context: Context): Fragment {
  const rows = sql`select * from ${id(work.source(name))}`;
  const { batch, dialect } = context;
  if (batch === undefined) return rows;
  if (batch.model !== name) return sql`${rows} where false`;
  const { column, since, until } = batch;
  if (column === undefined) return rows;
  const seen = dialect.functions.timestamp(id(column));
  const bound = (time: string) => sql`cast(${lit(time)} as ${keyword(dialect.types.timestamp)})`;
  const conditions = [
    ...(since === undefined ? [] : [sql`${seen} >= ${bound(since)}`]),
    ...(until === undefined ? [] : [sql`${seen} < ${bound(until)}`]),
  ];
  return sql`${rows} where ${join(conditions, " and ")}`;
}

/** Every row that was read and is a record, with a fingerprint of what we use of it. */
export function seen({ model: name }: { readonly model: string }, context: Context): Fragment {
  const model = modelOf(context, name);
  const rows = rowsRead(model, context);
  return sql`
    select
      idw_source_key,
      idw_observed_at,
      ${fingerprint(model, context)} as idw_fingerprint,
      case when idw_source_key is null then ${rowSample(model, context)} end as idw_sample
    from (
      ${rows}
    ) as rows_read
    where ${join(
      [...(model.erased === undefined ? [] : [sql`not idw_is_erased`]), notErased(model, "rows_read")],
      "\n  and ",
    )}
  `;
}

function rowsRead(model: Model, context: Context): Fragment {
  const judged = isJudged(model);
  return select(context.dialect.lexical, {
    columns: givenColumns(model, context),
    from: judged ? id(work.judged(model.name)) : id(work.read(model.name)),
    where: judged ? [sql`not idw_rejected and not idw_superseded`] : [],
  });
}

/** A record that is not as the state knows it. A watermark sees no deletions, and neither does a batch. */
export function delta(_query: object, context: Context): Fragment {
  const { models } = context.project;
  const state = id(work.was("record_state"));
  const seenRows = models.map(
    (model) => sql`
      select
        ${recordKey(model)} as record_key,
        ${lit(model.name)} as model,
        idw_observed_at as observed_at,
        idw_fingerprint as fingerprint
      from ${id(work.seen(model.name))}
    `,
  );
  const scanned = models.filter((model) => seesAll(model, context)).map(({ name }) => name);
  const deleted =
    scanned.length === 0
      ? empty
      : sql`
        union all
        select w.record_key, w.model, 'deleted' as change
        from ${state} as w
        left join seen as s on s.record_key = w.record_key
        where w.model in (${literals(scanned)})
          and s.record_key is null
          and w.record_key not in (select record_key from ${id(work.erased)})
      `;
  return sql`
    with seen as (
      ${join(seenRows, "\nunion all\n")}
    )

    select s.record_key, s.model, case when w.record_key is null then 'new' else 'changed' end as change
    from seen as s
    left join ${state} as w on w.record_key = s.record_key
    ${laterRows(context)}
    where (w.record_key is null or w.fingerprint <> s.fingerprint)
      ${isLater(context)}
    ${deleted}
    union all
    select w.record_key, w.model, 'erased' as change
    from ${state} as w
    join ${id(work.erased)} as e on e.record_key = w.record_key
  `;
}

// Of a key that is read again, some rows may show an older one only: `latest` keeps the one that is known.
function keepingLatest(context: Context): readonly string[] {
  return context.project.models
    .filter((model) => !seesAll(model, context) && model.onDuplicateKey === "latest")
    .map(({ name }) => name);
}

function laterRows(context: Context): Fragment {
  if (keepingLatest(context).length === 0) return empty;
  return sql`left join ${id(work.was("identity_records"))} as i on i.record_key = w.record_key`;
}

function isLater(context: Context): Fragment {
  const names = keepingLatest(context);
  if (names.length === 0) return empty;
  return sql`
    and (
      s.model not in (${literals(names)})
      or i.observed_at is null
      or coalesce(s.observed_at >= i.observed_at, false)
    )
  `;
}

/** Records by their key, as the state knows them after this run: decisions look records up here. */
export function known(): Fragment {
  return sql`
    select w.record_key
    from ${id(work.was("identity_records"))} as w
    left join ${id(work.delta)} as d on d.record_key = w.record_key and d.change in ('deleted', 'erased')
    where d.record_key is null
    union all
    select record_key
    from ${id(work.delta)}
    where change = 'new'
  `;
}

/** One row per record: what the next run compares with, and the attributes that golden records are made from. */
export function outputRecordState(
  { incremental }: { readonly incremental: boolean },
  context: Context,
): Fragment {
  const attributes = visibleAttributes(context.project).map(
    (name) => sql`,\na.${id(name)} as ${id(stateColumn(name))}`,
  );
  // A full run numbers all records, and numbers are joined faster than texts.
  const key = incremental ? "record_key" : "record";
  const fresh = unionAll(
    context.dialect.lexical,
    context.project.models.map((model) => ({
      columns: [
        { as: key, value: incremental ? recordKey(model) : id("idw_record") },
        { as: "fingerprint", value: id("idw_fingerprint") },
      ],
      from: id(work.staged(model.name)),
    })),
  );
  const joined =
    attributes.length === 0
      ? empty
      : sql`left join ${id(work.attributeRows)} as a on a.idw_record = r.record`;
  return sql`
    select r.record_key, r.model, f.fingerprint${join(attributes, "")}
    from (
      ${fresh}
    ) as f
    join ${id(work.records)} as r on r.${id(key)} = f.${id(key)}
    ${joined}
    ${incremental ? sql`where r.record_key in (select record_key from ${id(work.delta)})` : empty}
  `;
}

/** The latest time of loading that was read of each model with a watermark. */
export function outputWatermarks(_query: object, context: Context): Fragment {
  const { functions, types } = context.dialect;
  // Of rows that a batch leaves out, later ones may wait to be read.
  if (context.batch !== undefined) return sql`select model, watermark from ${id(work.was("watermarks"))}`;
  const branches = context.project.models.flatMap((model) =>
    model.changes.kind === "scan"
      ? []
      : [
          sql`
            select ${lit(model.name)} as model, max(${functions.timestamp(id(model.changes.column))}) as watermark
            from ${id(work.read(model.name))}
          `,
        ],
  );
  if (branches.length === 0) {
    return sql`select cast('' as ${keyword(types.text)}) as model, cast(null as ${keyword(types.timestamp)}) as watermark ${WHERE} false`;
  }
  return sql`
    select n.model, coalesce(greatest(n.watermark, w.watermark), n.watermark, w.watermark) as watermark
    from (
      ${join(branches, "\nunion all\n")}
    ) as n
    left join ${id(work.was("watermarks"))} as w on w.model = n.model
  `;
}

/** `model:source key` of a row of a model. */
export function recordKey(model: Model, table?: string): Fragment {
  const key = table === undefined ? id("idw_source_key") : id(table, "idw_source_key");
  return sql`${lit(`${model.name}:`)} || ${key}`;
}
