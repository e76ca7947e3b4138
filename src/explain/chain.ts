// The shortest chain of evidence inside an identity: from record to record over active values and must-links. Pure.
import type { Tie } from "./explanation.ts";

export type Carried = {
  readonly record: string;
  readonly identifier: string;
  readonly value: string;
};

export type MustLink = Extract<Tie, { readonly kind: "must_link" }> & {
  readonly a: string;
  readonly b: string;
};

/** Both kinds of nodes of the graph of an identity. */
export type Node =
  | { readonly kind: "record"; readonly record: string }
  | { readonly kind: "tie"; readonly tie: Tie };

/** `active` are the active values of the records of one identity; a must-link counts where both its records are there. */
export type Graph = {
  readonly records: ReadonlySet<string>;
  readonly active: readonly Carried[];
  readonly mustLinks: readonly MustLink[];
  /** By priority, the strongest first. */
  readonly identifiers: readonly string[];
};

/**
 * The nodes from one to the other, both included: of the chains with the fewest steps one whose every step takes the
 * strongest tie, then the smallest value and record. Undefined when nothing connects them.
 */
export function shortestChain(graph: Graph, from: Node, to: Node): readonly Node[] | undefined {
  const nodes = new Map<string, Node>();
  const ties = new Map<string, string[]>();
  const carriers = new Map<string, string[]>();
  const join = (record: string, tie: Tie) => {
    const key = keyOf({ kind: "tie", tie });
    if (!nodes.has(key)) nodes.set(key, { kind: "tie", tie });
    push(ties, keyOf({ kind: "record", record }), key);
    push(carriers, key, record);
  };
  const counts = new Map<string, number>();
  for (const { identifier, value } of graph.active) {
    const name = JSON.stringify([identifier, value]);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const { record, identifier, value } of graph.active) {
    const records = counts.get(JSON.stringify([identifier, value])) ?? 0;
    join(record, { kind: "value", identifier, value, records });
  }
  for (const { a, b, ...tie } of graph.mustLinks) {
    if (!graph.records.has(a) || !graph.records.has(b)) continue;
    join(a, tie);
    join(b, tie);
  }
  const rank = (key: string) => {
    const node = nodes.get(key);
    if (node?.kind !== "tie" || node.tie.kind === "must_link") return -1;
    return graph.identifiers.indexOf(node.tie.identifier);
  };
  for (const list of ties.values()) list.sort((x, y) => rank(x) - rank(y) || (x < y ? -1 : x > y ? 1 : 0));
  for (const list of carriers.values()) list.sort();

  const start = keyOf(from);
  const end = keyOf(to);
  const nodeAt = (key: string): Node =>
    nodes.get(key) ?? { kind: "record", record: key.slice("record ".length) };
  const before = new Map<string, string | undefined>([[start, undefined]]);
  let frontier: readonly string[] = [start];
  while (frontier.length > 0 && !before.has(end)) {
    const next: string[] = [];
    for (const key of frontier) {
      const neighbours =
        nodeAt(key).kind === "record"
          ? (ties.get(key) ?? [])
          : (carriers.get(key) ?? []).map((record) => keyOf({ kind: "record", record }));
      for (const neighbour of neighbours) {
        if (before.has(neighbour)) continue;
        before.set(neighbour, key);
        next.push(neighbour);
      }
    }
    frontier = next;
  }
  if (!before.has(end)) return undefined;
  const path: Node[] = [];
  for (let key: string | undefined = end; key !== undefined; key = before.get(key)) {
    path.unshift(key === start ? from : key === end ? (nodes.get(key) ?? to) : nodeAt(key));
  }
  const [first] = path;
  if (first?.kind === "tie") path[0] = nodes.get(start) ?? first;
  return path;
}

/**
 * The tie of a chain that one would doubt first: that of the identifier with the lowest priority, and of these the value that
 * most records carry; then the first. A must-link is the strongest.
 */
export function weakestTie(ties: readonly Tie[], identifiers: readonly string[]): Tie | undefined {
  const doubt = (tie: Tie): readonly [number, number] =>
    tie.kind === "must_link" ? [-1, 0] : [identifiers.indexOf(tie.identifier), tie.records];
  return ties.reduce<Tie | undefined>((weakest, tie) => {
    if (weakest === undefined) return tie;
    const [priority, records] = doubt(tie);
    const [otherPriority, otherRecords] = doubt(weakest);
    return priority > otherPriority || (priority === otherPriority && records > otherRecords) ? tie : weakest;
  }, undefined);
}

function keyOf(node: Node): string {
  if (node.kind === "record") return `record ${node.record}`;
  if (node.tie.kind === "must_link") return `must_link ${node.tie.decisionId}`;
  return `value ${JSON.stringify([node.tie.identifier, node.tie.value])}`;
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
