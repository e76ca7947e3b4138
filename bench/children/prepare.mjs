// Makes the input of the resolution alone and of its peers from the published results of a run, by their documented columns:
// records (record, observed_at), matching values (record, identifier, value) and the edges of their star join (a, b).
import { DuckDBInstance } from "@duckdb/node-api";
import { args, print } from "./report.mjs";

const { database, folder, threads } = args;
const instance = await DuckDBInstance.create(":memory:", { threads: String(threads) });
const connection = await instance.connect();
const text = (value) => `'${value.replaceAll("'", "''")}'`;
const write = (name, query) =>
  connection.run(
    `copy (${query}) to ${text(`${folder}/${name}.parquet`)} (format parquet, compression zstd)`,
  );

await connection.run(`attach ${text(database)} as done (read_only)`);
// Numbers in the order of the keys, as in a run.
await connection.run(`
  create table records as
  select row_number() over (order by record_key) as record, record_key, observed_at
  from done.identity.identity_records
`);
await write("records", "select record, observed_at from records order by record");
await write(
  "values",
  `select r.record, v.identifier, v.value
   from done.identity.record_values as v join records as r on r.record_key = v.record_key
   order by r.record, v.identifier, v.value`,
);
await write(
  "edges",
  `select distinct a, b
   from (select min(record) over (partition by identifier, value) as a, record as b from '${folder}/values.parquet')
   where a <> b`,
);
const count = async (name) =>
  Number(
    (await connection.runAndReadAll(`select count(*) from '${folder}/${name}.parquet'`)).getRows()[0][0],
  );
print({ records: await count("records"), values: await count("values"), edges: await count("edges") });
