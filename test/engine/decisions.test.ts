// Decisions as a user keeps them: what a run makes of each, what it warns of, and what it refuses.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { type Files, identityYml, projectOf, refusal, seenFrom } from "./messages.ts";
import type { Folder } from "./run-project.ts";

const DECISIONS = identityYml({
  identifiers: "  email: { priority: 1, normalize: [email] }",
  more: "decisions: decisions.csv\n",
});

/** Eight records without a value in common, and two with one. */
const CRM = `id,at,email,city
${[1, 2, 3, 4, 5, 6, 7, 8].map((id) => `${id},2026-01-0${id},${id}@x.org,Ulm\n`).join("")}9,2026-01-09,desk@x.org,Rom
10,2026-01-10,desk@x.org,Rom
`;

const idOf = (recordKey: string) => `id_${createHash("md5").update(recordKey).digest("hex").slice(0, 20)}`;

const identities = (folder: Folder) =>
  folder
    .query(
      `select string_agg(source_key, ' ' order by source_key::int) as records from identity.identity_records
       group by identity_id having count(*) > 1 order by min(source_key::int)`,
    )
    .then((rows) => rows.map((row) => row["records"]));

const statuses = (folder: Folder) =>
  folder
    .query("select id, status from identity.decisions_in_force order by id")
    .then((rows) => Object.fromEntries(rows.map((row) => [row["id"], row["status"]])));

test("in force, expired, still to come, waiting for a record, refused", async () => {
  const folder = projectOf({
    "identity.yml": DECISIONS,
    "crm.csv": CRM,
    "decisions.csv": `id,decision,a,b,identifier,value,reason,decided_by,decided_at,expires_at
linked,must_link,crm:1,crm:2,,,same person,eve,2026-01-01,
over,must_link,crm:1,crm:3,,,,,2026-01-01,2026-02-01
later,must_link,crm:1,crm:4,,,,,2999-01-01,
waits,must_link,crm:1,crm:99,,,,,2026-01-01,
apart,cannot_link,crm:5,crm:6,,,,,2026-01-03,
refused,must_link,crm:5,crm:6,,,,,,
by id,must_link,${idOf("crm:7")},${idOf("crm:8")},,,,,2026-01-01T08:00:00+02:00,
no id,must_link,crm:1,id_00000000000000000000,,,,,2026-01-01,
desk,ignore_value,,, email , DESK@x.org ,,,2026-01-01,
`,
  });
  const { decisions, warnings } = await folder.run();
  expect(await statuses(folder)).toEqual({
    apart: "in_force",
    "by id": "in_force",
    desk: "in_force",
    later: "pending",
    linked: "in_force",
    "no id": "unknown_record",
    over: "expired",
    refused: "refused",
    waits: "unknown_record",
  });
  expect(await identities(folder)).toEqual(["1 2", "7 8"]);
  expect(
    await folder.query(
      "select * exclude (decided_at, expires_at) from identity.decisions_in_force where id in ('by id', 'linked') order by id",
    ),
  ).toMatchObject([
    { a: "crm:7", b: "crm:8", status: "in_force" },
    { a: "crm:1", b: "crm:2", reason: "same person", decided_by: "eve" },
  ]);
  expect(
    await folder.query(
      "select decided_at::varchar as at from identity.decisions_in_force where id = 'by id'",
    ),
  ).toEqual([{ at: "2026-01-01 06:00:00" }]);
  expect(
    await folder.query("select identifier, value, blocked_by, limit_value from identity.blocked_merges"),
  ).toEqual([{ identifier: "must_link", value: "refused", blocked_by: "apart", limit_value: 1 }]);
  expect(decisions).toContainEqual({ status: "unknown_record", decisions: 2 });
  expect(seenFrom(folder, formatDiagnostics(warnings, "text"))).toMatchInlineSnapshot(`
    "identity.yml:14:1: warning IDW607: 2 decisions about a record that no model has: \`no id\`, \`waits\`.
      = They wait until it appears. A record is written as \`model:key\`, or as an identity id.

    identity.yml:14:1: warning IDW610: 1 must-link refused because of a cannot-link: \`refused\` by \`apart\`.
      = The two contradict each other, alone or with the must-links between them, and a cannot-link wins. Withdraw one of the two.
    "
  `);

  await folder.run({ asOf: new Date("2026-01-02T00:00:00Z") });
  expect(await statuses(folder)).toMatchObject({ over: "in_force", apart: "pending", refused: "in_force" });
  expect(await identities(folder)).toEqual(["1 2 3", "5 6", "7 8"]);

  await folder.run({ asOf: new Date("2999-01-01T00:00:00Z") });
  expect(await statuses(folder)).toMatchObject({ over: "expired", later: "in_force" });
  expect(await identities(folder)).toEqual(["1 2 4", "7 8"]);
  folder.remove();
});

