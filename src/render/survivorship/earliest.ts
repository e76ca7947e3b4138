// The value of the record observed first; a record without a time loses (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { RecordRule } from "./rule.ts";

export const earliest: RecordRule = {
  kind: "record",
  side: "time",
  term: ({ observedAt }) => sql`${observedAt} asc nulls last`,
};
