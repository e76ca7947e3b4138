// The script target: a plan as files that a person reads and reviews. One numbered SQL file a stage, the publishing, the
// plan and a manifest. The same project gives the same bytes on any machine; writing them is left to the CLI.
import type { Mode, Plan } from "../../plan/plan.ts";
import type { Context } from "../../render/context.ts";
import type { Place } from "../../render/publish.ts";
import { stageText } from "../../render/script.ts";
import { manifestOf } from "./manifest.ts";
import { publishingText } from "./publishing.ts";
import { flowOf, scriptText } from "./warehouse.ts";

/** `path` is relative to the folder of the script, with `/`. */
export type CompiledFile = { readonly path: string; readonly text: string };

export type ScriptInput = {
  /** A full run, a run on what changed, and a run that goes back. */
  readonly plans: Readonly<Record<Mode, Plan>>;
  readonly context: Context;
  /** `path` is that of a database file. */
  readonly target: { readonly name: string; readonly type: string; readonly path?: string };
  /** Where the results go. */
  readonly place: Place;
  /** The version of idweave. */
  readonly version: string;
  /** Of the project; a script of a warehouse builds only on runs of the same. */
  readonly configHash: string;
};

/** plan.json, manifest.json, then the SQL in the order in which it runs; incremental runs and rollbacks have folders of their own. */
export function scriptFiles(input: ScriptInput): readonly CompiledFile[] {
  const full = statementsOf(input.plans.full, "", input);
  const incremental = statementsOf(input.plans.incremental, "incremental/", input);
  const rollback = statementsOf(input.plans.rollback, "rollback/", input);
  const names = (files: readonly CompiledFile[]) => files.map(({ path }) => path);
  return [
    { path: "plan.json", text: json(input.plans) },
    {
      path: "manifest.json",
      text: json(
        manifestOf(input, {
          full: names(full),
          incremental: names(incremental),
          rollback: names(rollback),
        }),
      ),
    },
    ...full,
    ...incremental,
    ...rollback,
  ];
}

/** One script a mode where the warehouse has loops of its own. */
function statementsOf(plan: Plan, folder: string, input: ScriptInput): readonly CompiledFile[] {
  const flow = flowOf(input.context);
  if (flow !== undefined) return [{ path: `${plan.mode}.sql`, text: scriptText(plan, flow, input) }];
  const stages = plan.stages.map((stage, index) => ({
    path: `${folder}${twoDigits(index + 1)}_${stage.name}.sql`,
    text: stageText(stage, index + 1, input.context),
  }));
  const number = plan.stages.length + 1;
  const path = `${folder}${twoDigits(number)}_publish.sql`;
  return [...stages, { path, text: publishingText(plan, input, number) }];
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
