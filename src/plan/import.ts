// The ids of a system that is being replaced (identity.yml, `import`): before a first run they stand where later runs find
// the state, so that the rules of ids (resolution.md §4) keep them. Later runs do not look.
import type { Project } from "../config/project.ts";
import { work } from "./names.ts";
import type { Step } from "./plan.ts";
import { assert, create, view, when } from "./steps.ts";

const ORIGIN = ["import", "ids"];

export const GIVEN_IDS = view({
  relation: work.givenIds,
  query: { kind: "given_ids" },
  grain: "a record and its id in the system before, as it is written",
  origin: ORIGIN,
});

/** Expects `idw_records`; makes `idw_was_…` of identities anew when the run is the first. */
export function importedIds(project: Project): readonly Step[] {
  if (project.importedIds === undefined) return [];
  return [
    create({
      relation: work.importing,
      query: { kind: "importing" },
      grain: "a run without a state, the first",
    }),
    when("first run", work.importing, [
      GIVEN_IDS,
      create({
        relation: work.imported,
        query: { kind: "imported" },
        grain: "a record and its id in the system before",
        origin: ORIGIN,
      }),
      assert(work.imported, { kind: "bad_imports" }, ORIGIN),
      view({
        relation: work.was("identity_records"),
        query: { kind: "imported_records" },
        grain: "a record of a model, with its id in the system before",
      }),
      create({
        relation: work.importedIdentities,
        query: { kind: "imported_identities" },
        grain: "an id of the system before, anchored at its earliest record",
      }),
      view({
        relation: work.was("identities"),
        query: { kind: "imported_was", output: "identities" },
        grain: "an id of the system before",
      }),
      view({
        relation: work.was("identity_anchors"),
        query: { kind: "imported_was", output: "identity_anchors" },
        grain: "an id of the system before, with the time of its anchor",
      }),
    ]),
  ];
}
