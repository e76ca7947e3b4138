// The greatest value; texts by their bytes (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { ValueRule } from "./rule.ts";

export const max: ValueRule = {
  kind: "value",
  term: (value) => sql`${value} desc`,
  aggregate: (value) => sql`max(${value})`,
};
