// The public API: what the CLI does, for programs. Mistakes of the user arrive as DiagnosticError.

export type { Project } from "./config/index.ts";
export { type Diagnostic, DiagnosticError, type Span } from "./diagnostics/diagnostic.ts";
export { formatDiagnostics } from "./diagnostics/format.ts";
export type { Explanation } from "./explain/explanation.ts";
export type { Score } from "./explain/score.ts";
export type { Plan } from "./plan/plan.ts";
export { type CheckReport, check } from "./run/check.ts";
export { type DecideOptions, type Proposal, propose, type Ruling } from "./run/decide.ts";
export { type ExplainOptions, explain } from "./run/explain.ts";
export { changeFeed, type Feed, type FeedOptions, type FeedRow } from "./run/feed.ts";
export { type HistoryOptions, history, type LoggedRun } from "./run/history.ts";
export { type Loaded, type LoadOptions, load } from "./run/load.ts";
export { type MetricChange, type PlanOptions, planRun, type RunPlan } from "./run/plan.ts";
export { type Condition, conditionOf } from "./run/plan-counts.ts";
export type { PlanSample, PlanSampleSize } from "./run/plan-sample.ts";
export { type ProfileOptions, type ProfileReport, profile } from "./run/profile.ts";
export type { Progress } from "./run/progress.ts";
export { type RunOptions, type RunReport, run } from "./run/run.ts";
export { type Sample, type SampleOptions, sample } from "./run/sample.ts";
export { score } from "./run/score.ts";
export { type CompiledFile, type ScriptInput, scriptFiles } from "./target/script/index.ts";
export {
  type Failure,
  type Rule,
  type TestOptions,
  type TestReport,
  type TestResult,
  test,
} from "./testing/index.ts";
