// Whether a rollback can be: which earlier runs are kept, and whether the state is one to go back from.
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { relation } from "../render/publish.ts";
import { print } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Loaded } from "./load.ts";
import { placeOf } from "./publish.ts";

/** Throws IDW740 for a run that is not kept, and IDW741 when the state is not what the project as it is would leave. The target is attached. */
export async function checkRollback(
  loaded: Loaded,
  warehouse: Warehouse,
  wanted: number,
  state: { readonly isFirst: boolean; readonly reason: string | undefined },
): Promise<void> {
  if (state.isFirst) {
    throw refusal("IDW740", "There is no run to return to: nothing has been published.", undefined);
  }
  if (state.reason !== undefined) {
    const hint =
      "Put the project back as it was at the last run; or `idweave run`, which resolves everything by the project as it is.";
    throw refusal("IDW741", `A rollback starts from what the last run left, but ${state.reason}.`, hint);
  }
  const { last, kept } = await keptRuns(loaded, warehouse);
  if (kept.includes(wanted)) return;
  const hint = `${keptText(kept)} \`runs.keep\` is ${loaded.project.keepRuns}.`;
  if (wanted === last)
    throw refusal("IDW740", `Run ${wanted} is the last run; it is as it left things.`, hint);
  const problem =
    wanted > last ? `There is no run ${wanted}; the last is ${last}.` : `Run ${wanted} is not kept any more.`;
  throw refusal("IDW740", problem, hint);
}

/** Run r is kept while all that changed after it is known. `last` is the last run, `kept` those before it, ascending. */
async function keptRuns(
  loaded: Loaded,
  warehouse: Warehouse,
): Promise<{ readonly last: number; readonly kept: readonly number[] }> {
  const place = placeOf(loaded);
  const table = (name: string) => print(relation(place, name), loaded.context.dialect.lexical);
  const [gone] = await warehouse.query(
    `select max(run) as run from ${table("identity_history")} where record_key = ''`,
  );
  const runs = (await warehouse.query(`select run from ${table("run_log")} order by run`)).map((row) =>
    Number(row["run"]),
  );
  const last = runs.at(-1) ?? 0;
  const first = Math.max(last - loaded.project.keepRuns, Number(gone?.["run"] ?? 0));
  return { last, kept: runs.filter((run) => run < last && run >= first) };
}

function keptText(kept: readonly number[]): string {
  if (kept.length === 0) return "No earlier run is kept.";
  return kept.length === 1 ? `Kept is run ${kept[0]}.` : `Kept are runs ${kept.join(", ")}.`;
}

function refusal(code: "IDW740" | "IDW741", message: string, hint: string | undefined): DiagnosticError {
  return new DiagnosticError([diagnose(code, message, { hint })]);
}
