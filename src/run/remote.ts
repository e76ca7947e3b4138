// A run in a warehouse: the script of the right mode is sent as one request, watched until it ends, and what it left in
// run_log is told. The script itself holds the lock, the alarms and the publishing.
import { CODES, type DiagnosticCode, diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Mode } from "../plan/plan.ts";
import { relation } from "../render/publish.ts";
import { print } from "../sql/fragment.ts";
import { type QueryLink, type RemoteWarehouse, StatementError } from "../warehouse/remote.ts";
import type { Row } from "../warehouse/warehouse.ts";
import { configHash } from "./config-hash.ts";
import type { Connection } from "./connection.ts";
import { messageOf } from "./errors.ts";
import type { LoadedProject } from "./load.ts";
import type { OnProgress } from "./progress.ts";
import { placeOf } from "./publish.ts";
import type { ResolvedWarehouse } from "./target.ts";

export type RemoteProject = LoadedProject<ResolvedWarehouse>;

export type RemoteOptions = {
  readonly connection: Connection;
  /** The script of a mode, with the parameters of this run. */
  readonly script: (mode: Mode) => string;
  /** For the script, beside its text. */
  readonly secret?: string | undefined;
  readonly full: boolean;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal | undefined;
};

export type RemoteReport = {
  readonly target: string;
  /** Of the row that the run wrote to run_log, by its columns. */
  readonly log: Readonly<Record<string, string | number | null>>;
  /** What the script said in the end, with alarms that only warn. */
  readonly message: string;
  readonly query: QueryLink | undefined;
  readonly seconds: number;
};

export type RemoteEstimate = {
  readonly target: string;
  readonly mode: Mode;
  /** What reading each model would scan. */
  readonly models: readonly {
    readonly model: string;
    readonly bytes: number | undefined;
    readonly explanation: readonly string[];
  }[];
};

const TELL_MILLISECONDS = 5000;

/** Throws DiagnosticError for all that a user can mend; nothing is published then. */
export async function runRemote(loaded: RemoteProject, options: RemoteOptions): Promise<RemoteReport> {
  const started = Date.now();
  return withWarehouse(loaded, options, async (warehouse) => {
    const mode = await modeOf(loaded, warehouse, options.full);
    options.onProgress({ kind: "stage", number: 1, of: 1, title: `${capital(mode)} run in the warehouse` });
    let query: QueryLink | undefined;
    const timer = setInterval(() => {
      const seconds = Math.round((Date.now() - started) / 1000);
      const id = query === undefined ? "" : `, query ${query.id}`;
      options.onProgress({ kind: "waiting", message: `running for ${seconds} s${id}` });
    }, TELL_MILLISECONDS);
    try {
      const told = (link: QueryLink) => {
        query = link;
        options.onProgress({
          kind: "waiting",
          message: `query ${link.id}${link.url === undefined ? "" : `: ${link.url}`}`,
        });
      };
      const rows = await warehouse.execute(options.script(mode), told, options.secret);
      return {
        target: loaded.target.name,
        log: await lastRun(loaded, warehouse),
        message: String(Object.values(rows.at(-1) ?? {})[0] ?? ""),
        query,
        seconds: (Date.now() - started) / 1000,
      };
    } finally {
      clearInterval(timer);
    }
  });
}

/** What a run would read, without reading it. The warehouse refuses a wrong SELECT here. */
export async function estimateRemote(loaded: RemoteProject, options: RemoteOptions): Promise<RemoteEstimate> {
  return withWarehouse(loaded, options, async (warehouse) => {
    const mode = await modeOf(loaded, warehouse, options.full);
    const models: RemoteEstimate["models"][number][] = [];
    for (const { name, source } of loaded.project.models) {
      options.onProgress({ kind: "waiting", message: `estimating ${name}` });
      const select =
        loaded.selects.get(name) ?? `select * from ${source.kind === "table" ? source.table : name}`;
      models.push({ model: name, ...(await warehouse.estimate(select)) });
    }
    return { target: loaded.target.name, mode, models };
  });
}

/** Opens the target for some work and closes it; what the warehouse refuses becomes a diagnostic. */
export async function withWarehouse<T>(
  loaded: RemoteProject,
  { connection, signal }: Pick<RemoteOptions, "connection" | "signal">,
  work: (warehouse: RemoteWarehouse) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const warehouse = await connection.open();
  const cancel = () => void warehouse.cancel().catch(() => undefined);
  signal?.addEventListener("abort", cancel);
  try {
    // While it was opened, nobody listened.
    signal?.throwIfAborted();
    return await work(warehouse);
  } catch (error) {
    if (signal?.aborted === true) {
      throw new DiagnosticError([diagnose("IDW706", "The run was interrupted; nothing was published.")]);
    }
    if (!(error instanceof StatementError)) throw error;
    throw new DiagnosticError([refusal(loaded, error, connection.hide)]);
  } finally {
    signal?.removeEventListener("abort", cancel);
    await warehouse.close().catch(() => undefined);
  }
}

/** Scripts raise our own codes; all else is the warehouse's word. */
function refusal(loaded: RemoteProject, error: StatementError, hide: (text: string) => string): Diagnostic {
  const message = hide(messageOf(error));
  const [, code = "", text = ""] = /\b(IDW\d{3}) ([^\n]+)/.exec(message) ?? [];
  if (isCode(code)) return diagnose(code, text.trim(), codeHint(code));
  const { query } = error;
  const where = query === undefined ? "" : ` (query ${query.id})`;
  const hint = query?.url === undefined ? undefined : `The query in the console: ${query.url}`;
  const what = `The target \`${loaded.target.name}\` refused a statement${where}: ${message}`;
  return diagnose("IDW716", what, { hint });
}

function codeHint(code: DiagnosticCode): { readonly hint?: string } {
  if (code === "IDW701")
    return { hint: "Wait for it to end; a run that died frees the target after `runs.lock_timeout`." };
  return code === "IDW720" ? { hint: "`--accept-alarms` publishes all the same." } : {};
}

function isCode(text: string): text is DiagnosticCode {
  return text in CODES;
}

/** Incremental where the last run was one of the same project. */
async function modeOf(loaded: RemoteProject, warehouse: RemoteWarehouse, full: boolean): Promise<Mode> {
  if (full) return "full";
  const log = print(relation(placeOf(loaded), "run_log"), loaded.context.dialect.lexical);
  const rows = await warehouse
    .execute(`select config_hash from ${log} order by run desc limit 1`)
    .catch((error: unknown): readonly Row[] => {
      if (error instanceof StatementError && isMissing(error.message)) return [];
      throw error;
    });
  return rows[0]?.["config_hash"] === configHash(loaded) ? "incremental" : "full";
}

/** Whether a warehouse says that there is no such relation: "Not found: Table …", "… does not exist or not authorized." */
export function isMissing(message: string): boolean {
  return /not found|does not exist/i.test(message);
}

async function lastRun(loaded: RemoteProject, warehouse: RemoteWarehouse): Promise<RemoteReport["log"]> {
  const log = print(relation(placeOf(loaded), "run_log"), loaded.context.dialect.lexical);
  const [row = {}] = await warehouse.execute(`select * from ${log} order by run desc limit 1`);
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "boolean" || typeof value === "bigint" ? String(value) : value,
    ]),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
