// The registry of survivorship rules: a rule of the language without a file here does not compile.
import type { FoldRule as FoldName, OrderRule, Survivorship } from "../../config/project.ts";
import { allTrue } from "./all-true.ts";
import { anyTrue } from "./any-true.ts";
import { array } from "./array.ts";
import { count } from "./count.ts";
import { countDistinct } from "./count-distinct.ts";
import { earliest } from "./earliest.ts";
import { longest } from "./longest.ts";
import { max } from "./max.ts";
import { min } from "./min.ts";
import { mostFrequent } from "./most-frequent.ts";
import { mostRecent } from "./most-recent.ts";
import type { ArrayRule, FoldRule, RecordRule, SurvivorshipRule, ValueRule } from "./rule.ts";
import { shortest } from "./shortest.ts";
import { sourcePriority } from "./source-priority.ts";
import { sum } from "./sum.ts";
import { unanimous } from "./unanimous.ts";

/** Rules that put candidates in an order. */
export const ORDERS: Readonly<Record<OrderRule, RecordRule | ValueRule>> = {
  most_recent: mostRecent,
  earliest,
  most_frequent: mostFrequent,
  source_priority: sourcePriority,
  longest,
  shortest,
  min,
  max,
};

const FOLDS: Readonly<Record<FoldName, FoldRule | ArrayRule>> = {
  sum,
  count,
  count_distinct: countDistinct,
  any_true: anyTrue,
  all_true: allTrue,
  array,
  unanimous,
};

export const SURVIVORSHIP: Readonly<Record<Survivorship, SurvivorshipRule>> = { ...ORDERS, ...FOLDS };
