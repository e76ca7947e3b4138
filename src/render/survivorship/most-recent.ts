// The value of the record observed last; a record without a time loses (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { RecordRule } from "./rule.ts";

export const mostRecent: RecordRule = {
  kind: "record",
  side: "time",
  term: ({ observedAt }) => sql`${observedAt} desc nulls last`,
};
