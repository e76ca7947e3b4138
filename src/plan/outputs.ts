// The published relations as steps: as the run before left them, as this run builds them, and what differs.
import type { Project } from "../config/project.ts";
import { purge } from "./erasure.ts";
import { APPENDED, OUTPUTS, work } from "./names.ts";
import { hasGolden } from "./parts.ts";
import type { AppendedName, Mode, OutputName, Step } from "./plan.ts";
import { PUBLISHED } from "./relations.ts";
import { create, view } from "./steps.ts";

/** Results that every run has before it reads the models. */
const MADE_FIRST: readonly OutputName[] = ["suppressions"];

/** Results that a run has before it knows all that it will reconsider. */
const MADE_BEFORE: Readonly<Record<Mode, readonly OutputName[]>> = {
  full: [],
  incremental: ["rejected_values", "ignored_values", "withheld_values"],
  rollback: ["withheld_values"],
};

export function state(): readonly Step[] {
  return OUTPUTS.map((output) =>
    view({
      relation: work.was(output),
      query: { kind: "was", output },
      grain: `${GRAIN[output]}, as the run before left it`,
    }),
  );
}

/** What the models say: a rollback does not read them. */
const OF_MODELS: readonly OutputName[] = [
  "rejected_records",
  "rejected_values",
  "record_state",
  "ignored_values",
  "watermarks",
  "suppressions",
];

export function outputs(project: Project, mode: Mode, holdsGolden: boolean): readonly Step[] {
  const incremental = mode !== "full";
  const made = [...(mode === "rollback" ? [] : MADE_FIRST), ...MADE_BEFORE[mode]];
  return [
    ...survivors(project),
    ...OUTPUTS.filter((output) => output !== "identity_redirects" && !made.includes(output)).flatMap(
      (output): readonly Step[] => {
        if (mode === "rollback") return [returnedStep(output)];
        return holdsGolden ? heldSteps(output) : [outputStep(output, incremental)];
      },
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

function survivors(project: Project): readonly Step[] {
  if (!hasGolden(project)) return [];
  const step = {
    relation: work.survivors,
    query: { kind: "survivors" as const },
    grain: "an identity, with what the rules make of its records",
    origin: ["golden_record"],
  };
  // Decisions are held against it once more; where there are none, it is read once and need not be kept.
  return [project.decisions === undefined ? view(step) : create(step)];
}

export function outputStep(output: OutputName, incremental: boolean): Step {
  return create({
    relation: work.output(output),
    query: { kind: "output", output, incremental },
    grain: GRAIN[output],
    ...ORIGIN[output],
  });
}

/** What is published of golden records stays; what they would be stands beside it. */
function heldSteps(output: OutputName): readonly Step[] {
  const made = { relation: work.output(output), grain: GRAIN[output], ...ORIGIN[output] };
  switch (output) {
    case "golden_records":
      return [
        create({
          ...made,
          relation: work.suggested,
          query: { kind: "output", output, incremental: true },
          grain: "an identity, with the golden values that it would have",
        }),
        create({ ...made, query: { kind: "held_golden_records" } }),
      ];
    case "identity_anchors":
      return [create({ ...made, query: { kind: "held_identity_anchors" } })];
    default:
      return [outputStep(output, true)];
  }
}

function returnedStep(output: OutputName): Step {
  const made = { relation: work.output(output), grain: GRAIN[output], ...ORIGIN[output] };
  if (OF_MODELS.includes(output)) return create({ ...made, query: { kind: "unchanged", output } });
  if (output === "blocked_merges") return create({ ...made, query: { kind: "returned_blocked_merges" } });
  return outputStep(output, true);
}

function nowStep(output: OutputName, incremental: boolean): Step {
  return view({
    relation: work.now(output),
    query: { kind: "now", output, incremental },
    grain: `${GRAIN[output]}, as this run leaves it`,
  });
}

/** Results of which the rows that a run builds anew were taken out of the state before. */
const TAKEN_OUT: readonly OutputName[] = ["identity_records", "record_values", "identities"];

/** What of the results differs from what is published, and what an erasure takes away besides. */
export function changes(incremental: boolean): readonly Step[] {
  const differences = OUTPUTS.flatMap((output) => [
    ...(incremental && PUBLISHED[output].scope !== undefined
      ? [
          (TAKEN_OUT.includes(output) ? view : create)({
            relation: work.before(output),
            query: { kind: "before" as const, output },
            grain: `a row of ${output} that this run builds anew, as the run before left it`,
          }),
        ]
      : []),
    create({
      relation: work.drop(output),
      query: { kind: "drop", output, incremental },
      grain: `the key of a row of ${output} that no longer holds`,
    }),
    view({
      relation: work.put(output),
      query: { kind: "put", output, incremental },
      grain: `a row of ${output} that is new or changed`,
    }),
  ]);
  return [...differences, ...purge()];
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
  identity_anchors:
    "an id ever issued, with the time of its anchor as last known, and whether its golden values are held back",
  withdrawn_ids: "an id that is never issued, since its record was erased",
  watermarks: "a model, with the latest time of loading that was read",
  metric_counts: "a count that the metrics of the next run start from",
  suppressions: "a record key or a value that is not to be read again, as a hash",
  identity_events: "a change of an identity",
  identity_history: "a record whose id changed in a run, with the id before",
};

const ORIGIN: Partial<Readonly<Record<(typeof OUTPUTS)[number], { readonly origin: readonly string[] }>>> = {
  golden_records: { origin: ["golden_record"] },
  rejected_records: { origin: ["models"] },
  rejected_values: { origin: ["identifiers"] },
  decisions_in_force: { origin: ["decisions"] },
};
