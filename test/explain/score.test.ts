// Verdicts: intervals against known numbers, weights, CSV as spreadsheets write it, and mistakes by line.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { csvLine, csvRows } from "../../src/explain/csv.ts";
import { type Judged, scoreOf, wilson } from "../../src/explain/score.ts";
import { allocate } from "../../src/run/sample.ts";
import { score } from "../../src/run/score.ts";

const folder = mkdtempSync(join(tmpdir(), "idweave-score-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scored = (text: string) => {
  const file = join(folder, "verdicts.csv");
  writeFileSync(file, text);
  return score(file);
};

const HEADER = "kind,stratum,stratum_size,question,verdict,tie\n";

test("Wilson's interval, as in the literature", () => {
  // Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998), table I, method 3.
  const round = ([low, high]: readonly [number, number]) => [low.toFixed(4), high.toFixed(4)];
  expect(round(wilson(81 / 263, 263))).toEqual(["0.2553", "0.3662"]);
  expect(round(wilson(15 / 148, 148))).toEqual(["0.0624", "0.1605"]);
  expect(round(wilson(0, 20))).toEqual(["0.0000", "0.1611"]);
  expect(round(wilson(1 / 29, 29))).toEqual(["0.0061", "0.1718"]);
});

test("the total weighs strata by their size, and leaves out those without a verdict", () => {
  const rows = (stratum: string, size: number, verdicts: readonly Judged["verdict"][]) =>
    verdicts.map((verdict) => ({ stratum, size, verdict }));
  const { total, covered, strata } = scoreOf("merges", [
    ...rows("email", 900, ["yes", "yes", "yes", "no"]),
    ...rows("phone", 100, ["no", "no", "unsure"]),
    ...rows("device", 1000, [undefined, "unsure"]),
  ]);
  expect(total.precision).toBeCloseTo(0.9 * 0.75 + 0.1 * 0, 12);
  expect(covered).toBe(0.5);
  expect(strata.map(({ stratum, precision }) => [stratum, precision])).toEqual([
    ["device", null],
    ["email", 0.75],
    ["phone", 0],
  ]);
  expect([total.low, total.high]).toEqual(wilson(0.675, 1 / (0.81 / 4 + 0.01 / 2)));
});

describe("a file", () => {
  test("of another spreadsheet: semicolons, CRLF, a mark of its encoding, capitals", () => {
    const { total } = scored(
      `\ufeff${HEADER.replaceAll(",", ";").trim()}\r\nmerges;email;3;Same?;Yes;"a;\r\nb"\r\nmerges;email;3;Same?; NO ;c\r\n`,
    );
    expect([total.yes, total.no, total.open]).toEqual([1, 1, 0]);
  });

  test("with mistakes is refused with all of its lines", () => {
    const text = `${HEADER}merges,email,3,"Same,\nor not?",yes,a\nmerges,email,3,q,maybe,a\nmerges,email,4,q,no,a\nmerges,,3,q,no,a\n`;
    try {
      scored(text);
      expect.unreachable();
    } catch (error) {
      const { diagnostics } = error as DiagnosticError;
      expect(diagnostics.map(({ code, span }) => `${code} ${span?.line}`)).toEqual([
        "IDW770 4",
        "IDW770 5",
        "IDW770 6",
      ]);
    }
  });

  test.each([
    ["without a column", "kind,stratum\nmerges,a\n"],
    ["without lines", HEADER],
    ["of two kinds", `${HEADER}merges,a,1,q,yes,\nsplits,b,1,q,yes,\n`],
  ])("%s is refused", (_what, text) => {
    expect(() => scored(text)).toThrow(DiagnosticError);
  });
});

test("CSV comes back as it was written", () => {
  const fields = ['say "no"', "a,b;c", "two\nlines", "", " space", "plain", "\r\n"];
  expect(csvRows(`h,i\n${csvLine(fields)}${csvLine(fields)}`).slice(1)).toEqual([
    { line: 2, fields },
    { line: 5, fields },
  ]);
});

test("strata give the same number of lines, as far as they have them", () => {
  const strata = [
    { stratum: "a", size: 2 },
    { stratum: "b", size: 1000 },
    { stratum: "c", size: 50 },
  ];
  expect(allocate(strata, 12).map(({ sampled }) => sampled)).toEqual([2, 5, 5]);
  expect(allocate(strata, 2).map(({ sampled }) => sampled)).toEqual([0, 1, 1]);
  expect(allocate(strata, 9_999).map(({ sampled }) => sampled)).toEqual([2, 1000, 50]);
});
