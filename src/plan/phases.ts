// The phases of resolution.md §3 on the records of the components that break a limit. A phase takes one identifier:
//
//  1. Retain: every holder keeps its first N values (kept); the rest is over_limit.
//  2. Contenders: values kept by two or more holders, each with its turn.
//  3. Groups: connected components of holders over contenders. A group that as a whole breaks nothing is quiet: it is
//     one identity. The rounds are for the loud ones.
//  4. Round: every value whose turn is the nearest of all its holders is judged; holders that are admitted merge,
//     refusals are noted; holders are renamed; judged values and values with one holder left vanish.
//  5. What was refused becomes the status `contested` and rows of blocked_merges; holders and the load are renamed.
import type { Identifier, Project } from "../config/project.ts";
import { components } from "./components.ts";
import { work } from "./names.ts";
import type { Phase, Step } from "./plan.ts";
import { append, create, when } from "./steps.ts";

/** Phase 0: a must-link is a value carried by its two records, decided as `first`, that only a cannot-link can refuse. */
export const MUST_LINK: Phase = { identifier: "must_link", priority: 0, limit: undefined, policy: "first" };

export function phasesOf(project: Project): readonly Phase[] {
  return project.identifiers.map(phaseOf);
}

export function phaseOf({ name, priority, limit, contested }: Identifier): Phase {
  return { identifier: name, priority, limit, policy: contested };
}

/** Expects `idw_holders`, `idw_load`, `idw_constrained_values`, `idw_statuses` and `idw_blocked`; renames and extends them. */
export function phaseSteps(phase: Phase): readonly Step[] {
  const origin = ["identifiers", phase.identifier];
  const limited = phase.limit !== undefined;
  return [
    create({
      relation: work.kept,
      query: { kind: "kept", phase },
      grain: `a holder and a value of ${phase.identifier} that it keeps`,
      origin,
    }),
    ...(limited
      ? [
          append({
            relation: work.statuses,
            query: { kind: "over_limit", phase },
            grain: "a record and a value that its holder does not keep",
            origin,
          }),
          append({
            relation: work.load,
            query: { kind: "limited_load", phase },
            grain: "a holder, a hard constraint and a class that it keeps",
            origin,
          }),
        ]
      : []),
    ...merge(phase),
  ];
}

/** Steps 2 to 5, from what is kept. */
export function merge(phase: Phase): readonly Step[] {
  const origin = phase.priority === 0 ? ["decisions"] : ["identifiers", phase.identifier];
  return [
    create({
      relation: work.contenders,
      query: { kind: "contenders", phase },
      grain: "a holder and a value that another holder keeps too",
      origin,
    }),
    when(`contenders of ${phase.identifier}`, work.contenders, [
      create({
        relation: work.links,
        query: { kind: "holder_links" },
        grain: "a link between two holders of a value",
      }),
      ...components(`groups of holders by ${phase.identifier}`),
      create({
        relation: work.groups,
        query: { kind: "groups" },
        grain: "a holder, and the smallest holder of its group",
      }),
      create({
        relation: work.loud,
        query: { kind: "loud" },
        grain: "a group that breaks a hard constraint",
      }),
      create({
        relation: work.moves,
        query: { kind: "loud_moves" },
        grain: "a holder at the start of the phase, and the one it is part of now",
      }),
      create({
        relation: work.refusals,
        query: { kind: "no_refusals" },
        grain: "a holder at the start of the phase and a value refused to it",
      }),
      create({
        relation: work.contenders,
        query: { kind: "loud_contenders" },
        grain: "a holder and a value, in loud groups",
      }),
      create({
        relation: work.phaseLoad,
        query: { kind: "phase_load" },
        grain: "a holder of a loud group, a hard constraint and a class",
      }),
      {
        kind: "repeat",
        name: `merging by ${phase.identifier}`,
        rowsIn: work.contenders,
        counter: "idw_round",
        body: [
          create({
            relation: work.verdicts,
            query: { kind: "verdicts", phase },
            grain: "a holder of a value judged in this round",
            origin,
          }),
          append({
            relation: work.refusals,
            query: { kind: "refusals", phase },
            grain: "a holder at the start of the phase and a value refused to it",
            origin,
          }),
          create({
            relation: work.renames,
            query: { kind: "renames", phase },
            grain: "a holder that merged in this round",
          }),
          create({
            relation: work.contenders,
            query: { kind: "next_contenders", phase },
            grain: "a holder and a value not yet judged",
          }),
          create({
            relation: work.phaseLoad,
            query: { kind: "next_phase_load" },
            grain: "a holder of a loud group, a hard constraint and a class",
          }),
          create({
            relation: work.moves,
            query: { kind: "next_moves" },
            grain: "a holder at the start of the phase, and the one it is part of now",
          }),
        ],
      },
      append({ relation: work.moves, query: { kind: "quiet_moves" }, grain: "a holder of a quiet group" }),
      // Phase 0 and a rollback merge by what is no value of a record.
      ...(phase.priority === 0
        ? []
        : [
            append({
              relation: work.statuses,
              query: { kind: "contested_statuses" as const },
              grain: "a record and a value that is refused to its holder",
            }),
          ]),
      append({
        relation: work.blocked,
        query: { kind: "blocked", phase },
        grain: "a holder and a value refused to it",
        origin,
      }),
      create({ relation: work.holders, query: { kind: "next_holders" }, grain: "a record, and its holder" }),
      create({
        relation: work.load,
        query: { kind: "next_load" },
        grain: "a holder, a hard constraint and a class",
      }),
    ]),
  ];
}
