// Publishing: the statements that put the results of a run in place of the earlier ones (outputs.md, Guarantees).
// Missing relations are made before, each by itself; the rows change in one transaction with nothing else in it.
import { work } from "../plan/names.ts";
import type { AppendedName, OutputName, Plan } from "../plan/plan.ts";
import { PUBLISHED } from "../plan/relations.ts";
import { empty, type Fragment, id, join, keyword, lit, print, sql, WHERE } from "../sql/fragment.ts";
import { equalKeys } from "./changes.ts";
import type { Context } from "./context.ts";
import { columnsOf } from "./relations.ts";

/** Where results go: on DuckDB the catalog under which the target's file is attached. */
export type Place = { readonly catalog: string; readonly schema: string; readonly prefix: string };

type LogColumn = { readonly name: string; readonly type: "text" | "integer" | "timestamp" };

export const RUN_LOG: readonly LogColumn[] = [
  { name: "run", type: "integer" },
  { name: "started_at", type: "timestamp" },
  { name: "finished_at", type: "timestamp" },
  { name: "mode", type: "text" },
  { name: "config_hash", type: "text" },
  { name: "status", type: "text" },
  ...[
    "records",
    "new_records",
    "changed_records",
    "erased_records",
    "components",
    "constrained_components",
    "rounds",
    "identities",
    "created",
    "merged",
    "split",
    "moved",
    "revived",
    "retired",
  ].map((name): LogColumn => ({ name, type: "integer" })),
];

/** The columns of run_metrics. */
export const RUN_METRICS: readonly { readonly name: string; readonly type: "text" | "integer" | "number" }[] =
  [
    { name: "run", type: "integer" },
    { name: "metric", type: "text" },
    { name: "dimension", type: "text" },
    { name: "metric_value", type: "number" },
  ];

export function relation({ catalog, schema, prefix }: Place, name: string): Fragment {
  return id(catalog, schema, `${prefix}${name}`);
}

/** A column as the warehouse describes it, and how it is to store it where that is not left to it. */
export type StoredColumn = {
  readonly name: string;
  readonly type: string;
  readonly compression?: string | undefined;
};

/** By the relation they are columns of. */
export type Stored = ReadonlyMap<OutputName | AppendedName, readonly StoredColumn[]>;

/**
 * Statements to run before the transaction, each on its own; all may be run again. Relations have the columns of what the run
 * built; `stored` names them where it is known how they are to be stored.
 */
export function preparations(
  plan: Plan,
  place: Place,
  context: Context,
  stored: Stored = new Map(),
): readonly string[] {
  const { types } = context.dialect;
  const tables = [...plan.outputs, ...plan.appended].map((output) =>
    table(place, output, stored.get(output)),
  );
  const log = RUN_LOG.map(({ name, type }) => sql`${id(name)} ${keyword(types[type])}`);
  const metrics = RUN_METRICS.map(({ name, type }) => sql`${id(name)} ${keyword(types[type])}`);
  return [
    context.dialect.statements.createSchema(place.catalog, place.schema),
    ...tables,
    sql`create table if not exists ${relation(place, "run_log")} (${join(log, ", ")})`,
    sql`create table if not exists ${relation(place, "run_metrics")} (${join(metrics, ", ")})`,
    mergeEvidence(place, context),
  ].map((statement) => print(statement, context.dialect.lexical));
}

function table(
  place: Place,
  output: OutputName | AppendedName,
  stored: readonly StoredColumn[] | undefined,
): Fragment {
  const missing = sql`create table if not exists ${relation(place, output)}`;
  if (stored === undefined) {
    return sql`
      ${missing} as
      select * from ${id(work.output(output))} where false
    `;
  }
  const columns = stored.map(({ name, type, compression }) => {
    const using = compression === undefined ? empty : sql` using compression ${keyword(compression)}`;
    return sql`${id(name)} ${keyword(type)}${using}`;
  });
  return sql`
    ${missing} (
      ${join(columns, ",\n")}
    )
  `;
}

/** The statements of the transaction, without its begin and commit. */
export function replacements(plan: Plan, place: Place, context: Context): readonly string[] {
  const { lexical } = context.dialect;
  const { statements } = context.dialect;
  const insert = (output: OutputName | AppendedName, from: string) =>
    statements.insertByName(relation(place, output), columnsOf(output, context), id(from));
  const changed = plan.outputs.flatMap((output) => [
    statements.deleteMatches(
      relation(place, output),
      id(work.drop(output)),
      equalKeys(PUBLISHED[output], "d", "t", context),
      mainKey(output),
    ),
    insert(output, work.put(output)),
  ]);
  const appended = plan.appended.map((output) => insert(output, work.output(output)));
  return [...changed, ...appended, ...trimHistory(place, context)].map((statement) =>
    print(statement, lexical),
  );
}

