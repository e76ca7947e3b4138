// Decisions from a command: the rows that say what a person ruled, tried out beside what is published, and added to the
// project's decisions. Nothing is written before `write` is called.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import { DECISION_COLUMNS, type DecisionRow } from "../render/decisions.ts";
import { tableName } from "../render/records.ts";
import { id, join, lit, print, sql } from "../sql/fragment.ts";
import { append, type DecisionsFile, idsIn, linesFor, nextIds, readDecisionsFile } from "./decisions-file.ts";
import { type Effect, effectOf } from "./effect.ts";
import { type Loaded, type LoadOptions, load, type Sources } from "./load.ts";
import { recordOf, unknownRecord } from "./named.ts";
import type { OnProgress } from "./progress.ts";
import { withPublished } from "./published.ts";
import { run } from "./run.ts";
import { type Cut, cutOf, type Draft, type Placement, placementOf, split } from "./split.ts";

/** What a person rules. `a` and `b` are record keys or identity ids. */
export type Ruling =
  | { readonly kind: "link" | "unlink"; readonly a: string; readonly b: string }
  | { readonly kind: "ignore"; readonly identifier: string; readonly value: string }
  | { readonly kind: "split"; readonly identity: string; readonly records: readonly string[] };

export type DecideOptions = LoadOptions & {
  readonly ruling: Ruling;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
  readonly expires?: Date | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly sources?: Sources | undefined;
};

export type Proposal = {
  /** The rows to add, complete. */
  readonly rows: readonly DecisionRow[];
  readonly effect: Effect;
  /** Nothing is published yet, so there is nothing that changes. */
  readonly isFirst: boolean;
  /** Of a split: the identities that the records taken out make, and those that the others make. */
  readonly parts: { readonly leaving: number; readonly staying: number } | undefined;
  readonly destination: Destination;
  readonly warnings: readonly Diagnostic[];
};

export type Destination =
  | { readonly kind: "file"; readonly path: string; readonly write: () => void }
  /** For the user to run: we write to no table of others. */
  | { readonly kind: "table"; readonly table: string; readonly insert: string };

/**
 * The rows of a ruling and what they change, by a dry run. Throws DiagnosticError for what cannot be decided: no decisions in
 * the project, unknown names, a must-link that a cannot-link refuses, records that nothing parts.
 */
export async function propose(options: DecideOptions): Promise<Proposal> {
  const { value: loaded, diagnostics } = load(options, options.sources);
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  const { ruling } = options;
  const { lexical } = loaded.context.dialect;
  const source = sourceOf(loaded);
  checkIdentifier(ruling, loaded);
  const named = await withPublished(loaded, async (published) => ({
    cut:
      ruling.kind === "split" ? await cutOf(ruling.identity, ruling.records, loaded, published) : undefined,
    drafts: await draftsOf(ruling, (name) => recordOf(name, loaded, published)),
  }));
  if (named === undefined && ruling.kind === "split") {
    const hint = "`idweave run` publishes.";
    throw new DiagnosticError([
      diagnose("IDW733", "Nothing is published yet, so nothing can be split.", { hint }),
    ]);
  }
  const drafts = named?.drafts ?? (await draftsOf(ruling, async (name) => name));
  const now = new Date();
  const tryOut = async (tried: readonly Draft[]): Promise<Tried> => {
    const rows = completed(tried, source.file, options, now);
    return tryRows(rows, named?.cut, loaded, options, source.file);
  };
  const tried = named?.cut === undefined ? await tryOut(drafts) : await split(named.cut, tryOut);
  await refuse(tried, ruling, loaded);
  const { rows, effect, warnings, placement } = tried;
  const partsOf = (records: readonly string[]) =>
    new Set(records.flatMap((record) => placement.identities.get(record) ?? [])).size;
  return {
    rows,
    effect,
    isFirst: named === undefined,
    parts:
      named?.cut === undefined
        ? undefined
        : { leaving: partsOf(named.cut.leaving), staying: partsOf(named.cut.staying) },
    destination: destinationOf(rows, source, lexical),
    warnings,
  };
}

type Tried = {
  readonly rows: readonly DecisionRow[];
  readonly effect: Effect;
  readonly placement: Placement;
  readonly warnings: readonly Diagnostic[];
};

async function tryRows(
  rows: readonly DecisionRow[],
  cut: Cut | undefined,
  loaded: Loaded,
  options: DecideOptions,
  file: DecisionsFile | undefined,
): Promise<Tried> {
  const { lexical } = loaded.context.dialect;
  const ids = rows.map((row) => row.id ?? "");
  let effect: Effect | undefined;
  let placement: Placement = { identities: new Map(), ties: [] };
  const { project, target, env, signal, onProgress, sources } = options;
  const done = file === undefined ? () => undefined : standIn(file);
  try {
    const { warnings } = await run({
      project,
      target,
      env,
      signal,
      onProgress,
      sources,
      acceptAlarms: true,
      dryRun: true,
      proposed: rows,
      inspect: async (warehouse) => {
        effect = await effectOf(warehouse, ids, lexical);
        if (cut !== undefined) placement = await placementOf(cut, warehouse, lexical);
      },
    });
    if (effect === undefined) throw new Error("the dry run was not looked at");
    return { rows, effect, placement, warnings };
  } finally {
    done();
  }
}

