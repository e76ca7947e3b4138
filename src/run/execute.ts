// Executes a plan on a warehouse: statements in order, loops until their relation is empty, assertions as diagnostics.
import type { Stage, Step } from "../plan/plan.ts";
import type { Context } from "../render/context.ts";
import { assertionOf, statementOf } from "../render/script.ts";
import { id, print } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { failedAssertion } from "./assertions.ts";
import { RunError } from "./errors.ts";
import type { OnProgress } from "./progress.ts";

export type Executed = {
  /** Every statement sent, queries that steer loops included. */
  readonly statements: number;
  /** Rounds of merging, over all phases. */
  readonly rounds: number;
};

/** The number of the first of the stages, and how many a run has. */
export type Numbering = { readonly first: number; readonly of: number };

/** Executes the stages between the opening of the models and the publishing. Throws DiagnosticError for a failed assertion and RunError, with the step, for what the warehouse refuses. */
export async function execute(
  stages: readonly Stage[],
  context: Context,
  warehouse: Warehouse,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
  // The models were opened as stage 1, and publishing is the last.
  numbering: Numbering = { first: 2, of: stages.length + 2 },
): Promise<Executed> {
  let statements = 0;
  let rounds = 0;
  const counters = new Map<string, number>();
  const rowsIn = async (relation: string): Promise<number> => {
    statements += 1;
    const [row] = await warehouse.query(
      `select count(*) as n from ${print(id(relation), context.dialect.lexical)}`,
    );
    return Number(row?.["n"] ?? 0);
  };
  const setCounter = async (name: string, value: number): Promise<void> => {
    statements += 1;
    counters.set(name, value);
    await warehouse.execute(`set variable ${name} = ${value}`);
  };

  const all = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      signal?.throwIfAborted();
      await one(step);
    }
  };
  const one = async (step: Step): Promise<void> => {
    switch (step.kind) {
      case "create":
      case "view":
      case "append": {
        statements += 1;
        const sql = statementOf(step, context);
        const rows = await warehouse.execute(sql).catch((error: unknown) => {
          throw new RunError(step, sql, error);
        });
        onProgress({ kind: "statement", relation: step.relation, rows });
        return;
      }
      case "assert": {
        statements += 1;
        const rows = await warehouse.query(assertionOf(step, context));
        if (rows.length > 0) throw failedAssertion(step, rows, context.project);
        return;
      }
      case "when":
        if ((await rowsIn(step.rowsIn)) > 0) await all(step.body);
        return;
      case "repeat": {
        let round = 0;
        for (let rows = await rowsIn(step.rowsIn); rows > 0; rows = await rowsIn(step.rowsIn)) {
          round += 1;
          await setCounter(step.counter, round);
          onProgress({ kind: "round", name: step.name, round, rows });
          await all(step.body);
        }
        counters.set(step.counter, round);
        if (step.name.startsWith("merging by ")) rounds += round;
        return;
      }
      case "countdown":
        for (let round = counters.get(step.counter) ?? 0; round > 0; round -= 1) {
          await setCounter(step.counter, round);
          await all(step.body);
        }
        return;
    }
  };

  for (const [index, stage] of stages.entries()) {
    onProgress({ kind: "stage", number: numbering.first + index, of: numbering.of, title: stage.title });
    await all(stage.steps);
  }
  return { statements, rounds };
}
