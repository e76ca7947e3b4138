// "Did you mean": the nearest right name, and the sentence that lists what is allowed.
import { quote } from "./text.ts";

const LISTED = 20;

/** Insertions, deletions, replacements and swaps of neighbours between two names; letter case is free. */
export function editDistance(left: string, right: string): number {
  const a = left.toLowerCase();
  const b = right.toLowerCase();
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** The name a person most likely meant: at most a third of its letters differ, or one is part of the other. */
export function nearest(name: string, allowed: Iterable<string>): string | undefined {
  let found: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of allowed) {
    const tolerated = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    if (Math.abs(name.length - candidate.length) > tolerated || candidate.length > 200) continue;
    const distance = editDistance(name, candidate);
    if (distance <= tolerated && distance < least) {
      least = distance;
      found = candidate;
    }
  }
  return found ?? partOf(name, allowed);
}

/** A name that holds the wrong one, or is held by it: `timeout` for `lock_timeout`. */
function partOf(name: string, allowed: Iterable<string>): string | undefined {
  const wrong = name.toLowerCase();
  for (const candidate of allowed) {
    const right = candidate.toLowerCase();
    if (wrong.length >= 3 && right.includes(wrong)) return candidate;
    if (right.length >= 3 && wrong.includes(right)) return candidate;
  }
  return undefined;
}

/** The hint for a wrong name: the nearest right one, then all that are allowed (the first twenty of many). */
export function didYouMean(name: string, allowed: readonly string[], what = "Allowed"): string {
  const close = nearest(name, allowed);
  const question = close === undefined ? "" : `Did you mean ${quote(close)}? `;
  if (allowed.length === 0) return `${question}${what}: none.`;
  const names = allowed.slice(0, LISTED).map(quote).join(", ");
  const rest = allowed.length > LISTED ? ` and ${allowed.length - LISTED} more` : "";
  return `${question}${what}: ${names}${rest}.`;
}
