// The reference of ids against the life scenarios, which are worked out by hand.
import { describe, expect, test } from "vitest";
import { sortedLines } from "../reference/compare.ts";
import { advance, dayOf } from "../reference/life.ts";
import { EMPTY_STATE } from "../reference/life-types.ts";
import { lives } from "./load.ts";

describe("the reference passes the life scenarios", () => {
  test.each(lives())("$name", ({ title, config, days }) => {
    expect(title.length).toBeGreaterThan(20);
    let state = EMPTY_STATE;
    for (const { sources, expected } of days) {
      const { redirects, events, ...after } = advance(state, dayOf(config, sources));
      state = after.state;
      const at = `day ${state.run}`;
      const records = [...state.records].map(([record, { identity }]) => [record, identity]);
      expect(sortedLines(records), at).toEqual(sortedLines([...expected.records]));
      expect(sortedLines(events), at).toEqual(sortedLines(expected.events));
      const identities = [...state.identities.values()].map(({ id, status, mergedInto, anchor }) => ({
        id,
        status,
        mergedInto,
        anchor,
      }));
      expect(sortedLines(identities), at).toEqual(sortedLines(expected.identities));
      expect(sortedLines([...redirects]), at).toEqual(sortedLines([...expected.redirects]));
    }
  });
});
