// Erasure on DuckDB: whoever is forgotten is in no relation, no file and no later run, and others stay as they are.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { findSubject, type Subject } from "../../src/run/forget.ts";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { textOf } from "./messages.ts";
import { type Folder, folderOf } from "./run-project.ts";

/** In every key and every value of the person who is forgotten here. */
const NEEDLE = "annsecret";

const IDENTITY = `version: 1
entity: customer
targets: { dev: { type: duckdb, path: customer.duckdb, schema: identity } }
models:
  crm:
    file: crm.ndjson
    key: key
    observed_at: at
    erased: gone
    identifiers: { email: email, phone: phone }
    attributes: [name]
    reject: [{ when: "name = 'reject me'", reason: asked }]
  shop:
    file: shop.ndjson
    key: key
    identifiers: { email: email, phone: phone }
    attributes: [name]
identifiers:
  email: { priority: 1, normalize: [email], valid: '[^@ ]+@[^@ ]+' }
  phone: { priority: 2, contested: first }
decisions: decisions.csv
golden_record:
  model_order: [crm, shop]
  attributes: { name: most_frequent }
`;

type Row = {
  readonly key: string;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly name?: string;
  readonly gone?: boolean;
  readonly loaded?: string;
};

const lines = (rows: readonly Row[]) =>
  rows
    .map((row) =>
      JSON.stringify({
        at: "2026-01-01T00:00:00Z",
        email: null,
        phone: null,
        name: "x",
        gone: false,
        ...row,
      }),
    )
    .join("\n");

const DECISIONS = `id,decision,a,b,identifier,value,reason,decided_at
d1,must_link,crm:annsecret-1,crm:cid,,,annsecret rang us,2026-01-01
d2,ignore_value,,,email,Annsecret-Typo@x.example,typo of annsecret,2026-01-01
d3,cannot_link,crm:bob,crm:dan,,,not the same,2026-01-01
`;
const NO_DECISIONS = "id,decision,a,b,identifier,value,reason,decided_at\n";

const BOB: Row = { key: "bob", email: "bob@x.example", phone: "55", name: "Bob" };
const CID: Row = { key: "cid", email: "cid@x.example", name: "Cid" };
const DAN: Row = { key: "dan", email: "dan@x.example", phone: "77", name: "Dan" };

let folder: Folder | undefined;
afterEach(() => {
  folder?.remove();
  folder = undefined;
});

function project(files: Readonly<Record<string, string>> = {}): Folder {
  folder = folderOf({ "identity.yml": IDENTITY, "decisions.csv": NO_DECISIONS, ...files });
  return folder;
}

/** Every place that still tells of somebody: rows of any relation of any schema, and files but those of the user. */
async function leftovers(of: Folder, needle = NEEDLE): Promise<readonly string[]> {
  const found: string[] = [];
  const relations = await of.query(
    "select table_schema as s, table_name as t from information_schema.tables where table_schema <> 'mine'",
  );
  for (const { s, t } of relations) {
    const rows = await of.query(`select r::varchar as line from "${s}"."${t}" as r`);
    found.push(
      ...rows.map(({ line }) => `${t}: ${line}`).filter((line) => line.toLowerCase().includes(needle)),
    );
  }
  const names = readdirSync(of.path, { recursive: true, encoding: "utf8" });
  const own = ["crm.ndjson", "shop.ndjson", "decisions.csv", "identity.yml", "requests.csv"];
  for (const name of names.filter((each) => !own.includes(each))) {
    const path = join(of.path, name);
    if (statSync(path).isFile() && readFileSync(path, "latin1").toLowerCase().includes(needle))
      found.push(name);
  }
  return found;
}

const requestsFor = async (of: Folder, subject: Subject) =>
  (await findSubject({ project: of.path }, subject)).requests;

/** What a user reads of what must fail. */
const saidBy = (of: Folder, work: Promise<unknown>): Promise<string> =>
  work.then(
    () => Promise.reject(new Error("it succeeds")),
    (error: unknown) => textOf(error, of),
  );

const partition = async (of: Folder) => {
  const rows = await of.query(
    "select string_agg(record_key, ' ' order by record_key) as keys from identity.identity_records group by identity_id order by 1",
  );
  return rows.map(({ keys }) => keys);
};

