// `idweave rollback`: puts records together as they were together after an earlier run, once a person has agreed.
import { type Command, InvalidArgumentError } from "commander";
import { diagnosticToJson } from "../diagnostics/format.ts";
import { count } from "../run/assertions.ts";
import type { RunReport } from "../run/run.ts";
import { confirm, isAttended } from "./confirm.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { addProjectOptions, type ProjectOptions } from "./options.ts";
import { running } from "./running.ts";
import { attempt, sayingOf, sayProblems, withoutSecrets } from "./saying.ts";
import { snakeCase } from "./snake-case.ts";

type RollbackOptions = ProjectOptions & {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
};

export function addRollback(program: Command, done: (code: ExitCode) => void): void {
  const command = program
    .command("rollback")
    .summary("put records together as after an earlier run")
    .description(
      "Put records together as they were together after an earlier run, as a new run. Ids follow by the rules of every run; erased records and decisions in force stay as they are. No model is read.",
    )
    .argument("<run>", "the number of the run to return to", readRun);
  addProjectOptions(command)
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "say what would change, and change nothing")
    .option("-q, --quiet", "no progress")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave rollback 41 --dry-run       what would change
  $ idweave rollback 41                 the same, then asks and does it
  $ idweave rollback 41 --yes           without asking`,
    )
    .action(async (run: number, options: RollbackOptions) => {
      if (options.yes !== true && options.dryRun !== true && !isAttended(options)) {
        command.error("error: without a terminal to ask on, say --yes or --dry-run");
      }
      done(await rollBack(run, options));
    });
}

async function rollBack(run: number, options: RollbackOptions): Promise<ExitCode> {
  const saying = sayingOf(options);
  return attempt(saying, async () => {
    const isAsked = options.yes !== true && options.dryRun !== true;
    const report = await running(saying, {
      ...options,
      rollbackTo: run,
      approve: async (planned) => {
        if (!isAsked) return true;
        process.stdout.write(changeText(planned, run, "would"));
        return confirm("Go back?");
      },
    });
    if (options.format === "json") {
      const warnings = report.warnings.map((warning) =>
        diagnosticToJson(withoutSecrets(warning, saying.environment.hide)),
      );
      process.stdout.write(`${JSON.stringify({ ...(snakeCase(report) as object), warnings }, null, 2)}\n`);
      return EXIT.ok;
    }
    sayProblems(saying, report.warnings);
    if (report.published) process.stdout.write(`${changeText(report, run, "did")}${AFTERWARDS}`);
    else if (isAsked) process.stdout.write("Nothing was changed.\n");
    else process.stdout.write(`${changeText(report, run, "would")}Nothing was changed.\n`);
    return EXIT.ok;
  });
}

const AFTERWARDS = `A rollback is no decision: what a later run reconsiders it resolves again, and a full run reconsiders all.
To keep records apart for good, write a cannot_link; to keep a value from linking, an ignore_value.
`;

function changeText(
  { entity, changes, run, ...report }: RunReport,
  back: number,
  mood: "did" | "would",
): string {
  const happened = Object.entries(changes.events).filter(([, found]) => found > 0);
  const events = happened.map(([name, found]) => `${found.toLocaleString("en")} ${name}`).join(", ");
  const get = mood === "did" ? "got" : "would get";
  const regrouped = `${count(changes.regroupedRecords, "record")} ${get} another id`;
  const after = `${report.records.toLocaleString("en")} records, ${report.identities.toLocaleString("en")} identities`;
  return `${entity}: back to run ${back}, as run ${run}: ${regrouped} (identities: ${events === "" ? "none" : events}); ${after}.
`;
}

function readRun(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("A run has a number, from 1.");
  return Number(text);
}
