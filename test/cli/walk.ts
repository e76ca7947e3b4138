// Walks a page of docs as a reader would: its commands are run, its files written, its changes made, and the page is written again with
// what really came out. Durations, times of day and commits differ from walk to walk; they are shown as `…`.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { MAIN } from "./support.ts";

export type Walked = {
  /** The page with the output that its commands had. */
  readonly page: string;
  /** Commands whose exit code is not the one the page tells, 0 unless it says `# exit code N`. */
  readonly surprises: readonly string[];
  readonly commands: number;
};

/**
 * The blocks of a page, in a folder of their own: `console` is commands after `$ ` and what they print; a `yaml` block after
 * `<!-- append: FILE -->` is put at the end of that file, a `diff` block after `<!-- change: FILE -->` is made in it.
 */
export function walk(page: string): Walked {
  const folder = mkdtempSync(join(tmpdir(), "idweave-walk-"));
  try {
    return walkIn(page, join(folder, "shop"), linkIn(join(folder, "bin")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function walkIn(page: string, folder: string, path: string): Walked {
  mkdirSync(folder);
  const surprises: string[] = [];
  let commands = 0;
  const told = page.replaceAll(
    /(?:<!-- (append|change): (\S+) -->\n\n)?```(console|yaml|diff)\n([\s\S]*?)```/g,
    (block: string, doing: string | undefined, file: string | undefined, language: string, text: string) => {
      if (doing !== undefined) {
        const name = join(folder, file ?? "");
        const before = readFileSync(name, "utf8");
        writeFileSync(name, doing === "append" ? `${before}\n${text}` : patched(before, text));
        return block;
      }
      if (language !== "console") return block;
      const asked = text.split("\n").filter((line) => line.startsWith("$ "));
      const said = asked.map((line) => {
        commands += 1;
        const [command = "", code = "0"] = line.slice(2).split(/ +# exit code /);
        const ended = run(command, folder, path);
        if (ended.code !== Number(code)) surprises.push(`${command}: exit code ${ended.code}\n${ended.said}`);
        return ended.said === "" ? line : `${line}\n${ended.said}`;
      });
      return `\`\`\`console\n${said.join("\n").trimEnd()}\n\`\`\``;
    },
  );
  return { page: told, surprises, commands };
}

/** Runs it as a shell in a terminal of its own would, and says what it printed, without progress. */
function run(
  command: string,
  folder: string,
  path: string,
): { readonly code: number; readonly said: string } {
  const env = {
    PATH: `${path}${delimiter}${process.env["PATH"] ?? ""}`,
    HOME: dirname(folder),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_COUNT: "3",
    GIT_CONFIG_KEY_0: "user.name",
    GIT_CONFIG_VALUE_0: "A reader",
    GIT_CONFIG_KEY_1: "user.email",
    GIT_CONFIG_VALUE_1: "reader@example.com",
    GIT_CONFIG_KEY_2: "init.defaultBranch",
    GIT_CONFIG_VALUE_2: "main",
  };
  // What goes to standard error stands where it came.
  const { status, stdout } = spawnSync("sh", ["-c", `{ ${command}\n} 2>&1`], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  const head = spawnSync("git", ["rev-parse", "--verify", "--quiet", "HEAD"], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  return { code: status ?? -1, said: masked(stdout, head.stdout.trim()) };
}

function masked(said: string, commit: string): string {
  const told = said
    .replaceAll(/^ +\d+\.\d s {2}\d+\/\d+ .*\n/gm, "")
    .replaceAll(/\b\d+\.\d s\b/g, "… s")
    .replaceAll(/(\(|run \d+ +)20\d\d-\d\d-\d\d \d\d:\d\d:\d\d/g, "$1…")
    .trimEnd();
  return commit === "" ? told : told.replaceAll(new RegExp(`\\b${commit.slice(0, 7)}[0-9a-f]*\\b`, "g"), "…");
}

function patched(before: string, diff: string): string {
  const lines = diff.trimEnd().split("\n");
  const part = (sign: string) =>
    lines
      .flatMap((line) => (line.startsWith(" ") || line.startsWith(sign) ? [`${line.slice(1)}\n`] : []))
      .join("");
  const old = part("-");
  if (before.split(old).length !== 2)
    throw new Error(`the diff fits ${before.split(old).length - 1} places:\n${diff}`);
  return before.replace(old, () => part("+"));
}

/** A folder for PATH with `idweave`, as an installed package has it. */
function linkIn(folder: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, "idweave"), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`, {
    mode: 0o755,
  });
  return folder;
}
