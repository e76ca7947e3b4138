// A run as the verbs start it, with what their options share; secrets of the environment are not shown.
import type { RunOptions, RunReport } from "../run/run.ts";
import { interruptibly } from "./interruptibly.ts";
import type { Saying } from "./saying.ts";

type Options = Omit<RunOptions, "env" | "sources" | "signal" | "onProgress"> & { readonly quiet?: boolean };

/** Resolves to the report; what is wrong is thrown. `approve` is asked on a terminal that shows no progress. */
export async function running(saying: Saying, options: Options): Promise<RunReport> {
  const { hide, env } = saying.environment;
  const { approve, ...others } = options;
  const quiet = options.quiet === true || saying.format === "json";
  return interruptibly({ quiet, hide }, async ({ pause, ...control }) => {
    const { run } = await import("../run/run.ts");
    const asked = async (planned: RunReport): Promise<boolean> => {
      pause();
      return approve === undefined || approve(planned);
    };
    const report = await run({
      ...others,
      ...control,
      ...(approve === undefined ? {} : { approve: asked }),
      env,
      sources: saying.sources,
    });
    return { ...report, database: hide(report.database), schema: hide(report.schema) };
  });
}
