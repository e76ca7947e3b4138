// A plan's numbers are what the run then does: random changes of rules, data and decisions on small projects that stand side by
// side, each planned, then run, and the published relations of before and after counted here. IDWEAVE_PLANS sets how many changes
// in all, IDWEAVE_SEED the first seed; both are printed.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planRun, type RunPlan } from "../../src/run/plan.ts";
import type { Row } from "../../src/warehouse/warehouse.ts";
import { CONFIGS } from "../reference/configs.ts";
import { seededDraw } from "../reference/graphs.ts";
import { asOf, type History, randomHistory, sideBySide } from "../reference/histories.ts";
import type { SourceDay } from "../reference/life-types.ts";
import { compareText } from "../reference/order.ts";
import { DATABASE } from "../scenarios/project.ts";
import { changed, type Rules, write } from "./random-rules.ts";
import { type Folder, folderOf } from "./run-project.ts";

const TOTAL = Number(process.env["IDWEAVE_PLANS"] ?? 12);
const SEED = Number(process.env["IDWEAVE_SEED"] ?? 1);
const NAMES = ["shop", "four-mixed", "five-mixed", "five-nobody", "weak-limits"];
const PROJECTS = 15;

const perConfig = Math.ceil(TOTAL / NAMES.length);
console.info(`random changes, planned and run: ${perConfig * NAMES.length} from seed ${SEED}`);

describe("what a plan says, the run then does", () => {
  for (const config of CONFIGS.filter(({ name }) => NAMES.includes(name))) {
    test(`${config.name}: ${perConfig} changes`, async () => {
      const draw = seededDraw(SEED * 7919);
      const days = perConfig + 1;
      const histories = Array.from({ length: PROJECTS }, (_, index) =>
        randomHistory(config, SEED * 1000 + index, `h${index}:`, days),
      );
      const folder = folderOf({});
      let rules: Rules = { config, survivorship: "most_recent", hasShade: false };
      let day = 0;
      write(folder, rules, dayOf(histories, day));
      await folder.run({ asOf: at(day) });
      const seen = new Set<string>();
      let before = await snapshot(folder);
      for (let change = 1; change <= perConfig; change += 1) {
        const how = KINDS[draw(0, KINDS.length - 1)] ?? "data";
        seen.add(how);
        if (how !== "rules") day += 1;
        if (how === "rules" || how === "both") rules = changed(rules, draw);
        write(folder, rules, dayOf(histories, day));
        const time = at(day);
        const options = {
          asOf: time,
          ...(how === "batch" ? { batch: { model: "m", since: new Date(0), until: time } } : {}),
          ...(how === "backfill" ? { backfillOnly: true } : {}),
        };
        const hint = `change ${change} of ${config.name}: ${how}; IDWEAVE_SEED=${SEED}`;
        const bytes = digest(folder);
        const plan = await planRun({ project: folder.path, examples: 2, ...options });
        expect(digest(folder), hint).toEqual(bytes);
        const report = await folder.run(options);
        const after = await snapshot(folder);
        expect(told(plan), hint).toEqual(counted(before, after, report.run));
        expect(plan.counts["rows_written"], hint).toBe(report.rowsWritten);
        // A loop may take a round more or less: values have other numbers in every run.
        expect(Math.abs((plan.counts["statements"] ?? 0) - report.statements) % ROUND, hint).toBe(0);
        expect(plan.report.suggestions, hint).toEqual(report.suggestions);
        expectSides(plan, before, after, hint);
        if (how === "backfill") expect(goldenChanges(before, after), hint).toEqual([]);
        before = after;
      }
      console.info(`${config.name}: ${[...seen].join(", ")}`);
      folder.remove();
    }, 3_600_000);
  }
});

const KINDS = ["rules", "rules", "data", "data", "both", "batch", "backfill"] as const;

/** The statements of one round of the loop that finds components. */
const ROUND = 7;

/** What lies beside the project, and the bytes of the target. */
function digest({ path }: Folder) {
  const target = createHash("sha256").update(readFileSync(join(path, DATABASE.path)));
  return { files: readdirSync(path).sort(), target: target.digest("hex") };
}

