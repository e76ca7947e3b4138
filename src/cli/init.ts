// `idweave init`: writes a small project that runs, to be changed into one's own.
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { listOf, quote } from "../diagnostics/text.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { type Answers, DEFAULTS, type ProjectFile, projectFiles } from "./init/project.ts";
import { schemaText } from "./package.ts";
import { attempt, sayingOf } from "./saying.ts";
import { writeFiles } from "./write-files.ts";

type InitOptions = { readonly yes?: boolean; readonly force?: boolean; readonly color: boolean };

export function addInit(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("init")
    .summary("write a small project that runs")
    .description("Write a small project that runs: identity.yml, models, sample data, decisions, tests.")
    .argument("[folder]", "where to write it", ".")
    .option("-y, --yes", "ask nothing")
    .option("--force", "overwrite files that exist")
    .option("--no-color", "no colours (as with the environment variable NO_COLOR)")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave init                 asks what one identity is, and writes into this folder
  $ idweave init shop --yes      asks nothing, and writes into shop/
  $ idweave init --yes && idweave check && idweave run`,
    )
    .action(async (folder: string, options: InitOptions) => done(await initProject(folder, options)));
}

async function initProject(folder: string, options: InitOptions): Promise<ExitCode> {
  return attempt(sayingOf({ format: "text", color: options.color }), async () => {
    const root = resolve(folder);
    const asksNothing = options.yes === true || process.stdin.isTTY !== true;
    const answers = asksNothing ? DEFAULTS : await ask();
    const files = filesFor(root, answers);
    if (options.force !== true) refuseToOverwrite(root, files);
    writeFiles(root, files);
    const shown = relative(process.cwd(), root);
    const enter = shown === "" ? "" : `cd ${/^[\w./-]+$/.test(shown) ? shown : `'${shown}'`} && `;
    process.stdout.write(`${files.map(({ path }) => `  ${join(shown, path)}\n`).join("")}
${files.length} files written. Next:
  ${enter}idweave check && idweave run
Then: \`idweave test\` after a change of identity.yml, \`idweave plan\` before the next run.
`);
    return EXIT.ok;
  });
}

/** Editors find the schema in the installed package, else in a copy beside the project. */
function filesFor(root: string, answers: Answers): readonly ProjectFile[] {
  const installed = "node_modules/idweave/src/config/identity.schema.json";
  if (existsSync(join(root, installed))) return projectFiles(answers, `./${installed}`);
  const copy = ".idweave/identity.schema.json";
  return [
    ...projectFiles(answers, `./${copy}`),
    { path: copy, text: schemaText() },
    { path: ".idweave/tests.schema.json", text: schemaText("tests") },
  ];
}

function refuseToOverwrite(root: string, files: readonly ProjectFile[]): void {
  const existing = files.filter(({ path }) => existsSync(join(root, path)));
  if (existing.length === 0) return;
  const names = existing.map(({ path }) => quote(relative(process.cwd(), join(root, path))));
  const message = `${listOf(names, "and")} ${names.length === 1 ? "exists" : "exist"} already; nothing was written.`;
  const hint = "Choose an empty folder, or overwrite with `--force`.";
  throw new DiagnosticError([diagnose("IDW711", message, { hint })]);
}

async function ask(): Promise<Answers> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Without this, Ctrl-C or the end of input would leave the question open for ever.
  const controller = new AbortController();
  terminal.on("SIGINT", () => controller.abort());
  terminal.on("close", () => controller.abort());
  const question = async (text: string, otherwise: string, allowed: RegExp, wanted: string) => {
    for (;;) {
      const options = { signal: controller.signal };
      const answer = (await terminal.question(`${text} (${otherwise}): `, options)).trim() || otherwise;
      if (allowed.test(answer)) return answer;
      process.stdout.write(`  ${wanted}\n`);
    }
  };
  try {
    return {
      entity: await question(
        "What is one identity?",
        DEFAULTS.entity,
        /^[A-Za-z_]\w*$/,
        "A name: letters (A-Z), digits and `_`, not starting with a digit.",
      ),
      data: await question(
        "Which folder holds the data?",
        DEFAULTS.data,
        /^(?!\/)(?!.*\.\.)[\w./-]*[\w-]$/,
        "A folder in the project, such as data or data/raw.",
      ),
    };
  } finally {
    terminal.close();
  }
}
