// The pattern language of `valid` and `ignore`: a subset of regular expressions that means the same on every warehouse
// (config.md, "Patterns"). Text → tree; printing is pattern-print.ts.

/** Code points, both ends included. */
export type CodeRange = { readonly from: number; readonly to: number };

export type Pattern =
  | { readonly kind: "alternatives"; readonly of: readonly Pattern[] }
  | { readonly kind: "sequence"; readonly of: readonly Pattern[] }
  | { readonly kind: "group"; readonly of: Pattern }
  /** `max` is undefined when there is no upper bound. */
  | { readonly kind: "repeat"; readonly of: Pattern; readonly min: number; readonly max: number | undefined }
  | { readonly kind: "class"; readonly negated: boolean; readonly ranges: readonly CodeRange[] }
  | { readonly kind: "any" }
  | { readonly kind: "literal"; readonly codePoint: number };

/** Offsets in UTF-16 code units of the pattern; `end` is exclusive. */
export type PatternError = {
  readonly message: string;
  readonly hint?: string;
  readonly start: number;
  readonly end: number;
};

/** RE2 refuses more repetitions than this, nested ones multiplied (re2/parse.cc, `kMaxRepeat`). */
export const MOST_REPETITIONS = 1000;
const DEEPEST_GROUPS = 50;

export const SHORTHANDS: Readonly<Record<string, readonly CodeRange[]>> = {
  d: [range("0", "9")],
  w: [range("0", "9"), range("A", "Z"), range("a", "z"), range("_", "_")],
  s: [
    range(" ", " "),
    range("\t", "\t"),
    range("\n", "\n"),
    range("\r", "\r"),
    range("\f", "\f"),
    range("\v", "\v"),
  ],
};

const CONTROLS: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v" };

const ALLOWED =
  "Allowed: literals, `.`, classes, `\\d` `\\w` `\\s`, groups, `|`, `*` `+` `?` `{m,n}`; any other sign after `\\`.";

/** The tree of a pattern, or the first thing in it that is outside the subset. */
export function parsePattern(text: string): { readonly pattern: Pattern } | { readonly error: PatternError } {
  try {
    return { pattern: new PatternParser(text).parse() };
  } catch (thrown) {
    if (thrown instanceof Outside) return { error: thrown.error };
    throw thrown;
  }
}

function range(from: string, to: string): CodeRange {
  return { from: from.codePointAt(0) ?? 0, to: to.codePointAt(0) ?? 0 };
}

class Outside extends Error {
  readonly error: PatternError;
  constructor(error: PatternError) {
    super(error.message);
    this.error = error;
  }
}

class PatternParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Pattern {
    const pattern = this.#alternatives();
    if (this.#at < this.#text.length) this.#fail("`)` closes no group", "Write `\\)` for the sign itself.");
    return pattern;
  }

