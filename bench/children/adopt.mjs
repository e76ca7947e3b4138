// Makes a published database the state of a project with another `changes:`, which decides how rows are found and not what is
// made of them: it is told the hash of that project, so that the next run builds on it.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { args, print } from "./report.mjs";

const { dist, project } = args;
const { load } = await import(pathToFileURL(join(dist, "run/load.js")).href);
const { value: loaded, diagnostics } = load({ project });
if (loaded === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
const instance = await DuckDBInstance.create(loaded.databasePath);
const connection = await instance.connect();
await connection.run(`update identity.run_log set config_hash = '${loaded.configHash}'`);
connection.closeSync();
instance.closeSync();
print({ configHash: loaded.configHash });