/** Three runs in which the person is merged, changes an email, is linked by a decision, and leaves raw values behind. */
async function lived(): Promise<Folder> {
  const it = project();
  it.write({
    "crm.ndjson": lines([{ key: "annsecret-1", email: "annsecret.old@x.example" }, BOB, CID, DAN]),
    "shop.ndjson": lines([
      { key: "annsecret-2", email: "annsecret.new@x.example", phone: "99", name: "Annsecret" },
      { key: "eve", phone: "99", name: "Eve" },
    ]),
  });
  await it.run();
  it.write({
    "crm.ndjson": lines([
      { key: "annsecret-1", email: "annsecret.old@x.example" },
      { key: "annsecret-3", email: "annsecret.old@x.example", phone: "annsecret phone" },
      { key: "annsecret-4", email: "not an annsecret email", name: "Annsecret" },
      { key: "annsecret-5", email: "annsecret-typo@x.example" },
      { key: "annsecret-6", name: "reject me" },
      BOB,
      CID,
      DAN,
    ]),
  });
  await it.run();
  it.write({
    "decisions.csv": DECISIONS,
    "crm.ndjson": lines([
      { key: "annsecret-1", email: "annsecret.new@x.example", phone: "99" },
      { key: "annsecret-3", email: "annsecret.old@x.example", phone: "annsecret phone" },
      { key: "annsecret-4", email: "not an annsecret email", name: "Annsecret" },
      { key: "annsecret-5", email: "annsecret-typo@x.example" },
      { key: "annsecret-6", name: "reject me" },
      BOB,
      CID,
      DAN,
    ]),
  });
  await it.run();
  return it;
}

const FLAGGED = [1, 3, 4, 5, 6].map(
  (number): Row => ({ key: `annsecret-${number}`, gone: true, name: "reject me" }),
);

