// The driver of PostgreSQL: one session, to which a script is sent statement by statement.
// Source: https://node-postgres.com
import type { Client, ClientConfig, FieldDef, QueryArrayResult } from "pg";
import { statementsOf } from "./postgres-statements.ts";
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

export const POSTGRES_VERSION = "8.23.1";

const OLDEST = 14;

export type PostgresOptions = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly encryption: Encryption;
  /** Whose rights the session has, if not the user's. */
  readonly role: string | undefined;
  /** Where bare names are looked up, as `set search_path` takes it. */
  readonly searchPath: string | undefined;
};

/** `sslmode` of libpq; `certificate` is the text of what signs the server's. */
export type Encryption = {
  readonly mode: "disable" | "prefer" | "require" | "verify-ca" | "verify-full";
  readonly certificate: string | undefined;
};

type Library = typeof import("pg").default;

/** Connects and signs in; rejects with a StatementError when PostgreSQL refuses, or is too old, or keeps no Unicode. */
export async function openPostgres(options: PostgresOptions): Promise<RemoteWarehouse> {
  const { default: library } = await loadDriver("pg", POSTGRES_VERSION, () => import("pg"));
  const client = await connected(library, options);
  const warehouse = new PostgresWarehouse(library, client, options);
  try {
    await warehouse.prepare();
  } catch (error) {
    await warehouse.close();
    throw error;
  }
  return warehouse;
}

