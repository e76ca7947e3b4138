// The change feed: a copy that follows it stays equal to what is published, however it asks; and the history of runs.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeFeed, type Feed, type FeedOptions, type FeedRow } from "../../src/run/feed.ts";
import { cursorOf, readCursor } from "../../src/run/feed-cursor.ts";
import { history } from "../../src/run/history.ts";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { identityYml, projectOf, textOf } from "./messages.ts";
import type { Folder } from "./run-project.ts";

const YML = identityYml({
  models: `  crm:
    file: crm.csv
    key: id
    observed_at: at
    identifiers: { email: email, phone: phone }
    attributes: [city, event]`,
  identifiers: "  email: { priority: 1 }\n  phone: { priority: 2 }",
  more: `golden_record:
  attributes:
    city: most_recent
    event: most_recent
    emails: { identifier: email, survivorship: array, order: most_recent }
alerts: []
`,
});

/** What the sources say, day by day. */
const DAYS = [
  "1,2026-01-01,a@x.org,,Ulm,\n2,2026-01-02,b@x.org,,Rom,\n3,2026-01-03,c@x.org,,Bonn,\n",
  // 2 joins 1 by a phone; 4 is new.
  "1,2026-01-01,a@x.org,5,Ulm,\n2,2026-01-02,b@x.org,5,Rom,\n3,2026-01-03,c@x.org,,Bonn,\n4,2026-01-04,d@x.org,,Kiel,\n",
  // 3 is gone; 4 moves house.
  "1,2026-01-01,a@x.org,5,Ulm,\n2,2026-01-02,b@x.org,5,Rom,\n4,2026-01-05,d@x.org,,Lund,fair\n",
  // 2 leaves 1 again, and 4 joins 2.
  "1,2026-01-01,a@x.org,5,Ulm,\n2,2026-01-02,b@x.org,,Rom,\n4,2026-01-05,d@x.org b@x.org,,Lund,fair\n",
  "1,2026-01-01,a@x.org,5,Ulm,\n2,2026-01-02,b@x.org,,Rom,\n4,2026-01-05,b@x.org,,Lund,fair\n",
];

async function feedOf(
  folder: Folder,
  options: Omit<FeedOptions, "project">,
): Promise<{ readonly rows: readonly FeedRow[]; readonly feed: Feed }> {
  const rows: FeedRow[] = [];
  const feed = await changeFeed({ project: folder.path, ...options }, async (piece) => {
    rows.push(...piece);
  });
  return { rows, feed };
}

/** A copy of the identities of records and of golden records that knows the feed only. */
function follow(copy: Map<string, string>, rows: readonly FeedRow[]): void {
  for (const row of rows) {
    if (row["kind"] === "events") continue;
    const key = `${row["kind"]} ${row["record_key"] ?? row["identity_id"]}`;
    if (row["change"] === "delete") copy.delete(key);
    else if (row["kind"] === "records") copy.set(key, String(row["identity_id"]));
    else copy.set(key, ["city", "event", "emails"].map((name) => row[`golden_${name}`]).join("|"));
  }
}

async function published(folder: Folder): Promise<ReadonlyMap<string, string>> {
  const records = await folder.query("select record_key, identity_id from identity.identity_records");
  const golden = await folder.query(
    "select identity_id, city, event, to_json(emails)::varchar as emails from identity.golden_records",
  );
  return new Map([
    ...records.map((row): [string, string] => [`records ${row["record_key"]}`, String(row["identity_id"])]),
    ...golden.map((row): [string, string] => [
      `golden ${row["identity_id"]}`,
      ["city", "event", "emails"].map((name) => row[name]).join("|"),
    ]),
  ]);
}

