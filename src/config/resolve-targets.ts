// `targets` → Target[]: where a project runs.
import { quote } from "../diagnostics/text.ts";
import type { Target } from "./project.ts";
import type { Reader } from "./reader.ts";

export const DEFAULT_SCHEMA = "identity";

/** Every target in the order of the file; warns of a database under target/. */
export function resolveTargets(reader: Reader): readonly Target[] {
  return reader.keys(["targets"]).map((name) => {
    const at = ["targets", name];
    const path = reader.text([...at, "path"]) ?? "";
    if (isUnderTarget(path)) {
      reader.report(
        "IDW311",
        `the database ${quote(path)} lies under target/, the folder for compiled files that people delete`,
        reader.atValue([...at, "path"]),
        "Move it out, for example beside identity.yml.",
      );
    }
    return {
      name,
      type: "duckdb",
      path,
      schema: reader.text([...at, "schema"]) ?? DEFAULT_SCHEMA,
      threads: reader.integer([...at, "threads"]),
      memoryLimit: reader.text([...at, "memory_limit"]),
    };
  });
}

/** Judged by the text alone: a path from the folder of identity.yml into `target`. */
function isUnderTarget(path: string): boolean {
  const steps: string[] = [];
  for (const step of path.split(/[/\\]/)) {
    if (step === "" && steps.length === 0) return false;
    if (step === "..") steps.pop();
    else if (step !== "." && step !== "") steps.push(step);
  }
  return steps.length > 1 && steps[0] === "target";
}
