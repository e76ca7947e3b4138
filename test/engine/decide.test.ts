// Decisions from a command: what they say they will change is what the next run changes.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type DecideOptions, type Proposal, propose, type Ruling } from "../../src/run/decide.ts";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { identityYml, projectOf, textOf } from "./messages.ts";
import type { Folder } from "./run-project.ts";

const MODELS = `  crm:
    file: crm.csv
    key: id
    observed_at: at
    identifiers: { email: email, phone: phone }`;

const yml = (more = "decisions: decisions.csv\n", identifiers = "") =>
  identityYml({
    models: MODELS,
    identifiers: identifiers || "  email: { priority: 1, contested: first }\n  phone: { priority: 2 }",
    more: `${more}alerts: []\n`,
  });

const HEADER = "id,decision,a,b,identifier,value,reason,decided_by,decided_at,expires_at\n";

/** 1, 2, 3 are tied by a phone; 1 and 4 by an email; 5 is alone. */
const CRM = `id,at,email,phone
1,2026-01-01,ann@x.org,555
2,2026-01-02,bea@x.org,555
3,2026-01-03,cid@x.org,555
4,2026-01-04,ann@x.org,
5,2026-01-05,eve@x.org,777
`;

const idOf = (key: string) => `id_${createHash("md5").update(`crm:${key}`).digest("hex").slice(0, 20)}`;
const keys = (...records: readonly string[]) => records.map((record) => `crm:${record}`);

async function published(files: Readonly<Record<string, string>> = {}): Promise<Folder> {
  const folder = projectOf({ "identity.yml": yml(), "crm.csv": CRM, "decisions.csv": HEADER, ...files });
  await folder.run();
  return folder;
}

const decide = (folder: Folder, ruling: Ruling, more: Partial<DecideOptions> = {}): Promise<Proposal> =>
  propose({ project: folder.path, ruling, ...more });

function write({ destination }: Proposal): void {
  if (destination.kind !== "file") throw new Error("no file to write to");
  destination.write();
}

const parts = async (folder: Folder): Promise<readonly unknown[]> => {
  const rows = await folder.query(
    "select string_agg(source_key, ' ' order by source_key) as records from identity.identity_records group by identity_id order by records",
  );
  return rows.map((row) => row["records"]);
};

/** The events of the last run, as a proposal tells them. */
async function told(folder: Folder): Promise<readonly unknown[]> {
  const rows = await folder.query(
    "select * from identity.identity_events where run = (select max(run) from identity.identity_events) order by event, identity_id, other_identity_id nulls first",
  );
  return rows.map((row) => [row["event"], row["identity_id"], row["other_identity_id"], row["records"]]);
}

const foretold = ({ effect }: Proposal) =>
  effect.events.map(({ event, identityId, otherIdentityId, records }) => [
    event,
    identityId,
    otherIdentityId,
    records,
  ]);

const said = async (work: Promise<unknown>, folder: Folder): Promise<string> =>
  work.then(
    () => {
      throw new Error("nothing is said");
    },
    (error: unknown) => textOf(error, folder),
  );

