// The value with the most Unicode code points (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { ValueRule } from "./rule.ts";

export const longest: ValueRule = {
  kind: "value",
  term: (value, _records, { functions }) => sql`${functions.codePoints(value)} desc`,
};
