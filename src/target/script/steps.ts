// The steps of a plan as a script: statements with the views they read, loops, and assertions that fail it.
import type { Mode, Plan, Stage, StatementStep, Step } from "../../plan/plan.ts";
import { type Context, modelOf } from "../../render/context.ts";
import { daySince } from "../../render/delta.ts";
import { renderQuery } from "../../render/index.ts";
import { id, print, verbatim } from "../../sql/fragment.ts";
import { assertionNodes } from "./checks.ts";
import { isAsked, isLeftOut, isWithoutRows } from "./erasure.ts";
import { type Flow, type Node, note, statement } from "./flow.ts";
import { overrideNodes } from "./overrides.ts";
import { conditionalViews, type Views, withViews } from "./views.ts";

export type Writer = {
  readonly mode: Mode;
  readonly context: Context;
  readonly flow: Flow;
  readonly views: Views;
  /** Views that are written as tables. */
  readonly kept: ReadonlySet<string>;
  /** Working tables that every run makes; they are added as steps are written. */
  readonly made: Set<string>;
  /** What a run says of itself, so that no other takes its lock. */
  readonly heartbeat: readonly Node[];
};

/** A writer for one script; its views fill as steps are written. */
export function writerOf(plan: Plan, context: Context, flow: Flow, heartbeat: readonly Node[]): Writer {
  const steps = plan.stages.flatMap((stage) => stage.steps);
  return {
    mode: plan.mode,
    context,
    flow,
    heartbeat,
    views: new Map(),
    made: new Set(),
    kept: conditionalViews(steps),
  };
}

/** A stage under its number; one that only makes views leaves nothing, and one that may have nothing to do says so first. */
export function stageNodes(stage: Stage, number: number, writer: Writer): readonly Node[] {
  const nodes = stepNodes(stage.steps, String(number), writer);
  if (nodes.length === 0) return [];
  const [last] = nodes.slice(-1);
  const heading = note("", `${number}. ${stage.title}`);
  return stage.steps.length === 1 && last?.kind === "if"
    ? [heading, ...nodes.slice(0, -1), { ...last, body: [...writer.heartbeat, ...last.body] }]
    : [heading, ...writer.heartbeat, ...nodes];
}

function stepNodes(steps: readonly Step[], prefix: string, writer: Writer): readonly Node[] {
  return steps.flatMap((step, index) => nodesOf(step, `${prefix}.${index + 1}`, writer));
}

function nodesOf(step: Step, number: string, writer: Writer): readonly Node[] {
  switch (step.kind) {
    case "create":
    case "view":
    case "append":
      return isLeftOut(step.relation, writer.mode, writer.context)
        ? []
        : statementNodes(step, number, writer);
    case "assert":
      if (step.assertion.kind === "bad_requests" && !isAsked(writer.mode, writer.context)) return [];
      return [
        note(`${number} ${step.assertion.kind.replaceAll("_", " ")} (${step.origin.join(".")})`),
        ...(step.assertion.kind === "bad_overrides"
          ? withOverrides(assertionNodes(step.assertion, writer), writer)
          : assertionNodes(step.assertion, writer)),
      ];
    case "when":
      if (isLeftOut(step.rowsIn, writer.mode, writer.context)) return [];
      return [
        note(`${number} only if ${step.rowsIn} has rows`),
        {
          kind: "if",
          condition: { kind: "has_rows", relation: step.rowsIn },
          body: stepNodes(step.body, number, writer),
        },
      ];
    case "repeat":
      return [
        note(`${number} ${step.name}: while ${step.rowsIn} has rows`),
        { kind: "count", variable: step.counter, to: "zero" },
        {
          kind: "while",
          name: step.name,
          condition: { kind: "has_rows", relation: step.rowsIn },
          body: [
            { kind: "count", variable: step.counter, to: "next" },
            ...(step.name.startsWith("merging by ")
              ? [{ kind: "count" as const, variable: "idw_rounds", to: "next" as const }]
              : []),
            ...writer.heartbeat,
            ...stepNodes(step.body, number, writer),
          ],
        },
      ];
    case "countdown":
      return [
        note(`${number} ${step.name}: with ${step.counter} from its last value down to 1`),
        {
          kind: "while",
          name: step.name,
          condition: { kind: "is_positive", variable: step.counter },
          body: [
            ...stepNodes(step.body, number, writer),
            { kind: "count", variable: step.counter, to: "previous" },
          ],
        },
      ];
  }
}

function statementNodes(step: StatementStep, number: string, writer: Writer): readonly Node[] {
  const { context, views, kept, made: tables } = writer;
  const { lexical, statements } = context.dialect;
  const query = print(renderQuery(step.query, context), lexical);
  if ((step.kind === "view" && !kept.has(step.relation)) || isWithoutRows(step.relation, context)) {
    // A view that is made anew may read those made since.
    views.delete(step.relation);
    views.set(step.relation, query);
    return [];
  }
  if (isOutermost(number)) tables.add(step.relation);
  const whole = verbatim(withViews(query, views, lexical));
  // Only the reading of a model with a watermark, in an incremental run, compares with the day.
  const usesDay = step.query.kind === "read" && query.includes(SINCE);
  const made =
    step.kind === "append"
      ? statements.insert(id(step.relation), whole)
      : statements.createWork(id(step.relation), whole);
  return [
    note(
      `${number} ${step.relation}: one row is ${step.grain}`,
      ...(step.origin.length === 0 ? [] : [`from ${step.origin.join(".")}`]),
    ),
    ...(usesDay ? sinceNodes(step, writer) : []),
    { ...statement(print(made, lexical)), ...(usesDay ? { using: SINCE } : {}) },
    // A rollback asserts nothing of decisions that stood.
    ...(step.query.kind === "standing_decisions" ? withOverrides([], writer) : []),
  ];
}

/** Before overrides are read they are cast, where no expression does it. */
function withOverrides(checked: readonly Node[], writer: Writer): readonly Node[] {
  const { casts } = writer.flow;
  return casts === undefined || !writer.context.hasCastOverrides
    ? checked
    : overrideNodes(casts, writer, checked);
}

/** A step of a stage by itself, under no condition and in no loop. */
function isOutermost(number: string): boolean {
  return number.split(".").length === 2;
}

const SINCE = "idw_since";

/** A partition is skipped for a constant only, so the time comes first. */
function sinceNodes(step: StatementStep, { context, views }: Writer): readonly Node[] {
  if (step.query.kind !== "read") return [];
  const { lexical } = context.dialect;
  const day = print(daySince(modelOf(context, step.query.model), context), lexical);
  return [{ kind: "set", variable: SINCE, query: withViews(day, views, lexical) }];
}
