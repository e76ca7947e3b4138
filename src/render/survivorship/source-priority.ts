// The value from the first model in `model_order` that has one (resolution.md §5).
import type { RecordRule } from "./rule.ts";

export const sourcePriority: RecordRule = {
  kind: "record",
  side: "model",
  term: ({ place }) => place,
};
