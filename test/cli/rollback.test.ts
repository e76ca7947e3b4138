// `idweave rollback` as a person meets it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, identityYml, type Project, projectOf } from "./support.ts";

let project: Project;
beforeAll(async () => {
  await ensureBuilt();
  project = projectOf({ "identity.yml": identityYml(), "models/crm.sql": crm("b@x.example") });
  expect((await project.idweave("run --quiet")).code).toBe(0);
  project.write({ "models/crm.sql": crm("a@x.example") });
}, 180_000);
afterAll(() => project.remove());

const crm = (email: string) => `select *
from (values (1, 'u1', 'a@x.example'), (2, null, '${email}')) as rows_of_crm (id, user_id, email)
`;

test("from another project it is refused; from what the last run left it is asked for, tried and done", async () => {
  const changed = await project.idweave("rollback 1 --yes");
  expect(changed).toMatchObject({ code: 1, stdout: "" });
  expect(changed.stderr).toContain(
    "error IDW741: A rollback starts from what the last run left, but identity.yml, a model or a macro changed.",
  );
  expect((await project.idweave("run --quiet")).stdout).toContain("2 records are 1 identities");

  const unasked = await project.idweave("rollback 1");
  expect(unasked).toMatchObject({ code: 2, stdout: "" });
  expect(unasked.stderr).toContain("say --yes or --dry-run");

  const tried = await project.idweave("rollback 1 --dry-run --quiet");
  // That nobody matches any more is an alarm, and stops nobody who goes back.
  expect(tried).toMatchObject({ code: 0 });
  expect(tried.stderr).toContain("warning IDW721: match_rate is 0%");
  expect(tried.stdout).toBe(
    "customer: back to run 1, as run 3: 1 record would get another id (identities: 1 revived); 2 records, 2 identities.\nNothing was changed.\n",
  );

  const done = await project.idweave("rollback 1 --yes --format json");
  expect(JSON.parse(done.stdout)).toMatchObject({ run: 3, mode: "rollback", published: true, identities: 2 });

  const gone = await project.idweave("rollback 9 --yes --quiet");
  expect(gone).toMatchObject({ code: 1 });
  expect(gone.stderr).toContain("There is no run 9; the last is 3.");
  expect(gone.stderr).toContain("Kept are runs 1, 2.");
  const back = await project.idweave("rollback 2 -y -q");
  expect(back).toMatchObject({ code: 0 });
  expect(back.stdout).toContain("A rollback is no decision");
});

test("a run has a number", async () => {
  expect(await project.idweave("rollback last")).toMatchObject({ code: 2 });
});
