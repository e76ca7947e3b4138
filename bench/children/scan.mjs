// One scan of the input: every column of every source is read and hashed once, and nothing is kept.
import { DuckDBInstance } from "@duckdb/node-api";
import { args, print, start, stop } from "./report.mjs";

const { data, models, threads } = args;
const instance = await DuckDBInstance.create(":memory:", { threads: String(threads) });
const connection = await instance.connect();
start();
let rows = 0;
for (const model of models) {
  const query = `select count(*), bit_xor(hash(columns(*))) from '${data}/${model}.parquet'`;
  const result = await connection.runAndReadAll(query);
  rows += Number(result.getRows()[0][0]);
}
print({ ...stop(), records: rows });
