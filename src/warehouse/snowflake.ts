// The driver of Snowflake: one session, in which a script of many statements is one request.
// Source: https://docs.snowflake.com/en/developer-guide/node-js/nodejs-driver
import type { Connection, ConnectionOptions, RowStatement, SnowflakeError } from "snowflake-sdk";
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

export const SNOWFLAKE_VERSION = "3.2.0";

export type SnowflakeOptions = {
  readonly account: string;
  readonly user: string;
  readonly authentication: SnowflakeAuthentication;
  readonly role: string | undefined;
  readonly warehouse: string | undefined;
  readonly database: string;
  readonly schema: string;
  /** Another address than Snowflake's, for tests. */
  readonly accessUrl: string | undefined;
};

export type SnowflakeAuthentication =
  | { readonly kind: "password"; readonly password: string }
  | { readonly kind: "key_file"; readonly path: string; readonly passphrase: string | undefined }
  | { readonly kind: "key"; readonly pem: string; readonly passphrase: string | undefined }
  | { readonly kind: "browser" };

/** What the scripts rely on, whatever the account or the user has set. */
const SESSION = `alter session set
  timezone = 'UTC',
  timestamp_type_mapping = 'TIMESTAMP_NTZ',
  quoted_identifiers_ignore_case = false`;

const STAND_IN_MILLISECONDS = 3_600_000;

/** Connects and signs in; rejects with a StatementError when Snowflake refuses. */
export async function openSnowflake(options: SnowflakeOptions): Promise<RemoteWarehouse> {
  const library = await loadDriver("snowflake-sdk", SNOWFLAKE_VERSION, () => import("snowflake-sdk"));
  const sdk = library.default;
  // The driver writes its log to the working folder and to standard output.
  sdk.configure({ logLevel: "OFF", additionalLogToConsole: false });
  const connection = sdk.createConnection(connectionOptions(options));
  try {
    await connection.connectAsync();
  } catch (error) {
    throw new StatementError(messageOf(error), undefined, error);
  }
  const warehouse = new SnowflakeWarehouse(connection, options);
  // The stand-in of the tests knows none of these parameters.
  if (options.accessUrl === undefined) await warehouse.execute(SESSION);
  return warehouse;
}

function connectionOptions(options: SnowflakeOptions): ConnectionOptions {
  const { account, user, role, warehouse, database, schema, accessUrl } = options;
  return {
    account,
    username: user,
    database,
    schema,
    application: "idweave",
    representNullAsStringNull: false,
    // A run may compute for longer than a session lives without a word.
    clientSessionKeepAlive: true,
    ...(role === undefined ? {} : { role }),
    ...(warehouse === undefined ? {} : { warehouse }),
    // Snowflake answers a long request with a place to ask again; its stand-in only when all is done, and begins anew when it is asked
    // twice.
    ...(accessUrl === undefined ? {} : { accessUrl, timeout: STAND_IN_MILLISECONDS }),
    ...authenticationOptions(options.authentication),
  };
}

function authenticationOptions(way: SnowflakeAuthentication): Partial<ConnectionOptions> {
  switch (way.kind) {
    case "password":
      return { password: way.password };
    case "key_file":
      return {
        authenticator: "SNOWFLAKE_JWT",
        privateKeyPath: way.path,
        ...(way.passphrase === undefined ? {} : { privateKeyPass: way.passphrase }),
      };
    case "key":
      return {
        authenticator: "SNOWFLAKE_JWT",
        privateKey: way.pem,
        ...(way.passphrase === undefined ? {} : { privateKeyPass: way.passphrase }),
      };
    case "browser":
      return { authenticator: "EXTERNALBROWSER" };
  }
}

/** Of the driver's types none tells that a text of several statements has several results. */
type Statement = RowStatement & { readonly hasNext?: () => boolean; readonly NextResult?: () => void };

class SnowflakeWarehouse implements RemoteWarehouse {
  readonly #connection: Connection;
  readonly #options: SnowflakeOptions;
  #running: Statement | undefined;

