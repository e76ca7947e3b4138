// `idweave forget`: shows what a record, an identity or a value means, asks, and erases it with a run. Whatever could end in a
// log shows shapes only: values stand in clear on a terminal and nowhere else.
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Found } from "../run/forget.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { addProjectOptions, type ProjectOptions } from "./options.ts";
import { shapeOf } from "./profile-mask.ts";
import { runProject } from "./run.ts";
import { attempt, type Saying, sayingOf } from "./saying.ts";

type ForgetOptions = ProjectOptions & {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly acceptAlarms?: boolean;
  readonly quiet?: boolean;
};

export function addForget(program: Command, done: (code: ExitCode) => void): void {
  const command = program
    .command("forget")
    .summary("erase a person from all results")
    .description(
      "Erase a record, an identity (all its records), or every record that carries a value: now, and whenever its rows are read again.",
    )
    .argument("<what>", "a record key, an identity id, or the name of an identifier")
    .argument("[value]", "a value of the identifier");
  addProjectOptions(command, ["text", "json"])
    .option("-y, --yes", "ask nothing")
    .option("--dry-run", "show what it would erase, and erase nothing")
    .option("--accept-alarms", "erase even if an alarm of `alerts` would stop the run")
    .option("-q, --quiet", "no progress")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave forget crm:123                        one record
  $ idweave forget id_0a1b2c3d4e5f60718293        all records of an identity
  $ idweave forget email ann@x.org --dry-run      who carries this email?
  $ idweave forget email ann@x.org                every record that carries it`,
    )
    .action(async (what: string, value: string | undefined, options: ForgetOptions) =>
      done(await forget(what, value, options)),
    );
}

async function forget(what: string, value: string | undefined, options: ForgetOptions): Promise<ExitCode> {
  const saying = sayingOf(options);
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  let found: Found | undefined;
  const code = await attempt(saying, async () => {
    if (options.yes !== true && options.dryRun !== true && (!isTerminal || options.format === "json")) {
      throw unconfirmed();
    }
    const { findSubject, subjectOf } = await import("../run/forget.ts");
    const { env } = saying.environment;
    const meant = await findSubject({ ...options, env, sources: saying.sources }, subjectOf(what, value));
    show(meant, saying, options, process.stdout.isTTY === true);
    if (options.dryRun === true) return EXIT.ok;
    if (options.yes !== true && !(await confirmed())) {
      process.stdout.write("Nothing was erased.\n");
      return EXIT.ok;
    }
    found = meant;
    return EXIT.ok;
  });
  if (found === undefined) return code;
  if (found.requests.length === 0) return EXIT.ok;
  return runProject({ ...options, forget: found.requests });
}

const LISTED = 20;

function show(found: Found, { format }: Saying, { dryRun }: ForgetOptions, inClear: boolean): void {
  const { records, values } = found;
  const identities = new Set(records.map(({ identityId }) => identityId));
  if (format === "json") {
    if (dryRun !== true) return;
    const object = { records: records.length, identities: [...identities].sort(), values: values.length };
    process.stdout.write(`${JSON.stringify(object, null, 2)}\n`);
    return;
  }
  const shown = (text: string) => (inClear ? text : shapeOf(text));
  const shownKey = (key: string) =>
    `${key.slice(0, key.indexOf(":") + 1)}${shown(key.slice(key.indexOf(":") + 1))}`;
  const listed = <T>(items: readonly T[], line: (item: T) => string): string =>
    [
      ...items.slice(0, LISTED).map((item) => `  ${line(item)}\n`),
      ...(items.length > LISTED ? [`  … and ${(items.length - LISTED).toLocaleString("en")} more\n`] : []),
    ].join("");
  if (records.length === 0) {
    const what =
      found.kind === "identity"
        ? "The identity has no record any more: nothing is left to erase.\n"
        : `No record ${found.kind === "value" ? "carries it" : "has this key"} now. What is left of it goes, and it will not be read again.\n`;
    process.stdout.write(what);
    return;
  }
  process.stdout.write(`${counted(records.length, "record")} of ${counted(identities.size, "identity")}:
${listed(records, ({ recordKey, identityId }) => `${shownKey(recordKey)}  in ${identityId}`)}`);
  if (values.length === 0) return;
  process.stdout.write(`with ${counted(values.length, "value")}:
${listed(values, ({ identifier, value, others }) => `${identifier} ${shown(value)}${others === 0 ? "" : `  (stays with ${counted(others, "other record")})`}`)}`);
}

function counted(count: number, what: string): string {
  const many = what.endsWith("y") ? `${what.slice(0, -1)}ies` : `${what}s`;
  return `${count.toLocaleString("en")} ${count === 1 ? what : many}`;
}

async function confirmed(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C and the end of input mean no.
  const controller = new AbortController();
  terminal.on("SIGINT", () => controller.abort());
  terminal.on("close", () => controller.abort());
  try {
    const answer = await terminal.question("Erase them for good? There is no way back. (yes/no): ", {
      signal: controller.signal,
    });
    return answer.trim().toLowerCase() === "yes";
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}

function unconfirmed(): DiagnosticError {
  const hint = "Add `--yes`, or `--dry-run` to see what it would erase.";
  return new DiagnosticError([
    diagnose("IDW754", "Forgetting is for good, and here is no terminal to ask on; nothing was erased.", {
      hint,
    }),
  ]);
}
