// Reading what is published, beside runs: the target is attached read-only to a database in memory.

import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { relation } from "../render/publish.ts";
import { lit, print } from "../sql/fragment.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import type { Column, Warehouse } from "../warehouse/warehouse.ts";
import { type Loaded, TARGET_CATALOG } from "./load.ts";
import { placeOf } from "./publish.ts";
import { attachForReading } from "./run.ts";

/** A run that publishes holds the target for less than that. */
const LONGEST_WAIT_SECONDS = 30;
const RETRY_MILLISECONDS = 200;
/** Looking on is no run: what does not fit is spilled beside the target. */
const MODEST = { threads: 2, memoryLimit: "512MB" };

export type Published = {
  readonly warehouse: Warehouse;
  /** The name of a published relation, with its catalog and schema, as SQL. */
  readonly table: (name: string) => string;
  /** None for a relation that is not there. */
  readonly columns: (name: string) => Promise<readonly Column[]>;
  /** Lets go of the target, so that a run can publish; what was copied stays. */
  readonly release: () => Promise<void>;
};

/** Undefined when nothing is published yet. Throws IDW702 when a run does not finish publishing within 30 seconds. */
export async function withPublished<T>(
  loaded: Loaded,
  work: (published: Published) => Promise<T>,
): Promise<T | undefined> {
  const temporaryFolder = `${loaded.databasePath}.reading-${process.pid}`;
  const warehouse = await openDuckdb({ path: ":memory:", ...MODEST, temporaryFolder });
  try {
    const reader = await attach(loaded, warehouse);
    if (!reader.exists) return undefined;
    const place = placeOf(loaded);
    const { lexical } = loaded.context.dialect;
    const literal = (text: string) => print(lit(text), lexical);
    const columns = async (name: string): Promise<readonly Column[]> => {
      const rows = await warehouse.query(
        `select column_name, data_type from duckdb_columns() where database_name = ${literal(TARGET_CATALOG)} and schema_name = ${literal(place.schema)} and table_name = ${literal(`${place.prefix}${name}`)} order by column_index`,
      );
      return rows.map((row) => ({ name: String(row["column_name"]), type: String(row["data_type"]) }));
    };
    if ((await columns("run_log")).length === 0) return undefined;
    return await work({
      warehouse,
      table: (name) => print(relation(place, name), lexical),
      columns,
      release: reader.detach,
    });
  } finally {
    warehouse.close();
    rmSync(temporaryFolder, { recursive: true, force: true });
  }
}

async function attach(loaded: Loaded, warehouse: Warehouse) {
  const until = Date.now() + Math.min(loaded.project.lockTimeoutSeconds, LONGEST_WAIT_SECONDS) * 1000;
  for (;;) {
    try {
      return await attachForReading(loaded, warehouse);
    } catch (error) {
      const isBusy = error instanceof DiagnosticError && error.diagnostics[0]?.code === "IDW702";
      if (!isBusy || Date.now() >= until) throw error;
      await sleep(RETRY_MILLISECONDS);
    }
  }
}
