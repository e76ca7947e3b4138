// The driver of BigQuery: scripts run as jobs whose ids we give, so that asking twice starts nothing twice.
// Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs
import { randomUUID } from "node:crypto";
import type { BigQuery, Job, Query } from "@google-cloud/bigquery";
import {
  type Estimate,
  integer,
  loadDriver,
  type QueryLink,
  type RemoteWarehouse,
  StatementError,
  timestampText,
} from "./remote.ts";
import type { Cell, Row } from "./warehouse.ts";

export const BIGQUERY_VERSION = "8.3.1";

export type BigqueryOptions = {
  /** The project that pays, and in which jobs run. */
  readonly project: string;
  readonly location: string | undefined;
  /** A service account's key file; application default credentials without. */
  readonly keyfile: string | undefined;
  /** Bytes; of each statement. */
  readonly maximumBytesBilled: number | undefined;
  /** Another address than Google's, for tests. */
  readonly endpoint: string | undefined;
};

/** Reaches nothing yet: the first request signs in. */
export async function openBigquery(options: BigqueryOptions): Promise<RemoteWarehouse> {
  const library = await loadDriver(
    "@google-cloud/bigquery",
    BIGQUERY_VERSION,
    () => import("@google-cloud/bigquery"),
  );
  const { project, location, keyfile, endpoint } = options;
  const client = new library.BigQuery({
    projectId: project,
    ...(location === undefined ? {} : { location }),
    ...(keyfile === undefined ? {} : { keyFilename: keyfile }),
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint }),
  });
  return new BigqueryWarehouse(client, options);
}

class BigqueryWarehouse implements RemoteWarehouse {
  readonly #client: BigQuery;
  readonly #options: BigqueryOptions;
  #running: Job | undefined;

  constructor(client: BigQuery, options: BigqueryOptions) {
    this.#client = client;
    this.#options = options;
  }

  async execute(
    script: string,
    onStarted?: (query: QueryLink) => void,
    secret?: string,
  ): Promise<readonly Row[]> {
    const jobId = `idweave_${randomUUID().replaceAll("-", "")}`;
    const link = this.#linkOf(jobId);
    // BigQuery logs no value of a parameter: https://cloud.google.com/bigquery/docs/parameterized-queries
    const given = secret === undefined ? {} : { params: { idweave_secret: secret } };
    try {
      const job = await this.#start({ ...this.#query(script), ...given, jobId });
      this.#running = job;
      onStarted?.(link);
      const [rows] = await job.getQueryResults({
        wrapIntegers: { integerTypeCastFunction: (value: unknown) => integer(String(value)) },
      });
      return rows.map(rowOf);
    } catch (error) {
      throw new StatementError(messageOf(error), link, error);
    } finally {
      this.#running = undefined;
    }
  }

  // A request that was lost on its way may have arrived: then the job is there under the id that we gave it.
  async #start(query: Query & { readonly jobId: string }): Promise<Job> {
    try {
      const [job] = await this.#client.createQueryJob(query);
      return job;
    } catch (error) {
      const isThere = codeOf(error) === 409 || codeOf(error) === undefined;
      if (!isThere) throw error;
      const job = this.#client.job(query.jobId, this.#place());
      const [exists] = await job.exists().catch(() => [false]);
      if (!exists) throw error;
      return job;
    }
  }

  async estimate(sql: string): Promise<Estimate> {
    try {
      const [job] = await this.#client.createQueryJob({ ...this.#query(sql), dryRun: true });
      const { totalBytesProcessed } = job.metadata.statistics ?? {};
      const bytes = totalBytesProcessed === undefined ? undefined : Number(totalBytesProcessed);
      return { bytes, explanation: [] };
    } catch (error) {
      throw new StatementError(messageOf(error), undefined, error);
    }
  }

  async version(): Promise<string> {
    return `BigQuery, project ${this.#options.project}`;
  }

  async cancel(): Promise<void> {
    await this.#running?.cancel();
  }

  async close(): Promise<void> {
    await this.cancel().catch(() => undefined);
  }

  #query(query: string): Query {
    const { maximumBytesBilled } = this.#options;
    return {
      query,
      useLegacySql: false,
      ...this.#place(),
      ...(maximumBytesBilled === undefined ? {} : { maximumBytesBilled: String(maximumBytesBilled) }),
    };
  }

  #place(): { readonly location?: string } {
    const { location } = this.#options;
    return location === undefined ? {} : { location };
  }

  #linkOf(id: string): QueryLink {
    const { project, location, endpoint } = this.#options;
    if (endpoint !== undefined) return { id, url: undefined };
    const place = location === undefined ? "" : `${location}:`;
    const page = `bq:${place}${id}&page=queryresults`;
    return { id, url: `https://console.cloud.google.com/bigquery?project=${project}&j=${page}` };
  }
}

function rowOf(row: Readonly<Record<string, unknown>>): Row {
  const cells: Record<string, Cell> = {};
  for (const name in row) cells[name] = cell(row[name]);
  return cells;
}

// Timestamps and dates come as objects with their text, NUMERIC as a Big, arrays become JSON.
function cell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean" || typeof value === "bigint") return value;
  if (Array.isArray(value)) return JSON.stringify(value.map(cell));
  const text: unknown = Reflect.get(Object(value), "value");
  return typeof text === "string" ? timestampText(text) : String(value);
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
