// What a dry run would publish: the changes of identities and the decisions with their statuses.

import { work } from "../plan/names.ts";
import { DECISION_COLUMNS } from "../render/decisions.ts";
import type { Cell, Row, Warehouse } from "../warehouse/warehouse.ts";

/** How many events are listed; the others are counted. */
const LISTED = 1000;

export type Happening = {
  readonly event: string;
  readonly identityId: string;
  readonly otherIdentityId: string | null;
  readonly identifier: string | null;
  readonly value: string | null;
  readonly records: number;
  readonly reason: string | null;
};

export type Preview = {
  /** Rows of identity_events, the first 1,000 by (event, identity, other identity). */
  readonly events: readonly Happening[];
  readonly eventsFound: number;
  /** Rows of decisions_in_force that differ from what is published, by id. */
  readonly decisions: readonly Readonly<Record<string, Cell>>[];
};

export async function previewOf(warehouse: Warehouse): Promise<Preview> {
  const events = work.output("identity_events");
  const [counted] = await warehouse.query(`select count(*) as events from ${events}`);
  const rows = await warehouse.query(
    `select * from ${events} order by event, identity_id, other_identity_id nulls first limit ${LISTED}`,
  );
  const columns = [...DECISION_COLUMNS, "status"];
  return {
    events: rows.map(happeningOf),
    eventsFound: Number(counted?.["events"] ?? 0),
    decisions: await warehouse.query(
      `select ${columns.join(", ")} from ${work.put("decisions_in_force")} order by id`,
    ),
  };
}

/** A row of identity_events. */
export function happeningOf(row: Row): Happening {
  const text = (name: string) => (row[name] === null ? null : String(row[name]));
  return {
    event: String(row["event"]),
    identityId: String(row["identity_id"]),
    otherIdentityId: text("other_identity_id"),
    identifier: text("identifier"),
    value: text("value"),
    records: Number(row["records"]),
    reason: text("reason"),
  };
}
