// The resolution alone, on records, values and decisions that stand already in `idw_records`, `idw_dictionary`, `idw_carried`
// and `idw_decided`: what a question like "and if the limit were 4?" resolves. The steps are those of a run.
import type { Project } from "../config/project.ts";
import { plainComponents } from "./build.ts";
import { work } from "./names.ts";
import { classes, contestedFromTheStart, judgesFromTheStart, mustLinks, numberDecisions } from "./parts.ts";
import { phaseSteps, phasesOf } from "./phases.ts";
import type { Stage } from "./plan.ts";
import { create, view, when } from "./steps.ts";

/** `before` ends in `idw_contested_values`, to which what is known to be contested can be added; `after` in `idw_resolved`. */
export function whatIfStages(project: Project): { readonly before: Stage; readonly after: Stage } {
  const decided = project.decisions !== undefined;
  return {
    before: {
      name: "values",
      title: "Judging the values",
      steps: [
        ...(decided ? numberDecisions() : []),
        view({
          relation: work.valueCounts,
          query: { kind: "value_counts" },
          grain: "a value that is not dropped, with its records",
        }),
        ...(decided ? mustLinks() : []),
        ...(judgesFromTheStart(project) ? contestedFromTheStart(decided) : []),
      ],
    },
    after: {
      name: "resolution",
      title: "Resolving again",
      steps: [
        create({
          relation: work.values,
          query: { kind: "values" },
          grain: "a value, with its records and its status",
        }),
        ...(decided ? classes(false) : []),
        ...plainComponents(project),
        ...phasesOf(project).map((phase) =>
          when(`broken components, ${phase.identifier}`, work.broken, phaseSteps(phase)),
        ),
        create({
          relation: work.resolved,
          query: { kind: "resolved" },
          grain: "a record, its plain component and its identity",
        }),
      ],
    },
  };
}
