// What the tasks of a DAG need that runs commands of the worker: the command line of idweave, or dbt's.
import { python } from "./python.ts";

export const COMMAND_IMPORTS = `import json
import os
import shlex
import signal
import subprocess
from datetime import timedelta
from pathlib import Path

from airflow.sdk import Asset, Param, dag, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException`;

/** Where the commands are, and which target they get; `dbt` where dbt is one of them. */
export function commandSettings(target: string, dbt?: { readonly target: string | undefined }): string {
  const words = dbt?.target === undefined ? "[]" : `["--target", ${python(dbt.target)}]`;
  return [
    'IDWEAVE = shlex.split(os.environ.get("IDWEAVE_COMMAND", "idweave"))',
    ...(dbt === undefined
      ? []
      : ['DBT = shlex.split(os.environ.get("DBT_COMMAND", "dbt"))', `DBT_TARGET = ${words}`]),
    `TARGET = ${python(target)}`,
  ].join("\n");
}

export const COMMAND_HELPERS = `# Exit codes of idweave: what no retry mends.
USAGE, CHECK_FAILED = 2, 3


def finish(command, **options):
    """Runs a command to its end: its exit code and its standard output. A task that is stopped stops it too."""
    child = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, start_new_session=True, **options
    )

    def stop(number, frame):
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
        if callable(before):
            before(number, frame)

    # Airflow stops a task by SIGTERM, of which it raises nothing, and kills it soon after: the command would go on alone.
    before = signal.signal(signal.SIGTERM, stop)
    try:
        output, _ = child.communicate()
    except BaseException:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait()
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
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
    return report`;
