// What a decision adds to a file of decisions: its columns, delimiter, quotes, line ends, and the next ids.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { append, idsIn, linesFor, nextIds, readDecisionsFile } from "../../src/run/decisions-file.ts";
import { projectOf, textOf } from "./messages.ts";

const folder = projectOf();
afterAll(folder.remove);

const NOW = new Date("2026-03-04T05:06:07.890Z");
const ROW = { id: "d-2", decision: "must_link", a: "crm:1", b: "crm:2", decided_at: "2026-03-04T05:06:07Z" };

function file(text: string, name = "decisions.csv") {
  writeFileSync(join(folder.path, name), text);
  return readDecisionsFile(folder.path, name, undefined);
}

function added(text: string, row: object = ROW, name = "decisions.csv"): string {
  const before = file(text, name);
  append(before, linesFor(before, [row]));
  const after = readFileSync(join(folder.path, name), "utf8");
  expect(after.startsWith(text)).toBe(true);
  return after.slice(text.length);
}

describe("lines in the manner of the file", () => {
  test.each([
    ["its columns in its order", "b,id,note,decision,a\n", "crm:2,d-2,,must_link,crm:1\n"],
    ["no line end at the end", "id,decision,a,b\nd-1,x,y,z", "\nd-2,must_link,crm:1,crm:2\n"],
    ["Windows", "\ufeffid,decision,a,b,decided_at\r\n", "d-2,must_link,crm:1,crm:2,2026-03-04T05:06:07Z\r\n"],
    ["semicolons", "id;decision;a;b\n", "d-2;must_link;crm:1;crm:2\n"],
    ["bars", "id|decision|a|b\n", "d-2|must_link|crm:1|crm:2\n"],
    ["quotes everywhere", '"id","decision","a","b"\n', '"d-2","must_link","crm:1","crm:2"\n'],
    ["capitals", "ID,Decision,A,B\n", "d-2,must_link,crm:1,crm:2\n"],
  ])("%s", (_, text, expected) => {
    expect(added(text)).toBe(expected);
  });

  test("tabs", () => {
    expect(added("id\tdecision\ta\tb\n", ROW, "d.tsv")).toBe("d-2\tmust_link\tcrm:1\tcrm:2\n");
  });

  test("quotes where a field needs them", () => {
    const row = { ...ROW, a: 'crm:a,"b"', b: " crm:2", reason: "two\nlines" };
    expect(added("id,decision,a,b,reason\n", row)).toBe(
      'd-2,must_link,"crm:a,""b"""," crm:2","two\nlines"\n',
    );
  });
});

test("a file that is not there is made, with a header", () => {
  const missing = readDecisionsFile(folder.path, "new.csv", undefined);
  append(missing, linesFor(missing, [ROW]));
  expect(readFileSync(join(folder.path, "new.csv"), "utf8")).toBe(
    "id,decision,a,b,identifier,value,attribute,reason,decided_by,decided_at,expires_at\nd-2,must_link,crm:1,crm:2,,,,,,2026-03-04T05:06:07Z,\n",
  );
});

test("a column that a decision needs is asked for, and a changed file is left alone", () => {
  const read = file("id,decision,a,b\n");
  const said = (work: () => void): string => {
    try {
      work();
    } catch (error) {
      return textOf(error, folder);
    }
    throw new Error("nothing is said");
  };
  expect(said(() => linesFor(read, [{ ...ROW, reason: "why", expires_at: "2027-01-01" }]))).toBe(
    "error IDW615: decisions.csv has no column `reason` and `expires_at`, which the decision needs; nothing was written.\n  = Add it to the header, and an empty field to every row.\n",
  );
  file("id,decision,a,b\nd-1,,,\n");
  expect(said(() => append(read, "x\n"))).toContain("decisions.csv was changed meanwhile");
  expect(said(() => readDecisionsFile(folder.path, "d.parquet", undefined))).toContain(
    "it is no .csv or .tsv",
  );
  expect(said(() => readDecisionsFile(folder.path, "d/*.csv", undefined))).toContain(
    "it names several files",
  );
  writeFileSync(join(folder.path, "latin.csv"), Buffer.from("id,decision,reason\n1,x,M\xfcller\n", "latin1"));
  expect(said(() => readDecisionsFile(folder.path, "latin.csv", undefined))).toContain(
    "it is not UTF-8 text",
  );
});

test("ids are read through quotes and line ends inside them", () => {
  expect(idsIn(file('reason,"id",a\n"one\ntwo, ""three""",d-1,x\n\n,"d,2",y\n'))).toEqual(["d-1", "d,2"]);
});

test.each([
  [[], ["d-001", "d-002"]],
  [
    ["d-001", "d-012", "d-009"],
    ["d-013", "d-014"],
  ],
  [
    ["CASE 7", "CASE 9"],
    ["CASE 10", "CASE 11"],
  ],
  [
    ["x-5", "d-3"],
    ["d-4", "d-5"],
  ],
  [["twins"], ["d-20260304T050607-1", "d-20260304T050607-2"]],
  [["99"], ["100", "101"]],
])("ids after %j", (taken, expected) => {
  expect(nextIds(taken, 2, NOW)).toEqual(expected);
});
