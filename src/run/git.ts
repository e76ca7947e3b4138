// Reads files of a commit through git, without touching the working folder. Knows nothing of what they mean.
import { spawnSync } from "node:child_process";
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/text.ts";

export type Commit = {
  /** As the user named it. */
  readonly ref: string;
  /** The full hash. */
  readonly hash: string;
  /** The folder of the project inside its repository: empty, or `a/b/`. */
  readonly prefix: string;
  /** Files of the commit under the folder of the project, by their path from there. */
  readonly files: ReadonlySet<string>;
  /** The bytes of one of them. */
  readonly read: (path: string) => Buffer;
};

const LARGEST = 256 * 1024 * 1024;

/** The commit that `ref` names in the repository of a folder. Throws IDW761. */
export function commitOf(ref: string, folder: string): Commit {
  const prefix = git(["rev-parse", "--show-prefix"], folder);
  if (prefix.kind === "absent") {
    throw refusal("git cannot be started, and it is what reads an earlier configuration.", undefined);
  }
  if (prefix.kind === "failed") {
    throw refusal(
      "The project is in no git repository, so there is nothing to compare it with.",
      prefix.said,
    );
  }
  const hash = git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], folder);
  if (hash.kind !== "done") {
    const hint =
      "Name a branch, a tag or a commit that this clone has. In CI, fetch it first: a shallow clone has only the last commit.";
    throw refusal(`git knows no commit ${quote(ref)}.`, hint);
  }
  const commit = hash.bytes.toString("utf8").trim();
  const listed = git(["ls-tree", "-r", "-z", "--name-only", commit, "."], folder);
  if (listed.kind !== "done") throw refusal(`The files of ${quote(ref)} cannot be listed.`, listed.said);
  return {
    ref,
    hash: commit,
    prefix: prefix.bytes.toString("utf8").trim(),
    files: new Set(
      listed.bytes
        .toString("utf8")
        .split("\0")
        .filter((path) => path !== ""),
    ),
    read: (path) => {
      const shown = git(["show", `${commit}:./${path}`], folder);
      if (shown.kind !== "done") throw refusal(`${quote(path)} of ${quote(ref)} cannot be read.`, shown.said);
      return shown.bytes;
    },
  };
}

type Ended =
  | { readonly kind: "done"; readonly bytes: Buffer }
  | { readonly kind: "failed"; readonly said: string }
  | { readonly kind: "absent"; readonly said: string };

function git(words: readonly string[], folder: string): Ended {
  const ended = spawnSync("git", words, {
    cwd: folder,
    maxBuffer: LARGEST,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (ended.error !== undefined) return { kind: "absent", said: ended.error.message };
  if (ended.status === 0) return { kind: "done", bytes: ended.stdout };
  return { kind: "failed", said: ended.stderr.toString("utf8").trim().split("\n")[0] ?? "" };
}

function refusal(message: string, hint: string | undefined): DiagnosticError {
  return new DiagnosticError([diagnose("IDW761", message, { hint })]);
}