describe("nothing is left", () => {
  test("of rows that are flagged and of a record that is forgotten, in any relation or file", async () => {
    const it = await lived();
    const before = await it.query(
      "select event, sum(records) as records from identity.identity_events where run <= 3 group by event order by event",
    );
    expect((await leftovers(it)).length).toBeGreaterThan(10);
    it.write({ "crm.ndjson": lines([...FLAGGED, BOB, CID, DAN]) });
    const report = await it.run({ forget: [{ record_key: "shop:annsecret-2" }] });
    expect(report.mode).toBe("incremental");
    expect(report.warnings.map(({ code }) => code)).not.toContain("IDW752");
    expect(report.changes.erasedRecords).toBe(5);
    expect(await leftovers(it)).toEqual([]);
    expect(existsSync(join(it.path, "customer.duckdb.erasing"))).toBe(false);
    // Counts stay.
    expect(
      await it.query(
        "select event, sum(records) as records from identity.identity_events where run <= 3 group by event order by event",
      ),
    ).toEqual(before);
    expect(await partition(it)).toEqual(["crm:bob", "crm:cid", "crm:dan", "shop:eve"]);
    // The decisions of others are as they were.
    const [d3] = await it.query("select a, b, reason from identity.decisions_in_force where id = 'd3'");
    expect(d3).toEqual({ a: "crm:bob", b: "crm:dan", reason: "not the same" });
    const [d1] = await it.query(
      "select a, b, reason, status from identity.decisions_in_force where id = 'd1'",
    );
    expect(d1).toEqual({ a: null, b: "crm:cid", reason: null, status: "unknown_record" });

    // Nor after later runs of either mode, while the decisions of the user still name the person.
    it.write({ "crm.ndjson": lines([BOB, CID, { ...DAN, name: "Daniel" }]) });
    expect((await it.run()).mode).toBe("incremental");
    expect(await leftovers(it)).toEqual([]);
    await it.run({ full: true });
    expect(await leftovers(it)).toEqual([]);
  });

  test("by a full run either", async () => {
    const it = await lived();
    it.write({ "crm.ndjson": lines([...FLAGGED, BOB, CID, DAN]) });
    await it.run({ full: true, forget: [{ record_key: "shop:annsecret-2" }] });
    expect(await leftovers(it)).toEqual([]);
    expect(await partition(it)).toEqual(["crm:bob", "crm:cid", "crm:dan", "shop:eve"]);
  });

  test("an event keeps a value that is only others'; one of the person loses it", async () => {
    const it = project();
    it.write({ "crm.ndjson": lines([BOB, CID, { ...DAN, phone: "88" }]), "shop.ndjson": lines([DAN]) });
    await it.run();
    // Bob and Cid meet by phone; then Dan's two records by email, which the third, to be erased, carries too.
    it.write({ "crm.ndjson": lines([BOB, { ...CID, phone: "55" }, { ...DAN, phone: "88" }]) });
    await it.run();
    it.write({
      "crm.ndjson": lines([
        BOB,
        { ...CID, phone: "55" },
        { ...DAN, phone: "88" },
        { ...DAN, key: "dan-2", phone: "88" },
      ]),
      "shop.ndjson": lines([DAN, { key: "x", email: "x@x.example" }]),
    });
    await it.run();
    it.write({ "shop.ndjson": lines([DAN, { key: "x", email: "dan@x.example" }]) });
    await it.run();
    const causes = () =>
      it.query("select run, value from identity.identity_events where event = 'merged' order by run");
    expect(await causes()).toEqual([
      { run: 2, value: "55" },
      { run: 4, value: "dan@x.example" },
    ]);
    await it.run({ forget: [{ record_key: "shop:x" }] });
    expect(await causes()).toEqual([
      { run: 2, value: "55" },
      { run: 4, value: null },
    ]);
  });

  test("an event of an identity whose record never moved loses the value too", async () => {
    const it = project();
    it.write({ "crm.ndjson": lines([BOB, { ...CID, phone: "1" }]), "shop.ndjson": lines([DAN]) });
    await it.run();
    it.write({ "crm.ndjson": lines([BOB, { ...CID, phone: "1" }, { key: "late", phone: "55" }]) });
    await it.run();
    it.write({ "crm.ndjson": lines([BOB, { ...CID, phone: "55" }, { key: "late", phone: "55" }]) });
    await it.run();
    const cause = async () =>
      (await it.query("select value from identity.identity_events where event = 'merged'"))[0];
    expect(await cause()).toEqual({ value: "55" });
    // Kept runs tell nothing of Bob, whose id is the oldest.
    const [kept] = await it.query(
      "select count(*) as n from identity.identity_history where record_key = 'crm:bob'",
    );
    expect(kept).toEqual({ n: 0 });
    await it.run({ forget: [{ record_key: "crm:bob" }] });
    expect(await cause()).toEqual({ value: null });
  });

  test("of a model with a watermark, whose rows are not read again", async () => {
    const it = project({
      "identity.yml": IDENTITY.replace(
        "    erased: gone\n",
        "    erased: gone\n    changes: { watermark: loaded, lookback: 1 day }\n",
      ),
      "crm.ndjson": lines([
        { key: "annsecret-1", email: "annsecret@x.example", loaded: "2026-01-01" },
        { key: "annsecret-2", name: "reject me", loaded: "2026-01-01" },
        { ...BOB, loaded: "2026-02-01" },
      ]),
      "shop.ndjson": lines([{ key: "annsecret-3", email: "annsecret@x.example" }, DAN]),
    });
    await it.run();
    const report = await it.run({
      forget: [{ identifier: "email", value: "annsecret@x.example" }, { record_key: "crm:annsecret-2" }],
    });
    expect(report.mode).toBe("incremental");
    expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
    expect(await leftovers(it)).toEqual([]);
    await it.run({ full: true });
    expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
    expect(await leftovers(it)).toEqual([]);
  });
});

