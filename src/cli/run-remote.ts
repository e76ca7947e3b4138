// `idweave run` on a warehouse: compiles the script in memory, sends it, and says what became of it.
import type { Connection } from "../run/connection.ts";
import type { RemoteEstimate, RemoteOptions, RemoteProject, RemoteReport } from "../run/remote.ts";
import { lit, print } from "../sql/fragment.ts";
import { interruptibly } from "./interruptibly.ts";
import { version } from "./package.ts";
import { type Saying, sayProblems } from "./saying.ts";

export type RemoteRunOptions = {
  readonly full?: boolean;
  readonly asOf?: Date;
  readonly acceptAlarms?: boolean;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
};

/** Prints the summary, or the estimate of a dry run; what is wrong is thrown. */
export async function runInWarehouse(
  saying: Saying,
  loaded: RemoteProject,
  opened: Connection,
  options: RemoteRunOptions,
): Promise<void> {
  const quiet = options.quiet === true || saying.format === "json";
  const [{ estimateRemote, runRemote }, { secretForScript }, script] = await Promise.all([
    import("../run/remote.ts"),
    import("../run/secret.ts"),
    scripts(loaded, options),
  ]);
  const secret = options.dryRun === true ? undefined : secretForScript(loaded, saying.environment.env);
  const connection: Connection = {
    ...opened,
    hide: (text) => {
      const shown = opened.hide(text);
      return secret === undefined ? shown : shown.replaceAll(secret, "***");
    },
  };
  const hide = (text: string) => connection.hide(saying.environment.hide(text));
  await interruptibly({ quiet, hide }, async ({ signal, onProgress }) => {
    const all: RemoteOptions = {
      connection,
      script,
      secret,
      full: options.full === true,
      onProgress,
      signal,
    };
    if (options.dryRun === true) tellEstimate(saying, await estimateRemote(loaded, all));
    else tellReport(saying, loaded, await runRemote(loaded, all));
  });
}

async function scripts(loaded: RemoteProject, options: RemoteRunOptions): Promise<RemoteOptions["script"]> {
  const [{ flowOf, scriptText }, { placeOf }, { configHash }] = await Promise.all([
    import("../target/script/warehouse.ts"),
    import("../run/publish.ts"),
    import("../run/config-hash.ts"),
  ]);
  const { dialect } = loaded.context;
  const flow = flowOf(loaded.context);
  if (flow === undefined) throw new Error(`${loaded.target.type} has no scripts`);
  const asOf = options.asOf?.toISOString().replace("T", " ").replace("Z", "");
  const values = {
    ...(asOf === undefined
      ? {}
      : { idw_as_of: `cast(${print(lit(asOf), dialect.lexical)} as ${dialect.types.timestamp})` }),
    ...(options.acceptAlarms === true ? { idw_accept_alarms: "true" } : {}),
  };
  return (mode) =>
    scriptText(loaded.plans[mode], flow, {
      ...loaded,
      place: placeOf(loaded),
      version: version(),
      configHash: configHash(loaded),
      values,
    });
}

const COUNTS = ["created", "merged", "split", "moved", "revived", "retired"];

function tellReport(saying: Saying, loaded: RemoteProject, report: RemoteReport): void {
  const { log, query, seconds, message } = report;
  if (saying.format === "json") {
    const object = {
      ...log,
      target: report.target,
      message,
      query_id: query?.id ?? null,
      query_url: query?.url ?? null,
      seconds,
    };
    process.stdout.write(`${JSON.stringify(object, null, 2)}\n`);
    return;
  }
  const number = (name: string) => Number(log[name] ?? 0).toLocaleString("en");
  const told = (names: readonly string[]) =>
    names
      .filter((name) => Number(log[name] ?? 0) > 0)
      .map((name) => `${number(name)} ${name.replace("_records", "")}`)
      .join(", ") || "none";
  const { catalog, schema } = loaded.target;
  const lines = [
    `${loaded.project.entity}: ${number("records")} records are ${number("identities")} identities  (run ${log["run"]}, ${log["mode"]}, ${seconds.toFixed(1)} s)`,
    `Records: ${told(["new_records", "changed_records", "erased_records"])}; identities: ${told(COUNTS)}.`,
    ...(message.includes(";") ? [`Alarms: ${message.slice(message.indexOf(";") + 1).trim()}`] : []),
    "",
    `The results are in ${catalog}.${schema} (target ${report.target}).`,
    ...(query === undefined ? [] : [`Query ${query.id}${query.url === undefined ? "" : `: ${query.url}`}`]),
  ];
  process.stdout.write(`${lines.map((line) => saying.environment.hide(line)).join("\n")}\n`);
}

function tellEstimate(saying: Saying, estimate: RemoteEstimate): void {
  if (saying.format === "json") {
    process.stdout.write(`${JSON.stringify({ ...estimate, published: false }, null, 2)}\n`);
    return;
  }
  sayProblems(saying, []);
  const lines = estimate.models.flatMap(({ model, bytes, explanation }) => [
    `  ${model.padEnd(24)}  ${bytes === undefined ? "the warehouse tells no size" : amount(bytes)}`,
    ...explanation.map((line) => `    ${line}`),
  ]);
  process.stdout.write(
    `A ${estimate.mode} run on ${estimate.target} would read of the models:\n\n${lines.join("\n")}\n\nThis was a dry run: nothing was run or published.\n`,
  );
}

function amount(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
