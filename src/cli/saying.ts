// How a verb speaks: problems in the wanted format on the right stream, failures with the right exit code.
// Text and annotations go to standard error, so that results can be piped; JSON always goes to standard output.
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError, hasErrors } from "../diagnostics/diagnostic.ts";
import { type DiagnosticFormat, formatDiagnostics } from "../diagnostics/format.ts";
import { type WatchedEnvironment, watchedEnvironment } from "./environment.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { version } from "./package.ts";

export type Saying = {
  readonly format: DiagnosticFormat;
  /** Receives the texts that are read, for code frames. */
  readonly sources: Map<string, string>;
  readonly environment: WatchedEnvironment;
  readonly colorOn: (stream: NodeJS.WriteStream) => boolean;
};

export function sayingOf({
  format,
  color,
}: {
  readonly format: DiagnosticFormat;
  readonly color: boolean;
}): Saying {
  const wanted = color && (process.env["NO_COLOR"] ?? "") === "" && process.env["TERM"] !== "dumb";
  return {
    format,
    sources: new Map(),
    environment: watchedEnvironment(process.env),
    colorOn: (stream) => wanted && stream.isTTY === true,
  };
}

/** Prints problems, if there are any; as JSON even if there are none. */
export function sayProblems(
  saying: Saying,
  diagnostics: readonly Diagnostic[],
  textStream: NodeJS.WriteStream = process.stderr,
): void {
  const stream = saying.format === "json" ? process.stdout : textStream;
  const { sources } = saying;
  const shown = diagnostics.map((diagnostic) => withoutSecrets(diagnostic, saying.environment.hide));
  stream.write(formatDiagnostics(shown, saying.format, { sources, color: saying.colorOn(stream) }));
}

export function withoutSecrets(diagnostic: Diagnostic, hide: (text: string) => string): Diagnostic {
  const { message, hint } = diagnostic;
  return { ...diagnostic, message: hide(message), ...(hint === undefined ? {} : { hint: hide(hint) }) };
}

/** Runs the work of a verb; what it throws is printed and becomes the exit code. */
export async function attempt(saying: Saying, work: () => ExitCode | Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    return sayFailure(saying, error);
  }
}

// Node reports a library that fails to load twice: to whoever imports it, and as an unhandled rejection.
const told = new WeakSet<object>();

/** Prints what was thrown, once, and says how to end. */
export function sayFailure(saying: Saying, error: unknown): ExitCode {
  const diagnostics = diagnosticsOf(error);
  const code = exitCodeOf(diagnostics);
  if (error instanceof Error) {
    if (told.has(error)) return code;
    told.add(error);
  }
  sayProblems(saying, diagnostics);
  if (code === EXIT.bug && process.env["IDWEAVE_DEBUG"] === "1" && error instanceof Error) {
    process.stderr.write(`\n${saying.environment.hide(error.stack ?? error.message)}\n`);
  }
  return code;
}

/** Nothing is wrong with the input; what was asked for does not hold. */
const CHECKS = ["IDW705", "IDW718", "IDW720", "IDW762"] as const;

export function exitCodeOf(diagnostics: readonly Diagnostic[]): ExitCode {
  const codes = new Set(diagnostics.map(({ code }) => code));
  if (codes.has("IDW901")) return EXIT.bug;
  if (codes.has("IDW706")) return EXIT.interrupted;
  if (codes.has("IDW754") || codes.has("IDW760")) return EXIT.usage;
  if (CHECKS.some((code) => codes.has(code))) return EXIT.check;
  return hasErrors(diagnostics) ? EXIT.input : EXIT.ok;
}

function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (!(error instanceof Error)) return [bug(String(error))];
  if (error.name === "AbortError") return [diagnose("IDW706", "Interrupted; nothing was written.")];
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === "ERR_DLOPEN_FAILED" || /@duckdb\/node-bindings/.test(error.message)) {
    const message = `DuckDB cannot be loaded on ${process.platform} ${process.arch}: ${firstLineOf(error)}`;
    const hint = "Install again (`npm ci`) on this machine, without `--omit=optional`.";
    return [diagnose("IDW708", message, { hint })];
  }
  if (code === "ENOSPC" || code === "EDQUOT") {
    return [diagnose("IDW704", `The disk is full: ${error.message}.`)];
  }
  if (syscall !== undefined && code !== undefined) {
    // "EACCES: permission denied, open '/somewhere'"
    const reason = /^\w+: ([^,]+)/.exec(error.message)?.[1] ?? code;
    return [diagnose("IDW710", `${path ?? "A file"} cannot be written: ${reason}.`)];
  }
  return [bug(error.message)];
}

function firstLineOf({ message }: Error): string {
  return message.split("\n")[0] ?? message;
}

function bug(message: string): Diagnostic {
  const system = `idweave ${version()}, Node ${process.version}, ${process.platform} ${process.arch}`;
  const hint = `This is a bug of idweave, not of your project. Please report it with this text (${system}).\nIDWEAVE_DEBUG=1 shows where it happened.`;
  return diagnose("IDW901", `Internal error: ${message}`, { hint });
}
