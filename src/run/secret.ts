// The secret of a project, with which suppressions are hashed: from the environment, or from a file beside identity.yml. It
// is never printed, and never part of a statement: the runner sets what is derived from it as a variable, or gives it to a warehouse
// beside the script, which derives the same.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import { shownPath } from "./files.ts";
import type { Loaded, LoadedProject } from "./load.ts";

export const SECRET_FILE = ".idweave-secret";
const VARIABLE = "IDWEAVE_SECRET";
const SHORTEST = 16;
const BYTES = 32;

type Secret = {
  /** What is put in front of every text that is hashed. */
  readonly key: string;
  /** Tells two secrets apart; says nothing of either. */
  readonly id: string;
};

/** Of a run that publishes nothing. */
const REHEARSED = derived("nobody is forgotten by this", "a dry run");

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Sets the variables that hashes need, if there is a secret. `suppressions` are the secrets of the published ones. A project
 * that `asks` to forget somebody for the first time gets a secret of its own, readable by its owner alone, if it `isKept`. Throws IDW750 where
 * suppressions exist and no secret does, IDW751 where they were made with another one.
 */
export async function setSecret(
  { folder }: Loaded,
  warehouse: Warehouse,
  env: Environment,
  suppressions: readonly Row[],
  { asks, isKept }: { readonly asks: boolean; readonly isKept: boolean },
): Promise<void> {
  const found = findSecret(folder, env);
  if (found === undefined && suppressions.length > 0) throw missing(folder);
  if (found === undefined && !asks) return;
  const secret = found ?? (isKept ? makeSecret(folder) : REHEARSED);
  if (suppressions.some((row) => row["secret_id"] !== secret.id)) throw another(folder, env);
  try {
    await warehouse.execute(`set variable idw_secret = '${secret.key}'`);
    await warehouse.execute(`set variable idw_secret_id = '${secret.id}'`);
  } catch {
    // What DuckDB says may show the statement.
    throw new Error("the secret cannot be set");
  }
}

/**
 * What a run in a warehouse gives its script: undefined for a project that asks to forget nobody. Throws IDW750 where there is none:
 * other machines run the script too, so it is made by people.
 */
export function secretForScript({ project, folder }: LoadedProject, env: Environment): string | undefined {
  if (project.forget === undefined) return undefined;
  const secret = findText(folder, env);
  if (secret === undefined) {
    const file = shownPath(join(folder, SECRET_FILE));
    const message = "`forget` needs the secret of the project, and there is none; nothing was done.";
    const hint = `\`openssl rand -hex 32\` makes one. Set ${VARIABLE}, or write it into ${file}, wherever the project runs.`;
    throw new DiagnosticError([diagnose("IDW750", message, { span: project.places.of(["forget"]), hint })]);
  }
  derived(secret.text, secret.from);
  return secret.text;
}

function findSecret(folder: string, env: Environment): Secret | undefined {
  const found = findText(folder, env);
  return found === undefined ? undefined : derived(found.text, found.from);
}

function findText(
  folder: string,
  env: Environment,
): { readonly text: string; readonly from: string } | undefined {
  const given = env[VARIABLE];
  if (given !== undefined && given !== "") return { text: given, from: VARIABLE };
  const file = join(folder, SECRET_FILE);
  return existsSync(file) ? { text: readFileSync(file, "utf8").trim(), from: shownPath(file) } : undefined;
}

function makeSecret(folder: string): Secret {
  const text = randomBytes(BYTES).toString("hex");
  writeFileSync(join(folder, SECRET_FILE), `${text}\n`, { flag: "wx", mode: 0o600 });
  return derived(text, SECRET_FILE);
}

function derived(text: string, from: string): Secret {
  if (text.length < SHORTEST) {
    const message = `The secret in ${from} has fewer than ${SHORTEST} characters; nothing was published.`;
    throw new DiagnosticError([diagnose("IDW750", message, { hint: "`openssl rand -hex 32` makes one." })]);
  }
  const of = (use: string) => createHash("sha256").update(`idweave ${use}\n${text}`).digest("hex");
  return { key: of("suppressions"), id: of("name of the secret").slice(0, 16) };
}

function missing(folder: string): DiagnosticError {
  const file = shownPath(join(folder, SECRET_FILE));
  const message =
    "People were forgotten in this target, and without the secret of the project they would be read again; nothing was published.";
  const hint = `Set ${VARIABLE}, or put ${file} back: it was made when the first of them was forgotten.`;
  return new DiagnosticError([diagnose("IDW750", message, { hint })]);
}

function another(folder: string, env: Environment): DiagnosticError {
  const file = shownPath(join(folder, SECRET_FILE));
  const isGiven = (env[VARIABLE] ?? "") !== "";
  const message = `The secret in ${isGiven ? VARIABLE : file} is not the one with which people were forgotten in this target; nothing was published.`;
  const hint = "With another secret they would be read again. Use the one of then.";
  return new DiagnosticError([diagnose("IDW751", message, { hint })]);
}
