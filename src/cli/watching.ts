// Does something again whenever a file of a project changes, until Ctrl-C. Looks at the files instead of asking the system to tell:
// what it tells differs between systems, editors that rename and mounted folders, and there are few files to look at.
import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MILLISECONDS = 200;
/** What tests read. */
const READ = /\.(ya?ml|sql|csv)$/;
/** Results, libraries, and what begins with a dot change by other hands. */
const OTHERS = /^(\..*|node_modules|target)$/;

/**
 * `work` is done once, and again after each change of a file under `paths` (folders or files), one made while it was at work
 * included. Returns what it last returned.
 */
export async function whenFilesChange<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const end = () => ending.abort();
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  const pause = () => sleep(LOOK_MILLISECONDS, undefined, { signal: ending.signal }).catch(() => undefined);
  try {
    for (;;) {
      const before = fingerprint(paths);
      const done = await work();
      if (ending.signal.aborted) return done;
      process.stderr.write("\nWaiting for a change; Ctrl-C ends it.\n");
      let seen = before;
      // An editor writes several files at once: they have settled when two looks see the same.
      for (let last = fingerprint(paths); seen === before || seen !== last; last = fingerprint(paths)) {
        seen = last;
        await pause();
        if (ending.signal.aborted) return done;
      }
      process.stdout.write("\n");
    }
  } finally {
    process.removeListener("SIGINT", end);
    process.removeListener("SIGTERM", end);
  }
}

/** Differs when a file came, went, or was written. */
function fingerprint(paths: readonly string[]): string {
  const found = new Set<string>();
  const look = (path: string) => {
    // What goes away between two looks is a change, no failure.
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() === true) found.add(`${path} ${stat.mtimeMs} ${stat.size} ${stat.ino}`);
  };
  const walk = (folder: string) => {
    for (const entry of entriesOf(folder)) {
      if (entry.isDirectory() && !OTHERS.test(entry.name)) walk(join(folder, entry.name));
      else if (READ.test(entry.name)) look(join(folder, entry.name));
    }
  };
  for (const path of paths) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) walk(path);
    else look(path);
  }
  return [...found].sort().join("\n");
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
