// The smallest value; texts by their bytes (resolution.md §5).
import type { ValueRule } from "./rule.ts";

export const min: ValueRule = {
  kind: "value",
  term: (value, _records, { functions }) => functions.sortable(value),
  aggregate: (value, { functions }) => functions.minOf(value),
};
