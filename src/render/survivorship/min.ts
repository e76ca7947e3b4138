// The smallest value; texts by their bytes (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { ValueRule } from "./rule.ts";

export const min: ValueRule = {
  kind: "value",
  term: (value) => value,
  aggregate: (value) => sql`min(${value})`,
};
