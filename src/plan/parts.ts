// Steps that full and incremental runs have in common before they resolve: decisions, cleaning, classes.
import { type Project, visibleAttributes } from "../config/index.ts";
import { components } from "./components.ts";
import { work } from "./names.ts";
import { MUST_LINK, merge } from "./phases.ts";
import type { Step } from "./plan.ts";
import { assert, create, view } from "./steps.ts";

export function hasGolden({ golden }: Project): boolean {
  return golden.attributes.length + golden.groups.length > 0;
}

/** Whether anything looks at attributes. */
export function hasStateAttributes(project: Project): boolean {
  return visibleAttributes(project).length > 0 || hasGolden(project);
}

/** What golden records and confidence read of each record. */
export function attributeRows(project: Project, incremental: boolean): readonly Step[] {
  if (!hasStateAttributes(project)) return [];
  return [
    view({
      relation: work.attributeRows,
      query: { kind: "attributes", from: incremental ? "state" : "models" },
      grain: "a record, with its attributes",
      origin: ["models"],
    }),
  ];
}

/** Overrides name an attribute and fit its type. */
export function checkOverrides(project: Project): readonly Step[] {
  if (project.decisions === undefined) return [];
  return [assert(work.decided, { kind: "bad_overrides" }, ["decisions"])];
}

/** Record numbers follow the record keys, so models are staged in the order of `name:`. */
export function modelsByKey(project: Project): readonly string[] {
  return project.models
    .map((model) => model.name)
    .sort((a, b) => Buffer.compare(Buffer.from(`${a}:`), Buffer.from(`${b}:`)));
}

export function readDecisions(incremental: boolean): readonly Step[] {
  const origin = ["decisions"];
  return [
    view({
      relation: work.givenDecisions,
      query: { kind: "given_decisions" },
      grain: "a decision as it is written",
      origin,
    }),
    create({
      relation: work.decided,
      query: { kind: "decided", incremental },
      grain: "a decision, its records and its status",
      origin,
    }),
    assert(work.decided, { kind: "bad_decisions" }, origin),
  ];
}

export function numberDecisions(): readonly Step[] {
  return [
    create({
      relation: work.decisions,
      query: { kind: "decisions" },
      grain: "a decision, with the numbers of its records",
      origin: ["decisions"],
    }),
  ];
}

export function judgesFromTheStart(project: Project): boolean {
  return project.identifiers.some((identifier) => identifier.contested === "nobody");
}

export function valuesToIgnore(): Step {
  return create({
    relation: work.ignored,
    query: { kind: "ignored" },
    grain: "an identifier and a normalised value to ignore",
    origin: ["identifiers"],
  });
}

/** Rows of models → what each record carries. */
export function readValues(): readonly Step[] {
  const origin = ["identifiers"];
  return [
    create({
      relation: work.candidates,
      query: { kind: "candidates" },
      grain: "a record, an identifier and a value as it came, with its normalised form",
      origin,
    }),
    create({
      relation: work.several,
      query: { kind: "several" },
      grain: "a record, an identifier of which it may carry several values, and one of them",
      origin,
    }),
    create({
      relation: work.dictionary,
      query: { kind: "dictionary" },
      grain: "an identifier and a distinct value, with its records and the reason it is dropped",
      origin,
    }),
    create({
      relation: work.carried,
      query: { kind: "carried" },
      grain: "a record and a value that it carries",
      origin,
    }),
  ];
}

/** Resolution.md §2.5, on what `idw_value_counts` and `idw_carried` hold. */
export function contestedFromTheStart(decided: boolean): readonly Step[] {
  return [
    ...(decided ? classes(true) : []),
    create({
      relation: work.contestedValues,
      query: { kind: "contested_values" },
      grain: "a value contested from the start",
      origin: ["identifiers"],
    }),
  ];
}

/** Phase 0, on the records that decisions name. */
export function mustLinks(): readonly Step[] {
  return [
    create({
      relation: work.holders,
      query: { kind: "decision_holders" },
      grain: "a record that a decision names, and its holder",
      origin: ["decisions"],
    }),
    create({
      relation: work.load,
      query: { kind: "first_load" },
      grain: "a holder, a cannot-link and its side",
      origin: ["decisions"],
    }),
    create({
      relation: work.blocked,
      query: { kind: "no_blocked" },
      grain: "a holder and a value refused to it",
    }),
    create({
      relation: work.kept,
      query: { kind: "must_links" },
      grain: "a holder and a must-link that names it",
      origin: ["decisions"],
    }),
    ...merge(MUST_LINK),
    create({
      relation: work.linked,
      query: { kind: "linked" },
      grain: "a record that is must-linked to others, and their smallest record",
    }),
  ];
}

/** Must-linked values are one (resolution.md §3): `idw_classes` of the values that are left. */
export function classes(contestedToo: boolean): readonly Step[] {
  return [
    create({
      relation: work.links,
      query: { kind: "class_links", contestedToo },
      grain: "a link between two values of must-linked records",
    }),
    ...components(contestedToo ? "classes of values, before contested ones leave" : "classes of values"),
    create({
      relation: work.classes,
      query: { kind: "classes" },
      grain: "a value that shares a class with others",
    }),
  ];
}
