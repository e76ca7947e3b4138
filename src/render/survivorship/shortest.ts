// The value with the fewest Unicode code points (resolution.md §5).
import type { ValueRule } from "./rule.ts";

export const shortest: ValueRule = {
  kind: "value",
  term: (value, _records, { functions }) => functions.codePoints(value),
};
