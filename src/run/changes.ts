// What a run changed, in numbers: records by how they came, identities by what happened to them.
import { work } from "../plan/names.ts";
import type { Mode } from "../plan/plan.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

export const EVENTS = ["created", "merged", "split", "moved", "revived", "retired"] as const;

export type Changes = {
  readonly newRecords: number;
  readonly changedRecords: number;
  readonly deletedRecords: number;
  readonly erasedRecords: number;
  /** Records that had an identity and have another now. */
  readonly regroupedRecords: number;
  /** Rows of identity_events by their event. */
  readonly events: Readonly<Record<(typeof EVENTS)[number], number>>;
};

export async function changesOf(warehouse: Warehouse, mode: Mode): Promise<Changes> {
  const [records] = await warehouse.query(mode === "full" ? OF_STATES : OF_DELTA);
  const events = await warehouse.query(
    `select event, count(*) as events from ${work.output("identity_events")} group by event`,
  );
  const [regrouped] = await warehouse.query(REGROUPED);
  const found = (name: string) => Number(records?.[name] ?? 0);
  const happened = (name: string) => Number(events.find((row) => row["event"] === name)?.["events"] ?? 0);
  return {
    newRecords: found("new_records"),
    changedRecords: found("changed_records"),
    deletedRecords: found("deleted_records"),
    erasedRecords: found("erased_records"),
    regroupedRecords: Number(regrouped?.["records"] ?? 0),
    events: {
      created: happened("created"),
      merged: happened("merged"),
      split: happened("split"),
      moved: happened("moved"),
      revived: happened("revived"),
      retired: happened("retired"),
    },
  };
}

const REGROUPED = `
  select count(*) as records
  from ${work.output("identity_records")} as n
  join ${work.replacedRecords} as w on w.record_key = n.record_key
  where w.identity_id <> n.identity_id
`;

const OF_DELTA = `
  select
    count(*) filter (where change = 'new') as new_records,
    count(*) filter (where change = 'changed') as changed_records,
    count(*) filter (where change = 'deleted') as deleted_records,
    count(*) filter (where change = 'erased') as erased_records
  from ${work.delta}
`;

const OF_STATES = `
  select
    count(*) filter (where w.record_key is null) as new_records,
    count(*) filter (where w.fingerprint <> n.fingerprint) as changed_records,
    count(*) filter (where n.record_key is null and e.record_key is null) as deleted_records,
    count(*) filter (where n.record_key is null and e.record_key is not null) as erased_records
  from ${work.output("record_state")} as n
  full join ${work.was("record_state")} as w on w.record_key = n.record_key
  left join ${work.erased} as e on e.record_key = w.record_key
`;
