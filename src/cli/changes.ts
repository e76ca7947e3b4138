// `idweave changes`: what is different since a run, row by row, for the systems downstream.
import { once } from "node:events";
import { type Command, InvalidArgumentError, Option } from "commander";
import { formatDiagnostics } from "../diagnostics/format.ts";
import type { Feed, FeedRow } from "../run/feed.ts";
import { type Cursor, FEED_KINDS, type FeedKind, GOLDEN_PREFIX, readCursor } from "../run/feed-cursor.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { attempt, sayingOf, withoutSecrets } from "./saying.ts";

type ChangesOptions = {
  readonly project: string;
  readonly target?: string;
  readonly color: boolean;
  readonly since?: number;
  readonly until?: number;
  readonly after?: Cursor;
  readonly kind?: readonly FeedKind[];
  readonly format: "jsonl" | "csv";
};

export function addChanges(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("changes")
    .summary("list what changed since a run, for systems downstream")
    .description(
      "Print the events of identities, the records whose identity changed and the golden records that changed since a run, by (run, kind, keys). Deletions are told too. Reads only; keeps no run waiting.",
    )
    .option("-p, --project <path>", "identity.yml or its folder", ".")
    .option("-t, --target <name>", "a target of identity.yml (default: the first)")
    .option("--since <run>", "changes of later runs than this; 0 means all", readRun)
    .option("--until <run>", "and of this run or earlier ones (default: the last)", readRun)
    .option("--after <cursor>", "go on after the row with this cursor", readAfter)
    .addOption(new Option("--kind <kinds...>", "only these kinds of rows (default: all)").choices(FEED_KINDS))
    .addOption(
      new Option("--format <format>", "how rows are printed").choices(["jsonl", "csv"]).default("jsonl"),
    )
    .option("--no-color", "no colours (as with the environment variable NO_COLOR)")
    .addHelpText(
      "after",
      `
Examples:
  $ idweave changes --since 41                   what is different since run 41, as JSON lines
  $ idweave changes --since 41 --kind golden     golden records only
  $ idweave changes --since 41 --format csv > changes.csv
  $ idweave changes --after WzQyLCJnb2xk…        on from the last row that was taken`,
    )
    .action(async (options: ChangesOptions, command: Command) => {
      if (options.since === undefined && options.after === undefined) {
        command.error("error: one of --since <run> and --after <cursor> is needed");
      }
      done(await printChanges(options));
    });
}

async function printChanges(options: ChangesOptions): Promise<ExitCode> {
  const saying = sayingOf({ format: "text", color: options.color });
  return attempt(saying, async () => {
    const { changeFeed } = await import("../run/feed.ts");
    const lines = options.format === "csv" ? csvLines : jsonLines;
    let isFirst = true;
    const receive = async (rows: readonly FeedRow[], feed: Feed): Promise<void> => {
      await write(lines(rows, feed, isFirst, options.kind ?? FEED_KINDS));
      isFirst = false;
    };
    const feed = await changeFeed(
      {
        project: options.project,
        target: options.target,
        env: saying.environment.env,
        sources: saying.sources,
        // The run of a cursor is not yet taken whole.
        since: options.since ?? (options.after?.run ?? 1) - 1,
        until: options.until,
        after: options.after,
        kinds: options.kind,
      },
      receive,
    );
    if (isFirst) await receive([], feed);
    const shown = feed.warnings.map((warning) => withoutSecrets(warning, saying.environment.hide));
    process.stderr.write(formatDiagnostics(shown, "text", { color: saying.colorOn(process.stderr) }));
    return EXIT.ok;
  });
}

// By hand, since an object a row costs several times what its text does.
function jsonLines(rows: readonly FeedRow[], { columns, arrays }: Feed): string {
  const isAttribute = (name: string) => name.startsWith(GOLDEN_PREFIX);
  const cell = (row: FeedRow, name: string): string => {
    const value = row[name] ?? null;
    if (typeof value === "bigint") return `"${value}"`;
    return value !== null && arrays.has(name) ? String(value) : JSON.stringify(value);
  };
  let text = "";
  for (const row of rows) {
    const kind = row["kind"] as FeedKind;
    text += `{"cursor":"${row["cursor"]}","run":${row["run"]},"kind":"${kind}"`;
    for (const name of columns[kind]) {
      if (!isAttribute(name)) text += `,"${name}":${cell(row, name)}`;
    }
    if (kind === "golden" && row["change"] === "upsert") {
      const attributes = columns[kind]
        .filter(isAttribute)
        .map((name) => `${JSON.stringify(name.slice(GOLDEN_PREFIX.length))}:${cell(row, name)}`);
      text += `,"golden":{${attributes.join(",")}}`;
    }
    text += "}\n";
  }
  return text;
}

/** The columns of all kinds asked for, each once. */
function csvLines(
  rows: readonly FeedRow[],
  { columns }: Feed,
  isFirst: boolean,
  kinds: readonly FeedKind[],
): string {
  const names = [
    ...new Set([
      "cursor",
      "run",
      "kind",
      ...FEED_KINDS.filter((kind) => kinds.includes(kind)).flatMap((kind) => columns[kind]),
    ]),
  ];
  const line = (fields: readonly unknown[]) => `${fields.map(csvField).join(",")}\n`;
  const header = isFirst ? line(names) : "";
  return `${header}${rows.map((row) => line(names.map((name) => row[name] ?? ""))).join("")}`;
}

function csvField(value: unknown): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// Waits for a reader that is slower than we are.
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

function readRun(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new InvalidArgumentError("The number of a run; `idweave history` lists them.");
  return Number(text);
}

function readAfter(text: string): Cursor {
  const cursor = readCursor(text);
  if (cursor === undefined) throw new InvalidArgumentError("A cursor is that of a row of an earlier answer.");
  return cursor;
}
