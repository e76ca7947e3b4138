# Written by `idweave compile --format airflow`. To change it, compile again.
"""Who is who: the identities of person, checked, built and alarmed on."""

import os
import re
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from airflow.sdk import Asset, Param, dag, task
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.log import mask_secret

# Workers that keep the project or the commands elsewhere say so in their environment.
PROJECT = Path(os.environ.get("IDWEAVE_PROJECT", Path(__file__).resolve().parent / "../.."))
# What was reviewed is what runs: the text of these files, as `idweave compile --target snowflake` wrote it.
SCRIPTS = PROJECT / "target" / "compiled"
TARGET = "snowflake"
CONNECTION = "snowflake_default"
RUN_LOG = "\"ANALYTICS\".identity.person_run_log"
RUN_METRICS = "\"ANALYTICS\".identity.person_run_metrics"
# Whether the script asks for the secret of the project: IDWEAVE_SECRET, in the environment of the worker.
FORGETS = False

# Another DAG that is to run after this one names it in its schedule.
IDENTITIES = Asset("person_person_identities")

# Where a parameter of the script is declared; the value that it has, if it is left out, is replaced.
DECLARED = r"^((?:declare )?{name} [a-z_]+(?:\(\d+\))?)[^;\n]*;"


def script(mode):
    """The text of a mode as it was compiled."""
    try:
        text = (SCRIPTS / f"{mode}.sql").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise AirflowFailException(f"{error.filename} is missing: run idweave compile --target {TARGET}") from None
    if RUN_LOG not in text:
        raise AirflowFailException(f"{mode}.sql is of another target: run idweave compile --target {TARGET}")
    return text


def config_hash(text):
    """Of the identity.yml that a script was compiled from."""
    return re.search(r"'([0-9a-f]{64})' as \w+\) as config_hash\b", text)[1]


def with_parameters(text, params):
    """The script of one run. No text of a user's becomes SQL: a boolean, and a time that is read and written anew."""
    values = {}
    if params["accept_alarms"] is True:
        values["idw_accept_alarms"] = "true"
    if params["as_of"]:
        try:
            as_of = datetime.fromisoformat(params["as_of"])
        except ValueError as error:
            raise AirflowFailException(f"as_of: {error}") from None
        if as_of.tzinfo is not None:
            as_of = as_of.astimezone(timezone.utc).replace(tzinfo=None)
        values["idw_as_of"] = f"cast('{as_of.isoformat(' ', 'microseconds')}' as timestamp_ntz)"
    for name, value in values.items():
        declared = re.compile(DECLARED.format(name=name), re.MULTILINE)
        text, found = declared.subn(lambda line: f"{line[1]} default {value};", text, count=1)
        if found == 0:
            raise AirflowFailException(f"The script has no parameter {name}: compile it anew")
    return text


def plain(value):
    """What XCom keeps of a value; times are in UTC."""
    if isinstance(value, datetime):
        return (value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo else value).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def rows_of(cursor):
    """As dictionaries, by names in lower case."""
    if cursor.description is None:
        return []
    names = [column[0].lower() for column in cursor.description]
    return [dict(zip(names, map(plain, row))) for row in cursor.fetchall()]


def send(text, secret=None):
    """Runs a script in one session: the rows of its last statement that has any. The secret is bound, not written."""
    import snowflake.connector
    from airflow.providers.snowflake.hooks.snowflake import SnowflakeHook

    # Bound by Snowflake: the driver's own way would write the value into the text, which the history of queries keeps.
    snowflake.connector.paramstyle = "qmark"
    hook = SnowflakeHook(snowflake_conn_id=CONNECTION)
    with closing(hook.get_conn()) as connection, closing(connection.cursor()) as cursor:
        hook.set_autocommit(connection, True)
        if secret is not None:
            cursor.execute("set idweave_secret = (select ?)", (secret,))
        # Any number of statements: Snowflake tells them apart, so that nothing here can cut the block.
        cursor.execute(text, num_statements=0)
        rows = rows_of(cursor)
        while cursor.nextset():
            rows = rows_of(cursor) or rows
        return rows


def publish(text):
    """Runs a script, and gives what it said in the end. What it refuses by itself fails the task at once: an alarm, data,
    decisions, a secret. That another run holds the lock, and all that the warehouse says, is tried again."""
    secret = os.environ.get("IDWEAVE_SECRET", "") if FORGETS else None
    if secret:
        mask_secret(secret)
    try:
        rows = send(text, secret)
    except Exception as error:
        refused = re.search(r"\b(IDW\d{3}) ([^\n]+)", str(error))
        if refused is None or refused[1] == "IDW701":
            raise
        hint = " Trigger it with accept_alarms to publish all the same." if refused[1] == "IDW720" else ""
        raise AirflowFailException(f"{refused[1]} {refused[2].strip()}{hint}") from None
    return str(next(iter(rows[-1].values())))


@dag(
    dag_id="person_person_identities",
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
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date-time",
            description="Decisions are in force as of this time (UTC, if it names no zone); else as of the start of the run.",
        ),
    },
    tags=["idweave"],
)
def person_person_identities():
    # Tasks over the hooks, since operators that run SQL would render the script as a template, write it into the log whole
    # or cut it at semicolons, and would try an alarm again.
    @task
    def choose(params=None):
        """Full if that is asked for, if nothing is published, or if the last run was of another identity.yml."""
        compiled = {mode: config_hash(script(mode)) for mode in ("full", "incremental")}
        if compiled["full"] != compiled["incremental"]:
            raise AirflowFailException(f"The scripts were not compiled together: run idweave compile --target {TARGET}")
        if params["full"]:
            return "full"
        try:
            last = send(f"select config_hash from {RUN_LOG} order by run desc limit 1")
        except Exception as error:
            if re.search("not found|does not exist", str(error), re.IGNORECASE):
                return "full"
            raise
        return "incremental" if last and last[0]["config_hash"] == compiled["full"] else "full"

    @task(outlets=[IDENTITIES])
    def run(mode, params=None):
        """Resolves and publishes, all or nothing. An alarm fails the task with its text."""
        message = publish(with_parameters(script(mode), params))
        print(message)
        return message

    @task
    def report(message):
        """The row of the run in run_log, and its metrics, as the result of the task (XCom)."""
        number = int(re.match(r"run (\d+) ", message)[1])
        [row] = send(f"select * from {RUN_LOG} where run = {number}")
        metrics = f"select metric, dimension, metric_value from {RUN_METRICS} where run = {number}"
        return {**row, "message": message, "metrics": send(f"{metrics} order by metric, dimension")}

    report(run(choose()))


person_person_identities()
