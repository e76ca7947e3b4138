// What a profile reads of a run: its plan up to the counted values, and which identifiers tell how many identities the
// records of a value must be. docs/profile.md says why.
import type { Project } from "../config/project.ts";
import { work } from "./names.ts";
import type { Plan, Stage } from "./plan.ts";

/** From so many identities on, a value says nothing about who carries it: far above what a family or a small office is. */
export const CROWD = 10;

/** So many identities are wanted where a value looks like a placeholder and may still be somebody's. */
export const SEVERAL = 3;

/** Stands for a limit that is not declared: generous, so that too little is suspected rather than too much. */
const LIMIT_IF_NONE = 10;

/** How the values of another identifier are counted among the records of a value. */
export type Comparison = {
  readonly identifier: string;
  readonly other: string;
  readonly otherPriority: number;
  /** At most so many values of `other` belong to one identity. */
  readonly perIdentity: number;
  /** Whether `other` tells how many identities there are, or is shown only. */
  readonly isEvidence: boolean;
};

/** The stages of a run up to the table of values with their records: sources, records, decisions, part of values. */
export function profileStages(plan: Plan): readonly Stage[] {
  const stages: Stage[] = [];
  for (const stage of plan.stages) {
    const last = stage.steps.findIndex((step) => "relation" in step && step.relation === work.valueCounts);
    if (last >= 0) return [...stages, { ...stage, steps: stage.steps.slice(0, last + 1) }];
    stages.push(stage);
  }
  throw new Error(`no step makes ${work.valueCounts}`);
}

/**
 * Every pair of different identifiers. Evidence are the stronger ones and composites (a name with a birth date is about a
 * person, whatever its priority). A weaker one is not: one busy account has many devices. The strongest identifier has
 * nothing stronger, so there the next one counts.
 */
export function comparisons({ identifiers, models }: Project): readonly Comparison[] {
  const composites = new Set(
    models.flatMap((model) =>
      model.identifiers.filter(({ kind }) => kind === "all_of").map(({ identifier }) => identifier),
    ),
  );
  const [strongest, next] = identifiers;
  return identifiers.flatMap(({ name, priority }) =>
    identifiers
      .filter((other) => other.name !== name)
      .map((other) => ({
        identifier: name,
        other: other.name,
        otherPriority: other.priority,
        perIdentity: other.limit ?? LIMIT_IF_NONE,
        isEvidence:
          other.priority < priority ||
          composites.has(other.name) ||
          (name === strongest?.name && other === next),
      })),
  );
}
