// Project → Plan: the whole run, in order. The numbers are those of the compiled files. What an incremental run does
// before and instead is in incremental.ts.
import type { Project } from "../config/project.ts";
import { components } from "./components.ts";
import { incrementalStages } from "./incremental.ts";
import { APPENDED, OUTPUTS, work } from "./names.ts";
import { MUST_LINK, merge, phaseSteps, phasesOf } from "./phases.ts";
import type { AppendedName, Mode, OutputName, Plan, Stage, Step } from "./plan.ts";
import { assert, create, view, when } from "./steps.ts";

/**
 * A run (resolution.md §2 to §4). The same input gives the same plan. `sourceOrder` names every model after those that
 * it refers to.
 */
export function planOf(project: Project, sourceOrder: readonly string[], mode: Mode): Plan {
  const phases = phasesOf(project);
  const incremental = mode === "incremental";
  const made: readonly OutputName[] = incremental ? MADE_ON_THE_WAY : [];
  const stages: readonly Stage[] = [
    { name: "sources", title: "Reading the models", steps: sources(sourceOrder) },
    { name: "state", title: "Looking at the run before", steps: state() },
    ...(incremental
      ? incrementalStages(project)
      : [
          { name: "records", title: "Numbering the records", steps: records(project) },
          { name: "decisions", title: "Reading the decisions", steps: decisions(project) },
          { name: "values", title: "Cleaning the values", steps: values(project) },
        ]),
    { name: "components", title: "Finding plain components", steps: plainComponents(project) },
    ...phases.map((phase) => ({
      name: `phase_${phase.identifier}`,
      title: `Merging by ${phase.identifier} where limits are broken`,
      steps: [when(`broken components, ${phase.identifier}`, work.broken, phaseSteps(phase))],
    })),
    { name: "identities", title: "Naming the identities", steps: identities(incremental) },
    { name: "outputs", title: "Building the results", steps: outputs(incremental, made) },
    { name: "changes", title: "Comparing with the run before", steps: changes(incremental) },
  ];
  return {
    mode,
    stages: stages.filter((stage) => stage.steps.length > 0),
    outputs: OUTPUTS,
    appended: APPENDED,
  };
}

/** Results that an incremental run has before it knows all that it will reconsider. */
const MADE_ON_THE_WAY: readonly OutputName[] = ["rejected_values", "ignored_values", "withheld_values"];

function state(): readonly Step[] {
  return OUTPUTS.map((output) =>
    view({
      relation: work.was(output),
      query: { kind: "was", output },
      grain: `${GRAIN[output]}, as the run before left it`,
    }),
  );
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
  const byKey = modelsByKey(project);
  const steps = byKey.flatMap((name, index): readonly Step[] => {
    const model = project.models.find((candidate) => candidate.name === name);
    const origin = ["models", name];
    const judged = model !== undefined && (model.reject.length > 0 || model.onDuplicateKey === "latest");
    return [
      view({
        relation: work.read(name),
        query: { kind: "all_rows", model: name },
        grain: `a row of ${name}`,
        origin,
      }),
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
        query: { kind: "staged", model: name, after: byKey.slice(0, index), incremental: false },
        grain: `a record of ${name}`,
        origin,
      }),
      assert(work.staged(name), { kind: "null_keys", model: name, seen: false }, [...origin, "key"]),
      assert(work.staged(name), { kind: "duplicate_keys", model: name, seen: false }, [...origin, "key"]),
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
    create({ relation: work.erased, query: { kind: "erased" }, grain: "a record to be forgotten" }),
    view({ relation: work.known, query: { kind: "all_known" }, grain: "a record" }),
    view({
      relation: work.touchedRecords,
      query: { kind: "all_touched_records" },
      grain: "a record of the run before",
    }),
    view({
      relation: work.touchedIdentities,
      query: { kind: "all_touched_identities" },
      grain: "an id that was issued before",
    }),
  ];
}

/** Record numbers follow the record keys, so models are staged in the order of `name:`. */
export function modelsByKey(project: Project): readonly string[] {
  return project.models
    .map((model) => model.name)
    .sort((a, b) => Buffer.compare(Buffer.from(`${a}:`), Buffer.from(`${b}:`)));
}

function decisions(project: Project): readonly Step[] {
  if (project.decisions === undefined) return [];
  return [...readDecisions(), ...numberDecisions()];
}

