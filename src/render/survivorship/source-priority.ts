// The value from the first model in `model_order` that has one (resolution.md §5).
import { sql } from "../../sql/fragment.ts";
import type { SurvivorshipRule } from "./rule.ts";

export const sourcePriority: SurvivorshipRule = {
  counts: false,
  pick: (attribute, _count, { functions }) =>
    sql`${functions.minBy(attribute, sql`case when ${attribute} is not null then trust end`)}`,
};
