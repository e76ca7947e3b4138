// What a DAG can run.

/** `idweave run`, or `dbt build` of what `--format dbt` wrote. */
export const DAG_VARIANTS = ["cli", "dbt"] as const;

export type DagVariant = (typeof DAG_VARIANTS)[number];
