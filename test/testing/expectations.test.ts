// Every expectation, where it holds and where it does not, with what a failure says; all in one run of many cases.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestReport } from "../../src/testing/index.ts";
import { failuresOf, type Tests, testsOf } from "./suite.ts";

const TEXT = `defaults:
  crm: { city: Rome }
tests:
  all that holds:
    records:
      - { crm: a, user: " U1 ", email: A@x.example, amount: 10.5 }
      - { crm: b, email: b@x.example, others: [a@x.example, none@x.example], street: Via 1, city: Oslo, amount: 2 }
      - { orders: c, user: u2, email: a@x.example }
      - { crm: d, user: nobody, email: no-reply@x.example, street: VIA 1, city: oslo }
      - { crm: t, is_test: true }
      - { orders: many, times: 4, email: m@x.example }
    partition: [[a, b, d], [c], [many1], [many2], [many3], [many4]]
    together: [[a, b], [b, d]]
    apart: [[a, c], [many1, many2]]
    golden:
      a: { city: oslo, city__record: d, paid: 12.5, emails: [a@x.example, b@x.example] }
      c: { city: null, emails: [] }
    values:
      c: { email: contested }
      b: { email: { a@x.example: active, none@x.example: ignored } }
      d: { user_id: invalid, email: ignored }
      many: { email: shared }
    rejected: { t: test_row }
    blocked: [{ identifier: email, value: a@x.example, blocked_by: user_id, limit: 1 }]
    events:
      - { event: created, identity: b, records: 3 }
      - { event: created, identity: c }
      - { event: created }
      - { event: created }
      - { event: created, identity: many2 }
      - { event: created, records: 1 }
  all that does not:
    records:
      - { crm: a, user: u1, email: a@x.example }
      - { crm: b, email: a@x.example, street: Via 1 }
      - { orders: c, user: u2, email: a@x.example }
      - { crm: d, street: Via 1 }
      - { crm: t, is_test: true }
      - { crm: e, email: none@x.example }
      - { crm: f, email: none@x.example }
    decisions:
      - { id: no, decision: cannot_link, a: e, b: f }
    partition: [[a, c], [b, d], [e, f]]
    together: [[b, c], [e, f], [a, t]]
    apart: [a, d]
    golden: { a: { city: Oslo } }
    values: { b: { email: shared, user_id: active } }
    rejected: { t: nothing, a: test_row }
    blocked: []
    events: []
    decided: { no: refused }
  days:
    days:
      - records:
          - { crm: a, user: u1, email: a@x.example }
          - { crm: b, email: b@x.example }
        apart: [a, b]
      - records:
          - { crm: b, email: a@x.example }
        together: [a, b]
        keeps: [a]
        ids: { b: a }
        events: [{ event: merged, identity: b, other: a, identifier: email, value: a@x.example, records: 1 }]
      - decisions: [{ id: no, decision: cannot_link, a: a, b: b }]
        keeps: [a, b]
        ids: { b: b@1 }
        blocked: [{ blocked_by: no }]
      - withdraw: [no]
        together: [a, b]
        remove: [a]
`;

let tests: Tests;
let report: TestReport;
beforeAll(async () => {
  tests = testsOf(TEXT);
  report = await tests.run({ update: true, coverage: true });
});
afterAll(() => tests.remove());

test("what holds passes, and what does not says what was found and why", () => {
  expect(report.tests.map(({ passed }) => passed)).toEqual([true, false, false]);
  expect(failuresOf(report)).toMatchInlineSnapshot(`
    [
      "all that does not:43: [a, c] [b, d] [e, f] → [a, b, d] [c] [e] [f] = a and c are apart: email a@x.example ties them, and was refused: \`user_id\` has a limit of 1 (one side holds u2) = e and f are apart: email none@x.example ties nobody: it is ignored = joined by a — email a@x.example — b",
      "all that does not:44: [b, c] together → [a, b, d] [c] = email a@x.example ties them, and was refused: \`user_id\` has a limit of 1 (one side holds u2)",
      "all that does not:44: [e, f] together → [e] [f] = email none@x.example ties nobody: it is ignored",
      "all that does not:44: [a, t] together → [a, b, d] = t is no record: rejected as test_row",
      "all that does not:45: a | d apart → [a, b, d] = joined by a — email a@x.example — b — place rome|via 1 — d",
      "all that does not:46: city of a is Oslo → it is Rome = supplied by d, by most_recent",
      "all that does not:47: email of b is shared → a@x.example active",
      "all that does not:47: user_id of b is active → b has no user_id",
      "all that does not:48: t rejected as nothing → t is rejected as test_row",
      "all that does not:48: a rejected as test_row → a is not rejected",
      "all that does not:49: no blocked → { identifier: email, value: a@x.example, blocked_by: user_id, limit: 1 }",
      "all that does not:50: no events → { event: created, identity: a, records: 3 }, { event: created, identity: c, records: 1 }, { event: created, identity: e, records: 1 }, { event: created, identity: f, records: 1 }",
      "all that does not:51: decision no is refused → it is in_force",
      "days:65@3: b in the identity with the id that b had on day 2 → that id belongs to [a] now",
      "days:69@4: [a, b] together → [b] = a is no record",
    ]
  `);
});

test("--update writes what was found, but no claim about two records", async () => {
  const [updated, ...others] = report.updates;
  expect(others).toEqual([]);
  const before = TEXT.split("\n");
  const after = (updated?.text ?? "").split("\n");
  expect(after.flatMap((line, index) => (line === before[index] ? [] : [line]))).toMatchInlineSnapshot(`
    [
      "    partition: [[a, b, d], [c], [e], [f]]",
      "    golden: { a: { city: Rome } }",
      "    values: { b: { email: active, user_id: active } }",
      "    rejected: { t: test_row, a: test_row }",
      "    blocked: [{ identifier: email, value: a@x.example, blocked_by: user_id, limit: 1 }]",
      "    events: [{ event: created, identity: a, records: 3 }, { event: created, identity: c, records: 1 }, { event: created, identity: e, records: 1 }, { event: created, identity: f, records: 1 }]",
      "    decided: { no: in_force }",
    ]
  `);
  expect(readFileSync(join(tests.folder, "test/all.yml"), "utf8")).toBe(TEXT);
});

test("coverage tells which rules made a difference", () => {
  const rules = report.coverage ?? [];
  expect(rules.filter(({ isExercised }) => !isExercised).map(({ rule }) => rule)).toMatchInlineSnapshot(`
    [
      "identifier user_id",
      "contested of user_id: first",
      "limit of email: 2",
      "contested of place: nobody",
    ]
  `);
  expect(rules.find(({ rule }) => rule === "limit of email: 2")?.span).toMatchObject({ line: 20 });
});
