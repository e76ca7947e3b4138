// SQL text that cannot be written by accident: the `sql` tag takes fragments, id() and lit() only, and keeps
// indentation. Names and literals are resolved when a fragment is printed, by the lexical rules of a dialect. Leaf.

export type Scalar = string | number | boolean | null;

type Chunk =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "verbatim"; readonly text: string }
  | { readonly kind: "id"; readonly parts: readonly string[] }
  | { readonly kind: "lit"; readonly value: Scalar }
  | { readonly kind: "word"; readonly word: Word };

export type Fragment = { readonly chunks: readonly Chunk[] };

/** Words of a query that dialects spell differently. */
export type Word = "union" | "except" | "where";

/** How a dialect writes names, literals and a few words: the whole of what printing needs to know of it. */
export type Lexical = {
  readonly quoteIdentifier: (name: string) => string;
  readonly quoteString: (text: string) => string;
  readonly words: Readonly<Record<Word, string>>;
};

/**
 * A template of SQL. Lines of an interpolated fragment are indented like the line it stands in; a line that holds only an
 * empty fragment vanishes, and so do a blank first and last line.
 */
export function sql(strings: TemplateStringsArray, ...fragments: readonly Fragment[]): Fragment {
  const chunks: Chunk[] = [];
  prepared(strings).forEach(({ text, ifEmpty, indent }, index) => {
    const inside = fragments[index]?.chunks ?? [];
    chunks.push({ kind: "text", text: index < fragments.length && inside.length === 0 ? ifEmpty : text });
    for (const chunk of inside) {
      chunks.push(
        chunk.kind === "text" && indent !== "" && chunk.text.includes("\n")
          ? { kind: "text", text: chunk.text.replaceAll(/\n(?!\n)/g, `\n${indent}`) }
          : chunk,
      );
    }
  });
  return { chunks };
}

/** A name, quoted where it must be; several parts make a qualified one. */
export function id(...parts: readonly string[]): Fragment {
  return { chunks: [{ kind: "id", parts }] };
}

/** A literal value. */
export function lit(value: Scalar): Fragment {
  return { chunks: [{ kind: "lit", value }] };
}

/** SQL that comes from outside the compiler, already checked or rendered there: a model, a macro, an expression. Printed unchanged. */
export function verbatim(text: string): Fragment {
  return { chunks: [{ kind: "verbatim", text }] };
}

export const empty: Fragment = { chunks: [] };

/** The distinct rows of two queries. */
export const UNION: Fragment = { chunks: [{ kind: "word", word: "union" }] };

/** The distinct rows of one query that another has not. */
export const EXCEPT: Fragment = { chunks: [{ kind: "word", word: "except" }] };

/** The `where` of a SELECT without a FROM. */
export const WHERE: Fragment = { chunks: [{ kind: "word", word: "where" }] };

/** SQL of the compiler itself that no template can hold, such as a function name out of a dialect. */
export function keyword(text: string): Fragment {
  return { chunks: [{ kind: "text", text }] };
}

/** Fragments with a separator between them; none gives the empty fragment. */
export function join(fragments: readonly Fragment[], separator: string): Fragment {
  const chunks: Chunk[] = [];
  fragments.forEach((fragment, index) => {
    if (index > 0) chunks.push({ kind: "text", text: separator });
    chunks.push(...fragment.chunks);
  });
  return { chunks };
}

/** Queries whose distinct rows are wanted. */
export function unionOf(queries: readonly Fragment[]): Fragment {
  return join(
    queries.flatMap((query, index) => (index === 0 ? [query] : [UNION, query])),
    "\n",
  );
}

/** The text of a fragment, for a dialect. */
export function print(fragment: Fragment, lexical: Lexical): string {
  return fragment.chunks.map((chunk) => printChunk(chunk, lexical)).join("");
}

function printChunk(chunk: Chunk, lexical: Lexical): string {
  switch (chunk.kind) {
    case "text":
    case "verbatim":
      return chunk.text;
    case "id":
      return chunk.parts.map(lexical.quoteIdentifier).join(".");
    case "lit":
      return printLiteral(chunk.value, lexical);
    case "word":
      return lexical.words[chunk.word];
  }
}

function printLiteral(value: Scalar, lexical: Lexical): string {
  if (value === null) return "null";
  if (typeof value === "string") return lexical.quoteString(value);
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError("not a finite number");
  return String(value);
}

/** What a template says before a slot, and if the slot is empty; what the lines of the slot begin with. */
type Piece = { readonly text: string; readonly ifEmpty: string; readonly indent: string };

// The strings of a template are the same object each time it is evaluated, and templates stand in loops.
const known = new WeakMap<TemplateStringsArray, readonly Piece[]>();

function prepared(strings: TemplateStringsArray): readonly Piece[] {
  const pieces = known.get(strings) ?? piecesOf(withoutIndent(strings));
  known.set(strings, pieces);
  return pieces;
}

function piecesOf(texts: readonly string[]): readonly Piece[] {
  let indent = "";
  return texts.map((text, index) => {
    const aloneInLine = /(^|\n) *$/.test(text) && /^(\n|$)/.test(texts[index + 1] ?? "");
    if (text.includes("\n") || index === 0)
      indent = /^ */.exec(text.slice(text.lastIndexOf("\n") + 1))?.[0] ?? "";
    return { text, ifEmpty: aloneInLine ? text.replace(/\n? *$/, "") : text, indent };
  });
}

function withoutIndent(strings: TemplateStringsArray): readonly string[] {
  const whole = strings.join("\0");
  if (!whole.startsWith("\n")) return [...strings];
  const lines = whole.split("\n").slice(1);
  if (lines.at(-1)?.trim() === "") lines.pop();
  const depths = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const depth = Math.min(...depths);
  return lines
    .map((line) => line.slice(depth))
    .join("\n")
    .split("\0");
}
