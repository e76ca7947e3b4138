// The command line as a whole: its verbs, its help, and what becomes of a wrong word.
import { Command, CommanderError } from "commander";
import { addChanges } from "./changes.ts";
import { addCheck } from "./check.ts";
import { addCompile } from "./compile.ts";
import { addDecide } from "./decide.ts";
import { addDoctor } from "./doctor.ts";
import { EXIT, EXIT_HELP, type ExitCode } from "./exit.ts";
import { addExplain } from "./explain.ts";
import { addForget } from "./forget.ts";
import { addHistory } from "./history.ts";
import { addInit } from "./init.ts";
import { version } from "./package.ts";
import { addPlan } from "./plan.ts";
import { addProfile } from "./profile.ts";
import { addRollback } from "./rollback.ts";
import { addRun } from "./run.ts";
import { addSample, addScore } from "./sample.ts";
import { addSchema } from "./schema.ts";
import { addTest } from "./test.ts";

/** How a verb is added to the command line; it tells `done` how it ended. */
export type AddVerb = (program: Command, done: (code: ExitCode) => void) => void;

/** One line a verb, in the order of the help. */
const VERBS: readonly AddVerb[] = [
  addInit,
  addCheck,
  addCompile,
  addTest,
  addDoctor,
  addProfile,
  addPlan,
  addRun,
  addExplain,
  addSample,
  addScore,
  addDecide,
  addHistory,
  addRollback,
  addForget,
  addChanges,
  addSchema,
];

/** Resolves to the exit code; never rejects for what a user did. */
export async function runProgram(words: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = new Command("idweave")
    .description("Turns one identity.yml into SQL that resolves records into identities and golden records.")
    .usage("<verb> [options]")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .commandsGroup("Verbs:")
    .helpCommand("help [verb]", "show the help of a verb")
    .configureHelp({ subcommandTerm: (verb) => verb.name() })
    .showHelpAfterError("(--help shows what is allowed)")
    .exitOverride()
    .addHelpText(
      "after",
      `
Examples:
  $ idweave init --yes          write a small project that runs
  $ idweave check               find the mistakes of the project in this folder
  $ idweave run                 resolve the records into identities
  $ idweave run --help          the options of a verb
${EXIT_HELP}`,
    );
  for (const add of VERBS) {
    add(program, (ended) => {
      code = ended;
    });
  }
  try {
    await program.parseAsync([...words], { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}
