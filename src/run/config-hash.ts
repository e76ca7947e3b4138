// What tells a run that the project is no longer the one that the run before read.
import { createHash } from "node:crypto";
import type { LoadedProject } from "./load.ts";

/** SHA-256 of all that decides what a run does: the project, its macros and the rendered statements of its models. */
export function configHash({ project, selects, macros }: LoadedProject): string {
  const {
    places: _places,
    file: _file,
    targets: _targets,
    lockTimeoutSeconds: _lockTimeoutSeconds,
    keepRuns: _keepRuns,
    dbtManifest: _dbtManifest,
    // Only a first run imports.
    importedIds: _importedIds,
    // Alarms change no result.
    alerts: _alerts,
    // Requests that are new erase what they mean in a run of either mode.
    forget: _forget,
    ...meaning
  } = project;
  return createHash("sha256")
    .update(JSON.stringify([meaning, [...selects], macros.map(({ text }) => text)]))
    .digest("hex");
}
