// What a rollback does before it names identities: it reads nothing but the state, and puts records together as they were
// together after the run it returns to. Whatever did not change since is left alone.
//
//  1. Returned: the id that each present record had then; none for a record that came later.
//  2. Reach: the plain components of records whose id changed since, and of those that they were together with.
//  3. Partition: an earlier id is a value that its records carry, and the last one to merge by. So what decisions in force
//     say goes first: must-links join, and of the two sides of a cannot-link only one comes along.
//
// A plain component that came apart since is one again, so that no identity reaches beyond its component.
import type { Project } from "../config/project.ts";
import { components } from "./components.ts";
import { work } from "./names.ts";
import { hasStateAttributes, mustLinks, numberDecisions, classes as withClasses } from "./parts.ts";
import { merge } from "./phases.ts";
import type { NothingOf, Phase, Stage, Step } from "./plan.ts";
import { replaced } from "./replaced.ts";
import { create, view } from "./steps.ts";

/** Earlier ids are values without a limit; only a cannot-link can refuse them. */
export const THEN: Phase = { identifier: "rollback", priority: 0, limit: undefined, policy: "first" };

export function rollbackStages(project: Project): readonly Stage[] {
  return [
    { name: "returned", title: "Looking up who was together", steps: returned() },
    { name: "reach", title: "Gathering what changed since", steps: reach(project) },
    { name: "partition", title: "Putting records together as they were", steps: partition(project) },
  ];
}

function returned(): readonly Step[] {
  return [
    view({
      relation: work.was("identity_history"),
      query: { kind: "was", output: "identity_history" },
      grain: "a record whose id changed in a run, with the id before",
    }),
    create({
      relation: work.returned,
      query: { kind: "returned" },
      grain: "a record, with its id then and its id now",
    }),
    // What an incremental run finds in the models: here nothing was read.
    nothing(work.requests, "requests", "a request to forget somebody"),
    nothing(work.erased, "erased", "a record to be forgotten"),
    nothing(work.delta, "delta", "a record that is new, changed, deleted or erased"),
    view({
      relation: work.deltaBefore,
      query: { kind: "delta_before" },
      grain: "a record of the delta that the run before knew",
    }),
    nothing(work.deltaValues, "delta_values", "a new or changed record and a value that it carries"),
    nothing(work.shifts, "shifts", "an unchanged record and a value that it loses or regains"),
    nothing(work.flips, "flips", "a value that is shared now or before"),
    nothing(work.judgedValues, "judged_values", "a value that may begin or cease to be contested"),
    create({
      relation: work.output("withheld_values"),
      query: { kind: "unchanged", output: "withheld_values" },
      grain: "a value that matches nothing, with the reason",
    }),
  ];
}

function reach(project: Project): readonly Step[] {
  const decided = project.decisions !== undefined;
  return [
    create({
      relation: work.replacedRecords,
      query: { kind: "returned_records" },
      grain: "a record of a plain component to put together again",
    }),
    ...replaced(),
    view({ relation: work.scope, query: { kind: "working_scope" }, grain: "a record to reconsider" }),
    create({
      relation: work.records,
      query: { kind: "state_records" },
      grain: "a record of the scope; numbers follow the bytes of the record key",
    }),
    ...(hasStateAttributes(project)
      ? [
          view({
            relation: work.attributeRows,
            query: { kind: "state_attributes" as const },
            grain: "a record, with its attributes",
          }),
        ]
      : []),
    create({
      relation: work.given,
      query: { kind: "given", of: "touched" },
      grain: "a record of the scope and a value that it carries",
    }),
    create({
      relation: work.dictionary,
      query: { kind: "scoped_dictionary" },
      grain: "an identifier and a distinct value",
    }),
    create({
      relation: work.carried,
      query: { kind: "scoped_carried" },
      grain: "a record and a value that it carries",
    }),
    create({
      relation: work.valueCounts,
      query: { kind: "scoped_value_counts" },
      grain: "a value, with its records of the scope",
    }),
    create({
      relation: work.values,
      query: { kind: "scoped_values" },
      grain: "a value, with its records and its status",
    }),
    ...(decided
      ? [
          create({
            relation: work.decided,
            query: { kind: "standing_decisions" as const },
            grain: "a decision, as the run before knew it",
            origin: ["decisions"],
          }),
          ...numberDecisions(),
          ...mustLinks(),
          ...withClasses(false),
        ]
      : []),
  ];
}

function partition(project: Project): readonly Step[] {
  return [
    create({
      relation: work.links,
      query: { kind: "standing_links" },
      grain: "a link between two records of a component, or of an identity then",
    }),
    ...components("components, now and then"),
    create({
      relation: work.components,
      query: { kind: "standing_components" },
      grain: "a record, and the smallest record of its component",
    }),
    nothing(work.broken, "broken", "a component that breaks a limit: a rollback asks for none"),
    create({
      relation: work.holders,
      query: { kind: "returning_holders" },
      grain: "a record, and its holder: what must-links join is one",
    }),
    create({
      relation: work.load,
      query: { kind: "first_load" },
      grain: "a holder, a cannot-link and its side",
      origin: ["decisions"],
    }),
    ...(project.decisions === undefined
      ? [
          create({
            relation: work.blocked,
            query: { kind: "no_blocked" as const },
            grain: "a holder and a value refused to it",
          }),
        ]
      : []),
    create({
      relation: work.kept,
      query: { kind: "earlier_ids" },
      grain: "a holder and an id that its records had then",
    }),
    ...merge(THEN),
  ];
}

function nothing(relation: string, of: NothingOf, grain: string): Step {
  return create({ relation, query: { kind: "nothing", of }, grain });
}
