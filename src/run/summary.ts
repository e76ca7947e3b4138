// What a person wants to know of a run in ten seconds, asked of the results before they are published.
import { work } from "../plan/names.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

export type Summary = {
  readonly records: number;
  readonly recordsByModel: readonly { readonly model: string; readonly records: number }[];
  readonly identities: number;
  /** Records that joined another: records less identities. */
  readonly merges: number;
  readonly components: number;
  readonly constrainedComponents: number;
  readonly constrainedRecords: number;
  readonly refusedMerges: readonly { readonly blockedBy: string; readonly rows: number }[];
  /** Rows that are no records, each once, whatever number of reasons it has. */
  readonly recordsRejected: number;
  readonly rejectedRecords: readonly {
    readonly model: string;
    readonly reason: string;
    readonly rows: number;
  }[];
  readonly rejectedValues: readonly {
    readonly identifier: string;
    readonly reason: string;
    readonly rows: number;
  }[];
  readonly decisions: readonly { readonly status: string; readonly decisions: number }[];
  readonly largestIdentities: readonly { readonly identityId: string; readonly records: number }[];
};

const LARGEST = 5;

/** So that the largest are looked for among few. */
const SIZES_FROM_THE_LARGEST = `
  select bucket, sum(found) over (order by bucket desc rows between unbounded preceding and current row) as identities
  from ${work.output("metric_counts")}
  where counted = 'identities_of_size'
`;

export async function summarise(warehouse: Warehouse): Promise<Summary> {
  const rows = (sql: string) => warehouse.query(sql);
  const counts = work.output("metric_counts");
  const [totals] = await rows(`
    select
      (select coalesce(sum(found), 0) from ${counts} where counted = 'records') as records,
      (select metric_value from ${work.metrics} where metric = 'identities' and dimension = '') as identities,
      (select coalesce(sum(found), 0) from ${counts} where counted = 'components') as components,
      (select count(*) from (select distinct model, source_key from ${work.now("rejected_records")}) as keys) as rejected,
      (select count(*) from ${work.broken}) as constrained_components,
      (select count(*) from ${work.holders} as h join ${work.components} as c on c.record = h.record
        join ${work.broken} as b on b.component = c.component) as constrained_records
  `);
  const records = Number(totals?.["records"] ?? 0);
  const identities = Number(totals?.["identities"] ?? 0);
  const byModel = await rows(
    `select model, found as records from ${counts} where counted = 'records' order by model`,
  );
  const refused = await rows(
    `select blocked_by, count(*) as rows from ${work.now("blocked_merges")} group by blocked_by order by rows desc, blocked_by`,
  );
  const rejected = await rows(
    `select model, reason, count(*) as rows from ${work.now("rejected_records")} group by model, reason order by rows desc, model, reason`,
  );
  const values = await rows(
    `select identifier, reason, count(*) as rows from ${work.now("rejected_values")} group by identifier, reason order by rows desc, identifier, reason`,
  );
  const decisions = await rows(
    `select status, count(*) as decisions from ${work.output("decisions_in_force")} group by status order by status`,
  );
  const [least] = await rows(
    `select coalesce(max(bucket), 0) as size from (${SIZES_FROM_THE_LARGEST}) as sizes where identities >= ${LARGEST}`,
  );
  const largest = await rows(
    `select identity_id, records from ${work.now("identities")} where status = 'active' and records >= ${Number(least?.["size"])} order by records desc, identity_id limit ${LARGEST}`,
  );
  return {
    records,
    recordsByModel: byModel.map((row) => ({ model: String(row["model"]), records: Number(row["records"]) })),
    identities,
    merges: records - identities,
    components: Number(totals?.["components"] ?? 0),
    constrainedComponents: Number(totals?.["constrained_components"] ?? 0),
    constrainedRecords: Number(totals?.["constrained_records"] ?? 0),
    refusedMerges: refused.map((row) => ({
      blockedBy: String(row["blocked_by"]),
      rows: Number(row["rows"]),
    })),
    recordsRejected: Number(totals?.["rejected"] ?? 0),
    rejectedRecords: rejected.map((row) => ({
      model: String(row["model"]),
      reason: String(row["reason"]),
      rows: Number(row["rows"]),
    })),
    rejectedValues: values.map((row) => ({
      identifier: String(row["identifier"]),
      reason: String(row["reason"]),
      rows: Number(row["rows"]),
    })),
    decisions: decisions.map((row) => ({
      status: String(row["status"]),
      decisions: Number(row["decisions"]),
    })),
    largestIdentities: largest.map((row) => ({
      identityId: String(row["identity_id"]),
      records: Number(row["records"]),
    })),
  };
}
