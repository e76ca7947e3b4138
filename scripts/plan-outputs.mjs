// Puts real output into docs/plan.md: what `idweave plan` says of the worked example when the limit of email goes from 3 to 2,
// as text and as the beginning of its Markdown.
//
//   npm run build && node scripts/plan-outputs.mjs
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "idweave-plan-"));

function done(command, ...words) {
  const ended = spawnSync(command, words, { cwd: folder, encoding: "utf8" });
  if (ended.status !== 0) throw new Error(`${command} ${words.join(" ")}: ${ended.stderr}${ended.stdout}`);
  return ended.stdout.trimEnd();
}

const idweave = (...words) => done(process.execPath, join(root, "dist/cli/main.js"), ...words);
const git = (...words) => done("git", "-c", "user.name=a", "-c", "user.email=a@example.com", ...words);

function put(text, name, fence, content) {
  const begin = `<!-- output: ${name} -->`;
  const end = "<!-- /output -->";
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end, from);
  if (from < begin.length || to < 0) throw new Error(`docs/plan.md has no place for ${name}`);
  return `${text.slice(0, from)}\n\n\`\`\`${fence}\n${content}\n\`\`\`\n\n${text.slice(to)}`;
}

try {
  for (const name of ["identity.yml", "models", "data", "decisions.csv"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  git("init", "--quiet", "--initial-branch", "main");
  git("add", "identity.yml", "models", "decisions.csv");
  // The commit is the same wherever this runs.
  process.env.GIT_AUTHOR_DATE = process.env.GIT_COMMITTER_DATE = "2026-01-01T00:00:00Z";
  git("commit", "--quiet", "--message", "As published");
  idweave("run", "--quiet");
  const yml = readFileSync(join(folder, "identity.yml"), "utf8");
  const changed = yml.replace("limit: 3 # private, work, an old one", "limit: 2 # private, work");
  if (changed === yml) throw new Error("identity.yml has another limit for email than this script thinks");
  writeFileSync(join(folder, "identity.yml"), changed);
  const text = idweave("plan", "--quiet", "--examples", "1");
  const markdown = idweave("plan", "--quiet", "--against", "main", "--format", "markdown", "--examples", "1");
  const sample = idweave("plan", "--quiet", "--sample", "5%", "--examples", "0");
  const file = join(root, "docs/plan.md");
  const whole = put(readFileSync(file, "utf8"), "text", "", text);
  const page = put(whole, "sample", "", sample.slice(0, sample.indexOf("\n\nGolden values")));
  writeFileSync(
    file,
    put(page, "markdown", "markdown", markdown.slice(0, markdown.indexOf("\n\n<details>"))),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
