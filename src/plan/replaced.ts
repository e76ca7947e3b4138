// The rows of the state that a run builds anew, taken out of it once: all that follows looks at these few, and not at the
// whole of what is published again and again.
import { work } from "./names.ts";
import type { Step } from "./plan.ts";
import { create } from "./steps.ts";

/** Once it is known which records are reconsidered. */
export function replaced(): readonly Step[] {
  return [
    create({
      relation: work.replacedRecords,
      query: { kind: "replaced_records" },
      grain: "a record to reconsider, as the run before left it",
    }),
    create({
      relation: work.replacedValues,
      query: { kind: "replaced_values" },
      grain: "a value of such a record, as the run before left it",
    }),
    create({
      relation: work.replacedCounts,
      query: { kind: "replaced_counts" },
      grain: "a count of these records and values, for the metrics",
    }),
    create({
      relation: work.touchedIdentities,
      query: { kind: "touched_identities" },
      grain: "an id whose rows may change",
    }),
  ];
}
