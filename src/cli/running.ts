// A run as the verbs start it: with progress on standard error, and Ctrl-C that stops it before anything is published.
import type { RunOptions, RunReport } from "../run/run.ts";
import { progressLine } from "./progress.ts";
import type { Saying } from "./saying.ts";

/** Resolves to the report; what is wrong is thrown. `approve` is asked on a terminal that shows no progress. */
export async function running(
  saying: Saying,
  options: Omit<RunOptions, "env" | "sources" | "signal" | "onProgress"> & { readonly quiet?: boolean },
): Promise<RunReport> {
  const { hide, env } = saying.environment;
  const { approve } = options;
  const controller = new AbortController();
  const line = progressLine(process.stderr, {
    quiet: options.quiet === true || saying.format === "json",
    plain: (process.env["CI"] ?? "") !== "" || process.env["TERM"] === "dumb",
  });
  // Heard once: a second Ctrl-C meets no listener and ends the process at once.
  const stop = () => {
    line.tell("Stopping; nothing is published. Ctrl-C again ends it at once.");
    controller.abort();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const { run } = await import("../run/run.ts");
    const report = await run({
      ...options,
      ...(approve === undefined
        ? {}
        : {
            approve: (planned: RunReport) => {
              line.end();
              return approve(planned);
            },
          }),
      env,
      sources: saying.sources,
      signal: controller.signal,
      onProgress: (progress) =>
        line.onProgress(
          progress.kind === "waiting" ? { ...progress, message: hide(progress.message) } : progress,
        ),
    });
    return { ...report, database: hide(report.database), schema: hide(report.schema) };
  } finally {
    line.end();
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
}
