// Erasure (resolution.md §4): who is to be forgotten, the rows that are no records because of it, and what it takes from the
// relations that only grow. Rows are hashed only where there are suppressions.
import type { Project } from "../config/project.ts";
import { work } from "./names.ts";
import { modelsByKey, numberDecisions } from "./parts.ts";
import type { Step } from "./plan.ts";
import { append, assert, create, view, when } from "./steps.ts";

/** Before any row is read: requests, the records they mean, and the suppressions from now on. */
export function requests({ forget }: Project): readonly Step[] {
  const origin = ["forget"];
  return [
    ...(forget === undefined
      ? []
      : [
          view({
            relation: work.givenRequests,
            query: { kind: "given_requests" as const },
            grain: "a request to forget, as it is written",
            origin,
          }),
        ]),
    create({
      relation: work.requests,
      query: { kind: "requests" },
      grain: "a request to forget, its value normalised like data",
      origin,
    }),
    assert(work.requests, { kind: "bad_requests" }, origin),
    create({
      relation: work.forgotten,
      query: { kind: "forgotten" },
      grain: "a record key that a request means",
      origin,
    }),
    create({
      relation: work.output("suppressions"),
      query: { kind: "output", output: "suppressions", incremental: false },
      grain: "a record key or a value that is not to be read again, as a hash",
      origin,
    }),
  ];
}

/** Once the rows are read: the keys to forget. */
export function erased(incremental: boolean): readonly Step[] {
  return [
    create({ relation: work.erased, query: { kind: "erased" }, grain: "a record to be forgotten" }),
    when("suppressed records", work.output("suppressions"), [
      append({
        relation: work.erased,
        query: { kind: "suppressed_rows", incremental },
        grain: "a record that was read although it is suppressed",
      }),
    ]),
  ];
}

/** Once values are cleaned: records that carry a suppressed value are taken out of all that was made of them so far. */
export function suppressedCarriers(project: Project, incremental: boolean): readonly Step[] {
  const decided = project.decisions !== undefined;
  const leaving: readonly Step[] = [
    append({
      relation: work.erased,
      query: { kind: "carriers_to_erase" },
      grain: "a record that carries a suppressed value",
    }),
    ...(incremental
      ? [
          create({
            relation: work.delta,
            query: { kind: "delta_but_suppressed" as const },
            grain: "a record that is new, changed, deleted or erased",
          }),
        ]
      : []),
    ...modelsByKey(project).map((name) =>
      create({
        relation: work.staged(name),
        query: { kind: "rows_but_suppressed", relation: work.staged(name), model: name },
        grain: `a record of ${name} that carries no suppressed value`,
      }),
    ),
    create({
      relation: work.records,
      query: { kind: "rows_but_suppressed", relation: work.records, model: undefined },
      grain: "a record; numbers follow the bytes of the record key",
    }),
    ...[work.candidates, work.carried].map((relation) =>
      create({
        relation,
        query: { kind: "of_records_left", relation },
        grain: "a record and a value that it carries",
      }),
    ),
    ...(incremental
      ? [
          create({
            relation: work.shifts,
            query: { kind: "rows_but_suppressed" as const, relation: work.shifts, model: undefined },
            grain: "an unchanged record and a value that it loses or regains",
          }),
        ]
      : []),
    ...(decided ? decisionsAgain(incremental) : []),
  ];
  return [
    when("suppressed values", work.output("suppressions"), [
      create({
        relation: work.suppressedCarriers,
        query: { kind: "suppressed_carriers", incremental },
        grain: "a record that carries a suppressed value",
      }),
      when("records that carry suppressed values", work.suppressedCarriers, leaving),
    ]),
  ];
}

// Decisions were held against records that have left since.
function decisionsAgain(incremental: boolean): readonly Step[] {
  const origin = ["decisions"];
  return [
    create({
      relation: work.decided,
      query: { kind: "decided", incremental },
      grain: "a decision, its records and its status",
      origin,
    }),
    ...(incremental
      ? [
          create({
            relation: work.decisionChanges,
            query: { kind: "decision_changes" as const },
            grain: "a decision that came into force, left it or changed, and a record that it names",
            origin,
          }),
        ]
      : numberDecisions()),
  ];
}

/** What this run forgets for the first time. */
export function purge(): readonly Step[] {
  return [
    create({
      relation: work.purgedRecords,
      query: { kind: "purged_records" },
      grain: "a record that this run forgets, and whether the run before knew it",
    }),
    create({
      relation: work.purgedIdentities,
      query: { kind: "purged_identities" },
      grain: "an id that such a record had",
    }),
    create({
      relation: work.purgedValues,
      query: { kind: "purged_values" },
      grain: "a value of a record that this run forgets, or a value that it suppresses",
    }),
  ];
}
