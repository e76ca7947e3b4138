// True if any value is true; NULL when there is none (resolution.md §5).
import type { FoldRule } from "./rule.ts";

export const anyTrue: FoldRule = {
  kind: "fold",
  of: (value, { functions }) => functions.anyTrue(value),
  isAValue: false,
};
