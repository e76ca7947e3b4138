// The metrics of a run, from its working tables: rows of (metric, dimension, metric_value), one statement a topic.
// docs/metrics.md defines each; their names and dimensions are those of config/metrics.ts.
import {
  DECISION_KINDS,
  DECISION_STATUSES,
  type MetricName,
  SIZE_PERCENTILES,
  TENTHS,
} from "../config/metrics.ts";
import { work } from "../plan/names.ts";
import type { MetricTopic } from "../plan/plan.ts";
import { type Fragment, id, lit, sql } from "../sql/fragment.ts";
import { type Context, rowsOf } from "./context.ts";
import { column, metric, shareOf, topicOf, WHOLE } from "./metric-rows.ts";
import { rejectionMetrics, valueMetrics } from "./metrics-values.ts";

const TOPICS: Readonly<Record<MetricTopic, (context: Context, incremental: boolean) => Fragment>> = {
  records: recordMetrics,
  sizes: sizeMetrics,
  values: valueMetrics,
  rejections: rejectionMetrics,
  decisions: decisionMetrics,
  confidence: confidenceMetrics,
  changes: changeMetrics,
};

export function metrics(
  { topic, incremental }: { readonly topic: MetricTopic; readonly incremental: boolean },
  context: Context,
): Fragment {
  return TOPICS[topic](context, incremental);
}

function recordMetrics(context: Context): Fragment {
  const tables = {
    names: column(
      "model",
      context.project.models.map(({ name }) => name),
    ),
    by_model: sql`
      select
        n.model,
        ${countOf("records")} as records,
        ${countOf("identities")} as identities,
        ${countOf("matched_records")} as matched,
        ${countOf("single_records")} as orphaned
      from names as n
      left join ${id(work.output("metric_counts"))} as c on c.model = n.model and c.identifier = ''
      group by n.model
    `,
    whole: sql`
      select
        '' as model,
        coalesce(sum(bucket * found), 0) as records,
        coalesce(sum(found), 0) as identities,
        coalesce(sum(case when bucket >= 2 then bucket * found else 0 end), 0) as matched,
        coalesce(sum(case when bucket = 1 then found else 0 end), 0) as orphaned,
        coalesce(max(bucket), 0) as largest
      from ${id(work.output("metric_counts"))}
      where counted = 'identities_of_size'
    `,
  };
  const of = (name: MetricName, value: Fragment) =>
    ["whole", "by_model"].map((from) => metric(name, id("model"), value, id(from)));
  return topicOf(
    tables,
    [
      ...of("records", id("records")),
      ...of("identities", id("identities")),
      ...of("match_rate", shareOf(id("matched"), id("records"), context)),
      ...of("merge_rate", shareOf(sql`records - identities`, id("records"), context)),
      ...of("orphaned_records", id("orphaned")),
      metric("largest_identity", WHOLE, id("largest"), id("whole")),
    ],
    context,
  );
}

function countOf(counted: string): Fragment {
  return sql`coalesce(sum(case when c.counted = ${lit(counted)} then c.found end), 0)`;
}

/** Percentiles by nearest rank, so that each is the size of an identity there is. */
function sizeMetrics(context: Context): Fragment {
  const tables = {
    sizes: sql`
      select bucket as size, found as identities
      from ${id(work.output("metric_counts"))}
      where counted = 'identities_of_size'
    `,
    ranked: sql`
      select
        size,
        sum(identities) over (order by size rows between unbounded preceding and current row) as up_to,
        sum(identities) over () as identities
      from sizes
    `,
    percentiles: rowsOf(
      ["name", "percent"],
      SIZE_PERCENTILES.map((percent) => [lit(`p${percent}`), lit(percent)]),
      [lit(""), lit(0)],
    ),
    placed: sql`
      select p.name, min(r.size) as size
      from percentiles as p
      join ranked as r on r.up_to * 100 >= r.identities * p.percent
      group by p.name
    `,
  };
  const mean = shareOf(sql`sum(size * identities)`, sql`sum(identities)`, context);
  return topicOf(
    tables,
    [
      metric("identity_size", id("name"), id("size"), id("placed")),
      metric("identity_size", lit("mean"), mean, id("sizes")),
    ],
    context,
  );
}

