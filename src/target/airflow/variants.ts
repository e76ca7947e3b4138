// What a DAG can run.

/** `idweave run`; or `dbt build` of what `--format dbt` wrote; or the compiled script, by a connection of Airflow's. */
export const DAG_VARIANTS = ["cli", "dbt", "sql"] as const;

export type DagVariant = (typeof DAG_VARIANTS)[number];
