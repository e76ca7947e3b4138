// The plainest SQL for the same attributes of the same records: the last value of each, one aggregate a column, nothing cleaned,
// ruled or tied. What is left of it is reading the values and grouping them once.
import { DuckDBInstance } from "@duckdb/node-api";
import { args, print, start, stop } from "./report.mjs";

const instance = await DuckDBInstance.create(":memory:", { threads: String(args.threads) });
const connection = await instance.connect();
await connection.run("set preserve_insertion_order = false");
await connection.run(`attach '${args.database.replaceAll("'", "''")}' as done (read_only)`);
await connection.run(`
  create temp table given as
  select r.identity_id, r.observed_at, s.* exclude (record_key, model, fingerprint)
  from done.identity.identity_records as r
  join done.identity.record_state as s on s.record_key = r.record_key
`);
const described = await connection.runAndReadAll(
  "select column_name from (describe given) where column_name like 'a!_%' escape '!'",
);
const columns = described.getRows().map(([name]) => `"${name}"`);
if (columns.length !== args.width)
  throw new Error(`There are ${columns.length} attributes, not ${args.width}.`);
start();
await connection.run(`
  create temp table golden as
  select identity_id, ${columns.map((name) => `arg_max(${name}, observed_at) as ${name}`).join(", ")}
  from given
  group by identity_id
`);
print(stop());
