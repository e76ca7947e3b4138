// The numbers of docs/benchmarks.md: one block a size (and memory limit, and variant) between markers, so that a run replaces its own only.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

const FILE = join(ROOT, "docs", "benchmarks.md");
const END = "<!-- numbers: end -->";

export function writeDocs({ people, memoryLimit, without }, markdown) {
  const name = [`${people} people`, memoryLimit, ...without.map((each) => `without ${each}`)];
  writeBlock(name.filter(Boolean).join(", "), markdown);
}

/** Writes a block of that name into the document, in the place of the one before. */
export function writeBlock(name, markdown) {
  writeFileSync(FILE, replaceBlock(readFileSync(FILE, "utf8"), name, markdown));
  const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
  spawnSync(process.execPath, [biome, "format", "--write", FILE], { stdio: "ignore" });
}

/** The text with the block `name` replaced, or added as the last one. Throws when the text has no place for numbers. */
export function replaceBlock(text, name, markdown) {
  const [from, to] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const block = `${from}\n\n${markdown.trim()}\n\n${to}`;
  const start = text.indexOf(from);
  const stop = text.indexOf(to);
  if (start >= 0 && stop > start) return text.slice(0, start) + block + text.slice(stop + to.length);
  const end = text.indexOf(END);
  if (end < 0) throw new Error(`docs/benchmarks.md has no line \`${END}\`.`);
  return `${text.slice(0, end)}${block}\n\n${text.slice(end)}`;
}
