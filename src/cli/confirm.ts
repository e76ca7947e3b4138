// A question before something is changed: who can be asked, and the answer.
import { createInterface } from "node:readline/promises";
import type { DiagnosticFormat } from "../diagnostics/format.ts";

/** Whether somebody is there to be asked. */
export function isAttended({ format }: { readonly format: DiagnosticFormat }): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true && format !== "json";
}

/** No, unless the answer is yes. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Without this, Ctrl-C or the end of input would leave the question open for ever.
  const controller = new AbortController();
  terminal.on("SIGINT", () => controller.abort());
  terminal.on("close", () => controller.abort());
  try {
    const answer = await terminal.question(`${question} (y/N): `, { signal: controller.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (controller.signal.aborted) return false;
    throw error;
  } finally {
    terminal.close();
  }
}
