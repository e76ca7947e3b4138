// Reads life scenarios: one project over days, and what must have become of its ids after each. Running them is left to
// the tests.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { idOf } from "../reference/life.ts";
import type {
  DatedDecision,
  LifeEvent,
  LifeEventKind,
  LifeStatus,
  SourceDay,
} from "../reference/life-types.ts";
import type { Policy, ReferenceConfig, ReferenceRecord } from "../reference/types.ts";
import { POLICIES, readDecision, readRecord } from "../scenarios/load.ts";
import { fields, list, MODEL, microseconds, number, recordKey, string } from "../scenarios/nodes.ts";

/** A row of `identities` as far as a scenario tells it. */
export type ExpectedIdentity = {
  readonly id: string;
  readonly status: LifeStatus;
  readonly mergedInto: string | null;
  readonly anchor: string | null;
};

export type ExpectedDay = {
  /** All ids ever issued. */
  readonly identities: readonly ExpectedIdentity[];
  /** Record key to id, for all records present. */
  readonly records: ReadonlyMap<string, string>;
  /** For every id ever issued. */
  readonly redirects: ReadonlyMap<string, string | null>;
  /** Those of this day. */
  readonly events: readonly LifeEvent[];
};

export type Life = {
  /** The file's name without its ending. */
  readonly name: string;
  /** The sentence on the file's first line. */
  readonly title: string;
  readonly config: ReferenceConfig;
  readonly days: readonly { readonly sources: SourceDay; readonly expected: ExpectedDay }[];
};

