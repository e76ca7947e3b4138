// `idweave test` as a user runs it: a new project, formats, exit codes, --update.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, projectOf } from "./support.ts";

const project = projectOf();
beforeAll(ensureBuilt, 180_000);
afterAll(project.remove);

const FAILING = `tests:
  one email:
    records:
      - { orders: a, email: x@x.example }
      - { orders: b, email: X@x.example }
    apart: [a, b]
    partition: [[a], [b]]
`;

test("a new project passes its tests; one that fails is told in every format", async () => {
  expect((await project.idweave("init --yes")).code).toBe(0);
  const passing = await project.idweave("test");
  expect({ code: passing.code, said: passing.stdout.replace(/\(.*s\)/, "") }).toMatchObject({ code: 0 });
  expect(passing.stdout).toContain("5 tests: 5 passed");

  project.write({ "more/failing.yml": FAILING });
  const github = await project.idweave("test more --format github");
  expect(github.code).toBe(3);
  expect(github.stdout.split("\n").map((line) => line.slice(0, 110))).toMatchInlineSnapshot();
  const junit = await project.idweave("test more --format junit");
  expect(junit.stdout.replace(/time="[^"]*"/, 'time="…"')).toMatchInlineSnapshot();
  const json = JSON.parse((await project.idweave("test more --format json")).stdout) as Record<
    string,
    unknown
  >;
  expect(json).toMatchObject({
    failed: 1,
    tests: [
      {
        name: "one email",
        line: 2,
        failures: [{ line: 6, why: ["joined by a — email x@x.example — b"] }, { line: 7 }],
      },
    ],
  });

  const updated = await project.idweave("test more --update");
  expect(updated.code).toBe(3);
  expect(readFileSync(join(project.path, "more/failing.yml"), "utf8")).toBe(
    FAILING.replace("partition: [[a], [b]]", "partition: [[a, b]]"),
  );
});

test("wrong files end with 1, and say where", async () => {
  project.write({ "wrong.yml": FAILING.replace("email: x@", "emial: x@") });
  const { code, stderr } = await project.idweave("test wrong.yml");
  expect(code).toBe(1);
  expect(stderr).toContain("wrong.yml:4:21: error IDW505: identity.yml uses no column `emial` of orders");
  expect((await project.idweave("test absent.yml")).code).toBe(1);
  expect((await project.idweave("test --filter zebra")).stderr).toContain("IDW805");
});
