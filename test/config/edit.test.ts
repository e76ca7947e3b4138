// Entries added to the text of identity.yml: what is written where, that nothing else changes, and what is refused.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { type Addition, additionsText, addToIdentifiers } from "../../src/config/edit.ts";
import { readProject } from "../../src/config/index.ts";
import { project } from "./say.ts";

const FILE = "identity.yml";

function adding(identifier: string, ignore: readonly string[], maxRecords?: number): Addition {
  return { identifier, ignore, maxRecords };
}

/** The lines that an edit adds; fails when it does anything but add lines or parts of lines. */
function added(identifiers: string, ...additions: readonly Addition[]): string {
  const before = project({ identifiers });
  const { value, diagnostics } = addToIdentifiers(before, FILE, additions);
  expect(diagnostics).toEqual([]);
  expect(readProject(value ?? "", FILE).diagnostics.filter(({ code }) => code !== "IDW303")).toEqual([]);
  const lines = (value ?? "").split("\n");
  const start = lines.indexOf("identifiers:") + 1;
  return lines.slice(start, -1).join("\n");
}

function refused(identifiers: string, ...additions: readonly Addition[]) {
  const text = project({ identifiers });
  const { value, diagnostics } = addToIdentifiers(text, FILE, additions);
  expect(value).toBeUndefined();
  return diagnostics.map(({ code, message, hint, span }) => ({ code, message, hint, line: span?.line }));
}

describe("where entries go", () => {
  test("a block list gets lines of its own, below the comments of its last line", () => {
    expect(
      added(
        `  email:
    priority: 1
    ignore:
      - test@test.com # ours
      # of the till
    limit: 3 # private, work`,
        adding("email", ["a@a.com", "0"], 150),
      ),
    ).toBe(`  email:
    priority: 1
    ignore:
      - test@test.com # ours
      - a@a.com
      - "0"
      # of the till
    limit: 3 # private, work
    max_records: 150`);
  });

  test("a list at the end of its mapping stays together", () => {
    expect(
      added(
        `  email:
    priority: 1
    ignore:
    -   test@test.com
    -   { pattern: "no-?reply@.*" }

# the end`,
        adding("email", ["a@a.com"], 150),
      ),
    ).toBe(`  email:
    priority: 1
    ignore:
    -   test@test.com
    -   { pattern: "no-?reply@.*" }
    -   a@a.com
    max_records: 150

# the end`);
  });

  test("an item that is a block mapping, or a text over several lines", () => {
    expect(
      added(
        `  email:
    ignore:
      - >-
        test@
        test.com
      - pattern: |-
          no-?reply@.*
    priority: 1`,
        adding("email", ["a@a.com"]),
      ),
    ).toContain(`          no-?reply@.*
      - a@a.com
    priority: 1`);
  });

  test("a flow list and a flow mapping grow in their line", () => {
    expect(
      added(
        `  email: { priority: 1, ignore: [test@test.com, "x,y"], limit: 3, } # mail`,
        adding("email", ["a b"], 150),
      ),
    ).toBe(
      `  email: { priority: 1, ignore: [test@test.com, "x,y", "a b"], limit: 3, max_records: 150, } # mail`,
    );
    expect(added("  email: {priority: 1}", adding("email", ["null", "+15555555555"], 9))).toBe(
      `  email: {priority: 1, max_records: 9, ignore: ["null", "+15555555555"]}`,
    );
  });

  test("a flow collection with an item a line goes on so", () => {
    expect(
      added(
        `  email:
    {
      priority: 1, # first
      ignore: [
        test@test.com, # ours
        b@b.com # theirs
      ]
    }`,
        adding("email", ["a@a.com"], 150),
      ),
    ).toBe(`  email:
    {
      priority: 1, # first
      ignore: [
        test@test.com, # ours
        b@b.com,
        a@a.com # theirs
      ],
      max_records: 150
    }`);
  });

  test("several identifiers, keys in quotes, and a mapping that another one merges", () => {
    expect(
      added(
        `  "email": { priority: 1 }
  phone: &number
    priority: 2
  fax: { <<: *number, priority: 3 }`,
        adding("email", ["a@a.com"]),
        adding("fax", [], 60),
      ),
    ).toBe(`  "email": { priority: 1, ignore: [a@a.com] }
  phone: &number
    priority: 2
  fax: { <<: *number, priority: 3, max_records: 60 }`);
  });

  test("a file with a byte order mark, CRLF and no newline at its end keeps all three", () => {
    const body = project({ identifiers: "  email:\n    priority: 1" }).trimEnd();
    const before = `\ufeff${body.replaceAll("\n", "\r\n")}`;
    const { value } = addToIdentifiers(before, FILE, [adding("email", ["a@a.com"], 9)]);
    expect(value).toBe(`${before}\r\n    max_records: 9\r\n    ignore:\r\n      - a@a.com`);
  });

  test("what is there already is not added again", () => {
    const before = project({ identifiers: "  email: { priority: 1, max_records: 5, ignore: [a@a.com] }" });
    expect(addToIdentifiers(before, FILE, [adding("email", ["a@a.com"], 9)])).toEqual({
      value: before,
      diagnostics: [],
    });
    expect(addToIdentifiers(before, FILE, [adding("email", ["b", "b"])]).value).toContain("[a@a.com, b]");
  });
});

