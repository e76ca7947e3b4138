// Project → Plan: the whole run, in order. The numbers are those of the compiled files. What comes before the resolution is
// in full.ts and incremental.ts.
import type { Project } from "../config/project.ts";
import { components } from "./components.ts";
import { requests } from "./erasure.ts";
import { fullStages } from "./full.ts";
import { identities } from "./identities.ts";
import { incrementalStages } from "./incremental.ts";
import { confidence, metrics } from "./judging.ts";
import { APPENDED, OUTPUTS, work } from "./names.ts";
import { changes, outputs, state } from "./outputs.ts";
import { phaseSteps, phasesOf } from "./phases.ts";
import type { Mode, Plan, Stage, Step } from "./plan.ts";
import { rollbackStages } from "./rollback.ts";
import { sample } from "./sample.ts";
import { create, view, when } from "./steps.ts";

/** How a run differs from the usual one of its mode. */
export type Variant = {
  /** Golden values that are published stay (an incremental run with `--backfill-only`). */
  readonly holdsGolden?: boolean;
  /** Once the components are known, a full run goes on with a sample of them (sample.ts); nothing of it can be published. */
  readonly isSampled?: boolean;
};

/** A run (resolution.md §2 to §4). The same input gives the same plan. `sourceOrder` names every model after those that it refers to. */
export function planOf(
  project: Project,
  sourceOrder: readonly string[],
  mode: Mode,
  { holdsGolden = false, isSampled = false }: Variant = {},
): Plan {
  const incremental = mode !== "full";
  const stages: readonly Stage[] = [
    ...(mode === "rollback"
      ? []
      : [{ name: "sources", title: "Reading the models", steps: sources(sourceOrder) }]),
    {
      name: "state",
      title: "Looking at the run before",
      steps: [...state(), ...(mode === "rollback" ? [] : requests(project))],
    },
    ...resolution(project, mode, isSampled),
    { name: "identities", title: "Naming the identities", steps: identities(mode) },
    { name: "confidence", title: "Judging the identities", steps: confidence(project) },
    { name: "outputs", title: "Building the results", steps: outputs(project, mode, holdsGolden) },
    { name: "metrics", title: "Measuring the run", steps: metrics(mode) },
    { name: "changes", title: "Comparing with the run before", steps: changes(incremental) },
  ];
  return {
    mode,
    stages: stages.filter((stage) => stage.steps.length > 0),
    outputs: OUTPUTS,
    appended: APPENDED,
  };
}

/** What ends in `idw_components` and `idw_holders`: which records are one. */
function resolution(project: Project, mode: Mode, isSampled: boolean): readonly Stage[] {
  if (mode === "rollback") return rollbackStages(project);
  const found = { name: "components", title: "Finding plain components" };
  return [
    ...(mode === "incremental" ? incrementalStages(project) : fullStages(project)),
    ...(isSampled
      ? [
          { ...found, steps: foundComponents() },
          { name: SAMPLE, title: "Taking the sample", steps: sample(project) },
          { name: "constrained", title: "Looking for broken limits", steps: constrained(project) },
        ]
      : [{ ...found, steps: plainComponents(project) }]),
    ...phasesOf(project).map((phase) => ({
      name: `phase_${phase.identifier}`,
      title: `Merging by ${phase.identifier} where limits are broken`,
      steps: [when(`broken components, ${phase.identifier}`, work.broken, phaseSteps(phase))],
    })),
  ];
}

/** The stage that a sampled plan has more than others. */
export const SAMPLE = "sample";

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

/** Expects `idw_records`, `idw_values`, `idw_carried` and, where the project has decisions, `idw_decisions` and `idw_classes`. */
export function plainComponents(project: Project): readonly Step[] {
  return [...foundComponents(), ...constrained(project)];
}

function foundComponents(): readonly Step[] {
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
  ];
}

/** What the phases start from: the components that break something. */
function constrained(project: Project): readonly Step[] {
  return [
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
