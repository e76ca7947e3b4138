// Work that takes a while: progress on standard error, and Ctrl-C that stops it cleanly.
import type { OnProgress } from "../run/progress.ts";
import { progressLine } from "./progress.ts";

export type Control = {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Takes the progress off the terminal, for a question. */
  readonly pause: () => void;
};

/** Nothing is written by the work itself, so that it can be stopped at any moment. */
export async function interruptibly<T>(
  { quiet, hide }: { readonly quiet: boolean; readonly hide: (text: string) => string },
  work: (control: Control) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const line = progressLine(process.stderr, {
    quiet,
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
    return await work({
      signal: controller.signal,
      pause: line.end,
      onProgress: (progress) =>
        line.onProgress(
          progress.kind === "waiting" ? { ...progress, message: hide(progress.message) } : progress,
        ),
    });
  } finally {
    line.end();
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
}
