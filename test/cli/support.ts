// Runs the built command as a user would, in folders of its own.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const MAIN = join(ROOT, "dist", "cli", "main.js");

/** Builds when dist is missing or older than src; test files that start together build once. */
export async function ensureBuilt(): Promise<void> {
  const name = createHash("sha256").update(ROOT).digest("hex").slice(0, 12);
  const lock = join(tmpdir(), `idweave-build-${name}`);
  for (;;) {
    if (!existsSync(lock) && isFresh()) return;
    try {
      mkdirSync(lock);
    } catch {
      const isForgotten = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 120_000;
      if (isForgotten) rmSync(lock, { recursive: true, force: true });
      await sleep(200);
      continue;
    }
    try {
      if (isFresh()) return;
      const built = spawnSync(process.execPath, [join(ROOT, "scripts", "build.mjs")], { encoding: "utf8" });
      if (built.status !== 0) throw new Error(`the build fails:\n${built.stdout}${built.stderr}`);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
}

function isFresh(): boolean {
  if (!existsSync(MAIN)) return false;
  const built = statSync(MAIN).mtimeMs;
  return readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).every(
    (file) => statSync(join(ROOT, "src", file)).mtimeMs <= built || !/\.(ts|json)$/.test(file),
  );
}

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Started = {
  readonly child: ChildProcess;
  /** Resolves once standard error has shown the text so many times; once, if not said otherwise. */
  readonly shows: (text: string, times?: number) => Promise<void>;
  readonly ended: Promise<Ended>;
};

export type Project = {
  readonly path: string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly idweave: (words: string, env?: Readonly<Record<string, string>>) => Promise<Ended>;
  readonly start: (words: string, env?: Readonly<Record<string, string>>) => Started;
  readonly remove: () => void;
};

/** A folder to run the command in; `words` are split at spaces. */
export function projectOf(files: Readonly<Record<string, string>> = {}): Project {
  const path = mkdtempSync(join(tmpdir(), "idweave-cli-"));
  const start = (words: string, env: Readonly<Record<string, string>> = {}): Started => {
    const { CI: _ci, NO_COLOR: _color, ...inherited } = process.env;
    const child = spawn(process.execPath, [MAIN, ...words.split(" ").filter((word) => word !== "")], {
      cwd: path,
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    const shows = async (text: string, times = 1) => {
      while (stderr.split(text).length <= times) {
        if (child.exitCode !== null) throw new Error(`ended without \`${text}\`:\n${stderr}${stdout}`);
        await sleep(20);
      }
    };
    return { child, shows, ended };
  };
  const project: Project = {
    path,
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), text);
      }
    },
    idweave: (words, env) => start(words, env).ended,
    start,
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
  project.write(files);
  return project;
}

/** A small project; `more` are lines of identity.yml at its end. */
export function identityYml(more = ""): string {
  return `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
models:
  crm:
    sql: models/crm.sql
    key: id
    identifiers: { user_id: user_id, email: email }
identifiers:
  user_id: { priority: 1, limit: 1, contested: first }
  email: { priority: 2, limit: 3, contested: first }
${more}`;
}

/** Records of which two carry one email, and two user ids. */
export const CRM_SQL = `select *
from (
  values (1, 'u1', 'a@x.example'), (2, 'u2', 'a@x.example'), (3, 'u3', 'c@x.example')
) as rows_of_crm (id, user_id, email)
`;

/** Enough records to keep a run busy for some seconds. */
export const LARGE_SQL = `select
  range as id,
  'u' || (range % 200000) as user_id,
  'p' || (range * 7919 % 1500000) || '@x.example' as email
from range(3000000)
`;
