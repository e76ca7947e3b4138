// The tasks of a DAG that sends the compiled script to the warehouse.

/** What else it asks when it is triggered by hand. */
export const SQL_PARAMS = `        "as_of": Param(
            None,
            type=["null", "string"],
            format="date-time",
            description="Decisions are in force as of this time (UTC, if it names no zone); else as of the start of the run.",
        ),
`;

export const SQL_TASKS = `def DAG_NAME():
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
        number = int(re.match(r"run (\\d+) ", message)[1])
        [row] = send(f"select * from {RUN_LOG} where run = {number}")
        metrics = f"select metric, dimension, metric_value from {RUN_METRICS} where run = {number}"
        return {**row, "message": message, "metrics": send(f"{metrics} order by metric, dimension")}

    report(run(choose()))


DAG_NAME()
`;