describe("link and unlink", () => {
  test("tell what the next run then does, and publish nothing", async () => {
    const folder = await published();
    const before = readFileSync(join(folder.path, "customer.duckdb"));
    const linked = await decide(
      folder,
      { kind: "link", a: idOf("5"), b: "crm:1" },
      { reason: "one, really", by: "eve" },
    );
    expect(linked.rows).toMatchObject([
      {
        id: "d-001",
        decision: "must_link",
        a: "crm:5",
        b: "crm:1",
        reason: "one, really",
        decided_by: "eve",
      },
    ]);
    expect(foretold(linked)).toEqual([["merged", idOf("5"), idOf("1"), 1]]);
    expect(linked.effect).toMatchObject({
      identities: [
        { identityId: idOf("1"), before: 4, after: 5 },
        { identityId: idOf("5"), before: 1, after: 0 },
      ],
      recordsMoved: 1,
      otherEvents: 0,
      statuses: [{ id: "d-001", status: "in_force" }],
    });
    expect(readFileSync(join(folder.path, "customer.duckdb")).equals(before)).toBe(true);
    expect(readFileSync(join(folder.path, "decisions.csv"), "utf8")).toBe(HEADER);
    expect(readdirSync(folder.path).filter((name) => name.includes("duckdb"))).toEqual(["customer.duckdb"]);

    write(linked);
    await folder.run();
    expect(await told(folder)).toEqual(foretold(linked));
    expect(await parts(folder)).toEqual(["1 2 3 4 5"]);

    // The merged id stands for the record it was named for, so the un-merge names both as they were.
    const refused = await said(decide(folder, { kind: "link", a: "crm:1", b: "crm:1" }), folder);
    expect(refused).toContain("IDW605");
    const undone = await decide(folder, { kind: "unlink", a: idOf("1"), b: idOf("5") });
    expect(undone.rows).toMatchObject([{ id: "d-002", decision: "cannot_link", a: "crm:1", b: "crm:5" }]);
    expect(undone.effect.newlyRefused).toEqual([{ id: "d-001", status: "refused", blockedBy: "d-002" }]);
    expect(foretold(undone)).toEqual([["revived", idOf("5"), idOf("1"), 1]]);
    write(undone);
    const { warnings } = await folder.run();
    expect(warnings.map(({ message }) => message)).toEqual([
      "1 must-link refused because of a cannot-link: `d-001` by `d-002`.",
    ]);
    expect(await told(folder)).toEqual(foretold(undone));
    expect(await parts(folder)).toEqual(["1 2 3 4", "5"]);

    expect(
      await said(decide(folder, { kind: "link", a: "crm:5", b: idOf("1") }), folder),
    ).toMatchInlineSnapshot(`
      "error IDW617: The must-link of \`crm:5\` and \`crm:1\` would be refused: the cannot-link \`d-002\` keeps them apart. Nothing was written.
        = A cannot-link beats a must-link; withdraw it first, by deleting its row or with an \`expires_at\`.
      "
    `);
    folder.remove();
  });

  test("names that nothing has are refused, with the nearest right ones", async () => {
    const folder = await published();
    const link = (a: string, b: string) => said(decide(folder, { kind: "link", a, b }), folder);
    expect(await link("crm:1", "crm:11")).toMatchInlineSnapshot(`
      "error IDW616: The model crm has no record \`11\`.
        = The nearest that there are: \`crm:1\`, \`crm:2\` and \`crm:3\`.
      "
    `);
    expect(await link("cmr:1", "crm:2")).toMatchInlineSnapshot(`
      "error IDW616: There is no record \`cmr:1\`. A record is written \`model:key\`, an identity by its id.
        = Did you mean \`crm\`? Models: \`crm\`.
      "
    `);
    expect(await link("id_00000000000000000000", "crm:2")).toMatchInlineSnapshot(`
      "error IDW616: No identity \`id_00000000000000000000\` was ever issued.
      "
    `);
    expect(
      await said(decide(folder, { kind: "ignore", identifier: "emial", value: "x" }), folder),
    ).toMatchInlineSnapshot(`
      "error IDW608: The identifier \`emial\` is not declared.
        = Did you mean \`email\`? Identifiers: \`email\`, \`phone\`.
      "
    `);
    folder.remove();
  });

  test("what other changes of the data will do is counted apart", async () => {
    const folder = await published();
    folder.write({ "crm.csv": CRM.replace("555\n3,", "888\n3,").concat("6,2026-01-06,fay@x.org,\n") });
    const { effect } = await decide(folder, { kind: "link", a: "crm:4", b: "crm:5" });
    expect(effect.events.map(({ event }) => event)).toEqual(["merged", "split"]);
    expect(effect.otherEvents).toBe(1);
    folder.remove();
  });

  test("before the first run, without a file, without decisions, and with a table", async () => {
    const folder = projectOf({ "identity.yml": yml(), "crm.csv": CRM });
    const first = await decide(folder, { kind: "link", a: "crm:1", b: "crm:5" });
    expect(first.isFirst).toBe(true);
    expect(existsSync(join(folder.path, "decisions.csv"))).toBe(false);
    write(first);
    await folder.run();
    expect(await parts(folder)).toEqual(["1 2 3 4 5"]);
    folder.write({ "identity.yml": yml("") });
    expect(await said(decide(folder, { kind: "link", a: "crm:1", b: "crm:5" }), folder)).toContain("IDW614");

    const warehouse = await openDuckdb({ path: join(folder.path, "customer.duckdb") });
    await warehouse.execute("create schema raw");
    await warehouse.execute(
      "create table raw.ruled (id varchar, decision varchar, a varchar, b varchar, decided_at timestamp)",
    );
    warehouse.close();
    folder.write({ "identity.yml": yml("decisions: { table: raw.ruled }\n") });
    const { destination, effect } = await decide(folder, { kind: "unlink", a: "crm:1", b: "crm:5" });
    expect(effect.events.map(({ event }) => event)).toEqual(["split"]);
    if (destination.kind !== "table") throw new Error("not a table");
    expect(
      destination.insert.replace(/'d-\d.*?'/, "'d-…'").replace(/'\d{4}-.*?Z'/, "'…Z'"),
    ).toMatchInlineSnapshot(`
      "insert into raw.ruled (id, decision, a, b, decided_at)
      values
        ('d-…', 'cannot_link', 'crm:1', 'crm:5', '…Z');"
    `);
    const own = await openDuckdb({ path: join(folder.path, "customer.duckdb") });
    await own.execute(destination.insert);
    own.close();
    await folder.run();
    expect(await parts(folder)).toEqual(["1 2 3 4", "5"]);
    folder.remove();
  });
});

test("ignore frees the records that only the value ties", async () => {
  const folder = await published();
  const ignored = await decide(folder, { kind: "ignore", identifier: "phone", value: "555" });
  expect(ignored.rows).toMatchObject([{ decision: "ignore_value", identifier: "phone", value: "555" }]);
  expect(ignored.effect).toMatchObject({ recordsMoved: 2, otherEvents: 0 });
  write(ignored);
  await folder.run();
  expect(await told(folder)).toEqual(foretold(ignored));
  expect(await parts(folder)).toEqual(["1 4", "2", "3", "5"]);
  folder.remove();
});

