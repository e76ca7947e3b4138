// Mistakes in test files: each at its line and column, all at once, with the nearest right name.
import { afterAll, expect, test } from "vitest";
import { type Tests, testsOf } from "./suite.ts";

const all: Tests[] = [];
afterAll(() => {
  for (const tests of all) tests.remove();
});
function given(text: string, more?: Readonly<Record<string, string>>): Tests {
  const tests = testsOf(text, more);
  all.push(tests);
  return tests;
}

test("names that are wrong, all at once", async () => {
  const tests = given(`defaults:
  crn: { city: Rome }
tests:
  wrong names:
    records:
      - { crn: a, email: a@x.example }
      - { crm: b, emial: b@x.example, user_id: u1 }
      - { crm: c }
      - { orders: c }
    together: [b, bb]
    golden: { b: { cty: Rome } }
    values: { b: { emial: activ } }
    keeps: [b]
  nothing expected:
    records: [{ crm: a }]
  no days:
    days: [{ records: [{ crm: a }], apart: [a] }]
    together: [a]
`);
  expect(await tests.problems()).toMatchInlineSnapshot(`
    "test/all.yml:2:3: error IDW310: there is no model \`crn\`
      |
    1 | defaults:
    2 |   crn: { city: Rome }
      |   ^^^
      = Did you mean \`crm\`? Models: \`crm\`, \`orders\`.

    test/all.yml:6:11: error IDW310: there is no model \`crn\`
      |
    5 |     records:
    6 |       - { crn: a, email: a@x.example }
      |           ^^^
      = A record starts with its model and a name. Did you mean \`crm\`? Models: \`crm\`, \`orders\`.

    test/all.yml:7:19: error IDW505: identity.yml uses no column \`emial\` of crm
      |
    6 |       - { crn: a, email: a@x.example }
    7 |       - { crm: b, emial: b@x.example, user_id: u1 }
      |                   ^^^^^
      = Did you mean \`email\`? Columns: \`id\`, \`seen\`, \`user\`, \`email\`, \`others\`, \`city\`, \`street\`, \`amount\`.

    test/all.yml:7:39: error IDW505: identity.yml uses no column \`user_id\` of crm
      |
    6 |       - { crn: a, email: a@x.example }
    7 |       - { crm: b, emial: b@x.example, user_id: u1 }
      |                                       ^^^^^^^
      = \`user_id\` of crm is in \`user\`.

    test/all.yml:9:19: error IDW802: \`c\` is already a record of crm
      |
    8 |       - { crm: c }
    9 |       - { orders: c }
      |                   ^
      = Names are unique in a test: choose another.

    test/all.yml:10:19: error IDW801: this test has no record \`bb\`
       |
     9 |       - { orders: c }
    10 |     together: [b, bb]
       |                   ^^
      = Did you mean \`b\`? Records of this test: \`b\`, \`c\`.

    test/all.yml:11:20: error IDW308: there is no golden attribute \`cty\`
       |
    10 |     together: [b, bb]
    11 |     golden: { b: { cty: Rome } }
       |                    ^^^
      = Did you mean \`city\`? Golden attributes: \`city\`, \`paid\`, \`emails\`.

    test/all.yml:12:20: error IDW302: there is no identifier \`emial\`
       |
    11 |     golden: { b: { cty: Rome } }
    12 |     values: { b: { emial: activ } }
       |                    ^^^^^
      = Did you mean \`email\`? Identifiers: \`user_id\`, \`email\`, \`place\`.

    test/all.yml:12:27: error IDW205: \`activ\` is no status of a value
       |
    11 |     golden: { b: { cty: Rome } }
    12 |     values: { b: { emial: activ } }
       |                           ^^^^^
      = Did you mean \`active\`? Allowed: \`active\`, \`contested\`, \`over_limit\`, \`shared\`, \`empty\`, \`invalid\`, \`ignored\`.

    test/all.yml:13:13: error IDW804: there is no day 0 before day 1
       |
    12 |     values: { b: { emial: activ } }
    13 |     keeps: [b]
       |             ^
      = Ids are compared with those of an earlier day: write the test with \`days\`.

    test/all.yml:14:3: error IDW803: the test \`nothing expected\` expects nothing
       |
    13 |     keeps: [b]
    14 |   nothing expected:
       |   ^^^^^^^^^^^^^^^^
      = Say what must hold: \`together\`, \`apart\`, \`partition\`, \`golden\`, \`events\` and others.

    test/all.yml:17:44: error IDW804: \`apart\` speaks of one record only
       |
    16 |   no days:
    17 |     days: [{ records: [{ crm: a }], apart: [a] }]
       |                                            ^^^
      = Name two or more.

    test/all.yml:18:5: error IDW206: \`together\` stands beside \`days\`
       |
    17 |     days: [{ records: [{ crm: a }], apart: [a] }]
    18 |     together: [a]
       |     ^^^^^^^^
      = Move it into one of the \`days\`.
    "
  `);
});

