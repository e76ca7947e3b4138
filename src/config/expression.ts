// Checks the text of `when` and `where`: one SQL expression that can be put in parentheses (config.md, "Expressions").
// Whether its columns exist and its types agree only the warehouse knows.

/** Offsets in UTF-16 code units of the expression; `end` is exclusive. */
export type ExpressionError = {
  readonly message: string;
  readonly hint?: string;
  readonly start: number;
  readonly end: number;
};

const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const JINJA_CLOSERS: Readonly<Record<string, string>> = { "{{": "}}", "{%": "%}" };

type Token =
  | { readonly kind: "error"; readonly error: ExpressionError }
  | { readonly kind: "skip"; readonly end: number };

/**
 * The first reason why a text is not one balanced expression without `;` and comments; undefined when it is one. Jinja
 * is stepped over, so a rendered text wants to be checked once more.
 */
export function checkExpression(text: string): ExpressionError | undefined {
  const open: { readonly sign: string; readonly at: number }[] = [];
  let at = 0;
  let seen = false;
  while (at < text.length) {
    const token = special(text, at);
    if (token?.kind === "error") return token.error;
    if (token !== undefined) {
      seen = true;
      at = token.end;
      continue;
    }
    const character = text.charAt(at);
    seen ||= character.trim() !== "";
    if (CLOSERS[character] !== undefined) open.push({ sign: character, at });
    if (character === ")" || character === "]" || character === "}") {
      const last = open.pop();
      if (last === undefined) return mistake(at, `\`${character}\` closes nothing`);
      if (CLOSERS[last.sign] !== character) {
        return mistake(at, `\`${character}\` does not close \`${last.sign}\``);
      }
    }
    if (character === "," && open.length === 0) {
      return mistake(
        at,
        "a `,` separates two expressions where one is wanted",
        "Join conditions with `and` or `or`.",
      );
    }
    at += 1;
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) return mistake(unclosed.at, `\`${unclosed.sign}\` is never closed`);
  return seen ? undefined : mistake(0, "there is no expression");
}

/** What is not read character by character: quoted text, Jinja, and what is refused. */
function special(text: string, at: number): Token | undefined {
  const two = text.slice(at, at + 2);
  const jinja = JINJA_CLOSERS[two];
  if (jinja !== undefined) return jinjaEnd(text, at, jinja);
  const character = text.charAt(at);
  if (character === "'" || character === '"' || character === "`") return quotedEnd(text, at, character);
  if (character === ";") return refused(at, 1, "`;` ends a statement", "Write one expression only.");
  if (two === "--" || two === "/*" || two === "{#" || two === "//") return comment(at, two);
  if (character === "#") return comment(at, character);
  const dollar = /^\$\w*\$/.exec(text.slice(at, at + 65))?.[0];
  if (dollar === undefined) return undefined;
  return refused(
    at,
    dollar.length,
    "text in dollar quotes is not portable",
    "Write texts in single quotes: 'text'.",
  );
}

function quotedEnd(text: string, at: number, quote: string): Token {
  let next = at + 1;
  while (next < text.length) {
    const character = text.charAt(next);
    if (character === "\\" && quote === "'" && text.charAt(next + 1) === "'") {
      return refused(
        next,
        2,
        "a backslash before a quote means something else on each warehouse",
        "Write a quote inside a text twice: 'it''s'.",
      );
    }
    if (character !== quote) next += 1;
    else if (text.charAt(next + 1) === quote) next += 2;
    else return { kind: "skip", end: next + 1 };
  }
  return refused(at, 1, "this quote is never closed", "Write a quote inside a text twice: 'it''s'.");
}

function jinjaEnd(text: string, at: number, closer: string): Token {
  let quote = "";
  for (let next = at + 2; next < text.length; next++) {
    const character = text.charAt(next);
    if (quote !== "") {
      if (character === "\\") next += 1;
      else if (character === quote) quote = "";
    } else if (character === "'" || character === '"') quote = character;
    else if (text.startsWith(closer, next)) return { kind: "skip", end: next + closer.length };
  }
  return refused(at, 2, `\`${text.slice(at, at + 2)}\` is never closed`);
}

function comment(at: number, sign: string): Token {
  return refused(
    at,
    sign.length,
    `\`${sign}\` starts a comment on some warehouses`,
    "Put comments into YAML, after `#` outside the quotes.",
  );
}

function refused(at: number, length: number, message: string, hint?: string): Token {
  return { kind: "error", error: { ...mistake(at, message, hint), end: at + length } };
}

function mistake(at: number, message: string, hint?: string): ExpressionError {
  return { message, start: at, end: at + 1, ...(hint === undefined ? {} : { hint }) };
}
