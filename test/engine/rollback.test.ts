// Going back to an earlier run: the partition, what decisions and later records make of it, and what the next runs do.
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
    identifiers: { user_id: user_id, email: [email, other] }
    attributes: [city]
identifiers:
  user_id: { priority: 1, limit: 1, contested: first }
  email: { priority: 2, limit: 5, contested: first }
decisions: decisions.csv
golden_record:
  attributes: { city: most_recent }
`;
const HEADER = "id,seen,user_id,email,other,city";
const ROWS = {
  1: "1,2026-01-01,u1,a@x.example,,Rome",
  2: "2,2026-01-02,,a@x.example,,Oslo",
  3: "3,2026-01-03,,c@x.example,,Bern",
  4: "4,2026-01-04,,c@x.example,,Graz",
  5: "5,2026-01-05,u5,e@x.example,,Lyon",
};
const csv = (rows: readonly string[]) => `${[HEADER, ...rows].join("\n")}\n`;
const decisions = (...rows: readonly string[]) => `${["id,decision,a,b", ...rows].join("\n")}\n`;
const FIRST = Object.values(ROWS);
/** Record 3 now says that both addresses are one person's. */
const JOINED = FIRST.map((row) => (row === ROWS[3] ? "3,2026-01-03,,c@x.example,a@x.example,Bern" : row));

function projectOf(yml = YML): Folder {
  const folder = folderOf({ "identity.yml": yml, "crm.csv": csv(FIRST), "decisions.csv": decisions() });
  folders.push(folder);
  return folder;
}

/** The groups of source keys, by their ids. */
async function groups(folder: Folder): Promise<Readonly<Record<string, string>>> {
  const rows = await folder.query(
    "select identity_id, string_agg(source_key, '' order by source_key) as keys from identity.identity_records group by identity_id",
  );
  return Object.fromEntries(rows.map((row) => [String(row["keys"]), String(row["identity_id"])]));
}

const keysOf = async (folder: Folder) => Object.keys(await groups(folder)).sort();

async function codesOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error ?? new Error("nothing was refused");
  return error.diagnostics.map(({ code, message, hint }) => `${code} ${message} ${hint ?? ""}`);
}

/** Everything that must hold between published relations, whoever wrote them last. */
async function isSound(folder: Folder): Promise<void> {
  const none = async (sql: string) => expect(await folder.query(sql), sql).toEqual([]);
  await none(
    `select identity_id from identity.identity_records group by identity_id having count(distinct component) > 1`,
  );
  await none(`select r.* from identity.identity_records r left join identity.identities i
    on i.identity_id = r.identity_id and i.status = 'active' where i.identity_id is null`);
  await none(`select i.identity_id from identity.identities i left join
    (select identity_id, count(*) as n from identity.identity_records group by all) r on r.identity_id = i.identity_id
    where i.records <> coalesce(r.n, 0)`);
  await none(
    `select identifier, value from identity.identity_values where status = 'active' group by all having count(*) > 1`,
  );
  await none(`select g.identity_id from identity.golden_records g full join
    (select identity_id from identity.identities where status = 'active') i on i.identity_id = g.identity_id
    where g.identity_id is null or i.identity_id is null`);
  await none(`select r.identity_id from identity.identity_redirects r left join identity.identities i
    on i.identity_id = r.current_identity_id where r.current_identity_id is not null and i.status is distinct from 'active'`);
  await none(`select v.identity_id, v.identifier, v.value from identity.identity_values v full join
    (select distinct i.identity_id, v.identifier, v.value from identity.record_values v join identity.identity_records i using (record_key)) r
    on r.identity_id = v.identity_id and r.identifier = v.identifier and r.value = v.value
    where v.identity_id is null or r.identity_id is null`);
}

test("a merge is taken back, with the ids of before, and golden records follow", async () => {
  const folder = projectOf();
  await folder.run();
  const before = await groups(folder);
  const golden = await folder.query("select identity_id, city from identity.golden_records order by all");
  folder.write({ "crm.csv": csv(JOINED) });
  await folder.run();
  expect(await keysOf(folder)).toEqual(["1234", "5"]);

  const report = await folder.run({ rollbackTo: 1 });
  expect({ run: report.run, mode: report.mode, changes: report.changes }).toMatchObject({
    run: 3,
    mode: "rollback",
    changes: { newRecords: 0, changedRecords: 0, regroupedRecords: 2, events: { revived: 1, created: 0 } },
  });
  expect(await groups(folder)).toEqual(before);
  expect(await folder.query("select identity_id, city from identity.golden_records order by all")).toEqual(
    golden,
  );
  await isSound(folder);
  expect(await folder.query("select mode from identity.run_log order by run")).toEqual([
    { mode: "full" },
    { mode: "incremental" },
    { mode: "rollback" },
  ]);
  // The address that both carry is active in one of them only.
  expect(
    await folder.query(
      "select r.source_key, v.value, v.status from identity.record_values v join identity.identity_records r using (record_key) where r.source_key = '3' order by v.value",
    ),
  ).toEqual([
    { source_key: "3", value: "a@x.example", status: "contested" },
    { source_key: "3", value: "c@x.example", status: "active" },
  ]);
  expect(await folder.query("select value, blocked_by from identity.blocked_merges")).toEqual([
    { value: "a@x.example", blocked_by: "rollback" },
  ]);
});

test("the next run leaves it alone, until a change touches it; a full run resolves all", async () => {
  const folder = projectOf();
  await folder.run();
  folder.write({ "crm.csv": csv(JOINED) });
  await folder.run();
  await folder.run({ rollbackTo: 1 });
  const quiet = await folder.run();
  expect(quiet.mode).toBe("incremental");
  expect(await keysOf(folder)).toEqual(["12", "34", "5"]);
  folder.write({ "crm.csv": csv(JOINED.map((row) => row.replace("Lyon", "Nice"))) });
  await folder.run();
  expect(await keysOf(folder)).toEqual(["12", "34", "5"]);
  folder.write({ "crm.csv": csv(JOINED.map((row) => row.replace("Oslo", "Kiel"))) });
  await folder.run();
  expect(await keysOf(folder)).toEqual(["1234", "5"]);
  await isSound(folder);
  await folder.run({ rollbackTo: 1 });
  expect(await keysOf(folder)).toEqual(["12", "34", "5"]);
  await folder.run({ full: true });
  expect(await keysOf(folder)).toEqual(["1234", "5"]);
  await isSound(folder);
});

test("records that came later stand alone; a split is taken back although nothing ties the sides any more", async () => {
  const folder = projectOf();
  await folder.run();
  const apart = FIRST.map((row) => (row === ROWS[2] ? "2,2026-01-02,,b@x.example,,Oslo" : row));
  folder.write({
    "crm.csv": csv([...apart, "6,2026-01-06,,c@x.example,,Linz", "7,2026-01-07,,b@x.example,,Ulm"]),
  });
  await folder.run();
  expect(await keysOf(folder)).toEqual(["1", "27", "346", "5"]);
  await folder.run({ rollbackTo: 1 });
  expect(await keysOf(folder)).toEqual(["12", "34", "5", "6", "7"]);
  await isSound(folder);
  // The components of then and now are one: whatever touches a side resolves both.
  folder.write({
    "crm.csv": csv([...apart, "6,2026-01-06,,c@x.example,,Linz", "7,2026-01-07,,b@x.example,,Bonn"]),
  });
  await folder.run();
  expect(await keysOf(folder)).toEqual(["1", "27", "34", "5", "6"]);
  await isSound(folder);
});

test("a rollback can itself be rolled back, and returns over deletions", async () => {
  const folder = projectOf();
  await folder.run();
  folder.write({ "crm.csv": csv(FIRST.filter((row) => row !== ROWS[1])) });
  await folder.run();
  folder.write({ "crm.csv": csv(JOINED) });
  await folder.run();
  const third = await groups(folder);
  await folder.run({ rollbackTo: 1 });
  expect(await keysOf(folder)).toEqual(["12", "34", "5"]);
  await folder.run({ rollbackTo: 3 });
  expect(Object.keys(await groups(folder)).sort()).toEqual(Object.keys(third).sort());
  await folder.run({ rollbackTo: 2 });
  // Record 1 was not there after run 2.
  expect(await keysOf(folder)).toEqual(["1", "2", "34", "5"]);
  await isSound(folder);
});

test("decisions in force stay in force", async () => {
  const folder = projectOf();
  await folder.run();
  folder.write({
    "decisions.csv": decisions("d1,cannot_link,crm:3,crm:4", "d2,must_link,crm:5,crm:1"),
  });
  await folder.run();
  const groupsThen = await keysOf(folder);
  await folder.run({ rollbackTo: 1 });
  expect(await keysOf(folder)).toEqual(groupsThen);
  expect(groupsThen).not.toEqual(["12", "34", "5"]);
  await isSound(folder);
});

test("a cannot-link beats a must-link that would join its sides", async () => {
  const folder = projectOf();
  await folder.run();
  folder.write({
    "crm.csv": csv(JOINED),
    "decisions.csv": decisions("d1,cannot_link,crm:2,crm:4", "d2,must_link,crm:1,crm:3"),
  });
  await folder.run();
  await folder.run({ rollbackTo: 1 });
  // Both ids of then are joined by the must-link, and 4 stays behind.
  expect(await keysOf(folder)).toEqual(["123", "4", "5"]);
  await isSound(folder);
});

test("a run that is not kept is refused with those that are", async () => {
  const folder = projectOf(`${YML}runs: { keep: 2 }\n`);
  expect((await codesOf(folder.run({ rollbackTo: 1 })))[0]).toContain("IDW740 There is no run to return to");
  await folder.run();
  for (const city of ["Graz1", "Graz2", "Graz3"]) {
    folder.write({
      "crm.csv": csv(FIRST.map((row) => row.replace("4,2026-01-04,,c@", `4,2026-01-04,,${city}@`))),
    });
    await folder.run();
  }
  expect((await codesOf(folder.run({ rollbackTo: 1 })))[0]).toBe(
    "IDW740 Run 1 is not kept any more. Kept are runs 2, 3. `runs.keep` is 2.",
  );
  expect((await codesOf(folder.run({ rollbackTo: 4 })))[0]).toContain("Run 4 is the last run");
  expect((await codesOf(folder.run({ rollbackTo: 9 })))[0]).toContain("There is no run 9; the last is 4.");
  // What is forgotten does not come back when more is kept.
  folder.write({ "identity.yml": `${YML}runs: { keep: 20 }\n` });
  expect((await codesOf(folder.run({ rollbackTo: 1 })))[0]).toContain("Kept are runs 2, 3.");
  await folder.run({ rollbackTo: 2 });
  folder.write({ "identity.yml": `${YML}runs: { keep: 20 }\n`.replace("limit: 5", "limit: 4") });
  expect((await codesOf(folder.run({ rollbackTo: 2 })))[0]).toContain("IDW741");
});

test("what is not approved is not published", async () => {
  const folder = projectOf();
  await folder.run();
  folder.write({ "crm.csv": csv(JOINED) });
  await folder.run();
  const report = await folder.run({ rollbackTo: 1, approve: () => false });
  expect({ published: report.published, changes: report.changes.regroupedRecords }).toEqual({
    published: false,
    changes: 2,
  });
  expect(await keysOf(folder)).toEqual(["1234", "5"]);
  expect(await folder.query("select count(*) as runs from identity.run_log")).toEqual([{ runs: 2 }]);
});
