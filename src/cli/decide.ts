// `idweave decide`: a person's ruling as a row of the decisions, written after showing what it will change.
import { spawnSync } from "node:child_process";
import { userInfo } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { diagnosticToJson } from "../diagnostics/format.ts";
import type { Proposal, Ruling } from "../run/decide.ts";
import { confirm, isAttended } from "./confirm.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { interruptibly } from "./interruptibly.ts";
import { addProjectOptions, type ProjectOptions } from "./options.ts";
import { attempt, type Saying, sayingOf, sayProblems, withoutSecrets } from "./saying.ts";
import { snakeCase } from "./snake-case.ts";
import { readTime } from "./time.ts";

type DecideOptions = ProjectOptions & {
  readonly reason?: string;
  readonly by?: string;
  readonly expires?: Date;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
};

export function addDecide(program: Command, done: (code: ExitCode) => void): void {
  const decide = program
    .command("decide")
    .summary("link or unlink records by hand, after seeing what changes")
    .description(
      "Add a row to the decisions of the project, after showing which identities it merges or splits. The next run follows it. A and B are record keys (`model:key`) or identity ids.",
    )
    .usage("<ruling> [options]")
    .helpCommand(false)
    .addHelpText(
      "after",
      `
Examples:
  $ idweave decide link crm:17 orders:2042 --reason "same passport"
  $ idweave decide unlink id_1f0c… id_9ab2…             two people after all
  $ idweave decide split id_1f0c… crm:17 crm:18         these records are somebody else
  $ idweave decide ignore email desk@shop.example       a value of nobody`,
    );
  const add = (
    words: string,
    summary: string,
    rulingOf: (first: string, second: string | readonly string[]) => Ruling,
  ) => {
    const command = decide.command(words).summary(summary).description(`Rule: ${summary}.`);
    addProjectOptions(command, ["text", "json"])
      .option("--reason <text>", "why, for whoever reads the decision later")
      .option("--by <name>", "who decided (default: git's user.name, else the login name)")
      .option("--expires <time>", "until when it holds (ISO 8601, UTC without a zone)", readFuture)
      .option("-y, --yes", "write without asking")
      .option("--dry-run", "show what changes, and write nothing")
      .option("-q, --quiet", "no progress")
      .action(async (first: string, second: string | readonly string[], options: DecideOptions) => {
        if (options.yes !== true && options.dryRun !== true && !isAttended(options)) {
          command.error("error: without a terminal to ask on, say --yes or --dry-run");
        }
        done(await decideWith(rulingOf(first, second), options));
      });
  };
  add("link <a> <b>", "the two are one", (a, b) => ({ kind: "link", a, b: String(b) }));
  add("unlink <a> <b>", "the two are never one", (a, b) => ({ kind: "unlink", a, b: String(b) }));
  add("split <identity> <records...>", "these records are not of this identity", (identity, records) => ({
    kind: "split",
    identity,
    records: [records].flat(),
  }));
  add("ignore <identifier> <value>", "the value is nobody's and links nobody", (identifier, value) => ({
    kind: "ignore",
    identifier,
    value: String(value),
  }));
}

function readFuture(text: string): Date {
  const time = readTime(text);
  if (time.getTime() <= Date.now())
    throw new InvalidArgumentError("That time is past; the decision would never hold.");
  return time;
}

async function decideWith(ruling: Ruling, options: DecideOptions): Promise<ExitCode> {
  const saying = sayingOf(options);
  const quiet = options.quiet === true || options.format === "json";
  return attempt(saying, async () => {
    const { propose } = await import("../run/decide.ts");
    const proposal = await interruptibly({ quiet, hide: saying.environment.hide }, (control) =>
      propose({
        ...control,
        project: options.project,
        target: options.target,
        ruling,
        reason: options.reason,
        by: options.by ?? whoDecides(),
        expires: options.expires,
        env: saying.environment.env,
        sources: saying.sources,
      }),
    );
    return finish(saying, options, proposal);
  });
}

async function finish(saying: Saying, options: DecideOptions, proposal: Proposal): Promise<ExitCode> {
  const { decidedText, proposalText } = await import("./decide-text.ts");
  const { destination } = proposal;
  const isText = options.format !== "json";
  if (isText) {
    sayProblems(saying, proposal.warnings);
    process.stdout.write(proposalText(proposal));
  }
  const mayWrite = destination.kind === "file" && options.dryRun !== true;
  const isWritten = mayWrite && (options.yes === true || (await confirm(`Add this to ${destination.path}?`)));
  if (isWritten && destination.kind === "file") destination.write();
  if (isText) process.stdout.write(decidedText(destination, isWritten));
  else process.stdout.write(jsonOf(saying, proposal, isWritten));
  return EXIT.ok;
}

function jsonOf(saying: Saying, proposal: Proposal, isWritten: boolean): string {
  const { rows, effect, isFirst, parts, destination, warnings } = proposal;
  const object = {
    decisions: rows,
    written: isWritten,
    ...(destination.kind === "file"
      ? { file: destination.path }
      : { table: destination.table, insert: destination.insert }),
    is_first: isFirst,
    effect: snakeCase(effect),
    ...(parts === undefined ? {} : { parts }),
    warnings: warnings.map((warning) => diagnosticToJson(withoutSecrets(warning, saying.environment.hide))),
  };
  return `${JSON.stringify(object, null, 2)}\n`;
}

/** A name that the person has given to be shown to others; nothing else of the environment is read. */
function whoDecides(): string | undefined {
  const git = spawnSync("git", ["config", "user.name"], { encoding: "utf8", timeout: 2000 });
  const name = git.status === 0 ? git.stdout.trim() : "";
  if (name !== "") return name;
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user who has no entry.
    return undefined;
  }
}