const refused = (decisions: string) =>
  refusal({ "identity.yml": DECISIONS, "crm.csv": CRM, "decisions.csv": decisions });

test("every problem, all at once", async () => {
  expect(
    await refused(`id,decision,a,b,identifier,value,decided_at,expires_at
d1,must_lnk,crm:1,crm:2,,,,
d2,,crm:1,crm:2,,,,
d3,golden_override,crm:1,,,,,
,must_link,crm:1,crm:2,,,,
d4,must_link,crm:1,,,,,
d5,cannot_link,crm:3,crm:3,,,,
d6,cannot_link,crm:3,${idOf("crm:3")},,,,
d7,ignore_value,,,email,,,
d8,ignore_value,,,emial,x@x.org,,
d9,must_link,crm:1,crm:2,,,yesterday,
d10,must_link,crm:1,crm:2,,,,soon
d11,must_link,crm:1,crm:2,,,,
d11,must_link,crm:3,crm:4,,,,
`),
  ).toMatchInlineSnapshot(`
    "identity.yml:14:1: error IDW604: Decision \`d1\` of decisions.csv says \`must_lnk\`, which is no kind of decision.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
      = Did you mean \`must_link\`? Allowed: \`must_link\`, \`cannot_link\`, \`ignore_value\`, \`golden_override\`.

    identity.yml:14:1: error IDW609: Decision \`d10\` of decisions.csv has a time that cannot be read: \`soon\`.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
      = Times are ISO 8601, UTC when they have no zone.

    identity.yml:14:1: error IDW602: Decision \`d11\` of decisions.csv stands there more than once; ids are unique.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^

    identity.yml:14:1: error IDW604: Decision \`d2\` of decisions.csv does not say what it decides.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
      = Allowed: \`must_link\`, \`cannot_link\`, \`ignore_value\`, \`golden_override\`.

    identity.yml:14:1: error IDW606: Decision \`d3\` of decisions.csv (golden_override) needs a (a record key or an identity id), an attribute and a value.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^

    identity.yml:14:1: error IDW606: Decision \`d4\` of decisions.csv (must_link) needs both a and b: two record keys.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^

    identity.yml:14:1: error IDW605: Decision \`d5\` of decisions.csv is about crm:3 and itself.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^

    identity.yml:14:1: error IDW605: Decision \`d6\` of decisions.csv is about crm:3 and itself.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^

    identity.yml:14:1: error IDW606: Decision \`d7\` of decisions.csv (ignore_value) needs an identifier and a value.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^

    identity.yml:14:1: error IDW608: Decision \`d8\` of decisions.csv is about the identifier \`emial\`, which is not declared.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
      = Did you mean \`email\`? Identifiers: \`email\`.

    identity.yml:14:1: error IDW609: Decision \`d9\` of decisions.csv has a time that cannot be read: \`yesterday\`.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
      = Times are ISO 8601, UTC when they have no zone.

    identity.yml:14:1: error IDW603: A decision of decisions.csv has no id (decision must_link, a crm:1, b crm:2).
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
    "
  `);
});

