// How many records have a value; of an identifier, how many times a record carries one (resolution.md §5).
import { lit, sql } from "../../sql/fragment.ts";
import type { FoldRule } from "./rule.ts";

export const count: FoldRule = {
  kind: "fold",
  of: (value) => sql`count(${value})`,
  whenNone: lit(0),
  isAValue: false,
};
