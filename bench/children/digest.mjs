// A digest of which record is in which identity, the same for the same answer in whatever order its rows lie.
import { DuckDBInstance } from "@duckdb/node-api";
import { args, print } from "./report.mjs";

const instance = await DuckDBInstance.create(":memory:", { threads: String(args.threads) });
const connection = await instance.connect();
await connection.run(`attach '${args.database.replaceAll("'", "''")}' as done (read_only)`);
const result = await connection.runAndReadAll(`
  select count(*) || ' ' || sum(md5_number_lower(record_key || ' ' || identity_id))
    || ' ' || bit_xor(md5_number_upper(record_key || ' ' || identity_id))
  from done.identity.identity_records
`);
print({ digest: result.getRows()[0][0] });
