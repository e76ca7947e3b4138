// The row of run_log that a run in dbt leaves behind, counted from its working tables.
import { work } from "../../plan/names.ts";
import type { Mode } from "../../plan/plan.ts";
import type { Context } from "../../render/context.ts";
import { RUN_LOG } from "../../render/publish.ts";
import { type Fragment, id, join, keyword, lit, sql, verbatim } from "../../sql/fragment.ts";

const EVENTS = ["created", "merged", "split", "moved", "revived", "retired"] as const;

/** A SELECT of one row with the columns of run_log. `idw.finished` is the time when it is asked. */
export function runLogRow(mode: Mode, configHash: string, { dialect }: Context): Fragment {
  const { functions, types } = dialect;
  const now = (output: Parameters<typeof work.now>[0]) => id(work.now(output));
  const values: Readonly<Record<string, Fragment>> = {
    run: functions.variable("idw_run"),
    started_at: functions.variable("idw_started"),
    finished_at: verbatim("{{ idw.finished }}"),
    mode: lit(mode),
    config_hash: lit(configHash),
    status: lit("success"),
    records: sql`(select count(*) from ${now("identity_records")})`,
    new_records: id("changed", "new_records"),
    changed_records: id("changed", "changed_records"),
    erased_records: id("changed", "erased_records"),
    components: sql`(select count(distinct component) from ${now("identity_records")})`,
    constrained_components: sql`(select count(*) from ${id(work.broken)})`,
    rounds: verbatim("{{ idw.rounds }}"),
    identities: sql`(select count(*) from ${now("identities")} where status = 'active')`,
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
