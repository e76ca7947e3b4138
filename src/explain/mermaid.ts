// A picture as a Mermaid flowchart, for Markdown that draws it.
import type { Box, Picture } from "./picture.ts";

const SHAPES: Readonly<Record<Box["kind"], readonly [string, string]>> = {
  record: ["[", "]"],
  value: ["([", "])"],
  decision: ["{{", "}}"],
  identity: ["[[", "]]"],
};

/** Ends with a line break. */
export function mermaid({ title, boxes, lines, note }: Picture): string {
  const marked = boxes.filter(({ isMarked }) => isMarked).map(({ id }) => id);
  return [
    "---",
    `title: ${JSON.stringify(title)}`,
    "---",
    "flowchart LR",
    ...boxes.map(({ id, kind, label, detail }) => {
      const [open, close] = SHAPES[kind];
      const text = detail === "" ? escaped(label) : `${escaped(label)}<br/>${escaped(detail)}`;
      return `  ${id}${open}"${text}"${close}`;
    }),
    ...lines.map(({ from, to, isBroken }) => `  ${from} ${isBroken ? "-.-" : "---"} ${to}`),
    ...(marked.length === 0
      ? []
      : ["  classDef marked stroke-dasharray: 4 3", `  class ${marked.join(",")} marked`]),
    ...(note === "" ? [] : [`  note["${escaped(note)}"]`]),
    "",
  ].join("\n");
}

/** Entities of Mermaid, so that no value is read as its syntax, as HTML or as Markdown. */
function escaped(text: string): string {
  return text.replace(/[#"<>&`\\]/g, (character) => `#${character.codePointAt(0) ?? 0};`);
}