export function readDecisions(): readonly Step[] {
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
      query: { kind: "decided" },
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

function values(project: Project): readonly Step[] {
  const decided = project.decisions !== undefined;
  const judges = judgesFromTheStart(project);
  return [
    valuesToIgnore(),
    ...readValues(),
    create({
      relation: work.valueCounts,
      query: { kind: "value_counts" },
      grain: "a value, with its records",
    }),
    ...(decided ? mustLinks() : []),
    ...(judges ? contestedFromTheStart(decided) : []),
    create({
      relation: work.values,
      query: { kind: "values" },
      grain: "a value, with its records and its status",
    }),
    ...(decided ? classes(false) : []),
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
      relation: work.dictionary,
      query: { kind: "dictionary" },
      grain: "an identifier and a distinct value, with the reason it is dropped",
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

function plainComponents(project: Project): readonly Step[] {
  return [
    create({
      relation: work.links,
      query: { kind: "record_links" },
      grain: "a link between two records that share a value",
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

function identities(incremental: boolean): readonly Step[] {
  return [
    create({
      relation: work.resolved,
      query: { kind: "resolved" },
      grain: "a record, its component and the label of its identity",
    }),
    create({
      relation: work.settled,
      query: { kind: "settled" },
      grain: "a record and a value that it carries, with its status in the end",
    }),
    create({
      relation: work.profiles,
      query: { kind: "profiles" },
      grain: "an identity, with its size and its earliest record",
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
    view({
      relation: work.attributes,
      query: { kind: "attributes", incremental },
      grain: "a record, with its attributes",
      origin: ["golden_record"],
    }),
    ...(incremental
      ? [
          create({
            relation: work.outside,
            query: { kind: "outside" as const },
            grain: "a value contested from the start, and an identity outside that holds it",
          }),
        ]
      : []),
  ];
}

function outputs(incremental: boolean, made: readonly OutputName[]): readonly Step[] {
  return [
    ...OUTPUTS.filter((output) => output !== "identity_redirects" && !made.includes(output)).map((output) =>
      outputStep(output, incremental),
    ),
    ...OUTPUTS.filter((output) => output !== "identity_redirects").map((output) =>
      nowStep(output, incremental),
    ),
    // Redirects follow pointers through the identities as they will stand.
    outputStep("identity_redirects", incremental),
    nowStep("identity_redirects", incremental),
    ...APPENDED.map((output) =>
      create({
        relation: work.output(output),
        query: { kind: "output", output, incremental },
        grain: GRAIN[output],
      }),
    ),
  ];
}

export function outputStep(output: OutputName, incremental: boolean): Step {
  return create({
    relation: work.output(output),
    query: { kind: "output", output, incremental },
    grain: GRAIN[output],
    ...ORIGIN[output],
  });
}

function nowStep(output: OutputName, incremental: boolean): Step {
  return view({
    relation: work.now(output),
    query: { kind: "now", output, incremental },
    grain: `${GRAIN[output]}, as this run leaves it`,
  });
}

/** What of the results differs from what is published. */
function changes(incremental: boolean): readonly Step[] {
  return OUTPUTS.flatMap((output) => [
    create({
      relation: work.drop(output),
      query: { kind: "drop", output, incremental },
      grain: `the key of a row of ${output} that no longer holds`,
    }),
    view({
      relation: work.put(output),
      query: { kind: "put", output },
      grain: `a row of ${output} that is new or changed`,
    }),
  ]);
}

const GRAIN: Readonly<Record<OutputName | AppendedName, string>> = {
  identity_records: "a record, with its identity",
  record_values: "a record, an identifier and a value, with its status",
  identities: "an identity",
  identity_values: "an identity, an identifier and a value, with the best status of its records",
  blocked_merges: "an identity, a value and the identity that owns it",
  golden_records: "an identity, with its golden values",
  rejected_records: "a row that is not a record, and a reason",
  rejected_values: "a record, an identifier and a value as it came, and why it was dropped",
  decisions_in_force: "a decision, with its status",
  identity_redirects: "an id ever issued, with the id that holds it now",
  record_state: "a record, with what the next run compares it by and its attributes",
  withheld_values: "a value that matches nothing, with the reason",
  ignored_values: "a record and a value of it that only the list of values to ignore drops",
  identity_anchors: "an id ever issued, with the time of its anchor as last known",
  watermarks: "a model, with the latest time of loading that was read",
  identity_events: "a change of an identity",
  identity_history: "a record whose id changed in a run, with the id before",
};

const ORIGIN: Partial<Readonly<Record<(typeof OUTPUTS)[number], { readonly origin: readonly string[] }>>> = {
  golden_records: { origin: ["golden_record"] },
  rejected_records: { origin: ["models"] },
  rejected_values: { origin: ["identifiers"] },
  decisions_in_force: { origin: ["decisions"] },
};
