// Runs that are stopped, that meet another run, or that meet a reader: earlier results stay whole.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { CRM_SQL, ensureBuilt, identityYml, LARGE_SQL, type Project, projectOf } from "./support.ts";

const projects: Project[] = [];
let project: Project;

beforeAll(ensureBuilt, 180_000);
beforeEach(() => {
  project = projectOf({ "identity.yml": identityYml(), "models/crm.sql": CRM_SQL });
  projects.push(project);
});
afterAll(() => {
  for (const each of projects) each.remove();
});

async function results() {
  const warehouse = await openDuckdb({ path: join(project.path, "customer.duckdb") });
  try {
    return [
      await warehouse.query("select * from identity.identity_records order by all"),
      await warehouse.query("select run from identity.run_log"),
    ];
  } finally {
    warehouse.close();
  }
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s in the middle: exit code 130, earlier results",
  async (signal) => {
    expect((await project.idweave("run --quiet")).code).toBe(0);
    const before = await results();
    project.write({ "models/crm.sql": LARGE_SQL });
    const run = project.start("run");
    await run.shows("Numbering the records");
    run.child.kill(signal);
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("Stopping; nothing is published.");
    expect(stderr).toContain("error IDW706");
    expect(await results()).toEqual(before);
    expect(readdirSync(project.path).filter((name) => name.includes("building"))).toEqual([]);
  },
);

test("a second Ctrl-C ends it at once; the next run starts over", async () => {
  project.write({ "models/crm.sql": LARGE_SQL });
  const run = project.start("run");
  await run.shows("Numbering the records");
  run.child.kill("SIGINT");
  run.child.kill("SIGINT");
  const { code } = await run.ended;
  expect(code === 130 || run.child.signalCode === "SIGINT").toBe(true);
  project.write({ "models/crm.sql": CRM_SQL });
  expect((await project.idweave("run --quiet")).code).toBe(0);
});

test("a second run at the same time fails and names the first", async () => {
  project.write({ "models/crm.sql": LARGE_SQL });
  const first = project.start("run");
  await first.shows("Reading the models");
  const second = await project.idweave("run --quiet");
  first.child.kill("SIGINT");
  await first.ended;
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(
    `error IDW701: Another run of customer.duckdb is under way: process ${first.child.pid}.`,
  );
});

test("a reader holds the database: publishing waits, then fails and says who it is", async () => {
  expect((await project.idweave("run --quiet")).code).toBe(0);
  project.write({ "identity.yml": `${identityYml()}runs: { lock_timeout: 1s }\n` });
  const reader = await openReader();
  const { code, stderr } = await project.idweave("run");
  reader.close();
  expect(code).toBe(1);
  expect(stderr).toContain("customer.duckdb is open in ");
  expect(stderr).toContain("waiting to publish");
  expect(stderr).toMatch(/error IDW702: customer\.duckdb is open in .+ within 1 s\./);
  expect((await project.idweave("run --quiet")).code).toBe(0);
});

/** In this process: DuckDB's locks hold between processes. */
async function openReader() {
  const warehouse = await openDuckdb({ path: ":memory:" });
  await warehouse.execute(`attach '${join(project.path, "customer.duckdb")}' as held (read_only)`);
  return warehouse;
}
