// What a run did, for a person with ten seconds. The same numbers, complete, are in `--format json`.

import { listOf } from "../diagnostics/text.ts";
import { duckdb } from "../dialect/duckdb.ts";
import { eventWords } from "../explain/words.ts";
import { alarmText } from "../run/alerts.ts";
import type { Preview } from "../run/preview.ts";
import type { RunReport } from "../run/run.ts";
import { id, lit, print } from "../sql/fragment.ts";
import { goldenLines } from "./golden-text.ts";

type Counted = { readonly name: string; readonly count: number };

/** How many of a list are named before the rest is summed up. */
const NAMED = 5;
/** How many changes of identities a dry run tells one by one. */
const EVENTS_SHOWN = 20;
/** How many suggestions of an attribute are told one by one. */
const SUGGESTED = 3;

export function summaryText(report: RunReport): string {
  const { records, identities, merges, seconds } = report;
  const time = seconds < 60 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
  const byModel = report.recordsByModel.map(({ model, records: count }) => ({ name: model, count }));
  const refused = report.refusedMerges.map(({ blockedBy, rows }) => ({ name: blockedBy, count: rows }));
  const rejected = report.rejectedRecords.map(({ model, reason, rows }) => ({
    name: `${model} ${reason}`,
    count: rows,
  }));
  const values = report.rejectedValues.map(({ identifier, reason, rows }) => ({
    name: `${identifier} ${reason}`,
    count: rows,
  }));
  const decisions = report.decisions.map(({ status, decisions: count }) => ({
    name: status.replaceAll("_", " "),
    count,
  }));
  const alarms = report.alarms.map((alarm) => alarmText(alarm)).join("; ");
  const [largest, ...others] = report.largestIdentities;
  const lines: readonly (readonly [string, number, string])[] = [
    ["records", records, list(byModel)],
    ["merges", merges, "records that joined others"],
    ["refused merges", sum(refused), refused.length === 0 ? "" : `by ${list(refused)}`],
    ["rejected records", report.recordsRejected, list(rejected)],
    ["rejected values", sum(values), list(values)],
    ...(decisions.length === 0 ? [] : [["decisions", sum(decisions), list(decisions)] as const]),
    ...(largest === undefined
      ? []
      : [["largest identity", largest.records, largestText(largest.identityId, others)] as const]),
    ...(alarms === "" ? [] : [["alarms", report.alarms.length, alarms] as const]),
  ];
  const changed = changesLine(report);
  const isDry = report.preview !== undefined;
  const width = Math.max(...lines.map(([, count]) => number(count).length));
  return [
    `${report.entity}: ${number(records)} records ${isDry ? "would be" : "are"} ${number(identities)} identities  (run ${report.run}, ${report.mode}, ${time})`,
    ...(changed === undefined ? [] : [changed]),
    ...unseenLine(report),
    ...batchLine(report),
    "",
    ...lines.map(([what, count, detail]) =>
      `  ${what.padEnd(16)}  ${number(count).padStart(width)}  ${detail}`.trimEnd(),
    ),
    ...suggestionLines(report),
    "",
    ...(report.preview === undefined ? whereToLook(report) : previewLines(report.preview)),
    "",
  ].join("\n");
}

/** Since the run before; nothing after a first run. */
function changesLine({ run, mode, reason, changes }: RunReport): string | undefined {
  if (run === 1) return undefined;
  const { newRecords, changedRecords, deletedRecords, erasedRecords, events } = changes;
  const told = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${number(count)} ${name}`)
      .join(", ") || "none";
  const records = told({
    new: newRecords,
    changed: changedRecords,
    deleted: deletedRecords,
    erased: erasedRecords,
  });
  const why = mode === "full" && reason !== undefined ? `everything anew: ${reason}; ` : "";
  return `Since the run before: ${why}records: ${records}; identities: ${told(events)}.`;
}

function previewLines({ events, eventsFound }: Preview): readonly string[] {
  const shown = events.slice(0, EVENTS_SHOWN);
  const rest = eventsFound - shown.length;
  return [
    ...shown.map((event) => `  ${eventWords(event)}`),
    ...(rest > 0 ? [`  and ${number(rest)} more changes of identities`] : []),
    ...(shown.length > 0 ? [""] : []),
    "This was a dry run: nothing was published.",
  ];
}

function unseenLine({ unseenDeletions: models }: RunReport): readonly string[] {
  if (models.length === 0) return [];
  const read = `${listOf(models, "and")} ${models.length === 1 ? "was" : "were"} read by watermark`;
  return [`${read}: rows deleted there are not seen before a run with --full.`];
}

function batchLine({ batch }: RunReport): readonly string[] {
  if (batch === undefined) return [];
  const since = batch.since === undefined ? "" : ` from ${batch.since}`;
  const until = batch.until === undefined ? "" : ` until ${batch.until}`;
  return [`A batch of ${batch.model}${since}${until}: all other records stay as they are.`];
}

/** What a backfill holds back. */
function suggestionLines({ suggestions }: RunReport): readonly string[] {
  if (suggestions === undefined) return [];
  const title = `Golden values held back, of ${number(suggestions.identities)} identities; a run without --backfill-only takes them:`;
  const shown = suggestions.attributes.map((each) => ({
    ...each,
    examples: each.examples.slice(0, SUGGESTED),
  }));
  return goldenLines(title, shown);
}

function whereToLook(report: RunReport): readonly string[] {
  const table = (name: string) => print(id(report.schema, `${report.prefix}${name}`), duckdb.lexical);
  const [largest] = report.largestIdentities;
  const where = `The results are in ${report.database}, schema ${report.schema}.`;
  if (largest === undefined) return [where];
  return [
    `${where} Why the largest identity is one:`,
    `  select * from ${table("merge_evidence")} where identity_id = ${print(lit(largest.identityId), duckdb.lexical)};`,
  ];
}

function largestText(identityId: string, others: RunReport["largestIdentities"]): string {
  const next = others.map(({ records }) => number(records)).join(", ");
  return `records in ${identityId}${next === "" ? "" : `; then ${next}`}`;
}

/** `user_id 800, email 204 and 3 more 12` */
function list(items: readonly Counted[]): string {
  const shown = items.slice(0, NAMED).map(({ name, count }) => `${name} ${number(count)}`);
  const rest = items.slice(NAMED);
  return `${shown.join(", ")}${rest.length === 0 ? "" : `, ${rest.length} others ${number(sum(rest))}`}`;
}

function sum(items: readonly Counted[]): number {
  return items.reduce((total, { count }) => total + count, 0);
}

function number(value: number): string {
  return value.toLocaleString("en");
}
