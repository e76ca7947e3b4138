// The change feed: what is different since a run, read from what is published. Rows are copied beside first, so that the
// target is free again before the reader has taken the first of them; then they are handed on in pieces.

import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { relation } from "../render/publish.ts";
import { columnsOf } from "../render/relations.ts";
import { type Fragment, id, join, lit, print, sql } from "../sql/fragment.ts";
import type { Cell, Row } from "../warehouse/warehouse.ts";
import { type Cursor, cursorOf, FEED_KINDS, type FeedKind, GOLDEN_PREFIX } from "./feed-cursor.ts";
import { isoTime } from "./history.ts";
import { type Loaded, type LoadOptions, load, type Sources } from "./load.ts";
import { placeOf } from "./publish.ts";
import { type Published, withPublished } from "./published.ts";

export type FeedOptions = LoadOptions & {
  /** Changes of later runs than this; 0 means all. */
  readonly since: number;
  /** And of this run or earlier ones; the last by default. */
  readonly until?: number | undefined;
  /** Rows after the one with this cursor. */
  readonly after?: Cursor | undefined;
  readonly kinds?: readonly FeedKind[] | undefined;
  readonly sources?: Sources | undefined;
};

/** `cursor`, `run`, `kind` and the columns of its kind. Deletions have the change `delete`. */
export type FeedRow = Readonly<Record<string, Cell>>;

export type Feed = {
  readonly lastRun: number;
  /** The columns of each kind, in order. */
  readonly columns: Readonly<Record<FeedKind, readonly string[]>>;
  /** Columns whose cells are arrays, as JSON text. */
  readonly arrays: ReadonlySet<string>;
  readonly warnings: readonly Diagnostic[];
};

const EVENTS = [
  "occurred_at",
  "event",
  "identity_id",
  "other_identity_id",
  "identifier",
  "value",
  "records",
  "reason",
] as const;
const RECORDS = ["change", "record_key", "identity_id", "previous_identity_id"] as const;
const GOLDEN = ["change", "identity_id"] as const;

/**
 * Rows by (run, kind, keys), each once, in pieces of some thousands; waits for `receive`. What is told is the present state of
 * whatever changed last in a run of the range. Throws DiagnosticError: IDW730 for a run that was not yet, IDW733 before the
 * first run.
 */
export async function changeFeed(
  options: FeedOptions,
  receive: (rows: readonly FeedRow[], feed: Feed) => Promise<void>,
): Promise<Feed> {
  const { value: loaded, diagnostics } = load(options, options.sources);
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  const told = await withPublished(loaded, async (published) => {
    const { warehouse, table, release } = published;
    const [log] = await warehouse.query(`select max(run) as latest from ${table("run_log")}`);
    const lastRun = Number(log?.["latest"] ?? 0);
    if (options.since > lastRun) throw unknownRun(options.since, lastRun);
    const kinds = options.kinds ?? FEED_KINDS;
    const attributes = await goldenAttributes(loaded, published);
    const feed: Feed = {
      lastRun,
      columns: {
        events: EVENTS,
        golden: [...GOLDEN, ...attributes.map(({ name }) => `${GOLDEN_PREFIX}${name}`)],
        records: RECORDS,
      },
      arrays: new Set(
        attributes.flatMap(({ name, isArray }) => (isArray ? [`${GOLDEN_PREFIX}${name}`] : [])),
      ),
      warnings: kinds.includes("records") ? forgotten(options.since, lastRun, loaded) : [],
    };
    const branches = FEED_KINDS.filter((kind) => kinds.includes(kind)).map((kind) =>
      rowsOf(kind, loaded, attributes),
    );
    const rows = sql`
      create temp table idw_feed as
      select *
      from (
        ${join(branches, "\nunion all by name\n")}
      ) as changes
      where run > ${lit(options.since)} and run <= ${lit(options.until ?? lastRun)}
      ${afterCursor(options.after)}
    `;
    await warehouse.execute(print(rows, loaded.context.dialect.lexical));
    await release();
    const sorted = "select * from idw_feed order by run, kind, key_1, key_2, key_3";
    for await (const piece of warehouse.stream(sorted)) await receive(piece.map(withCursor), feed);
    return feed;
  });
  if (told !== undefined) return told;
  const hint = "`idweave run` publishes.";
  throw new DiagnosticError([
    diagnose("IDW733", "Nothing is published yet, so nothing has changed.", { hint }),
  ]);
}

