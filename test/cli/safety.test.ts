// What a run meets that it cannot help: no memory, no disk, readers, another run of the same file, leftovers of a killed one.
// Earlier results stay whole, and the message says what to do.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { CRM_SQL, ensureBuilt, identityYml, LARGE_SQL, MAIN, type Project, projectOf } from "./support.ts";

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

async function results(schema = "identity"): Promise<unknown> {
  const warehouse = await openDuckdb({ path: ":memory:" });
  try {
    await warehouse.execute(`attach '${join(project.path, "customer.duckdb")}' as held (read_only)`);
    return [
      await warehouse.query(`select * from held.${schema}.identity_records order by all`),
      await warehouse.query(`select run from held.${schema}.run_log order by all`),
    ];
  } finally {
    warehouse.close();
  }
}

const leftovers = () => readdirSync(project.path).filter((name) => /building|\.wal|\.tmp/.test(name));

test("out of memory: the limit is named, earlier results stay", async () => {
  expect((await project.idweave("run --quiet")).code).toBe(0);
  const before = await results();
  project.write({
    "identity.yml": identityYml().replace("schema: identity", "schema: identity, memory_limit: 30MB"),
    "models/crm.sql": LARGE_SQL,
  });
  const { code, stderr } = await project.idweave("run --quiet");
  expect(code).toBe(1);
  expect(stderr).toContain("error IDW703: DuckDB ran out of memory:");
  expect(stderr).toContain("Raise `memory_limit` of the target");
  expect(await results()).toEqual(before);
  expect(leftovers()).toEqual([]);
});

const MEDIUM_SQL = LARGE_SQL.replace("3000000", "150000");

// A file that may not grow (EFBIG) stands for a disk that is full (ENOSPC): a small disk cannot be made without root.
test.each([
  {
    what: "to spill to",
    options: ", memory_limit: 80MB, threads: 1",
    blocks: 2500,
    stage: "Cleaning the values",
  },
  { what: "to publish", options: "", blocks: 2500, stage: "Publishing" },
])("no room $what: earlier results stay", async ({ options, blocks, stage }) => {
  expect((await project.idweave("run --quiet")).code).toBe(0);
  const before = await results();
  project.write({
    "identity.yml": identityYml().replace("schema: identity", `schema: identity${options}`),
    "models/crm.sql": MEDIUM_SQL,
  });
  const { code, stderr } = await limited(blocks);
  expect(code).toBe(1);
  expect(stderr).toContain("error IDW704: The disk is full:");
  expect(stderr).toContain(stage);
  expect(await results()).toEqual(before);
  expect(leftovers().filter((name) => name.includes("building"))).toEqual([]);
  project.write({ "models/crm.sql": CRM_SQL });
  expect((await project.idweave("run --quiet")).code).toBe(0);
  expect(leftovers()).toEqual([]);
});

/** A run whose files may have so many blocks of 1,024 bytes. */
function limited(blocks: number): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const command = `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$1" run`;
  const child = spawn("bash", ["-c", command, process.execPath, MAIN], { cwd: project.path });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ code, stderr }));
  });
}

test("readers read all the while, and publishing waits for the one that stays", async () => {
  expect((await project.idweave("run --quiet")).code).toBe(0);
  const before = await results();
  const reader = holdOpen("read_only");
  await reader.holds;
  const run = project.start("run");
  await run.shows("waiting to publish");
  // A second reader comes and goes while the first stays and the run waits.
  expect(await results()).toEqual(before);
  await sleep(500);
  expect(run.child.exitCode).toBe(null);
  reader.release();
  const { code, stderr } = await run.ended;
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toContain(`open in process ${reader.pid}`);
});

test("a program that writes to the database is named", async () => {
  expect((await project.idweave("run --quiet")).code).toBe(0);
  const writer = holdOpen("read_write");
  await writer.holds;
  const { code, stderr } = await project.idweave("run --quiet");
  writer.release();
  expect(code).toBe(1);
  expect(stderr).toContain("error IDW702: customer.duckdb cannot be read:");
  expect(stderr).toContain(String(writer.pid));
});

/** Another process that has the database open until it is released. */
function holdOpen(access: "read_only" | "read_write") {
  const script = `
    const { DuckDBInstance } = await import(${JSON.stringify(import.meta.resolve("@duckdb/node-api"))});
    const instance = await DuckDBInstance.create("customer.duckdb", { access_mode: "${access}" });
    const connection = await instance.connect();
    await connection.run("select 1");
    process.stdout.write("held");
    process.stdin.once("data", () => process.exit(0));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: project.path,
    stdio: ["pipe", "pipe", "inherit"],
  });
  return {
    pid: child.pid,
    holds: new Promise<void>((resolve) => child.stdout.once("data", () => resolve())),
    release: () => child.stdin.write("x"),
  };
}

test("two schemas of one file: one run at a time, and neither touches the other", async () => {
  const other = `  other: { type: duckdb, path: customer.duckdb, schema: second }\n`;
  project.write({ "identity.yml": identityYml().replace("models:\n", `${other}models:\n`) });
  expect((await project.idweave("run --quiet")).code).toBe(0);
  const first = await results();
  project.write({ "models/crm.sql": LARGE_SQL });
  const running = project.start("run");
  await running.shows("Reading the models");
  const refused = await project.idweave("run --quiet -t other");
  running.child.kill("SIGINT");
  await running.ended;
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain(
    `Another run of customer.duckdb is under way: process ${running.child.pid}.`,
  );
  project.write({ "models/crm.sql": CRM_SQL });
  expect((await project.idweave("run --quiet -t other")).code).toBe(0);
  expect(await results()).toEqual(first);
  expect(await results("second")).toEqual(first);
});

test("a lock that a killed run left, and its files, are no obstacle", async () => {
  project.write({ "models/crm.sql": LARGE_SQL });
  const killed = project.start("run");
  await killed.shows("Cleaning the values");
  killed.child.kill("SIGKILL");
  await killed.ended;
  expect(existsSync(join(project.path, "customer.duckdb.building"))).toBe(true);
  project.write({ "models/crm.sql": CRM_SQL });
  expect(await project.idweave("run --quiet")).toMatchObject({ code: 0, stderr: "" });
  expect(leftovers()).toEqual([]);
});

test("a scratch file that a killed run left half written is no obstacle either", async () => {
  writeFileSync(join(project.path, "customer.duckdb.building"), "DUCK".repeat(2000));
  expect(await project.idweave("run --quiet")).toMatchObject({ code: 0, stderr: "" });
  expect(leftovers()).toEqual([]);
});
