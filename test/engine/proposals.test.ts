// What becomes of suspect values: ignored one by one, or caught by a cap that leaves room for everything else to grow.
import { expect, test } from "vitest";
import { parsePattern, printPattern } from "../../src/config/index.ts";
import { DIGITS, NOBODY, PERHAPS } from "../../src/render/placeholders.ts";
import type { Suspicion } from "../../src/run/profile.ts";
import { MOST_ENTRIES, propose, type Suspect } from "../../src/run/proposals.ts";

function suspect(
  records: number,
  suspicion: Suspicion = "crowd",
  entry: string | undefined = `v${records}`,
): Suspect {
  return { records, suspicion, entry };
}

test("crowds far above the rest are capped, the others ignored; a placeholder is ignored whatever its records", () => {
  expect(propose([suspect(1000), suspect(900, "word"), suspect(150), suspect(147)], 49, undefined)).toEqual({
    remedies: ["max_records", "ignore", "ignore", "ignore"],
    ignore: ["v900", "v150", "v147"],
    maxRecords: 150,
  });
});

test.each([
  [0, [suspect(1000)], undefined],
  [1, [suspect(1000)], 20],
  [28, [suspect(1000)], 84],
  [34, [suspect(1000)], 110],
  [5230, [suspect(100_000)], 16_000],
  [49, [suspect(150)], undefined],
  [49, [suspect(1000, "word")], undefined],
])("busiest other %d", (busiest, suspects, cap) => {
  expect(propose(suspects, busiest, undefined).maxRecords).toBe(cap);
});

test("a max_records that is set stays: what is below it is ignored", () => {
  expect(propose([suspect(1000)], 10, 2000)).toEqual({
    remedies: ["ignore"],
    ignore: ["v1000"],
    maxRecords: undefined,
  });
});

test("where crowds would fill a list the cap comes closer", () => {
  const crowds = (many: number) => Array.from({ length: many }, (_, index) => suspect(59 - index));
  expect(propose(crowds(10), 20, undefined)).toMatchObject({ maxRecords: undefined });
  expect(propose(crowds(11), 20, undefined)).toMatchObject({ maxRecords: 40, ignore: [] });
});

test("a list has an end, and a value that no text names is left out", () => {
  const many = Array.from({ length: MOST_ENTRIES + 2 }, (_, index) => suspect(500 - index, "word"));
  const { remedies, ignore } = propose(
    [{ records: 501, suspicion: "word", entry: undefined }, ...many],
    5,
    undefined,
  );
  expect(ignore).toHaveLength(MOST_ENTRIES);
  expect(remedies.slice(0, 2)).toEqual(["no_entry", "ignore"]);
  expect(remedies.slice(-2)).toEqual(["too_many", "too_many"]);
});

test.each([NOBODY, PERHAPS, DIGITS])("a pattern that means the same on every warehouse: %s", (text) => {
  const parsed = parsePattern(text);
  if ("error" in parsed) throw new Error(parsed.error.message);
  const printed = parsePattern(printPattern(parsed.pattern));
  expect(printed).toEqual(parsed);
});
