// What identity.yml may hold and a script of a warehouse cannot do, said before anything is written.
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Context } from "../../render/context.ts";
import type { CompiledFile } from "./index.ts";
import { flowOf } from "./warehouse.ts";

/** IDW712 for each; nothing for a warehouse whose files the runner executes. Models and decisions of files are told when the project is loaded. */
export function unsupported(context: Context, type: string): readonly Diagnostic[] {
  if (flowOf(context) === undefined) return [];
  const { project } = context;
  const hint = "Resolve on DuckDB, or leave such rows out in the models.";
  const erasing = [
    ...project.models.flatMap(({ name, erased }) =>
      erased === undefined ? [] : [["models", name, "erased"]],
    ),
    ...(project.forget === undefined ? [] : [["forget"]]),
  ];
  return erasing.map((path) => {
    const message = `\`${path.at(-1)}\` is not available on ${type}: a script erases nobody yet.`;
    return diagnose("IDW712", message, { span: project.places.of(path), hint });
  });
}

/** IDW722 for each file that the warehouse would refuse for its length. */
export function tooLong(
  files: readonly CompiledFile[],
  context: Context,
  type: string,
): readonly Diagnostic[] {
  const longest = flowOf(context)?.longest ?? Number.POSITIVE_INFINITY;
  return files.flatMap(({ path, text }) => {
    const bytes = Buffer.byteLength(text);
    if (!path.endsWith(".sql") || bytes <= longest) return [];
    const message = `${path} has ${bytes.toLocaleString("en")} bytes, and ${type} takes ${longest.toLocaleString("en")}.`;
    const hint =
      "Map columns of the same meaning to one identifier, union models of the same shape, or clean phones in staging: they are the most of it.";
    return [diagnose("IDW722", message, { hint })];
  });
}
