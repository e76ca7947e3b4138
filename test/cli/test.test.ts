// `idweave test` as a user runs it: a new project, exit codes, --update; what the formats look like, test/testing/report.test.ts says.
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

test("a new project passes its tests; --update accepts a value and no claim", {
  timeout: 600_000,
}, async () => {
  expect((await project.idweave("init --yes")).code).toBe(0);
  const passing = await project.idweave("test");
  expect(passing.stdout).toContain("5 tests: 5 passed");
  expect(passing.code).toBe(0);

  project.write({ "more/failing.yml": FAILING });
  const updated = await project.idweave("test more --update");
  expect(updated.code).toBe(3);
  expect(updated.stdout).toContain("= joined by a — email x@x.example — b");
  expect(updated.stdout).toContain("Updated more/failing.yml: 1 value replaced.");
  expect(readFileSync(join(project.path, "more/failing.yml"), "utf8")).toBe(
    FAILING.replace("partition: [[a], [b]]", "partition: [[a, b]]"),
  );
});

test("wrong files end with 1, and say where", { timeout: 600_000 }, async () => {
  project.write({ "wrong.yml": FAILING.replace("email: x@", "emial: x@") });
  const { code, stderr } = await project.idweave("test wrong.yml");
  expect(code).toBe(1);
  expect(stderr).toContain("wrong.yml:4:22: error IDW505: identity.yml uses no column `emial` of orders");
  expect((await project.idweave("test absent.yml")).code).toBe(1);
  expect((await project.idweave("test --filter zebra")).stderr).toContain("IDW805");
});
