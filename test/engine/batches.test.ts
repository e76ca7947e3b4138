// Runs that take less than all there is: batches of one model by time, and backfills that leave published golden values alone.
import { afterEach, describe, expect, test, vi } from "vitest";
import { planRun } from "../../src/run/plan.ts";
import { refusalIn } from "./messages.ts";
import { type Folder, folderOf } from "./run-project.ts";

const YML = `version: 1
entity: customer
targets: { dev: { type: duckdb, path: customer.duckdb, schema: identity } }
models:
  crm:
    file: crm.csv
    key: id
    observed_at: seen
    identifiers: { email: email, phone: phone }
    attributes: [name]
  orders:
    file: orders.csv
    key: id
    identifiers: { email: email, phone: phone }
    attributes: [name]
identifiers:
  email: { priority: 1 }
  phone: { priority: 2, max_records: 3 }
decisions: decisions.csv
golden_record: { attributes: { name: most_frequent, phones: { identifier: phone, survivorship: array, order: min } } }
`;

const CRM = `id,seen,email,phone,name
1,2024-01-05,a@x.example,1,Ann
2,2024-06-01,a@x.example,2,Annie
3,2025-02-01,b@x.example,2,Bob
4,,c@x.example,4,Cy
`;
const ORDERS = `id,email,phone,name
1,b@x.example,3,Annie
2,d@x.example,4,Cy
`;
const DECISIONS = "id,decision,a,b,identifier,value,decided_at\n";

// Each test is a handful of runs.
vi.setConfig({ testTimeout: 600_000 });

let folder: Folder | undefined;
afterEach(() => {
  folder?.remove();
  folder = undefined;
});

function project(files: Readonly<Record<string, string>> = {}): Folder {
  folder = folderOf({
    "identity.yml": YML,
    "crm.csv": CRM,
    "orders.csv": ORDERS,
    "decisions.csv": DECISIONS,
    ...files,
  });
  return folder;
}

const records = async (from: Folder) =>
  (await from.query("select record_key from identity.identity_records order by all")).map(
    (row) => row["record_key"],
  );
const golden = (from: Folder) =>
  from.query("select name, phones::varchar as phones from identity.golden_records order by all");
const partition = (from: Folder) =>
  from.query("select record_key, identity_id, component from identity.identity_records order by all");
const values = (from: Folder) => from.query("select * from identity.record_values order by all");

/** What a full run of the same files from the same state would leave. */
async function expectAsFull(from: Folder): Promise<void> {
  const found = [await partition(from), await values(from), await golden(from)];
  const { changes } = await from.run({ full: true });
  expect(changes).toMatchObject({ newRecords: 0, changedRecords: 0, deletedRecords: 0, regroupedRecords: 0 });
  expect([await partition(from), await values(from), await golden(from)]).toEqual(found);
}

const year = (of: number) => ({
  model: "crm",
  since: new Date(`${of}-01-01T00:00:00Z`),
  until: new Date(`${of + 1}-01-01T00:00:00Z`),
});