describe("what is refused, with the entries to paste", () => {
  test("an identifier that is an alias, beside one that could be edited", () => {
    expect(refused("  email: &one { priority: 1 }\n  phone: *one", adding("phone", ["0"]))).toMatchObject([
      { code: "IDW113", line: 9 },
    ]);
  });

  test("an anchor that would carry the change to another identifier", () => {
    expect(
      refused(
        `  email: &one
    priority: 1
  phone:
    <<: *one
    priority: 2`,
        adding("email", ["a@a.com"], 9),
      ),
    ).toEqual([
      {
        code: "IDW113",
        line: 8,
        message:
          "identity.yml cannot be edited safely at `email`: an anchor, an alias or its layout would carry the change elsewhere.",
        hint: "Nothing is written. Add by hand:\nidentifiers:\n  email:\n    max_records: 9\n    ignore:\n      - a@a.com",
      },
    ]);
  });

  test("a list that is shared, or inherited", () => {
    expect(
      refused(
        `  email: { priority: 1, ignore: &nobody [none] }
  phone: { priority: 2, ignore: *nobody }
  fax: { priority: 3, ignore: [none] }`,
        adding("email", ["a"]),
        adding("phone", ["b"]),
        adding("fax", ["c"]),
      ).map(({ line }) => line),
    ).toEqual([8, 9]);
    expect(
      refused(
        `  email: &one { priority: 1, ignore: [none] }
  phone: { <<: *one, priority: 2 }`,
        adding("phone", ["b"]),
      ),
    ).toHaveLength(1);
  });

  test("a layout that is not known", () => {
    expect(
      refused(
        `  email:
    priority: 1
    ignore:
      -
        none`,
        adding("email", ["a"]),
      ),
    ).toHaveLength(1);
  });
});

test("entries to paste are YAML that means them", () => {
  const values = [
    "a@a.com",
    "0",
    "null",
    "-",
    "- x",
    'say "x"',
    "#",
    "a: b",
    "ü",
    "\u0000\u202e\u{e0001}",
    "[a",
  ];
  const text = additionsText([adding("email", values, 7), adding("on", ["x"]), adding("fax", [])]);
  expect(parseYaml(text)).toEqual({
    identifiers: { email: { max_records: 7, ignore: values }, on: { ignore: ["x"] } },
  });
  expect(additionsText([adding("fax", [])])).toBe("");
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("whatever the values and the style: only insertions, and the meaning is the old one plus the entries", () => {
  const styles = [
    "  email:\n    priority: 1\n    ignore:\n      - old # c\n  # x\n  phone: { priority: 2 }",
    "  email:\n    ignore: [old]\n    priority: 1 # c\n\n\n  phone: { priority: 2 }",
    "  email: { priority: 1, ignore: [old,] }\n  phone: { priority: 2 }",
    "  phone: { priority: 2 }\n  email: {\n    priority: 1 , # c\n    ignore: [ old ] # c\n    }",
    "  phone: { priority: 2 }\n  email:\n      ignore: # c\n      # d\n      - old\n      priority: 1",
  ];
  const value = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1 }),
    fc.constantFrom("true", "1e5", "~", "a #b"),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...styles),
      fc.uniqueArray(value, { minLength: 1 }),
      (identifiers, ignore) => {
        const before = project({ identifiers });
        const wanted = ignore.filter((entry) => entry !== "old");
        const { value: after = "" } = addToIdentifiers(before, FILE, [adding("email", wanted, 12)]);
        const expected = parseYaml(before);
        expected.identifiers.email.ignore.push(...wanted);
        expected.identifiers.email.max_records = 12;
        expect(parseYaml(after)).toEqual(expected);
        // Every character of before stands in after, in its order.
        let at = 0;
        for (const character of after) if (before.startsWith(character, at)) at += character.length;
        expect(at).toBe(before.length);
      },
    ),
    { numRuns: 300 },
  );
});
