// Resolves again, with one thing changed, what two records could reach: their plain components as published, and what the
// change would connect to them. In a local DuckDB in memory, by the steps of a run; nothing is published.
import { changed } from "../explain/candidates.ts";
import type { Change } from "../explain/explanation.ts";
import { work } from "../plan/names.ts";
import { judgesFromTheStart } from "../plan/parts.ts";
import { whatIfStages } from "../plan/what-if.ts";
import { DECISION_COLUMNS } from "../render/decisions.ts";
import { lit, print } from "../sql/fragment.ts";
import { execute } from "./execute.ts";
import type { LoadedProject } from "./load.ts";
import type { Published } from "./published.ts";

/** More records than these are not resolved again. */
export const MOST_RECORDS = 100_000;

export type Tried =
  | { readonly kind: "resolved"; readonly together: boolean; readonly records: number }
  | { readonly kind: "too_large"; readonly records: number };

/** Resolves the two records with one thing changed; undefined for things as they are. */
export type TryChange = (change: Change | undefined) => Promise<Tried>;

/** `a` and `b` are record keys. What is published of their plain components is read once. */
export async function whatIf(
  a: string,
  b: string,
  loaded: LoadedProject,
  published: Published,
): Promise<TryChange> {
  const { warehouse } = published;
  const size = await readComponents([a, b], loaded, published);
  return async (change) => {
    if (size > MOST_RECORDS) return { kind: "too_large", records: size };
    const records = await gather(change, loaded, published);
    if (records > MOST_RECORDS) return { kind: "too_large", records };
    await fill(change, loaded, published);
    await resolve(change, loaded, published);
    const [met] = await warehouse.query(`
      select count(distinct s.label) as identities
      from ${work.resolved} as s
      join ${work.records} as r on r.record = s.record
      where r.record_key in (${texts([a, b], loaded)})
    `);
    return { kind: "resolved", together: Number(met?.["identities"]) === 1, records };
  };
}

async function resolve(
  change: Change | undefined,
  loaded: LoadedProject,
  { warehouse }: Published,
): Promise<void> {
  const project =
    change === undefined
      ? loaded.project
      : { ...loaded.project, identifiers: changed(loaded.project.identifiers, change) };
  const context = { ...loaded.context, project };
  const { before, after } = whatIfStages(project);
  const quiet = () => undefined;
  await execute([before], context, warehouse, quiet, undefined);
  if (judgesFromTheStart(project)) {
    await warehouse.execute(`
      insert into ${work.contestedValues}
      select d.value_id, f.exceeded
      from what_if_frozen as f
      join ${work.dictionary} as d on d.identifier = f.identifier and d.value = f.value
      where d.value_id not in (select value_id from ${work.contestedValues})
    `);
  }
  await execute([after], context, warehouse, quiet, undefined);
}

const RECORD_COLUMNS = "record_key, model, source_key, observed_at, component";
const VALUE_COLUMNS = "v.record_key, v.identifier, v.value, v.status";

/** `what_if_base_records` and `what_if_base_values`; how many records there are. */
async function readComponents(
  seeds: readonly string[],
  loaded: LoadedProject,
  { warehouse, table }: Published,
): Promise<number> {
  const size = await warehouse.execute(`
    create or replace temp table what_if_base_records as
    with seeds as (
      select component
      from ${table("identity_records")}
      where record_key in (${texts(seeds, loaded)})
    )

    select ${RECORD_COLUMNS}
    from ${table("identity_records")}
    where component in (select component from seeds)
  `);
  if (size > MOST_RECORDS) return size;
  await warehouse.execute(`
    create or replace temp table what_if_base_values as
    select ${VALUE_COLUMNS}
    from ${table("record_values")} as v
    join what_if_base_records as r on r.record_key = v.record_key
  `);
  return size;
}

/**
 * `what_if_records` and `what_if_values`: whole plain components, closed under what the change lets match; and `what_if_open`, the
 * values withheld so far of which all records are there. A value that stays withheld connects nothing, whoever carries it.
 */
