// Whether there is a state that the script can build on: what src/run/state.ts and rollback.ts decide on DuckDB.
import type { Mode } from "../../plan/plan.ts";
import type { Context } from "../../render/context.ts";
import { type Place, relation } from "../../render/publish.ts";
import { type Fragment, keyword, lit, print, sql } from "../../sql/fragment.ts";
import { type Flow, type Node, note, refuseIf } from "./flow.ts";

/** `idw_as_of` and, before an incremental run or a rollback, the checks of the run before. */
export function refusedState(
  mode: Mode,
  place: Place,
  configHash: string,
  context: Context,
  flow: Flow,
): readonly Node[] {
  const text = (fragment: Fragment) => print(fragment, context.dialect.lexical);
  const asOf = sql`select coalesce(${keyword(flow.value("idw_as_of"))}, ${keyword(flow.value("idw_started"))})`;
  return [
    { kind: "set", variable: "idw_as_of", query: text(asOf) },
    ...(mode === "full"
      ? []
      : [
          note("", "The state is one to build on."),
          ...refuseIf(text(otherProject(mode, place, configHash))),
          ...(mode === "rollback" ? refuseIf(text(notKept(place, context, flow))) : []),
        ]),
  ];
}

function otherProject(mode: "incremental" | "rollback", place: Place, configHash: string): Fragment {
  const log = relation(place, "run_log");
  const [none, other] =
    mode === "rollback"
      ? [
          "IDW740 There is no run to return to: nothing has been published.",
          "IDW741 A rollback starts from what the last run left, but identity.yml, a model or a macro changed.",
        ]
      : [
          "IDW733 Nothing is published yet: run full.sql first.",
          "IDW733 identity.yml, a model or a macro changed since the last run: run full.sql.",
        ];
  return sql`
    select case
      when not exists (select 1 from ${log}) then ${lit(none)}
      when not exists (
        select 1
        from ${log}
        where run = (select max(run) from ${log}) and config_hash = ${lit(configHash)}
      ) then ${lit(other)}
    end
  `;
}

// Run r is kept while all that changed after it is known.
function notKept(place: Place, { project, dialect }: Context, flow: Flow): Fragment {
  const log = relation(place, "run_log");
  const wanted = keyword(flow.value("idw_rollback_to"));
  return sql`
    select case
      when ${wanted} is null then 'IDW740 idw_rollback_to, the number of the run to return to, is not set.'
      when not exists (
        select 1
        from ${log} as l
        where l.run = ${wanted}
          and l.run < (select max(run) from ${log})
          and l.run >= (select max(run) from ${log}) - ${lit(project.keepRuns)}
          and l.run >= (select coalesce(max(run), 0) from ${relation(place, "identity_history")} where record_key = '')
      ) then 'IDW740 Run ' || ${dialect.functions.text(wanted)} || ' is not kept.'
    end
  `;
}
