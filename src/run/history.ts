// The runs that a target has seen, as run_log tells them, and which of them a rollback can return to.
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { id, print } from "../sql/fragment.ts";
import { timestampText } from "../warehouse/remote.ts";
import { EVENTS } from "./changes.ts";
import { type LoadOptions, loadProject, type Sources } from "./load.ts";
import { withReader } from "./published.ts";

export type LoggedRun = {
  readonly run: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly mode: string;
  readonly status: string;
  readonly records: number;
  readonly newRecords: number;
  readonly changedRecords: number;
  readonly erasedRecords: number;
  readonly identities: number;
  /** Rows of identity_events by their event. */
  readonly events: Readonly<Record<(typeof EVENTS)[number], number>>;
  /** Whether what it left can be returned to: it is not the last, and at most `runs.keep` runs ago. */
  readonly isKept: boolean;
};

export type HistoryOptions = LoadOptions & {
  /** So many of the last runs; all by default. */
  readonly last?: number | undefined;
  readonly sources?: Sources | undefined;
};

/** The latest run first; none when nothing is published yet. Throws DiagnosticError. */
export async function history(options: HistoryOptions): Promise<readonly LoggedRun[]> {
  const { value: loaded, diagnostics } = loadProject(options, options.sources);
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  const { lexical } = loaded.context.dialect;
  const { keepRuns } = loaded.project;
  const rows = await withReader(loaded, options.env, ({ query, table }) => {
    const events = EVENTS.map((event) => print(id(event), lexical));
    const limit = options.last === undefined ? "" : ` limit ${options.last}`;
    return query(`
      select
        run, started_at, finished_at, mode, status, records, new_records, changed_records, erased_records, identities,
        ${events.join(", ")}, max(run) over () as latest
      from ${table("run_log")}
      order by run desc${limit}
    `);
  });
  return (rows ?? []).map((row) => {
    const number = (name: string) => Number(row[name] ?? 0);
    const run = number("run");
    const latest = number("latest");
    return {
      run,
      startedAt: isoTime(row["started_at"]),
      finishedAt: isoTime(row["finished_at"]),
      mode: String(row["mode"]),
      status: String(row["status"]),
      records: number("records"),
      newRecords: number("new_records"),
      changedRecords: number("changed_records"),
      erasedRecords: number("erased_records"),
      identities: number("identities"),
      events: {
        created: number("created"),
        merged: number("merged"),
        split: number("split"),
        moved: number("moved"),
        revived: number("revived"),
        retired: number("retired"),
      },
      isKept: run < latest && run >= latest - keepRuns,
    };
  });
}

/** A UTC timestamp as a warehouse writes it, in ISO 8601. */
export function isoTime(timestamp: unknown): string {
  return `${timestampText(String(timestamp)).replace(" ", "T")}Z`;
}
