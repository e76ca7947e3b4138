// Everything that is measured runs in a process of its own, which prints one line of JSON when it ends.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { BENCH } from "./paths.mjs";

/** A script of bench/children under this Node. */
export function node(script, args) {
  return measured(process.execPath, [join(BENCH, "children", script), JSON.stringify(args)]);
}

/** A script of bench/peers under Python. */
export function peer(python, script, args) {
  return measured(python.command, [join(BENCH, "peers", script), JSON.stringify(args)]);
}

/** Runs `one` several times and keeps the result with the fewest CPU seconds. */
export async function best(repeat, one) {
  let kept = await one();
  for (let again = 1; again < repeat; again += 1) {
    const next = await one();
    if (next.cpuSeconds < kept.cpuSeconds) kept = next;
  }
  return kept;
}

/** Resolves to the last line of standard output, parsed; rejects with standard error when the process fails. */
export function measured(command, args) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("error", failed);
    child.on("close", (code, signal) => {
      if (code === 0) done(JSON.parse(out.trim().split("\n").at(-1)));
      else failed(new Error(`${args[0]} ended with ${signal ?? code}\n${err}${out}`));
    });
  });
}
