// Steps → SQL text: what the runner executes and what the compiled files show are the same statements.
import type { Plan, Stage, StatementStep, Step } from "../plan/plan.ts";
import { type Fragment, id, print } from "../sql/fragment.ts";
import type { Context } from "./context.ts";
import { renderAssertion, renderQuery } from "./index.ts";

// Most statements are the same in plans of every mode, and those of a loop in every round.
const known = new WeakMap<Context, Map<string, string>>();

/** The statement of a step, without its header. */
export function statementOf(step: StatementStep, context: Context): string {
  const texts = known.get(context) ?? new Map<string, string>();
  known.set(context, texts);
  const key = JSON.stringify([step.kind, step.relation, step.query]);
  const text = texts.get(key) ?? statementAnew(step, context);
  texts.set(key, text);
  return text;
}

function statementAnew(step: StatementStep, context: Context): string {
  const { statements, lexical } = context.dialect;
  const query = renderQuery(step.query, context);
  return print(make(), lexical);

  function make(): Fragment {
    switch (step.kind) {
      case "create":
        return statements.createWork(id(step.relation), query);
      case "view":
        return statements.createWorkView(id(step.relation), query);
      case "append":
        return statements.insert(id(step.relation), query);
    }
  }
}

/** The query of an assertion, which must return no row. */
export function assertionOf(step: Extract<Step, { readonly kind: "assert" }>, context: Context): string {
  return print(renderAssertion(step.assertion, context), context.dialect.lexical);
}

/** One file of the compiled run: every statement with its number, what one row is, and the keys of identity.yml behind it. */
export function stageText(stage: Stage, number: number, context: Context): string {
  const lines: string[] = [`-- ${number}. ${stage.title}`];
  writeSteps(stage.steps, String(number), "", lines, context);
  return `${lines.join("\n")}\n`;
}

function writeSteps(
  steps: readonly Step[],
  prefix: string,
  indent: string,
  lines: string[],
  context: Context,
) {
  steps.forEach((step, index) => {
    const number = `${prefix}.${index + 1}`;
    lines.push("");
    switch (step.kind) {
      case "create":
      case "view":
      case "append":
        lines.push(
          `${indent}-- ${number} ${step.relation}: one row is ${step.grain}`,
          ...(step.origin.length === 0 ? [] : [`${indent}-- from ${step.origin.join(".")}`]),
          ended(statementOf(step, context)),
        );
        return;
      case "assert":
        lines.push(
          `${indent}-- ${number} must return no row: ${step.assertion.kind.replaceAll("_", " ")} (${step.origin.join(".")})`,
          ended(assertionOf(step, context)),
        );
        return;
      case "when":
        lines.push(`${indent}-- ${number} only if ${step.rowsIn} has rows:`);
        writeSteps(step.body, number, indent, lines, context);
        lines.push("", `${indent}-- ${number} end`);
        return;
      case "repeat":
        lines.push(
          `${indent}-- ${number} ${step.name}: repeat while ${step.rowsIn} has rows, counting rounds in ${step.counter}:`,
        );
        writeSteps(step.body, number, indent, lines, context);
        lines.push("", `${indent}-- ${number} end of the round`);
        return;
      case "countdown":
        lines.push(
          `${indent}-- ${number} ${step.name}: repeat with ${step.counter} from its last value down to 1:`,
        );
        writeSteps(step.body, number, indent, lines, context);
        lines.push("", `${indent}-- ${number} end of the round`);
        return;
    }
  });
}

// A model may end in a comment, which would swallow the semicolon.
function ended(statement: string): string {
  const lastLine = statement.slice(statement.lastIndexOf("\n") + 1);
  return lastLine.includes("--") ? `${statement}\n;` : `${statement};`;
}

/** How many statements a run takes: those outside loops, those of one pass of each loop. */
export type StatementCount = { readonly once: number; readonly perRound: Readonly<Record<string, number>> };

export function countStatements(plan: Plan): StatementCount {
  const perRound: Record<string, number> = {};
  const count = (steps: readonly Step[]): number =>
    steps.reduce((total, step) => {
      switch (step.kind) {
        case "repeat":
        case "countdown":
          perRound[step.name] = count(step.body);
          return total;
        case "when":
          return total + count(step.body);
        default:
          return total + 1;
      }
    }, 0);
  const once = plan.stages.reduce((total, stage) => total + count(stage.steps), 0);
  return { once, perRound };
}
