// The same rows in another order: each source sorted by a hash of its key and a seed.
import { DuckDBInstance } from "@duckdb/node-api";
import { args, print } from "./report.mjs";

const { data, keys, folder, seed, threads } = args;
const instance = await DuckDBInstance.create(":memory:", { threads: String(threads) });
const connection = await instance.connect();
for (const [model, key] of Object.entries(keys)) {
  await connection.run(
    `copy (from '${data}/${model}.parquet' order by md5(${key} || '${seed}')) to '${folder}/${model}.parquet' (format parquet)`,
  );
}
print({});
