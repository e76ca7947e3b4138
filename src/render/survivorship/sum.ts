// The sum of the values of all records, in decimal(38,9) (resolution.md §5).
import { keyword, sql } from "../../sql/fragment.ts";
import type { FoldRule } from "./rule.ts";

export const sum: FoldRule = {
  kind: "fold",
  // Added as decimals, so that the order of the rows changes no digit.
  of: (value, { types }) => {
    const decimal = keyword(types.decimal);
    return sql`cast(sum(cast(${value} as ${decimal})) as ${decimal})`;
  },
  isAValue: false,
};
