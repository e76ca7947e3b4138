// The value carried by most records; of equally frequent ones that of the best record (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { SurvivorshipRule } from "./rule.ts";

export const mostFrequent: SurvivorshipRule = {
  counts: true,
  // One number orders by count, then by trust: an identity has fewer than a billion records.
  pick: (attribute, count, { functions }) =>
    sql`${functions.minBy(attribute, sql`case when ${attribute} is not null then trust - ${count} * 1000000000 end`)}`,
};
