// The tasks of a DAG that runs the command line.

export const CLI_TASKS = `def DAG_NAME():
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


DAG_NAME()
`;
