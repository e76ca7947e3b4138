// What a warehouse would refuse of its scripts, said before anything is written.
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Context } from "../../render/context.ts";
import type { CompiledFile } from "./index.ts";
import { flowOf } from "./warehouse.ts";

/** What names of relations and a comment of dbt's may add to a template. */
const RENDERED = 16 * 1024;

/** IDW722 for each file that the warehouse would refuse for its length. */
export function tooLong(
  files: readonly CompiledFile[],
  context: Context,
  type: string,
  isTemplate = false,
): readonly Diagnostic[] {
  const longest = (flowOf(context)?.longest ?? Number.POSITIVE_INFINITY) - (isTemplate ? RENDERED : 0);
  return files.flatMap(({ path, text }) => {
    const bytes = Buffer.byteLength(text);
    if (!path.endsWith(".sql") || bytes <= longest) return [];
    const message = `${path} has ${bytes.toLocaleString("en")} bytes, and ${type} takes ${longest.toLocaleString("en")}.`;
    const hint =
      "Map columns of the same meaning to one identifier, union models of the same shape, or clean phones in staging: they are the most of it.";
    return [diagnose("IDW722", message, { hint })];
  });
}
