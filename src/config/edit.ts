// Adds entries to identifiers in the text of identity.yml, and changes not one byte beside them: comments, layout and line
// ends stay. What to add is decided elsewhere (run/profile.ts), and writing the file is left to the CLI.
import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/text.ts";
import { flowList, scalarText } from "./edit-scalar.ts";
import { parse } from "./parse.ts";
import { plainValue, type SourceDocument } from "./source.ts";

export type Addition = {
  readonly identifier: string;
  /** Entries for `ignore`, as texts; may be empty. */
  readonly ignore: readonly string[];
  /** Undefined leaves `max_records` as it is. */
  readonly maxRecords: number | undefined;
};

/** Thrown inside this file for a layout that is not ours to guess at. */
class Unsafe extends Error {}

type Insertion = { readonly at: number; readonly text: string };

/**
 * The text with the additions. Entries that an identifier has already, and a `max_records` that is set, are left as they
 * are. The outcome is read again and must mean the old text plus the additions and nothing else (an anchor may carry a
 * change to places that nobody asked to change); where it does not, IDW113 at the identifier, and no text.
 */
export function addToIdentifiers(text: string, file: string, additions: readonly Addition[]): Result<string> {
  const before = parse(text, file).value;
  if (before === undefined) return { diagnostics: [cannotEdit(file, additions, "it cannot be read")] };
  const missing = additions.map((addition) => withoutKnown(before, addition)).filter(addsSomething);
  let edited = text;
  const diagnostics: Diagnostic[] = [];
  for (const addition of missing) {
    try {
      edited = edit(edited, file, addition);
    } catch (error) {
      if (!(error instanceof Unsafe)) throw error;
      const span = before.keySpan(["identifiers", addition.identifier]);
      diagnostics.push({ ...cannotEdit(file, [addition], error.message), span });
    }
  }
  return diagnostics.length > 0 ? { diagnostics } : { value: edited, diagnostics };
}

/** The additions as a part of identity.yml, to paste. */
export function additionsText(additions: readonly Addition[]): string {
  const lines = additions
    .filter(addsSomething)
    .flatMap(({ identifier, ignore, maxRecords }) => [
      `  ${scalarText(identifier)}:`,
      ...(maxRecords === undefined ? [] : [`    max_records: ${maxRecords}`]),
      ...(ignore.length === 0
        ? []
        : ["    ignore:", ...ignore.map((value) => `      - ${scalarText(value)}`)]),
    ]);
  return lines.length === 0 ? "" : `${["identifiers:", ...lines].join("\n")}\n`;
}

/** IDW113, with the entries to paste. */
export function cannotEdit(file: string, additions: readonly Addition[], reason: string): Diagnostic {
  const names = additions.map(({ identifier }) => quote(identifier)).join(", ");
  const hint = `Nothing is written. Add by hand:\n${additionsText(additions).trimEnd()}`;
  return diagnose("IDW113", `${file} cannot be edited safely at ${names}: ${reason}.`, { hint });
}

function addsSomething({ ignore, maxRecords }: Addition): boolean {
  return ignore.length > 0 || maxRecords !== undefined;
}

function withoutKnown(document: SourceDocument, { identifier, ignore, maxRecords }: Addition): Addition {
  const at = ["identifiers", identifier];
  const list = document.node([...at, "ignore"]);
  const known = new Set(
    list?.kind === "list" ? list.items.map((item) => (item.kind === "scalar" ? item.value : undefined)) : [],
  );
  return {
    identifier,
    ignore: [...new Set(ignore)].filter((value) => !known.has(value)),
    maxRecords: document.node([...at, "max_records"]) === undefined ? maxRecords : undefined,
  };
}

function edit(text: string, file: string, addition: Addition): string {
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const body = text.slice(mark.length);
  const map = identifierMap(body, addition.identifier);
  const edited = [...insertions(body, map, addition)]
    .sort((a, b) => b.at - a.at)
    .reduce((current, { at, text: added }) => `${current.slice(0, at)}${added}${current.slice(at)}`, body);
  if (meaning(edited, file) !== meaningWith(body, file, addition)) {
    throw new Unsafe("an anchor, an alias or its layout would carry the change elsewhere");
  }
  return mark + edited;
}

