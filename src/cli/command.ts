// The command `idweave`: hands the words of the command line to the verbs and ends with their exit code.
import { runProgram } from "./program.ts";
import { sayFailure, sayingOf } from "./saying.ts";

// Whoever reads our output may stop early (`idweave schema | head`).
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.on("uncaughtException", (error) => {
  process.exit(sayFailure(sayingOf({ format: "text", color: true }), error));
});

/** Never rejects: what throws is an uncaught exception. */
export const ended: Promise<void> = runProgram(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
