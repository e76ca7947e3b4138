// The permanent relations of a target, made where they are missing. Their columns have explicit types; those that come of the
// attributes of models take the types of what the run built.
import { work } from "../../plan/names.ts";
import type { AppendedName, OutputName, Plan } from "../../plan/plan.ts";
import { PUBLISHED } from "../../plan/relations.ts";
import type { Context } from "../../render/context.ts";
import { mergeEvidence, type Place, RUN_LOG, RUN_METRICS, relation } from "../../render/publish.ts";
import { columnsOf, RELATIONS } from "../../render/relations.ts";
import { type Fragment, id, join, keyword, print, sql } from "../../sql/fragment.ts";
import type { Flow } from "./flow.ts";

type LogicalType = keyof Context["dialect"]["types"];
type Column = { readonly name: string; readonly type: LogicalType };

const LAYOUT: Readonly<Record<AppendedName, readonly string[]>> = {
  identity_events: ["run", "identity_id"],
  identity_history: ["record_key", "run"],
};

export const RUN_LOCK: readonly Column[] = [
  { name: "run", type: "integer" },
  { name: "holder", type: "text" },
  { name: "started_at", type: "timestamp" },
  { name: "heartbeat", type: "timestamp" },
];

/** The relations that are there before a run reads anything. */
export function tables(plan: Plan, place: Place, context: Context, flow: Flow): readonly string[] {
  const fixed = [...plan.outputs, ...plan.appended].filter((output) => !hasAttributes(output, context));
  const made = fixed.map((output) =>
    table(relation(place, output), columnsNamed(output), layoutOf(output), context, flow),
  );
  const others = [
    table(relation(place, "run_log"), RUN_LOG, [], context, flow),
    table(relation(place, "run_metrics"), RUN_METRICS, [], context, flow),
    table(relation(place, "run_lock"), RUN_LOCK, [], context, flow),
    mergeEvidence(place, context),
  ];
  return [...made, ...others].map((statement) => print(statement, context.dialect.lexical));
}

/** The others: as the run built them. */
export function tablesAsBuilt(plan: Plan, place: Place, context: Context, flow: Flow): readonly string[] {
  const { lexical } = context.dialect;
  return plan.outputs
    .filter((output) => hasAttributes(output, context))
    .map((output) =>
      print(
        sql`
          create table if not exists ${relation(place, output)}${clustering(layoutOf(output), flow, lexical)} as
          select * from ${id(work.output(output))} where false
        `,
        lexical,
      ),
    );
}

export function hasAttributes(output: OutputName | AppendedName, context: Context): boolean {
  return columnsOf(output, context).length > Object.keys(RELATIONS[output]).length;
}

function columnsNamed(output: OutputName | AppendedName): readonly Column[] {
  return Object.entries(RELATIONS[output]).map(([name, type]) => ({ name, type }));
}

function layoutOf(output: OutputName | AppendedName): readonly string[] {
  return output === "identity_events" || output === "identity_history"
    ? LAYOUT[output]
    : PUBLISHED[output].key;
}

function table(
  name: Fragment,
  columns: readonly Column[],
  layout: readonly string[],
  { dialect: { types, lexical } }: Context,
  flow: Flow,
): Fragment {
  const named = columns.map(
    (column) => sql`${id(column.name)} ${keyword(flow.columnType(types[column.type]))}`,
  );
  return sql`
    create table if not exists ${name} (
      ${join(named, ",\n")}
    )${clustering(layout, flow, lexical)}
  `;
}

function clustering(
  columns: readonly string[],
  flow: Flow,
  lexical: Context["dialect"]["lexical"],
): Fragment {
  return keyword(flow.clustered(columns.map(lexical.quoteIdentifier)));
}
