// A PostgreSQL for tests: PGlite, which is PostgreSQL in this process, behind a socket of its own, or the server whose
// address is in IDWEAVE_POSTGRES (`postgres://user@host:port/database`), in which the tests make schemas of their own.
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { openPostgres, type PostgresOptions } from "../../src/warehouse/postgres.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";

const ADDRESS = process.env["IDWEAVE_POSTGRES"];

/** Where results go. */
export const POSTGRES_DATABASE = ADDRESS === undefined ? "postgres" : new URL(ADDRESS).pathname.slice(1);

export type Server = {
  readonly options: PostgresOptions;
  /** A new session. PGlite has one only, which connections share in turn. */
  readonly connect: () => Promise<RemoteWarehouse>;
  readonly stop: () => Promise<void>;
  /** Whether two sessions are two. */
  readonly hasSessions: boolean;
};

export async function startPostgres(): Promise<Server> {
  if (ADDRESS !== undefined) {
    const { hostname, port, username, password } = new URL(ADDRESS);
    const options = optionsOf(hostname, Number(port), username, password);
    return { options, connect: () => openPostgres(options), stop: async () => {}, hasSessions: true };
  }
  const database = await PGlite.create();
  const server = new PGLiteSocketServer({ db: database, host: "127.0.0.1", port: 0, maxConnections: 8 });
  await server.start();
  const [host = "127.0.0.1", port] = server.getServerConn().split(":");
  const options = optionsOf(host, Number(port), "postgres", "any");
  return {
    options,
    connect: () => openPostgres(options),
    stop: async () => {
      await server.stop();
      await database.close();
    },
    hasSessions: false,
  };
}

function optionsOf(host: string, port: number, user: string, password: string): PostgresOptions {
  return {
    host,
    port,
    user,
    password: password === "" ? undefined : password,
    database: POSTGRES_DATABASE,
    encryption: { mode: "disable", certificate: undefined },
    role: undefined,
    searchPath: undefined,
  };
}
