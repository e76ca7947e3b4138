// A plan as Markdown for a pull request: what a reviewer needs to decide in a minute, the rest folded.
import { visible } from "../diagnostics/text.ts";
import { count } from "../explain/words.ts";
import { alarmText } from "../run/alerts.ts";
import type { RunPlan } from "../run/plan.ts";
import type { HappeningExample, HappeningGroup, Side } from "../run/plan-identities.ts";
import type { GoldenPlan } from "../run/plan-values.ts";
import {
  basisOf,
  headlineOf,
  metricOf,
  modeOf,
  number,
  partsOf,
  sampleOf,
  shortened,
  signed,
  TITLES,
} from "./plan-words.ts";

/** Events whose examples are not folded: who comes together and who comes apart. */
const UNFOLDED = ["merged", "split"];

export function planMarkdown(plan: RunPlan): string {
  const { report, counts } = plan;
  const open = plan.identities.filter(({ event }) => UNFOLDED.includes(event));
  const folded = plan.identities.filter(({ event }) => !UNFOLDED.includes(event));
  const blocks = [
    `### Plan of \`${report.entity}\`${plan.sample === undefined ? "" : ", of a sample"}: ${headlineOf(plan)}`,
    ...sampleOf(plan).map((text) => `> [!NOTE]\n> ${text}`),
    `${capital(basisOf(plan))}; the run would be ${modeOf(plan)}. Nothing was published.`,
    ...verdict(plan),
    numbers(plan),
    ...open.map((group) => `#### ${titleOf(group)}\n\n${group.examples.map(exampleItem).join("\n")}`),
    ...goldenTable("Golden values", plan.golden, plan.examples),
    ...goldenTable("Golden values held back", report.suggestions, plan.examples),
    ...refusalTable(plan),
    ...folded.map((group) => fold(titleOf(group), group.examples.map(exampleItem).join("\n"))),
    ...confidenceTable(plan),
    ...metricTable(plan),
    fold(
      `To write: ${number(counts["rows_written"] ?? 0)} rows, ${number(counts["statements"] ?? 0)} statements`,
      table(
        ["relation", "deleted", "inserted"],
        plan.writes.relations.map(({ relation, deleted, inserted }) => [
          code(relation),
          number(deleted),
          number(inserted),
        ]),
      ),
    ),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function verdict({ failed, report, sample }: RunPlan): readonly string[] {
  const of = sample === undefined ? "" : " in the sample";
  const alarms = report.alarms
    .filter(({ on }) => on === "fail")
    .map((alarm) => `An alarm would stop the run: ${alarmText(alarm)}.`);
  const conditions = failed.map(({ text, value }) => `${code(text)} holds: it is ${number(value)}${of}.`);
  const lines = [...conditions, ...alarms];
  return lines.length === 0 ? [] : [`> [!CAUTION]\n${lines.map((line) => `> ${line}  `).join("\n")}`];
}

function numbers(plan: RunPlan): string {
  const { counts, hasBefore } = plan;
  const count = (name: string) => counts[name] ?? 0;
  const whole = (name: string, title: string) => {
    const { before, after } = metricOf(plan, name);
    return after === null ? [] : [[title, before, after] as const];
  };
  const compared = [
    ...whole("records", "records"),
    ["identities", hasBefore ? count("identities_before") : null, count("identities")] as const,
    ...whole("largest_identity", "largest identity, records"),
    ...whole("match_rate", "match rate"),
    ...whole("mean_confidence", "mean confidence"),
    ...whole("refused_merges", "refused merges"),
  ];
  const changed = [
    ["ids that end in another id", count("merges"), ""],
    ["ids that end in none", count("retirements"), ""],
    ["ids that split off", count("splits"), ""],
    ["records that get another id", count("records_moved"), ""],
    ["golden values that change", count("golden_values"), partsOf(plan, "golden_values")],
    ["refusals that appear", count("refusals_appearing"), partsOf(plan, "refusals_appearing")],
    ["refusals that vanish", count("refusals_vanishing"), partsOf(plan, "refusals_vanishing")],
  ] as const;
  const before = table(
    ["", "before", "after", "change"],
    compared.map(([title, from, to]) => [
      title,
      from === null ? "" : number(from),
      number(to),
      from === null ? "" : signed(from, to),
    ]),
  );
  const changes = table(
    ["what changes", "how many", "of which"],
    changed.map(([title, found, parts]) => [title, number(found), parts]),
  );
  return `${before}\n\n${changes}`;
}

function exampleItem(example: HappeningExample): string {
  const { event, identityId, otherIdentityId, identifier, value, side, otherSide } = example;
  const cause = identifier === null ? "" : `, by ${code(`${identifier} ${shortened(value ?? "")}`)}`;
  const own = `${code(identityId)} (${sideText(side)})`;
  const other =
    otherSide === undefined
      ? code(otherIdentityId ?? "")
      : `${code(otherIdentityId ?? "")} (${sideText(otherSide)})`;
  switch (event) {
    case "merged":
      return `- ${own}\n  merges into ${other}${cause}`;
    case "split":
      return `- ${own}\n  splits from ${other}`;
    case "moved":
      return `- ${own}\n  moves to ${other}`;
    case "revived":
      return otherIdentityId === null ? `- ${own} comes back` : `- ${own}\n  comes back from ${other}`;
    default:
      return `- ${own}`;
  }
}

/** `3 records: crm:1, crm:2, …; email a@x.example` */
function sideText({ records, recordKeys, values }: Side): string {
  const keys = recordKeys.map((key) => code(key)).join(", ");
  const rest = records > recordKeys.length ? ", …" : "";
  const carried = values.map(({ identifier, value }) => code(`${identifier} ${shortened(value)}`)).join(", ");
  return `${count(records, "record")}: ${keys}${rest}${carried === "" ? "" : `; ${carried}`}`;
}

function goldenTable(title: string, golden: GoldenPlan | undefined, most: number): readonly string[] {
  if (golden === undefined || golden.attributes.length === 0) return [];
  const rows = golden.attributes.flatMap(({ attribute, examples }) =>
    examples
      .slice(0, most)
      .map(({ identityId, before, after }) => [
        code(attribute),
        code(identityId),
        valueText(before),
        valueText(after),
      ]),
  );
  const total = golden.attributes.reduce((sum, { values }) => sum + values, 0);
  return [
    fold(
      `${title}: ${number(total)} of ${number(golden.identities)} identities`,
      `${table(
        ["attribute", "replaced", "filled", "emptied"],
        golden.attributes.map(({ attribute, replaced, filled, emptied }) => [
          code(attribute),
          number(replaced),
          number(filled),
          number(emptied),
        ]),
      )}\n\n${table(["attribute", "identity", "before", "after"], rows)}`,
    ),
  ];
}

function valueText(value: string | null): string {
  return value === null ? "NULL" : code(shortened(value));
}

function refusalTable({ refusals }: RunPlan): readonly string[] {
  if (refusals.length === 0) return [];
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const more = sum(refusals.map(({ appearing }) => appearing));
  const less = sum(refusals.map(({ vanishing }) => vanishing));
  const kinds = table(
    ["by", "refused by", "limit", "appear", "vanish"],
    refusals.map(({ identifier, blockedBy, limitValue, appearing, vanishing }) => [
      code(identifier),
      code(blockedBy),
      limitValue === null ? "" : number(limitValue),
      number(appearing),
      number(vanishing),
    ]),
  );
  const examples = refusals
    .slice(0, KINDS)
    .flatMap(({ identifier, examples }) =>
      examples.map(({ change, value, identities }) => [
        change,
        code(`${identifier} ${shortened(value)}`),
        identities.map((each) => code(each)).join(", "),
      ]),
    );
  return [
    fold(
      `Refused merges: ${number(more)} appear, ${number(less)} vanish`,
      `${kinds}\n\n${table(["", "value", "identities"], examples)}`,
    ),
  ];
}

/** How many kinds of refusals have examples. */
const KINDS = 3;

function confidenceTable({ confidence, hasBefore }: RunPlan): readonly string[] {
  const rows = confidence.filter(({ before, after }) => before + after > 0);
  if (!hasBefore || rows.every(({ before, after }) => before === after)) return [];
  return [
    fold(
      "Confidence of identities of two records or more",
      table(
        ["from", "before", "after", "change"],
        rows.map(({ from, before, after }) => [
          from.toFixed(1),
          number(before),
          number(after),
          signed(before, after),
        ]),
      ),
    ),
  ];
}

function metricTable({ metrics, hasBefore, sample }: RunPlan): readonly string[] {
  const changed = metrics.filter(
    ({ metric, before, after }) =>
      before !== after &&
      metric !== "confidence_distribution" &&
      // Of a sample, not every metric has a before.
      (sample === undefined || before !== null),
  );
  if (!hasBefore || changed.length === 0) return [];
  const text = (value: number | null) => (value === null ? "" : number(value));
  return [
    fold(
      `Metrics: ${number(changed.length)} change`,
      table(
        ["metric", "of", "before", "after"],
        changed.map(({ metric, dimension, before, after }) => [
          metric,
          dimension === "" ? "" : code(dimension),
          text(before),
          text(after),
        ]),
      ),
    ),
  ];
}

function titleOf({ event, found, examples }: HappeningGroup): string {
  const rest = found > examples.length ? `, the weightiest ${number(examples.length)}` : "";
  return `${TITLES[event] ?? event} (${number(found)}${rest})`;
}

function fold(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** The first column is words, the others stand right where they hold numbers. A bar would end its cell. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = (at: number) => rows.every((row) => /^[−+\d,.]*$/.test(row[at] ?? ""));
  const marks = heads.map((_, at) => (at > 0 && isNumber(at) ? "--:" : "---"));
  const lines = [heads, marks, ...rows].map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")));
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Text of a user as a code span, in which nothing is Markdown. */
function code(text: string): string {
  const harmless = visible(text);
  const longest = Math.max(0, ...[...harmless.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `\`${harmless}\`` : `${fence} ${harmless} ${fence}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
