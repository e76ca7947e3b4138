// How bounds and values of alarms are written in messages.
import { METRICS } from "./metrics.ts";
import type { Alert, AlertCondition } from "./project.ts";

/** `above 1,000`, `falls by 20%` */
export function conditionText(condition: AlertCondition, { metric }: Alert): string {
  switch (condition.kind) {
    case "above":
    case "below":
      return `${condition.kind} ${valueText(condition.bound, metric)}`;
    case "rises_by":
    case "falls_by": {
      const by = condition.unit === "percent" ? `${condition.by}%` : valueText(condition.by, metric);
      return `${condition.kind === "rises_by" ? "rises" : "falls"} by ${by}`;
    }
  }
}

/** A share as per cent, anything else as a number. */
export function valueText(value: number, metric: Alert["metric"]): string {
  const text = (number: number) => number.toLocaleString("en", { maximumFractionDigits: 4 });
  return METRICS[metric].unit === "share" ? `${text(value * 100)}%` : text(value);
}
