// What the tasks of a DAG need that sends the compiled script through a connection of Airflow's: where the script and its
// results are, how a run's parameters get into it, which errors no retry mends. How it is sent is each warehouse's own.
import type { Project } from "../../config/project.ts";
import type { Context } from "../../render/context.ts";
import { type Place, relation } from "../../render/publish.ts";
import { print } from "../../sql/fragment.ts";
import { python } from "./python.ts";
import { SENDING, type SqlWarehouse } from "./sql-sending.ts";

export type SqlDag = {
  readonly variant: "sql";
  readonly warehouse: SqlWarehouse;
  readonly context: Context;
  /** Where results go. */
  readonly place: Place;
  /** The id of Airflow's connection; the one that its provider takes by default. */
  readonly connection: string | undefined;
  /** Of BigQuery's jobs. */
  readonly location: string | undefined;
};

export const SQL_IMPORTS = `import os
import re
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from airflow.sdk import Asset, Param, dag, task
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.log import mask_secret`;

/** Names of the project and its target, as constants. */
export function sqlSettings(project: Project, target: string, dag: SqlDag): string {
  const { place, warehouse, connection, location } = dag;
  const { lexical } = dag.context.dialect;
  const table = (name: "run_log" | "run_metrics") => python(print(relation(place, name), lexical));
  return `# What was reviewed is what runs: the text of these files, as \`idweave compile --target ${target}\` wrote it.
SCRIPTS = PROJECT / "target" / "compiled"
TARGET = ${python(target)}
CONNECTION = ${python(connection ?? SENDING[warehouse].connection)}
${SENDING[warehouse].hasLocation ? `LOCATION = ${location === undefined ? "None" : python(location)}\n` : ""}RUN_LOG = ${table("run_log")}
RUN_METRICS = ${table("run_metrics")}
# Whether the script asks for the secret of the project: IDWEAVE_SECRET, in the environment of the worker.
FORGETS = ${project.forget === undefined ? "False" : "True"}`;
}

/** The functions between settings and tasks. */
export function sqlHelpers({ warehouse, context }: SqlDag): string {
  const { assign, problem, send } = SENDING[warehouse];
  return `# Where a parameter of the script is declared; the value that it has, if it is left out, is replaced.
DECLARED = r"^((?:declare )?{name} [a-z_]+(?:\\(\\d+\\))?)[^;\\n]*;"


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
    return re.search(r"'([0-9a-f]{64})' as \\w+\\) as config_hash\\b", text)[1]


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
        values["idw_as_of"] = f"cast('{as_of.isoformat(' ', 'microseconds')}' as ${context.dialect.types.timestamp})"
    for name, value in values.items():
        declared = re.compile(DECLARED.format(name=name), re.MULTILINE)
        text, found = declared.subn(lambda line: f"{line[1]} ${assign} {value};", text, count=1)
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


${send}


def publish(text):
    """Runs a script, and gives what it said in the end. What it refuses by itself fails the task at once: an alarm, data,
    decisions, a secret. That another run holds the lock, and all that the warehouse says, is tried again."""
    secret = os.environ.get("IDWEAVE_SECRET", "") if FORGETS else None
    if secret:
        mask_secret(secret)
    try:
        rows = send(text, secret)
    except Exception as error:
        refused = re.search(r"${problem}", str(error))
        if refused is None or refused[1] == "IDW701":
            raise
        hint = " Trigger it with accept_alarms to publish all the same." if refused[1] == "IDW720" else ""
        raise AirflowFailException(f"{refused[1]} {refused[2].strip()}{hint}") from None
    return str(next(iter(rows[-1].values())))`;
}