describe("split", () => {
  test("one cannot-link where one is enough, between records that a value ties", async () => {
    const folder = await published({
      "crm.csv": CRM.replace("3,2026-01-03,cid@x.org,555", "3,2026-01-03,bea@x.org,"),
    });
    const {
      rows,
      parts: made,
      ...proposal
    } = await decide(folder, {
      kind: "split",
      identity: idOf("1"),
      records: keys("3", "2"),
    });
    expect(rows).toMatchObject([{ decision: "cannot_link", a: "crm:2", b: "crm:1" }]);
    expect(made).toEqual({ leaving: 1, staying: 1 });
    write({ rows, parts: made, ...proposal });
    await folder.run();
    expect(await parts(folder)).toEqual(["1 4", "2 3", "5"]);
    folder.remove();
  });

  test("more where the dry run shows that one is not; what comes apart is told", async () => {
    const first = "  email: { priority: 1, contested: first }\n  phone: { priority: 2, contested: first }";
    const folder = await published({ "identity.yml": yml(undefined, first) });
    const proposal = await decide(folder, { kind: "split", identity: idOf("1"), records: keys("2", "3") });
    expect(proposal.rows.map(({ id, decision, a, b }) => [id, decision, a, b])).toEqual([
      ["d-001", "cannot_link", "crm:2", "crm:1"],
      ["d-002", "cannot_link", "crm:3", "crm:1"],
    ]);
    expect(proposal.parts).toEqual({ leaving: 2, staying: 1 });
    write(proposal);
    await folder.run();
    expect(await parts(folder)).toEqual(["1 4", "2", "3", "5"]);
    folder.remove();
  });

  test("values to ignore where three rounds of cannot-links do not part them", async () => {
    // Whoever is not named goes on with the first, so each round parts one of them only.
    const rows = Array.from({ length: 12 }, (_, n) => `${n},2026-01-${n + 10},,desk\n`).join("");
    const last = "  email: { priority: 1 }\n  phone: { priority: 2, contested: first }";
    const folder = await published({
      "identity.yml": yml(undefined, last),
      "crm.csv": `id,at,email,phone\n${rows}`,
    });
    const proposal = await decide(folder, {
      kind: "split",
      identity: idOf("0"),
      records: keys("6", "7", "8", "9", "10", "11"),
    });
    expect(proposal.rows.map(({ decision }) => decision)).toEqual(["cannot_link", "ignore_value"]);
    write(proposal);
    await folder.run();
    expect((await parts(folder)).length).toBe(12);
    folder.remove();
  });

  test("a must-link between the two sides is refused from then on", async () => {
    const folder = await published({ "decisions.csv": `${HEADER}m,must_link,crm:5,crm:1,,,,,2026-01-01,\n` });
    const proposal = await decide(folder, { kind: "split", identity: idOf("1"), records: keys("5") });
    expect(proposal.rows).toMatchObject([{ decision: "cannot_link", a: "crm:5", b: "crm:1" }]);
    expect(proposal.effect.newlyRefused).toMatchObject([{ id: "m" }]);
    folder.remove();
  });

  test("records that it does not hold, all of them, and before the first run", async () => {
    const folder = projectOf({ "identity.yml": yml(), "crm.csv": CRM, "decisions.csv": HEADER });
    const split = (identity: string, ...records: readonly string[]) =>
      said(decide(folder, { kind: "split", identity, records: keys(...records) }), folder);
    expect(await split(idOf("1"), "2")).toContain("IDW733");
    await folder.run();
    expect(await split(idOf("1"), "2", "5")).toMatchInlineSnapshot(`
      "error IDW616: id_6a572634d77c9b87c6e2 does not hold \`crm:5\`.
        = Its records: \`crm:1\`, \`crm:2\`, \`crm:3\`, \`crm:4\`.
      "
    `);
    expect(await split(idOf("5"), "5")).toMatchInlineSnapshot(`
      "error IDW618: These are all records of id_51d05539fb8aeb992a78; there is nothing to split them from.
      "
    `);
    expect(await split("id_nobody", "5")).toMatchInlineSnapshot(`
      "error IDW616: There is no identity \`id_nobody\`.
      "
    `);
    folder.remove();
  });
});

test("a decision that expires is told once", async () => {
  const folder = await published({
    "decisions.csv": `${HEADER}tmp,must_link,crm:1,crm:5,,,,,2026-01-01,2026-06-01\n`,
  });
  const codes = async (asOf: string) =>
    (await folder.run({ asOf: new Date(asOf) })).warnings.map(({ code }) => code);
  expect(await codes("2026-05-01")).toEqual([]);
  expect(await codes("2026-07-01")).toEqual(["IDW619"]);
  expect(await codes("2026-07-02")).toEqual([]);
  folder.remove();
});
