#!/usr/bin/env node
// The command `idweave`: hands the words of the command line to the verbs and ends with their exit code.
import nodeModule from "node:module";
import { runProgram } from "./program.ts";
import { sayFailure, sayingOf } from "./saying.ts";

// Newer versions of Node keep what they compiled; verbs load most of the code later.
(nodeModule as { readonly enableCompileCache?: () => unknown }).enableCompileCache?.();

// Whoever reads our output may stop early (`idweave schema | head`).
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.on("uncaughtException", (error) => {
  process.exit(sayFailure(sayingOf({ format: "text", color: true }), error));
});

process.exitCode = await runProgram(process.argv.slice(2));
