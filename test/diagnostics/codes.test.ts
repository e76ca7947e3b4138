// Holds the registry of codes, docs/errors.md and their use in src together.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CODES, diagnose } from "../../src/diagnostics/codes.ts";

const root = new URL("../../", import.meta.url);
const codes = Object.keys(CODES);

test("docs/errors.md has a heading for every code, with its title, in order", () => {
  const text = readFileSync(new URL("docs/errors.md", root), "utf8");
  const headings = [...text.matchAll(/^### (IDW\d+): (.+)$/gm)].map(([, code, title]) => `${code}: ${title}`);
  expect(headings).toEqual(Object.entries(CODES).map(([code, { title }]) => `${code}: ${title}`));
});

describe("docs/errors.md says cause and cure", () => {
  const text = readFileSync(new URL("docs/errors.md", root), "utf8");
  const sections = text.split(/^### /m).slice(1);
  test.each(sections.map((section): [string, string] => [section.slice(0, 6), section]))(
    "%s",
    (code, section) => {
      expect(section).toContain("Cause: ");
      expect(section).toContain("Cure: ");
      const isWarning = Object.entries(CODES).some(
        ([each, { severity }]) => each === code && severity === "warning",
      );
      expect(/^Warning\. /m.test(section)).toBe(isWarning);
    },
  );
});

test("every code is raised somewhere in src", () => {
  const files = readdirSync(new URL("src", root), { recursive: true, encoding: "utf8" });
  const source = files
    .filter((file) => file.endsWith(".ts") && !file.endsWith("codes.ts"))
    .map((file) => readFileSync(new URL(`src/${file}`, root), "utf8"))
    .join("\n");
  expect(codes.filter((code) => !source.includes(`"${code}"`))).toEqual([]);
});

test("codes ascend, so that a new one finds its place", () => {
  expect(codes).toEqual([...codes].sort());
});

test("diagnose takes the severity of the code and leaves out what is not given", () => {
  expect(diagnose("IDW303", "m", { hint: undefined })).toEqual({
    code: "IDW303",
    severity: "warning",
    message: "m",
  });
});
