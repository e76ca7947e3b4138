// `idweave forget` as a user meets it: what it shows, when it refuses, and that nothing is left in the folder.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, identityYml, type Project, projectOf } from "./support.ts";

const SQL = `select *
from (
  values (1, null, 'ann.secret@x.example'), (2, 'u2', 'ann.secret@x.example'), (3, 'u3', 'c@x.example')
) as rows_of_crm (id, user_id, email)
`;

let project: Project;
beforeAll(async () => {
  await ensureBuilt();
  project = projectOf({ "identity.yml": identityYml(), "models/crm.sql": SQL });
  await project.idweave("run");
}, 180_000);
afterAll(() => project.remove());

function tells(needle: string): readonly string[] {
  return readdirSync(project.path, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(project.path, name);
    return (
      name !== "models/crm.sql" && statSync(path).isFile() && readFileSync(path, "latin1").includes(needle)
    );
  });
}

test("without a terminal it wants --yes, and says so", async () => {
  const { code, stderr, stdout } = await project.idweave("forget crm:1");
  expect(code).toBe(2);
  expect(stderr).toContain("IDW754");
  expect(stdout).toBe("");
});

test("--dry-run lists shapes where it may end in a log, and erases nothing", async () => {
  const { code, stdout, stderr } = await project.idweave("forget email ann.secret@x.example --dry-run");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.replaceAll(/id_[0-9a-f]{20}/g, "id_…")).toBe(`2 records of 1 identity:
  crm:9  in id_…
  crm:9  in id_…
with 2 values:
  email xxx.xxxxxx@x.xxxxxxx
  user_id x9
`);
  expect(tells("ann.secret").length).toBeGreaterThan(0);
});

test("a model or identifier that is not there", async () => {
  const model = await project.idweave("forget crn:1 --yes");
  expect(model.code).toBe(1);
  expect(model.stderr).toMatch(/IDW753[\s\S]*Did you mean `crm`/);
  const identifier = await project.idweave("forget emial ann.secret@x.example --yes");
  expect(identifier.stderr).toMatch(/IDW753[\s\S]*Did you mean `email`/);
  expect(identifier.stderr).not.toContain("secret");
});

test("--yes erases, and leaves nothing in the folder, compiled files and reports included", async () => {
  await project.idweave("compile");
  expect(tells("ann.secret").length).toBeGreaterThan(0);
  const dry = await project.idweave("forget crm:1 --dry-run --format json");
  expect(JSON.parse(dry.stdout)).toMatchObject({ records: 1, values: 1 });
  const json = await project.idweave("forget crm:1 --yes --format json");
  expect(JSON.parse(json.stdout)).toMatchObject({ mode: "incremental", changes: { erased_records: 1 } });
  const { code, stdout, stderr } = await project.idweave("forget crm:2 --yes --quiet");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("1 erased");
  await project.idweave("compile");
  expect(tells("ann.secret").filter((name) => name.includes("compiled"))).toEqual(
    // The model itself holds the value, and is compiled.
    ["target/compiled/01_sources.sql", "target/compiled/incremental/01_sources.sql"],
  );
  expect(tells("ann.secret").filter((name) => !name.includes("compiled"))).toEqual([]);
  const gone = await project.idweave("forget crm:2 --dry-run");
  expect(gone.stdout).toContain("No record has this key now");
});
