// The non-NULL value of the record observed last; a NULL time loses (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { SurvivorshipRule } from "./rule.ts";

export const mostRecent: SurvivorshipRule = {
  counts: false,
  pick: (attribute, _count, { functions }) =>
    sql`${functions.minBy(attribute, sql`case when ${attribute} is not null then recency end`)}`,
};
