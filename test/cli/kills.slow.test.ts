// Runs that are killed (SIGKILL) at moments spread over their whole life, every third while publishing: the earlier results
// are whole, or those of the run that was killed are, and the next run is right and leaves no files behind.
// IDWEAVE_KILLS sets how many.
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/run/run.ts";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { ensureBuilt, type Project, projectOf } from "./support.ts";

const KILLS = Number(process.env["IDWEAVE_KILLS"] ?? 200);
/** Side by side, each in a folder of its own. */
const CHAINS = 2;
/** After so many kills a run is left to end. */
const SERIES = 8;

const YML = `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity, threads: 1 }
models:
  crm:
    file: crm.csv
    key: id
    observed_at: seen
    identifiers: { email: email }
    attributes: [city]
identifiers:
  email: { priority: 1 }
golden_record:
  attributes: { city: most_recent }
`;

/** Two states of the world: in the second some records are new, some gone, some moved, so that every relation changes. */
function crm(version: number): string {
  const world = version % 2;
  const rows = Array.from({ length: 200 }, (_, index) => {
    if (index % 7 === world) return undefined;
    const email = `m${(index + (index % 5 === 0 ? world : 0)) % 80}@x.example`;
    return `${index},2026-01-${String((index % 28) + 1).padStart(2, "0")},${email},c${(index + world) % 9}`;
  });
  return `id,seen,email,city\n${rows.filter((row) => row !== undefined).join("\n")}\n`;
}

const projects: Project[] = [];
beforeAll(ensureBuilt, 180_000);
afterAll(() => {
  for (const project of projects) project.remove();
});

type Contents = Readonly<Record<string, readonly string[]>>;

/** The rows of every relation that has any, without the times of runs. Reads beside whatever a killed run left. */
function contents(folder: string): Promise<Contents> {
  return reading(folder, {}, async (query) => {
    const tables = await query(
      "select table_name as name from duckdb_tables() where database_name = 'held' and schema_name = 'identity'",
    );
    const found: Record<string, readonly string[]> = {};
    for (const name of tables) {
      const rows = await query(`
        select cast(t as varchar) as name
        from (select columns(c -> c not in ('occurred_at', 'started_at', 'finished_at')) from held.identity.${name}) as t
      `);
      if (rows.length > 0) found[name] = rows;
    }
    return found;
  });
}

/** Which records are one. */
function partition(folder: string): Promise<readonly string[]> {
  const groups = `
    select string_agg(record_key, ' ' order by record_key) as name
    from held.identity.identity_records
    group by identity_id
  `;
  return reading(folder, [], (query) => query(groups));
}

type Query = (sql: string) => Promise<readonly string[]>;

async function reading<T>(folder: string, none: T, read: (query: Query) => Promise<T>): Promise<T> {
  const path = join(folder, DATABASE);
  if (!existsSync(path)) return none;
  const warehouse = await openDuckdb({ path: ":memory:" });
  try {
    await warehouse.execute(`attach '${path}' as held (read_only)`);
    return await read(async (sql) => (await warehouse.query(sql)).map(({ name }) => String(name)).sort());
  } finally {
    warehouse.close();
  }
}

const runsOf = (found: Contents) => found["run_log"]?.length ?? 0;

const DATABASE = "customer.duckdb";
/** The database, and the log that a killed run left beside it: both are what the next run starts from. */
const FILES = [DATABASE, `${DATABASE}.wal`];
const INPUTS = ["identity.yml", "crm.csv"];

function newProject(version: number): Project {
  const project = projectOf({ "identity.yml": YML, "crm.csv": crm(version) });
  projects.push(project);
  return project;
}

function copyState(from: Project, to: Project): void {
  for (const file of FILES) {
    rmSync(join(to.path, file), { force: true });
    if (existsSync(join(from.path, file))) copyFileSync(join(from.path, file), join(to.path, file));
  }
}

/** When a run begins to publish and when it has ended, in milliseconds since its start. */
async function timesOf(project: Project): Promise<{ readonly publishing: number; readonly end: number }> {
  const began = performance.now();
  const started = project.start("run");
  await started.shows("Publishing");
  const publishing = performance.now() - began;
  await started.ended;
  return { publishing, end: performance.now() - began };
}

type Tally = { killed: number; ended: number; committed: number; logs: number };

async function chain(tally: Tally): Promise<void> {
  const project = newProject(0);
  const image = newProject(0);
  const times = await timesOf(newProject(0));
  // How long to wait at most: a machine with more or less to do than at first changes it.
  const longest = { whole: times.end, publishing: times.end - times.publishing };
  let version = 0;
  let before = await contents(project.path);
  for (let kill = 1; tally.killed < KILLS; kill += 1) {
    project.write({ "crm.csv": crm(version) });
    copyState(project, image);
    const started = project.start("run");
    const moment = kill % 3 === 0 ? "publishing" : "whole";
    if (moment === "publishing") await started.shows("Publishing");
    await sleep(Math.random() * longest[moment]);
    started.child.kill("SIGKILL");
    const { code } = await started.ended;
    const isKilled = code === null;
    tally[isKilled ? "killed" : "ended"] += 1;
    longest[moment] *= isKilled ? 1.1 : 0.7;
    if (existsSync(join(project.path, `${DATABASE}.wal`))) tally.logs += 1;

    const after = await contents(project.path);
    if (runsOf(after) > runsOf(before)) {
      if (isKilled) {
        tally.committed += 1;
        // The same run on the same state, in peace.
        image.write({ "crm.csv": crm(version) });
        await run({ project: image.path });
        expect(after).toEqual(await contents(image.path));
      }
      expect(await partition(project.path)).toEqual(PARTITIONS[version % 2]);
      version += 1;
    } else {
      expect(after).toEqual(before);
    }
    before = after;

    if (kill % SERIES === 0 || tally.killed >= KILLS) {
      project.write({ "crm.csv": crm(version) });
      expect(await project.idweave("run --quiet")).toMatchObject({ code: 0, stderr: "" });
      before = await contents(project.path);
      expect(runsOf(before)).toBe(runsOf(after) + 1);
      expect(await partition(project.path)).toEqual(PARTITIONS[version % 2]);
      expect(readdirSync(project.path).sort()).toEqual([...INPUTS, DATABASE].sort());
      version += 1;
    }
  }
}

/** Of the two states of the world, by runs that nobody disturbs. */
const PARTITIONS: (readonly string[])[] = [];

test(`${KILLS} killed runs`, async () => {
  for (const version of [0, 1]) {
    const alone = newProject(version);
    await run({ project: alone.path });
    PARTITIONS.push(await partition(alone.path));
  }
  expect(PARTITIONS[0]).not.toEqual(PARTITIONS[1]);
  const tally: Tally = { killed: 0, ended: 0, committed: 0, logs: 0 };
  await Promise.all(Array.from({ length: CHAINS }, () => chain(tally)));
  process.stdout.write(
    `${tally.killed} runs killed, ${tally.committed} of them after the commit, ${tally.logs} with a log left to replay; ${tally.ended} ended before\n`,
  );
  expect(tally.killed).toBeGreaterThanOrEqual(KILLS);
}, 1_200_000);
