// The progress of a run on standard error: one line that is rewritten on a terminal, a line per stage elsewhere.
import type { OnProgress, Progress } from "../run/progress.ts";

export type ProgressLine = {
  readonly onProgress: OnProgress;
  /** A sentence of ours between the progress. */
  readonly tell: (text: string) => void;
  /** Leaves the terminal clean. */
  readonly end: () => void;
};

const REDRAW_MILLISECONDS = 100;

const SILENT: ProgressLine = { onProgress: () => undefined, tell: () => undefined, end: () => undefined };

export function progressLine(
  stream: NodeJS.WriteStream,
  options: { readonly quiet: boolean; readonly plain: boolean },
): ProgressLine {
  if (options.quiet) return SILENT;
  return options.plain || stream.isTTY !== true ? plainLines(stream) : liveLine(stream);
}

function plainLines(stream: NodeJS.WriteStream): ProgressLine {
  const started = Date.now();
  const tell = (text: string) => {
    stream.write(`${seconds(started).padStart(7)}  ${text}\n`);
  };
  return {
    tell,
    onProgress(progress) {
      if (progress.kind === "stage") tell(`${progress.number}/${progress.of} ${progress.title}`);
      if (progress.kind === "waiting") tell(progress.message);
    },
    end: () => undefined,
  };
}

function liveLine(stream: NodeJS.WriteStream): ProgressLine {
  const started = Date.now();
  let stage = "";
  let detail = "";
  const clear = "\r\u001b[2K";
  const draw = () => {
    const parts = [stage, detail].filter((part) => part !== "");
    const line = Array.from(`${seconds(started)}  ${parts.join(" · ")}`)
      .slice(0, (stream.columns || 80) - 1)
      .join("");
    stream.write(`${clear}${line}`);
  };
  const timer = setInterval(draw, REDRAW_MILLISECONDS);
  timer.unref();
  return {
    tell(text) {
      stream.write(`${clear}${text}\n`);
    },
    onProgress(progress) {
      if (progress.kind === "stage") stage = `${progress.number}/${progress.of} ${progress.title}`;
      detail = detailOf(progress) ?? detail;
    },
    end() {
      clearInterval(timer);
      stream.write(clear);
    },
  };
}

function detailOf(progress: Progress): string | undefined {
  switch (progress.kind) {
    case "stage":
      return "";
    case "round":
      return `${progress.name}, round ${progress.round}, ${progress.rows.toLocaleString("en")} left`;
    case "waiting":
      return progress.message;
    case "statement":
      return undefined;
  }
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
