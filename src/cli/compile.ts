// `idweave compile`: writes the SQL of a run for people to read and review, or tells whether what is written is stale.
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import type { DiagnosticFormat } from "../diagnostics/format.ts";
import type { Change } from "./compiled-folder.ts";
import { firstDifference, unifiedDiff } from "./diff.ts";
import { PLACEHOLDERS } from "./environment.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { addProfilesOption, addProjectOptions, type ProjectOptions } from "./options.ts";
import { version } from "./package.ts";
import { attempt, exitCodeOf, type Saying, sayingOf, sayProblems } from "./saying.ts";

/** Lines of a diff that are shown of one file. */
const LONGEST_DIFF = 60;

type CompileOptions = Omit<ProjectOptions, "format"> & {
  readonly out?: string;
  readonly check?: boolean;
  /** What is written, or how problems are printed: one option has both names. */
  readonly format: DiagnosticFormat | "script";
};

export function addCompile(program: Command, done: (code: ExitCode) => void): void {
  const command = program
    .command("compile")
    .summary("write the SQL of a run for people to review")
    .description(
      "Write the plan and the numbered, commented SQL of a run. Needs no database, and is the same on any machine: of an environment variable only the name is written.",
    );
  addProfilesOption(addProjectOptions(command, ["text", "json", "github", "script"]))
    .option("-o, --out <folder>", "where to write (default: target/compiled beside identity.yml)")
    .option("--check", "write nothing; fail with a diff when what is written is stale")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave compile                     into target/compiled/
  $ idweave compile --out review/sql    somewhere else
  $ idweave compile -t prod --format script   one script a mode, where the target is Snowflake or BigQuery
  $ idweave compile --check             in CI: are the committed files up to date?`,
    )
    .action(async (options: CompileOptions) => done(await compileProject(options)));
}

async function compileProject(options: CompileOptions): Promise<ExitCode> {
  const format = options.format === "script" ? "text" : options.format;
  const saying = sayingOf({ ...options, format });
  return attempt(saying, async () => {
    const { loadProject } = await import("../run/load.ts");
    const { value: loaded, diagnostics: found } = loadProject(
      { ...options, env: PLACEHOLDERS },
      saying.sources,
    );
    const { unsupported } = await import("../target/script/supported.ts");
    const diagnostics =
      loaded === undefined ? found : [...found, ...unsupported(loaded.context, loaded.target.type)];
    if (loaded === undefined || hasErrors(diagnostics)) {
      sayProblems(saying, diagnostics);
      return exitCodeOf(diagnostics);
    }
    const [{ scriptFiles }, { placeOf }, { shownPath }, { applyChanges, changesIn }] = await Promise.all([
      import("../target/script/index.ts"),
      import("../run/publish.ts"),
      import("../run/files.ts"),
      import("./compiled-folder.ts"),
    ]);
    const files = scriptFiles({
      ...loaded,
      place: placeOf(loaded),
      version: version(),
    });
    const folder =
      options.out === undefined ? join(loaded.folder, "target", "compiled") : resolve(options.out);
    const shown = shownPath(folder);
    const changes = changesIn(folder, files);
    if (options.check === true) return tellStale(saying, diagnostics, changes, shown, files.length);

    applyChanges(folder, changes);
    if (format === "json") {
      const result = { folder: shown, files: files.map(({ path }) => path), changed: pathsOf(changes) };
      process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      return EXIT.ok;
    }
    sayProblems(saying, diagnostics);
    const changed = changes.length === 0 ? "nothing changed" : `${changes.length} changed`;
    process.stdout.write(`${shown}: ${files.length} files, ${changed}\n`);
    return EXIT.ok;
  });
}

function tellStale(
  saying: Saying,
  warnings: readonly Diagnostic[],
  changes: readonly Change[],
  folder: string,
  files: number,
): ExitCode {
  const diagnostics = [...warnings, ...changes.map((change) => staleness(change, folder))];
  if (saying.format === "text") {
    for (const change of changes) process.stdout.write(shortened(diffOf(change, folder)));
  }
  sayProblems(saying, diagnostics);
  if (changes.length === 0 && saying.format !== "json") {
    process.stdout.write(`${folder}: ${files} files, up to date\n`);
  }
  return changes.length === 0 ? EXIT.ok : EXIT.check;
}

function staleness(change: Change, folder: string): Diagnostic {
  const file = join(folder, change.path);
  const hint = "Run `idweave compile`.";
  switch (change.kind) {
    case "missing":
      return diagnose("IDW705", `${file} is missing.`, { hint });
    case "extra":
      return diagnose("IDW705", `${file} is no longer part of the script.`, { hint });
    case "stale": {
      const line = firstDifference(change.before, change.text);
      const span = { file, line, column: 1, endLine: line, endColumn: 1 };
      return diagnose("IDW705", `${change.path} is not what identity.yml compiles to now.`, { span, hint });
    }
  }
}

function diffOf(change: Change, folder: string): string {
  const file = join(folder, change.path);
  const now = { name: "compiled now", text: change.kind === "extra" ? "" : change.text };
  const nothing = { name: "/dev/null", text: "" };
  switch (change.kind) {
    case "missing":
      return unifiedDiff(nothing, now);
    case "extra":
      return unifiedDiff({ name: file, text: change.before }, nothing);
    case "stale":
      return unifiedDiff({ name: file, text: change.before }, now);
  }
}

/** A file that is missing whole would fill the screen. */
function shortened(diff: string): string {
  const lines = diff.split("\n");
  if (lines.length <= LONGEST_DIFF) return diff;
  return `${lines.slice(0, LONGEST_DIFF).join("\n")}\n… and ${lines.length - LONGEST_DIFF} more lines\n`;
}

function pathsOf(changes: readonly Change[]): readonly string[] {
  return changes.map(({ path }) => path);
}
