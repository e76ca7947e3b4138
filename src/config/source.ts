// A YAML file once it is read: plain values, and the place of every key and value. Knows nothing of what they mean.
import type { ConfigPath, Span } from "../diagnostics/diagnostic.ts";
import type { Scalar } from "./project.ts";

/** Offsets into the text, in UTF-16 code units; `end` is exclusive. */
export type Range = { readonly start: number; readonly end: number };

export type ScalarNode = {
  readonly kind: "scalar";
  readonly value: Scalar;
  readonly range: Range;
  /** How it stands in the file; block scalars are neither plain nor quoted. */
  readonly style: "plain" | "single" | "double" | "block";
};

export type ListNode = {
  readonly kind: "list";
  readonly items: readonly SourceNode[];
  readonly range: Range;
};

export type Entry = { readonly key: Range; readonly value: SourceNode };

/** Aliases and merge keys are resolved: a node may be reached by several paths and then stands where its anchor is. */
export type MapNode = {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Entry>;
  readonly range: Range;
};

export type SourceNode = ScalarNode | ListNode | MapNode;

export class SourceDocument {
  readonly file: string;
  readonly text: string;
  readonly root: MapNode;
  readonly #lineStarts: readonly number[];

  constructor(file: string, text: string, root: MapNode) {
    this.file = file;
    this.text = text;
    this.root = root;
    this.#lineStarts = lineStartsOf(text);
  }

  /** The node at a path, or undefined when the path leaves the file. */
  node(path: ConfigPath): SourceNode | undefined {
    let node: SourceNode | undefined = this.root;
    for (const step of path) node = child(node, step)?.value;
    return node;
  }

  /** The place of the key (of the item, in a list) at a path; of its nearest ancestor in the file otherwise. */
  keySpan(path: ConfigPath): Span {
    let node: SourceNode | undefined = this.root;
    let range: Range = firstKey(this.root);
    for (const step of path) {
      const next: Entry | undefined = child(node, step);
      if (next === undefined) break;
      range = next.key;
      node = next.value;
    }
    return this.span(range);
  }

  /** The place of the value at a path; of the nearest ancestor's key when it is not in the file or has no text. */
  valueSpan(path: ConfigPath): Span {
    const range = this.node(path)?.range;
    return range === undefined || range.start === range.end ? this.keySpan(path) : this.span(range);
  }

  /**
   * The place of a part of a text value, offsets counted in the value. The whole value where escapes, folding or
   * several lines keep the two from lining up.
   */
  partSpan(path: ConfigPath, part: Range): Span {
    const node = this.node(path);
    if (node?.kind !== "scalar") return this.valueSpan(path);
    const source = this.text.slice(node.range.start, node.range.end);
    const exact =
      !source.includes("\n") &&
      (node.style === "plain" ||
        node.style === "single" ||
        (node.style === "double" && !source.includes("\\")));
    if (!exact) return this.span(node.range);
    const quote = node.style === "plain" ? 0 : 1;
    const doubled = (offset: number) =>
      node.style === "single" ? (String(node.value).slice(0, offset).match(/'/g)?.length ?? 0) : 0;
    const at = (offset: number) => node.range.start + quote + offset + doubled(offset);
    return this.span({ start: at(part.start), end: at(part.end) });
  }

  span(range: Range): Span {
    return spanOf(this.file, this.#lineStarts, range);
  }
}

/** Offsets at which the lines of a text start. */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The lines and columns of a range, by the offsets of the line starts. */
export function spanOf(file: string, lineStarts: readonly number[], range: Range): Span {
  const start = position(lineStarts, range.start);
  const end = position(lineStarts, Math.max(range.start, range.end));
  return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/** The node as JSON would hold it. Maps have no prototype, so that a key named `constructor` is only a key. */
export function plainValue(node: SourceNode): unknown {
  const seen = new Map<SourceNode, unknown>();
  const visit = (each: SourceNode): unknown => {
    if (each.kind === "scalar") return each.value;
    const known = seen.get(each);
    if (known !== undefined) return known;
    let value: unknown;
    if (each.kind === "list") value = each.items.map(visit);
    else {
      const object: Record<string, unknown> = Object.create(null);
      for (const [key, entry] of each.entries) object[key] = visit(entry.value);
      value = object;
    }
    seen.set(each, value);
    return value;
  };
  return visit(node);
}

function child(node: SourceNode | undefined, step: string | number): Entry | undefined {
  if (node?.kind === "map") return node.entries.get(String(step));
  if (node?.kind !== "list" || typeof step !== "number") return undefined;
  const item = node.items[step];
  return item === undefined ? undefined : { key: item.range, value: item };
}

function firstKey(map: MapNode): Range {
  for (const entry of map.entries.values()) return entry.key;
  return map.range;
}

function position(lineStarts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}
