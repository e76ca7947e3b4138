// Rows of the published relations that a run had to change: those that are new, gone or different after it. Columns that only
// say when a row was written do not count; of relations that only grow, the rows of the run.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { args, print } from "./report.mjs";

const { dist, before, after, threads, folder } = args;
const { PUBLISHED } = await import(pathToFileURL(join(dist, "plan/relations.js")).href);
const literal = (text) => `'${text.replaceAll("'", "''")}'`;
const instance = await DuckDBInstance.create(":memory:", {
  threads: String(threads),
  memory_limit: "2500MB",
  temp_directory: join(folder, "affected.tmp"),
});
const connection = await instance.connect();
await connection.run(`attach ${literal(before)} as was (read_only)`);
await connection.run(`attach ${literal(after)} as now (read_only)`);
const one = async (query) => Number((await connection.runAndReadAll(query)).getRows()[0][0]);

const relations = {};
for (const [name, { key, quiet }] of Object.entries(PUBLISHED)) {
  const columns = key.join(", ");
  const content = quiet.length === 0 ? "*" : `* exclude (${quiet.join(", ")})`;
  const rows = (catalog) =>
    `select ${columns}, hash(t) as content from (select ${content} from ${catalog}.identity.${name}) as t`;
  relations[name] = await one(`
    select count(*)
    from (select distinct ${columns} from (
      select ${columns}, content from (${rows("was")} union all ${rows("now")})
      group by ${columns}, content
      having count(*) = 1
    ))
  `);
}
for (const name of ["identity_events", "identity_history", "run_metrics", "run_log"]) {
  const rows = (catalog) => `(select count(*) from ${catalog}.identity.${name})`;
  relations[name] = await one(`select ${rows("now")} - ${rows("was")}`);
}
print({ relations, rows: Object.values(relations).reduce((sum, rows) => sum + rows, 0) });
