// Working views where a warehouse has none that end with the session: they are written out, as common tables, in the
// statements that read them. So nothing is copied, and a statement can be read by itself.

import type { StatementStep, Step } from "../../plan/plan.ts";
import type { Lexical } from "../../sql/fragment.ts";

/** Views by name, in the order in which they are made; a later one may read the ones before. */
export type Views = Map<string, string>;

/** Views that a run makes anew under a condition: these must be tables. */
export function conditionalViews(steps: readonly Step[]): ReadonlySet<string> {
  const within = (inner: readonly Step[]): readonly StatementStep[] =>
    inner.flatMap((step): readonly StatementStep[] => {
      switch (step.kind) {
        case "create":
        case "view":
        case "append":
          return [step];
        case "assert":
          return [];
        default:
          return within(step.body);
      }
    });
  const bodies = steps.flatMap((step) => (step.kind === "when" ? within(step.body) : []));
  return new Set(bodies.flatMap(({ kind, relation }) => (kind === "view" ? [relation] : [])));
}

/** A query with the views that it reads, directly or not, in front of it. */
export function withViews(query: string, views: Views, { quoteIdentifier }: Lexical): string {
  const needed = [...needs(query, views)];
  const names = [...views.keys()].filter((name) => needed.includes(name));
  if (names.length === 0) return query;
  const tables = names
    .map((name) => `${quoteIdentifier(name)} as (\n${views.get(name) ?? ""}\n)`)
    .join(",\n\n");
  // A query may have tables of its own, and comments before them.
  const own = /^((?:\s*--[^\n]*\n)*)\s*with (recursive )?/.exec(query);
  if (own === null) return `with ${tables}\n\n${query}`;
  const [start, comments = "", recursive = ""] = own;
  return `with ${recursive}${tables},\n\n${comments}${query.slice(start.length)}`;
}

function needs(text: string, views: Views, found = new Set<string>()): ReadonlySet<string> {
  for (const [name] of text.matchAll(/\bidw_\w+/g)) {
    const view = views.get(name);
    if (view === undefined || found.has(name)) continue;
    found.add(name);
    needs(view, views, found);
  }
  return found;
}