function decisionMetrics(context: Context): Fragment {
  const decisions = id(work.output("decisions_in_force"));
  const tables = {
    statuses: column("status", DECISION_STATUSES),
    by_status: sql`
      select s.status, count(d.id) as decisions
      from statuses as s
      left join ${decisions} as d on d.status = s.status
      group by s.status
    `,
    kinds: column("decision", DECISION_KINDS),
    by_kind: sql`
      select k.decision, count(d.id) as decisions
      from kinds as k
      left join ${decisions} as d on d.decision = k.decision and d.status = 'in_force'
      group by k.decision
    `,
    identifiers: column(
      "identifier",
      context.project.identifiers.map(({ name }) => name),
    ),
    blocked: sql`
      select identifier, count(*) as refused
      from ${id(work.now("blocked_merges"))}
      group by identifier
    `,
    by_identifier: sql`
      select i.identifier, coalesce(b.refused, 0) as refused
      from identifiers as i
      left join blocked as b on b.identifier = i.identifier
    `,
  };
  return topicOf(
    tables,
    [
      metric("decisions", WHOLE, sql`count(*)`, decisions),
      metric("decisions", id("status"), id("decisions"), id("by_status")),
      metric("decisions_in_force", WHOLE, sql`coalesce(sum(decisions), 0)`, id("by_kind")),
      metric("decisions_in_force", id("decision"), id("decisions"), id("by_kind")),
      metric("refused_merges", WHOLE, sql`coalesce(sum(refused), 0)`, id("blocked")),
      metric("refused_merges", id("identifier"), id("refused"), id("by_identifier")),
    ],
    context,
  );
}

/** Of identities of two or more records; the others are certain. */
function confidenceMetrics(context: Context): Fragment {
  const counts = id(work.output("metric_counts"));
  const tables = {
    tenths: rowsOf(
      ["from_here", "tenth"],
      TENTHS.map((tenth, index) => [lit(tenth), lit(index)]),
      [lit(""), lit(0)],
    ),
    judged: sql`
      select bucket as tenth, found as identities
      from ${counts}
      where counted = 'judged_identities'
    `,
    mean: sql`
      select
        (select sum(found) from ${counts} where counted = 'confidence') as ten_thousandths,
        (select sum(identities) from judged) as identities
    `,
    distribution: sql`
      select t.from_here, coalesce(j.identities, 0) as identities
      from tenths as t
      left join judged as j on j.tenth = t.tenth
    `,
  };
  const low = sql`sum(case when tenth < 5 then identities else 0 end)`;
  const mean = shareOf(sql`coalesce(ten_thousandths, 0)`, sql`10000 * identities`, context);
  return topicOf(
    tables,
    [
      metric("mean_confidence", WHOLE, context.dialect.functions.round(mean, 4), id("mean")),
      metric("low_confidence_rate", WHOLE, shareOf(low, sql`sum(identities)`, context), id("judged")),
      metric("confidence_distribution", id("from_here"), id("identities"), id("distribution")),
    ],
    context,
  );
}

/** Until ids are kept over runs, every identity of a run is created by it, and none is merged or split. */
function changeMetrics(context: Context): Fragment {
  const events = id(work.output("identity_events"));
  const counted = (event: string) => sql`coalesce(sum(case when event = ${lit(event)} then 1 else 0 end), 0)`;
  return topicOf(
    {},
    [
      metric("identities_created", WHOLE, counted("created"), events),
      metric("identities_merged", WHOLE, counted("merged"), events),
      metric("identities_split", WHOLE, counted("split"), events),
    ],
    context,
  );
}