/** The column of the key that alone tells most rows of a relation apart; it is never NULL. */
export function mainKey(output: OutputName): string | undefined {
  return PUBLISHED[output].key.find((column) => MAIN_KEYS.has(column));
}

const MAIN_KEYS: ReadonlySet<string> = new Set(["record_key", "identity_id"]);

/**
 * Forgets the history of runs that are kept no longer. A row without a record says up to which run it is gone: `runs.keep` may
 * have been smaller before. Without rows to forget nothing is written.
 */
export function trimHistory(place: Place, { project, dialect }: Context): readonly Fragment[] {
  const history = relation(place, "identity_history");
  const last = sql`${dialect.functions.variable("idw_run")} - ${lit(project.keepRuns)}`;
  const { integer, text } = dialect.types;
  return [
    sql`
      insert into ${history} (run, record_key, identity_id)
      select cast(${last} as ${keyword(integer)}), '', cast(null as ${keyword(text)})
      ${WHERE} exists (
        select 1
        from ${history}
        where run <= ${last} and record_key is distinct from ''
      )
    `,
    sql`delete from ${history} where run <= ${last} and record_key is distinct from ''`,
    sql`
      delete from ${history}
      where record_key = '' and run < (select max(run) from ${history} where record_key = '')
    `,
  ];
}

/** Values of an attribute that identity.yml no longer has are nobody's. */
export function clearColumn(place: Place, output: OutputName, column: string, context: Context): string {
  const run = PUBLISHED[output].quiet.includes("updated_run")
    ? sql`, updated_run = ${context.dialect.functions.variable("idw_run")}`
    : empty;
  const statement = sql`update ${relation(place, output)} set ${id(column)} = null${run} where ${id(column)} is not null`;
  return print(statement, context.dialect.lexical);
}

/** The statement that adds the metrics of this run to those of earlier ones, in the same transaction. */
export function appendMetrics(place: Place, { dialect }: Context): string {
  const statement = sql`
    insert into ${relation(place, "run_metrics")}
    select ${dialect.functions.variable("idw_run")}, metric, dimension, metric_value
    from ${id(work.metrics)}
  `;
  return print(statement, dialect.lexical);
}

export function addColumn(
  place: Place,
  output: OutputName,
  column: string,
  type: string,
  context: Context,
): string {
  const statement = sql`alter table ${relation(place, output)} add column ${id(column)} ${keyword(type)}`;
  return print(statement, context.dialect.lexical);
}

/** A row of run_log. */
export function logRun(
  place: Place,
  row: Readonly<Record<string, string | number | null>>,
  context: Context,
): string {
  const { types, lexical } = context.dialect;
  const values = RUN_LOG.map(
    ({ name, type }) => sql`cast(${lit(row[name] ?? null)} as ${keyword(types[type])})`,
  );
  return print(sql`insert into ${relation(place, "run_log")} values (${join(values, ", ")})`, lexical);
}

/** The values that tie two or more records of an identity, and the must-links inside it. Named without its catalog, so that it works under any. */
export function mergeEvidence(place: Place, { dialect: { types } }: Context): Fragment {
  const inSchema = (name: string) => id(place.schema, `${place.prefix}${name}`);
  return sql`
    create or replace view ${relation(place, "merge_evidence")} as
    with ties as (
      select
        r.identity_id,
        r.record_key,
        v.identifier,
        v.value,
        count(*) over (partition by v.identifier, v.value) as records
      from ${inSchema("record_values")} as v
      join ${inSchema("identity_records")} as r on r.record_key = v.record_key
      where v.status = 'active'
    ),

    must_links as (
      select a.identity_id, d.a, d.b, d.id
      from ${inSchema("decisions_in_force")} as d
      join ${inSchema("identity_records")} as a on a.record_key = d.a
      join ${inSchema("identity_records")} as b on b.record_key = d.b and b.identity_id = a.identity_id
      where d.decision = 'must_link' and d.status = 'in_force'
    )

    select identity_id, record_key, identifier, value, records, cast(null as ${keyword(types.text)}) as decision_id
    from ties
    where records >= 2
    union all
    select identity_id, a as record_key, 'must_link' as identifier, id as value, 2 as records, id as decision_id
    from must_links
    union all
    select identity_id, b as record_key, 'must_link' as identifier, id as value, 2 as records, id as decision_id
    from must_links
  `;
}
