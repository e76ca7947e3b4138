// The tasks of a DAG that runs the dbt project which `idweave compile --format dbt` wrote.

export const DBT_TASKS = `def DAG_NAME():
    @task
    def check():
        """Finds mistakes of identity.yml, models and macros before anything is read."""
        idweave("check")

    @task
    def up_to_date():
        """What dbt runs is what identity.yml compiles to now."""
        idweave("compile", "--format", "dbt", "--check")

    @task(outlets=[IDENTITIES])
    def build(params=None):
        """Resolves, publishes and tests; dbt's results are the result of the task (XCom). An alarm fails it with its text."""
        full = ["--full-refresh"] if params["full"] else []
        accept = ["--vars", "{idweave_accept_alarms: true}"] if params["accept_alarms"] else []
        code, output = finish([*DBT, "build", "--project-dir", "target/dbt", *DBT_TARGET, *full, *accept])
        print(output)
        if code != 0 and "IDW720" in output:
            raise AirflowFailException(next(line.strip() for line in output.splitlines() if "IDW720" in line))
        if code != 0:
            raise AirflowException(f"dbt build ended with {code}")
        results = json.loads((PROJECT / "target" / "dbt" / "target" / "run_results.json").read_text())
        return [{"node": each["unique_id"], "status": each["status"]} for each in results["results"]]

    check() >> up_to_date() >> build()


DAG_NAME()
`;
