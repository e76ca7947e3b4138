// The Airflow target: one DAG that checks the project, makes sure that what runs is what was reviewed, runs, and alarms.
// The tasks themselves are those of a variant; writing the file is left to the CLI.
import type { Project } from "../../config/project.ts";
import type { CompiledFile } from "../script/index.ts";
import { CLI_TASKS } from "./cli-tasks.ts";
import { DBT_TASKS } from "./dbt-tasks.ts";
import { python } from "./python.ts";
import type { DagVariant } from "./variants.ts";

export type DagInput = {
  readonly project: Project;
  /** The name of the target. */
  readonly target: string;
  readonly variant: DagVariant;
  /** As Airflow reads it. */
  readonly schedule: string;
  /** From the folder of the DAG to that of identity.yml, with `/`. */
  readonly projectFolder: string;
};

const HEAD = "# Written by `idweave compile --format airflow`. To change it, compile again.";

const TASKS: Readonly<Record<DagVariant, string>> = { cli: CLI_TASKS, dbt: DBT_TASKS };

/** `<prefix><entity>_identities.py`, for Airflow 3. */
export function dagFile(input: DagInput): CompiledFile {
  const { entity, prefix } = input.project;
  const name = `${prefix}${entity}_identities`.replaceAll(/[^A-Za-z0-9_]/g, "_");
  return { path: `${name}.py`, text: dagText(name, input) };
}

/** Whether a file was written by an earlier compile. */
export function isDag(text: string): boolean {
  return text.startsWith(HEAD);
}

function dagText(name: string, { project, target, variant, schedule, projectFolder }: DagInput): string {
  return `${HEAD}
"""Who is who: the identities of ${project.entity}, checked, built and alarmed on."""

import json
import os
import shlex
import signal
import subprocess
from datetime import timedelta
from pathlib import Path

from airflow.sdk import Asset, Param, dag, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

# Workers that keep the project or the commands elsewhere say so in their environment.
PROJECT = Path(os.environ.get("IDWEAVE_PROJECT", Path(__file__).resolve().parent / ${python(projectFolder)}))
IDWEAVE = shlex.split(os.environ.get("IDWEAVE_COMMAND", "idweave"))
${variant === "dbt" ? 'DBT = shlex.split(os.environ.get("DBT_COMMAND", "dbt"))\n' : ""}TARGET = ${python(target)}

# Another DAG that is to run after this one names it in its schedule.
IDENTITIES = Asset(${python(name)})

# Exit codes of idweave: what no retry mends.
USAGE, CHECK_FAILED = 2, 3


def finish(command, **options):
    """Runs a command to its end: its exit code and its standard output. A task that is stopped stops it too."""
    child = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, start_new_session=True, **options
    )
    try:
        output, _ = child.communicate()
    except BaseException:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait()
        raise
    return child.returncode, output


def idweave(verb, *words):
    """What one verb reports. Alarms, stale files and wrong options fail the task at once; all else may be tried again."""
    code, output = finish([*IDWEAVE, verb, *words, "--target", TARGET, "--format", "json"])
    try:
        report = json.loads(output)
    except ValueError:
        report = {}
    problems = report.get("diagnostics", report.get("warnings", []))
    text = "\\n".join(
        f"{each['severity']} {each['code']}: {each['message']} {each.get('hint', '')}".rstrip() for each in problems
    )
    if text:
        print(text)
    if code in (USAGE, CHECK_FAILED):
        raise AirflowFailException(text or output)
    if code != 0:
        raise AirflowException(text or f"idweave {verb} ended with {code}")
    return report


@dag(
    dag_id=${python(name)},
    description=${python(`The identities of ${project.entity}`)},
    schedule=${schedule === "none" ? "None" : python(schedule)},
    catchup=False,
    # A second run would only wait for the lock of the first.
    max_active_runs=1,
    # A run publishes all or nothing, so it is safe to repeat.
    default_args={
        "retries": 3,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=30),
    },
    params={
        "full": Param(False, type="boolean", description="Read and resolve everything anew; ids are kept."),
        "accept_alarms": Param(False, type="boolean", description="Publish even if an alarm would stop the run."),
    },
    tags=["idweave"],
)
${TASKS[variant].replaceAll("DAG_NAME", name)}`;
}
