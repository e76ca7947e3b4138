// Text → SourceDocument: reads YAML 1.2 (with merge keys) and reports everything that YAML itself forbids. What keys
// and values mean is left to validate.ts and resolve.ts. The only door to `yaml`.
import { Composer, type CST, type Document, Parser, type YAMLError } from "yaml";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result, type Span } from "../diagnostics/diagnostic.ts";
import { readNodes } from "./nodes.ts";
import type { SchemaName } from "./schema-check.ts";
import { lineStartsOf, type Range, SourceDocument, spanOf } from "./source.ts";

/** The largest file we read: several thousand models. The YAML library needs about a second for so much. */
export const MAXIMUM_BYTES = 500_000;

const MOST_SYNTAX_ERRORS = 20;

/** A document, unless the text is not one YAML mapping; a key written twice is an error and its first value stays. */
export function parse(text: string, file: string, of: SchemaName = "identity"): Result<SourceDocument> {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAXIMUM_BYTES) return failure([tooLarge(file, bytes, of)]);
  const body = text.startsWith("\ufeff") ? text.slice(1) : text;
  const lineStarts = lineStartsOf(body);
  const at = (range: Range) => spanOf(file, lineStarts, range);

  const tokens = [...new Parser().parse(body)];
  const { deepest, lastQuote } = survey(tokens);
  if (deepest > DEEPEST_TOKENS) return failure([diagnose("IDW110", TOO_DEEP, { span: at(START) })]);
  // Keys written twice are found in nodes.ts: the library compares every pair of keys.
  const composer = new Composer({
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: "silent",
  });
  const [document, second] = composer.compose(tokens, true, body.length);
  if (document === undefined) return failure([empty(at(START), of)]);
  const broken = [
    ...syntaxErrors(document, body, lastQuote, at),
    ...(second === undefined ? [] : [severalDocuments(second, body, at)]),
  ];
  if (broken.length > 0) return failure(broken);

  const { root, diagnostics } = readNodes(document.contents, body, at);
  // Without these the tree is not the one the user meant, and every further check would echo them.
  const misread = diagnostics.some(({ code }) => code === "IDW108" || code === "IDW109");
  if (root === undefined || misread) return failure(diagnostics);
  if (root.kind === "scalar" && root.value === null && !hasErrors(diagnostics)) {
    return failure([empty(at(START), of)]);
  }
  if (root.kind !== "map") {
    const what = root.kind === "list" ? "a list" : "a single value";
    return failure([
      ...diagnostics,
      diagnose("IDW106", `the file holds ${what}, not keys with values`, {
        span: at({ start: root.range.start, end: Math.min(root.range.end, root.range.start + 1) }),
        hint: START_WITH[of],
      }),
    ]);
  }
  return { value: new SourceDocument(file, body, root), diagnostics };
}

const START: Range = { start: 0, end: 0 };

const TOO_DEEP = "lists and mappings are nested too deeply to be read";

/** How deep the library may descend: well above what nodes.ts allows, well below what its recursion survives. */
const DEEPEST_TOKENS = 500;

/** The deepest nesting and the last quoted text, found without recursion: a stack overflow there can kill Node. */
function survey(tokens: readonly CST.Token[]): { readonly deepest: number; readonly lastQuote: number } {
  let deepest = 0;
  let lastQuote = 0;
  const open: (readonly [CST.Token, number])[] = tokens.map((token) => [token, 0]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, depth] = next;
    deepest = Math.max(deepest, depth);
    if (token.type === "single-quoted-scalar" || token.type === "double-quoted-scalar") {
      lastQuote = Math.max(lastQuote, token.offset);
    }
    if (token.type === "document" && token.value) open.push([token.value, depth]);
    if (!("items" in token)) continue;
    for (const item of token.items) {
      if (item.key) open.push([item.key, depth + 1]);
      if (item.value) open.push([item.value, depth + 1]);
    }
  }
  return { deepest, lastQuote };
}

function severalDocuments(second: Document.Parsed, text: string, at: (range: Range) => Span): Diagnostic {
  const start = text.lastIndexOf("---", second.contents?.range?.[0] ?? second.range[0]);
  const from = start < 0 ? second.range[0] : start;
  return diagnose("IDW105", "a second document starts here", {
    span: at({ start: from, end: from + 3 }),
    hint: "One file holds one project: remove the line `---`, or move the rest to a file of its own.",
  });
}

