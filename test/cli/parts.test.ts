// The small parts on their own: diffs, writing all or nothing, progress on a terminal, the summary of a large run.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { unifiedDiff } from "../../src/cli/diff.ts";
import { progressLine } from "../../src/cli/progress.ts";
import { summaryText } from "../../src/cli/summary.ts";
import { writeFiles } from "../../src/cli/write-files.ts";

/** A patch program in ten lines: what `+++` was, from what `---` was and the diff. */
function patched(before: readonly string[], diff: string): readonly string[] {
  const result: string[] = [];
  let next = 0;
  for (const line of diff.split("\n").slice(2, -1)) {
    const start = /^@@ -(\d+),(\d+) /.exec(line);
    if (start !== null) {
      const until = Number(start[2]) === 0 ? Number(start[1]) : Number(start[1]) - 1;
      while (next < until) result.push(before[next++] ?? "");
    } else if (line.startsWith("+")) result.push(line.slice(1));
    else {
      expect(line.slice(1)).toBe(before[next]);
      if (line.startsWith(" ")) result.push(line.slice(1));
      next += 1;
    }
  }
  return [...result, ...before.slice(next)];
}

test("a diff, applied, gives the new text", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "-- d", "+ e", ""), { maxLength: 40 });
  const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join("");
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = unifiedDiff({ name: "old", text: text(before) }, { name: "new", text: text(after) });
      if (text(before) === text(after)) expect(diff).toBe("");
      else expect(patched(before, diff)).toEqual(after);
    }),
  );
});

test("a diff shows three lines around a change", () => {
  const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  const diff = unifiedDiff({ name: "a", text: before }, { name: "b", text: before.replace("5", "five") });
  expect(diff).toBe("--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
});

test("files are written all or none: a folder in the way, and everything is as before", () => {
  const folder = mkdtempSync(join(tmpdir(), "idweave-write-"));
  try {
    writeFileSync(join(folder, "a.txt"), "old");
    writeFileSync(join(folder, "b"), "a file where a folder must be");
    const files = ["a.txt", "new/c.txt", "b/d.txt"].map((path) => ({ path, text: "new" }));
    expect(() => writeFiles(folder, files)).toThrow();
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("old");
    expect(readdirSync(folder).sort()).toEqual(["a.txt", "b"]);

    mkdirSync(join(folder, "sub"));
    writeFiles(folder, [{ path: "a.txt", text: "new" }], ["b"]);
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("new");
    expect(existsSync(join(folder, "b"))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(["a.txt", "sub"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("on a terminal one line is rewritten, cut to its width, and gone in the end", () => {
  vi.useFakeTimers();
  try {
    const written: string[] = [];
    const stream = { isTTY: true, columns: 60, write: (text: string) => written.push(text) > 0 };
    const line = progressLine(stream as unknown as NodeJS.WriteStream, { quiet: false, plain: false });
    line.onProgress({ kind: "stage", number: 6, of: 11, title: "Merging by email" });
    line.onProgress({ kind: "round", name: "merging by email", round: 3, rows: 12345 });
    vi.advanceTimersByTime(1200);
    expect(written.at(-1)).toBe("\r\u001b[2K1.2 s  6/11 Merging by email · merging by email, round 3, 1");
    line.onProgress({ kind: "stage", number: 7, of: 11, title: "Naming the identities" });
    vi.advanceTimersByTime(100);
    expect(written.at(-1)).toBe("\r\u001b[2K1.3 s  7/11 Naming the identities");
    line.end();
    expect(written.at(-1)).toBe("\r\u001b[2K");
    expect(written.every((text) => !text.includes("\n"))).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test("the summary lines up its numbers and sums up long lists", () => {
  const text = summaryText({
    run: 12,
    mode: "full",
    published: true,
    unseenDeletions: [],
    batch: undefined,
    suggestions: undefined,
    reason: undefined,
    changes: {
      newRecords: 0,
      changedRecords: 0,
      deletedRecords: 0,
      erasedRecords: 0,
      regroupedRecords: 0,
      events: { created: 0, merged: 0, split: 0, moved: 0, revived: 0, retired: 0 },
    },
    entity: "customer",
    target: "prod",
    database: "data/customer.duckdb",
    schema: "Golden",
    prefix: "b2b_",
    seconds: 312.4,
    rowsWritten: 0,
    statements: 400,
    rounds: 21,
    warnings: [],
    preview: undefined,
    alarms: [
      {
        metric: "match_rate",
        dimension: "crm",
        value: 0.41256,
        previous: 0.8,
        condition: "falls by 20%",
        on: "warn",
      },
    ],
    records: 2_403_112,
    recordsByModel: ["crm", "orders", "web", "app", "desk", "shop", "till"].map((model, index) => ({
      model,
      records: 1_000_000 - index,
    })),
    identities: 403_112,
    merges: 2_000_000,
    components: 400_000,
    constrainedComponents: 12,
    constrainedRecords: 1200,
    refusedMerges: [
      { blockedBy: "user_id", rows: 5833 },
      { blockedBy: "d-003", rows: 1 },
    ],
    recordsRejected: 5,
    rejectedRecords: [
      { model: "crm", reason: "no_email", rows: 4 },
      { model: "crm", reason: "test", rows: 3 },
    ],
    rejectedValues: [{ identifier: "email", reason: "invalid", rows: 7 }],
    decisions: [],
    largestIdentities: [
      { identityId: "id_0123456789abcdef0123", records: 1204 },
      { identityId: "id_1123456789abcdef0123", records: 77 },
    ],
  });
  expect(text).toMatchInlineSnapshot(`
    "customer: 2,403,112 records are 403,112 identities  (run 12, full, 5.2 min)
    Since the run before: records: none; identities: none.

      records           2,403,112  crm 1,000,000, orders 999,999, web 999,998, app 999,997, desk 999,996, 2 others 1,999,989
      merges            2,000,000  records that joined others
      refused merges        5,834  by user_id 5,833, d-003 1
      rejected records          5  crm no_email 4, crm test 3
      rejected values           7  email invalid 7
      largest identity      1,204  records in id_0123456789abcdef0123; then 77
      alarms                    1  match_rate of crm is 41.256%, after 80% in the last run: falls by 20%

    The results are in data/customer.duckdb, schema Golden. Why the largest identity is one:
      select * from "Golden".b2b_merge_evidence where identity_id = 'id_0123456789abcdef0123';
    "
  `);
});