type Attribute = { readonly name: string; readonly isArray: boolean };

async function goldenAttributes({ context }: Loaded, { columns }: Published): Promise<readonly Attribute[]> {
  const fixed = new Set(["identity_id", "updated_run"]);
  const wanted = new Set(columnsOf("golden_records", context).map((name) => name.toLowerCase()));
  return (await columns("golden_records"))
    .filter(({ name }) => !fixed.has(name) && wanted.has(name.toLowerCase()))
    .map(({ name, type }) => ({ name, isArray: type.endsWith("[]") }));
}

function rowsOf(kind: FeedKind, loaded: Loaded, attributes: readonly Attribute[]): Fragment {
  const place = placeOf(loaded);
  const { jsonText } = loaded.context.dialect.functions;
  const table = (name: string) => relation(place, name);
  switch (kind) {
    case "events":
      return sql`
        select
          run, 'events' as kind, identity_id as key_1, event as key_2, coalesce(other_identity_id, '') as key_3,
          occurred_at, event, identity_id, other_identity_id, identifier, value, records, reason
        from ${table("identity_events")}
      `;
    case "records":
      return sql`
        select
          r.updated_run as run, 'records' as kind, r.record_key as key_1, '' as key_2, '' as key_3,
          'upsert' as change, r.record_key, r.identity_id, h.identity_id as previous_identity_id
        from ${table("identity_records")} as r
        left join ${table("identity_history")} as h on h.record_key = r.record_key and h.run = r.updated_run
        union all by name
        select
          run, 'records' as kind, record_key as key_1, '' as key_2, '' as key_3,
          'delete' as change, record_key, identity_id as previous_identity_id
        from (
          select *, row_number() over (partition by record_key order by run desc) as place
          from ${table("identity_history")}
          -- an empty key says how far the history reaches
          where record_key <> '' and record_key not in (select record_key from ${table("identity_records")})
        ) as gone
        where place = 1
      `;
    case "golden": {
      const columns = attributes.map(({ name, isArray }) => {
        const value = isArray ? jsonText(id("g", name)) : id("g", name);
        return sql`, ${value} as ${id(`${GOLDEN_PREFIX}${name}`)}`;
      });
      return sql`
        select
          g.updated_run as run, 'golden' as kind, g.identity_id as key_1, '' as key_2, '' as key_3,
          'upsert' as change, g.identity_id${join(columns, "")}
        from ${table("golden_records")} as g
        union all by name
        select
          max(run) as run, 'golden' as kind, identity_id as key_1, '' as key_2, '' as key_3,
          'delete' as change, identity_id
        from ${table("identity_events")}
        where event in ('merged', 'retired')
          and identity_id not in (select identity_id from ${table("golden_records")})
        group by identity_id
      `;
    }
  }
}

function afterCursor(cursor: Cursor | undefined): Fragment {
  if (cursor === undefined) return sql``;
  const { run, kind, keys } = cursor;
  const values = join([lit(run), lit(kind), ...keys.map((key) => lit(key))], ", ");
  return sql`and (run, kind, key_1, key_2, key_3) > (${values})`;
}

function withCursor(row: Row): FeedRow {
  const keys = [String(row["key_1"]), String(row["key_2"]), String(row["key_3"])] as const;
  const cursor = cursorOf({ run: Number(row["run"]), kind: row["kind"] as FeedKind, keys });
  const told: Record<string, Cell> = { cursor };
  for (const name in row) {
    const value = row[name] ?? null;
    if (name.startsWith("key_")) continue;
    told[name] = name === "occurred_at" && value !== null ? isoTime(value) : value;
  }
  return told;
}

// Of records that vanished only the kept runs know.
function forgotten(since: number, lastRun: number, { project }: Loaded): readonly Diagnostic[] {
  const known = lastRun - project.keepRuns;
  if (since === 0 || since >= known) return [];
  const message = `Records that vanished in run ${known} or before are not told; everything else is.`;
  const hint =
    "Ask more often, or raise `runs.keep`; a reader that lags behind starts over with `--since 0`.";
  return [diagnose("IDW732", message, { span: project.places.of(["runs", "keep"]), hint })];
}

function unknownRun(run: number, lastRun: number): DiagnosticError {
  const hint = "`idweave history` lists the runs.";
  const message = `There is no run ${run} yet; the last is ${lastRun}.`;
  return new DiagnosticError([diagnose("IDW730", message, { hint })]);
}