describe("forgetting", () => {
  test("a record: the next scans do not bring it back, nor does its flag", async () => {
    const it = project({
      "crm.ndjson": lines([{ key: "annsecret-1", email: "annsecret@x.example" }, BOB]),
      "shop.ndjson": lines([DAN]),
    });
    await it.run();
    await it.run({ forget: await requestsFor(it, { kind: "record", recordKey: "crm:annsecret-1" }) });
    expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
    for (const full of [false, true, false]) {
      const report = await it.run({ full });
      expect(report.changes).toMatchObject({ newRecords: 0, erasedRecords: 0 });
      expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
      expect(await leftovers(it)).toEqual([]);
    }
    it.write({
      "crm.ndjson": lines([{ key: "annsecret-1", email: "annsecret.anew@x.example", gone: false }, BOB]),
    });
    await it.run();
    expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
    const [row] = await it.query(
      "select kind, length(hash) as n, requested_run as run from identity.suppressions",
    );
    expect(row).toEqual({ kind: "record", n: 64, run: 2 });
  });

  test("a bridge parts those whom it joined, and a redirect leads nobody to them", async () => {
    const it = project({
      "crm.ndjson": lines([BOB, { key: "annsecret", email: "bob@x.example", phone: "77" }]),
      "shop.ndjson": lines([DAN]),
    });
    await it.run();
    expect(await partition(it)).toEqual(["crm:annsecret crm:bob shop:dan"]);
    const [merged] = await it.query("select identity_id from identity.identities");
    await it.run({ forget: [{ record_key: "crm:annsecret" }] });
    expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
    expect(await leftovers(it)).toEqual([]);
    // The anchor was erased: the id stays with its heir, anchored anew.
    const [kept] = await it.query(
      `select status, anchor_record_key as anchor from identity.identities where identity_id = '${merged?.["identity_id"]}'`,
    );
    expect(kept).toEqual({ status: "active", anchor: "crm:bob" });
  });

  test("an identity: all its records and no other", async () => {
    const it = project({
      "crm.ndjson": lines([{ key: "annsecret-1", email: "annsecret@x.example", phone: "55" }, BOB]),
      "shop.ndjson": lines([{ key: "annsecret-2", email: "annsecret@x.example" }, DAN]),
    });
    it.write({ "identity.yml": IDENTITY.replace("priority: 1,", "priority: 1, limit: 1,") });
    await it.run();
    const [ann] = await it.query(
      "select identity_id as id from identity.identity_records where record_key = 'crm:annsecret-1'",
    );
    const requests = await requestsFor(it, { kind: "identity", identityId: String(ann?.["id"]) });
    expect(requests.map((request) => request.record_key)).toEqual(["crm:annsecret-1", "shop:annsecret-2"]);
    await it.run({ forget: requests });
    expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
    expect(await leftovers(it)).toEqual([]);
    const [gone] = await it.query(
      `select status, anchor_record_key as anchor from identity.identities where identity_id = '${ann?.["id"]}'`,
    );
    expect(gone).toEqual({ status: "retired", anchor: null });
  });

  test("a value: all that carry it, now and later, in runs of either mode", async () => {
    const it = project({
      "crm.ndjson": lines([{ key: "annsecret-1", email: "annsecret@x.example" }, BOB]),
      "shop.ndjson": lines([{ key: "annsecret-2", email: "AnnSecret@x.example " }, DAN]),
    });
    await it.run();
    const subject = { kind: "value", identifier: "email", value: " ANNSECRET@x.example" } as const;
    const found = await findSubject({ project: it.path }, subject);
    expect(found.records.map(({ recordKey }) => recordKey)).toEqual(["crm:annsecret-1", "shop:annsecret-2"]);
    await it.run({ forget: found.requests });
    expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
    // New rows, and one that was another's.
    it.write({
      "crm.ndjson": lines([{ key: "annsecret-9", email: "annsecret@x.example" }, BOB]),
      "shop.ndjson": lines([{ ...DAN, email: "annsecret@x.example" }]),
      "decisions.csv": `${NO_DECISIONS}d4,must_link,crm:bob,shop:dan,,,same,2026-01-01\n`,
    });
    const report = await it.run();
    expect(report.mode).toBe("incremental");
    expect(report.changes).toMatchObject({ newRecords: 0, changedRecords: 0, erasedRecords: 1 });
    expect(await partition(it)).toEqual(["crm:bob"]);
    expect(await leftovers(it)).toEqual([]);
    expect((await it.query("select a, b, status from identity.decisions_in_force"))[0]).toEqual({
      a: "crm:bob",
      b: null,
      status: "unknown_record",
    });
    await it.run({ full: true });
    expect(await partition(it)).toEqual(["crm:bob"]);
    expect(await leftovers(it)).toEqual([]);
  });

  test("two people, one after the other, and one who is gone already", async () => {
    const it = project({
      "crm.ndjson": lines([{ key: "annsecret-1", email: "annsecret@x.example" }, BOB, DAN]),
      "shop.ndjson": lines([CID]),
    });
    await it.run();
    it.write({ "crm.ndjson": lines([BOB, DAN]) });
    await it.run();
    // Deleted, but kept runs and the retired id still know the key.
    expect((await leftovers(it)).length).toBeGreaterThan(0);
    await it.run({ forget: [{ record_key: "crm:annsecret-1" }] });
    expect(await leftovers(it)).toEqual([]);
    await it.run({ forget: [{ identifier: "phone", value: "77" }] });
    expect(await leftovers(it, "dan")).toEqual([]);
    expect(await partition(it)).toEqual(["crm:bob", "shop:cid"]);
    it.write({ "crm.ndjson": lines([{ key: "annsecret-1", email: "annsecret@x.example" }, BOB, DAN]) });
    await it.run({ full: true });
    expect(await partition(it)).toEqual(["crm:bob", "shop:cid"]);
    expect((await it.query("select count(*) as n from identity.suppressions"))[0]).toEqual({ n: 3 });
  });

  test("what cannot be meant is refused, with the nearest name and without a value", async () => {
    const it = project({ "crm.ndjson": lines([BOB]), "shop.ndjson": lines([DAN]) });
    await it.run();
    const refused = async (subject: Subject) => saidBy(it, findSubject({ project: it.path }, subject));
    expect(await refused({ kind: "record", recordKey: "crn:1" })).toMatch(
      /IDW753[\s\S]*no model `crn`[\s\S]*crm/,
    );
    expect(await refused({ kind: "value", identifier: "emial", value: "annsecret" })).toMatch(
      /IDW753[\s\S]*email/,
    );
    expect(await refused({ kind: "value", identifier: "email", value: " " })).toMatch(
      /IDW753[\s\S]*normalised/,
    );
    expect(await refused({ kind: "identity", identityId: "id_00000000000000000000" })).toMatch(
      /never issued/,
    );
  });
});

