// How many golden values are right: an identity is taken for the person of most of its records, and its golden values are
// held against that person's, of those that are not NULL. Beside them the naive rule: of the same cleaned values the one
// observed last, in any source; where it has none, no rule has.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { args, print } from "./report.mjs";

const { dist, project, data, threads } = args;
const { run } = await import(pathToFileURL(join(dist, "index.js")).href);
await run({ project });

/** What is right, as texts: of people who marry, the later name; of a number given up, the one before and the one after. */
const TRUTH = {
  first_name: "[first_name]",
  last_name: "[coalesce(last_name_later, last_name)]",
  date_of_birth: "[date_of_birth]",
  country: "[country]",
  email: "[idw_canonical(email), idw_canonical(work_email)]",
  phone: "[phone_e164, phone_e164_later]",
};
const CRM =
  "select 'crm_contacts:' || contact_id as record_key, {column}::varchar as value from '{data}/crm_contacts.parquet'";
const LOYALTY = "select 'loyalty:' || loyalty_id, {column}::varchar from '{data}/loyalty.parquet'";
const ORDERS = "select 'orders:' || order_id, {column}::varchar from '{data}/orders.parquet'";
const IDENTIFIER = "select record_key, value from d.identity.record_values where identifier = '{column}'";
const VALUES = {
  first_name: [CRM, LOYALTY],
  last_name: [CRM, LOYALTY],
  date_of_birth: [CRM, LOYALTY],
  country: [CRM, LOYALTY, ORDERS],
  email: [IDENTIFIER],
  phone: [IDENTIFIER],
};

const instance = await DuckDBInstance.create(":memory:", { threads: String(threads) });
const connection = await instance.connect();
const quoted = (path) => path.replaceAll("'", "''");
await connection.run(`attach '${quoted(join(project, "customer.duckdb"))}' as d (read_only)`);
// As the normaliser email_canonical does it.
await connection.run(`create macro idw_canonical(email) as
  regexp_replace(case when email like '%@gmail.com' then replace(split_part(lower(trim(email)), '@', 1), '.', '') || '@gmail.com' else lower(trim(email)) end, '\\+[^@]*@', '@')`);
await connection.run(`
  create table persons as
  select identity_id, arg_min(person_id, (-n, person_id)) as person_id
  from (
    select i.identity_id, t.person_id, count(*) as n
    from '${quoted(data)}/truth_records.parquet' as t
    join d.identity.identity_records as i on i.record_key = t.source || ':' || t.record_id
    group by all
  )
  group by identity_id
`);
const found = [];
for (const [attribute, truth] of Object.entries(TRUTH)) {
  const values = VALUES[attribute]
    .map((query) => query.replace("{column}", attribute).replace("{data}", quoted(data)))
    .join(" union all ");
  const result = await connection.runAndReadAll(`
    with given as (${values}),
    naive as (
      select i.identity_id, arg_max(g.value, (coalesce(i.observed_at, '1900-01-01'::timestamp), g.record_key)) as value
      from given as g
      join d.identity.identity_records as i on i.record_key = g.record_key
      where g.value is not null
      group by i.identity_id
    ),
    right_values as (select person_id, ${truth} as right_values from '${quoted(data)}/truth_persons.parquet')
    select
      count(*) as naive_filled,
      count(g.${attribute}) as filled,
      count(*) filter (where list_contains(r.right_values, g.${attribute}::varchar)) as golden,
      count(*) filter (where list_contains(r.right_values, n.value)) as naive
    from naive as n
    join d.identity.golden_records as g on g.identity_id = n.identity_id
    join persons as p on p.identity_id = n.identity_id
    join right_values as r on r.person_id = p.person_id
  `);
  const [naiveFilled, filled, golden, naive] = result.getRows()[0].map(Number);
  found.push({ attribute, naiveFilled, filled, golden, naive });
}
print(found);
