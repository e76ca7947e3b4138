// `alerts` → Alert[]: which metric of a run makes it warn, or stop before it publishes.
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import { dimensionsOf, METRIC_NAMES, METRICS, type MetricName } from "./metrics.ts";
import type { Alert, AlertCondition, Project } from "./project.ts";
import type { Reader } from "./reader.ts";

/** What stands in for `alerts` when the key is absent; docs/metrics.md says why. */
export const DEFAULT_ALERTS: readonly Alert[] = [
  byDefault("largest_identity", "fail", [{ kind: "above", bound: 1000 }]),
  byDefault("match_rate", "warn", [{ kind: "falls_by", by: 20, unit: "percent" }]),
  byDefault("record_reject_rate", "warn", doubled()),
  byDefault("value_reject_rate", "warn", doubled()),
];

/** Reports unknown dimensions and alarms that could never say anything. */
export function resolveAlerts(
  reader: Reader,
  project: Pick<Project, "models" | "identifiers">,
  isSound: boolean,
): readonly Alert[] {
  if (!reader.has(["alerts"])) return DEFAULT_ALERTS;
  return reader.items(["alerts"]).flatMap((path) => {
    const metric = reader.word([...path, "metric"], METRIC_NAMES);
    if (metric === undefined) return [];
    const dimension = reader.text([...path, "dimension"]);
    if (isSound && dimension !== undefined) checkDimension(reader, path, metric, dimension, project);
    const conditions = conditionsOf(reader, path);
    if (isSound && conditions.length === 0) {
      const hint = "Add `above`, `below`, `rises_by` or `falls_by`.";
      reader.report("IDW204", `the alarm on ${quote(metric)} has no condition`, reader.atKey(path), hint);
    }
    const on = reader.word([...path, "on"], ["warn", "fail"]) ?? "fail";
    return [{ metric, dimension, conditions, on, path }];
  });
}

function checkDimension(
  reader: Reader,
  path: ConfigPath,
  metric: MetricName,
  dimension: string,
  project: Pick<Project, "models" | "identifiers">,
): void {
  const kinds = METRICS[metric].dimensions;
  const known = kinds.flatMap((kind) => (kind === "whole" ? [] : dimensionsOf(kind, project)));
  if (known.includes(dimension)) return;
  const hint =
    known.length === 0
      ? "It is one number for the whole run: leave `dimension` out."
      : didYouMean(dimension, known, `Dimensions of ${quote(metric)}`);
  const message = `${quote(metric)} has no dimension ${quote(dimension)}`;
  reader.report("IDW321", message, reader.atValue([...path, "dimension"]), hint);
}

function conditionsOf(reader: Reader, path: ConfigPath): readonly AlertCondition[] {
  const bounds = (["above", "below"] as const).flatMap((kind) => {
    const bound = reader.scalar([...path, kind]);
    return typeof bound === "number" ? [{ kind, bound }] : [];
  });
  const changes = (["rises_by", "falls_by"] as const).flatMap((kind): readonly AlertCondition[] => {
    const by = reader.scalar([...path, kind]);
    if (typeof by === "number") return [{ kind, by, unit: "number" }];
    return typeof by === "string" ? [{ kind, by: Number(by.replace("%", "")), unit: "percent" }] : [];
  });
  return [...bounds, ...changes];
}

/** Twice as high as in the last run, and more than one in a hundred. */
function doubled(): readonly AlertCondition[] {
  return [
    { kind: "above", bound: 0.01 },
    { kind: "rises_by", by: 100, unit: "percent" },
  ];
}

function byDefault(metric: MetricName, on: Alert["on"], conditions: readonly AlertCondition[]): Alert {
  return { metric, dimension: undefined, conditions, on, path: undefined };
}
