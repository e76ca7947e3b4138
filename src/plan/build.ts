// Project → Plan: the whole run, in order. The numbers are those of the compiled files.
import type { Project } from "../config/project.ts";
import { components } from "./components.ts";
import { OUTPUTS, work } from "./names.ts";
import { MUST_LINK, merge, phaseSteps, phasesOf } from "./phases.ts";
import type { Plan, Stage, Step } from "./plan.ts";
import { assert, create, view, when } from "./steps.ts";

/**
 * A full run on an empty state (resolution.md §2 to §4, first paragraph). The same input gives the same plan.
 * `sourceOrder` names every model after those that it refers to.
 */
export function planOf(project: Project, sourceOrder: readonly string[]): Plan {
  const phases = phasesOf(project);
  const stages: readonly Stage[] = [
    { name: "sources", title: "Reading the models", steps: sources(sourceOrder) },
    { name: "records", title: "Numbering the records", steps: records(project) },
    { name: "decisions", title: "Reading the decisions", steps: decisions(project) },
    { name: "values", title: "Cleaning the values", steps: values(project) },
    { name: "components", title: "Finding plain components", steps: plainComponents(project) },
    ...phases.map((phase) => ({
      name: `phase_${phase.identifier}`,
      title: `Merging by ${phase.identifier} where limits are broken`,
      steps: [when(`broken components, ${phase.identifier}`, work.broken, phaseSteps(phase))],
    })),
    { name: "identities", title: "Naming the identities", steps: identities() },
    { name: "outputs", title: "Building the results", steps: outputs() },
  ];
  return { stages: stages.filter((stage) => stage.steps.length > 0), outputs: OUTPUTS };
}

function sources(sourceOrder: readonly string[]): readonly Step[] {
  return sourceOrder.map((name) =>
    view({
      relation: work.source(name),
      query: { kind: "source", model: name },
      grain: `a row of ${name}`,
      origin: ["models", name],
    }),
  );
}

function records(project: Project): readonly Step[] {
  // Record numbers follow the record keys, so models are staged in the order of `name:`.
  const byKey = project.models
    .map((model) => model.name)
    .sort((a, b) => Buffer.compare(Buffer.from(`${a}:`), Buffer.from(`${b}:`)));
  const steps = byKey.flatMap((name, index): readonly Step[] => {
    const model = project.models.find((candidate) => candidate.name === name);
    const origin = ["models", name];
    const judged = model !== undefined && (model.reject.length > 0 || model.onDuplicateKey === "latest");
    return [
      ...(judged
        ? [
            create({
              relation: work.judged(name),
              query: { kind: "judged", model: name },
              grain: `a row of ${name}, and why it is rejected`,
              origin: [...origin, "reject"],
            }),
          ]
        : []),
      create({
        relation: work.staged(name),
        query: { kind: "staged", model: name, after: byKey.slice(0, index) },
        grain: `a record of ${name}`,
        origin,
      }),
      assert(work.staged(name), { kind: "null_keys", model: name }, [...origin, "key"]),
      assert(work.staged(name), { kind: "duplicate_keys", model: name }, [...origin, "key"]),
      ...(model?.observedAt === undefined
        ? []
        : [
            assert(work.staged(name), { kind: "bad_times", model: name, column: model.observedAt }, [
              ...origin,
              "observed_at",
            ]),
          ]),
    ];
  });
  return [
    ...steps,
    create({
      relation: work.records,
      query: { kind: "records" },
      grain: "a record; numbers follow the bytes of the record key",
      origin: ["models"],
    }),
  ];
}

function decisions(project: Project): readonly Step[] {
  if (project.decisions === undefined) return [];
  const origin = ["decisions"];
  return [
    view({
      relation: work.givenDecisions,
      query: { kind: "given_decisions" },
      grain: "a decision as it is written",
      origin,
    }),
    create({
      relation: work.decisions,
      query: { kind: "decisions" },
      grain: "a decision, its records and its status",
      origin,
    }),
    assert(work.decisions, { kind: "bad_decisions" }, origin),
  ];
}