async function connected(library: Library, options: PostgresOptions): Promise<Client> {
  const open = async (ssl: ClientConfig["ssl"]) => {
    const client = new library.Client({
      host: options.host,
      port: options.port,
      user: options.user,
      password: options.password,
      database: options.database,
      application_name: "idweave",
      // A block of a script says nothing for as long as it runs.
      keepAlive: true,
      ssl,
    });
    // A connection that breaks while nothing runs is told by the next query.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const ssl = sslOf(options.encryption);
  try {
    return await open(ssl).catch((error: unknown) => {
      if (options.encryption.mode !== "prefer" || !/does not support SSL/i.test(messageOf(error)))
        throw error;
      return open(false);
    });
  } catch (error) {
    throw new StatementError(messageOf(error), undefined, error);
  }
}

function sslOf({ mode, certificate }: Encryption): ClientConfig["ssl"] {
  const ca = certificate === undefined ? {} : { ca: certificate };
  switch (mode) {
    case "disable":
      return false;
    case "prefer":
    case "require":
      return { rejectUnauthorized: false };
    case "verify-ca":
      return { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case "verify-full":
      return { ...ca, rejectUnauthorized: true };
  }
}

class PostgresWarehouse implements RemoteWarehouse {
  readonly #library: Library;
  readonly #client: Client;
  readonly #options: PostgresOptions;
  #process: QueryLink | undefined;

  constructor(library: Library, client: Client, options: PostgresOptions) {
    this.#library = library;
    this.#client = client;
    this.#options = options;
  }

  async prepare(): Promise<void> {
    const { role, searchPath } = this.#options;
    const [row] = await this.execute(
      "select pg_backend_pid() as pid, version() as version, current_setting('server_version_num') as number, current_setting('server_encoding') as encoding",
    );
    this.#process = { id: String(row?.["pid"]), url: undefined };
    if (Number(row?.["number"]) < OLDEST * 10_000) {
      throw new StatementError(
        `${shortVersion(row)} is too old: it takes ${OLDEST} or later`,
        undefined,
        row,
      );
    }
    if (row?.["encoding"] !== "UTF8") {
      const message = `the database is encoded in ${String(row?.["encoding"])}: it takes UTF8`;
      throw new StatementError(message, undefined, row);
    }
    if (role !== undefined) await this.execute(`set role "${role.replaceAll('"', '""')}"`);
    if (searchPath !== undefined) await this.execute(`set search_path = ${searchPath}`);
  }

  async execute(
    script: string,
    onStarted?: (query: QueryLink) => void,
    secret?: string,
  ): Promise<readonly Row[]> {
    if (secret !== undefined) await this.#query("select set_config('idweave.secret', $1, false)", [secret]);
    if (onStarted !== undefined && this.#process !== undefined) onStarted(this.#process);
    let last: readonly Row[] = [];
    for (const text of statementsOf(script)) {
      const { rows, fields } = await this.#query(text);
      if (rows.length > 0) last = rows.map((row) => this.#rowOf(row, fields));
    }
    return last;
  }

  async #query(text: string, values: string[] = []): Promise<QueryArrayResult<(string | null)[]>> {
    try {
      const types = { getTypeParser: () => (value: string) => value };
      return await this.#client.query<(string | null)[]>({ text, values, rowMode: "array", types });
    } catch (error) {
      throw new StatementError(messageOf(error), this.#process, error);
    }
  }

  #rowOf(values: readonly (string | null)[], fields: readonly FieldDef[]): Row {
    return Object.fromEntries(
      fields.map(({ name, dataTypeID }, index) => {
        const value = values[index] ?? null;
        return [name, value === null ? null : this.#cell(value, dataTypeID)];
      }),
    );
  }

  // Every type comes as text, and decimals stay it; what is no plain value is JSON, as elsewhere.
  #cell(text: string, type: number): Cell {
    const { builtins, getTypeParser } = this.#library.types;
    switch (type) {
      case builtins.BOOL:
        return text === "t";
      case builtins.INT2:
      case builtins.INT4:
      case builtins.INT8:
        return integer(text);
      case builtins.FLOAT4:
      case builtins.FLOAT8:
        return Number(text);
      case builtins.NUMERIC:
        return /^-?\d+$/.test(text) ? integer(text) : text;
      case builtins.TIMESTAMP:
      case builtins.TIMESTAMPTZ:
        return timestampText(beforeChrist(text));
      case builtins.DATE:
        return text;
      default: {
        const parsed: unknown = getTypeParser(type, "text")(text);
        return typeof parsed === "string" ? parsed : JSON.stringify(parsed);
      }
    }
  }

  async estimate(sql: string): Promise<Estimate> {
    const rows = await this.execute(`explain ${sql}`);
    return { bytes: undefined, explanation: rows.map((row) => String(row["QUERY PLAN"])) };
  }

  async version(): Promise<string> {
    const [row] = await this.execute("select version() as version");
    return shortVersion(row);
  }

  // A session is busy with what it runs, so another asks it to stop.
  async cancel(): Promise<void> {
    const other = await connected(this.#library, this.#options);
    try {
      await other.query("select pg_cancel_backend($1)", [this.#process?.id]);
    } finally {
      await other.end();
    }
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/** The year before 1 is 0, as ISO 8601 counts, and not `0001 … BC`. */
function beforeChrist(text: string): string {
  const [, year, rest = ""] = /^(\d+)(.*) BC$/.exec(text) ?? [];
  if (year === undefined) return text;
  return `${year === "0001" ? "" : "-"}${String(Number(year) - 1).padStart(4, "0")}${rest}`;
}

/** `PostgreSQL 15.18` of `PostgreSQL 15.18 (Debian …) on …`. */
function shortVersion(row: Row | undefined): string {
  return String(row?.["version"] ?? "")
    .split(" ")
    .slice(0, 2)
    .join(" ");
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const detail: unknown = Reflect.get(error, "detail");
  // Of the block of a script; what the script raises says enough.
  const isRaised = Reflect.get(error, "code") === "P0001";
  const [line] = isRaised ? [] : (/\bline \d+ at\b/.exec(String(Reflect.get(error, "where"))) ?? []);
  const where = line === undefined ? [] : [line.replace(" at", " of the block")];
  // Where a host has several addresses, each refuses by itself.
  const parts = error instanceof AggregateError ? error.errors.map(messageOf) : [error.message];
  return [...parts, ...(typeof detail === "string" ? [detail] : []), ...where].join("; ");
}
