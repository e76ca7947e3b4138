// The pattern subset: what it accepts, how it prints for RE2, and where it refuses the rest.
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePattern } from "../../src/config/pattern.ts";
import { printPattern } from "../../src/config/pattern-print.ts";

function canonical(text: string): string {
  const parsed = parsePattern(text);
  if ("error" in parsed) throw new Error(`${text}: ${parsed.error.message}`);
  return printPattern(parsed.pattern);
}

describe("accepted, in canonical form", () => {
  test.each([
    ["abc", "abc"],
    ["a|bc|(d|e)", "a|bc|(d|e)"],
    ["a*b+c?d{2}e{2,}f{2,5}", "a*b+c?d{2}e{2,}f{2,5}"],
    ["a{0,}b{1,}c{0,1}d{3,3}", "a*b+c?d{3}"],
    ["\\d\\w\\s", "[0-9][0-9A-Za-z_][ \\t\\n\\r\\f\\v]"],
    ["\\D\\W\\S", "[^0-9][^0-9A-Za-z_][^ \\t\\n\\r\\f\\v]"],
    ["[\\d\\-x]", "[0-9\\-x]"],
    ["[^@ ]+@[^@ ]+\\.[a-z]{2,}", "[^@ ]+@[^@ ]+\\.[a-z]{2,}"],
    ["no-?reply@.*", "no-?reply@.*"],
    ["[-a]", "[\\-a]"],
    ["[a-]", "[a\\-]"],
    ["[^-a]", "[^\\-a]"],
    ["[a^]", "[a\\^]"],
    ["[[]", "[\\[]"],
    ["[.*+?(){}|$]", "[.*+?(){}|$]"],
    ["\\/\\-\\@\\ \\\\", "/-@ \\\\"],
    ["\\t\\n", "\\t\\n"],
    ["[\\t-\\r]", "[\\t-\\r]"],
    ["é東👩{2}", "é東👩{2}"],
    ["[a-zà-ÿ]", "[a-zà-ÿ]"],
    ["(a{10}){100}", "(a{10}){100}"],
    ["x{1000}", "x{1000}"],
  ])("%s", (text, expected) => {
    expect(canonical(text)).toBe(expected);
    expect(canonical(expected)).toBe(expected);
  });
});

describe("refused at its place", () => {
  test.each([
    ["^a", 0, 1, "`^` is not part of the subset"],
    ["a$", 1, 2, "`$` is not part of the subset"],
    ["a*?", 2, 3, "lazy repetition is not part of the subset"],
    ["a{2}?", 4, 5, "lazy repetition is not part of the subset"],
    ["a++", 2, 3, "a repetition cannot be repeated"],
    ["a**", 2, 3, "a repetition cannot be repeated"],
    ["a{2}{3}", 4, 5, "a repetition cannot be repeated"],
    ["*a", 0, 1, "`*` repeats nothing"],
    ["a|+", 2, 3, "`+` repeats nothing"],
    ["a\\bc", 1, 3, "`\\b` is not part of the subset"],
    ["\\p{L}", 0, 2, "`\\p` is not part of the subset"],
    ["(a)\\1", 3, 5, "a back-reference is not part of the subset"],
    ["(?i)a", 0, 4, "a group with a flag or a name is not part of the subset"],
    ["(?:a)", 0, 3, "a group with `?:` is not part of the subset"],
    ["(?P<x>a)", 0, 6, "a group with a flag or a name is not part of the subset"],
    ["a(?=b)", 1, 4, "look-around is not part of the subset"],
    ["(?<!b)a", 0, 4, "look-around is not part of the subset"],
    ["(a", 0, 1, "this group is never closed"],
    ["a)", 1, 2, "`)` closes no group"],
    ["()", 1, 2, "something is missing here"],
    ["a|", 2, 3, "something is missing here"],
    ["[a", 0, 1, "this class is never closed"],
    ["[]", 0, 2, "this class is empty"],
    ["[z-a]", 1, 4, "the range is the wrong way round"],
    ["[a-c-e]", 4, 5, "`-` stands between two classes"],
    ["[a-\\d]", 1, 5, "a range cannot end in a class"],
    ["[\\D]", 1, 3, "`\\D` cannot stand inside a class"],
    ["[[:alpha:]]", 1, 2, "named classes are not part of the subset"],
    ["a{", 1, 2, "this is no repetition"],
    ["a{,3}", 1, 2, "this is no repetition"],
    ["{", 0, 1, "`{` stands alone"],
    ["a}", 1, 2, "`}` stands alone"],
    ["a]", 1, 2, "`]` stands alone"],
    ["a{3,2}", 1, 6, "the bounds are the wrong way round"],
    ["xa{1001}", 2, 8, "this repeats more than 1000 times"],
    ["(a{100}){11}", 0, 12, "this repeats more than 1000 times"],
    ["a\\", 1, 2, "nothing follows `\\`"],
    ["👩\\z", 2, 4, "`\\z` is not part of the subset"],
  ])("%s", (text, start, end, message) => {
    expect(parsePattern(text)).toMatchObject({ error: { start, end, message } });
  });

  test("groups nested without end", () => {
    expect(parsePattern("(".repeat(100_000))).toMatchObject({
      error: { message: "groups are nested too deeply" },
    });
  });
});

