// True if all values are true; NULL when there is none (resolution.md §5).
import type { FoldRule } from "./rule.ts";

export const allTrue: FoldRule = {
  kind: "fold",
  of: (value, { functions }) => functions.allTrue(value),
  isAValue: false,
};
