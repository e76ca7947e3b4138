// Plans of samples, where what is outside of the sample counts: ids that live on there, and values that others carry too.
import { afterAll, expect, test, vi } from "vitest";
import { planRun } from "../../src/run/plan.ts";
import { type Folder, folderOf } from "./run-project.ts";

// Each test is a dozen of runs.
vi.setConfig({ testTimeout: 600_000 });

const YML = `version: 1
entity: customer
targets: { dev: { type: duckdb, path: customer.duckdb, schema: identity } }
models:
  crm: { file: crm.csv, key: id, observed_at: seen, identifiers: { login: login, email: email } }
identifiers:
  login: { priority: 1, limit: 1 }
  email: { priority: 2, limit: 5, max_records: 3 }
`;

const folders: Folder[] = [];
afterAll(() => {
  for (const folder of folders) folder.remove();
});

function csvOf(rows: readonly string[]): string {
  return `id,seen,login,email\n${rows.map((row) => `${row}\n`).join("")}`;
}

async function projectOf(...days: readonly (readonly string[])[]): Promise<Folder> {
  const folder = folderOf({ "identity.yml": YML });
  folders.push(folder);
  for (const [day, rows] of days.entries()) {
    folder.write({ "crm.csv": csvOf(rows) });
    // The last day is planned.
    if (day < days.length - 1) await folder.run();
  }
  return folder;
}

/** The first sample of half of it that has this many components and records. */
async function sampleOf(folder: Folder, components: number, records: number) {
  for (let seed = 1; seed <= 20; seed += 1) {
    const plan = await planRun({ project: folder.path, full: true, sample: { share: 0.5, seed } });
    if (plan.sample?.components === components && plan.sample.records === records) return plan;
  }
  throw new Error("no such sample in 20");
}

test("an id that lives on outside of the sample is given to nobody in it", async () => {
  const others = ["2,2026-01-02,u1,x@x.example", "3,2026-01-03,u1,x@x.example"];
  const further = [
    "4,2026-01-04,u2,y@x.example",
    "5,2026-01-05,u2,y@x.example",
    "6,2026-01-06,u2,y@x.example",
  ];
  const folder = await projectOf(
    ["1,2026-01-01,,x@x.example", ...others, ...further],
    // The id of record 1 stays with the login, and record 1 goes to others.
    ["1,2026-01-01,,y@x.example", ...others, ...further.slice(1)],
    ["1,2026-01-01,,z@x.example", ...others, ...further.slice(1)],
  );
  const whole = await planRun({ project: folder.path, full: true });
  expect(whole.identities.map(({ event, found }) => [event, found])).toEqual([["split", 1]]);
  const sample = await sampleOf(folder, 2, 3);
  expect(sample.identities).toEqual(whole.identities);
  expect(sample.counts).toMatchObject({ splits: 1, identities: 2, identities_before: 1 });
});

test("a value that the others outside of the sample keep from matching stays so for whoever leaves them", async () => {
  const crowd = ["2", "3", "4", "5"].map((key) => `${key},2026-01-02,u${key},x@x.example`);
  const folder = await projectOf(
    ["1,2026-01-01,u1,x@x.example", ...crowd],
    ["1,2026-01-01,u1,y@x.example", ...crowd],
  );
  for (let seed = 1; seed <= 6; seed += 1) {
    const { writes } = await planRun({ project: folder.path, full: true, sample: { share: 0.5, seed } });
    expect(writes.relations.map(({ relation }) => relation)).not.toContain("withheld_values");
  }
  expect((await sampleOf(folder, 1, 1)).counts).toMatchObject({ identities: 1, identities_before: 1 });
});