  #alternatives(): Pattern {
    const branches = [this.#sequence()];
    while (this.#take("|")) branches.push(this.#sequence());
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: "alternatives", of: branches };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.#at < this.#text.length && !this.#sees("|") && !this.#sees(")")) {
      const start = this.#at;
      parts.push(this.#repeats(this.#atom(), start));
    }
    if (parts.length === 0)
      this.#fail("something is missing here", "An alternative or a group cannot be empty.");
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: "sequence", of: parts };
  }

  #atom(): Pattern {
    const start = this.#at;
    const character = this.#next();
    switch (character) {
      case ".":
        return { kind: "any" };
      case "(":
        return this.#group(start);
      case "[":
        return this.#class(start);
      case "\\":
        return this.#escape(start);
      case "^":
      case "$":
        return this.#fail(
          `\`${character}\` is not part of the subset`,
          `A pattern always covers the whole value: leave it out, or write \`\\${character}\` for the sign itself.`,
          start,
        );
      case "*":
      case "+":
      case "?":
        return this.#fail(
          `\`${character}\` repeats nothing`,
          `Write \`\\${character}\` for the sign itself.`,
          start,
        );
      case "{":
      case "}":
      case "]":
        return this.#fail(
          `\`${character}\` stands alone`,
          `Write \`\\${character}\` for the sign itself.`,
          start,
        );
      default:
        return { kind: "literal", codePoint: character.codePointAt(0) ?? 0 };
    }
  }

  #group(start: number): Pattern {
    if (this.#sees("?")) {
      const special = /^\?(<?[=!]|P?<\w*>?|[:#>|]|[-\w]*[:)]?)/.exec(this.#text.slice(this.#at))?.[0] ?? "?";
      this.#at += special.length;
      const name = /^\?<?[=!]/.test(special)
        ? "look-around"
        : special === "?:"
          ? "a group with `?:`"
          : "a group with a flag or a name";
      this.#fail(
        `${name} is not part of the subset`,
        "Groups are written `( )`, nothing is captured.",
        start,
      );
    }
    if (++this.#depth > DEEPEST_GROUPS) this.#fail("groups are nested too deeply", undefined, start);
    const of = this.#alternatives();
    if (!this.#take(")"))
      this.#fail("this group is never closed", "Add `)`, or write `\\(` for the sign.", start, start + 1);
    this.#depth -= 1;
    return { kind: "group", of };
  }

  #repeats(of: Pattern, atomStart: number): Pattern {
    const start = this.#at;
    const bounds = this.#quantifier();
    if (bounds === undefined) return of;
    const again = this.#at;
    if (this.#sees("?")) {
      this.#at += 1;
      this.#fail("lazy repetition is not part of the subset", "Leave out the `?`.", again);
    }
    if (this.#sees("+") || this.#sees("*") || /^\{\d/.test(this.#text.slice(this.#at, this.#at + 2))) {
      this.#at += 1;
      this.#fail("a repetition cannot be repeated", "Put the first one in a group: `(…)`.", again);
    }
    const repeat: Pattern = { kind: "repeat", of, ...bounds };
    if (repetitions(repeat) > MOST_REPETITIONS) {
      this.#fail(
        `this repeats more than ${MOST_REPETITIONS} times`,
        "Nested repetitions multiply.",
        bounds.max !== undefined && bounds.max > MOST_REPETITIONS ? start : atomStart,
      );
    }
    return repeat;
  }

  #quantifier(): { readonly min: number; readonly max: number | undefined } | undefined {
    if (this.#take("*")) return { min: 0, max: undefined };
    if (this.#take("+")) return { min: 1, max: undefined };
    if (this.#take("?")) return { min: 0, max: 1 };
    if (!this.#sees("{")) return undefined;
    const start = this.#at;
    const written = /^\{(\d{1,9})(,(\d{1,9})?)?\}/.exec(this.#text.slice(start, start + 22));
    if (written === null) {
      this.#at += 1;
      return this.#fail(
        "this is no repetition",
        "Write `{3}`, `{2,}`, `{2,5}`, or `\\{` for the sign itself.",
        start,
      );
    }
    this.#at += written[0].length;
    const min = Number(written[1]);
    const max = written[2] === undefined ? min : written[3] === undefined ? undefined : Number(written[3]);
    if (max !== undefined && max < min) this.#fail("the bounds are the wrong way round", undefined, start);
    return { min, max };
  }

  #escape(start: number): Pattern {
    const letter = this.#escaped(start);
    const shorthand = SHORTHANDS[letter.toLowerCase()];
    if (shorthand !== undefined) {
      return { kind: "class", negated: letter !== letter.toLowerCase(), ranges: shorthand };
    }
    return { kind: "literal", codePoint: (CONTROLS[letter] ?? letter).codePointAt(0) ?? 0 };
  }

  /** The character after a backslash, when the subset knows it there. */
  #escaped(start: number): string {
    if (this.#at >= this.#text.length)
      this.#fail("nothing follows `\\`", "Write `\\\\` for the sign itself.", start);
    const letter = this.#next();
    if (/^[dwsDWS]$/.test(letter) || CONTROLS[letter] !== undefined || /^[!-/:-@[-`{-~ ]$/.test(letter))
      return letter;
    const name = /^[1-9]$/.test(letter) ? "a back-reference" : `\`\\${letter}\``;
    return this.#fail(`${name} is not part of the subset`, ALLOWED, start);
  }

  #class(start: number): Pattern {
    const negated = this.#take("^");
    const ranges: CodeRange[] = [];
    const first = this.#at;
    while (!this.#take("]")) {
      if (this.#at >= this.#text.length) {
        this.#fail("this class is never closed", "Add `]`, or write `\\[` for the sign.", start, start + 1);
      }
      ranges.push(...this.#classItem(first));
    }
    if (ranges.length === 0) {
      this.#fail("this class is empty", "Write `\\]` for a bracket inside a class.", start);
    }
    return { kind: "class", negated, ranges };
  }

  #classItem(first: number): readonly CodeRange[] {
    const start = this.#at;
    const from = this.#classCharacter();
    if (typeof from !== "number") return from;
    if (from === 0x2d && !this.#text.startsWith("\\", start) && start !== first && !this.#sees("]")) {
      this.#fail("`-` stands between two classes", "Write `\\-` for the sign itself.", start);
    }
    if (!this.#sees("-") || this.#text[this.#at + 1] === "]" || this.#at + 1 >= this.#text.length) {
      return [{ from, to: from }];
    }
    this.#at += 1;
    const to = this.#classCharacter();
    if (typeof to !== "number")
      return this.#fail("a range cannot end in a class", "Write `\\-` for the sign itself.", start);
    if (to < from) this.#fail("the range is the wrong way round", undefined, start);
    return [{ from, to }];
  }

  #classCharacter(): number | readonly CodeRange[] {
    const start = this.#at;
    const character = this.#next();
    if (character === "[" && /^[:.=]/.test(this.#text.slice(this.#at, this.#at + 1))) {
      this.#fail("named classes are not part of the subset", ALLOWED, start);
    }
    if (character !== "\\") return character.codePointAt(0) ?? 0;
    const letter = this.#escaped(start);
    const shorthand = SHORTHANDS[letter.toLowerCase()];
    if (shorthand === undefined) return (CONTROLS[letter] ?? letter).codePointAt(0) ?? 0;
    if (letter === letter.toLowerCase()) return shorthand;
    return this.#fail(`\`\\${letter}\` cannot stand inside a class`, "Write `[^…]` instead.", start);
  }

  #sees(character: string): boolean {
    return this.#text[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#sees(character)) return false;
    this.#at += 1;
    return true;
  }

  #next(): string {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  #fail(message: string, hint?: string, start = this.#at, end = Math.max(this.#at, start + 1)): never {
    throw new Outside({ message, start, end, ...(hint === undefined ? {} : { hint }) });
  }
}

/** The largest product of bounds on the way down, as RE2 counts it; unbounded repetition counts its minimum. */
function repetitions(pattern: Pattern): number {
  switch (pattern.kind) {
    case "alternatives":
    case "sequence":
      return pattern.of.reduce((most, part) => Math.max(most, repetitions(part)), 1);
    case "group":
      return repetitions(pattern.of);
    case "repeat":
      return Math.max(1, pattern.max ?? pattern.min) * repetitions(pattern.of);
    case "class":
    case "any":
    case "literal":
      return 1;
  }
}
