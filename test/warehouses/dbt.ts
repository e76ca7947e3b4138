// A dbt project in a folder of its own, on DuckDB: its commands, and its results held against those of idweave.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { programsOf } from "./support.ts";

export const PROGRAMS = programsOf("dbt");

export type Dbt = { readonly code: number | null; readonly output: string };

/** Runs dbt in a folder that has dbt_project.yml and profiles.yml. */
export function dbt(
  folder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Dbt {
  const ended = spawnSync(join(PROGRAMS ?? "", "dbt"), ["--no-use-colors", ...words], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1e8,
    env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: "False", ...env },
  });
  return { code: ended.status, output: `${ended.stdout}${ended.stderr}` };
}

/** What runs of the same number and mode leave alike, times aside. */
export const COMPARED = [
  "identity_records",
  "record_values",
  "identities",
  "identity_values",
  "merge_evidence",
  "blocked_merges",
  "golden_records",
  "rejected_records",
  "rejected_values",
  "decisions_in_force",
  "identity_redirects",
  "identity_events",
  "identity_history",
  "run_metrics",
  "record_state",
  "withheld_values",
  "ignored_values",
  "identity_anchors",
  "run_log",
];

export const TIMES = ["occurred_at", "started_at", "finished_at", "config_hash"];

/** Rows that only one of two databases has, by relation; empty when they are the same. Schema `identity` in both. */
export async function differences(
  first: string,
  second: string,
  prefix = "",
): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const warehouse = await openDuckdb({ path: ":memory:" });
  try {
    await warehouse.execute(`attach '${first}' as a (read_only)`);
    await warehouse.execute(`attach '${second}' as b (read_only)`);
    const found: Record<string, readonly unknown[]> = {};
    for (const name of COMPARED) {
      const table = `identity."${prefix}${name}"`;
      const columns = (await warehouse.describe(`select * from a.${table}`))
        .map((column) => column.name)
        .filter((column) => !TIMES.includes(column))
        .map((column) => `"${column}"`)
        .join(", ");
      const rows = await warehouse.query(`
        (select 'only first' as side, * from (select ${columns} from a.${table} except all select ${columns} from b.${table}))
        union all
        (select 'only second' as side, * from (select ${columns} from b.${table} except all select ${columns} from a.${table}))
        limit 5
      `);
      if (rows.length > 0) found[name] = rows;
    }
    return found;
  } finally {
    warehouse.close();
  }
}

/** One number of a database. */
export async function numberOf(database: string, sql: string): Promise<number> {
  const warehouse = await openDuckdb({ path: database });
  try {
    const [row] = await warehouse.query(sql);
    return Number(Object.values(row ?? {})[0]);
  } finally {
    warehouse.close();
  }
}
