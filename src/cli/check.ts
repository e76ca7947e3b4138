// `idweave check`: every mistake that can be found without reading data.
import type { Command } from "commander";
import { hasErrors } from "../diagnostics/diagnostic.ts";
import { countDiagnostics } from "../diagnostics/format.ts";
import type { ExitCode } from "./exit.ts";
import { addProfilesOption, addProjectOptions, type ProjectOptions } from "./options.ts";
import { attempt, exitCodeOf, sayingOf, sayProblems } from "./saying.ts";

export function addCheck(program: Command, done: (code: ExitCode) => void): void {
  const command = program
    .command("check")
    .summary("find the mistakes of a project")
    .description(
      "Find the mistakes of a project: identity.yml, models, macros, and whether the database accepts them. Reads no data.",
    );
  addProfilesOption(addProjectOptions(command))
    .addHelpText(
      "after",
      `
Examples:
  $ idweave check                       the project in this folder
  $ idweave check -p shop -t prod       another one, for another target
  $ idweave check --format github       annotations for a pull request
  $ idweave check --format json         for other programs`,
    )
    .action(async (options: ProjectOptions) => done(await checkProject(options)));
}

async function checkProject(options: ProjectOptions): Promise<ExitCode> {
  const saying = sayingOf(options);
  return attempt(saying, async () => {
    const { check } = await import("../run/check.ts");
    const { env } = saying.environment;
    const { diagnostics } = await check({ ...options, env }, saying.sources);
    // Problems are the result here, not a complaint beside it.
    sayProblems(saying, diagnostics, process.stdout);
    if (options.format !== "json") {
      const [file = options.project] = saying.sources.keys();
      const result = `${file}: ${countDiagnostics(diagnostics)}`;
      const space = diagnostics.length > 0 && options.format === "text" ? "\n" : "";
      process.stdout.write(`${space}${result}${hasErrors(diagnostics) ? "" : passed(diagnostics.length)}\n`);
    }
    return exitCodeOf(diagnostics);
  });
}

function passed(warnings: number): string {
  return warnings === 0 ? "" : " (warnings do not fail)";
}
