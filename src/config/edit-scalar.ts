// Texts as YAML writes them so that they stay texts, in block and in flow style alike.

// What some reader of YAML takes for null, a truth value or a number.
const NO_TEXT = /^(null|true|false|yes|no|on|off|y|n|nan|inf)$/i;

/** Bare where no reader can mistake it, else in double quotes with unprintable characters as escapes. */
export function scalarText(value: string): string {
  if (/^[A-Za-z_][\w.@/-]*$/.test(value) && !NO_TEXT.test(value)) return value;
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(""),
  );
}

/** `[a, "0"]` */
export function flowList(values: readonly string[]): string {
  return `[${values.map(scalarText).join(", ")}]`;
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
