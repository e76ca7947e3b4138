// Splits the sources by a hash of their keys into a base and deltas, one Parquet file each in `folder`/<model>/. The rows of a
// delta say that they were loaded after all others.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { args, print } from "./report.mjs";

// Of ten thousand buckets; what is left is the base. Deltas overlap nowhere.
const { data, folder, keys, deltas, threads } = args;
const literal = (text) => `'${text.replaceAll("'", "''")}'`;
const instance = await DuckDBInstance.create(":memory:", {
  threads: String(threads),
  memory_limit: "2500MB",
  temp_directory: join(folder, "tmp"),
});
const connection = await instance.connect();
const counts = {};
for (const [model, key] of Object.entries(keys)) {
  mkdirSync(join(folder, model), { recursive: true });
  const source = `read_parquet(${literal(join(data, `${model}.parquet`))})`;
  const loadedAt = model === "web_events" ? "received_at" : "loaded_at";
  const write = async (name, condition, time) => {
    const rest = model === "web_events" ? "* exclude (received_at)" : "* exclude (loaded_at)";
    const query = `select ${rest}, ${time} as loaded_at from ${source} where ${condition}`;
    const path = literal(join(folder, model, `${name}.parquet`));
    const result = await connection.run(`copy (${query}) to ${path} (format parquet, compression zstd)`);
    counts[name] = (counts[name] ?? 0) + Number((await result.getRows())[0][0]);
  };
  const bucket = `hash(${key}::varchar) % 10000`;
  let from = 0;
  for (const { name, buckets } of deltas) {
    const condition = `${bucket} between ${from} and ${from + buckets - 1}`;
    await write(name, condition, "timestamp '2030-01-01'");
    from += buckets;
  }
  await write("base", `${bucket} >= ${from}`, loadedAt);
}
print(counts);
