// What decisions change, seen in the results of a dry run beside those of the run before: the identities they reach, what
// happens to these, and what is none of their doing.
import { work } from "../plan/names.ts";
import { type Lexical, lit, print } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { type Happening, happeningOf } from "./preview.ts";

/** How many events and identities are listed. */
const LISTED = 1000;

export type Effect = {
  /** Identities that the decisions reach, with their records before and after; 0 for one that is not or no longer active. */
  readonly identities: readonly IdentityChange[];
  /** What happens to these. */
  readonly events: readonly Happening[];
  /** Records of these that get another id. */
  readonly recordsMoved: number;
  /** What happens to other identities in the same run, since data or configuration changed. */
  readonly otherEvents: number;
  /** Of the decisions themselves. */
  readonly statuses: readonly DecisionStatus[];
  /** Must-links of before that are refused from now on. */
  readonly newlyRefused: readonly DecisionStatus[];
};

export type IdentityChange = { readonly identityId: string; readonly before: number; readonly after: number };

/** `blockedBy` is the cannot-link that refuses a must-link. */
export type DecisionStatus = {
  readonly id: string;
  readonly status: string;
  readonly blockedBy: string | null;
};

/** `ids` are those of the decisions that are tried out. */
export async function effectOf(
  warehouse: Warehouse,
  ids: readonly string[],
  lexical: Lexical,
): Promise<Effect> {
  const tried = ids.map((id) => print(lit(id), lexical)).join(", ");
  const was = work.was("identity_records");
  const now = work.now("identity_records");
  const events = work.output("identity_events");
  await warehouse.execute(`
    create or replace temp table idw_near as
    with recursive subjects as (
      select a as record_key from ${work.decided} where id in (${tried}) and a is not null
      union
      select b as record_key from ${work.decided} where id in (${tried}) and b is not null
      union
      select v.record_key
      from ${work.was("record_values")} as v
      join ${work.ignored} as i on i.identifier = v.identifier and i.value = v.value
    ),

    reached as (
      select w.identity_id from ${was} as w join subjects as s on s.record_key = w.record_key
      union
      select n.identity_id from ${now} as n join subjects as s on s.record_key = n.record_key
    ),

    near as (
      select identity_id from reached
      union
      select case when e.identity_id = near.identity_id then e.other_identity_id else e.identity_id end as identity_id
      from near
      join ${events} as e on e.other_identity_id is not null and near.identity_id in (e.identity_id, e.other_identity_id)
    )

    select identity_id from near
  `);
  const happened = await warehouse.query(
    `select * from ${events} where ${near("identity_id")} or ${near("other_identity_id")} order by event, identity_id, other_identity_id nulls first`,
  );
  const [counts] = await warehouse.query(`
    select
      (select count(*) from ${events}) as events,
      (
        select count(*)
        from ${now} as n
        join ${was} as w on w.record_key = n.record_key
        where n.identity_id <> w.identity_id
          and (n.identity_id in (select identity_id from idw_near) or w.identity_id in (select identity_id from idw_near))
      ) as records_moved
  `);
  const identities = await warehouse.query(`
    select x.identity_id, coalesce(w.records, 0) as before, coalesce(n.records, 0) as after
    from idw_near as x
    left join ${work.was("identities")} as w on w.identity_id = x.identity_id and w.status = 'active'
    left join ${work.now("identities")} as n on n.identity_id = x.identity_id and n.status = 'active'
    order by after desc, before desc, x.identity_id
    limit ${LISTED}
  `);
  const statuses = await warehouse.query(`
    select d.id, d.status, min(b.blocked_by) as blocked_by, d.id in (${tried}) as is_tried
    from ${work.output("decisions_in_force")} as d
    left join ${work.was("decisions_in_force")} as w on w.id = d.id
    left join ${work.now("blocked_merges")} as b on b.identifier = 'must_link' and b.value = d.id
    where d.id in (${tried}) or (d.status = 'refused' and w.status is distinct from 'refused')
    group by d.id, d.status
    order by d.id
  `);
  const statusOf = (row: (typeof statuses)[number]): DecisionStatus => ({
    id: String(row["id"]),
    status: String(row["status"]),
    blockedBy: row["blocked_by"] === null ? null : String(row["blocked_by"]),
  });
  return {
    identities: identities.map((row) => ({
      identityId: String(row["identity_id"]),
      before: Number(row["before"]),
      after: Number(row["after"]),
    })),
    events: happened.slice(0, LISTED).map(happeningOf),
    recordsMoved: Number(counts?.["records_moved"] ?? 0),
    otherEvents: Number(counts?.["events"] ?? 0) - happened.length,
    statuses: statuses.filter((row) => row["is_tried"] === true).map(statusOf),
    newlyRefused: statuses.filter((row) => row["is_tried"] !== true).map(statusOf),
  };
}

function near(column: string): string {
  return `${column} in (select identity_id from idw_near)`;
}
