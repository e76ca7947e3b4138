// `idweave compile`: writes the SQL of a run for people to read and review, or what another tool runs, or tells whether
// what is written is stale. What the files hold is that of the targets.
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { LoadedProject } from "../run/load.ts";
import { DAG_VARIANTS, type DagVariant } from "../target/airflow/variants.ts";
import { type CompileFormat, compileFormatOption, type Written } from "./compile-format.ts";
import { filesToWrite, folderOf, scriptsOf } from "./compiled-files.ts";
import type { Change } from "./compiled-folder.ts";
import { firstDifference, unifiedDiff } from "./diff.ts";
import { type Environment, PLACEHOLDERS } from "./environment.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { addProfilesOption, addProjectOptions, type ProjectOptions } from "./options.ts";
import { attempt, exitCodeOf, type Saying, sayingOf, sayProblems } from "./saying.ts";

/** Lines of a diff that are shown of one file, and characters of a line. */
const LONGEST_DIFF = 60;
const LONGEST_LINE = 160;

export type CompileOptions = Omit<ProjectOptions, "format"> & {
  readonly format: CompileFormat;
  readonly out?: string;
  readonly check?: boolean;
  /** Of dbt: without what makes a project of its own. */
  readonly part?: boolean;
  /** Of dbt: the tests of identity.yml, as a project of their own. */
  readonly tests?: boolean;
  /** Of an Airflow DAG. */
  readonly variant?: DagVariant;
  readonly schedule?: string;
  readonly connection?: string;
};

export function addCompile(program: Command, done: (code: ExitCode) => void): void {
  const command = program
    .command("compile")
    .summary("write the SQL of a run for people to review")
    .description(
      "Write the plan and the numbered, commented SQL of a run, a dbt project or an Airflow DAG. Needs no database, and is the same on any machine: of an environment variable only the name is written.",
    );
  addProfilesOption(addProjectOptions(command, compileFormatOption()))
    .option(
      "-o, --out <folder>",
      "where to write (default: target/compiled beside identity.yml; target/dbt, target/airflow)",
    )
    .option("--check", "write nothing; fail with a diff when what is written is stale")
    .option("--part", "of dbt: only what a project of yours lacks, without dbt_project.yml and profiles.yml")
    .option("--tests", "of dbt: the tests in test/*.yml as a dbt project of their own, into target/dbt_tests")
    .addOption(
      new Option("--variant <variant>", "of an Airflow DAG: what it runs (default: cli)").choices(
        DAG_VARIANTS,
      ),
    )
    .option("--schedule <cron>", "of an Airflow DAG: when it runs (default: @daily)")
    .option(
      "--connection <id>",
      "of the variant sql: Airflow's connection (default: the provider's, such as snowflake_default)",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ idweave compile                     into target/compiled/
  $ idweave compile --out review/sql    somewhere else
  $ idweave compile --target prod       one script a mode, where the target is a warehouse
  $ idweave compile --check             in CI: are the committed files up to date?
  $ idweave compile --format dbt        a dbt project, into target/dbt/
  $ idweave compile --format airflow    a DAG that checks, runs and alarms, into target/airflow/`,
    )
    .action(async (options: CompileOptions) => {
      const isDag = options.format.written === "airflow";
      if (!isDag && (options.variant !== undefined || options.schedule !== undefined))
        command.error("error: --variant and --schedule belong to --format airflow");
      if ((!isDag || options.variant !== "sql") && options.connection !== undefined)
        command.error("error: --connection belongs to --format airflow --variant sql");
      if (options.format.written !== "dbt" && options.part === true)
        command.error("error: --part belongs to --format dbt");
      if (options.tests === true && (options.format.written !== "dbt" || options.part === true))
        command.error("error: --tests belongs to --format dbt, and goes without --part");
      done(await compileProject(options));
    });
}

async function compileProject(options: CompileOptions): Promise<ExitCode> {
  const saying = sayingOf({ ...options, format: options.format.printed });
  return attempt(saying, async () => {
    const { written } = options.format;
    const { load, loadProject } = await import("../run/load.ts");
    const wanted = {
      ...options,
      env: await environmentOf(written),
      refs: written === "dbt" ? "dbt" : "manifest",
    } as const;
    // The tests of identity.yml are resolved on DuckDB, whatever the targets are.
    const { value: loaded, diagnostics } =
      options.tests === true ? load(wanted, saying.sources) : loadProject(wanted, saying.sources);
    if (loaded === undefined) {
      sayProblems(saying, diagnostics);
      return exitCodeOf(diagnostics);
    }
    const problems = await problemsOf(loaded, options);
    if (problems.length > 0) throw new DiagnosticError([...diagnostics, ...problems]);
    const { shownPath } = await import("../run/files.ts");
    const { applyChanges, changesIn } = await import("./compiled-folder.ts");
    const folder = resolve(options.out ?? join(loaded.folder, folderOf(options)));
    const { files, ours } = await filesToWrite(loaded, folder, options);
    if (written !== "airflow") {
      const { tooLong } = await import("../target/script/supported.ts");
      const refused = tooLong(files, loaded.context, loaded.target.type, written === "dbt");
      if (refused.length > 0) throw new DiagnosticError([...diagnostics, ...refused]);
    }
    const shown = shownPath(folder);
    const changes = changesIn(folder, files, ours);
    if (options.check === true) return tellStale(saying, diagnostics, changes, shown, files.length);

    applyChanges(folder, changes);
    if (saying.format === "json") {
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

/** What identity.yml asks for and what is written cannot do. */
async function problemsOf(
  loaded: LoadedProject,
  { format, variant }: CompileOptions,
): Promise<readonly Diagnostic[]> {
  switch (format.written) {
    case "dbt":
      return (await import("../target/dbt/problems.ts")).problemsInDbt(loaded.project, loaded.target);
    case "airflow":
      return variant === "sql"
        ? (await import("../target/airflow/problems.ts")).problemsInSqlDag(loaded, await scriptsOf(loaded))
        : [];
    case "script":
      return [];
  }
}

/** dbt reads the environment itself. */
async function environmentOf(written: Written): Promise<Environment> {
  return written === "dbt" ? (await import("../target/dbt/jinja.ts")).DBT_ENVIRONMENT : PLACEHOLDERS;
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

/** A file that is missing whole would fill the screen, and so would the patterns of a normaliser. */
function shortened(diff: string): string {
  const lines = diff
    .split("\n")
    .map((line) => (line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 1)}…`));
  if (lines.length <= LONGEST_DIFF) return lines.join("\n");
  return `${lines.slice(0, LONGEST_DIFF).join("\n")}\n… and ${lines.length - LONGEST_DIFF} more lines\n`;
}

function pathsOf(changes: readonly Change[]): readonly string[] {
  return changes.map(({ path }) => path);
}
