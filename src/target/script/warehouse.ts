// A mode of a plan as one script for a warehouse: what the runner does on DuckDB in TypeScript, the lock, the number of the
// run, the state it builds on, alarms and run_log, is part of it.
import { hasGolden } from "../../plan/parts.ts";
import type { Mode, Plan } from "../../plan/plan.ts";
import type { Context } from "../../render/context.ts";
import { type Place, relation } from "../../render/publish.ts";
import { id, keyword, print, sql } from "../../sql/fragment.ts";
import { bigqueryFlow } from "./bigquery.ts";
import { alarmNodes } from "./checks.ts";
import {
  countPurges,
  dropWork,
  erasureVariables,
  refuseReturn,
  secretParameters,
  takeSecret,
  unknownRequests,
} from "./erasure.ts";
import { type Flow, type Node, note, PROBLEM, refuseIf, statement, type Variable } from "./flow.ts";
import { freeLock, heartbeat, takeLock } from "./lock.ts";
import { OVERRIDE_VARIABLE } from "./overrides.ts";
import { postgresFlow } from "./postgres.ts";
import { countRun, publication } from "./publication.ts";
import { snowflakeFlow } from "./snowflake.ts";
import { refusedState } from "./state.ts";
import { stageNodes, writerOf } from "./steps.ts";
import { tables, tablesAsBuilt } from "./tables.ts";

export type WarehouseInput = {
  readonly context: Context;
  readonly place: Place;
  readonly configHash: string;
  readonly version: string;
  /** SQL for parameters of the script, by their names; in a compiled file they have their defaults. */
  readonly values?: Readonly<Record<string, string>>;
  /** For a session of somebody else's that goes on afterwards, as SQL: the schema that it is to be in again. */
  readonly back?: string;
};

/** Whether a target is compiled to scripts of one file a mode. */
export function flowOf({ dialect }: Context): Flow | undefined {
  switch (dialect.name) {
    case "duckdb":
      return undefined;
    case "bigquery":
      return bigqueryFlow;
    case "snowflake":
      return snowflakeFlow;
    case "postgres":
      return postgresFlow;
  }
}

/** The script of a mode: one text, for the warehouse's own console or driver. */
export function scriptText(plan: Plan, flow: Flow, input: WarehouseInput): string {
  const { context, place } = input;
  const { lexical, statements } = context.dialect;
  const schema = print(id(place.catalog, place.schema), lexical);
  return flow.file({
    header: headerOf(plan.mode, input),
    parameters: [...parametersOf(plan.mode), ...secretParameters(plan.mode, context, flow)].map(
      (parameter) => {
        const value = input.values?.[parameter.name];
        return value === undefined ? parameter : { ...parameter, value };
      },
    ),
    variables: [
      ...variablesOf(flow),
      ...(castsOverrides(context, flow) ? [OVERRIDE_VARIABLE] : []),
      ...erasureVariables(plan.mode, context),
    ],
    first: [print(statements.createSchema(place.catalog, place.schema), lexical), ...flow.session(schema)],
    ...(input.back === undefined ? {} : { back: input.back }),
    steps: stepsOf(plan, flow, input),
    result: DONE,
  });
}

/** Statements that the warehouse is sent or steers by: outside loops, and in one round of each. */
export function countScript(plan: Plan, flow: Flow, input: WarehouseInput) {
  const perRound: Record<string, number> = {};
  const count = (nodes: readonly Node[]): number => nodes.reduce((total, node) => total + countOne(node), 0);
  const countOne = (node: Node): number => {
    switch (node.kind) {
      case "note":
      case "checkpoint":
      case "count":
      case "raise":
        return 0;
      case "statement":
      case "set":
      case "execute":
        return 1;
      case "if":
        return (node.condition.kind === "has_rows" ? 1 : 0) + count(node.body);
      case "while":
        perRound[node.name] = (node.condition.kind === "has_rows" ? 1 : 0) + count(node.body);
        return 0;
      case "attempt":
        return count(node.body);
      case "transaction":
        return 2 + count(node.body);
    }
  };
  const once = count(stepsOf(plan, flow, input));
  return { once, perRound };
}

