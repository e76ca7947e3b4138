// Turns a reference's input into a project that the engine can run: identity.yml, one file of records, one of
// decisions. Writes nothing to disk, runs nothing.
import type { DatedDecision, SourceDay } from "../reference/life-types.ts";
import type { ReferenceConfig, ReferenceDecision, ReferenceRecord } from "../reference/types.ts";
import { MODEL } from "./nodes.ts";

export type ProjectFiles = { readonly files: Readonly<Record<string, string>> };

/** Where the run leaves its relations, relative to the project's folder. */
export const DATABASE = { path: "out.duckdb", schema: "identity" } as const;

/**
 * The files of a project with one model `m`: identity.yml (as JSON, which is YAML), records.ndjson (column `key`,
 * `observed_at` as ISO 8601 in UTC with microseconds, and one column per identifier holding an array, or null for no
 * value) and, when there are decisions, decisions.csv. Throws when a record key does not begin with `m:`, or an
 * identifier has the name of another column.
 */
export function toProject(
  config: ReferenceConfig,
  records: readonly ReferenceRecord[],
  decisions: readonly ReferenceDecision[],
): ProjectFiles {
  const names = config.identifiers.map((identifier) => identifier.name);
  const taken = names.find((name) => name === "key" || name === "observed_at");
  if (taken !== undefined) throw new Error(`an identifier of a test project cannot be named ${taken}`);
  return {
    files: {
      "identity.yml": `${JSON.stringify(document(config, decisions.length > 0), null, 2)}\n`,
      "records.ndjson": records.map((record) => `${JSON.stringify(line(record, names))}\n`).join(""),
      ...(decisions.length === 0 ? {} : { "decisions.csv": decisionsCsv(decisions) }),
    },
  };
}

/**
 * The same project as it is on one day of a life: with a column `is_erased`, and with decisions.csv, which also says when
 * a decision expires, even when there are none. identity.yml is the same on all days.
 */
export function toLifeProject(
  config: ReferenceConfig,
  { records, erased, decisions }: SourceDay,
): ProjectFiles {
  const plain = document(config, true);
  const model = { ...plain.models[MODEL], erased: "is_erased" };
  const names = config.identifiers.map((identifier) => identifier.name);
  const rows = [
    ...records.map((record) => ({ ...line(record, names), is_erased: false })),
    ...erased.map((record) => ({ ...line(record, names), is_erased: true })),
  ];
  return {
    files: {
      "identity.yml": `${JSON.stringify({ ...plain, models: { [MODEL]: model } }, null, 2)}\n`,
      "records.ndjson": rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
      "decisions.csv": decisionsCsv(decisions, [...DECISION_COLUMNS, "expires_at"]),
    },
  };
}

/** The same project with decisions.csv that also says when a decision expires, even when there are none; nobody is erased. */
export function toDatedProject(
  config: ReferenceConfig,
  records: readonly ReferenceRecord[],
  decisions: readonly DatedDecision[],
): ProjectFiles {
  const { files } = toProject(config, records, decisions);
  return {
    files: {
      ...files,
      "identity.yml": `${JSON.stringify(document(config, true), null, 2)}\n`,
      "decisions.csv": decisionsCsv(decisions, [...DECISION_COLUMNS, "expires_at"]),
    },
  };
}

function document(config: ReferenceConfig, hasDecisions: boolean) {
  const identifiers = config.identifiers.map(({ name, priority, limit, maxRecords, contested }) => [
    name,
    { priority, limit, max_records: maxRecords, contested },
  ]);
  return {
    version: 1,
    entity: "person",
    targets: { dev: { type: "duckdb", ...DATABASE } },
    models: {
      [MODEL]: {
        file: "records.ndjson",
        key: "key",
        observed_at: "observed_at",
        identifiers: Object.fromEntries(config.identifiers.map(({ name }) => [name, name])),
      },
    },
    identifiers: Object.fromEntries(identifiers),
    ...(hasDecisions ? { decisions: "decisions.csv" } : {}),
  };
}

function line(record: ReferenceRecord, names: readonly string[]) {
  if (!record.key.startsWith(`${MODEL}:`)) throw new Error(`not a record of model ${MODEL}: ${record.key}`);
  const values = names.map((name) => {
    const held = record.values[name] ?? [];
    return [name, held.length === 0 ? null : held];
  });
  return {
    key: record.key.slice(MODEL.length + 1),
    observed_at: isoTime(record.observedAt),
    ...Object.fromEntries(values),
  };
}

const DECISION_COLUMNS = ["id", "decision", "a", "b", "identifier", "value", "decided_at"] as const;

function decisionsCsv(
  decisions: readonly (ReferenceDecision | DatedDecision)[],
  columns: readonly string[] = DECISION_COLUMNS,
): string {
  const rows = decisions.map((decision): Readonly<Record<string, string>> => {
    const { id, decidedAt } = decision;
    const head = {
      id,
      decision: decision.decision,
      decided_at: isoTime(decidedAt) ?? "",
      expires_at: ("expiresAt" in decision ? isoTime(decision.expiresAt) : null) ?? "",
    };
    return decision.decision === "ignore_value"
      ? { ...head, identifier: decision.identifier, value: decision.value }
      : { ...head, a: decision.a, b: decision.b };
  });
  const lines = rows.map((row) => columns.map((column) => csvField(row[column] ?? "")).join(","));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}

/** Empty stays bare, all else is quoted (RFC 4180), so that no reader trims or guesses. */
function csvField(text: string): string {
  return text === "" ? "" : `"${text.replaceAll('"', '""')}"`;
}

/** `2026-01-01T00:00:01.000002Z` of microseconds since 1970. */
function isoTime(microseconds: number | null): string | null {
  if (microseconds === null) return null;
  const fraction = ((microseconds % 1_000_000) + 1_000_000) % 1_000_000;
  const second = new Date((microseconds - fraction) / 1000).toISOString().slice(0, 19);
  return `${second}.${String(fraction).padStart(6, "0")}Z`;
}
