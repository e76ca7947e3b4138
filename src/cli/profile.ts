// `idweave profile`: what the values of the models look like, and the entries of identity.yml that would keep those of
// nobody from linking people; `--write` adds them.
import { type Command, InvalidArgumentError } from "commander";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { diagnosticToJson } from "../diagnostics/format.ts";
import type { ProfileReport } from "../run/profile.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { addProjectOptions, type ProjectOptions } from "./options.ts";
import type { Written } from "./profile-write.ts";
import { progressLine } from "./progress.ts";
import { attempt, type Saying, sayingOf, sayProblems, withoutSecrets } from "./saying.ts";
import { snakeCase } from "./snake-case.ts";

type ProfileVerbOptions = ProjectOptions & {
  readonly identifier?: readonly string[];
  readonly top?: number;
  readonly mask?: boolean;
  readonly write?: boolean;
  readonly quiet?: boolean;
};

export function addProfile(program: Command, done: (code: ExitCode) => void): void {
  const command = program
    .command("profile")
    .summary("find the values that are nobody's")
    .description(
      "Read the models and report the values of each identifier: coverage, the busiest, and those that look like placeholders or are carried by a crowd, with the `ignore` and `max_records` entries that would stop them from linking people. Publishes nothing. The report shows values, which are personal data.",
    );
  addProjectOptions(command, ["text", "json"])
    .option("-i, --identifier <names...>", "only these identifiers")
    .option("--top <number>", "how many values a list shows (default: 5)", readTop)
    .option("--mask", "show the shape of values only: every letter as x, every digit as 9")
    .option("--write", "add the entries to identity.yml, and show the diff")
    .option("-q, --quiet", "no progress")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave profile                     all identifiers of the project in this folder
  $ idweave profile -i email phone --top 20
  $ idweave profile --mask              a report to show around
  $ idweave profile --write             adds what it proposes; comments and layout stay
  $ idweave profile --format json       the same for other programs`,
    )
    .action(async (options: ProfileVerbOptions) => done(await profileProject(options)));
}

async function profileProject(options: ProfileVerbOptions): Promise<ExitCode> {
  const saying = sayingOf(options);
  const controller = new AbortController();
  const line = progressLine(process.stderr, {
    quiet: options.quiet === true || options.format === "json",
    plain: (process.env["CI"] ?? "") !== "" || process.env["TERM"] === "dumb",
  });
  // Heard once: a second Ctrl-C meets no listener and ends the process at once.
  const stop = () => {
    line.tell("Stopping. Ctrl-C again ends it at once.");
    controller.abort();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    return await attempt(saying, async () => {
      const { profile } = await import("../run/profile.ts");
      let report: ProfileReport;
      try {
        report = await profile({
          ...options,
          identifiers: options.identifier,
          env: saying.environment.env,
          sources: saying.sources,
          signal: controller.signal,
          onProgress: line.onProgress,
        });
      } finally {
        line.end();
      }
      return await tell(saying, options, report);
    });
  } finally {
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
}

async function tell(saying: Saying, options: ProfileVerbOptions, report: ProfileReport): Promise<ExitCode> {
  const [{ profileText }, { masked }] = await Promise.all([
    import("./profile-text.ts"),
    import("./profile-mask.ts"),
  ]);
  const isMasked = options.mask === true;
  const shown = isMasked ? masked(report) : report;
  if (options.format === "text") {
    sayProblems(saying, report.warnings);
    process.stdout.write(profileText(shown, isMasked));
  }
  const written = options.write === true ? await write(saying, options, report) : undefined;
  if (options.format === "json") {
    const warnings = report.warnings.map((warning) =>
      diagnosticToJson(withoutSecrets(warning, saying.environment.hide)),
    );
    const object = {
      ...(snakeCase(shown) as object),
      masked: isMasked,
      written: (written?.added ?? 0) > 0,
      warnings,
    };
    process.stdout.write(`${JSON.stringify(object, null, 2)}\n`);
  } else if (written !== undefined) {
    const { writtenText } = await import("./profile-text.ts");
    process.stdout.write(writtenText(written, isMasked));
  }
  return EXIT.ok;
}

async function write(
  saying: Saying,
  { project, mask }: ProfileVerbOptions,
  report: ProfileReport,
): Promise<Written> {
  const { writeAdditions } = await import("./profile-write.ts");
  const [read = ""] = saying.sources.values();
  try {
    return writeAdditions(project, read, report.additions);
  } catch (error) {
    if (mask !== true || !(error instanceof DiagnosticError)) throw error;
    // The hint shows the entries, which are values.
    const hint = "Nothing is written. Without --mask this shows the entries to add by hand.";
    throw new DiagnosticError(error.diagnostics.map((diagnostic) => ({ ...diagnostic, hint })));
  }
}

function readTop(text: string): number {
  const top = Number(text);
  if (!/^\d{1,4}$/.test(text) || top < 1) throw new InvalidArgumentError("A whole number from 1 to 9999.");
  return top;
}
