// What would happen to identities, with examples that show the records of both sides. Reads the results of a dry run.
import type { Project } from "../config/index.ts";
import { work } from "../plan/names.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import { type Happening, happeningOf } from "./preview.ts";

export type HappeningGroup = {
  readonly event: string;
  readonly found: number;
  /** The weightiest first: a merge by the smaller of its sides, all else by the records that it concerns. */
  readonly examples: readonly HappeningExample[];
};

export type HappeningExample = Happening & {
  /** The records that it is about: those that merge, split off, move, come or go. */
  readonly side: Side;
  /** Those that they come to, or leave; undefined where there are none. */
  readonly otherSide: Side | undefined;
};

export type Side = {
  readonly records: number;
  /** The first three, by key. */
  readonly recordKeys: readonly string[];
  /** What most of them carry, by priority of the identifier, four at most. */
  readonly values: readonly { readonly identifier: string; readonly value: string }[];
};

/** The order in which a person wants to know: what puts people together first. */
const EVENTS = ["merged", "split", "moved", "revived", "retired", "erased", "created"];
const KEYS = 3;
const VALUES = 4;

const was = work.was("identity_records");
const now = work.now("identity_records");

/** All events of the run by kind, each with up to `most` examples. */
export async function happeningsOf(
  project: Project,
  warehouse: Warehouse,
  most: number,
): Promise<readonly HappeningGroup[]> {
  await warehouse.execute(`
    create or replace temp table idw_told as
    with sizes as (
      select identity_id, count(*) as records from ${was} group by identity_id
    ),

    weighed as (
      select e.*, case when e.event = 'merged' then least(e.records, coalesce(s.records, 0)) else e.records end as weight
      from ${work.output("identity_events")} as e
      left join sizes as s on s.identity_id = e.other_identity_id
    ),

    ranked as (
      select
        *,
        count(*) over (partition by event) as found,
        row_number() over (
          partition by event order by weight desc, records desc, identity_id, other_identity_id nulls first
        ) as nth
      from weighed
    )

    select row_number() over (order by event, nth) as told, * from ranked where nth <= ${Math.max(1, most)}
  `);
  await warehouse.execute(SIDES);
  const told = await warehouse.query("select * from idw_told order by event, nth");
  const keys = await warehouse.query(KEYS_OF_SIDES);
  const values = await warehouse.query(VALUES_OF_SIDES);
  const sideOf = (number: unknown, side: string): Side | undefined => {
    const own = (row: Row) => row["told"] === number && row["side"] === side;
    const found = keys.filter(own);
    if (found.length === 0) return undefined;
    return {
      records: Number(found[0]?.["records"] ?? 0),
      recordKeys: found.map((row) => String(row["record_key"])),
      values: byPriority(values.filter(own), project).slice(0, VALUES),
    };
  };
  return EVENTS.flatMap((event): readonly HappeningGroup[] => {
    const rows = told.filter((row) => row["event"] === event);
    const [first] = rows;
    if (first === undefined) return [];
    const examples = rows.slice(0, most).map((row) => ({
      ...happeningOf(row),
      side: sideOf(row["told"], "own") ?? NOTHING,
      otherSide: sideOf(row["told"], "other"),
    }));
    return [{ event, found: Number(first["found"]), examples }];
  });
}

const NOTHING: Side = { records: 0, recordKeys: [], values: [] };

/**
 * Who merges or retires is seen as it was; who comes, splits off or moves as it will be. What others split off from is what keeps
 * its id, or where that ends all that they leave.
 */
const SIDES = `
  create or replace temp table idw_told_sides as
  select t.told, 'own' as side, w.record_key
  from idw_told as t
  join ${was} as w on w.identity_id = t.identity_id
  left join ${now} as n on n.record_key = w.record_key
  where t.event in ('merged', 'retired') or (t.event = 'moved' and n.identity_id = t.other_identity_id)
  union all
  select t.told, 'own' as side, n.record_key
  from idw_told as t
  join ${now} as n on n.identity_id = t.identity_id
  left join ${was} as w on w.record_key = n.record_key
  where t.event = 'created'
    or (t.event in ('split', 'revived') and (t.other_identity_id is null or w.identity_id = t.other_identity_id))
  union all
  select t.told, 'other' as side, w.record_key
  from idw_told as t
  join ${was} as w on w.identity_id = t.other_identity_id
  left join ${now} as n on n.record_key = w.record_key
  where t.event = 'merged'
    or (
      t.event in ('split', 'revived')
      and case
        when t.other_identity_id in (select identity_id from ${now}) then n.identity_id = t.other_identity_id
        else n.identity_id is distinct from t.identity_id
      end
    )
  union all
  select t.told, 'other' as side, n.record_key
  from idw_told as t
  join ${now} as n on n.identity_id = t.other_identity_id
  left join ${was} as w on w.record_key = n.record_key
  where t.event = 'moved' and w.identity_id is distinct from t.identity_id
`;

const KEYS_OF_SIDES = `
  select told, side, record_key, records
  from (
    select
      *,
      count(*) over (partition by told, side) as records,
      row_number() over (partition by told, side order by record_key) as nth
    from idw_told_sides
  ) as keyed
  where nth <= ${KEYS}
  order by told, side, record_key
`;

const VALUES_OF_SIDES = `
  with carried as (
    select s.told, s.side, v.identifier, v.value, count(*) as records
    from idw_told_sides as s
    join idw_told as t on t.told = s.told
    join (
      select record_key, identifier, value, true as is_before from ${work.was("record_values")}
      union all
      select record_key, identifier, value, false as is_before from ${work.now("record_values")}
    ) as v on v.record_key = s.record_key and v.is_before = (t.event in ('merged', 'retired'))
    group by s.told, s.side, v.identifier, v.value
  )

  select told, side, identifier, value
  from (
    select *, row_number() over (partition by told, side, identifier order by records desc, value) as nth
    from carried
  ) as ranked
  where nth <= 2
  order by told, side, identifier, nth
`;

function byPriority(rows: readonly Row[], { identifiers }: Project): Side["values"] {
  const rank = new Map(identifiers.map(({ name }, index) => [name, index]));
  return rows
    .map((row) => ({ identifier: String(row["identifier"]), value: String(row["value"]) }))
    .sort((a, b) => (rank.get(a.identifier) ?? rank.size) - (rank.get(b.identifier) ?? rank.size));
}
