// What a plan says in words, shared by its text and its Markdown: headline numbers, and why the run is what it is.
import { listOf } from "../diagnostics/text.ts";
import type { RunPlan } from "../run/plan.ts";
import type { HappeningExample } from "../run/plan-identities.ts";

/** The headline numbers that are not 0, the gravest first: `2 merges`, `310 golden values`. */
export function headlineOf({ counts }: RunPlan): string {
  const told = HEADLINES.flatMap(([name, one, many]) => {
    const found = counts[name] ?? 0;
    return found === 0 ? [] : [`${number(found)} ${found === 1 ? one : many}`];
  });
  return told.length === 0 ? "no changes" : listOf(told, "and");
}

const HEADLINES = [
  ["merges", "merge", "merges"],
  ["splits", "split", "splits"],
  ["moves", "move", "moves"],
  ["revivals", "revival", "revivals"],
  ["retirements", "retirement", "retirements"],
  ["creations", "new identity", "new identities"],
  ["golden_values", "golden value", "golden values"],
  ["suggestions", "suggested golden value", "suggested golden values"],
  ["refusals_appearing", "new refusal", "new refusals"],
  ["refusals_vanishing", "refusal less", "refusals less"],
] as const;

/** What the plan compares with. */
export function basisOf({ against, hasBefore, report }: RunPlan): string {
  if (against !== undefined) {
    return `compared with ${against.ref} (${against.commit.slice(0, 8)}) on the same data`;
  }
  return hasBefore ? `compared with run ${report.run - 1}` : "nothing is published yet";
}

/** What a plan of a sample is, and is not: nothing for a plan of all. */
export function sampleOf({ sample }: RunPlan): readonly string[] {
  if (sample === undefined) return [];
  const { share, seed, components, ofComponents, records, ofRecords } = sample;
  const drawn = `${number(share * 100)} %, seed ${seed}`;
  const size = `${number(components)} of ${number(ofComponents)} components, ${number(records)} of ${number(ofRecords)} records`;
  const worth =
    components === 0
      ? "It is empty and says nothing: draw a larger share."
      : "What is told of them is exact; all counts are of the sample, none is extrapolated.";
  return [`A sample (${drawn}): ${size}, closed under components. ${worth}`];
}

/** How the run would work, as the summary of a run says it. */
export function modeOf({ report, against }: RunPlan): string {
  // Against another configuration the reason is always that one.
  const reason = report.reason === undefined || against !== undefined ? "" : `: ${report.reason}`;
  return `${report.mode}${reason}`;
}

/** `crm:1, crm:2 and 3 more` */
export function keysOf({ records, recordKeys }: HappeningExample["side"]): string {
  const rest = records - recordKeys.length;
  return rest > 0 ? `${recordKeys.join(", ")} and ${number(rest)} more` : recordKeys.join(", ");
}

/** `+14`, `−3`, or nothing for no change. */
export function signed(before: number, after: number): string {
  const change = after - before;
  if (change === 0) return "";
  const size = number(Math.abs(change));
  return change > 0 ? `+${size}` : `−${size}`;
}

export function number(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 4 });
}

/** Long values say no more than their beginning. */
export function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("")}…` : text;
}

const LONGEST = 60;

/** `email 10, phone 4` of the counts that begin with a name. */
export function partsOf({ counts }: RunPlan, name: string): string {
  return Object.entries(counts)
    .filter(([key]) => key.startsWith(`${name}.`))
    .sort(([, a], [, b]) => b - a)
    .map(([key, found]) => `${key.slice(name.length + 1)} ${number(found)}`)
    .join(", ");
}

/** A metric of the run as a whole, before and after. */
export function metricOf(
  { metrics }: RunPlan,
  name: string,
): { before: number | null; after: number | null } {
  const found = metrics.find(({ metric, dimension }) => metric === name && dimension === "");
  return { before: found?.before ?? null, after: found?.after ?? null };
}

/** How each kind of change is called as a heading. */
export const TITLES: Readonly<Record<string, string>> = {
  merged: "Merges",
  split: "Splits",
  moved: "Moves",
  revived: "Revivals",
  retired: "Retirements",
  erased: "Erasures",
  created: "New identities",
};
