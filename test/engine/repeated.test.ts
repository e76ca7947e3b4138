// A run on input that did not change: incremental, full, or by watermark, it writes nothing but its own log.
import { afterAll, describe, expect, test } from "vitest";
import { summaryText } from "../../src/cli/summary.ts";
import { type Folder, folderOf } from "./run-project.ts";

const folders: Folder[] = [];
afterAll(() => {
  for (const folder of folders) folder.remove();
});

const yml = (changes: string) => `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
models:
  crm:
    file: crm.csv
    key: id
    observed_at: seen
    changes: ${changes}
    on_duplicate_key: latest
    identifiers: { user_id: user_id, email: email, device: device }
    attributes: [city]
    reject:
      - { when: "city = 'test'", reason: test_row }
identifiers:
  user_id: { priority: 1, limit: 1, contested: first }
  email: { priority: 2, limit: 2, ignore: [none@x.example], max_records: 3 }
  device: { priority: 3, limit: 3 }
decisions: decisions.csv
golden_record:
  attributes: { city: { survivorship: most_recent, provenance: true } }
`;

const rows = Array.from({ length: 60 }, (_, index) => {
  const user = index % 3 === 0 ? `u${index % 14}` : "";
  const city = index % 17 === 0 ? "test" : `c${index % 5}`;
  return `${index % 58},2026-01-${String((index % 28) + 1).padStart(2, "0")},${user},m${index % 23}@x.example,d${index % 11},${city}`;
});
const CRM = `id,seen,user_id,email,device,city\n${rows.join("\n")}\n70,2026-02-01,,none@x.example,,c1\n`;
const DECISIONS = `id,decision,a,b,identifier,value
d1,must_link,crm:1,crm:2,,
d2,cannot_link,crm:4,crm:27,,
d3,ignore_value,,,email,m9@x.example
d4,must_link,crm:1,crm:nobody,,
`;

async function everything(folder: Folder): Promise<Readonly<Record<string, unknown>>> {
  const names = await folder.query(
    "select table_name as name from duckdb_tables() where schema_name = 'identity' and table_name not in ('run_log', 'run_metrics') order by name",
  );
  const found: Record<string, unknown> = {};
  for (const { name } of names) {
    found[String(name)] = await folder.query(`select * from identity.${String(name)} order by all`);
  }
  return found;
}

function projectOf(changes: string): Folder {
  const folder = folderOf({ "identity.yml": yml(changes), "crm.csv": CRM, "decisions.csv": DECISIONS });
  folders.push(folder);
  return folder;
}

describe.each(["scan", "{ watermark: seen, lookback: 40d }"])("changes: %s", (changes) => {
  test("run again and again: no row changes, and no event", async () => {
    const folder = projectOf(changes);
    await folder.run();
    const first = await everything(folder);
    expect(Object.keys(first).length).toBeGreaterThan(15);
    expect(
      Object.values(first).filter((found) => Array.isArray(found) && found.length > 0).length,
    ).toBeGreaterThan(10);
    for (const full of [false, false, true, false]) {
      const report = await folder.run({ full });
      expect(report.mode).toBe(full ? "full" : "incremental");
      expect(await everything(folder)).toEqual(first);
      expect(report.changes).toMatchObject({ newRecords: 0, changedRecords: 0, deletedRecords: 0 });
    }
    expect(await folder.query("select count(*) as runs from identity.run_log")).toEqual([{ runs: 5 }]);
  });
});

test("a watermark sees no deletions, and the run says so; a full run sees them", async () => {
  const folder = projectOf("{ watermark: seen, lookback: 40d }");
  await folder.run();
  const without = CRM.split("\n")
    .filter((row) => !row.startsWith("31,"))
    .join("\n");
  folder.write({ "crm.csv": without });
  const count = "select count(*) as found from identity.identity_records where source_key = '31'";
  const report = await folder.run();
  expect(await folder.query(count)).toEqual([{ found: 1 }]);
  expect(report.unseenDeletions).toEqual(["crm"]);
  expect(summaryText(report)).toContain(
    "crm was read by watermark: rows deleted there are not seen before a run with --full.",
  );
  const full = await folder.run({ full: true });
  expect(await folder.query(count)).toEqual([{ found: 0 }]);
  expect({ unseen: full.unseenDeletions, deleted: full.changes.deletedRecords }).toEqual({
    unseen: [],
    deleted: 1,
  });
  expect(summaryText(full)).not.toContain("watermark");
});

test("a scan has nothing to say of deletions", async () => {
  const folder = projectOf("scan");
  await folder.run();
  folder.write({ "crm.csv": CRM.replace(/^31,.*\n/m, "") });
  const report = await folder.run();
  expect({ unseen: report.unseenDeletions, deleted: report.changes.deletedRecords }).toEqual({
    unseen: [],
    deleted: 1,
  });
});
