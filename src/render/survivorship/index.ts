// The registry of survivorship rules: a rule of the language without a file here does not compile.
import type { Survivorship } from "../../config/project.ts";
import { mostFrequent } from "./most-frequent.ts";
import { mostRecent } from "./most-recent.ts";
import type { SurvivorshipRule } from "./rule.ts";
import { sourcePriority } from "./source-priority.ts";

export const SURVIVORSHIP: Readonly<Record<Survivorship, SurvivorshipRule>> = {
  most_recent: mostRecent,
  most_frequent: mostFrequent,
  source_priority: sourcePriority,
};