function values(project: Project): readonly Step[] {
  const origin = ["identifiers"];
  const decided = project.decisions !== undefined;
  const judgesFromTheStart = project.identifiers.some((identifier) => identifier.contested === "nobody");
  return [
    create({
      relation: work.ignored,
      query: { kind: "ignored" },
      grain: "an identifier and a normalised value to ignore",
      origin,
    }),
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
    view({
      relation: work.valueCounts,
      query: { kind: "value_counts" },
      grain: "a value that is not dropped, with its records",
      origin,
    }),
    ...(decided ? mustLinks() : []),
    ...(decided && judgesFromTheStart ? classes(true) : []),
    ...(judgesFromTheStart
      ? [
          create({
            relation: work.contestedValues,
            query: { kind: "contested_values" as const },
            grain: "a value contested from the start",
            origin,
          }),
        ]
      : []),
    create({
      relation: work.values,
      query: { kind: "values" },
      grain: "a value, with its records and its status",
      origin,
    }),
    ...(decided ? classes(false) : []),
  ];
}

/** Phase 0, on the records that decisions name. */
function mustLinks(): readonly Step[] {
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
function classes(contestedToo: boolean): readonly Step[] {
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

function plainComponents(project: Project): readonly Step[] {
  return [
    create({
      relation: work.nodes,
      query: { kind: "nodes" },
      grain: "a record that shares values with others, and the first of these values",
      origin: ["identifiers"],
    }),
    create({
      relation: work.links,
      query: { kind: "value_links" },
      grain: "a link between two values that a record carries",
      origin: ["identifiers"],
    }),
    ...components("plain components"),
    create({
      relation: work.components,
      query: { kind: "components" },
      grain: "a record, and the smallest record of its plain component",
    }),
    create({
      relation: work.broken,
      query: { kind: "broken" },
      grain: "a plain component that breaks a limit or holds a cannot-link",
      origin: ["identifiers"],
    }),
    create({
      relation: work.statuses,
      query: { kind: "no_statuses" },
      grain: "a record, a value and its status, where that is not active",
    }),
    ...(project.decisions === undefined
      ? [
          create({
            relation: work.blocked,
            query: { kind: "no_blocked" },
            grain: "a holder and a value refused to it",
          }),
        ]
      : []),
    create({
      relation: work.holders,
      query: { kind: "first_holders" },
      grain: "a record of a broken component, and its holder",
    }),
    create({
      relation: work.valueRanks,
      query: { kind: "value_ranks" },
      grain: "a value of a broken component; ranks follow the bytes of the value",
    }),
    create({
      relation: work.constrainedValues,
      query: { kind: "constrained_values" },
      grain: "a record of a broken component and a value that it carries",
    }),
    create({
      relation: work.load,
      query: { kind: "first_load" },
      grain: "a holder, a hard constraint and a class that it keeps",
    }),
  ];
}

function identities(): readonly Step[] {
  return [
    create({
      relation: work.resolved,
      query: { kind: "resolved" },
      grain: "a record, its component and the label of its identity",
    }),
    create({ relation: work.anchors, query: { kind: "anchors" }, grain: "an identity, with its anchor" }),
    assert(work.anchors, { kind: "duplicate_ids" }, ["entity"]),
    create({
      relation: work.settled,
      query: { kind: "settled" },
      grain: "a record and a value that it carries, with its status in the end",
    }),
  ];
}

function outputs(): readonly Step[] {
  return OUTPUTS.map((output) =>
    create({
      relation: work.output(output),
      query: { kind: "output", output },
      grain: GRAIN[output],
      ...ORIGIN[output],
    }),
  );
}

const GRAIN: Readonly<Record<(typeof OUTPUTS)[number], string>> = {
  identity_records: "a record, with its identity",
  record_values: "a record, an identifier and a value, with its status",
  identities: "an identity",
  identity_values: "an identity, an identifier and a value, with the best status of its records",
  blocked_merges: "an identity, a value and the identity that owns it",
  golden_records: "an identity, with its golden values",
  rejected_records: "a row that is not a record, and a reason",
  rejected_values: "a record, an identifier and a value as it came, and why it was dropped",
  decisions_in_force: "a decision, with its status",
};

const ORIGIN: Partial<Readonly<Record<(typeof OUTPUTS)[number], { readonly origin: readonly string[] }>>> = {
  golden_records: { origin: ["golden_record"] },
  rejected_records: { origin: ["models"] },
  rejected_values: { origin: ["identifiers"] },
  decisions_in_force: { origin: ["decisions"] },
};