  constructor(connection: Connection, options: SnowflakeOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  async execute(
    script: string,
    onStarted?: (query: QueryLink) => void,
    secret?: string,
  ): Promise<readonly Row[]> {
    // A variable of the session; the history of queries shows the text, which has none of it.
    if (secret !== undefined) await this.#execute("set idweave_secret = (select ?)", undefined, [secret]);
    return this.#execute(script, onStarted, []);
  }

  #execute(
    script: string,
    onStarted: ((query: QueryLink) => void) | undefined,
    binds: string[],
  ): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      let last: readonly Row[] = [];
      const started: Statement = this.#connection.execute({
        sqlText: script,
        ...(binds.length === 0 ? {} : { binds }),
        // As numbers they would be rounded above 2^53.
        fetchAsString: ["Number"],
        parameters: { MULTI_STATEMENT_COUNT: 0 },
        complete: (error: SnowflakeError | undefined, statement: Statement, rows) => {
          const link = this.#linkOf(statement);
          if (error) {
            this.#running = undefined;
            reject(new StatementError(error.message, link, error));
            return;
          }
          if (rows !== undefined && rows.length > 0) last = rowsOf(rows, statement);
          if (statement.hasNext?.() === true) {
            statement.NextResult?.();
            return;
          }
          this.#running = undefined;
          resolve(last);
        },
      });
      this.#running = started;
      if (onStarted !== undefined) this.#tellOnceKnown(started, onStarted);
    });
  }

  // The id comes with Snowflake's first answer, which for a long script comes long before its end.
  #tellOnceKnown(statement: Statement, onStarted: (query: QueryLink) => void): void {
    const timer = setInterval(() => {
      const link = this.#linkOf(statement);
      if (link !== undefined) onStarted(link);
      if (link !== undefined || this.#running !== statement) clearInterval(timer);
    }, 500);
    timer.unref();
  }

  async estimate(sql: string): Promise<Estimate> {
    const rows = await this.execute(`explain using tabular ${sql}`);
    const found = rows.map((row) => Number(row["bytesAssigned"] ?? 0)).filter((bytes) => bytes > 0);
    const explanation = rows.map((row) =>
      [row["operation"], row["objects"]].filter((part) => part !== null && part !== undefined).join(" "),
    );
    return { bytes: found.length === 0 ? undefined : Math.max(...found), explanation };
  }

  async version(): Promise<string> {
    const [row] = await this.execute("select current_version() as version");
    return `Snowflake ${String(row?.["version"] ?? "")}`.trim();
  }

  async cancel(): Promise<void> {
    const statement = this.#running;
    if (statement === undefined) return;
    await new Promise<void>((resolve) => statement.cancel(() => resolve()));
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#connection.destroy(() => resolve()));
  }

  #linkOf(statement: Statement | undefined): QueryLink | undefined {
    const id = statement?.getQueryId();
    if (id === undefined || id === "") return undefined;
    const { account, accessUrl } = this.#options;
    if (accessUrl !== undefined) return { id, url: undefined };
    const [organisation, name] = account.split("-");
    const path = name === undefined ? account : `${organisation}/${name}`;
    return { id, url: `https://app.snowflake.com/${path}/#/compute/history/queries/${id}` };
  }
}

function rowsOf(rows: readonly Readonly<Record<string, unknown>>[], statement: Statement): readonly Row[] {
  const numbers = new Set(
    (statement.getColumns() ?? []).filter((each) => each.isNumber()).map((each) => each.getName()),
  );
  return rows.map((row) => {
    const cells: Record<string, Cell> = {};
    for (const name in row) cells[asWritten(name)] = cell(row[name], numbers.has(name));
    return cells;
  });
}

// Snowflake folds names that we write bare to upper case.
function asWritten(name: string): string {
  return name === name.toUpperCase() ? name.toLowerCase() : name;
}

function cell(value: unknown, isNumber: boolean): Cell {
  if (value === null || value === undefined) return null;
  if (isNumber && typeof value === "string") return /^-?\d+$/.test(value) ? integer(value) : Number(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Date) return timestampOf(value);
  return JSON.stringify(value);
}

// The driver's dates know more than a Date does.
function timestampOf(date: Date): string {
  const nanoseconds: unknown = Reflect.get(date, "getNanoSeconds");
  const whole = date.toISOString().replace(/\.\d+Z$/, "");
  if (typeof nanoseconds !== "function") return timestampText(date.toISOString());
  return timestampText(`${whole}.${String(nanoseconds.call(date)).padStart(9, "0")}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