/** A file that is not there yet would stop the run that tries its first row. */
function standIn({ file, text }: DecisionsFile): () => void {
  if (text !== "" || existsSync(file)) return () => undefined;
  writeFileSync(file, `${DECISION_COLUMNS.join(",")}\n`);
  return () => rmSync(file, { force: true });
}

type Source =
  | { readonly kind: "file"; readonly file: DecisionsFile }
  | { readonly kind: "table"; readonly table: string; readonly file: undefined };

function sourceOf({ project, folder }: Loaded): Source {
  const { decisions, places } = project;
  if (decisions === undefined) {
    const message = `${project.file} names no decisions, so there is nowhere to write one.`;
    const hint = "Add `decisions: decisions.csv` to it; the file is made with the first decision.";
    throw new DiagnosticError([diagnose("IDW614", message, { hint })]);
  }
  if (decisions.kind === "table") return { kind: "table", table: decisions.table, file: undefined };
  return { kind: "file", file: readDecisionsFile(folder, decisions.path, places.of(["decisions"])) };
}

function checkIdentifier(ruling: Ruling, { project }: Loaded): void {
  if (ruling.kind !== "ignore") return;
  const names = project.identifiers.map(({ name }) => name);
  if (names.includes(ruling.identifier)) return;
  const hint = didYouMean(ruling.identifier, names, "Identifiers");
  const message = `The identifier ${quote(ruling.identifier)} is not declared.`;
  throw new DiagnosticError([diagnose("IDW608", message, { hint })]);
}

async function draftsOf(
  ruling: Ruling,
  recordOfName: (name: string) => Promise<string>,
): Promise<readonly Draft[]> {
  switch (ruling.kind) {
    case "link":
    case "unlink": {
      const decision = ruling.kind === "link" ? "must_link" : "cannot_link";
      return [{ decision, a: await recordOfName(ruling.a), b: await recordOfName(ruling.b) }];
    }
    case "ignore":
      return [{ decision: "ignore_value", identifier: ruling.identifier, value: ruling.value }];
    case "split":
      return [];
  }
}

function completed(
  drafts: readonly Draft[],
  file: DecisionsFile | undefined,
  { reason, by, expires }: DecideOptions,
  now: Date,
): readonly DecisionRow[] {
  const stamp = now.toISOString().replace(/[-:]|\..*/g, "");
  const ids = file === undefined ? [] : nextIds(idsIn(file), drafts.length, now);
  return drafts.map((draft, index) => ({
    id: ids[index] ?? `d-${stamp}-${index + 1}`,
    ...draft,
    ...(reason === undefined ? {} : { reason }),
    ...(by === undefined ? {} : { decided_by: by }),
    decided_at: isoSeconds(now),
    ...(expires === undefined ? {} : { expires_at: isoSeconds(expires) }),
  }));
}

/** A decision of now is in force now, so its time is not rounded up. */
function isoSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+/, "");
}

async function refuse({ rows, effect }: Tried, ruling: Ruling, loaded: Loaded): Promise<void> {
  const statusOf = (row: DecisionRow) => effect.statuses.find(({ id: each }) => each === row.id);
  for (const row of rows) {
    const status = statusOf(row);
    if (status?.status === "refused") {
      const message = `The must-link of ${quote(row.a ?? "")} and ${quote(row.b ?? "")} would be refused: the cannot-link ${quote(status.blockedBy ?? "")} keeps them apart. Nothing was written.`;
      const hint =
        "A cannot-link beats a must-link; withdraw it first, by deleting its row or with an `expires_at`.";
      throw new DiagnosticError([diagnose("IDW617", message, { hint })]);
    }
    if (status?.status === "unknown_record" && (ruling.kind === "link" || ruling.kind === "unlink")) {
      const missing = [row.a ?? "", row.b ?? ""];
      const found = await withPublished(loaded, async (published) => {
        const known = await published.warehouse.query(
          `select record_key from ${published.table("identity_records")} where record_key in (${missing.map((name) => print(lit(name), loaded.context.dialect.lexical)).join(", ")})`,
        );
        const unknown = missing.filter((name) => !known.some((each) => each["record_key"] === name));
        return Promise.all(unknown.map((name) => unknownRecord(name, loaded, published)));
      });
      const diagnostics =
        found ?? (await Promise.all(missing.map((name) => unknownRecord(name, loaded, undefined))));
      throw new DiagnosticError(diagnostics);
    }
  }
}

function destinationOf(
  rows: readonly DecisionRow[],
  source: Source,
  lexical: Loaded["context"]["dialect"]["lexical"],
): Destination {
  switch (source.kind) {
    case "file": {
      const lines = linesFor(source.file, rows);
      return { kind: "file", path: source.file.path, write: () => append(source.file, lines) };
    }
    case "table": {
      const columns = DECISION_COLUMNS.filter((column) => rows.some((row) => row[column] !== undefined));
      const values = rows.map(
        (row) =>
          sql`(${join(
            columns.map((column) => lit(row[column] ?? null)),
            ", ",
          )})`,
      );
      const insert = sql`
        insert into ${tableName(source.table)} (${join(
          columns.map((column) => id(column)),
          ", ",
        )})
        values
          ${join(values, ",\n")};
      `;
      return { kind: "table", table: source.table, insert: print(insert, lexical) };
    }
  }
}
