// The last file of the script: how the results take the place of the earlier ones.
import type { Plan } from "../../plan/plan.ts";
import { appendMetrics, preparations, replacements } from "../../render/publish.ts";
import { purges } from "../../render/purge.ts";
import type { ScriptInput } from "./index.ts";

export function publishingText(
  plan: Plan,
  { context, place }: Pick<ScriptInput, "context" | "place">,
  number: number,
): string {
  const run = (statements: readonly string[]) => statements.map((statement) => `${statement};\n`).join("\n");
  return `-- ${number}. Publishing
-- The runner builds the results in a scratch file, then attaches the target's database file as ${place.catalog}, waits for
-- its readers, and runs this. A relation that lacks a column of its result gets it before the transaction begins.

-- ${number}.1 relations that are missing; each statement by itself
${run(preparations(plan, place, context))}
-- ${number}.2 readers see all of the new results or none of them
begin transaction;

${run([...replacements(plan, place, context), appendMetrics(place, context)])}
-- ${number}.3 only if idw_purged_records or idw_purged_values has rows: what an erasure takes from what stays otherwise
${run(purges(place, context))}
-- Here the runner adds the row of this run to ${place.prefix}run_log; its times and counts are known only now.
commit;

-- After an erasure the runner writes the database file anew, since free blocks of it would still hold what is gone.
`;
}
