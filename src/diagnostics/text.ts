// Words of users inside our sentences: quoted, cut, and harmless to a terminal.

const LONGEST = 80;

/** A user's word in backticks: control characters shown as escapes, cut after 80 characters. */
export function quote(word: string): string {
  const characters = Array.from(word);
  const cut = characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("")}…` : word;
  return `\`${visible(cut)}\``;
}

/** `a`, `b` and `c`, as in a sentence. */
export function listOf(words: readonly string[], conjunction: "and" | "or"): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}

/** Control and direction-changing characters as escapes, so that no input steers the terminal. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\r") return "\\r";
    if (character === "\t") return "\\t";
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** A path as users write it: `models.crm.attributes[2]`; the whole file is the empty text. */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    const word = /^[\w$-]+$/.test(step) ? step : JSON.stringify(step);
    return text === "" ? word : `${text}.${word}`;
  }, "");
}
