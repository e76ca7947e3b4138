// Golden values that a backfill holds back: what is published stays, what would be new waits for a run that takes it.
import { work } from "../plan/names.ts";
import { type Fragment, id, join, sql } from "../sql/fragment.ts";
import type { Context } from "./context.ts";
import { outputIdentityAnchors } from "./events.ts";
import { publishedColumns } from "./golden.ts";

/** Identities that have a golden record keep it; others get the one that the rules make. */
export function heldGoldenRecords(_query: object, { project }: Context): Fragment {
  const columns = [...publishedColumns(project), "updated_run"].map(
    (name) =>
      sql`case when w.identity_id is not null then w.${id(name)} else s.${id(name)} end as ${id(name)}`,
  );
  return sql`
    select
      ${join([sql`s.identity_id`, ...columns], ",\n")}
    from ${id(work.suggested)} as s
    left join ${id(work.was("golden_records"))} as w on w.identity_id = s.identity_id
  `;
}

/** An identity whose golden record is not what the rules make is looked at again by the next run that holds nothing back. */
export function heldIdentityAnchors(_query: object, { project }: Context): Fragment {
  const differs = publishedColumns(project).map((name) => sql`w.${id(name)} is distinct from s.${id(name)}`);
  const held =
    differs.length === 0
      ? sql`select identity_id from ${id(work.suggested)} where false`
      : sql`
        select s.identity_id
        from ${id(work.suggested)} as s
        join ${id(work.was("golden_records"))} as w on w.identity_id = s.identity_id
        where ${join(differs, "\n  or ")}
      `;
  return sql`
    select a.identity_id, a.observed_at, a.gone, h.identity_id is not null as is_held
    from (
      ${outputIdentityAnchors()}
    ) as a
    left join (
      ${held}
    ) as h on h.identity_id = a.identity_id
  `;
}
