// From a target to a connection: credentials are read here, when a verb is about to use them, and shown nowhere.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { bytesOf, SECRET_KEYS } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { listOf, quote } from "../diagnostics/text.ts";
import { type BigqueryOptions, openBigquery } from "../warehouse/bigquery.ts";
import { openPostgres, type PostgresOptions } from "../warehouse/postgres.ts";
import { DriverMissing, type RemoteWarehouse, StatementError } from "../warehouse/remote.ts";
import {
  openSnowflake,
  type SnowflakeAuthentication,
  type SnowflakeOptions,
} from "../warehouse/snowflake.ts";
import { messageOf } from "./errors.ts";
import { jinjaOf, type ResolvedWarehouse, type Surroundings } from "./target.ts";

export type Connection = {
  readonly open: () => Promise<RemoteWarehouse>;
  /** A text without the secrets of the target. */
  readonly hide: (text: string) => string;
};

type Around = Pick<Surroundings, "project" | "env" | "folder">;

/** Throws IDW714 with every setting that cannot be used; connects to nothing yet. */
export function connectionOf(target: ResolvedWarehouse, around: Around): Connection {
  const settings = new Settings(target, around);
  const open = OPENERS[target.type](target, settings);
  if (settings.diagnostics.length > 0) throw new DiagnosticError(settings.diagnostics);
  const hide = (text: string) =>
    settings.secrets.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
  return { hide, open: () => open().catch((error: unknown) => refuse(target, hide, error)) };
}

const OPENERS = { snowflake, bigquery, postgres } as const;

function refuse(target: ResolvedWarehouse, hide: (text: string) => string, error: unknown): never {
  if (error instanceof DriverMissing) {
    const message = `The target \`${target.name}\` needs the driver of its warehouse: ${error.message}.`;
    throw new DiagnosticError([diagnose("IDW715", message, { hint: `Run: ${error.install}` })]);
  }
  if (!(error instanceof StatementError)) throw error;
  const message = `The target \`${target.name}\` cannot be opened: ${hide(messageOf(error))}`;
  throw new DiagnosticError([diagnose("IDW708", message)]);
}

/** The settings of a target, rendered as they are asked for; what is wrong is collected. */
class Settings {
  readonly diagnostics: Diagnostic[] = [];
  readonly secrets: string[] = [];
  readonly folder: string;
  readonly #target: ResolvedWarehouse;
  readonly #around: Around;

  constructor(target: ResolvedWarehouse, around: Around) {
    this.#target = target;
    this.#around = around;
    this.folder = around.folder;
  }

