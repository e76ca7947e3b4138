// When two records came under one id, read backwards from the last run (identity_history, outputs.md). Pure.
import type { Event, Met } from "./explanation.ts";

/** How a record came to its present id. */
export type Past = {
  readonly identityId: string;
  /** Runs that changed its id, and the id before; null where the record was new. */
  readonly changes: readonly { readonly run: number; readonly before: string | null }[];
};

/** Up to this run the history is gone; 0 when nothing is. */
export function met(
  a: Past,
  b: Past,
  goneUntil: number,
  events: readonly Event[],
  at: (run: number) => string | null,
): Met {
  const beforeOf = (past: Past, run: number) => past.changes.find((change) => change.run === run)?.before;
  const runs = [...new Set([...a.changes, ...b.changes].map(({ run }) => run))].sort((x, y) => y - x);
  let [idA, idB]: [string, string] = [a.identityId, b.identityId];
  for (const run of runs) {
    const wasA = beforeOf(a, run);
    const wasB = beforeOf(b, run);
    const before = [wasA === undefined ? idA : wasA, wasB === undefined ? idB : wasB] as const;
    if (before[0] === null || before[1] === null || before[0] !== before[1]) {
      return { kind: "in_run", run, at: at(run), before, event: eventOf(run, before, idA, events) };
    }
    [idA, idB] = [before[0], before[1]];
  }
  if (goneUntil > 0) return { kind: "by_run", run: goneUntil };
  // A first run writes no history, so what it does not tell began there.
  const before = [null, null] as const;
  return { kind: "in_run", run: 1, at: at(1), before, event: eventOf(1, before, idA, events) };
}

/** A merge tells of two ids, a split or a move of records that came over; else there is the birth of the identity. */
function eventOf(
  run: number,
  before: readonly [string | null, string | null],
  identityId: string,
  events: readonly Event[],
): Event | undefined {
  const ofRun = events.filter((event) => event.run === run);
  return (
    ofRun.find((event) => event.event === "merged" && before.includes(event.identityId)) ??
    ofRun.find(
      (event) =>
        (event.event === "moved" &&
          before.includes(event.identityId) &&
          event.otherIdentityId === identityId) ||
        (["created", "split", "revived"].includes(event.event) && event.identityId === identityId),
    )
  );
}