function syntaxErrors(
  document: Document.Parsed,
  text: string,
  lastQuote: number,
  at: (range: Range) => Span,
): readonly Diagnostic[] {
  if (document.errors.some(({ code }) => code === "RESOURCE_EXHAUSTION")) {
    return [diagnose("IDW110", TOO_DEEP, { span: at(START) })];
  }
  const unknownTags = document.warnings.filter(({ code }) => code === "TAG_RESOLVE_FAILED");
  const found: Diagnostic[] = [];
  const lines = new Set<number>();
  for (const error of [...document.errors, ...unknownTags]) {
    const unclosed = error.code === "MISSING_CHAR" && /closing .quote/.test(error.message);
    const span = at(
      unclosed ? { start: lastQuote, end: lastQuote + 1 } : { start: error.pos[0], end: error.pos[1] },
    );
    // One slip makes the library stumble several times on the same line.
    if (lines.has(span.line)) continue;
    lines.add(span.line);
    found.push({ ...syntaxError(error, text), span });
    if (found.length === MOST_SYNTAX_ERRORS) break;
  }
  return found;
}

function syntaxError(error: YAMLError, text: string): Diagnostic {
  const line = text.slice(text.lastIndexOf("\n", error.pos[0] - 1) + 1).split("\n", 1)[0] ?? "";
  switch (error.code) {
    case "TAB_AS_INDENT":
      return diagnose("IDW102", "a tab is used as indentation", {
        hint: "YAML allows spaces only: replace each tab by two spaces.",
      });
    case "TAG_RESOLVE_FAILED":
      return diagnose("IDW111", "this YAML tag is not known", {
        hint: "No tag is needed here (`!…`). Put a text that starts with `!` in quotes.",
      });
    default: {
      if (/closing .quote/.test(error.message)) {
        return diagnose("IDW101", "this is not YAML: the quote opened here is never closed", {
          hint: "Inside single quotes a quote is written twice: 'it''s'.",
        });
      }
      const closer = /end with a ([\]}])/.exec(error.message)?.[1];
      if (closer !== undefined) {
        return diagnose("IDW101", `this is not YAML: a \`${closer}\` is missing before this place`);
      }
      if (error.code === "BLOCK_AS_IMPLICIT_KEY") {
        return diagnose("IDW101", "this is not YAML: a second `: ` on one line", {
          hint: "Put a value that holds `: ` in quotes, or start a new line for a nested key.",
        });
      }
      const sentence = error.message.charAt(0).toLowerCase() + error.message.slice(1);
      if (/\t/.test(/^\s*/.exec(line)?.[0] ?? "")) {
        return diagnose("IDW102", "a tab is used as indentation", {
          hint: "YAML allows spaces only: replace each tab by two spaces.",
        });
      }
      const jinja = /(^|[:\-,[{]\s+)\{\{/.test(line);
      return diagnose("IDW101", `this is not YAML: ${sentence}`, {
        hint: jinja ? "Put a value with Jinja in quotes: \"{{ env_var('NAME') }}\"." : undefined,
      });
    }
  }
}

const START_WITH: Readonly<Record<SchemaName, string>> = {
  identity:
    "Start with `version: 1`, `entity`, `targets`, `models` and `identifiers`, each at the start of a line.",
  tests: "Start with `tests:` at the start of a line, and below it a name for each test.",
};

const NEEDED: Readonly<Record<SchemaName, string>> = {
  identity:
    "It needs at least `version`, `entity`, `targets`, `models` and `identifiers`; `idweave init` writes one to start from.",
  tests: "It needs at least `tests`, and below it a name for each test.",
};

const TOO_LONG: Readonly<Record<SchemaName, string>> = {
  identity:
    "identity.yml holds declarations; keep long lists of values as `ignore_value` rows of the decisions instead.",
  tests: "Put its tests into several files, and long lists of records into CSV files.",
};

function empty(span: Span, of: SchemaName): Diagnostic {
  return diagnose("IDW104", "the file is empty", {
    span,
    hint: NEEDED[of],
  });
}

function tooLarge(file: string, bytes: number, of: SchemaName): Diagnostic {
  const size = (bytes / 1_000_000).toFixed(1);
  return diagnose("IDW107", `the file has ${size} MB, more than the 0.5 MB that is read`, {
    span: spanOf(file, [0], START),
    hint: TOO_LONG[of],
  });
}

function failure(diagnostics: readonly Diagnostic[]): { readonly diagnostics: readonly Diagnostic[] } {
  return { diagnostics };
}
