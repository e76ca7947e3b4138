// Alarms as one query: the metrics of a run held against `alerts` and the last run (docs/metrics.md, Default alarms).
import { type AlertCondition, dimensionsOf, METRICS, type Project } from "../../config/index.ts";
import { work } from "../../plan/names.ts";
import { type Fragment, id, join, lit, sql } from "../../sql/fragment.ts";

/** A rounding of binary fractions is no change. */
const NEARLY = 1 - 1e-9;

/** One row for each alarm that fires, in the order of `alerts`; `previous` has the metrics of the last run, or no rows. */
export function alarmQuery(project: Project, previous: Fragment): Fragment {
  const branches = project.alerts.map((alert, index) => {
    const { metric, dimension, conditions, on } = alert;
    const dimensions =
      dimension === undefined ? dimensionsOf(METRICS[metric].dimensions[0], project) : [dimension];
    const isShare = METRICS[metric].unit === "share";
    return sql`
      select
        ${lit(index)} as place,
        n.metric,
        n.dimension,
        n.metric_value,
        p.metric_value as previous,
        ${lit(conditions.map((condition) => conditionText(condition, isShare)).join(" and "))} as holds,
        ${lit(on)} as on_alarm
      from ${id(work.metrics)} as n
      left join previous as p on p.metric = n.metric and p.dimension = n.dimension
      where n.metric = ${lit(metric)}
        and n.dimension in (${join(dimensions.map(lit), ", ")})
        and ${join(conditions.map(conditionOf), "\n  and ")}
    `;
  });
  return sql`
    with previous as (
      ${previous}
    )

    select *
    from (
      ${join(branches, "\nunion all\n")}
    ) as alarms
    order by place, dimension
  `;
}

function conditionOf(condition: AlertCondition): Fragment {
  switch (condition.kind) {
    case "above":
      return sql`n.metric_value > ${lit(condition.bound)}`;
    case "below":
      return sql`n.metric_value < ${lit(condition.bound)}`;
    case "rises_by":
      return changed(sql`n.metric_value - p.metric_value`, condition);
    case "falls_by":
      return changed(sql`p.metric_value - n.metric_value`, condition);
  }
}

// Without a last run the difference is NULL, and nothing fires.
function changed(
  difference: Fragment,
  { by, unit }: Extract<AlertCondition, { readonly by: number }>,
): Fragment {
  const least = unit === "percent" ? sql`p.metric_value * ${lit(by)} / 100` : lit(by);
  return sql`(${difference} > 0 and ${difference} >= ${least} * ${lit(NEARLY)})`;
}

function conditionText(condition: AlertCondition, isShare: boolean): string {
  const value = (number: number) => (isShare ? `${Math.round(number * 1e6) / 1e4}%` : String(number));
  switch (condition.kind) {
    case "above":
    case "below":
      return `${condition.kind} ${value(condition.bound)}`;
    case "rises_by":
    case "falls_by": {
      const by = condition.unit === "percent" ? `${condition.by}%` : value(condition.by);
      return `${condition.kind === "rises_by" ? "rises" : "falls"} by ${by}`;
    }
  }
}
