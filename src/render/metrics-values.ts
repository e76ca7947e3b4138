// The metrics of values and of what was rejected, per identifier, model and reason (docs/metrics.md).
import { rejectReasons, VALUE_REASONS } from "../config/metrics.ts";
import type { Model } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { type Fragment, id, join, lit, sql } from "../sql/fragment.ts";
import { type Context, rowsOf } from "./context.ts";
import { column, metric, shareOf, topicOf, WHOLE } from "./metric-rows.ts";
import { isJudged, rejectColumn } from "./records.ts";

export function valueMetrics(context: Context): Fragment {
  const counts = id(work.output("metric_counts"));
  const { models, identifiers } = context.project;
  const names = identifiers.map(({ name }) => name);
  const lost = (status: string) =>
    sql`identifiers as i left join lost as l on l.identifier = i.identifier and l.status = ${lit(status)}`;
  const tables = {
    identifiers: column("identifier", names),
    mapped: rowsOf(
      ["identifier", "model"],
      models.flatMap((model) => model.identifiers.map((each) => [lit(each.identifier), lit(model.name)])),
      [lit(""), lit("")],
    ),
    covered: sql`
      select identifier, model, found as records
      from ${counts}
      where counted = 'covered_records'
    `,
    by_model: sql`
      select model, found as records
      from ${counts}
      where counted = 'records'
    `,
    coverage: sql`
      select m.identifier, m.model, b.records, coalesce(c.records, 0) as covered
      from mapped as m
      join by_model as b on b.model = m.model
      left join covered as c on c.identifier = m.identifier and c.model = m.model
    `,
    whole: sql`
      select i.identifier, coalesce(sum(c.covered), 0) as covered
      from identifiers as i
      left join coverage as c on c.identifier = i.identifier
      group by i.identifier
    `,
    // Values that match nothing are counted where each is listed once.
    withheld: sql`
      select identifier, status, count(*) as found
      from ${id(work.now("withheld_values"))}
      group by identifier, status
    `,
    known: sql`
      select identifier, sum(found) as found
      from (
        select identifier, found from ${counts} where counted = 'matching_values'
        union all
        select identifier, found from withheld
      ) as parts
      group by identifier
    `,
    lost: sql`
      select identifier, status, sum(found) as found
      from (
        select identifier, 'contested' as status, found from ${counts} where counted = 'contested_values'
        union all
        select identifier, 'over_limit' as status, found from ${counts} where counted = 'over_limit_values'
        union all
        select identifier, status, found from withheld
      ) as parts
      group by identifier, status
    `,
    ignored: sql`
      select identifier, count(distinct raw_value) as found
      from ${id(work.now("rejected_values"))}
      where reason = 'ignored'
      group by identifier
    `,
  };
  const all = sql`(select sum(records) from by_model)`;
  const found = sql`coalesce(l.found, 0)`;
  const from = (table: string) =>
    sql`identifiers as i left join ${id(table)} as l on l.identifier = i.identifier`;
  const identifier = id("i", "identifier");
  return topicOf(
    tables,
    [
      metric("identifier_coverage", id("identifier"), shareOf(id("covered"), all, context), id("whole")),
      metric(
        "identifier_coverage",
        sql`identifier || '/' || model`,
        shareOf(id("covered"), id("records"), context),
        id("coverage"),
      ),
      metric("identifier_values", identifier, found, from("known")),
      metric("over_limit_values", identifier, found, lost("over_limit")),
      metric("contested_values", identifier, found, lost("contested")),
      metric("shared_values", identifier, found, lost("shared")),
      metric("ignored_values", identifier, found, from("ignored")),
    ],
    context,
  );
}

export function rejectionMetrics(context: Context, incremental: boolean): Fragment {
  const { project } = context;
  const counted = (condition: Fragment) => sql`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`;
  const read = project.models.map((model) => {
    const rejected = isJudged(model) ? counted(sql`idw_rejected or idw_superseded`) : lit(0);
    const unjudged = incremental ? work.seen(model.name) : work.staged(model.name);
    const from = isJudged(model) ? work.judged(model.name) : unjudged;
    return sql`
      select ${lit(model.name)} as part, count(*) as rows_read, ${rejected} as rejected
      from ${id(from)}
    `;
  });
  const reasons = project.models.flatMap((model) =>
    rejectReasons(model).map(
      (reason) => sql`
        select ${lit(`${model.name}/${reason}`)} as part, count(*) as rows_read, ${counted(conditionOf(model, reason))} as rejected
        from ${id(work.judged(model.name))}
      `,
    ),
  );
  const pairs = project.identifiers.flatMap(({ name }) =>
    VALUE_REASONS.map((reason) => [lit(name), lit(reason)]),
  );
  const tables = {
    read: join(read, "\nunion all\n"),
    ...(reasons.length === 0 ? {} : { by_reason: join(reasons, "\nunion all\n") }),
    reasons: rowsOf(["identifier", "reason"], pairs, [lit(""), lit("")]),
    rejected: sql`
      select identifier, reason, count(*) as rejected
      from ${id(work.now("rejected_values"))}
      group by identifier, reason
    `,
    carried: sql`
      select identifier, found as carried
      from ${id(work.output("metric_counts"))}
      where counted = 'carried_values'
    `,
    given: sql`
      select
        p.identifier,
        p.reason,
        coalesce(r.rejected, 0) as rejected,
        sum(coalesce(r.rejected, 0)) over (partition by p.identifier) as rejected_by_all,
        coalesce(c.carried, 0) as carried
      from reasons as p
      left join rejected as r on r.identifier = p.identifier and r.reason = p.reason
      left join carried as c on c.identifier = p.identifier
    `,
    whole: sql`
      select identifier, max(rejected_by_all) as rejected, max(carried) as carried
      from given
      group by identifier
    `,
  };
  const rate = shareOf(id("rejected"), id("rows_read"), context);
  return topicOf(
    tables,
    [
      metric(
        "record_reject_rate",
        WHOLE,
        shareOf(sql`sum(rejected)`, sql`sum(rows_read)`, context),
        id("read"),
      ),
      metric("record_reject_rate", id("part"), rate, id("read")),
      ...(reasons.length === 0 ? [] : [metric("record_reject_rate", id("part"), rate, id("by_reason"))]),
      metric(
        "value_reject_rate",
        id("identifier"),
        shareOf(id("rejected"), sql`rejected + carried`, context),
        id("whole"),
      ),
      metric(
        "value_reject_rate",
        sql`identifier || '/' || reason`,
        shareOf(id("rejected"), sql`rejected_by_all + carried`, context),
        id("given"),
      ),
    ],
    context,
  );
}

/** The rows that rejected_records lists under a reason. */
function conditionOf(model: Model, reason: string): Fragment {
  const rules = model.reject.flatMap((rule, index) =>
    rule.reason === reason ? [id(rejectColumn(index))] : [],
  );
  const latest = model.onDuplicateKey === "latest";
  return join(
    [
      ...rules,
      ...(latest && reason === "null_key" ? [sql`idw_source_key is null`] : []),
      ...(latest && reason === "duplicate_key" ? [sql`idw_superseded`] : []),
    ],
    " or ",
  );
}