test("files without what they need", async () => {
  expect(await refused("di,decison,a,b\n1,must_link,crm:1,crm:2\n")).toMatchInlineSnapshot(`
    "identity.yml:14:1: error IDW601: The decisions have no column \`id\`.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
      = Did you mean \`di\`? Columns: \`di\`, \`decison\`, \`a\`, \`b\`.

    identity.yml:14:1: error IDW601: The decisions have no column \`decision\`.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
      = Did you mean \`decison\`? Columns: \`di\`, \`decison\`, \`a\`, \`b\`.
    "
  `);
  expect(await refused("")).toMatchInlineSnapshot(`
    "identity.yml:14:1: error IDW508: The decisions cannot be read: decisions.csv is empty.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
    "
  `);
  expect(await refused("id,decision,a,b\n1,must_link,crm:1\n")).toMatchInlineSnapshot(`
    "identity.yml:14:1: error IDW506: The decisions cannot be read: line 2 of decisions.csv has 3 of the 4 fields of the header.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
      = A field that holds the separator, a quote or a line end is put in double quotes.
    "
  `);
  expect(await refusal({ "identity.yml": DECISIONS, "judged.csv": "" })).toMatchInlineSnapshot(`
    "identity.yml:14:1: error IDW401: The decisions cannot be read: there is no file decisions.csv.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.csv
       | ^^^^^^^^^
      = Files there: \`crm.csv\`, \`judged.csv\`.
    "
  `);
  expect(
    await refusal({ "identity.yml": DECISIONS.replace("decisions.csv", "decisions.xls") }),
  ).toMatchInlineSnapshot(`
    "identity.yml:14:1: error IDW413: The decisions cannot be read: \`decisions.xls\` ends in \`.xls\`, which is no format.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: decisions.xls
       | ^^^^^^^^^
      = Endings: \`.csv\`, \`.tsv\`, \`.parquet\`, \`.json\`, \`.ndjson\`, \`.jsonl\`. Each also with \`.gz\` or \`.zst\`.
    "
  `);
  expect(
    await refusal({ "identity.yml": DECISIONS.replace("decisions.csv", "{ table: raw.decisions }") }),
  ).toMatchInlineSnapshot(`
    "identity.yml:14:1: error IDW416: The decisions cannot be read: Table with name "raw.decisions" does not exist because schema "raw" does not exist.
       |
    13 |   email: { priority: 1, normalize: [email] }
    14 | decisions: { table: raw.decisions }
       | ^^^^^^^^^
    "
  `);
});

test("without a row they decide nothing", async () => {
  const folder = projectOf({ "identity.yml": DECISIONS, "crm.csv": CRM, "decisions.csv": "id,decision\n" });
  const { warnings } = await folder.run();
  expect(warnings).toEqual([]);
  expect(await identities(folder)).toEqual(["9 10"]);
  folder.remove();
});

test("as JSON, as Parquet and as a table they are the same, their texts untouched", async () => {
  const rows = [
    {
      id: "6F9619FF-8B86-D011-B42D-00C04FC964FF",
      decision: "must_link",
      a: "crm:1",
      b: "crm:2",
      decided_at: "2026-01-01",
    },
    {
      id: "2026-01-01",
      decision: "ignore_value",
      identifier: "email",
      value: "desk@x.org",
      decided_at: "2026-01-01",
    },
    { id: "0070", decision: "must_link", a: "crm:3", b: "crm:4", decided_at: "2026-01-01 10:00:00.123456" },
  ];
  const expected = [
    { id: "0070", decided_at: "2026-01-01 10:00:00.123456" },
    { id: "2026-01-01", decided_at: "2026-01-01 00:00:00" },
    { id: "6F9619FF-8B86-D011-B42D-00C04FC964FF", decided_at: "2026-01-01 00:00:00" },
  ];
  const yml = (decisions: string) => DECISIONS.replace("decisions.csv", decisions);
  const ask = async (folder: Folder) => {
    await folder.run();
    expect(await identities(folder)).toEqual(["1 2", "3 4"]);
    expect(
      await folder.query(
        "select id, decided_at::varchar as decided_at from identity.decisions_in_force order by id",
      ),
    ).toEqual(expected);
  };
  const files: Files = {
    "identity.yml": yml("d.json"),
    "crm.csv": CRM,
    "d.json": JSON.stringify(rows),
  };
  const folder = projectOf(files);
  await ask(folder);
  const typed = `select id, decision, a, b, identifier, value, decided_at::timestamp as decided_at
    from read_json('${folder.path}/d.json', columns = {id: 'VARCHAR', decision: 'VARCHAR', a: 'VARCHAR', b: 'VARCHAR', identifier: 'VARCHAR', value: 'VARCHAR', decided_at: 'VARCHAR'})`;
  const warehouse = await openDuckdb({ path: `${folder.path}/customer.duckdb` });
  await warehouse.execute(`copy (${typed}) to '${folder.path}/d.parquet'`);
  await warehouse.execute("create schema raw");
  await warehouse.execute(`create table raw.decisions as ${typed}`);
  warehouse.close();
  folder.write({ "identity.yml": yml("d.parquet") });
  await ask(folder);
  folder.write({ "identity.yml": yml("{ table: raw.decisions }") });
  await ask(folder);
  folder.remove();
});