/** All life scenarios, by name. Throws with the file's name when one says anything that is not understood here. */
export function lives(): readonly Life[] {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".yml"));
  return files.sort().map((file) => {
    const text = readFileSync(join(import.meta.dirname, file), "utf8");
    try {
      return readLife(basename(file, ".yml"), text);
    } catch (error) {
      throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

function readLife(name: string, text: string): Life {
  const file = fields(parse(text), ["identifiers", "days"]);
  const config = { identifiers: Object.entries(fields(file["identifiers"])).map(readIdentifier) };
  const names = config.identifiers.map((identifier) => identifier.name);
  let held: Held = { records: new Map(), erased: new Map(), decisions: new Map() };
  const days = list(file["days"]).map((node, index) => {
    const day = fields(node, ["as_of", "put", "remove", "erase", "decide", "withdraw", "expected"]);
    held = changed(held, day, names);
    const sources: SourceDay = {
      asOf: microseconds(day["as_of"]) ?? FIRST_DAY + index * DAY,
      records: [...held.records.values()],
      erased: [...held.erased.values()],
      decisions: [...held.decisions.values()],
    };
    return { sources, expected: readExpected(day["expected"], index + 1) };
  });
  return { name, title: (text.split("\n")[0] ?? "").replace(/^# /, ""), config, days };
}

/** 2026-01-01, and a day. */
const FIRST_DAY = 1_767_225_600_000_000;
const DAY = 86_400_000_000;

function readIdentifier([name, node]: readonly [string, unknown]) {
  const { priority, limit, max_records, contested } = fields(node, [
    "priority",
    "limit",
    "max_records",
    "contested",
  ]);
  return {
    name,
    priority: number(priority),
    contested: readPolicy(contested),
    ...(limit === undefined ? {} : { limit: number(limit) }),
    ...(max_records === undefined ? {} : { maxRecords: number(max_records) }),
  };
}

function readPolicy(node: unknown): Policy {
  const found = POLICIES.find((policy) => policy === (node ?? "nobody"));
  if (found === undefined) throw new Error(`no such policy: ${String(node)}`);
  return found;
}

/** What the files hold: by record key, and by id. */
type Held = {
  readonly records: ReadonlyMap<string, ReferenceRecord>;
  readonly erased: ReadonlyMap<string, ReferenceRecord>;
  readonly decisions: ReadonlyMap<string, DatedDecision>;
};

/** A day tells what changes: rows put in whole, removed or erased; decisions made or withdrawn. */
function changed(held: Held, day: Readonly<Record<string, unknown>>, names: readonly string[]): Held {
  const records = new Map(held.records);
  const erased = new Map(held.erased);
  const decisions = new Map(held.decisions);
  const leave = (key: string): ReferenceRecord => {
    const record = records.get(key);
    if (record === undefined) throw new Error(`no record ${key}`);
    records.delete(key);
    return record;
  };
  for (const node of list(day["remove"] ?? [])) leave(recordKey(node));
  for (const node of list(day["erase"] ?? [])) erased.set(recordKey(node), leave(recordKey(node)));
  for (const record of list(day["put"] ?? []).map((node) => readRecord(node, names))) {
    erased.delete(record.key);
    records.set(record.key, record);
  }
  for (const node of list(day["withdraw"] ?? [])) {
    if (!decisions.delete(string(node))) throw new Error(`no decision ${string(node)}`);
  }
  for (const node of list(day["decide"] ?? [])) {
    const { expires_at, ...decision } = fields(node);
    const read = { ...readDecision(decision), expiresAt: microseconds(expires_at) };
    decisions.set(read.id, read);
  }
  return { records, erased, decisions };
}

/**
 * `identities` lists the active ones with their records, `merged` where each merged one points, `retired` the retired;
 * `redirects` where a redirect is not where the merged one points; `anchors` the anchors that are not what the id is named by.
 */
function readExpected(node: unknown, run: number): ExpectedDay {
  const day = fields(node, ["identities", "merged", "redirects", "retired", "anchors", "events"]);
  const anchors = fields(day["anchors"] ?? {});
  const redirects = fields(day["redirects"] ?? {});
  const identity = (name: string, status: LifeStatus, mergedInto: string | null): ExpectedIdentity => {
    const anchor = name in anchors ? anchors[name] : name;
    return { id: idNamed(name), status, mergedInto, anchor: anchor === null ? null : recordKey(anchor) };
  };
  const active = Object.entries(fields(day["identities"]));
  const merged = Object.entries(fields(day["merged"] ?? {}));
  const retired = list(day["retired"] ?? []).map(string);
  return {
    identities: [
      ...active.map(([name]) => identity(name, "active", null)),
      ...merged.map(([name, into]) => identity(name, "merged", idNamed(string(into)))),
      ...retired.map((name) => identity(name, "retired", null)),
    ],
    records: new Map(
      active.flatMap(([name, records]) => list(records).map((key) => [recordKey(key), idNamed(name)])),
    ),
    redirects: new Map<string, string | null>([
      ...active.map(([name]) => [idNamed(name), idNamed(name)] as const),
      ...merged.map(([name, into]) => {
        const current = name in redirects ? redirects[name] : into;
        return [idNamed(name), current === null ? null : idNamed(string(current))] as const;
      }),
      ...retired.map((name) => [idNamed(name), null] as const),
    ]),
    events: list(day["events"]).map((event) => readEvent(event, run)),
  };
}

const EVENTS: readonly LifeEventKind[] = [
  "created",
  "merged",
  "split",
  "moved",
  "revived",
  "retired",
  "erased",
];

function readEvent(node: unknown, run: number): LifeEvent {
  const { event, identity, other, cause, records } = fields(node, [
    "event",
    "identity",
    "other",
    "cause",
    "records",
  ]);
  const kind = EVENTS.find((each) => each === event);
  if (kind === undefined) throw new Error(`no such event: ${String(event)}`);
  const [identifier, value] = cause === undefined ? [null, null] : list(cause).map(string);
  return {
    run,
    event: kind,
    identity: idNamed(string(identity)),
    other: other === undefined ? null : idNamed(string(other)),
    identifier: identifier ?? null,
    value: value ?? null,
    records: number(records),
  };
}

/** The id of a name: of `b` that of the record key `m:b`; of `#2#b` that of record `b` issued by run 2 in its place. */
export function idNamed(name: string): string {
  const [, run, key] = /^#(\d+)#(.*)$/.exec(name) ?? [];
  return key === undefined ? idOf(`${MODEL}:${name}`) : idOf(`#${run}#${MODEL}:${key}`);
}
