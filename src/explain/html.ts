// An explanation as one HTML file that needs nothing else: the picture as SVG, and the text below it. No script.
import type { Explanation } from "./explanation.ts";
import { type Box, type Picture, pictureOf } from "./picture.ts";
import { explanationText } from "./text.ts";

const [WIDTH, HEIGHT] = [290, 46];
const [GAP_X, GAP_Y] = [60, 26];
const MARGIN = 20;
/** About as many characters as a box is wide. */
const LONGEST = { label: 38, detail: 46 };

/** Ends with a line break. */
export function explanationHtml(explanation: Explanation): string {
  const picture = pictureOf(explanation);
  const title = escaped(picture.title);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
:root { color-scheme: light dark; --ink: light-dark(#1c2430, #e6e9ee); --line: light-dark(#8a94a3, #7d8796); --paper: light-dark(#fff, #14181f);
  --record: light-dark(#e8f0fb, #1d3350); --value: light-dark(#edf7ee, #1d3a26); --decision: light-dark(#fdf3dc, #47381a); --identity: light-dark(#f1ebfa, #362a4d); --mark: light-dark(#b3541e, #e8935c); }
body { margin: 2rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.2rem; overflow-wrap: anywhere; }
figure { margin: 0; overflow-x: auto; }
pre { overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; }
rect { stroke: var(--line); }
.record rect { fill: var(--record); } .value rect { fill: var(--value); } .decision rect { fill: var(--decision); } .identity rect { fill: var(--identity); }
.marked rect { stroke: var(--mark); stroke-width: 2; }
path { stroke: var(--line); stroke-width: 1.5; fill: none; } .broken { stroke: var(--mark); stroke-dasharray: 5 4; }
text { fill: var(--ink); font-size: 13px; } .detail { font-size: 11px; opacity: .75; }
</style>
<h1>${title}</h1>
<figure>
${svg(picture)}
</figure>
${picture.note === "" ? "" : `<p>${escaped(picture.note)}</p>\n`}<pre>${escaped(explanationText(explanation))}</pre>
</html>
`;
}

function svg({ title, boxes, lines }: Picture): string {
  const width = Math.max(...boxes.map((box) => left(box) + WIDTH)) + MARGIN;
  const height = Math.max(...boxes.map((box) => top(box) + HEIGHT)) + MARGIN;
  const at = new Map(boxes.map((box) => [box.id, box]));
  const drawn = lines.flatMap(({ from, to, isBroken }) => {
    const [a, b] = [at.get(from), at.get(to)];
    return a === undefined || b === undefined ? [] : [path(a, b, isBroken)];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(title)}</title>`,
    ...drawn,
    ...boxes.map(drawBox),
    "</svg>",
  ].join("\n");
}

function drawBox(box: Box): string {
  const { kind, isMarked, label, detail } = box;
  const [x, y] = [left(box), top(box)];
  const radius = kind === "value" ? HEIGHT / 2 : 5;
  const full = detail === "" ? label : `${label}\n${detail}`;
  const line = (text: string, dy: number, name: string) =>
    `<text x="${x + WIDTH / 2}" y="${y + dy}" text-anchor="middle"${name}>${escaped(text)}</text>`;
  return [
    `<g class="${kind}${isMarked ? " marked" : ""}"><title>${escaped(full)}</title>`,
    `<rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="${radius}"/>`,
    line(cut(label, LONGEST.label), detail === "" ? 28 : 20, ""),
    ...(detail === "" ? [] : [line(cut(detail, LONGEST.detail), 36, ' class="detail"')]),
    "</g>",
  ].join("");
}

/** From side to side, or from the bottom of one to the top of the other in one column. */
function path(a: Box, b: Box, isBroken: boolean): string {
  const name = isBroken ? ' class="broken"' : "";
  const middle = (box: Box) => top(box) + HEIGHT / 2;
  if (a.column === b.column) {
    return `<path${name} d="M${left(a) + WIDTH / 2} ${middle(a)}V${middle(b)}"/>`;
  }
  const [from, to] = a.column < b.column ? [a, b] : [b, a];
  const [x1, x2] = [left(from) + WIDTH, left(to)];
  const bend = (x1 + x2) / 2;
  return `<path${name} d="M${x1} ${middle(from)}C${bend} ${middle(from)} ${bend} ${middle(to)} ${x2} ${middle(to)}"/>`;
}

function left({ column }: Box): number {
  return MARGIN + column * (WIDTH + GAP_X);
}

function top({ row }: Box): number {
  return MARGIN + row * (HEIGHT + GAP_Y);
}

function cut(text: string, longest: number): string {
  const characters = Array.from(text);
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : text;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
