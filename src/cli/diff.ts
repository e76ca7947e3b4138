// The lines in which two texts differ, as a unified diff.

const CONTEXT = 3;
/** Cells of the table of common lines; beyond it a block is shown as replaced whole. */
const LARGEST_TABLE = 4_000_000;

type Line = { readonly sign: " " | "-" | "+"; readonly text: string };

/** Empty when the texts are equal. */
export function unifiedDiff(
  before: { readonly name: string; readonly text: string },
  after: { readonly name: string; readonly text: string },
): string {
  if (before.text === after.text) return "";
  const lines = compare(linesOf(before.text), linesOf(after.text));
  return [`--- ${before.name}`, `+++ ${after.name}`, ...hunks(lines)].map((line) => `${line}\n`).join("");
}

/** The number, from 1, of the first line of `before` that is not in `after` at its place. */
export function firstDifference(before: string, after: string): number {
  const a = linesOf(before);
  const b = linesOf(after);
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  return Math.max(1, Math.min(index + 1, a.length));
}

function linesOf(text: string): readonly string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") return lines.slice(0, -1);
  return [...lines.slice(0, -1), `${lines.at(-1) ?? ""} (no newline at the end)`];
}

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const shorter = Math.min(before.length, after.length) - start;
  while (end < shorter && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const same = (text: string): Line => ({ sign: " ", text });
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function middle(before: readonly string[], after: readonly string[]): readonly Line[] {
  const [m, n] = [before.length, after.length];
  if (m * n > LARGEST_TABLE) {
    return [
      ...before.map((text): Line => ({ sign: "-", text })),
      ...after.map((text): Line => ({ sign: "+", text })),
    ];
  }
  // common[i][j]: the length of the longest common subsequence of before[i..] and after[j..].
  const width = n + 1;
  const common = new Uint32Array((m + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = m - 1; i >= 0; i -= 1) {
    for (let j = n - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < m || j < n) {
    const [left, right] = [before[i], after[j]];
    if (left !== undefined && left === right) {
      lines.push({ sign: " ", text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: "-", text: left });
      i += 1;
    } else {
      lines.push({ sign: "+", text: right ?? "" });
      j += 1;
    }
  }
  return lines;
}

function hunks(lines: readonly Line[]): readonly string[] {
  const changed = lines.flatMap(({ sign }, index) => (sign === " " ? [] : [index]));
  const groups: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = groups.at(-1);
    if (last !== undefined && index - last.to <= 2 * CONTEXT + 1) last.to = index;
    else groups.push({ from: index, to: index });
  }
  return groups.flatMap(({ from, to }) => {
    const first = Math.max(0, from - CONTEXT);
    const shown = lines.slice(first, to + CONTEXT + 1);
    const range = (sign: "-" | "+") => {
      const isThere = (line: Line) => line.sign === " " || line.sign === sign;
      const length = shown.filter(isThere).length;
      const start = lines.slice(0, first).filter(isThere).length;
      return `${sign}${length === 0 ? start : start + 1},${length}`;
    };
    return [`@@ ${range("-")} ${range("+")} @@`, ...shown.map(({ sign, text }) => `${sign}${text}`)];
  });
}
