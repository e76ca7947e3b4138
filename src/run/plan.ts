// A plan: what a run would do, found out by a dry run and looked at before anything is published. With `against` the state is
// that which another version of the configuration would make of the same data.
import { METRIC_NAMES, TENTHS } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { work } from "../plan/names.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Metrics } from "./alerts.ts";
import { type Baseline, baselineOf } from "./baseline.ts";
import { type Expected, expectedOf } from "./expected.ts";
import { shownPath } from "./files.ts";
import { load } from "./load.ts";
import { metricsOf } from "./metrics.ts";
import {
  type Condition,
  countsOf,
  type FailedCondition,
  failedOf,
  type PlanCounts,
  unknownNames,
} from "./plan-counts.ts";
import { type HappeningGroup, happeningsOf } from "./plan-identities.ts";
import type { PlanSampleSize } from "./plan-sample.ts";
import { type GoldenPlan, goldenOf, type RefusalChange, refusalsOf } from "./plan-values.ts";
import { type Built, type RunOptions, type RunReport, run } from "./run.ts";

export type PlanOptions = Pick<
  RunOptions,
  | "project"
  | "target"
  | "env"
  | "full"
  | "asOf"
  | "batch"
  | "backfillOnly"
  | "onProgress"
  | "signal"
  | "sources"
  | "sample"
> & {
  /** A commit, branch or tag of git: identity.yml, models, macros and decisions are compared with those there. */
  readonly against?: string | undefined;
  /** Conditions that must not hold. */
  readonly failOn?: readonly Condition[] | undefined;
  /** How many examples of each kind are told; 3 by default. */
  readonly examples?: number | undefined;
};

/** The report of the run that was tried, and what it would change. */
export type RunPlan = {
  readonly report: RunReport;
  /** What the plan compares with: the last published run, or the configuration of a commit on the same data. */
  readonly against: { readonly ref: string; readonly commit: string } | undefined;
  /** False when nothing is published yet, so that everything is new. */
  readonly hasBefore: boolean;
  /** How many examples of each kind there are at most. */
  readonly examples: number;
  /** Undefined when the plan is of all; else all its numbers are of the sample, and none is extrapolated. */
  readonly sample: PlanSampleSize | undefined;
  readonly counts: PlanCounts;
  readonly identities: readonly HappeningGroup[];
  readonly golden: GoldenPlan;
  readonly refusals: readonly RefusalChange[];
  /** Those of the last run and of this one; null where there is none. */
  readonly metrics: readonly MetricChange[];
  /** The spread of confidence: identities of two records or more, by tenths. */
  readonly confidence: readonly ConfidenceTenth[];
  /** What publishing would write. */
  readonly writes: Expected;
  readonly failed: readonly FailedCondition[];
};

export type MetricChange = {
  readonly metric: string;
  readonly dimension: string;
  readonly before: number | null;
  readonly after: number | null;
};

export type ConfidenceTenth = {
  /** The lower bound: 0, 0.1 … 0.9. */
  readonly from: number;
  readonly before: number;
  readonly after: number;
};

const EXAMPLES = 3;

type Seen = Pick<
  RunPlan,
  "hasBefore" | "sample" | "identities" | "golden" | "refusals" | "metrics" | "confidence" | "writes"
> & {
  readonly identitiesBefore: number;
};

/**
 * What `run` with the same options would do. Publishes nothing and leaves nothing behind. Throws DiagnosticError for all that
 * would stop the run but alarms, which are reported; for a commit that cannot be read; and IDW760 for a condition on a number
 * that is not counted.
 */
export async function planRun(options: PlanOptions): Promise<RunPlan> {
  const { value: loaded, diagnostics } = load(options, options.sources);
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  const { project } = loaded;
  const { against, failOn: conditions = [], examples = EXAMPLES, asOf = new Date(), ...running } = options;
  const unknown = unknownNames(conditions, project);
  if (unknown.length > 0) throw new DiagnosticError(unknown);

  const baseline =
    against === undefined ? undefined : await baselineOf(against, loaded, { ...options, asOf });
  try {
    let seen: Seen | undefined;
    const report = await run({
      ...running,
      asOf,
      dryRun: true,
      acceptAlarms: true,
      rehearsed: baseline?.rehearsed,
      inspect: async (warehouse, built) => {
        seen = await look(warehouse, built, examples);
      },
    });
    if (seen === undefined) throw new Error("the dry run was not looked at");
    const warnings = [...report.warnings, ...leftAside(seen, report)];
    return planOf(baseline, { ...report, warnings, database: shownPath(loaded.databasePath) }, seen);
  } finally {
    baseline?.remove();
  }

  function leftAside({ sample }: Seen, { mode }: RunReport): readonly Diagnostic[] {
    if (options.sample === undefined || sample !== undefined) return [];
    const message = `\`--sample\` was left aside: the run would be ${mode} and looks at what changed alone, so this is the plan of all.`;
    const hint = "With --full, a sample of a full run is planned.";
    return [diagnose("IDW765", message, { hint })];
  }

  function planOf(base: Baseline | undefined, report: RunReport, seen: Seen): RunPlan {
    const { identitiesBefore, ...others } = seen;
    const { golden, refusals, writes } = seen;
    const counts = countsOf({
      report,
      identitiesBefore,
      golden,
      suggestions: report.suggestions,
      refusals,
      expected: writes,
    });
    return {
      report,
      against: base?.against,
      examples,
      counts,
      ...others,
      failed: failedOf(conditions, counts),
    };
  }
}

async function look(warehouse: Warehouse, built: Built, examples: number): Promise<Seen> {
  const { project, context } = built.loaded;
  const { lexical } = context.dialect;
  const [before] = await warehouse.query(
    `select count(*) as identities from ${work.was("identities")} where status = 'active'`,
  );
  const metrics = changesOfMetrics(built.lastMetrics, await metricsOf(warehouse));
  return {
    hasBefore: built.state.run > 1,
    sample: built.sample,
    identitiesBefore: Number(before?.["identities"] ?? 0),
    identities: await happeningsOf(project, warehouse, examples),
    golden: await goldenOf(project, warehouse, lexical, examples),
    refusals: await refusalsOf(warehouse, lexical, examples),
    metrics,
    confidence: TENTHS.map((tenth) => {
      const found = metrics.find(
        ({ metric, dimension }) => metric === "confidence_distribution" && dimension === tenth,
      );
      return { from: Number(tenth), before: found?.before ?? 0, after: found?.after ?? 0 };
    }),
    writes: await expectedOf(built, warehouse),
  };
}

/** All metrics of either run, in the order of docs/metrics.md. */
function changesOfMetrics(before: Metrics, after: Metrics): readonly MetricChange[] {
  return METRIC_NAMES.flatMap((metric) => {
    const dimensions = new Set([...(after.get(metric)?.keys() ?? []), ...(before.get(metric)?.keys() ?? [])]);
    return [...dimensions].sort().map((dimension) => ({
      metric,
      dimension,
      before: before.get(metric)?.get(dimension) ?? null,
      after: after.get(metric)?.get(dimension) ?? null,
    }));
  });
}