async function gather(
  change: Change | undefined,
  loaded: LoadedProject,
  { warehouse, table }: Published,
): Promise<number> {
  for (const what of ["records", "values"]) {
    await warehouse.execute(
      `create or replace temp table what_if_${what} as select * from what_if_base_${what}`,
    );
  }
  await warehouse.execute(
    "create or replace temp table what_if_open as select '' as identifier, '' as value, 0::bigint as records where false",
  );
  const opens = await opening(change, loaded, { warehouse, table });
  for (;;) {
    const [found] = await warehouse.query("select count(*) as records from what_if_records");
    const records = Number(found?.["records"] ?? 0);
    if (opens === undefined || records > MOST_RECORDS) return records;
    const waiting = await warehouse.execute(`
      create or replace temp table what_if_next as
      with held as (
        select distinct identifier, value
        from what_if_values
        where status in ('contested', 'shared')
      )

      select w.identifier, w.value
      from ${table("withheld_values")} as w
      join held as h on h.identifier = w.identifier and h.value = w.value
      left join what_if_open as o on o.identifier = w.identifier and o.value = w.value
      where o.value is null and (${opens.among})
    `);
    if (waiting === 0) return records;
    await warehouse.execute(`
      create or replace temp table what_if_carriers as
      select ${VALUE_COLUMNS}
      from ${table("record_values")} as v
      join what_if_next as n on n.identifier = v.identifier and n.value = v.value
    `);
    await warehouse.execute(`create or replace temp table what_if_opened as ${opens.opened}`);
    const added = await warehouse.execute("insert into what_if_open select * from what_if_opened");
    if (added === 0) return records;
    await warehouse.execute(`
      create or replace temp table what_if_more as
      with reached as (
        select distinct i.component
        from what_if_carriers as v
        join what_if_opened as n on n.identifier = v.identifier and n.value = v.value
        join ${table("identity_records")} as i on i.record_key = v.record_key
      )

      select ${RECORD_COLUMNS}
      from ${table("identity_records")}
      where component in (select component from reached)
        and component not in (select component from what_if_records)
    `);
    await warehouse.execute("insert into what_if_records select * from what_if_more");
    await warehouse.execute(`
      insert into what_if_values
      select ${VALUE_COLUMNS}
      from ${table("record_values")} as v
      join what_if_more as r on r.record_key = v.record_key
    `);
  }
}

type Opening = {
  /** Which values withheld so far (`w`) the change may let match. */
  readonly among: string;
  /** Of `what_if_carriers`, the rows of these: the values that it does, and any of which that is not sure, with their records. */
  readonly opened: string;
};

/** Undefined when the change lets nothing match that did not before. */
async function opening(
  change: Change | undefined,
  loaded: LoadedProject,
  { warehouse, table }: Pick<Published, "warehouse" | "table">,
): Promise<Opening | undefined> {
  if (change === undefined) return undefined;
  const text = (value: string) => texts([value], loaded);
  const all =
    "select identifier, value, count(*) as records from what_if_carriers group by identifier, value";
  switch (change.kind) {
    case "limit": {
      const name = text(change.identifier);
      const identifier = loaded.project.identifiers.find(({ name }) => name === change.identifier);
      return {
        // What exceeds a stronger limit too stays contested.
        among: `w.status = 'contested' and w.exceeded = ${identifier?.priority ?? 0}`,
        // Values of must-linked records may be one class; the others count one each.
        opened: `
          with linked as (
            select a as record_key from ${table("decisions_in_force")} where decision = 'must_link' and status = 'in_force'
            union
            select b as record_key from ${table("decisions_in_force")} where decision = 'must_link' and status = 'in_force'
          ),

          strong as (
            select s.record_key, s.value
            from ${table("record_values")} as s
            where s.identifier = ${name} and s.status <> 'shared'
              and s.record_key in (select record_key from what_if_carriers)
          ),

          classed as (
            select s.value
            from ${table("record_values")} as s
            join linked as l on l.record_key = s.record_key
            where s.identifier = ${name}
          )

          select c.identifier, c.value, count(distinct c.record_key) as records
          from what_if_carriers as c
          left join strong as s on s.record_key = c.record_key and s.value not in (select value from classed)
          group by c.identifier, c.value
          having count(distinct s.value) <= ${change.to}
        `,
      };
    }
    case "policy":
      return {
        among: `w.status = 'contested' and w.identifier = ${text(change.identifier)}`,
        opened: all,
      };
    case "withdrawn": {
      // Values of must-linked records are one class: a must-link more can end what was contested.
      const refused = await countOf("decision = 'must_link' and status = 'refused'");
      return refused === 0 ? undefined : { among: "w.status = 'contested'", opened: all };
    }
    case "max_records": {
      const linked = await countOf("decision = 'must_link' and status in ('in_force', 'refused')");
      const shared = `w.status = 'shared' and w.identifier = ${text(change.identifier)}`;
      return {
        among: linked === 0 ? shared : `(${shared}) or w.status = 'contested'`,
        opened: `${all} having count(*) <= ${change.to} or min(status) = 'contested'`,
      };
    }
  }

  async function countOf(condition: string): Promise<number> {
    const [row] = await warehouse.query(
      `select count(*) as n from ${table("decisions_in_force")} where ${condition}`,
    );
    return Number(row?.["n"] ?? 0);
  }
}

