// `idweave run`: resolves the records and publishes the identities, with progress on the way and a summary in the end.
import type { Command } from "commander";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { diagnosticToJson } from "../diagnostics/format.ts";
import type { Request } from "../render/context.ts";
import type { BatchOptions } from "../run/batch.ts";
import type { RemoteProject } from "../run/remote.ts";
import type { RunReport } from "../run/run.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import {
  addBatchOptions,
  addProfilesOption,
  addProjectOptions,
  type BatchVerbOptions,
  batchOf,
  type ProjectOptions,
} from "./options.ts";
import { running } from "./running.ts";
import { attempt, type Saying, sayingOf, sayProblems, withoutSecrets } from "./saying.ts";
import { snakeCase } from "./snake-case.ts";
import { readTime } from "./time.ts";

type RunVerbOptions = ProjectOptions & {
  readonly batch?: BatchOptions | undefined;
  readonly backfillOnly?: boolean;
  readonly full?: boolean;
  readonly asOf?: Date;
  readonly acceptAlarms?: boolean;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  /** Of `forget`: whom this run erases. */
  readonly forget?: readonly Request[];
};

export function addRun(program: Command, done: (code: ExitCode) => void): void {
  const command = program
    .command("run")
    .summary("resolve the records and publish the identities")
    .description(
      "Resolve the records into identities and publish them, all in one transaction. Ctrl-C leaves earlier results whole.",
    );
  addBatchOptions(
    addProfilesOption(addProjectOptions(command)).option(
      "--full",
      "read and resolve everything anew; ids are kept",
    ),
  )
    .option(
      "--as-of <time>",
      "decisions are in force as of this time (ISO 8601, UTC without a zone)",
      readTime,
    )
    .option("--accept-alarms", "publish even if an alarm of `alerts` would stop the run")
    .option("--dry-run", "publish nothing; tell what would change")
    .option("-q, --quiet", "no progress")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave run                         the project in this folder, on its first target
  $ idweave run --full                  everything anew, whatever changed since the last run
  $ idweave run --dry-run               what a run would change of the identities
  $ idweave run --model orders --since 2024-01-01 --until 2025-01-01 --backfill-only
                                        a year of old orders; golden values stay, with suggestions
  $ idweave run -t prod --quiet         on another target, without progress
  $ idweave run --as-of 2026-01-31      with the decisions as they were then
  $ idweave run --format json           the numbers of the run as one JSON object`,
    )
    .action(async (options: RunVerbOptions & BatchVerbOptions) =>
      done(await runProject({ ...options, batch: batchOf(options, command) })),
    );
}

/** Runs the project with progress, and prints its summary or its problems. */
export async function runProject(options: RunVerbOptions): Promise<ExitCode> {
  const saying = sayingOf(options);
  return attempt(saying, async () => {
    // `forget` works on DuckDB only, and says so itself.
    const remote = options.forget === undefined ? await remoteProject(saying, options) : undefined;
    if (remote === undefined) await tell(saying, await running(saying, options));
    else {
      const [{ connectionOf }, { runInWarehouse }] = await Promise.all([
        import("../run/connection.ts"),
        import("./run-remote.ts"),
      ]);
      const { env } = saying.environment;
      await runInWarehouse(saying, remote, connectionOf(remote.target, { ...remote, env }), options);
    }
    return EXIT.ok;
  });
}

/** The project, where its target is a warehouse; what else a project has, and its mistakes, a DuckDB run finds by itself. */
export async function remoteProject(
  saying: Saying,
  options: ProjectOptions,
): Promise<RemoteProject | undefined> {
  const { isOnWarehouse, loadProject } = await import("../run/load.ts");
  if (!isOnWarehouse(options)) return undefined;
  const { value, diagnostics } = loadProject({ ...options, env: saying.environment.env }, saying.sources);
  if (value === undefined) throw new DiagnosticError(diagnostics);
  const { target } = value;
  if (target.kind === "file") return undefined;
  sayProblems(saying, diagnostics);
  return { ...value, target };
}

async function tell(saying: Saying, report: RunReport): Promise<void> {
  if (saying.format === "json") {
    const warnings = report.warnings.map((warning) =>
      diagnosticToJson(withoutSecrets(warning, saying.environment.hide)),
    );
    const object = { ...(snakeCase(report) as object), warnings };
    process.stdout.write(`${JSON.stringify(object, null, 2)}\n`);
    return;
  }
  const { summaryText } = await import("./summary.ts");
  sayProblems(saying, report.warnings);
  process.stdout.write(summaryText(report));
}
