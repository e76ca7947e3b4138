// What explain says of random pairs of records in random graphs, held against the outputs and the reference: a chain is there edge
// by edge and the shortest; two that are apart get none; what would join them does, and what is smaller does not.
import { expect, test } from "vitest";
import { changed } from "../../src/explain/candidates.ts";
import type { Apart, Change, Together } from "../../src/explain/explanation.ts";
import { explainIn } from "../../src/run/explain.ts";
import { load } from "../../src/run/load.ts";
import { type Published, withPublished } from "../../src/run/published.ts";
import { folderOf } from "../engine/run-project.ts";
import { CONFIGS, type NamedConfig } from "../reference/configs.ts";
import { type Draw, type Graph, randomGraph, seededDraw } from "../reference/graphs.ts";
import { resolveReference } from "../reference/resolve.ts";
import { MODEL } from "../scenarios/nodes.ts";
import { toProject } from "../scenarios/project.ts";

const TOTAL = Number(process.env["IDWEAVE_PAIRS"] ?? 1_000);
const SEED = Number(process.env["IDWEAVE_SEED"] ?? 1);
const GRAPHS = 40;
/** Of each configuration, how many that are apart are asked what would join them. */
const WHAT_IFS = Number(process.env["IDWEAVE_WHAT_IFS"] ?? 2);

const perConfig = Math.ceil(TOTAL / CONFIGS.length);
console.info(`random pairs: ${perConfig * CONFIGS.length} from seed ${SEED}`);

test.each(CONFIGS.map((config): [string, NamedConfig] => [config.name, config]))(
  "%s",
  async (_name, config) => {
    const graphs = Array.from({ length: GRAPHS }, (_, index) =>
      randomGraph(config, SEED + index, `${MODEL}:g${SEED + index}:`),
    ).filter(({ records }) => records.length >= 2);
    const folder = folderOf(
      toProject(
        config,
        graphs.flatMap(({ records }) => records),
        graphs.flatMap(({ decisions }) => decisions),
      ).files,
    );
    try {
      await folder.run();
      const { value: loaded, diagnostics } = load({ project: folder.path });
      if (loaded === undefined) throw new Error(JSON.stringify(diagnostics));
      const seen = await withPublished(loaded, async (published) => {
        const outputs = await outputsOf(published);
        const draw = seededDraw(SEED);
        let [together, apart, whatIfs] = [0, 0, 0];
        for (let pair = 0; pair < perConfig; pair += 1) {
          const { graph, a, b } = pick(graphs, draw, outputs, pair % 2 === 0);
          const areOne = outputs.identity.get(a) === outputs.identity.get(b);
          const whatIf = !areOne && whatIfs < WHAT_IFS;
          const told = await explainIn({ a, b, whatIf }, { loaded, published });
          expect({ a, b, kind: told.kind }).toEqual({ a, b, kind: areOne ? "together" : "apart" });
          if (told.kind === "together") {
            together += 1;
            checkChain(told, a, b, outputs);
          } else if (told.kind === "apart") {
            apart += 1;
            checkEvidence(told, a, b, outputs);
            if (whatIf && checkWhatIf(told, a, b, graph, config)) whatIfs += 1;
          }
        }
        return { together, apart };
      });
      expect(seen?.together).toBeGreaterThan(perConfig / 5);
      expect(seen?.apart).toBeGreaterThan(perConfig / 5);
    } finally {
      folder.remove();
    }
  },
  3_600_000,
);

type Outputs = {
  readonly identity: ReadonlyMap<string, string>;
  /** Of merge_evidence: each record with what ties it, as JSON of (identifier, value). */
  readonly ties: ReadonlyMap<string, ReadonlySet<string>>;
  readonly carried: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly blocked: ReadonlySet<string>;
};

async function outputsOf({ warehouse, table }: Published): Promise<Outputs> {
  const rows = (name: string) => warehouse.query(`select * from ${table(name)}`);
  const ties = new Map<string, Set<string>>();
  for (const row of await rows("merge_evidence")) {
    const record = String(row["record_key"]);
    const list = ties.get(record) ?? new Set();
    ties.set(record, list.add(JSON.stringify([row["identifier"], row["value"] ?? row["decision_id"]])));
  }
  const carried = new Map<string, Map<string, string>>();
  for (const row of await rows("record_values")) {
    const record = String(row["record_key"]);
    const list = carried.get(record) ?? new Map<string, string>();
    carried.set(record, list.set(JSON.stringify([row["identifier"], row["value"]]), String(row["status"])));
  }
  return {
    identity: new Map(
      (await rows("identity_records")).map((row) => [String(row["record_key"]), String(row["identity_id"])]),
    ),
    ties,
    carried,
    blocked: new Set(
      (await rows("blocked_merges")).map((row) =>
        JSON.stringify([
          row["identity_id"],
          row["owner_identity_id"],
          row["identifier"],
          row["value"],
          row["blocked_by"],
          row["limit_value"],
        ]),
      ),
    ),
  };
}

/** Two records of one graph; of one identity where that is wanted and there is one of two records. */
function pick(graphs: readonly Graph[], draw: Draw, { identity }: Outputs, wantsOne: boolean) {
  for (let attempt = 0; ; attempt += 1) {
    const graph = graphs[draw(0, graphs.length - 1)];
    const at = () => graph?.records[draw(0, graph.records.length - 1)]?.key ?? "";
    const [a, b] = [at(), at()];
    if (graph === undefined || a === b) continue;
    if ((identity.get(a) === identity.get(b)) === wantsOne || attempt > 2_000) return { graph, a, b };
  }
}

