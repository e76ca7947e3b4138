// Alarms: the metrics of a run held against `alerts`, before anything is published (docs/metrics.md, Default alarms).
import {
  type Alert,
  type AlertCondition,
  conditionText,
  dimensionsOf,
  METRICS,
  type Project,
  valueText,
} from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** The metrics of one run: by name, then by dimension. What is missing could not be said, such as a share of nothing. */
export type Metrics = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** An alarm that fired, and what it saw. */
export type Alarm = {
  readonly metric: Alert["metric"];
  /** Empty for the run as a whole. */
  readonly dimension: string;
  readonly value: number;
  /** Of the last run; undefined when there is none. */
  readonly previous: number | undefined;
  /** What held, as it is written: "above 1,000". */
  readonly condition: string;
  readonly on: Alert["on"];
};

/** In the order of `alerts`. A change is never seen in a first run; a rise from 0 is a rise by any per cent. */
export function alarmsOf(project: Project, metrics: Metrics, previous: Metrics): readonly Fired[] {
  return project.alerts.flatMap((alert) =>
    dimensionsSeen(alert, project).flatMap((dimension): readonly Fired[] => {
      const value = metrics.get(alert.metric)?.get(dimension);
      const before = previous.get(alert.metric)?.get(dimension);
      if (value === undefined || !alert.conditions.every((each) => holds(each, value, before))) return [];
      const condition = alert.conditions.map((each) => conditionText(each, alert)).join(" and ");
      const alarm = { metric: alert.metric, dimension, value, previous: before, condition, on: alert.on };
      return [{ alert, alarm }];
    }),
  );
}

export type Fired = { readonly alert: Alert; readonly alarm: Alarm };

/** `IDW720`, an error, for an alarm that fails the run; else the warning `IDW721`. `found` is what is known of the cause. */
export function diagnosticOf(
  { alert, alarm }: Fired,
  project: Project,
  found: string,
  isAccepted: boolean,
): Diagnostic {
  const stops = alarm.on === "fail" && !isAccepted;
  const hint = [
    found,
    alert.path === undefined
      ? "This alarm is a default; `alerts:` in identity.yml replaces the defaults (docs/metrics.md)."
      : "",
    stops ? "If the numbers are right, change the bound, or accept them once with `--accept-alarms`." : "",
  ];
  const where = {
    span: alert.path === undefined ? undefined : project.places.of([...alert.path, "metric"]),
    hint: hint.filter((each) => each !== "").join(" ") || undefined,
  };
  const sentence = alarmText(alarm);
  return stops
    ? diagnose("IDW720", `${sentence}. Nothing was published.`, where)
    : diagnose("IDW721", `${sentence}.`, where);
}

/** `match_rate of crm is 41.2%, after 80% in the last run: falls by 20%` */
export function alarmText({ metric, dimension, value, previous, condition }: Alarm): string {
  const of = dimension === "" ? "" : ` of ${dimension}`;
  const before = previous === undefined ? "" : `, after ${valueText(previous, metric)} in the last run`;
  return `${metric}${of} is ${valueText(value, metric)}${before}: ${condition}`;
}

function dimensionsSeen({ metric, dimension }: Alert, project: Project): readonly string[] {
  return dimension === undefined ? dimensionsOf(METRICS[metric].dimensions[0], project) : [dimension];
}

function holds(condition: AlertCondition, value: number, before: number | undefined): boolean {
  switch (condition.kind) {
    case "above":
      return value > condition.bound;
    case "below":
      return value < condition.bound;
    case "rises_by":
      return before !== undefined && changedBy(value - before, condition, before);
    case "falls_by":
      return before !== undefined && changedBy(before - value, condition, before);
  }
}

function changedBy(
  change: number,
  { by, unit }: Extract<AlertCondition, { readonly by: number }>,
  before: number,
): boolean {
  const least = unit === "percent" ? (before * by) / 100 : by;
  // From 50% to 40% is a change of 0.09999999999999998.
  return change > 0 && change >= least * (1 - 1e-9);
}
