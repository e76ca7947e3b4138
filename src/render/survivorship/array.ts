// All distinct values, in the order of the attribute's `order`, cut to `max_values` (resolution.md §5).
import type { ArrayRule } from "./rule.ts";

export const array: ArrayRule = { kind: "array" };