function identifierMap(body: string, identifier: string): YAMLMap {
  const document = parseDocument(body, { uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
  const identifiers = under(document.contents, "identifiers");
  const map = under(identifiers, identifier);
  if (!isMap(map)) throw new Unsafe("it is no mapping of its own, but an alias or a merged one");
  return map;
}

function under(node: unknown, key: string): unknown {
  return pairOf(node, key)?.value;
}

function pairOf(node: unknown, key: string): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function insertions(body: string, map: YAMLMap, { ignore, maxRecords }: Addition): readonly Insertion[] {
  const given = pairOf(map, "ignore")?.value;
  const isNew = given === undefined;
  const list = isNew || ignore.length === 0 ? [] : [intoList(body, given, ignore)];
  const newIgnore = isNew ? ignore : [];
  if (maxRecords === undefined && newIgnore.length === 0) return list;
  // Of two at one place the later one lands in front: a list goes on before the mapping does.
  return [intoMap(body, map, newIgnore, maxRecords), ...list];
}

function intoList(body: string, list: unknown, entries: readonly string[]): Insertion {
  if (!isSeq(list)) throw new Unsafe("its `ignore` is no list of its own, but an alias");
  const last = list.items.at(-1);
  if (last === undefined) throw new Unsafe("its `ignore` is empty");
  const start = startOf(last);
  const end = endOf(last);
  const texts = entries.map(scalarText);
  if (list.flow === true) return { at: end, text: flowed(body, start, texts) };
  const dash = /^( *-[ ]+)/.exec(lineUpTo(body, start, Number.POSITIVE_INFINITY))?.[1];
  if (dash === undefined) throw new Unsafe("its `ignore` is laid out in a way that is not known");
  return linesAfter(
    body,
    end,
    texts.map((text) => dash + text),
  );
}

function intoMap(
  body: string,
  map: YAMLMap,
  ignore: readonly string[],
  maxRecords: number | undefined,
): Insertion {
  const [first, last] = [map.items[0], map.items.at(-1)];
  if (first === undefined || last === undefined) throw new Unsafe("it is empty");
  const end = endOf(last);
  const limit = maxRecords === undefined ? [] : [`max_records: ${maxRecords}`];
  if (map.flow === true) {
    const list = ignore.length === 0 ? [] : [`ignore: ${flowList(ignore)}`];
    return { at: end, text: flowed(body, startOf(last), [...limit, ...list]) };
  }
  const indent = lineUpTo(body, startOf(first), startOf(first));
  if (!/^ +$/.test(indent)) throw new Unsafe("it is laid out in a way that is not known");
  const items = ignore.map((value) => `${indent}  - ${scalarText(value)}`);
  return linesAfter(body, end, [
    ...limit.map((line) => indent + line),
    ...(items.length === 0 ? [] : [`${indent}ignore:`, ...items]),
  ]);
}

/** Further items of a flow collection, each on a line of its own where the last one is. */
function flowed(body: string, lastStart: number, items: readonly string[]): string {
  const before = lineUpTo(body, lastStart, lastStart);
  const separator = /^ *$/.test(before) ? `,${lineEnd(body)}${before}` : ", ";
  return items.map((item) => separator + item).join("");
}

/** Whole lines below the one on which `end` stands. */
function linesAfter(body: string, end: number, lines: readonly string[]): Insertion {
  const newline = lineEnd(body);
  const text = lines.map((line) => line + newline).join("");
  if (body[end - 1] === "\n") return { at: end, text };
  const next = body.indexOf("\n", end);
  if (next >= 0) return { at: next + 1, text };
  return { at: body.length, text: `${newline}${lines.join(newline)}` };
}

function lineEnd(body: string): string {
  return /\r?\n/.exec(body)?.[0] ?? "\n";
}

/** The line on which an offset stands, cut at `to`. */
function lineUpTo(body: string, offset: number, to: number): string {
  const start = body.lastIndexOf("\n", offset - 1) + 1;
  const end = body.indexOf("\n", start);
  return body.slice(start, Math.min(end < 0 ? body.length : end, to));
}

function startOf(item: unknown): number {
  const node = isPair(item) ? item.key : item;
  const start = isNode(node) ? node.range?.[0] : undefined;
  if (start === undefined) throw new Unsafe("it is laid out in a way that is not known");
  return start;
}

/** Where the last thing of an item ends: a block collection itself ends only where the next thing begins. */
function endOf(item: unknown): number {
  if (isPair(item)) return endOf(isNode(item.value) ? item.value : item.key);
  if ((isMap(item) || isSeq(item)) && item.flow !== true) {
    const last: unknown = (item as YAMLMap | YAMLSeq).items.at(-1);
    if (last !== undefined) return endOf(last);
  }
  const end = isNode(item) ? item.range?.[1] : undefined;
  if (end === undefined) throw new Unsafe("it is laid out in a way that is not known");
  return end;
}

/** What a text means, comparable: aliases resolved, keys in order of their names. */
function meaning(text: string, file: string): string | undefined {
  const root = parse(text, file).value?.root;
  return root === undefined ? undefined : canonical(plainValue(root));
}

function meaningWith(text: string, file: string, { identifier, ignore, maxRecords }: Addition): string {
  const root = parse(text, file).value?.root;
  if (root === undefined) throw new Unsafe("it cannot be read");
  const change = (value: Readonly<Record<string, unknown>>) => ({
    ...value,
    ...(ignore.length === 0 ? {} : { ignore: [...asList(value["ignore"]), ...ignore] }),
    ...(maxRecords === undefined ? {} : { max_records: maxRecords }),
  });
  const whole = asMap(plainValue(root));
  const identifiers = asMap(whole["identifiers"]);
  const changed = { ...identifiers, [identifier]: change(asMap(identifiers[identifier])) };
  return canonical({ ...whole, identifiers: changed });
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(",")}}`;
}
