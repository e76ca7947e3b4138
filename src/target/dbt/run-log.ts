// The row of run_log that a run in dbt leaves behind, counted from its working tables before it publishes: afterwards the
// run before can no longer be seen.
import { work } from "../../plan/names.ts";
import type { Mode } from "../../plan/plan.ts";
import type { Context } from "../../render/context.ts";
import { countOf } from "../../render/counts.ts";
import { RUN_LOG } from "../../render/publish.ts";
import { type Fragment, id, join, keyword, lit, sql, verbatim } from "../../sql/fragment.ts";

const EVENTS = ["created", "merged", "split", "moved", "revived", "retired"] as const;

/** The row, to be kept; it has not finished yet. */
export const RUN_LOG_ROW = "idw_run_log_row";

/** A SELECT of the kept row, with the time in `idw.finished`. */
export function finishedRow(): Fragment {
  const columns = RUN_LOG.map(({ name }) =>
    name === "finished_at" ? sql`${verbatim("{{ idw.finished }}")} as ${id(name)}` : id(name),
  );
  return sql`
    select
      ${join(columns, ",\n")}
    from ${id(RUN_LOG_ROW)}
  `;
}

/** A SELECT of one row with the columns of run_log. */
export function runLogRow(mode: Mode, configHash: string, { dialect }: Context): Fragment {
  const { functions, types } = dialect;
  const values: Readonly<Record<string, Fragment>> = {
    run: functions.variable("idw_run"),
    started_at: functions.variable("idw_started"),
    mode: lit(mode),
    config_hash: lit(configHash),
    status: lit("success"),
    records: countOf("records"),
    new_records: id("changed", "new_records"),
    changed_records: id("changed", "changed_records"),
    erased_records: id("changed", "erased_records"),
    components: countOf("components"),
    constrained_components: sql`(select count(*) from ${id(work.broken)})`,
    rounds: verbatim("{{ idw.rounds }}"),
    identities: countOf("identities_of_size"),
    ...Object.fromEntries(
      EVENTS.map((event) => [
        event,
        sql`(select count(*) from ${id(work.output("identity_events"))} where event = ${lit(event)})`,
      ]),
    ),
  };
  const columns = RUN_LOG.map(
    ({ name, type }) => sql`cast(${values[name] ?? lit(null)} as ${keyword(types[type])}) as ${id(name)}`,
  );
  return sql`
    select
      ${join(columns, ",\n")}
    from (
      ${mode === "full" ? OF_STATES : OF_DELTA}
    ) as changed
  `;
}

const counted = (condition: Fragment) => sql`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`;

const OF_DELTA = sql`
  select
    ${counted(sql`change = 'new'`)} as new_records,
    ${counted(sql`change = 'changed'`)} as changed_records,
    ${counted(sql`change = 'erased'`)} as erased_records
  from ${id(work.delta)}
`;

const OF_STATES = sql`
  select
    ${counted(sql`w.record_key is null`)} as new_records,
    ${counted(sql`w.fingerprint <> n.fingerprint`)} as changed_records,
    ${counted(sql`n.record_key is null and e.record_key is not null`)} as erased_records
  from ${id(work.output("record_state"))} as n
  full join ${id(work.was("record_state"))} as w on w.record_key = n.record_key
  left join ${id(work.erased)} as e on e.record_key = w.record_key
`;
