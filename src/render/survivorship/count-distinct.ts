// How many different values there are (resolution.md §5).
import { lit, sql } from "../../sql/fragment.ts";
import type { FoldRule } from "./rule.ts";

export const countDistinct: FoldRule = {
  kind: "fold",
  of: (value) => sql`count(distinct ${value})`,
  whenNone: lit(0),
  isAValue: false,
};
