// The metrics of this run and of the last one, as the warehouse has them, and what is known of the cause of an alarm.
import { work } from "../plan/names.ts";
import type { Context } from "../render/context.ts";
import { type Place, relation } from "../render/publish.ts";
import { lit, print } from "../sql/fragment.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import type { Alarm, Metrics } from "./alerts.ts";
import { count } from "./assertions.ts";

/** The metrics that are about to be published. */
export async function metricsOf(warehouse: Warehouse): Promise<Metrics> {
  return byName(await warehouse.query(`select metric, dimension, metric_value from ${work.metrics}`));
}

/** Of the last published run, or of a sample of what it left; empty when there is none. The target must be attached. */
export async function lastMetrics(
  place: Place,
  warehouse: Warehouse,
  { dialect, isSampled }: Context,
): Promise<Metrics> {
  const literal = (text: string) => print(lit(text), dialect.lexical);
  const tables = await warehouse.query(
    `select 1 from duckdb_tables() where database_name = ${literal(place.catalog)} and schema_name = ${literal(place.schema)} and table_name = ${literal(`${place.prefix}run_metrics`)}`,
  );
  if (tables.length === 0) return new Map();
  if (isSampled) {
    return byName(await warehouse.query(`select metric, dimension, metric_value from ${work.metricsBefore}`));
  }
  const metrics = print(relation(place, "run_metrics"), dialect.lexical);
  return byName(
    await warehouse.query(
      `select metric, dimension, metric_value from ${metrics} where run = (select max(run) from ${metrics})`,
    ),
  );
}

/** Of the largest identity: its anchor, and the values that most of its records carry. Empty for other metrics. */
export async function causeOf({ metric }: Alarm, warehouse: Warehouse): Promise<string> {
  if (metric !== "largest_identity") return "";
  const rows = await warehouse.query(`
    select a.anchor_record_key, v.identifier, v.value, v.records
    from (
      select * from ${work.now("identities")} where status = 'active' order by records desc, identity_id limit 1
    ) as a
    join ${work.now("identity_values")} as v on v.identity_id = a.identity_id and v.status = 'active'
    order by v.records desc, v.identifier, v.value
    limit 3
  `);
  const [first] = rows;
  if (first === undefined) return "";
  const values = rows.map(
    (row) => `${row["identifier"]} \`${row["value"]}\` (${count(row["records"], "record")})`,
  );
  return `It is that of ${first["anchor_record_key"]}, and its most common values are ${values.join(", ")}.`;
}

function byName(rows: readonly Row[]): Metrics {
  const metrics = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const name = String(row["metric"]);
    const dimensions = metrics.get(name) ?? new Map<string, number>();
    metrics.set(name, dimensions.set(String(row["dimension"]), Number(row["metric_value"])));
  }
  return metrics;
}
