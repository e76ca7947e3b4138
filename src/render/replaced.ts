// Rows of the state that a run builds anew, as the run before left them (plan/replaced.ts).
import { work } from "../plan/names.ts";
import { type Fragment, id, sql } from "../sql/fragment.ts";

export function replacedRecords(): Fragment {
  return sql`
    select w.*
    from ${id(work.was("identity_records"))} as w
    join ${id(work.touchedRecords)} as t on t.record_key = w.record_key
  `;
}

export function replacedValues(): Fragment {
  return sql`
    select w.*
    from ${id(work.was("record_values"))} as w
    join ${id(work.touchedRecords)} as t on t.record_key = w.record_key
  `;
}

/** Ids whose rows may change, with the time of their anchors as it was noted. */
export function earlier(): Fragment {
  return sql`
    select w.*, k.observed_at as noted_at
    from ${id(work.was("identities"))} as w
    join ${id(work.touchedIdentities)} as t on t.identity_id = w.identity_id
    left join ${id(work.was("identity_anchors"))} as k on k.identity_id = w.identity_id
  `;
}
