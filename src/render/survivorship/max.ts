// The greatest value; texts by their bytes (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { ValueRule } from "./rule.ts";

export const max: ValueRule = {
  kind: "value",
  term: (value, _records, { functions }) => sql`${functions.sortable(value)} desc`,
  aggregate: (value, { functions }) => functions.maxOf(value),
};