describe("requests of identity.yml", () => {
  const withRequests = `${IDENTITY}forget: requests.csv\n`;

  test("are followed by every run, and need not stay", async () => {
    const it = project({
      "crm.ndjson": lines([{ key: "annsecret-1", email: "annsecret@x.example" }, BOB, CID]),
      "shop.ndjson": lines([{ key: "annsecret-2", phone: "annsecret 1" }, DAN]),
    });
    await it.run();
    const [cid] = await it.query(
      "select identity_id as id from identity.identity_records where record_key = 'crm:cid'",
    );
    it.write({
      "identity.yml": withRequests,
      "requests.csv": `record_key,identity_id,identifier,value\n,,email,Annsecret@x.example\nshop:annsecret-2,,,\n,${cid?.["id"]},,\n,id_00000000000000000000,,\n`,
    });
    const report = await it.run();
    expect(report.mode).toBe("incremental");
    expect(report.warnings.map(({ code }) => code)).toContain("IDW632");
    expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
    expect(await leftovers(it)).toEqual([]);
    const suppressions = () =>
      it.query("select kind, hash, requested_run from identity.suppressions order by kind, hash");
    const first = await suppressions();
    expect(first.length).toBe(4);
    await it.run();
    expect(await suppressions()).toEqual(first);
    it.write({ "requests.csv": "record_key\n" });
    await it.run({ full: true });
    expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
    expect(await leftovers(it)).toEqual([]);
  });

  test("that cannot be followed stop the run, and say no value", async () => {
    const it = project({
      "crm.ndjson": lines([BOB]),
      "shop.ndjson": lines([DAN]),
      "identity.yml": withRequests,
    });
    const failing = async (text: string) => {
      it.write({ "requests.csv": text });
      const said = await saidBy(it, it.run());
      expect(said.toLowerCase()).not.toContain(NEEDLE);
      return said;
    };
    expect(await failing("who\nannsecret\n")).toMatch(/IDW630/);
    expect(await failing("identifier,value\nemial,annsecret@x.example\n")).toMatch(
      /IDW631[\s\S]*emial[\s\S]*email/,
    );
    expect(await failing("identifier,value\nemail,  \n")).toMatch(/IDW631[\s\S]*normalised/);
    expect(await failing("record_key,identifier,value\ncrm:annsecret,email,annsecret\n")).toMatch(
      /IDW631[\s\S]*several/,
    );
  });
});

