// Cases that share a run stay apart, and come out as if each were alone: the cases of a file, together and one by one.
import { afterAll, expect, test } from "vitest";
import { readProject } from "../../src/config/index.ts";
import { groupsOf } from "../../src/testing/groups.ts";
import { readSuite } from "../../src/testing/read.ts";
import { failuresOf, IDENTITY, type Tests, testsOf } from "./suite.ts";

const all: Tests[] = [];
afterAll(() => {
  for (const tests of all) tests.remove();
});

/** Many cases with the same keys and the same values; each expects another partition. */
const CASES = [
  "records: [{ crm: a, user: u1, email: x@x.example }, { crm: b, email: X@x.example }]\n    partition: [[a, b]]",
  "records: [{ crm: a, user: u1, email: x@x.example }, { crm: b, user: u2, email: x@x.example }, { crm: c, email: x@x.example }]\n    partition: [[a, c], [b]]",
  "records: [{ orders: a, times: 3, email: x@x.example }]\n    partition: [[a]]",
  "records: [{ orders: a, times: 4, email: x@x.example }]\n    partition: [[a1], [a2], [a3], [a4]]",
  "records: [{ crm: a, email: none@x.example }, { crm: b, email: NONE@x.example }]\n    partition: [[a], [b]]",
  "records: [{ crm: a, email: noreply@x.example }, { crm: b, email: noreply@x.example }]\n    partition: [[a], [b]]",
  "records: [{ crm: a, city: Rome, street: Via 1 }, { crm: b, city: ROME, street: ' via 1' }]\n    partition: [[a, b]]\n    golden: { a: { city: ROME } }",
  "records: [{ crm: a, email: x@x.example }, { crm: b, email: x@x.example }]\n    decisions: [{ id: d, decision: cannot_link, a: a, b: b }]\n    partition: [[a], [b]]\n    blocked: [{ blocked_by: d, value: x@x.example }]",
  "records: [{ crm: a, email: x@x.example }, { crm: b, email: x@x.example }]\n    decisions: [{ id: d, decision: ignore_value, identifier: email, value: X@x.example }]\n    partition: [[a], [b]]\n    values: { a: { email: ignored } }",
  "records: [{ crm: a }, { crm: b }]\n    decisions: [{ id: d, decision: must_link, a: a, b: b }]\n    partition: [[a, b]]",
  "records: [{ crm: a, user: U1 }, { crm: b, user: ' u1 ' }, { crm: c, user: guest }, { crm: d, user: guest }]\n    partition: [[a, b], [c], [d]]\n    values: { c: { user_id: { guest: invalid } } }",
];
const textOf = (bodies: readonly string[]) =>
  `tests:\n${bodies.map((body, index) => `  case ${index + 1}:\n    ${body}\n`).join("")}`;

test("together as alone", async () => {
  const together = testsOf(textOf(CASES));
  // A key with a bar in it makes a case run alone.
  const alone = testsOf(
    textOf(
      CASES.slice(0, 3).map((body) =>
        body
          .replace("records: [", "records: [{ crm: zz, id: 'z|z' }, ")
          .replace("partition: [", "partition: [[zz], "),
      ),
    ),
  );
  all.push(together, alone);
  expect(failuresOf(await together.run())).toEqual([]);
  expect(failuresOf(await alone.run())).toEqual([]);
});

test("who runs with whom", () => {
  const { value: project } = readProject(IDENTITY, "identity.yml");
  if (project === undefined) throw new Error("no project");
  const groups = (text: string) => {
    const { value: suite } = readSuite([{ file: "a.yml", text, beside: () => undefined }], project);
    return groupsOf(suite?.cases ?? [], project).map((group) =>
      group.map(({ tag, test: each }) => `${tag} ${each.name}`),
    );
  };
  expect(
    groups(`tests:
  plain: { records: [{ crm: a }], partition: [[a]] }
  later: { as_of: 2026-01-02, records: [{ crm: a }], partition: [[a]] }
  bar: { records: [{ crm: 'a|b' }], partition: [['a|b']] }
  another: { days: [{ records: [{ crm: a }], partition: [[a]] }, { remove: [a], partition: [] }] }
  later too: { as_of: 2026-01-02, records: [{ orders: 'a|b' }], partition: [['a|b']] }
`),
  ).toEqual([["t00000 plain", "t00001 another"], ["t00000 later", "t00001 later too"], [" bar"]]);
});
