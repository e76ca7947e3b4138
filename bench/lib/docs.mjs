// Measured numbers in documents, those of docs/benchmarks.md above all: one block a size (and memory limit, and variant) between markers, so that a run replaces its own only.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

const END = "<!-- numbers: end -->";

export function writeDocs({ people, memoryLimit, without }, markdown) {
  const name = [`${people} people`, memoryLimit, ...without.map((each) => `without ${each}`)];
  writeBlock(name.filter(Boolean).join(", "), markdown);
}

/** Writes a block of that name into a document of docs/, in the place of the one before. */
export function writeBlock(name, markdown, document = "benchmarks.md") {
  const file = join(ROOT, "docs", document);
  writeFileSync(file, replaceBlock(readFileSync(file, "utf8"), name, markdown, document));
  const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
  spawnSync(process.execPath, [biome, "format", "--write", file], { stdio: "ignore" });
}

/** The text with the block `name` replaced, or added as the last one. Throws when the text has no place for numbers. */
export function replaceBlock(text, name, markdown, document) {
  const [from, to] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const block = `${from}\n\n${markdown.trim()}\n\n${to}`;
  const start = text.indexOf(from);
  const stop = text.indexOf(to);
  if (start >= 0 && stop > start) return text.slice(0, start) + block + text.slice(stop + to.length);
  const end = text.indexOf(END);
  if (end < 0) throw new Error(`docs/${document} has no line \`${END}\`.`);
  return `${text.slice(0, end)}${block}\n\n${text.slice(end)}`;
}
