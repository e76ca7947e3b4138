// How a statement of metrics is put together: tables by name, then one branch a metric, then the rows that have a value.
import type { MetricName } from "../config/metrics.ts";
import { type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import { type Context, rowsOf } from "./context.ts";

/** The dimension of a run as a whole. */
export const WHOLE = lit("");

/** One branch of a topic: a metric of every row of `from`. */
export function metric(name: MetricName, dimension: Fragment, value: Fragment, from: Fragment): Fragment {
  return sql`
    select ${lit(name)} as metric, ${dimension} as dimension, ${value} as metric_value
    from ${from}
  `;
}

/** A topic: tables by name, and the branches that read them. What cannot be said, such as a share of nothing, is no row. */
export function topicOf(
  tables: Readonly<Record<string, Fragment>>,
  branches: readonly Fragment[],
  { dialect }: Context,
): Fragment {
  const named = Object.entries({ ...tables, found: join(branches, "\nunion all\n") }).map(
    ([name, query]) => sql`
      ${id(name)} as (
        ${query}
      )
    `,
  );
  return sql`
    with ${join(named, ",\n\n")}

    select metric, dimension, cast(metric_value as ${keyword(dialect.types.number)}) as metric_value
    from found
    where metric_value is not null
  `;
}

/** NULL when there is nothing to have a share of. */
export function shareOf(part: Fragment, all: Fragment, { dialect }: Context): Fragment {
  return sql`cast(${part} as ${keyword(dialect.types.number)}) / nullif(${all}, 0)`;
}

/** A table of one column. */
export function column(name: string, texts: readonly string[]): Fragment {
  return rowsOf(
    [name],
    texts.map((text) => [lit(text)]),
    [lit("")],
  );
}