test("shapes that are wrong", async () => {
  const tests = given(
    `tests:
  wrong shapes:
    record: [{ crm: a }]
    together: a
  wrong rows:
    records: [{ crm: { csv: more.csv } }, { crm: { csv: none.csv } }]
    decisions: [{ decision: must_join, a: x }]
    events: [{ event: born }]
`,
    { "test/more.csv": "email\na@x.example\n" },
  );
  expect(await tests.problems()).toMatchInlineSnapshot(`
    "test/all.yml:3:5: error IDW201: unknown key \`record\` in \`tests."wrong shapes"\`
      |
    2 |   wrong shapes:
    3 |     record: [{ crm: a }]
      |     ^^^^^^
      = Did you mean \`records\`? Allowed: \`records\`, \`decisions\`, \`as_of\`, \`days\`, \`together\`, \`apart\`, \`partition\`, \`golden\`, \`rejected\`, \`values\`, \`blocked\`, \`events\`, \`decided\`, \`keeps\`, \`ids\`.

    test/all.yml:4:15: error IDW203: \`tests."wrong shapes".together\` must be a list, not the text \`a\`
      |
    3 |     record: [{ crm: a }]
    4 |     together: a
      |               ^
      = Records that are one identity; or several lists, each of them one. Example: \`[anna, order]\`.

    test/all.yml:7:29: error IDW205: \`tests."wrong rows".decisions[0].decision\` must be \`must_link\`, \`cannot_link\`, \`ignore_value\` or \`golden_override\`, not \`must_join\`
      |
    6 |     records: [{ crm: { csv: more.csv } }, { crm: { csv: none.csv } }]
    7 |     decisions: [{ decision: must_join, a: x }]
      |                             ^^^^^^^^^
      = Did you mean \`must_link\`?

    test/all.yml:8:23: error IDW205: \`tests."wrong rows".events[0].event\` must be \`created\`, \`merged\`, \`split\`, \`moved\`, \`revived\`, \`retired\` or \`erased\`, not \`born\`
      |
    7 |     decisions: [{ decision: must_join, a: x }]
    8 |     events: [{ event: born }]
      |                       ^^^^
    "
  `);
});

test("a file that is no test, and a folder without one", async () => {
  expect(await given("- a\n").problems()).toMatchInlineSnapshot(`
    "test/all.yml:1:1: error IDW106: the file holds a list, not keys with values
      |
    1 | - a
      | ^
      = Start with \`tests:\` at the start of a line, and below it a name for each test.
    "
  `);
  expect(await given("", { "test/all.yml": "" }).problems()).toMatchInlineSnapshot(`
    "test/all.yml:1:1: error IDW104: the file is empty
      |
    1 |
      | ^
      = It needs at least \`tests\`, and below it a name for each test.
    "
  `);
});

test("a case that cannot run fails alone, with what the run says", async () => {
  const tests = given(`tests:
  right:
    records: [{ crm: a }, { crm: b }]
    apart: [a, b]
  twice the same key:
    records: [{ crm: a, id: x }, { crm: b, id: x }]
    apart: [a, b]
  no time:
    records: [{ crm: a, at: yesterday }, { crm: b }]
    apart: [a, b]
`);
  const { tests: found } = await tests.run();
  expect(
    found.map(({ name, passed, problems }) => [
      name,
      passed,
      ...problems.map(({ code, message }) => `${code} ${message}`),
    ]),
  ).toMatchInlineSnapshot(`
    [
      [
        "right",
        true,
      ],
      [
        "twice the same key",
        false,
        "IDW501 The model crm has 1 key more than once: \`x\`.",
      ],
      [
        "no time",
        false,
        "IDW503 \`seen\` of crm has 1 time that cannot be read: \`yesterday\` (keys \`a\`).",
      ],
    ]
  `);
});

test("rows of a CSV, and files that are named", async () => {
  const tests = given(
    `tests:
  from a file:
    records: [{ crm: { csv: more.csv } }, { orders: o, email: b@x.example }]
    partition: [["1"], ["2", o]]
`,
    { "test/more.csv": 'id,email,city\n1,a@x.example,"Rome, ""old"""\n2,b@x.example,\n' },
  );
  expect(await tests.run({ filter: "FROM" })).toMatchObject({ passed: 1, failed: 0, skipped: 0 });
  await expect(tests.run({ filter: "nothing like it" })).rejects.toThrow(
    "No test has `nothing like it` in its name",
  );
  await expect(tests.run({ files: ["test/absent.yml"] })).rejects.toThrow(
    "There is no file test/absent.yml.",
  );
});
