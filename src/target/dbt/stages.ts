// The stages of a plan as macros of dbt, one file each: the same statements in the same order, with the loops of the plan as
// loops of Jinja over queries. All that a stage makes is temporary.
import type { AssertStep, Plan, Stage, Step } from "../../plan/plan.ts";
import type { Context } from "../../render/context.ts";
import { assertionOf, statementOf } from "../../render/script.ts";
import { id, print } from "../../sql/fragment.ts";
import type { CompiledFile } from "../script/index.ts";
import { inJinja, type Names, quoted } from "./jinja.ts";

/** More rounds than any data takes; dbt's Jinja counts no further. */
const MOST_ROUNDS = 99_999;

/** The macros of a plan; `idw` is their one argument. */
export function stageFiles(plan: Plan, names: Names, context: Context): readonly CompiledFile[] {
  return plan.stages.flatMap((stage, index) => {
    // Every run opens the models in the same way.
    if (plan.mode === "incremental" && stage.name === "sources") return [];
    const macro = stageMacro(plan, index, names);
    const number = String(index + 1);
    const lines = [
      `{# ${number}. ${inJinja(stage.title)} #}`,
      `{% macro ${macro}(idw) %}`,
      ...stepLines(stage.steps, number, names, context),
      "{% endmacro %}",
    ];
    return {
      path: `${plan.mode}/${number.padStart(2, "0")}_${stage.name}.sql`,
      text: `${lines.join("\n")}\n`,
    };
  });
}

/** The name of the macro of a stage. */
export function stageMacro(plan: Plan, index: number, names: Names): string {
  const stage: Stage | undefined = plan.stages[index];
  const number = String(index + 1).padStart(2, "0");
  return names.macro(`${plan.mode}_${number}_${stage?.name ?? ""}`);
}

function stepLines(
  steps: readonly Step[],
  prefix: string,
  names: Names,
  context: Context,
): readonly string[] {
  const rowsIn = (relation: string) =>
    `${names.macro("rows_in")}(${quoted(print(id(relation), context.dialect.lexical))})`;
  return steps.flatMap((step, index) => oneStep(step, `${prefix}.${index + 1}`));

  function oneStep(step: Step, number: string): readonly string[] {
    const body = (inner: readonly Step[]) => stepLines(inner, number, names, context);
    switch (step.kind) {
      case "create":
      case "view":
      case "append":
        return doLines(names, [
          `-- ${number} ${step.relation}: one row is ${inJinja(step.grain)}`,
          ...(step.origin.length === 0 ? [] : [`-- from ${inJinja(step.origin.join("."))}`]),
          statementOf(step, context),
        ]);
      case "assert":
        return [
          "",
          `{% call ${names.macro("nothing_from")}(${quoted(complaint(step))}) %}`,
          `-- ${number} must return no row`,
          assertionOf(step, context),
          "{% endcall %}",
        ];
      case "when":
        return ["", `{% if ${rowsIn(step.rowsIn)} > 0 %}`, ...body(step.body), "", "{% endif %}"];
      case "repeat":
        return [
          "",
          `{# ${number} ${inJinja(step.name)}: while ${step.rowsIn} has rows #}`,
          `{% do idw.update({'${step.counter}': 0}) %}`,
          `{% for idw_pass in range(1, ${MOST_ROUNDS}) %}`,
          `{% if ${rowsIn(step.rowsIn)} == 0 %}{% break %}{% endif %}`,
          `{% do idw.update({'${step.counter}': idw_pass}) %}`,
          ...(step.name.startsWith("merging by ") ? ["{% do idw.update({'rounds': idw.rounds + 1}) %}"] : []),
          ...body(step.body),
          "",
          "{% endfor %}",
        ];
      case "countdown":
        return [
          "",
          `{# ${number} ${inJinja(step.name)} #}`,
          `{% for idw_pass in range(idw.${step.counter}, 0, -1) %}`,
          `{% do idw.update({'${step.counter}': idw_pass}) %}`,
          ...body(step.body),
          "",
          "{% endfor %}",
        ];
    }
  }
}

/** One statement, outside of any transaction. */
export function doLines(names: Names, statement: readonly string[]): readonly string[] {
  return ["", `{% call ${names.macro("do")}() %}`, ...statement, "{% endcall %}"];
}

function complaint({ assertion, origin }: AssertStep): string {
  const from = origin.join(".");
  switch (assertion.kind) {
    case "null_keys":
      return `IDW502: the model ${assertion.model} has rows whose key is NULL (${from})`;
    case "duplicate_keys":
      return `IDW501: the model ${assertion.model} has keys more than once (${from})`;
    case "bad_times":
      return `IDW503: ${assertion.column} of ${assertion.model} has times that cannot be read (${from})`;
    case "bad_decisions":
      return "Decisions that cannot be followed (decisions)";
    case "bad_imports":
      return "Imported ids that cannot be taken over (import.ids)";
    case "bad_requests":
      return "Requests to forget that cannot be followed (forget)";
    case "bad_overrides":
      return "Overrides of golden records that cannot be followed (decisions)";
    case "duplicate_ids":
      return "IDW901: two identities would get one id";
  }
}
