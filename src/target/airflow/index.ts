// The Airflow target: one DAG that makes sure that what runs is what was reviewed, runs it, and alarms.
// The tasks themselves are those of a variant; writing the file is left to the CLI.
import type { Project } from "../../config/project.ts";
import type { CompiledFile } from "../script/index.ts";
import { CLI_TASKS } from "./cli-tasks.ts";
import { COMMAND_HELPERS, COMMAND_IMPORTS, commandSettings } from "./commands.ts";
import { DBT_TASKS } from "./dbt-tasks.ts";
import { python } from "./python.ts";
import { SQL_IMPORTS, type SqlDag, sqlHelpers, sqlSettings } from "./sql.ts";
import { SQL_PARAMS, SQL_TASKS } from "./sql-tasks.ts";

export type DagInput = {
  readonly project: Project;
  /** The name of the target. */
  readonly target: string;
  readonly runs: { readonly variant: "cli" | "dbt" } | SqlDag;
  /** As Airflow reads it. */
  readonly schedule: string;
  /** From the folder of the DAG to that of identity.yml, with `/`. */
  readonly projectFolder: string;
};

const HEAD = "# Written by `idweave compile --format airflow`. To change it, compile again.";

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

type Parts = {
  readonly imports: string;
  readonly settings: string;
  readonly helpers: string;
  /** Lines of `params` beyond those of every DAG. */
  readonly params: string;
  readonly tasks: string;
};

function partsOf({ project, target, runs }: DagInput): Parts {
  switch (runs.variant) {
    case "cli":
    case "dbt":
      return {
        imports: COMMAND_IMPORTS,
        settings: commandSettings(
          target,
          runs.variant === "dbt" ? { target: dbtTargetOf(project, target) } : undefined,
        ),
        helpers: COMMAND_HELPERS,
        params: "",
        tasks: runs.variant === "cli" ? CLI_TASKS : DBT_TASKS,
      };
    case "sql":
      return {
        imports: SQL_IMPORTS,
        settings: sqlSettings(project, target, runs),
        helpers: sqlHelpers(runs),
        params: SQL_PARAMS,
        tasks: SQL_TASKS,
      };
  }
}

/** What dbt calls a target: its profile may have a name of its own for it, or a default (undefined). */
function dbtTargetOf({ targets }: Project, name: string): string | undefined {
  const target = targets.find((each) => each.name === name);
  return target?.kind === "warehouse" && target.profile !== undefined ? target.profile.target : name;
}

function dagText(name: string, input: DagInput): string {
  const { project, schedule, projectFolder } = input;
  const { imports, settings, helpers, params, tasks } = partsOf(input);
  return `${HEAD}
"""Who is who: the identities of ${project.entity}, checked, built and alarmed on."""

${imports}

# Workers that keep the project or the commands elsewhere say so in their environment.
PROJECT = Path(os.environ.get("IDWEAVE_PROJECT", Path(__file__).resolve().parent / ${python(projectFolder)}))
${settings}

# Another DAG that is to run after this one names it in its schedule.
IDENTITIES = Asset(${python(name)})

${helpers}


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
${params}    },
    tags=["idweave"],
)
${tasks.replaceAll("DAG_NAME", name)}`;
}
