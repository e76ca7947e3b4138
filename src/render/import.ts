// The ids of a system that is being replaced, as a state of run 0 (plan/import.ts).
import type { Project } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { type Fragment, id, keyword, lit, sql, WHERE } from "../sql/fragment.ts";
import type { Context } from "./context.ts";
import { fileRows } from "./files.ts";
import { tableName } from "./records.ts";

/** A state is never replaced: only the first run of a target imports. */
export function importing(_query: object, { dialect: { functions } }: Context): Fragment {
  return sql`
    select 1 as first_run
    ${WHERE} ${functions.variable("idw_run")} = 1
      and not exists (select 1 from ${id(work.was("identities"))})
  `;
}

/** The user's file or table. */
export function importRows({
  project: { importedIds },
  ...context
}: Pick<Context, "pathOf" | "readings"> & { readonly project: Project }): Fragment {
  if (importedIds === undefined) throw new Error("no import in the project");
  if (importedIds.kind === "table") return tableName(importedIds.table);
  return fileRows(context.pathOf(importedIds.path), context.readings.get(importedIds.path));
}

export function givenIds(_query: object, context: Context): Fragment {
  return sql`select * from ${importRows(context)}`;
}

/** Keys and ids are taken as they are, down to their spaces. */
export function imported(_query: object, { dialect: { functions } }: Context): Fragment {
  return sql`
    select distinct
      nullif(${functions.text(id("record_key"))}, '') as record_key,
      nullif(${functions.text(id("identity_id"))}, '') as identity_id
    from ${id(work.givenIds)}
  `;
}

/** Up to five rows that say nothing or contradict each other, with how many there are; the run stops on any. */
export function badImports(): Fragment {
  return sql`
    with problems as (
      select 'no_key' as problem, identity_id as example, '' as ids
      from ${id(work.imported)}
      where record_key is null
      union all
      select 'no_id' as problem, record_key as example, '' as ids
      from ${id(work.imported)}
      where identity_id is null and record_key is not null
      union all
      select 'two_ids' as problem, record_key as example, min(identity_id) || ', ' || max(identity_id) as ids
      from ${id(work.imported)}
      where record_key is not null and identity_id is not null
      group by record_key
      having count(*) > 1
    )

    select problem, example, ids, problems_found
    from (
      select
        *,
        count(*) over (partition by problem) as problems_found,
        row_number() over (partition by problem order by example asc nulls last) as place
      from problems
    ) as placed
    where place <= ${lit(EXAMPLES)}
    order by problem, place
  `;
}

const EXAMPLES = 5;

/** What later runs find as identity_records: the records that there are. */
export function importedRecords(_query: object, { dialect: { types } }: Context): Fragment {
  return sql`
    select
      r.record_key,
      r.model,
      r.source_key,
      r.observed_at,
      i.identity_id,
      r.record_key as component,
      cast(0 as ${keyword(types.integer)}) as updated_run
    from ${id(work.imported)} as i
    join ${id(work.records)} as r on r.record_key = i.record_key
  `;
}

/** An id none of whose records there are is not taken over. */
export function importedIdentities(): Fragment {
  return sql`
    with members as (
      select i.identity_id, r.record_key, r.model, r.observed_at, row_number() over (
        partition by i.identity_id order by r.observed_at asc nulls last, r.record
      ) as place
      from ${id(work.imported)} as i
      join ${id(work.records)} as r on r.record_key = i.record_key
    )

    select
      identity_id,
      min(case when place = 1 then record_key end) as anchor_record_key,
      min(case when place = 1 then observed_at end) as anchor_observed_at,
      count(*) as records,
      count(distinct model) as models,
      min(observed_at) as first_seen,
      max(observed_at) as last_seen
    from members
    group by identity_id
  `;
}

/** What later runs find as identities and identity_anchors. */
export function importedWas(
  { output }: { readonly output: "identities" | "identity_anchors" },
  { dialect: { types } }: Context,
): Fragment {
  const from = id(work.importedIdentities);
  switch (output) {
    case "identities":
      return sql`
        select
          identity_id,
          'active' as status,
          cast(null as ${keyword(types.text)}) as merged_into,
          anchor_record_key,
          cast(0 as ${keyword(types.integer)}) as created_run,
          cast(0 as ${keyword(types.integer)}) as updated_run,
          records,
          models,
          first_seen,
          last_seen,
          cast(null as ${keyword(types.number)}) as confidence
        from ${from}
      `;
    case "identity_anchors":
      return sql`select identity_id, anchor_observed_at as observed_at, false as gone, false as is_held from ${from}`;
  }
}
