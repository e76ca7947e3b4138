// How the file of a DuckDB target stores what is published (docs/decisions/0003): names of few texts as numbers into a
// dictionary, which is read several times faster than the texts; other texts as they are, since DuckDB would try at each
// block what a dictionary saves.
import { work } from "../plan/names.ts";
import type { AppendedName, OutputName, Plan } from "../plan/plan.ts";
import type { Stored, StoredColumn } from "../render/publish.ts";
import { isOfFewTexts } from "../render/relations.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { TARGET_CATALOG } from "./load.ts";

/** The columns of what a run built; expects the target attached. */
export async function storedColumns(plan: Plan, warehouse: Warehouse): Promise<Stored> {
  const dictionary = await dictionaryOf(warehouse);
  const stored = new Map<OutputName | AppendedName, readonly StoredColumn[]>();
  for (const output of [...plan.outputs, ...plan.appended]) {
    const columns = await warehouse.describe(`select * from ${work.output(output)}`);
    stored.set(
      output,
      columns.map(({ name, type }) => {
        if (type !== "VARCHAR") return { name, type };
        return { name, type, compression: isOfFewTexts(output, name) ? dictionary : "uncompressed" };
      }),
    );
  }
  return stored;
}

// Files of DuckDB 1.3 and later took another dictionary in place of the first, and refuse it.
async function dictionaryOf(warehouse: Warehouse): Promise<string> {
  const [, major = 1, minor = 0] = /v(\d+)\.(\d+)/.exec((await storageVersion(warehouse)) ?? "") ?? [];
  return Number(major) > 1 || Number(minor) >= 3 ? "dict_fsst" : "dictionary";
}

/** Of the target's file, which must be attached: `v1.0.0`. */
export async function storageVersion(warehouse: Warehouse): Promise<string | undefined> {
  const [row] = await warehouse.query(
    `select tags['storage_version'] as version from duckdb_databases() where database_name = '${TARGET_CATALOG}'`,
  );
  return /v\d+\.\d+\.\d+/.exec(String(row?.["version"]))?.[0];
}
