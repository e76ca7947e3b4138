// The manifest: what the compiled folder holds and what a run of it writes, for tools. No times, no paths of a machine,
// no secrets.
import type { Mode, Plan, StatementStep, Step } from "../../plan/plan.ts";
import { preparations, replacements } from "../../render/publish.ts";
import { purges } from "../../render/purge.ts";
import { countStatements } from "../../render/script.ts";
import type { ScriptInput } from "./index.ts";
import { countScript, flowOf } from "./warehouse.ts";

/** `files` are the SQL files of each mode, one a stage in order, then the publishing. */
export function manifestOf(input: ScriptInput, files: Readonly<Record<Mode, readonly string[]>>): object {
  const { plans, context, target, place, version } = input;
  return {
    idweave: version,
    entity: context.project.entity,
    target: {
      name: target.name,
      type: target.type,
      ...(target.path === undefined ? { database: place.catalog } : { path: target.path }),
      schema: place.schema,
    },
    ...runOf(plans.full, files.full, input),
    incremental: runOf(plans.incremental, files.incremental, input),
    rollback: runOf(plans.rollback, files.rollback, input),
    files: ["manifest.json", "plan.json", ...files.full, ...files.incremental, ...files.rollback],
    relations: relationsOf(plans.full, place.prefix),
    variables: {
      idw_run: "the number of the run",
      idw_started: "when the run began, a timestamp in UTC",
      idw_rollback_to: "in a rollback, the number of the run to return to",
      idw_secret: "what suppressions are hashed with, where there are any; never part of a file",
      idw_secret_id: "which secret that is",
      idw_as_of: "the time as of which decisions are in force, a timestamp in UTC",
    },
  };
}

function runOf(plan: Plan, files: readonly string[], input: ScriptInput): object {
  const { context, place } = input;
  const flow = flowOf(context);
  const titles = [...plan.stages, { name: "publish", title: "Publishing" }];
  if (flow !== undefined) {
    const { once, perRound } = countScript(plan, flow, input);
    return {
      stages: titles.map(({ name, title }, index) => ({
        number: index + 1,
        name,
        title,
        file: files[0] ?? "",
      })),
      statements: { once, per_round: perRound },
    };
  }
  const { once, perRound } = countStatements(plan);
  return {
    stages: titles.map(({ name, title }, index) => ({
      number: index + 1,
      name,
      title,
      file: files[index] ?? "",
    })),
    statements: {
      once,
      per_round: perRound,
      // The rows of run_metrics and the row of run_log, which the runner writes, included.
      publish: preparations(plan, place, context).length + replacements(plan, place, context).length + 2,
      publish_erasure: purges(place, context).length,
    },
  };
}

function relationsOf(plan: Plan, prefix: string): readonly object[] {
  const steps = plan.stages.flatMap((stage) => statementsIn(stage.steps));
  const grainOf = (output: string) =>
    steps.find(({ query }) => query.kind === "output" && query.output === output)?.grain ?? "";
  return [
    ...[...plan.outputs, ...plan.appended].map((name) => ({
      name: `${prefix}${name}`,
      kind: "table",
      grain: grainOf(name),
    })),
    {
      name: `${prefix}merge_evidence`,
      kind: "view",
      grain: "a record of an identity and a value that ties it to others",
    },
    { name: `${prefix}run_metrics`, kind: "table", grain: "a run, a metric and a dimension" },
    { name: `${prefix}run_log`, kind: "table", grain: "a run" },
  ];
}

function statementsIn(steps: readonly Step[]): readonly StatementStep[] {
  return steps.flatMap(statementsOf);
}

function statementsOf(step: Step): readonly StatementStep[] {
  switch (step.kind) {
    case "create":
    case "view":
    case "append":
      return [step];
    case "assert":
      return [];
    case "when":
    case "repeat":
    case "countdown":
      return statementsIn(step.body);
  }
}
