// The value carried by most records (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { ValueRule } from "./rule.ts";

export const mostFrequent: ValueRule = {
  kind: "value",
  term: (_value, records) => sql`${records} desc`,
};