const sorted = (map: ReadonlyMap<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

describe("over five days", () => {
  const folder = projectOf({ "identity.yml": YML });
  const daily = new Map<string, string>();
  const answers: (readonly FeedRow[])[] = [];
  beforeAll(async () => {
    for (const [day, rows] of DAYS.entries()) {
      folder.write({ "crm.csv": `id,at,email,phone,city,event\n${rows}` });
      await folder.run();
      const { rows: told } = await feedOf(folder, { since: day });
      answers.push(told);
      follow(daily, told);
      expect(sorted(daily), `day ${day + 1}`).toEqual(sorted(await published(folder)));
    }
  });
  afterAll(folder.remove);

  test("a copy that asks every other day is right as well", async () => {
    const copy = new Map<string, string>();
    follow(copy, answers[0] ?? []);
    follow(copy, (await feedOf(folder, { since: 1, until: 3 })).rows);
    follow(copy, (await feedOf(folder, { since: 3 })).rows);
    expect(sorted(copy)).toEqual(sorted(await published(folder)));
  });

  test("deletions, moves and events are told", () => {
    expect(
      answers[1]?.map(({ cursor: _cursor, occurred_at: _at, ...row }) =>
        Object.values(row)
          .filter((value) => value !== null)
          .join(" "),
      ),
    ).toMatchInlineSnapshot(`
      [
        "2 events merged id_19c09b82560ec6315b3e id_6a572634d77c9b87c6e2 phone 5 1",
        "2 events created id_9e9d713a14984d9c5978 1",
        "2 golden id_19c09b82560ec6315b3e delete",
        "2 golden id_6a572634d77c9b87c6e2 upsert Rom ["b@x.org","a@x.org"]",
        "2 golden id_9e9d713a14984d9c5978 upsert Kiel ["d@x.org"]",
        "2 records id_6a572634d77c9b87c6e2 upsert crm:2 id_19c09b82560ec6315b3e",
        "2 records id_9e9d713a14984d9c5978 upsert crm:4",
      ]
    `);
    expect(answers[2]?.filter(({ change }) => change === "delete").length).toBe(2);
  });

  test("rows stand in the order (run, kind, keys), each once", async () => {
    const { rows } = await feedOf(folder, { since: 0 });
    const cursors = rows.map(({ cursor }) => readCursor(String(cursor)));
    const places = cursors.map((cursor) =>
      JSON.stringify([cursor?.run, cursor?.kind, ...(cursor?.keys ?? [])]),
    );
    expect([...places].sort()).toEqual(places);
    expect(new Set(places).size).toBe(places.length);
    expect(rows.length).toBeGreaterThan(12);
  });

  test("after any row it goes on with the next", async () => {
    const { rows } = await feedOf(folder, { since: 0 });
    for (const [index, { cursor }] of rows.entries()) {
      const after = readCursor(String(cursor));
      if (after === undefined) throw new Error("no cursor");
      const rest = await feedOf(folder, { since: 0, after });
      expect(rest.rows, `after row ${index}`).toEqual(rows.slice(index + 1));
    }
  });

  test("kinds and runs can be chosen; nothing new is nothing", async () => {
    const { rows } = await feedOf(folder, { since: 1, until: 2, kinds: ["events"] });
    expect(rows.map(({ run, event }) => [run, event])).toEqual([
      [2, "merged"],
      [2, "created"],
    ]);
    expect((await feedOf(folder, { since: 5 })).rows).toEqual([]);
  });

  test("a run that was not yet is refused", async () => {
    const error = await feedOf(folder, { since: 6 }).catch((thrown: unknown) => thrown);
    expect(textOf(error, folder)).toMatchInlineSnapshot(`
      "error IDW730: There is no run 6 yet; the last is 5.
        = \`idweave history\` lists the runs.
      "
    `);
  });

  test("what kept runs no longer know is said", async () => {
    const { feed } = await feedOf(folder, { since: 1 });
    expect(feed.warnings).toEqual([]);
    folder.write({ "identity.yml": `${YML}runs: { keep: 2 }\n` });
    const codes = async (since: number, kinds?: FeedOptions["kinds"]) =>
      (await feedOf(folder, { since, kinds })).feed.warnings.map(({ code }) => code);
    expect(await codes(2)).toEqual(["IDW732"]);
    expect(await codes(2, ["golden"])).toEqual([]);
    expect(await codes(3)).toEqual([]);
    expect(await codes(0)).toEqual([]);
    folder.write({ "identity.yml": YML });
  });

  test("history lists the runs, and which of them can be returned to", async () => {
    const runs = await history({ project: folder.path });
    expect(
      runs.map(({ run, mode, records, newRecords, identities, events, isKept }) => [
        run,
        mode,
        records,
        newRecords,
        identities,
        events.merged,
        isKept,
      ]),
    ).toEqual([
      [5, "incremental", 3, 0, 2, 1, false],
      [4, "incremental", 3, 0, 3, 0, true],
      [3, "incremental", 3, 0, 2, 0, true],
      [2, "incremental", 4, 1, 3, 1, true],
      [1, "full", 3, 3, 3, 0, true],
    ]);
    expect((await history({ project: folder.path, last: 2 })).map(({ run }) => run)).toEqual([5, 4]);
  });
});

test("the target is free while rows are read", async () => {
  const folder = projectOf({ "identity.yml": YML });
  folder.write({ "crm.csv": `id,at,email,phone,city,event\n${DAYS[0]}` });
  await folder.run();
  let other: number | undefined;
  await changeFeed({ project: folder.path, since: 0 }, async () => {
    folder.write({ "crm.csv": `id,at,email,phone,city,event\n${DAYS[1]}` });
    other = (await folder.run()).run;
  });
  expect(other).toBe(2);
  folder.remove();
});

test("many rows come in pieces", async () => {
  const folder = projectOf({
    "identity.yml": identityYml({
      models: "  crm: { sql: crm.sql, key: id, identifiers: { email: email } }",
      more: "alerts: []\n",
    }),
    "crm.sql": "select range as id, 'p' || range || '@x.org' as email from range(20000)",
  });
  await folder.run();
  const sizes: number[] = [];
  await changeFeed({ project: folder.path, since: 0, kinds: ["records"] }, async (piece) => {
    sizes.push(piece.length);
  });
  expect(sizes.reduce((total, size) => total + size, 0)).toBe(20_000);
  expect(Math.max(...sizes)).toBeLessThan(5000);
  folder.remove();
});

test("before the first run there is no history, and no change to tell", async () => {
  const folder = projectOf();
  expect(await history({ project: folder.path })).toEqual([]);
  const error = await feedOf(folder, { since: 0 }).catch((thrown: unknown) => thrown);
  expect(textOf(error, folder)).toContain("IDW733");
  // A database of others, in which we have published nothing.
  const warehouse = await openDuckdb({ path: `${folder.path}/customer.duckdb` });
  await warehouse.execute("create table theirs (a integer)");
  warehouse.close();
  expect(await history({ project: folder.path })).toEqual([]);
  folder.remove();
});

test("what is no cursor is none", () => {
  const cursor = { run: 3, kind: "records", keys: ["crm:ä", "", ""] } as const;
  expect(readCursor(cursorOf(cursor))).toEqual(cursor);
  for (const text of ["", "x", "WzEsMl0", cursorOf(cursor).slice(0, -4)])
    expect(readCursor(text)).toBeUndefined();
  const wrong = Buffer.from(JSON.stringify([1, "tables", "", "", ""])).toString("base64url");
  expect(readCursor(wrong)).toBeUndefined();
});
