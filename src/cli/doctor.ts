// `idweave doctor`: whether a target can do what a run will ask of it, before a run asks.
import type { Command } from "commander";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { DoctorReport, Finding } from "../run/doctor.ts";
import type { ExitCode } from "./exit.ts";
import { addProfilesOption, addProjectOptions, type ProjectOptions } from "./options.ts";
import { version } from "./package.ts";
import { remoteProject } from "./run.ts";
import { attempt, exitCodeOf, type Saying, sayingOf, sayProblems } from "./saying.ts";
import { snakeCase } from "./snake-case.ts";

type DoctorOptions = ProjectOptions & { readonly parity?: boolean };

/** Differences that are shown one by one. */
const MOST_SHOWN = 20;

export function addDoctor(program: Command, done: (code: ExitCode) => void): void {
  const command = program
    .command("doctor")
    .summary("find out whether a target can do what a run asks of it")
    .description(
      "Connect to a target and try what a run will need: the rights, the schema, every model. Writes one small table into the schema and takes it away again.",
    );
  addProfilesOption(addProjectOptions(command, ["text", "json"]))
    .option("--parity", "run every normaliser and function on values of all kinds, and compare with DuckDB")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave doctor -t prod              connection, rights, schema, models
  $ idweave doctor -t prod --parity     does the warehouse compute what DuckDB computes?`,
    )
    .action(async (options: DoctorOptions) => done(await runDoctor(options)));
}

async function runDoctor(options: DoctorOptions): Promise<ExitCode> {
  const saying = sayingOf(options);
  return attempt(saying, async () => {
    const report = await examine(saying, options);
    const problems = problemsOf(report);
    if (saying.format === "json") {
      const object = { idweave: version(), ...(snakeCase(report) as object) };
      process.stdout.write(`${saying.environment.hide(JSON.stringify(object, null, 2))}\n`);
    } else {
      process.stdout.write(saying.environment.hide(reportText(report)));
      if (problems.length > 0) sayProblems(saying, problems);
    }
    return exitCodeOf(problems);
  });
}

async function examine(saying: Saying, options: DoctorOptions): Promise<DoctorReport> {
  const { env } = saying.environment;
  const parity = options.parity === true;
  const remote = await remoteProject(saying, options);
  const { examineDuckdb, examineWarehouse } = await import("../run/doctor.ts");
  if (remote !== undefined) {
    const { connectionOf } = await import("../run/connection.ts");
    const onStep = (what: string) => {
      if (saying.format !== "json") process.stderr.write(`  ${what} …\n`);
    };
    return examineWarehouse(remote, connectionOf(remote.target, { ...remote, env }), { parity, onStep });
  }
  const { load } = await import("../run/load.ts");
  const { value: loaded, diagnostics } = load({ ...options, env }, saying.sources);
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  return examineDuckdb(loaded, { ...options, env }, { parity });
}

function problemsOf({ target, findings, parity }: DoctorReport): readonly Diagnostic[] {
  const wrong = findings.filter(({ isRight }) => !isRight);
  const differences = parity?.differences.length ?? 0;
  return [
    ...wrong.map(({ what, detail }) => diagnose("IDW717", `\`${target}\`: ${what}: ${detail}`)),
    ...(differences === 0
      ? []
      : [diagnose("IDW718", `\`${target}\` computes ${differences} values otherwise than DuckDB.`)]),
  ];
}

function reportText({ target, type, findings, parity }: DoctorReport): string {
  const all: readonly Finding[] = [
    ...findings,
    ...(parity === undefined
      ? []
      : [
          {
            what: "parity",
            isRight: parity.differences.length === 0,
            detail: `${parity.probes} expressions on ${parity.samples} values, ${parity.differences.length} differences`,
          },
        ]),
  ];
  const width = Math.max(...all.map(({ what }) => what.length));
  const lines = all.map(
    ({ what, isRight, detail }) => `  ${isRight ? "ok   " : "wrong"}  ${what.padEnd(width)}  ${detail}`,
  );
  const differences = (parity?.differences ?? [])
    .slice(0, MOST_SHOWN)
    .map(({ probe, sample, wanted, got }) =>
      sample === undefined
        ? `  ${probe}: refused: ${got}`
        : `  ${probe} of ${JSON.stringify(sample.value)}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`,
    );
  return `${[`${target} (${type}), idweave ${version()}`, "", ...lines, ...(differences.length > 0 ? ["", ...differences] : [])].join("\n")}\n`;
}
