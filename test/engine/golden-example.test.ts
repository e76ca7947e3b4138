// The worked example of docs/golden-records.md: its YAML is run as it stands there, and gives what the page says.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { folderOf } from "./run-project.ts";

const page = readFileSync(new URL("../../docs/golden-records.md", import.meta.url), "utf8");

test("the example of the page", async () => {
  const yaml = /```yaml\n(golden_record:[^`]*)```/.exec(page)?.[1] ?? "";
  const folder = folderOf({
    "identity.yml": `version: 1
entity: customer
targets: { dev: { type: duckdb, path: customer.duckdb, schema: identity } }
models:
  crm: { sql: crm.sql, key: id, observed_at: seen, identifiers: { email: email, person: person }, attributes: [name, street, city, { town: city }] }
  shop: { sql: shop.sql, key: id, observed_at: seen, identifiers: { email: email, person: person }, attributes: [name, street, city, { town: city }, spent] }
identifiers: { person: { priority: 1 }, email: { priority: 2 } }
${yaml}`,
    "crm.sql": `select * from (values
      ('1', 'p', '2026-01-05', 'Anna', 'Elm St 1', 'Ulm', 'anna@x.org'),
      ('2', 'p', '2026-03-01', 'Ann', null, 'Bonn', 'ann@y.org')
    ) as t(id, person, seen, name, street, city, email)`,
    "shop.sql": `select * from (values
      ('7', 'p', '2026-02-01', 'Anna', 'Oak Ave 2', 'Rom', 'anna@x.org', 20),
      ('8', 'p', null, 'A.', null, null, 'ann@y.org', 15)
    ) as t(id, person, seen, name, street, city, email, spent)`,
  });
  await folder.run();
  expect(
    await folder.query(
      `select name, name__record, name__rule, city, email, to_json(emails)::varchar as emails, revenue::integer as revenue, street, town
       from identity.golden_records`,
    ),
  ).toEqual([
    {
      name: "Anna",
      name__record: "crm:1",
      name__rule: "most_frequent",
      city: "Bonn",
      email: "ann@y.org",
      emails: '["ann@y.org","anna@x.org"]',
      revenue: 35,
      street: "Oak Ave 2",
      town: "Rom",
    },
  ]);
  folder.remove();
});
