// A plan for a person at a terminal: the numbers, then examples of each kind. Markdown has a file of its own.
import { visible } from "../diagnostics/text.ts";
import { eventWords } from "../explain/words.ts";
import { alarmText } from "../run/alerts.ts";
import type { RunPlan } from "../run/plan.ts";
import type { HappeningExample, Side } from "../run/plan-identities.ts";
import type { GoldenChange, RefusalChange } from "../run/plan-values.ts";
import { goldenLines, told } from "./golden-text.ts";
import {
  basisOf,
  headlineOf,
  keysOf,
  metricOf,
  modeOf,
  number,
  partsOf,
  sampleOf,
  shortened,
  signed,
  TITLES,
} from "./plan-words.ts";

export function planText(plan: RunPlan): string {
  const { report, counts } = plan;
  return [
    ...sampleOf(plan),
    `${report.entity}: ${runOf(plan)} would bring ${headlineOf(plan)}${plan.sample === undefined ? "" : " to the sample"}; ${basisOf(plan)}.`,
    "",
    ...numberLines(plan),
    ...plan.identities.flatMap(({ event, found, examples }) =>
      examples.length === 0
        ? []
        : ["", titleOf(TITLES[event] ?? event, found, examples.length), ...examples.flatMap(exampleLines)],
    ),
    ...goldenLines("Golden values", plan.golden.attributes),
    ...goldenLines("Golden values held back", suggestedOf(plan)),
    ...refusalLines(plan.refusals),
    ...confidenceLines(plan),
    ...failureLines(plan),
    "",
    `This was a plan${plan.sample === undefined ? "" : " of a sample"}: nothing was published. ${number(counts["rows_written"] ?? 0)} rows and ${number(counts["statements"] ?? 0)} statements would do it.`,
    "",
  ].join("\n");
}

/** Against another configuration the run has another number than it will have: that was run before it. */
function runOf(plan: RunPlan): string {
  const name = plan.against === undefined ? `run ${plan.report.run}` : "a run";
  return `${name} (${modeOf(plan)})`;
}

function numberLines(plan: RunPlan): readonly string[] {
  const { counts, report } = plan;
  const count = (name: string) => counts[name] ?? 0;
  const read = [
    [count("new_records"), "new"],
    [count("changed_records"), "changed"],
    [count("deleted_records"), "deleted"],
    [count("erased_records"), "erased"],
  ] as const;
  const largest = metricOf(plan, "largest_identity");
  const lines: readonly (readonly [string, number, string])[] = [
    ["records", report.records, told(read.map(([found, what]) => [found, what]))],
    ["identities", count("identities"), change(count("identities_before"), count("identities"), plan)],
    [
      "ids ended",
      count("ids_ended"),
      told([
        [count("merges"), "merged"],
        [count("retirements"), "retired"],
      ]),
    ],
    ["records moved", count("records_moved"), "records that get another id"],
    ["golden values", count("golden_values"), partsOf(plan, "golden_values")],
    ["new refusals", count("refusals_appearing"), partsOf(plan, "refusals_appearing")],
    ["refusals less", count("refusals_vanishing"), partsOf(plan, "refusals_vanishing")],
    ["largest", largest.after ?? 0, change(largest.before, largest.after ?? 0, plan)],
  ];
  const width = Math.max(...lines.map(([, found]) => number(found).length));
  return lines.map(([what, found, detail]) =>
    `  ${what.padEnd(13)}  ${number(found).padStart(width)}  ${detail}`.trimEnd(),
  );
}

function change(before: number | null, after: number, { hasBefore }: RunPlan): string {
  if (!hasBefore || before === null) return "";
  return before === after ? "as before" : `${signed(before, after)}, from ${number(before)}`;
}

/** As many examples as of everything else. */
function suggestedOf({ report, examples }: RunPlan): readonly GoldenChange[] {
  const found = report.suggestions?.attributes ?? [];
  return found.map((each) => ({ ...each, examples: each.examples.slice(0, examples) }));
}

function titleOf(title: string, found: number, shown: number): string {
  return found > shown
    ? `${title} (${number(found)}, the weightiest ${number(shown)})`
    : `${title} (${number(found)})`;
}

function exampleLines(example: HappeningExample): readonly string[] {
  const { side, otherSide } = example;
  return [
    `  ${eventWords(example)}`,
    `    ${sideText(side)}`,
    ...(otherSide === undefined ? [] : [`    ${otherWord(example)} ${sideText(otherSide)}`]),
  ];
}

function otherWord({ event }: HappeningExample): string {
  return event === "merged" || event === "moved" ? "into" : "from";
}

/** `crm:1, crm:2 and 3 more · user_id u1 · email a@x.example` */
function sideText(side: Side): string {
  const values = side.values.map(({ identifier, value }) => `${identifier} ${shortened(value)}`);
  return visible([keysOf(side), ...values].join(" · "));
}

function refusalLines(refusals: readonly RefusalChange[]): readonly string[] {
  const rest = refusals.length - KINDS;
  const lines = refusals.slice(0, KINDS).flatMap((each, index) => {
    const { identifier, blockedBy, limitValue, appearing, vanishing, examples } = each;
    const limit = limitValue === null ? "" : `, limit ${limitValue}`;
    const parts = told([
      [appearing, "more"],
      [vanishing, "less"],
    ]);
    return [
      ...(index === 0 ? ["", "Refused merges"] : []),
      visible(`  by ${identifier}, refused by ${blockedBy}${limit}: ${parts}`),
      ...examples.map(({ change: what, value, identities }) =>
        visible(`    ${what}: ${shortened(value)} (${identities.join(", ")})`),
      ),
    ];
  });
  return rest > 0 ? [...lines, `  and ${number(rest)} more kinds`] : lines;
}

/** How many kinds of refusals are told; `--format json` has all. */
const KINDS = 5;

function confidenceLines(plan: RunPlan): readonly string[] {
  const moved = plan.confidence.filter(({ before, after }) => before !== after);
  if (!plan.hasBefore || moved.length === 0) return [];
  const { before, after } = metricOf(plan, "mean_confidence");
  const mean = before === null || after === null ? "" : ` (mean ${number(before)} → ${number(after)})`;
  return [
    "",
    `Confidence, identities of two records or more${mean}`,
    ...plan.confidence
      .filter((each) => each.before + each.after > 0)
      .map((each) => {
        const change = signed(each.before, each.after);
        const line = `  from ${each.from.toFixed(1)}  ${number(each.before).padStart(9)} → ${number(each.after).padStart(9)}  ${change}`;
        return line.trimEnd();
      }),
  ];
}

function failureLines({ report, failed, sample }: RunPlan): readonly string[] {
  const of = sample === undefined ? "" : " in the sample";
  const alarms = report.alarms.filter(({ on }) => on === "fail").map(alarmText);
  return [
    ...alarms.map((text) => `An alarm would stop the run: ${text}.`),
    ...failed.map(({ text, value }) => `\`${text}\` holds: it is ${number(value)}${of}.`),
  ].map((line, index) => (index === 0 ? `\n${line}` : line));
}