/** `idw_records`, `idw_decided`, `idw_dictionary`, `idw_carried` as the steps of a run expect them, and `what_if_frozen`. */
async function fill(
  change: Change | undefined,
  loaded: LoadedProject,
  { warehouse, table }: Published,
): Promise<void> {
  await warehouse.execute(`
    create or replace temp table ${work.records} as
    select row_number() over (order by record_key) as record, record_key, model, source_key, observed_at
    from what_if_records
  `);
  await warehouse.execute(`
    create or replace temp table what_if_carried as
    select r.record, v.identifier, v.value
    from what_if_values as v
    join ${work.records} as r on r.record_key = v.record_key
  `);
  // What stays shared is on more records than are here; its number does not matter beyond that.
  await warehouse.execute(`
    create or replace temp table ${work.dictionary} as
    with counted as (
      select identifier, value, count(*) as records, min(record) as first_record
      from what_if_carried
      group by identifier, value
    )

    select
      row_number() over (order by c.identifier, c.value) as value_id,
      c.identifier,
      c.value,
      cast(null as varchar) as reason,
      false as is_listed,
      case
        when o.records is not null then o.records
        when w.status = 'shared' then 1000000000000
        when w.status = 'contested' then greatest(c.records, 2)
        else c.records
      end as records,
      c.first_record
    from counted as c
    left join what_if_open as o on o.identifier = c.identifier and o.value = c.value
    left join ${table("withheld_values")} as w on w.identifier = c.identifier and w.value = c.value
  `);
  await warehouse.execute(`
    create or replace temp table ${work.carried} as
    select v.record, v.identifier, d.value_id
    from what_if_carried as v
    join ${work.dictionary} as d on d.identifier = v.identifier and d.value = v.value
  `);
  await warehouse.execute(`
    create or replace temp table what_if_frozen as
    select w.identifier, w.value, w.exceeded
    from ${table("withheld_values")} as w
    left join what_if_open as o on o.identifier = w.identifier and o.value = w.value
    where w.status = 'contested' and o.value is null
  `);
  const withdrawn = change?.kind === "withdrawn" ? `and id <> ${texts([change.decisionId], loaded)}` : "";
  await warehouse.execute(`
    create or replace temp table ${work.decided} as
    select
      ${DECISION_COLUMNS.join(", ")},
      cast(null as varchar) as given_decided_at,
      cast(null as varchar) as given_expires_at,
      'in_force' as status,
      row_number() over (order by decided_at nulls last, id) as position,
      false as a_is_erased,
      false as b_is_erased
    from ${table("decisions_in_force")}
    where decision in ('must_link', 'cannot_link') and status in ('in_force', 'refused') ${withdrawn}
  `);
}

function texts(values: readonly string[], { context }: LoadedProject): string {
  return values.map((value) => print(lit(value), context.dialect.lexical)).join(", ");
}
