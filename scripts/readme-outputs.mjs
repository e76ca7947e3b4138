// Puts real output into the README: what `npm start` prints on the sample, and what limits are worth.
//
//   npm run build && node scripts/readme-outputs.mjs
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function output(...args) {
  const done = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout.trimEnd();
}

function put(text, name, content) {
  const begin = `<!-- output: ${name} -->`;
  const end = "<!-- /output -->";
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end, from);
  if (from < begin.length || to < 0) throw new Error(`README.md has no place for ${name}`);
  return `${text.slice(0, from)}\n\n\`\`\`\n${content}\n\`\`\`\n\n${text.slice(to)}`;
}

const readme = join(root, "README.md");
rmSync(join(root, "customer.duckdb"), { force: true });
const started = output("dist/cli/main.js", "run", "--quiet");
const worth = output("scripts/limits-worth.mjs");
writeFileSync(readme, put(put(readFileSync(readme, "utf8"), "start", started), "limits", worth));