describe("the secret", () => {
  const FILE = ".idweave-secret";
  const started = async () => {
    const it = project({
      "crm.ndjson": lines([{ key: "annsecret-1", email: "annsecret@x.example" }, BOB]),
      "shop.ndjson": lines([DAN]),
    });
    await it.run();
    expect(existsSync(join(it.path, FILE))).toBe(false);
    await it.run({ forget: [{ record_key: "crm:annsecret-1" }] });
    return it;
  };

  test("is made when first needed, for its owner alone, and stands nowhere else", async () => {
    const it = await started();
    expect(statSync(join(it.path, FILE)).mode & 0o777).toBe(0o600);
    const secret = readFileSync(join(it.path, FILE), "utf8").trim();
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(await leftovers(it, secret)).toEqual([FILE]);
  });

  test("missing or another: nothing is published", async () => {
    const it = await started();
    const secret = readFileSync(join(it.path, FILE), "utf8");
    writeFileSync(join(it.path, FILE), "an entirely different secret\n");
    expect(await saidBy(it, it.run())).toMatch(/IDW751/);
    expect(await saidBy(it, it.run({ env: { IDWEAVE_SECRET: "short" } }))).toMatch(/IDW750[\s\S]*16/);
    writeFileSync(join(it.path, FILE), secret);
    rmSync(join(it.path, FILE));
    expect(await saidBy(it, it.run())).toMatch(/IDW750[\s\S]*IDWEAVE_SECRET/);
    await it.run({ env: { IDWEAVE_SECRET: secret.trim() } });
    expect(await partition(it)).toEqual(["crm:bob", "shop:dan"]);
  });
});

describe("the database file", () => {
  test("is written anew with all that the user keeps in it", async () => {
    const it = project({
      "crm.ndjson": lines([{ key: "annsecret-1", email: "annsecret@x.example" }, BOB]),
      "shop.ndjson": lines([DAN]),
    });
    await it.run();
    const warehouse = await openDuckdb({ path: join(it.path, "customer.duckdb") });
    for (const statement of [
      "create schema mine",
      "create type mine.mood as enum ('good', 'bad')",
      "create sequence mine.numbers start 5",
      "create table mine.parents (id integer primary key, mood mine.mood default 'good')",
      "create table mine.children (id bigint default nextval('mine.numbers'), parent integer references mine.parents (id), twice integer generated always as (parent * 2))",
      "create index of_parents on mine.children (parent)",
      "insert into mine.parents (id) select range from range(100)",
      "insert into mine.children (parent) values (3)",
      "create view mine.seen as select * from mine.children join identity.identities on true",
      "create macro mine.add(a, b) as a + b",
      "comment on table mine.parents is 'kept'",
    ]) {
      await warehouse.execute(statement);
    }
    warehouse.close();
    const report = await it.run({ forget: [{ record_key: "crm:annsecret-1" }] });
    const codes = report.warnings.map(({ code }) => code);
    const left = await leftovers(it);
    // Either it is clean, or it is said not to be.
    expect(codes.includes("IDW752")).toBe(left.length > 0);
    expect(codes).not.toContain("IDW752");
    const rows = await it.query(
      "select c.id, c.twice, p.mood, mine.add(1, 2) as three, (select count(*) from mine.seen) as seen, nextval('mine.numbers') as next from mine.children as c join mine.parents as p on p.id = c.parent",
    );
    expect(rows).toEqual([{ id: 5, twice: 6, mood: "good", three: 3, seen: 3, next: 6 }]);
    const [told] = await it.query("select comment from duckdb_tables() where table_name = 'parents'");
    expect(told).toEqual({ comment: "kept" });
  });

  test("that another process left unwritten is written by the next run", async () => {
    const it = project({ "crm.ndjson": lines([BOB]), "shop.ndjson": lines([DAN]) });
    await it.run();
    const inode = () => statSync(join(it.path, "customer.duckdb")).ino;
    const before = inode();
    // Nothing is left of rows that were never read before.
    it.write({ "crm.ndjson": lines([BOB, { key: "new", gone: true }]) });
    await it.run();
    expect(inode()).toBe(before);
    writeFileSync(join(it.path, "customer.duckdb.erasing"), "");
    await it.run();
    expect(inode()).not.toBe(before);
    expect(existsSync(join(it.path, "customer.duckdb.erasing"))).toBe(false);
  });
});
