// Why two are together or apart, and the life of one: read from what is published in three queries, beside runs. Only
// the question what would join two resolves something again.

import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/text.ts";
import { type Graph, type Node, shortestChain, weakestTie } from "../explain/chain.ts";
import type { Apart, ChainRecord, Explanation, Step, Tie, Together } from "../explain/explanation.ts";
import { met, type Past } from "../explain/met.ts";
import { evidenceBetween, rulingsBetween, wayBetween } from "../explain/way.ts";
import { configHash } from "./config-hash.ts";
import { readLife } from "./explain-life.ts";
import { type Both, readBoth, readIdentity, type World } from "./explain-read.ts";
import { smallestChange } from "./explain-what-if.ts";
import { type LoadOptions, loadProject, type Sources } from "./load.ts";
import { unknown } from "./named.ts";
import { isLocal, withReader } from "./published.ts";
import { type Located, subjectsOf } from "./subjects.ts";

export type ExplainOptions = LoadOptions & {
  /** A record key, a source key that is one record's alone, an identity id, or `identifier=value`. */
  readonly a: string;
  /** Undefined for the life of the one. */
  readonly b?: string | undefined;
  /** False leaves out what would join two that are apart. */
  readonly whatIf?: boolean | undefined;
  readonly sources?: Sources | undefined;
};

/** Throws DiagnosticError: IDW733 before the first run, IDW616 and IDW624 for names that are not one thing. */
export async function explain(options: ExplainOptions): Promise<Explanation> {
  const { value: loaded, diagnostics } = loadProject(options, options.sources);
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  const found = await withReader(loaded, options.env, (published) =>
    explainIn(options, { loaded, published }),
  );
  if (found !== undefined) return found;
  const hint = "`idweave run` publishes.";
  throw new DiagnosticError([
    diagnose("IDW733", "Nothing is published yet, so nothing can be explained.", { hint }),
  ]);
}

/** The same where the target is open already. */
export async function explainIn(
  { a, b, whatIf }: Pick<ExplainOptions, "a" | "b" | "whatIf">,
  world: World,
): Promise<Explanation> {
  const names = b === undefined ? [a] : [a, b];
  const [first, second] = await subjectsOf(names, world.loaded, world.published);
  if (first === undefined) throw new Error("nothing was asked");
  if (second === undefined) return readLife(first, world);
  for (const { record, asked } of [first, second]) {
    if (record === "") {
      const hint = `\`idweave explain ${asked}\` tells its life.`;
      throw unknown(
        `The identity ${quote(asked)} is retired; it has no records that anything could tie.`,
        hint,
      );
    }
  }
  if (first.identityId === second.identityId) return together(first, second, world);
  return apart(first, second, world, whatIf !== false);
}

async function together(a: Located, b: Located, world: World): Promise<Together> {
  const read = await readIdentity(a.identityId, [a.record, b.record], world);
  const identifiers = world.loaded.project.identifiers.map(({ name }) => name);
  const graph: Graph = { ...read, records: new Set(read.observed.keys()), identifiers };
  const nodes = shortestChain(graph, nodeOf(a, graph), nodeOf(b, graph)) ?? [];
  const chain = nodes.map((node): Step => {
    if (node.kind === "tie") return node.tie;
    const { record } = node;
    return {
      kind: "record",
      recordKey: record,
      observedAt: read.observed.get(record) ?? null,
    } satisfies ChainRecord;
  });
  const ties = chain.filter((step): step is Tie => step.kind !== "record");
  const past = (record: string): Past => ({
    identityId: a.identityId,
    changes: read.changes.get(record) ?? [],
  });
  return {
    kind: "together",
    a: publicly(a),
    b: publicly(b),
    identityId: a.identityId,
    chain,
    weakest: weakestTie(ties, identifiers),
    met:
      a.record === b.record
        ? undefined
        : met(
            past(a.record),
            past(b.record),
            read.goneUntil,
            read.events,
            (run) => read.times.get(run) ?? null,
          ),
  };
}

/** A value that the identity does not carry as active ties nothing; its record stands for it. */
function nodeOf(subject: Located, graph: Graph): Node {
  if (subject.kind !== "value") return { kind: "record", record: subject.record };
  const { identifier, value } = subject;
  const records = graph.active.filter(
    (each) => each.identifier === identifier && each.value === value,
  ).length;
  return records === 0
    ? { kind: "record", record: subject.record }
    : { kind: "tie", tie: { kind: "value", identifier, value, records } };
}

async function apart(a: Located, b: Located, world: World, asksWhatIf: boolean): Promise<Apart> {
  const both = await readBoth(a, b, world);
  const [idA, idB] = [a.identityId, b.identityId];
  const evidence = evidenceBetween(idA, idB, both.scope);
  const way = wayBetween(idA, idB, both.scope);
  const decisions = rulingsBetween(idA, idB, both.scope);
  return {
    kind: "apart",
    a: publicly(a),
    b: publicly(b),
    isOneComponent: a.component === b.component,
    evidence,
    way,
    decisions,
    whatIf: await whatWould(a, b, { ...both, evidence, way, decisions }, world, asksWhatIf),
  };
}

async function whatWould(
  a: Located,
  b: Located,
  found: Both & Pick<Apart, "evidence" | "way" | "decisions">,
  world: World,
  isAsked: boolean,
): Promise<Apart["whatIf"]> {
  if (!isAsked) return { kind: "not_asked", why: { kind: "left_out" } };
  if (found.way === undefined) return { kind: "not_asked", why: { kind: "no_evidence" } };
  if (found.configHash !== configHash(world.loaded)) {
    return { kind: "not_asked", why: { kind: "changed_since", run: found.run } };
  }
  const { loaded, published } = world;
  if (!isLocal(published)) return { kind: "not_asked", why: { kind: "elsewhere" } };
  return smallestChange([a.record, b.record], { ...found, way: found.way }, { loaded, published });
}

function publicly({ component: _component, ...subject }: Located): Apart["a"] {
  return subject;
}
