// Tags: what keeps the cases of one run apart. Every record key, identifier value and decision id of a case starts with the
// tag of the case, all of one width, so that values of two cases are never equal while inside a case order and equality
// are as without. A case that is alone has no tag.

const BAR = "|";
const DIGITS = 5;

/** The characters that a tag and its bar take up. */
export const TAG_WIDTH = 1 + DIGITS + BAR.length;

export function tagOf(index: number): string {
  return `t${String(index).padStart(DIGITS, "0")}`;
}

export function tagged(tag: string, text: string): string {
  return tag === "" ? text : `${tag}${BAR}${text}`;
}

/** The tag of a text, or nothing. */
export function tagIn(text: string): string {
  return /^t\d{5}\|/.test(text) ? text.slice(0, TAG_WIDTH - BAR.length) : "";
}

export function untagged(tag: string, text: string): string {
  return tag !== "" && text.startsWith(`${tag}${BAR}`) ? text.slice(TAG_WIDTH) : text;
}

/** A message without the tags of any case. */
export function withoutTags(message: string): string {
  return message.replace(/\bt\d{5}\|/g, "");
}
