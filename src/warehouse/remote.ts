// What a run needs of a warehouse that computes by itself: a whole script is sent as one request, and asked after.
import { createRequire } from "node:module";
import type { Row } from "./warehouse.ts";

/** How the warehouse calls a request, and where its console shows it. */
export type QueryLink = { readonly id: string; readonly url: string | undefined };

export type Estimate = {
  /** Bytes that would be scanned; undefined where the warehouse does not tell. */
  readonly bytes: number | undefined;
  /** What the warehouse says of its way, for people. */
  readonly explanation: readonly string[];
};

export interface RemoteWarehouse {
  /**
   * Runs one or more statements in order, in one session; resolves to the rows of the last that gave any. `onStarted` is
   * told the id of the request once the warehouse has it. Rejects with a StatementError. `secret` is given beside the text, so that
   * no text has it: scripts that erase ask for it.
   */
  execute(
    script: string,
    onStarted?: (query: QueryLink) => void,
    secret?: string | undefined,
  ): Promise<readonly Row[]>;
  /** What a statement would cost, without running it; rejects where the warehouse refuses its text. */
  estimate(sql: string): Promise<Estimate>;
  /** Name and version of what answers. */
  version(): Promise<string>;
  /** Asks the warehouse to stop what runs; the promise of `execute` is then rejected. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

/** The warehouse ended a request with an error of its own. */
export class StatementError extends Error {
  readonly query: QueryLink | undefined;

  constructor(message: string, query: QueryLink | undefined, cause: unknown) {
    super(message, { cause });
    this.name = "StatementError";
    this.query = query;
  }
}

/** The client library is not there. */
export class DriverMissing extends Error {
  /** The command that installs it. */
  readonly install: string;

  constructor(library: string, version: string) {
    super(`${library} is not installed`);
    this.name = "DriverMissing";
    this.install = `npm install ${library}@${version}`;
  }
}

/** Loads a client library when it is needed first; `load` is its dynamic import. */
export async function loadDriver<Library>(
  library: string,
  version: string,
  load: () => Promise<Library>,
): Promise<Library> {
  try {
    return await load();
  } catch (error) {
    if (isInstalled(library)) throw error;
    throw new DriverMissing(library, version);
  }
}

function isInstalled(library: string): boolean {
  try {
    createRequire(import.meta.url).resolve(library);
    return true;
  } catch {
    return false;
  }
}

/** `2024-01-31 12:00:00.5`, as DuckDB writes a timestamp; the zone is UTC and not said. */
export function timestampText(iso: string): string {
  const [, day = iso, time = "", fraction = ""] =
    /^(\d{4,}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(\.\d+)?)?/.exec(iso) ?? [];
  const rest = fraction.replace(/0+$/, "").replace(/^\.$/, "");
  return time === "" ? day : `${day} ${time}${rest}`;
}

/** A number where it is exact, else a bigint. */
export function integer(value: bigint | string): number | bigint {
  const exact = BigInt(value);
  const isSafe = exact <= Number.MAX_SAFE_INTEGER && exact >= Number.MIN_SAFE_INTEGER;
  return isSafe ? Number(exact) : exact;
}
