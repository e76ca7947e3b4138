// Runs that take less than all there is: a batch of one model's rows, and a backfill that holds golden values back. Whether they
// can be, and which rows they read.
import type { Model } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import type { Batch } from "../render/context.ts";
import { timestamp } from "./attach.ts";
import type { Loaded } from "./load.ts";
import type { State } from "./state.ts";

export type BatchOptions = {
  readonly model: string;
  /** Rows observed from then on; of a model without `observed_at`, loaded from then on. */
  readonly since?: Date | undefined;
  /** Rows before that time. */
  readonly until?: Date | undefined;
};

/** Throws IDW763 for an unknown model, a stretch of no time, and bounds on a model whose rows have no time. */
export function batchOf({ project }: Loaded, { model: name, since, until }: BatchOptions): Batch {
  const model = project.models.find((each) => each.name === name);
  if (model === undefined) {
    const names = project.models.map((each) => each.name);
    throw refusal(`There is no model ${quote(name)}.`, didYouMean(name, names, "Models"));
  }
  if (since === undefined && until === undefined) {
    return { model: name, column: undefined, since: undefined, until: undefined };
  }
  if (since !== undefined && until !== undefined && since >= until) {
    const hint = "--since is part of the batch, --until is not.";
    throw refusal(`A batch from ${isoText(since)} until ${isoText(until)} holds no time.`, hint);
  }
  const column = timeOf(model);
  if (column === undefined) {
    const hint = "Set `observed_at:`, or `changes: { watermark: … }`; or leave --since and --until out.";
    const span = project.places.of(["models", name]);
    throw refusal(`The model ${name} has no time to cut a batch by.`, hint, span);
  }
  const text = (time: Date | undefined) => (time === undefined ? undefined : timestamp(time));
  return { model: name, column, since: text(since), until: text(until) };
}

/** Throws IDW763 where others than the rows of the batch would have to be read. */
export function checkBatch({ project }: Loaded, state: State): void {
  if (state.mode === "full" && state.reason !== undefined) {
    const hint = "Run once without --model; batches build on what that leaves.";
    throw refusal(`A batch leaves all other records as they are, but ${state.reason}.`, hint);
  }
  if (state.run === 1 && project.importedIds !== undefined) {
    const hint = "Run once without --model, or take `import` out.";
    const span = project.places.of(["import"]);
    throw refusal("The first run takes ids over, so it has to read every record.", hint, span);
  }
}

/** Throws IDW764 where golden values cannot stay as they are; a first run has none to hold back. */
export function checkBackfill(state: State): void {
  if (state.mode === "full" && state.reason !== undefined) {
    const hint = "Run once without --backfill-only, then backfill.";
    throw new DiagnosticError([
      diagnose("IDW764", `A backfill keeps golden values as they are, but ${state.reason}.`, { hint }),
    ]);
  }
}

function timeOf({ observedAt, changes }: Model): string | undefined {
  return observedAt ?? (changes.kind === "watermark" ? changes.column : undefined);
}

function isoText(time: Date): string {
  return time.toISOString().replace(/\.000Z$/, "Z");
}

function refusal(
  message: string,
  hint: string,
  span?: ReturnType<Loaded["project"]["places"]["of"]>,
): DiagnosticError {
  return new DiagnosticError([diagnose("IDW763", message, { hint, span })]);
}
