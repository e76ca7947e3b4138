// From components and phases to identities with their ids (resolution.md §4; render/ids.ts has the rules).
import { work } from "./names.ts";
import type { Mode, Step } from "./plan.ts";
import { assert, create, view } from "./steps.ts";

export function identities(mode: Mode): readonly Step[] {
  return [
    create({
      relation: work.resolved,
      query: { kind: "resolved" },
      grain: "a record, its component and the label of its identity",
    }),
    create({
      relation: work.settled,
      query: { kind: mode === "rollback" ? "returned_statuses" : "settled" },
      grain: "a record and a value that it carries, with its status in the end",
    }),
    create({
      relation: work.profiles,
      query: { kind: "profiles" },
      grain: "an identity, with its size and its earliest record",
    }),
    ...(mode === "full"
      ? [
          view({
            relation: work.replacedRecords,
            query: { kind: "all_replaced_records" as const },
            grain: "a record, as the run before left it",
          }),
        ]
      : []),
    create({
      relation: work.earlier,
      query: { kind: "earlier" },
      grain: "an id whose rows may change, as the run before left it",
    }),
    create({
      relation: work.former,
      query: { kind: "former" },
      grain: "a record that had an id, with that id",
    }),
    create({
      relation: work.flows,
      query: { kind: "flows" },
      grain: "an earlier id and an identity that has records of it",
    }),
    create({
      relation: work.claims,
      query: { kind: "claims" },
      grain: "a record of an earlier id that came apart or came together with others",
    }),
    create({ relation: work.heirs, query: { kind: "heirs" }, grain: "an earlier id, with its heir" }),
    create({
      relation: work.keepers,
      query: { kind: "keepers" },
      grain: "an identity that keeps an id, with that id",
    }),
    create({
      relation: work.revivals,
      query: { kind: "revivals" },
      grain: "an identity that takes an id back, with that id",
    }),
    create({
      relation: work.anchors,
      query: { kind: "anchors" },
      grain: "an identity, with its id and its anchor",
    }),
    assert(work.anchors, { kind: "duplicate_ids" }, ["entity"]),
    create({
      relation: work.descents,
      query: { kind: "descents" },
      grain: "an earlier id that merges, with its survivor and its new anchor",
    }),
    ...outside(mode),
  ];
}

function outside(mode: Mode): readonly Step[] {
  if (mode === "full") return [];
  return [
    create({
      relation: work.outside,
      query: mode === "rollback" ? { kind: "nothing", of: "outside" } : { kind: "outside" },
      grain: "a value contested from the start, and an identity outside that holds it",
    }),
  ];
}
