// What a new project says about itself, and what its repository leaves out.
import type { Answers } from "./project.ts";

export const gitignore = `# Results. target/compiled/ is worth committing: reviewers see there what a change of identity.yml does to the SQL.
*.duckdb
*.duckdb.wal
*.duckdb.building*
*.duckdb.rewritten*
*.duckdb.plan-*
*.duckdb.erasing
# The secret by which forgotten people stay forgotten. Keep it; never share it.
.idweave-secret
node_modules/
`;

export function readme({ entity, data }: Answers): string {
  return `# Who is one ${entity}?

\`identity.yml\` says which records belong together; idweave turns that into SQL and runs it on DuckDB.

\`\`\`sh
idweave check      # finds mistakes, reads no data
idweave run        # resolves the records and publishes the identities
\`\`\`

A change of \`identity.yml\`, a model or a decision, from the idea to the results:

\`\`\`sh
idweave test                  # do the tests in test/ still hold?  --watch runs them again whenever a file is saved
idweave plan --against main   # who would be merged, split or renamed, on the data of today
idweave compile               # the SQL of the run, in target/compiled/, for the diff that a reviewer reads
idweave run
idweave explain A B           # why two records are one, or what keeps them apart
\`\`\`

The results are in \`${entity}.duckdb\`, schema \`identity\`. Some questions to ask there:

\`\`\`sql
-- which records are one ${entity}?
select identity_id, list(record_key order by record_key) as records from identity.identity_records group by all;

-- why?
select * from identity.merge_evidence order by all;

-- and which merges were refused, by which limit?
select * from identity.blocked_merges;

-- what is known of each?
select * from identity.golden_records;
\`\`\`

| file | what it is |
|---|---|
| \`identity.yml\` | sources, identifiers, limits, golden record |
| \`models/\` | SELECTs that read a source |
| \`${data}/\` | the sample data: put your own in its place |
| \`test/\` | records, and who of them must be one ${entity} |
| \`decisions.csv\` | what people decided: must_link, cannot_link, ignore_value |
`;
}