  get(key: string): string | undefined {
    const setting = this.#target.settings.get(key);
    if (setting === undefined) return undefined;
    const { value, diagnostics } = jinjaOf(this.#target, this.#around).renderText(setting.text, setting.span);
    this.diagnostics.push(...diagnostics);
    const isSecret = [...SECRET_KEYS, "private_key"].includes(key);
    if (isSecret && value !== undefined && value !== "") this.secrets.push(value);
    return value;
  }

  want(key: string): string {
    const value = this.get(key);
    if (value === undefined && !this.#target.settings.has(key))
      this.refuse(undefined, `has no ${quote(key)}`);
    return value ?? "";
  }

  /** A path from the folder of identity.yml. */
  path(key: string): string | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : resolve(this.folder, value);
  }

  refuse(key: string | undefined, problem: string, hint?: string): void {
    const span =
      (key === undefined ? undefined : this.#target.settings.get(key)?.span) ??
      this.#around.project.places.of(["targets", this.#target.name]);
    const message = `The target ${quote(this.#target.name)} ${problem}.`;
    this.diagnostics.push(diagnose("IDW714", message, { span, hint }));
  }
}

function snowflake(target: ResolvedWarehouse, settings: Settings): () => Promise<RemoteWarehouse> {
  const host = settings.get("host");
  const port = settings.get("port");
  const options: SnowflakeOptions = {
    account: settings.want("account"),
    user: settings.want("user"),
    authentication: authentication(settings),
    role: settings.get("role"),
    warehouse: settings.get("warehouse"),
    database: target.catalog,
    schema: target.schema,
    accessUrl:
      host === undefined
        ? undefined
        : `${settings.get("protocol") ?? "https"}://${host}${port === undefined ? "" : `:${port}`}`,
  };
  return () => openSnowflake(options);
}

function authentication(settings: Settings): SnowflakeAuthentication {
  const way = settings.get("authenticator")?.toLowerCase();
  const path = settings.path("private_key_path");
  const pem = settings.get("private_key");
  const passphrase = settings.get("private_key_passphrase");
  if (way === "externalbrowser") return { kind: "browser" };
  if (way !== undefined && way !== "snowflake_jwt" && way !== "snowflake") {
    const ways = listOf(["a password", "a key pair", "`externalbrowser`"], "or");
    settings.refuse("authenticator", `signs in by ${quote(way)}, which idweave does not`, `Use ${ways}.`);
  }
  if (path !== undefined) {
    if (!isReadable(path))
      settings.refuse("private_key_path", "names a private key file that cannot be read");
    return { kind: "key_file", path, passphrase };
  }
  if (pem !== undefined) return { kind: "key", pem: asPem(pem), passphrase };
  return { kind: "password", password: settings.want("password") };
}

// dbt takes a key with its first and last line or without.
function asPem(key: string): string {
  if (key.includes("-----BEGIN")) return key;
  const lines = key.replaceAll(/\s/g, "").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}

function bigquery(target: ResolvedWarehouse, settings: Settings): () => Promise<RemoteWarehouse> {
  const method = settings.get("method");
  if (method !== undefined && method !== "oauth" && method !== "service-account") {
    const hint = "Use `oauth` (application default credentials) or `service-account` with a `keyfile`.";
    settings.refuse("method", `signs in by ${quote(method)}, which idweave does not`, hint);
  }
  const keyfile = settings.path("keyfile");
  if (keyfile !== undefined && !isReadable(keyfile)) {
    settings.refuse("keyfile", "names a key file that cannot be read");
  }
  const most = settings.get("maximum_bytes_billed");
  const maximumBytesBilled = most === undefined ? undefined : bytesOf(most);
  if (most !== undefined && maximumBytesBilled === undefined) {
    settings.refuse(
      "maximum_bytes_billed",
      `has ${quote(most)} for \`maximum_bytes_billed\`, which is no amount of data`,
    );
  }
  const options: BigqueryOptions = {
    project: settings.get("execution_project") ?? target.catalog,
    location: settings.get("location"),
    keyfile,
    maximumBytesBilled,
    endpoint: settings.get("api_endpoint"),
  };
  return () => openBigquery(options);
}

const ENCRYPTIONS = ["disable", "prefer", "require", "verify-ca", "verify-full"] as const;

function postgres(target: ResolvedWarehouse, settings: Settings): () => Promise<RemoteWarehouse> {
  const given = settings.get("sslmode") ?? "prefer";
  // Without encryption unless the server insists, which is all that "allow" adds to "prefer".
  const mode = ENCRYPTIONS.find((each) => each === given.replace(/^allow$/, "prefer"));
  if (mode === undefined) {
    const hint = `It is one of ${listOf([...ENCRYPTIONS, "allow"].map(quote), "or")}.`;
    settings.refuse("sslmode", `has ${quote(given)} for \`sslmode\`, which is none`, hint);
  }
  const port = settings.get("port") ?? "5432";
  if (!/^[1-9]\d{0,4}$/.test(port)) settings.refuse("port", `has ${quote(port)} for \`port\`, which is none`);
  const file = settings.path("sslrootcert");
  if (file !== undefined && !isReadable(file)) {
    settings.refuse("sslrootcert", "names a certificate that cannot be read");
  }
  const options: PostgresOptions = {
    host: settings.want("host"),
    port: Number(port),
    user: settings.want("user"),
    password: settings.get("password"),
    database: target.catalog,
    encryption: {
      mode: mode ?? "prefer",
      certificate: file !== undefined && isReadable(file) ? readFileSync(file, "utf8") : undefined,
    },
    role: settings.get("role"),
    searchPath: settings.get("search_path"),
  };
  return () => openPostgres(options);
}

function isReadable(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}
