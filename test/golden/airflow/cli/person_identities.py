# Written by `idweave compile --format airflow`. To change it, compile again.
"""Who is who: the identities of person, checked, built and alarmed on."""

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
PROJECT = Path(os.environ.get("IDWEAVE_PROJECT", Path(__file__).resolve().parent / "../.."))
IDWEAVE = shlex.split(os.environ.get("IDWEAVE_COMMAND", "idweave"))
TARGET = "dev"

# Another DAG that is to run after this one names it in its schedule.
IDENTITIES = Asset("person_identities")

# Exit codes of idweave: what no retry mends.
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
    text = "\n".join(
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
    dag_id="person_identities",
    description="The identities of person",
    schedule="@daily",
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
def person_identities():
    @task
    def check():
        """Finds mistakes of identity.yml, models and macros before anything is read."""
        idweave("check")

    @task
    def up_to_date():
        """What was reviewed is what runs, if compiled files are kept."""
        if (PROJECT / "target" / "compiled").is_dir():
            idweave("compile", "--check")

    @task(outlets=[IDENTITIES])
    def run(params=None):
        """Resolves and publishes; the report is the result of the task (XCom). An alarm fails the task with its text."""
        full = ["--full"] if params["full"] else []
        accept = ["--accept-alarms"] if params["accept_alarms"] else []
        return idweave("run", *full, *accept)

    check() >> up_to_date() >> run()


person_identities()
