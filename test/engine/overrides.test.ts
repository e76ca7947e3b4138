// golden_override as a user keeps it: what it wins over, what a run says of it, and what it refuses.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { refusal, seenFrom } from "./messages.ts";
import { folderOf } from "./run-project.ts";

const IDENTITY = `version: 1
entity: customer
targets: { dev: { type: duckdb, path: customer.duckdb, schema: identity } }
models:
  crm: { sql: crm.sql, key: id, observed_at: seen, identifiers: { email: email }, attributes: [city, born, spent] }
identifiers: { email: { priority: 1 } }
decisions: decisions.csv
golden_record:
  attributes:
    city: { survivorship: most_recent, provenance: true }
    born: source_priority
    spent: sum
    emails: { identifier: email, survivorship: array, provenance: true }
`;
const CRM_SQL = `select id, seen::timestamp as seen, email, city, born::date as born, spent::decimal(10, 2) as spent
from (values
  ('1', '2026-01-01', 'ann@x.org', 'Ulm', '1980-01-01', 10),
  ('2', '2026-01-02', 'ann@x.org', 'Rom', '1981-01-01', 5),
  ('3', '2026-01-03', 'bob@x.org', 'Oslo', null, null)
) as t(id, seen, email, city, born, spent)
`;
const HEADER = "id,decision,a,attribute,value,reason,decided_at,expires_at\n";
const idOf = (recordKey: string) => `id_${createHash("md5").update(recordKey).digest("hex").slice(0, 20)}`;
const files = (decisions: string) => ({
  "identity.yml": IDENTITY,
  "crm.sql": CRM_SQL,
  "decisions.csv": HEADER + decisions,
});

test("an override wins over every rule, keeps types, and is told in the provenance", async () => {
  const folder = folderOf(
    files(`old,golden_override,crm:1,city,Bonn,,2026-02-01,
new,golden_override,crm:2,city,Kiel,called,2026-02-02,
undated,golden_override,crm:2,city,Graz,,,
over,golden_override,crm:1,city,Wien,,2026-02-03,2026-03-01
later,golden_override,crm:1,city,Linz,,2999-01-01,
born,golden_override,${idOf("crm:1")},born,1979-12-31,,2026-02-01,
spent,golden_override,crm:2,spent,15,,2026-02-01,
emails,golden_override,crm:3,emails,"[""b@x.org"",""c, d""]",,2026-02-01,
same,golden_override,crm:3,city,Oslo,,2026-02-01,
gone,golden_override,crm:9,city,Oslo,,2026-02-01,
`),
  );
  const { warnings } = await folder.run();
  expect(
    await folder.query(
      `select city, city__record, city__rule, born::varchar as born, typeof(born) as type, spent::varchar as spent,
         to_json(emails)::varchar as emails, emails__record, emails__rule
       from identity.golden_records order by city`,
    ),
  ).toEqual([
    {
      city: "Kiel",
      city__record: "crm:2",
      city__rule: "override",
      born: "1979-12-31",
      type: "DATE",
      spent: "15.000000000",
      emails: '["ann@x.org"]',
      emails__record: null,
      emails__rule: "array",
    },
    {
      city: "Oslo",
      city__record: "crm:3",
      city__rule: "override",
      born: null,
      type: "DATE",
      spent: null,
      emails: '["b@x.org","c, d"]',
      emails__record: "crm:3",
      emails__rule: "override",
    },
  ]);
  const statuses = await folder.query("select id, a, status from identity.decisions_in_force order by id");
  expect(Object.fromEntries(statuses.map((row) => [row["id"], `${row["a"]} ${row["status"]}`]))).toEqual({
    born: "crm:1 in_force",
    emails: "crm:3 in_force",
    gone: "crm:9 unknown_record",
    later: "crm:1 pending",
    new: "crm:2 in_force",
    old: "crm:1 in_force",
    over: "crm:1 expired",
    same: "crm:3 agreed",
    spent: "crm:2 agreed",
    undated: "crm:2 in_force",
  });
  expect(seenFrom(folder, formatDiagnostics(warnings, "text"))).toMatchInlineSnapshot(`
    "identity.yml:7:1: warning IDW607: 1 decision about a record that no model has: \`gone\`.
      = They wait until it appears. A record is written as \`model:key\`, or as an identity id.

    identity.yml:7:1: warning IDW613: 2 golden_overrides that the data now agrees with: \`same\`, \`spent\`.
      = Withdraw them, unless the data is not to change the value again.
    "
  `);
  folder.remove();
});

test("an override that nobody can follow is told at once, and expired ones are let be", async () => {
  expect(
    await refusal(
      files(`born,golden_override,crm:1,born,soon,,2026-02-01,
name,golden_override,crm:1,ctiy,Ulm,,2026-02-01,
past,golden_override,crm:1,street,Ulm,,2026-02-01,2026-02-02
`),
    ),
  ).toMatchInlineSnapshot(`
    "identity.yml:7:1: error IDW612: Decision \`born\` of decisions.csv (golden_override) sets \`born\` to \`soon\`, which is no value of its type.
      |
    6 | identifiers: { email: { priority: 1 } }
    7 | decisions: decisions.csv
      | ^^^^^^^^^
      = Write it as the models have it: a date as 2026-01-31, a number as 12.5, an array as JSON.

    identity.yml:7:1: error IDW611: Decision \`name\` of decisions.csv (golden_override) is about the attribute \`ctiy\`, which golden_records does not have.
      |
    6 | identifiers: { email: { priority: 1 } }
    7 | decisions: decisions.csv
      | ^^^^^^^^^
      = Did you mean \`city\`? Golden attributes: \`city\`, \`born\`, \`spent\`, \`emails\`.
    "
  `);
  expect(await refusal(files("empty,golden_override,crm:1,city,,,2026-02-01,\n"))).toMatchInlineSnapshot(`
    "identity.yml:7:1: error IDW606: Decision \`empty\` of decisions.csv (golden_override) needs a (a record key or an identity id), an attribute and a value.
      |
    6 | identifiers: { email: { priority: 1 } }
    7 | decisions: decisions.csv
      | ^^^^^^^^^
    "
  `);
});

test("without golden attributes an override has nothing to override", async () => {
  const folder = { ...files("d,golden_override,crm:1,city,Ulm,,,\n") };
  const without = IDENTITY.slice(0, IDENTITY.indexOf("golden_record"));
  expect(await refusal({ ...folder, "identity.yml": without })).toMatchInlineSnapshot(`
    "identity.yml:7:1: error IDW611: Decision \`d\` of decisions.csv (golden_override) is about the attribute \`city\`, which golden_records does not have.
      |
    6 | identifiers: { email: { priority: 1 } }
    7 | decisions: decisions.csv
      | ^^^^^^^^^
      = Golden attributes: none.
    "
  `);
});
