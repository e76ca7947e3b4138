// Ids of a system that is being replaced: what the first run keeps of them, and what it says is wrong with them.
import { afterAll, expect, test } from "vitest";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { type Folder, folderOf } from "./run-project.ts";

const folders: Folder[] = [];
afterAll(() => {
  for (const folder of folders) folder.remove();
});

const YML = `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
models:
  crm:
    file: crm.csv
    key: id
    observed_at: seen
    identifiers: { user_id: user_id, email: email }
identifiers:
  user_id: { priority: 1, limit: 1, contested: first }
  email: { priority: 2, limit: 5, contested: first }
import: { ids: old/ids.csv }
`;
const CRM = `id,seen,user_id,email
1,2026-01-01,u1,a@x.example
2,2026-01-02,,a@x.example
3,2026-01-03,,c@x.example
4,2026-01-04,,d@x.example
5,2026-01-05,,e@x.example
6,2026-01-06,,f@x.example
`;
// 1 and 2 were two customers, 3 and 4 one, and nobody knew 5.
const IDS = `record_key;identity_id
crm:1;C-100
crm:2;C-200
crm:3;C-300
crm:4;C-300
crm:6;C-600
crm:9;C-900
crm:6;C-600
`;

function projectOf(files: Readonly<Record<string, string>> = {}): Folder {
  const folder = folderOf({ "identity.yml": YML, "crm.csv": CRM, "old/ids.csv": IDS, ...files });
  folders.push(folder);
  return folder;
}

const idsOf = async (folder: Folder) =>
  Object.fromEntries(
    (await folder.query("select source_key, identity_id from identity.identity_records")).map((row) => [
      row["source_key"],
      row["identity_id"],
    ]),
  );

async function problems(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error ?? new Error("nothing was wrong");
  return error.diagnostics.map(({ code, message }) => `${code} ${message}`);
}

test("ids are kept by the rules of ids, and events tell what differs", async () => {
  const folder = projectOf();
  const report = await folder.run();
  expect(report.mode).toBe("full");
  const ids = await idsOf(folder);
  // The oldest by the time of its anchor survives a merge, and stays with the first of equals in a split.
  expect(ids).toMatchObject({ 1: "C-100", 2: "C-100", 3: "C-300", 6: "C-600" });
  expect(ids["4"]).toMatch(/^id_[0-9a-f]{20}$/);
  expect(ids["5"]).toMatch(/^id_[0-9a-f]{20}$/);
  expect(
    await folder.query(
      "select run, event, identity_id, other_identity_id, value from identity.identity_events order by all",
    ),
  ).toEqual([
    { run: 1, event: "created", identity_id: ids["5"], other_identity_id: null, value: null },
    { run: 1, event: "merged", identity_id: "C-200", other_identity_id: "C-100", value: "a@x.example" },
    { run: 1, event: "split", identity_id: ids["4"], other_identity_id: "C-300", value: null },
  ]);
  expect(
    await folder.query(
      "select identity_id, status, anchor_record_key as anchor, created_run from identity.identities where identity_id like 'C%' order by all",
    ),
  ).toEqual([
    { identity_id: "C-100", status: "active", anchor: "crm:1", created_run: 0 },
    { identity_id: "C-200", status: "merged", anchor: "crm:2", created_run: 0 },
    { identity_id: "C-300", status: "active", anchor: "crm:3", created_run: 0 },
    { identity_id: "C-600", status: "active", anchor: "crm:6", created_run: 0 },
  ]);
  expect(
    await folder.query(
      "select current_identity_id as id from identity.identity_redirects where identity_id = 'C-200'",
    ),
  ).toEqual([{ id: "C-100" }]);
  expect(report.warnings.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "IDW623 1 imported id of records that no model has: `crm:9`; they were left out.",
  ]);
});

test("later runs ignore it, even if it is gone", async () => {
  const folder = projectOf();
  await folder.run();
  const ids = await idsOf(folder);
  folder.write({ "old/ids.csv": "" });
  expect((await folder.run()).mode).toBe("incremental");
  folder.write({ "identity.yml": YML.replace("import: { ids: old/ids.csv }\n", "") });
  expect((await folder.run()).mode).toBe("incremental");
  folder.write({ "identity.yml": YML });
  const report = await folder.run({ full: true });
  expect(await idsOf(folder)).toEqual(ids);
  expect(report.changes.events).toMatchObject({ created: 0, merged: 0, split: 0, retired: 0 });
});

test("a merged id comes back when its records part", async () => {
  const folder = projectOf();
  await folder.run();
  folder.write({ "crm.csv": CRM.replace("2,2026-01-02,,a@", "2,2026-01-02,,z@") });
  await folder.run();
  expect(await idsOf(folder)).toMatchObject({ 1: "C-100", 2: "C-200" });
});

test("decisions may name imported ids", async () => {
  const folder = projectOf({
    "identity.yml": `${YML}decisions: decisions.csv\n`,
    "decisions.csv": "id,decision,a,b\nd1,must_link,C-300,C-600\n",
  });
  await folder.run();
  expect(await idsOf(folder)).toMatchObject({ 3: "C-300", 6: "C-300" });
  expect(await folder.query("select a, b, status from identity.decisions_in_force")).toEqual([
    { a: "crm:3", b: "crm:6", status: "in_force" },
  ]);
  // They keep to the records that they meant at first.
  await folder.run({ full: true });
  expect(await folder.query("select a, b from identity.decisions_in_force")).toEqual([
    { a: "crm:3", b: "crm:6" },
  ]);
});

test("a table of the target", async () => {
  const folder = projectOf({ "identity.yml": YML.replace("old/ids.csv", "{ table: raw.old_ids }") });
  await folder.query("create schema raw");
  await folder.query(
    "create table raw.old_ids as select 'crm:' || range as record_key, 77 as identity_id from range(1, 3)",
  );
  await folder.run();
  expect(await idsOf(folder)).toMatchObject({ 1: "77", 2: "77" });
});

test("contradictions and gaps are errors, all at once", async () => {
  const folder = projectOf({
    "old/ids.csv": "record_key,identity_id\ncrm:1,C-1\ncrm:1,C-2\ncrm:2,\n,C-3\n",
  });
  expect(await problems(folder.run())).toEqual([
    "IDW621 old/ids.csv has 1 record with more than one id: `crm:1 (C-1, C-2)`.",
    "IDW622 old/ids.csv has 1 record without an id: `crm:2`.",
    "IDW622 old/ids.csv has 1 id without a record_key.",
  ]);
  folder.write({ "old/ids.csv": "record,identity_id\ncrm:1,C-1\n" });
  expect(await problems(folder.run())).toEqual(["IDW620 The imported ids have no column `record_key`."]);
  folder.write({ "identity.yml": YML.replace("ids.csv", "idz.csv") });
  expect(await problems(folder.run())).toEqual([
    "IDW401 The import cannot be read: there is no file old/idz.csv.",
  ]);
  folder.write({ "identity.yml": YML.replace("ids.csv", "ids.xlsx") });
  expect((await problems(folder.run()))[0]).toContain("IDW413 The import cannot be read");
});
