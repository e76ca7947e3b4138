// Chains of order rules: which orders of records they need, and the ORDER BY of the values of an attribute.
// Every chain ends with model order, time (latest first), record key: so no order leaves a tie (resolution.md §5).
import type { OrderRule } from "../../config/project.ts";
import type { Dialect } from "../../dialect/dialect.ts";
import { type Fragment, id, join } from "../../sql/fragment.ts";
import { ORDERS } from "./index.ts";
import type { RecordSides } from "./rule.ts";

/** The record rules of a chain that ever decide: of each side of a record the first, without what follows anyway. */
export function recordRules(chain: readonly OrderRule[]): readonly OrderRule[] {
  const kept: OrderRule[] = [];
  for (const name of chain) {
    const rule = ORDERS[name];
    if (rule.kind === "value" || kept.some((other) => sideOf(other) === rule.side)) continue;
    kept.push(name);
  }
  // Model order comes next by itself, and after it the latest.
  const last = kept.at(-1);
  const isImplied =
    (last === "source_priority" && kept.length === 2) ||
    (last === "most_recent" && kept[0] === "source_priority");
  const deciding = isImplied ? kept.slice(0, -1) : kept;
  return deciding.length === 0 ? ["source_priority"] : deciding;
}

/** The column of `placed` with the place, from 1, of a record in its identity under these rules. */
export function rankColumn(rules: readonly OrderRule[]): string {
  return `idw_by_${rules.join("_then_")}`;
}

/** The ORDER BY of a rank. */
export function rankOrder(rules: readonly OrderRule[], sides: RecordSides, record: Fragment): Fragment {
  const missing = (["source_priority", "most_recent"] as const).filter(
    (name) => !rules.some((rule) => sideOf(rule) === sideOf(name)),
  );
  const terms = [...rules, ...missing].flatMap((name) => {
    const rule = ORDERS[name];
    return rule.kind === "record" ? [rule.term(sides)] : [];
  });
  return join([...terms, record], ", ");
}

/** Whether a record rule stands before a rule of values: then the rank alone does not tell the order. */
export function isMixed(chain: readonly OrderRule[]): boolean {
  const kinds = chain.map((name) => ORDERS[name].kind);
  return kinds.indexOf("record") >= 0 && kinds.lastIndexOf("value") > kinds.indexOf("record");
}

/** The ORDER BY of distinct values, each with its `records` and the `best` rank of them; `value` ends what is left. */
export function valueOrder(chain: readonly OrderRule[], dialect: Dialect): Fragment {
  const sides = { observedAt: id("observed_at"), place: id("place") };
  const last = chain.findLastIndex((name) => ORDERS[name].kind === "value");
  const terms = chain.slice(0, last + 1).map((name) => {
    const rule = ORDERS[name];
    return rule.kind === "record" ? rule.term(sides) : rule.term(id("value"), id("records"), dialect);
  });
  return join([...terms, id("best")], ", ");
}

function sideOf(name: OrderRule): string | undefined {
  const rule = ORDERS[name];
  return rule.kind === "record" ? rule.side : undefined;
}
