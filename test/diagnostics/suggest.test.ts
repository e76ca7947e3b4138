import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { didYouMean, editDistance, nearest } from "../../src/diagnostics/suggest.ts";

describe("nearest", () => {
  const keys = ["priority", "limit", "normalize", "valid", "ignore", "max_records", "contested"];
  test.each([
    ["limt", "limit"],
    ["limits", "limit"],
    ["ilmit", "limit"],
    ["LIMIT", "limit"],
    ["normalise", "normalize"],
    ["maxRecords", "max_records"],
    ["records", "max_records"],
    ["prio", "priority"],
    ["matching", undefined],
    ["", undefined],
    ["x".repeat(10_000), undefined],
  ])("%s", (wrong, right) => {
    expect(nearest(wrong, keys)).toBe(right);
  });

  test("takes the first of equals, and the closer one", () => {
    expect(nearest("bat", ["cat", "rat"])).toBe("cat");
    expect(nearest("cart", ["cast", "carts", "cart"])).toBe("cart");
  });
});

test("editDistance is a metric's half: zero on itself, symmetric, at most the longer length", () => {
  const word = fc.string({ maxLength: 12 }).map((text) => text.toLowerCase());
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(editDistance(a, `${a}x`)).toBe(1);
    }),
  );
});

test("didYouMean lists what is allowed, the first twenty of many", () => {
  expect(didYouMean("limt", ["limit", "priority"])).toBe(
    "Did you mean `limit`? Allowed: `limit`, `priority`.",
  );
  expect(didYouMean("x", [])).toBe("Allowed: none.");
  const many = Array.from({ length: 23 }, (_, index) => `model_${index}`);
  expect(didYouMean("something", many, "Models")).toMatch(/^Models: `model_0`, .*`model_19` and 3 more\.$/);
});