/** Nobody is erased: what that writes is not counted. */
function dayOf(histories: readonly History[], day: number): SourceDay {
  return { ...sideBySide(histories, day), erased: [] };
}

function at(day: number): Date {
  return new Date(asOf(day) / 1000);
}

type Snapshot = Readonly<Record<(typeof RELATIONS)[number], readonly Row[]>>;

const RELATIONS = [
  "identity_records",
  "identities",
  "golden_records",
  "blocked_merges",
  "run_metrics",
  "run_log",
  "identity_events",
] as const;

async function snapshot(folder: Folder): Promise<Snapshot> {
  const entries: (readonly [string, readonly Row[]])[] = [];
  for (const name of RELATIONS) {
    entries.push([
      name,
      await folder.query(`select * from ${DATABASE.schema}.${name} order by all`, DATABASE.path),
    ]);
  }
  return Object.fromEntries(entries) as Snapshot;
}

/** What the plan says, in the form of `counted`. */
function told({ counts, refusals, metrics, golden, identities, confidence }: RunPlan) {
  const {
    rows_written: _rows,
    statements: _statements,
    suggestions: _suggestions,
    identities: after,
    ...others
  } = counts;
  const fixed = Object.fromEntries(Object.entries(others).filter(([name]) => !name.includes(".")));
  return {
    counts: { ...fixed, identities: after },
    events: Object.fromEntries(identities.map(({ event, found }) => [event, found])),
    golden: golden.attributes.map(({ attribute, replaced, filled, emptied }) => ({
      attribute,
      replaced,
      filled,
      emptied,
    })),
    refusals: refusals
      .map(
        ({ identifier, blockedBy, appearing, vanishing }) =>
          `${identifier} ${blockedBy} +${appearing} -${vanishing}`,
      )
      .sort(),
    metrics: metrics
      .map(({ metric, dimension, before, after: now }) => `${metric}/${dimension} ${before} ${now}`)
      .sort(),
    confidence: confidence.map(({ before, after: now }) => [before, now]),
  };
}

/** The same, from the relations. */
function counted(before: Snapshot, after: Snapshot, run: number) {
  const events = after.identity_events.filter((row) => row["run"] === run);
  const happened = (name: string) => events.filter(({ event }) => event === name).length;
  const idOf = new Map(before.identity_records.map((row) => [row["record_key"], row["identity_id"]]));
  const active = ({ identities }: Snapshot) => identities.filter(({ status }) => status === "active").length;
  const log = after.run_log.find((row) => row["run"] === run);
  const changes = goldenChanges(before, after);
  const refusals = refusalChanges(before, after);
  const gone = before.identity_records.length + Number(log?.["new_records"]) - after.identity_records.length;
  const metricsOf = (snapshot: Snapshot, of: number) =>
    new Map(
      snapshot.run_metrics
        .filter((row) => row["run"] === of)
        .map((row) => [`${row["metric"]}/${row["dimension"]}`, row["metric_value"]]),
    );
  const [was, is] = [metricsOf(after, run - 1), metricsOf(after, run)];
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return {
    counts: {
      records: after.identity_records.length,
      new_records: log?.["new_records"],
      changed_records: log?.["changed_records"],
      deleted_records: gone,
      erased_records: 0,
      records_moved: after.identity_records.filter((row) => {
        const id = idOf.get(row["record_key"]);
        return id !== undefined && id !== row["identity_id"];
      }).length,
      identities_before: active(before),
      identities: active(after),
      creations: happened("created"),
      merges: happened("merged"),
      splits: happened("split"),
      moves: happened("moved"),
      revivals: happened("revived"),
      retirements: happened("retired"),
      ids_ended: activeIds(before).filter((id) => !activeIds(after).includes(id)).length,
      golden_identities: new Set(changes.map(({ id }) => id)).size,
      golden_values: changes.length,
      refusals_appearing: sum(refusals.map(({ appearing }) => appearing)),
      refusals_vanishing: sum(refusals.map(({ vanishing }) => vanishing)),
    },
    events: Object.fromEntries(
      ["merged", "split", "moved", "revived", "retired", "created"].flatMap((name) =>
        happened(name) === 0 ? [] : [[name, happened(name)]],
      ),
    ),
    golden: [...new Set(changes.map(({ attribute }) => attribute))]
      .sort((a, b) => GOLDEN.indexOf(a) - GOLDEN.indexOf(b))
      .map((attribute) => {
        const own = changes.filter((each) => each.attribute === attribute);
        return {
          attribute,
          replaced: own.filter(({ from, to }) => from !== null && to !== null).length,
          filled: own.filter(({ from }) => from === null).length,
          emptied: own.filter(({ to }) => to === null).length,
        };
      }),
    refusals: refusals.map(({ kind, appearing, vanishing }) => `${kind} +${appearing} -${vanishing}`).sort(),
    metrics: [...new Set([...was.keys(), ...is.keys()])]
      .map((name) => `${name} ${was.get(name) ?? null} ${is.get(name) ?? null}`)
      .sort(),
    confidence: Array.from({ length: 10 }, (_, tenth) => {
      const name = `confidence_distribution/0.${tenth}`;
      return [was.get(name) ?? 0, is.get(name) ?? 0];
    }),
  };
}

