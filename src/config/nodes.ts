// The YAML library's tree → our nodes: resolves aliases and merge keys, finds keys written twice, and refuses trees that
// blow up (alias bombs, loops, bottomless nesting).
import { isAlias, isMap, isNode, isScalar, isSeq, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/text.ts";
import type { Entry, ListNode, MapNode, Range, ScalarNode, SourceNode } from "./source.ts";

const DEEPEST = 50;
/** How many nodes aliases may add; each alias counts what it stands for. */
const MOST_ALIASED_NODES = 100_000;

/** `root` is missing when the tree cannot be used at all. Duplicate keys are reported and their first value kept. */
export function readNodes(
  contents: unknown,
  text: string,
  at: (range: Range) => Span,
): { readonly root?: SourceNode; readonly diagnostics: readonly Diagnostic[] } {
  const reader = new NodeReader(text, at);
  try {
    return { root: reader.read(contents, { start: 0, end: 0 }, 0), diagnostics: reader.diagnostics };
  } catch (thrown) {
    if (thrown instanceof Unusable) return { diagnostics: [...reader.diagnostics, thrown.diagnostic] };
    throw thrown;
  }
}

class Unusable extends Error {
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

class NodeReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #text: string;
  readonly #at: (range: Range) => Span;
  /** By anchor: the node, or "open" while it is being read. */
  readonly #anchors = new Map<string, SourceNode | "open">();
  /** Nodes below a list or map, those behind aliases counted every time. */
  readonly #sizes = new Map<SourceNode, number>();
  #aliased = 0;

  constructor(text: string, at: (range: Range) => Span) {
    this.#text = text;
    this.#at = at;
  }

  read(node: unknown, fallback: Range, depth: number): SourceNode {
    if (!isNode(node)) return { kind: "scalar", value: null, range: fallback, style: "plain" };
    const range = rangeOf(node, fallback);
    if (depth > DEEPEST) {
      throw new Unusable(
        diagnose("IDW110", `lists and mappings are nested more than ${DEEPEST} deep`, {
          span: this.#at({ start: range.start, end: range.start + 1 }),
        }),
      );
    }
    if (isAlias(node)) return this.#resolve(node.source, range);
    const anchor = node.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, "open");
    const read = isMap(node)
      ? this.#map(node, range, depth)
      : isSeq(node)
        ? this.#list(node, range, depth)
        : this.#scalar(node as Scalar, range);
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #scalar(node: Scalar, range: Range): ScalarNode {
    const { value } = node;
    const style =
      node.type === "QUOTE_SINGLE"
        ? "single"
        : node.type === "QUOTE_DOUBLE"
          ? "double"
          : node.type === "PLAIN"
            ? "plain"
            : "block";
    const plain =
      typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null;
    return { kind: "scalar", value: plain ? value : String(value), range, style };
  }

  #list(node: YAMLSeq, range: Range, depth: number): ListNode {
    const items = node.items.map((item) => this.read(item, range, depth + 1));
    return this.#measured({ kind: "list", items, range }, items);
  }

  #map(node: YAMLMap, range: Range, depth: number): MapNode {
    const entries = new Map<string, Entry>();
    const written = new Set<string>();
    for (const pair of node.items) {
      const key = this.#key(pair.key, range);
      if (key === undefined) continue;
      const value = this.read(pair.value, { start: key.range.end, end: key.range.end }, depth + 1);
      if (written.has(key.name)) {
        this.#report("IDW103", `key ${quote(key.name)} is written twice`, key.range, twiceHint(key.name));
        continue;
      }
      written.add(key.name);
      if (key.isMerge) {
        for (const [name, entry] of this.#merged(value, key.range)) {
          if (!entries.has(name)) entries.set(name, entry);
        }
      } else entries.set(key.name, { key: key.range, value });
    }
    return this.#measured(
      { kind: "map", entries, range },
      [...entries.values()].map((entry) => entry.value),
    );
  }

  #key(key: unknown, fallback: Range): { name: string; range: Range; isMerge: boolean } | undefined {
    const range = isNode(key) ? rangeOf(key, fallback) : fallback;
    if (!isScalar(key) || range.start === range.end) {
      const jinja = this.#text.startsWith("{", range.start);
      const span = jinja ? range : { start: range.start, end: Math.max(range.start + 1, range.end) };
      this.#report(
        "IDW109",
        isMap(key) || isSeq(key)
          ? "a list or mapping stands where a name is wanted"
          : "a name is missing before `:`",
        span,
        jinja ? "Put a value with Jinja in quotes: \"{{ env_var('NAME') }}\"." : undefined,
      );
      return undefined;
    }
    // A number as a name is taken as it is written.
    const name = typeof key.value === "string" ? key.value : this.#text.slice(range.start, range.end);
    // The schema lets `<<` pass as a name, since editors check merge keys against it.
    if (name === "<<" && key.type !== "PLAIN") {
      this.#report(
        "IDW109",
        "`<<` in quotes is neither a merge key nor a name",
        range,
        "Leave the quotes off.",
      );
      return undefined;
    }
    return { name, range, isMerge: name === "<<" };
  }

  #merged(value: SourceNode, key: Range): Iterable<readonly [string, Entry]> {
    const maps = value.kind === "list" ? value.items : [value];
    const found: (readonly [string, Entry])[] = [];
    for (const map of maps) {
      if (map.kind === "map") found.push(...map.entries);
      else this.#report("IDW108", "`<<` wants a mapping, an alias of one, or a list of them", key);
    }
    return found;
  }

  #resolve(anchor: string, range: Range): SourceNode {
    const target = this.#anchors.get(anchor);
    if (target === undefined) {
      this.#report("IDW108", `no anchor ${quote(`&${anchor}`)} stands before this alias`, range);
      return { kind: "scalar", value: null, range, style: "plain" };
    }
    if (target === "open") {
      throw new Unusable(
        diagnose("IDW108", `${quote(`*${anchor}`)} stands inside its own anchor`, { span: this.#at(range) }),
      );
    }
    this.#aliased += this.#size(target);
    if (this.#aliased > MOST_ALIASED_NODES) {
      throw new Unusable(
        diagnose("IDW108", `aliases stand for more than ${MOST_ALIASED_NODES} values`, {
          span: this.#at(range),
        }),
      );
    }
    return target;
  }

  #size(node: SourceNode): number {
    return this.#sizes.get(node) ?? 1;
  }

  #measured<Node extends SourceNode>(node: Node, children: readonly SourceNode[]): Node {
    this.#sizes.set(
      node,
      children.reduce((sum, each) => sum + this.#size(each), 1),
    );
    return node;
  }

  #report(code: "IDW103" | "IDW108" | "IDW109", message: string, range: Range, hint?: string): void {
    this.diagnostics.push(diagnose(code, message, { span: this.#at(range), hint }));
  }
}

function twiceHint(name: string): string {
  return name === "<<"
    ? "Merge several mappings with a list: `<<: [*one, *two]`."
    : "The first one counts; remove or rename the other.";
}

function rangeOf(
  node: { readonly range?: readonly [number, number, number] | null },
  fallback: Range,
): Range {
  return node.range ? { start: node.range[0], end: node.range[1] } : fallback;
}
