// The value if all records that have one agree, else NULL (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { FoldRule } from "./rule.ts";

export const unanimous: FoldRule = {
  kind: "fold",
  of: (value, { functions: { minOf, maxOf } }) =>
    sql`case when ${minOf(value)} = ${maxOf(value)} then ${minOf(value)} end`,
  isAValue: true,
};