test("DuckDB reads what is printed as JavaScript does", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const patterns = [
    "\\d+",
    "[^@ ]+@[^@ ]+\\.[a-z]{2,}",
    "a.b",
    "\\s\\w\\S",
    "[\\-\\]&~^a]+",
    "[\\t-\\r]",
    "(a|bc){2}",
    "é|東+",
    "\\W\\D",
    "[\\[.*]",
  ];
  const values = [
    "12",
    "٣",
    "x@y.de",
    "a\nb",
    "a-b",
    " a.",
    "\u00a0aa",
    "^-]&~",
    "\v",
    "\n",
    "bca",
    "é",
    "東東",
    "-x",
    "[",
    "*",
    "",
  ];
  const differences: unknown[] = [];
  for (const pattern of patterns) {
    const printed = canonical(pattern);
    for (const value of values) {
      const answer = await connection.runAndReadAll("select regexp_full_match($1, $2)", [value, printed]);
      const expected = new RegExp(`^(?:${printed})$`).test(value);
      if (answer.getRows()[0]?.[0] !== expected) differences.push([pattern, value, expected]);
    }
  }
  connection.closeSync();
  instance.closeSync();
  expect(differences).toEqual([]);
});

test("what is printed means what was written, as far as JavaScript agrees", () => {
  const atom = fc.constantFrom(
    "a",
    "b",
    "0",
    ".",
    "\\d",
    "\\w",
    "\\s",
    "\\D",
    "[ab]",
    "[^a]",
    "[\\d_-]",
    "\\.",
    " ",
    "-",
  );
  const piece = fc
    .tuple(atom, fc.constantFrom("", "*", "+", "?", "{2}", "{1,2}", "{0,}"))
    .map((parts) => parts.join(""));
  const sequence = fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
  const pattern = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((parts) => `(${parts.join("|")})x?`);
  const value = fc.array(fc.constantFrom("a", "b", "0", ".", "_", "-", " ", "\t", "x"), { maxLength: 5 });
  fc.assert(
    fc.property(pattern, value, (text, letters) => {
      const subject = letters.join("");
      const printed = canonical(text);
      expect(canonical(printed)).toBe(printed);
      expect(new RegExp(`^(?:${printed})$`).test(subject)).toBe(new RegExp(`^(?:${text})$`).test(subject));
    }),
    { numRuns: 500 },
  );
});

test("any text is either a pattern or an error inside it", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab([{)]}|*+?\\^$.-,0d1"), maxLength: 12 }), (text) => {
      const parsed = parsePattern(text);
      if ("error" in parsed) {
        expect(parsed.error.start).toBeLessThanOrEqual(text.length);
        expect(parsed.error.end).toBeGreaterThan(parsed.error.start);
      } else expect(() => new RegExp(printPattern(parsed.pattern))).not.toThrow();
    }),
    { numRuns: 1000 },
  );
});
