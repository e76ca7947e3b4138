// What a profile would add to identity.yml: from suspect values to entries of `ignore` and a `max_records`. Pure.
import type { Suspicion } from "./profile.ts";

/** A list of thousands belongs into decisions, not into identity.yml. */
export const MOST_ENTRIES = 50;

/**
 * How far above the busiest value that nothing speaks against a cap stands: data grow, and a cap must not catch people. The
 * smaller one is for crowds that would otherwise fill a list.
 */
const ROOM_TO_GROW = [3, 2];
const LISTED_CROWDS = 10;
const LOWEST_CAP = 20;

export type Suspect = {
  readonly suspicion: Suspicion;
  readonly records: number;
  /** The text that names the value in `ignore`; undefined when none does. */
  readonly entry: string | undefined;
};

/** What becomes of a suspect value; `too_many` and `no_entry` are told and left to the user. */
export type Remedy = "ignore" | "max_records" | "too_many" | "no_entry";

export type Proposal = {
  /** In the order of the suspects. */
  readonly remedies: readonly Remedy[];
  readonly ignore: readonly string[];
  readonly maxRecords: number | undefined;
};

/**
 * For one identifier, with its suspects by records, most first. A value that looks like a placeholder is ignored. Of the
 * values of a crowd, those far above everything else are left to a `max_records`, which catches the next kiosk too; it is
 * proposed only where none is set. The rest is ignored, the busiest first.
 */
export function propose(
  suspects: readonly Suspect[],
  busiest: number,
  maxRecords: number | undefined,
): Proposal {
  const cap = maxRecords === undefined ? capFor(suspects, busiest) : undefined;
  const isCapped = ({ suspicion, records }: Suspect) =>
    suspicion === "crowd" && cap !== undefined && records > cap;
  const ignore: string[] = [];
  const remedies = suspects.map((suspect): Remedy => {
    if (isCapped(suspect)) return "max_records";
    if (suspect.entry === undefined) return "no_entry";
    if (ignore.length === MOST_ENTRIES) return "too_many";
    ignore.push(suspect.entry);
    return "ignore";
  });
  return { remedies, ignore, maxRecords: suspects.some(isCapped) ? cap : undefined };
}

/** Undefined where there is nothing to compare with. */
function capFor(suspects: readonly Suspect[], busiest: number): number | undefined {
  if (busiest === 0) return undefined;
  const caps = ROOM_TO_GROW.map((room) => roundedUp(Math.max(LOWEST_CAP, room * busiest)));
  const listed = (cap: number) =>
    suspects.filter(({ suspicion, records }) => suspicion === "crowd" && records <= cap).length;
  return caps.find((cap) => listed(cap) <= LISTED_CROWDS) ?? caps.at(-1);
}

/** To two digits. */
function roundedUp(number: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(number)) - 1);
  return Math.ceil(number / unit) * unit;
}