function stepsOf(plan: Plan, flow: Flow, { context, place, configHash }: WarehouseInput): readonly Node[] {
  const { lexical } = context.dialect;
  const beat = heartbeat(place, context, flow);
  const hasCastOverrides = castsOverrides(context, flow);
  const writer = writerOf(plan, { ...context, hasCastOverrides }, flow, beat);
  const stages = plan.stages.flatMap((stage, index) => [
    ...(stage.name === "changes"
      ? tablesAsBuilt(plan, place, context, flow).map((each) => statement(each))
      : []),
    ...stageNodes(stage, index + 1, writer),
  ]);
  const number = plan.stages.length + 1;
  const log = relation(place, "run_log");
  const nextRun = sql`select coalesce(max(run), 0) + 1 from ${log}`;
  // Whoever goes back has seen what it changes.
  const stopping = plan.mode === "rollback" ? [] : alarmNodes("fail", "idw_problem", place, writer);
  const warning = alarmNodes("warn", "idw_alarms", place, writer);
  const free = freeLock(place, context, flow);
  const done = sql`
    select 'run ' || ${context.dialect.functions.text(id("run"))} || ' (' || mode || '): '
      || ${context.dialect.functions.text(id("records"))} || ' records, '
      || ${context.dialect.functions.text(id("identities"))} || ' identities'
      || coalesce('; ' || ${keyword(flow.value("idw_alarms"))}, '')
    from ${id("idw_counts")}
  `;
  return [
    ...takeSecret(plan.mode, context, flow),
    note("", "The relations of the target, where they are missing."),
    ...tables(plan, place, context, flow).map((each) => statement(each)),
    { kind: "set", variable: "idw_run", query: print(nextRun, lexical) },
    ...takeLock(place, context, flow),
    {
      kind: "attempt",
      body: [
        ...refusedState(plan.mode, place, configHash, context, flow),
        ...refuseReturn(plan.mode, place, context, flow),
        ...stages,
        note("", `${number}. Publishing`),
        ...beat,
        ...countRun(plan.mode, configHash, writer),
        ...countPurges(plan.mode, context),
        ...(stopping.length === 0
          ? []
          : [
              note("alarms that stop the run, unless they are accepted"),
              ...stopping,
              ...refuseIf(unlessAccepted(flow)),
            ]),
        ...(warning.length === 0 ? [] : [note("alarms that only warn"), ...warning]),
        ...unknownRequests("idw_alarms", plan.mode, place, context, flow),
        note("readers see all of the new results or none of them"),
        publication(plan, place, writer),
        ...free,
        ...dropWork(plan.mode, writer.made, context),
        { kind: "set", variable: DONE, query: print(done, lexical) },
      ],
      otherwise: free,
    },
  ];
}

function castsOverrides({ project }: Context, { casts }: Flow): boolean {
  return casts !== undefined && project.decisions !== undefined && hasGolden(project);
}

function unlessAccepted({ value }: Flow): string {
  return `select case when not ${value("idw_accept_alarms")} then ${value(PROBLEM)} end`;
}

const DONE = "idw_done";

const MODES: Readonly<Record<Mode, string>> = {
  full: "A full run: reads everything anew. Ids that were issued are kept.",
  incremental: "An incremental run: reads what changed since the run before.",
  rollback: "A rollback: puts records together as they were together after an earlier run.",
};

function headerOf(mode: Mode, { context: { project }, place, version }: WarehouseInput): readonly string[] {
  return [
    `${project.entity}: made by idweave ${version} of identity.yml; do not edit.`,
    MODES[mode],
    `Writes to ${place.catalog}.${place.schema}; safe to run again: nothing is published before the last transaction.`,
  ];
}

function parametersOf(mode: Mode): readonly Variable[] {
  return [
    {
      name: "idw_as_of",
      type: "timestamp",
      comment: "decisions are in force as of this time, in UTC; null is the start of the run",
    },
    ...(mode === "rollback"
      ? [
          {
            name: "idw_rollback_to",
            type: "integer" as const,
            comment: "the number of the run to return to",
          },
        ]
      : [
          {
            name: "idw_accept_alarms",
            type: "boolean" as const,
            value: "false",
            comment: "alarms that would stop the run are accepted",
          },
        ]),
  ];
}

function variablesOf(flow: Flow): readonly Variable[] {
  return [
    { name: "idw_started", type: "timestamp", value: flow.now, comment: "when the run began, in UTC" },
    { name: "idw_holder", type: "text", value: flow.unique, comment: "the name of this run in run_lock" },
    { name: "idw_run", type: "integer", comment: "the number of the run" },
    { name: "idw_round", type: "integer", value: "0", comment: "the round of a loop" },
    { name: "idw_rounds", type: "integer", value: "0", comment: "rounds of merging, over all phases" },
    { name: "idw_since", type: "text", comment: "the day from which a watermark reads, and one more" },
    { name: "idw_problem", type: "text", comment: "why the run fails" },
    { name: "idw_alarms", type: "text", comment: "alarms that only warn" },
    { name: DONE, type: "text", comment: "what the run did" },
  ];
}