function checkChain({ chain }: Together, a: string, b: string, { ties }: Outputs): void {
  const [first, last] = [chain[0], chain.at(-1)];
  expect([first?.kind === "record" && first.recordKey, last?.kind === "record" && last.recordKey]).toEqual([
    a,
    b,
  ]);
  for (const [index, step] of chain.entries()) {
    expect(step.kind === "record").toBe(index % 2 === 0);
    if (step.kind === "record") continue;
    const tie = JSON.stringify(
      step.kind === "value" ? [step.identifier, step.value] : ["must_link", step.decisionId],
    );
    for (const side of [chain[index - 1], chain[index + 1]]) {
      expect({ tie, holds: side?.kind === "record" && ties.get(side.recordKey)?.has(tie) }).toEqual({
        tie,
        holds: true,
      });
    }
  }
  expect((chain.length - 1) / 2).toBe(distance(a, b, ties));
}

/** Steps from record to record, by breadth-first search over all of merge_evidence. */
function distance(a: string, b: string, ties: Outputs["ties"]): number {
  const records = new Map<string, string[]>();
  for (const [record, held] of ties) {
    for (const tie of held) records.set(tie, [...(records.get(tie) ?? []), record]);
  }
  let [frontier, steps] = [new Set([a]), 0];
  const seen = new Set(frontier);
  while (!frontier.has(b)) {
    if (frontier.size === 0) return Number.NaN;
    const next = [...frontier].flatMap((record) =>
      [...(ties.get(record) ?? [])].flatMap((tie) => records.get(tie) ?? []),
    );
    frontier = new Set(next.filter((record) => !seen.has(record)));
    for (const record of frontier) seen.add(record);
    steps += 1;
  }
  return steps;
}

const BEST = ["active", "contested", "over_limit", "shared"];

function checkEvidence(told: Apart, a: string, b: string, { identity, carried, blocked }: Outputs): void {
  expect("chain" in told).toBe(false);
  const ids = [identity.get(a), identity.get(b)];
  expect([told.a.identityId, told.b.identityId]).toEqual(ids);
  const held = (id: string | undefined) => {
    const values = new Map<string, string>();
    for (const [record, own] of carried) {
      if (identity.get(record) !== id) continue;
      for (const [value, status] of own) {
        const sofar = values.get(value);
        if (sofar === undefined || BEST.indexOf(status) < BEST.indexOf(sofar)) values.set(value, status);
      }
    }
    return values;
  };
  const [ofA, ofB] = [held(ids[0]), held(ids[1])];
  const common = [...ofA].flatMap(([value, status]) =>
    ofB.has(value) ? [JSON.stringify([value, status, ofB.get(value)])] : [],
  );
  const said = told.evidence
    .filter(({ statusA }) => statusA !== "ignored")
    .map(({ identifier, value, statusA, statusB }) =>
      JSON.stringify([JSON.stringify([identifier, value]), statusA, statusB]),
    );
  expect(said.sort()).toEqual(common.sort());
  const hops = told.way ?? [];
  expect([hops[0]?.from ?? ids[0], hops.at(-1)?.to ?? ids[1]]).toEqual(ids);
  for (const { identityId, ownerIdentityId, identifier, value, blockedBy, limit } of [
    ...told.evidence.flatMap(({ refusals }) => refusals),
    ...hops.flatMap(({ evidence }) => evidence?.refusals ?? []),
  ]) {
    expect(blocked).toContain(
      JSON.stringify([identityId, ownerIdentityId, identifier, value, blockedBy, limit]),
    );
  }
}

/** True when something was claimed. */
function checkWhatIf({ whatIf }: Apart, a: string, b: string, graph: Graph, config: NamedConfig): boolean {
  const joins = (change: Change) => {
    const identifiers = changed(
      config.identifiers.map(({ name, priority, contested, limit, maxRecords }) => ({
        name,
        priority,
        contested,
        limit,
        maxRecords,
        normalize: [],
        valid: undefined,
        ignore: [],
      })),
      change,
    ).map(({ name, priority, limit, maxRecords, contested }) => ({
      name,
      priority,
      contested,
      ...(limit === undefined ? {} : { limit }),
      ...(maxRecords === undefined ? {} : { maxRecords }),
    }));
    const decisions = graph.decisions.filter(
      ({ id }) => change.kind !== "withdrawn" || id !== change.decisionId,
    );
    const { labels } = resolveReference({ identifiers }, graph.records, decisions);
    return labels.get(a) === labels.get(b);
  };
  if (whatIf.kind !== "joins" && whatIf.kind !== "none") {
    expect(whatIf).toEqual({ kind: "not_asked", why: { kind: "no_evidence" } });
    return false;
  }
  for (const change of whatIf.tried)
    expect({ change, joins: joins(change) }).toEqual({ change, joins: false });
  if (whatIf.kind === "joins")
    expect({ change: whatIf.change, joins: joins(whatIf.change) }).toEqual({
      change: whatIf.change,
      joins: true,
    });
  return whatIf.kind === "joins" || whatIf.tried.length > 0;
}