function activeIds({ identities }: Snapshot): readonly unknown[] {
  return identities.filter(({ status }) => status === "active").map((row) => row["identity_id"]);
}

const GOLDEN = ["colour", "shade", "best", "all"];

/** Values that differ in golden records that are there before and after. */
function goldenChanges(before: Snapshot, after: Snapshot) {
  const were = new Map(before.golden_records.map((row) => [row["identity_id"], row]));
  return after.golden_records.flatMap((row) => {
    const was = were.get(row["identity_id"] ?? "");
    if (was === undefined) return [];
    return GOLDEN.flatMap((attribute) => {
      const [from, to] = [was[attribute] ?? null, row[attribute] ?? null];
      return from === to ? [] : [{ id: row["identity_id"], attribute, from, to }];
    });
  });
}

function refusalChanges(before: Snapshot, after: Snapshot) {
  const kinds = new Map<string, { appearing: number; vanishing: number }>();
  const count = (rows: readonly Row[]) => {
    const found = new Map<string, number>();
    for (const row of rows) {
      const name = JSON.stringify([row["identifier"], row["blocked_by"], row["value"]]);
      found.set(name, (found.get(name) ?? 0) + 1);
    }
    return found;
  };
  const [was, is] = [count(before.blocked_merges), count(after.blocked_merges)];
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const difference = (is.get(name) ?? 0) - (was.get(name) ?? 0);
    if (difference === 0) continue;
    const [identifier, blockedBy] = JSON.parse(name) as readonly string[];
    const kind = `${identifier} ${blockedBy}`;
    const { appearing, vanishing } = kinds.get(kind) ?? { appearing: 0, vanishing: 0 };
    kinds.set(kind, {
      appearing: appearing + Math.max(difference, 0),
      vanishing: vanishing + Math.max(-difference, 0),
    });
  }
  return [...kinds].map(([kind, counts]) => ({ kind, ...counts }));
}

/** The records of both sides of every example are those that the change is about. */
function expectSides(plan: RunPlan, before: Snapshot, after: Snapshot, hint: string): void {
  const members = ({ identity_records: rows }: Snapshot, id: string | null) =>
    rows.filter((row) => row["identity_id"] === id).map((row) => String(row["record_key"]));
  for (const { event, examples } of plan.identities) {
    for (const { identityId, otherIdentityId, records, side, otherSide } of examples) {
      const [was, is] = [members(before, identityId), members(after, identityId)];
      const others = members(before, otherIdentityId);
      const expected = {
        merged: was,
        retired: was,
        created: is,
        moved: was.filter((key) => members(after, otherIdentityId).includes(key)),
        split: is.filter((key) => others.includes(key)),
        revived: otherIdentityId === null ? is : is.filter((key) => others.includes(key)),
      }[event];
      expect(side.records, `${hint}, ${event} ${identityId}`).toBe(expected?.length);
      expect(side.recordKeys).toEqual([...(expected ?? [])].sort(compareText).slice(0, 3));
      if (event === "split" || event === "moved") expect(side.records).toBe(records);
      if (event === "merged") expect(otherSide?.records ?? 0).toBe(others.length);
    }
  }
}
