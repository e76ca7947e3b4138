// The rows of the state that a run builds anew, taken out of it once: all that follows looks at these few, and not at the
// whole of what is published again and again.
import type { Project } from "../config/project.ts";
import { work } from "./names.ts";
import { hasStateAttributes } from "./parts.ts";
import type { Step } from "./plan.ts";
import { create, view } from "./steps.ts";

/** Once `idw_replaced_records` are known, which are whole plain components. */
export function replaced(): readonly Step[] {
  return [
    create({
      relation: work.touchedRecords,
      query: { kind: "touched_records" },
      grain: "a record to reconsider, before or after",
    }),
    create({
      relation: work.replacedValues,
      query: { kind: "replaced_values" },
      grain: "a value of a record to reconsider, as the run before left it",
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

/** From here on attributes of unchanged records come from there. */
export function replacedAttributes(project: Project): readonly Step[] {
  if (!hasStateAttributes(project)) return [];
  return [
    create({
      relation: work.replacedState,
      query: { kind: "replaced_state" },
      grain: "an unchanged record to reconsider, with its attributes",
    }),
    view({
      relation: work.attributeRows,
      query: { kind: "attributes", from: "replaced" },
      grain: "a record, with its attributes",
      origin: ["models"],
    }),
  ];
}
