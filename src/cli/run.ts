// `idweave run`: resolves the records and publishes the identities, with progress on the way and a summary in the end.
import { type Command, InvalidArgumentError } from "commander";
import { diagnosticToJson } from "../diagnostics/format.ts";
import type { Request } from "../render/context.ts";
import type { RunReport } from "../run/run.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { addProjectOptions, type ProjectOptions } from "./options.ts";
import { progressLine } from "./progress.ts";
import { attempt, type Saying, sayingOf, sayProblems, withoutSecrets } from "./saying.ts";
import { snakeCase } from "./snake-case.ts";

type RunVerbOptions = ProjectOptions & {
  readonly full?: boolean;
  readonly asOf?: Date;
  readonly acceptAlarms?: boolean;
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
  addProjectOptions(command)
    .option("--full", "read and resolve everything anew; ids are kept")
    .option(
      "--as-of <time>",
      "decisions are in force as of this time (ISO 8601, UTC without a zone)",
      readTime,
    )
    .option("--accept-alarms", "publish even if an alarm of `alerts` would stop the run")
    .option("-q, --quiet", "no progress")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave run                         the project in this folder, on its first target
  $ idweave run --full                  everything anew, whatever changed since the last run
  $ idweave run -t prod --quiet         on another target, without progress
  $ idweave run --as-of 2026-01-31      with the decisions as they were then
  $ idweave run --format json           the numbers of the run as one JSON object`,
    )
    .action(async (options: RunVerbOptions) => done(await runProject(options)));
}

/** Runs the project with progress, and prints its summary or its problems. */
export async function runProject(options: RunVerbOptions): Promise<ExitCode> {
  const saying = sayingOf(options);
  const { hide, env } = saying.environment;
  const controller = new AbortController();
  const line = progressLine(process.stderr, {
    quiet: options.quiet === true || options.format === "json",
    plain: (process.env["CI"] ?? "") !== "" || process.env["TERM"] === "dumb",
  });
  // Heard once: a second Ctrl-C meets no listener and ends the process at once.
  const stop = () => {
    line.tell("Stopping; nothing is published. Ctrl-C again ends it at once.");
    controller.abort();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    return await attempt(saying, async () => {
      const { run } = await import("../run/run.ts");
      let report: RunReport;
      try {
        report = await run({
          ...options,
          env,
          sources: saying.sources,
          signal: controller.signal,
          onProgress: (progress) =>
            line.onProgress(
              progress.kind === "waiting" ? { ...progress, message: hide(progress.message) } : progress,
            ),
        });
      } finally {
        line.end();
      }
      await tell(saying, { ...report, database: hide(report.database), schema: hide(report.schema) });
      return EXIT.ok;
    });
  } finally {
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
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

// The forms that decisions.csv knows as well (config.md).
function readTime(text: string): Date {
  const found =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/.exec(text);
  const [, date = "", time = "00:00", zone = "Z"] = found ?? [];
  const offset = zone === "Z" ? zone : `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}`;
  const read = new Date(`${date}T${time}${offset}`);
  // A day that the month lacks would silently become one of the next month.
  const isReal = new Date(`${date}T00:00Z`).toJSON()?.startsWith(date) === true;
  if (found === null || Number.isNaN(read.getTime()) || !isReal) {
    throw new InvalidArgumentError("A time is ISO 8601: 2026-01-31 or 2026-01-31T12:00:00Z.");
  }
  return read;
}
