// `idweave history`: the runs of a target, the latest first.
import { type Command, InvalidArgumentError } from "commander";
import type { LoggedRun } from "../run/history.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { addProjectOptions, type ProjectOptions } from "./options.ts";
import { attempt, sayingOf } from "./saying.ts";
import { snakeCase } from "./snake-case.ts";

type HistoryOptions = ProjectOptions & { readonly number: number };

export function addHistory(program: Command, done: (code: ExitCode) => void): void {
  const command = program
    .command("history")
    .summary("list the runs of a target")
    .description(
      "List the runs of a target, the latest first: when, what came in, what happened to identities, and whether a rollback can return to it.",
    );
  addProjectOptions(command, ["text", "json"])
    .option("-n, --number <runs>", "how many runs", readNumber, 20)
    .addHelpText(
      "after",
      `
Examples:
  $ idweave history                     the last 20 runs
  $ idweave history -n 3
  $ idweave history --format json       for other programs`,
    )
    .action(async (options: HistoryOptions) => done(await tellHistory(options)));
}

async function tellHistory(options: HistoryOptions): Promise<ExitCode> {
  const saying = sayingOf(options);
  return attempt(saying, async () => {
    const { history } = await import("../run/history.ts");
    const { env } = saying.environment;
    const runs = await history({ ...options, env, sources: saying.sources, last: options.number });
    process.stdout.write(
      options.format === "json"
        ? `${JSON.stringify({ runs: snakeCase(runs) }, null, 2)}\n`
        : historyText(runs),
    );
    return EXIT.ok;
  });
}

const COLUMNS = ["run", "started (UTC)", "mode", "seconds", "records", "identities"] as const;

/** One line a run; the last two columns are sentences, and stand at the end. */
export function historyText(runs: readonly LoggedRun[]): string {
  if (runs.length === 0) return "No runs yet; `idweave run` makes the first.\n";
  const rows = runs.map((run): readonly string[] => [
    String(run.run),
    run.startedAt.slice(0, 19).replace("T", " "),
    run.mode,
    ((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1),
    run.records.toLocaleString("en"),
    run.identities.toLocaleString("en"),
  ]);
  const widths = COLUMNS.map((name, index) =>
    Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[], kept: string, changed: string) => {
    const aligned = cells.map((cell, index) => {
      const width = widths[index] ?? 0;
      return index === 1 || index === 2 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `${[...aligned, kept.padEnd(8), changed].join("  ").trimEnd()}\n`;
  };
  return [
    line(COLUMNS, "rollback", "changes"),
    ...runs.map((run, index) => line(rows[index] ?? [], run.isKept ? "yes" : "", changedText(run))),
  ].join("");
}

function changedText({ newRecords, changedRecords, erasedRecords, events, status }: LoggedRun): string {
  const told = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count.toLocaleString("en")} ${name}`)
      .join(", ") || "none";
  const records = told({ new: newRecords, changed: changedRecords, erased: erasedRecords });
  const failed = status === "success" ? "" : `${status}; `;
  return `${failed}records: ${records}; identities: ${told(events)}`;
}

function readNumber(text: string): number {
  const runs = Number(text);
  if (!/^\d{1,6}$/.test(text) || runs < 1) throw new InvalidArgumentError("A whole number from 1 on.");
  return runs;
}
