// Short ways to write the steps of a plan.
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import type { Assertion, AssertStep, Query, StatementStep, Step, WhenStep } from "./plan.ts";

type Made = {
  readonly relation: string;
  readonly query: Query;
  readonly grain: string;
  readonly origin?: ConfigPath;
};

export function create({ origin = [], ...made }: Made): StatementStep {
  return { kind: "create", ...made, origin };
}

export function view({ origin = [], ...made }: Made): StatementStep {
  return { kind: "view", ...made, origin };
}

export function append({ origin = [], ...made }: Made): StatementStep {
  return { kind: "append", ...made, origin };
}

export function assert(relation: string, assertion: Assertion, origin: ConfigPath): AssertStep {
  return { kind: "assert", relation, assertion, origin };
}

export function when(name: string, rowsIn: string, body: readonly Step[]): WhenStep {
  return { kind: "when", name, rowsIn, body };
}
