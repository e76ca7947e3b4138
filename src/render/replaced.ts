// Rows of the state that a run builds anew, as the run before left them (plan/replaced.ts).
import { visibleAttributes } from "../config/index.ts";
import { work } from "../plan/names.ts";
import { type Fragment, id, join, sql } from "../sql/fragment.ts";
import { stateColumn } from "./attributes.ts";
import type { Context } from "./context.ts";

export function replacedValues(): Fragment {
  return sql`
    select w.*
    from ${id(work.was("record_values"))} as w
    where w.record_key in (select record_key from ${id(work.replacedRecords)})
  `;
}

/** What the state has of the attributes of unchanged records. */
export function replacedState(_query: object, { project }: Context): Fragment {
  const attributes = visibleAttributes(project).map((name) => sql`, ${id("w", stateColumn(name))}`);
  return sql`
    select w.record_key${join(attributes, "")}
    from ${id(work.was("record_state"))} as w
    where w.record_key in (select record_key from ${id(work.replacedRecords)})
      and w.record_key not in (select record_key from ${id(work.delta)})
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
