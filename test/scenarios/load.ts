// Reads scenario files: one project with one model each, and what must come out of it under the three policies. The
// same shape serves this folder and the shared conformance cases; running them is left to the tests.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import type {
  BlockedRow,
  Policy,
  ReferenceConfig,
  ReferenceDecision,
  ReferenceIdentifier,
  ReferenceRecord,
} from "../reference/types.ts";
import { fields, list, microseconds, number, recordKey, string } from "./nodes.ts";

export { MODEL } from "./nodes.ts";

export const POLICIES: readonly Policy[] = ["nobody", "first", "last"];

export type Scenario = {
  /** The file's name without its ending. */
  readonly name: string;
  /** The sentence on the file's first line. */
  readonly title: string;
  /** The configuration with every identifier set to that policy. */
  readonly config: Readonly<Record<Policy, ReferenceConfig>>;
  /** Keys are full record keys, here and below. */
  readonly records: readonly ReferenceRecord[];
  readonly decisions: readonly ReferenceDecision[];
  /** The whole partition. */
  readonly expected: Readonly<Record<Policy, readonly (readonly string[])[]>>;
  /** The distinct (identifier, value) pairs of `blocked_merges`. */
  readonly blocked: Readonly<Record<Policy, readonly (readonly [string, string])[]>>;
  /** All rows of `blocked_merges`, where the file tells them; a side is named by any one of its records. */
  readonly rows: Readonly<Record<Policy, readonly BlockedRow[]>> | undefined;
};

/** All scenarios of this folder, by name. */
export function ownScenarios(): readonly Scenario[] {
  return loadFolder(import.meta.dirname);
}

/** All scenarios of a folder, by name. */
export function loadFolder(folder: string): readonly Scenario[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yml"));
  return files.sort().map((file) => loadScenario(join(folder, file)));
}

/** The folder of the shared conformance cases: of IDWEAVE_SHARED, else beside the checkout; undefined when absent. */
export function conformanceFolder(): string | undefined {
  const checkout = dirname(dirname(import.meta.dirname));
  const folder = join(process.env["IDWEAVE_SHARED"] ?? resolve(checkout, "..", "shared"), "conformance");
  return existsSync(folder) ? folder : undefined;
}

/** What a test prints when `conformanceFolder()` is undefined, so that nobody takes a skip for a pass. */
export const CONFORMANCE_ABSENT =
  "SKIPPED: the shared conformance cases are not here (set IDWEAVE_SHARED, or put them at ../shared)";

/** Reads one scenario file. Throws with the file's name when it says anything that is not understood here. */
export function loadScenario(path: string): Scenario {
  const text = readFileSync(path, "utf8");
  const name = basename(path, ".yml");
  try {
    return readScenario(name, text);
  } catch (error) {
    throw new Error(`${basename(path)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readScenario(name: string, text: string): Scenario {
  const file = fields(parse(text), ["identifiers", "records", "decisions", "expected", "blocked", "rows"]);
  const identifiers = Object.entries(fields(file["identifiers"])).map(([identifier, about]) => {
    const { priority, limit, max_records } = fields(about, ["priority", "limit", "max_records"]);
    return {
      name: identifier,
      priority: number(priority),
      ...(limit === undefined ? {} : { limit: number(limit) }),
      ...(max_records === undefined ? {} : { maxRecords: number(max_records) }),
    };
  });
  const names = identifiers.map((identifier) => identifier.name);
  return {
    name,
    title: (text.split("\n")[0] ?? "").replace(/^# /, ""),
    config: perPolicy((contested) => configOf(identifiers, contested)),
    records: list(file["records"]).map((record) => readRecord(record, names)),
    decisions: list(file["decisions"] ?? []).map(readDecision),
    expected: perPolicy((policy) =>
      list(fields(file["expected"], POLICIES)[policy]).map((identity) => list(identity).map(recordKey)),
    ),
    blocked: perPolicy((policy) =>
      list(fields(file["blocked"], POLICIES)[policy]).map((pair) => {
        const [identifier, value] = list(pair);
        return [string(identifier), string(value)] as const;
      }),
    ),
    rows:
      file["rows"] === undefined
        ? undefined
        : perPolicy((policy) => list(fields(file["rows"], POLICIES)[policy]).map(readRow)),
  };
}

function configOf(
  identifiers: readonly Omit<ReferenceIdentifier, "contested">[],
  contested: Policy,
): ReferenceConfig {
  return { identifiers: identifiers.map((identifier) => ({ ...identifier, contested })) };
}

/** A record of `identifiers`: its key, when it was observed, and one value or a list of them for each. */
export function readRecord(node: unknown, identifiers: readonly string[]): ReferenceRecord {
  const record = fields(node, ["key", "observed_at", ...identifiers]);
  const values = identifiers.map((identifier) => {
    const value = record[identifier] ?? [];
    return [identifier, Array.isArray(value) ? value.map(string) : [string(value)]] as const;
  });
  return {
    key: recordKey(record["key"]),
    observedAt: microseconds(record["observed_at"]),
    values: Object.fromEntries(values),
  };
}

/** A decision without its expiry. */
export function readDecision(node: unknown): ReferenceDecision {
  const all = fields(node, ["id", "decision", "a", "b", "identifier", "value", "decided_at"]);
  const head = { id: string(all["id"]), decidedAt: microseconds(all["decided_at"]) };
  const decision = string(all["decision"]);
  switch (decision) {
    case "must_link":
    case "cannot_link":
      return { ...head, decision, a: recordKey(all["a"]), b: recordKey(all["b"]) };
    case "ignore_value":
      return { ...head, decision, identifier: string(all["identifier"]), value: string(all["value"]) };
    default:
      throw new Error(`no such decision: ${decision}`);
  }
}

function readRow(node: unknown): BlockedRow {
  const row = fields(node, ["identity", "owner", "identifier", "value", "blocked_by", "limit"]);
  return {
    identity: recordKey(row["identity"]),
    owner: row["owner"] === null ? null : recordKey(row["owner"]),
    identifier: string(row["identifier"]),
    value: string(row["value"]),
    blockedBy: string(row["blocked_by"]),
    limit: number(row["limit"]),
  };
}

function perPolicy<Each>(each: (policy: Policy) => Each): Readonly<Record<Policy, Each>> {
  return { nobody: each("nobody"), first: each("first"), last: each("last") };
}
