// Identities of a run by confidence, beside the truth: how many hold records of two or more persons. One-record identities apart.
import { DuckDBInstance } from "@duckdb/node-api";
import { args, print } from "./report.mjs";

const literal = (text) => `'${text.replaceAll("'", "''")}'`;
const instance = await DuckDBInstance.create(":memory:", { threads: String(args.threads) });
const connection = await instance.connect();
await connection.run(`attach ${literal(args.database)} as done (read_only)`);
const result = await connection.runAndReadAll(`
  with persons as (
    select i.identity_id, count(*) as records, count(distinct t.person_id) as persons
    from read_parquet(${literal(args.truth)}) as t
    join done.identity.identity_records as i on i.record_key = t.source || ':' || t.record_id
    group by i.identity_id
  )

  select
    p.records = 1 as alone,
    least(floor(i.confidence * 10), 9)::integer as tenth,
    i.confidence > 0.9 as above_nine,
    count(*)::integer as identities,
    count(*) filter (where p.persons > 1)::integer as mixed
  from persons as p
  join done.identity.identities as i on i.identity_id = p.identity_id
  group by all
  order by all
`);
print({ bands: result.getRowObjectsJson() });
