// Puts real output of the worked example into docs/explain.md: chains, refusals, lives, a sample. Runs the example first.
//
//   npm run build && node scripts/explain-outputs.mjs
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const file = join(root, "docs", "explain.md");

function idweave(words) {
  const done = spawnSync(process.execPath, ["dist/cli/main.js", ...words], { cwd: root, encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout.trimEnd();
}

rmSync(join(root, "customer.duckdb"), { force: true });
idweave(["run", "--quiet"]);

// `<!-- idweave WORDS -->` and the fenced block after it; words may be in double quotes.
const text = readFileSync(file, "utf8").replaceAll(
  /<!-- idweave (.+?) -->\n\n```(\w*)\n[\s\S]*?```/g,
  (_, words, language) => {
    const list = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
    // When the example was run is of no interest.
    const said = idweave(list).replaceAll(
      /(run 1\s+\(?)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g,
      "$12026-01-31 12:00:00",
    );
    const shown = language === "mermaid" ? said : `$ idweave ${words}\n${said}`;
    return `<!-- idweave ${words} -->\n\n\`\`\`${language}\n${shown}\n\`\`\``;
  },
);
writeFileSync(file, text);
