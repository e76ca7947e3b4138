// The scratch file: a run builds its results there, beside the target, and holding it open is the lock of the target.
// It ends with its process, so a killed run leaves a file that the next run simply takes over.
import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { messageOf } from "./errors.ts";
import { shownPath } from "./files.ts";
import type { Loaded } from "./load.ts";

export type Scratch = { readonly warehouse: Warehouse; readonly remove: () => void };

/**
 * Throws IDW701, with the process that holds the lock, when another run of the target is under way. A dry run has a scratch
 * file of its own, so that it keeps no run waiting.
 */
export async function openScratch(
  { databasePath, folder, target }: Loaded,
  dryRun = false,
): Promise<Scratch> {
  const path = `${databasePath}${dryRun ? ".dry-run" : ".building"}`;
  const temporary = `${path}.tmp`;
  const made = mkdirSync(dirname(databasePath), { recursive: true });
  const removeAll = () => {
    for (const file of [path, `${path}.wal`, temporary]) rmSync(file, { recursive: true, force: true });
  };
  const open = () =>
    openDuckdb({
      path,
      folder,
      threads: target.threads,
      memoryLimit: target.memoryLimit,
      temporaryFolder: temporary,
    });
  const warehouse = await open()
    .catch((error: unknown) => {
      // Half written by a run that was killed: nobody holds it, and nothing in it counts.
      if (!/corrupt|not a valid duckdb database/i.test(messageOf(error))) throw error;
      removeAll();
      return open();
    })
    .catch((error: unknown) => {
      throw lockError(error, databasePath);
    });
  return {
    warehouse,
    remove: () => {
      warehouse.close();
      removeAll();
      if (dryRun && made !== undefined) removeEmpty(dirname(databasePath), made);
    },
  };
}

/** The folders from the inner to the outer, as long as they hold nothing. */
function removeEmpty(inner: string, outer: string): void {
  for (let folder = inner; folder.startsWith(outer); folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

function lockError(error: unknown, databasePath: string): unknown {
  const message = messageOf(error);
  const shown = shownPath(databasePath);
  if (/set lock on file/i.test(message)) {
    const holder = /PID (\d+)/.exec(message)?.[1];
    const by = holder === undefined ? "" : `: process ${holder}`;
    const hint = "Wait for it to end, or end it; a run that was killed holds no lock.";
    return new DiagnosticError([diagnose("IDW701", `Another run of ${shown} is under way${by}.`, { hint })]);
  }
  if (/permission denied|read-only|cannot open file/i.test(message)) {
    return new DiagnosticError([
      diagnose("IDW710", `Cannot write beside ${shown}: ${message.split("\n")[0]}`),
    ]);
  }
  return error;
}