describe("a batch reads the rows of its model and its time, and nothing else", () => {
  test("year by year from nothing, then everything", async () => {
    const from = project();
    const first = await from.run({ batch: year(2024) });
    expect(await records(from)).toEqual(["crm:1", "crm:2"]);
    expect(first.batch).toMatchObject({ model: "crm", since: "2024-01-01 00:00:00.000" });
    expect(first.warnings).toEqual([]);
    const second = await from.run({ batch: year(2025) });
    expect(second.mode).toBe("incremental");
    expect(second.changes).toMatchObject({ newRecords: 1, changedRecords: 0, deletedRecords: 0 });
    expect(await records(from)).toEqual(["crm:1", "crm:2", "crm:3"]);
    await from.run({ batch: { model: "orders" } });
    expect(await records(from)).toEqual(["crm:1", "crm:2", "crm:3", "orders:1", "orders:2"]);
    const all = await from.run();
    expect(all.changes).toMatchObject({ newRecords: 1, changedRecords: 0, deletedRecords: 0 });
    await expectAsFull(from);
  });

  test("what changed or went elsewhere waits for an ordinary run", async () => {
    const from = project();
    await from.run();
    from.write({
      "crm.csv": CRM.replace("1,2024-01-05,a@x.example", "1,2024-01-05,z@x.example").replace("Bob", "Rob"),
      "orders.csv": "id,email,phone,name\n1,b@x.example,3,Annie\n",
    });
    const { changes } = await from.run({ batch: year(2025) });
    expect(changes).toMatchObject({ newRecords: 0, changedRecords: 1, deletedRecords: 0 });
    expect(await records(from)).toContain("orders:2");
    expect((await from.run()).changes).toMatchObject({ newRecords: 0, changedRecords: 1, deletedRecords: 1 });
    await expectAsFull(from);
  });

  test("a value that a decision ignores, then no longer, goes and comes back without its row being read", async () => {
    const from = project();
    await from.run();
    const before = await values(from);
    from.write({ "decisions.csv": `${DECISIONS}d,ignore_value,,,email,a@x.example,2024-01-01\n` });
    await from.run({ batch: year(2025) });
    expect((await values(from)).some((row) => row["value"] === "a@x.example")).toBe(false);
    expect((await records(from)).length).toBe(6);
    from.write({ "decisions.csv": DECISIONS });
    await from.run({ batch: year(2025) });
    expect(await values(from)).toEqual(before);
    await expectAsFull(from);
  });

  test("by the watermark where rows have no other time; it stays where it was", async () => {
    const from = project({
      "identity.yml": YML.replace("observed_at: seen", "changes: { watermark: seen }"),
    });
    await from.run({ batch: year(2025) });
    expect(await records(from)).toEqual(["crm:3"]);
    await from.run();
    expect((await records(from)).length).toBe(6);
  });

  test.each([
    ["an unknown model", { model: "crn" }, "IDW763", "Did you mean `crm`?"],
    ["no time", { ...year(2024), model: "orders" }, "IDW763", "observed_at"],
    ["a stretch of no time", { ...year(2024), until: new Date(0) }, "IDW763", "--until is not"],
  ])("%s is refused", async (_what, batch, code, said) => {
    const from = project();
    const messages = await refusalIn(from, { batch });
    expect(messages).toContain(code);
    expect(messages).toContain(said);
  });

  test("a changed configuration is refused, for a batch and for a backfill", async () => {
    const from = project();
    await from.run();
    from.write({ "identity.yml": YML.replace("max_records: 3", "max_records: 2") });
    expect(await refusalIn(from, { batch: year(2024) })).toContain("IDW763");
    expect(await refusalIn(from, { backfillOnly: true })).toContain("IDW764");
  });
});

describe("a backfill", () => {
  test("resolves, gives ids, and leaves golden values of identities that were there until a run takes them", async () => {
    const from = project();
    await from.run({ batch: year(2025) });
    await from.run({ batch: { model: "orders" } });
    const published = await from.query("select * from identity.golden_records order by all");
    const planned = await planRun({ project: from.path, batch: year(2024), backfillOnly: true });
    const report = await from.run({ batch: year(2024), backfillOnly: true });
    expect(planned.report.suggestions).toEqual(report.suggestions);
    expect(planned.counts).toMatchObject({ golden_values: 0, suggestions: 2 });
    const kept = await from.query(
      `select * from identity.golden_records where identity_id in (${published.map((row) => `'${row["identity_id"]}'`).join(", ")}) order by all`,
    );
    const merged = new Set(
      (await from.query("select identity_id from identity.identities where status = 'merged'")).map(
        (row) => row["identity_id"],
      ),
    );
    expect(kept).toEqual(published.filter((row) => !merged.has(row["identity_id"] ?? "")));
    expect(report.suggestions?.attributes.map(({ attribute }) => attribute)).toEqual(["name", "phones"]);

    // A second backfill holds back what is still held.
    const again = await from.run({ backfillOnly: true, batch: year(2024) });
    expect(again.suggestions).toEqual(report.suggestions);
    // The next ordinary run takes what was suggested.
    const next = await planRun({ project: from.path });
    await from.run();
    expect(next.counts["golden_identities"]).toBeGreaterThanOrEqual(report.suggestions?.identities ?? 99);
    await expectAsFull(from);
    expect(await from.query("select * from identity.identity_anchors where is_held")).toEqual([]);
  });

  test("of a target that holds nothing publishes golden records as every run", async () => {
    const from = project();
    const { suggestions } = await from.run({ backfillOnly: true });
    expect(suggestions).toBeUndefined();
    await expectAsFull(from);
  });
});
