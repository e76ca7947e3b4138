// Small projects that differ in one thing, and what a user reads when a run refuses one.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "vitest";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import type { RunOptions } from "../../src/run/run.ts";
import { type Folder, folderOf } from "./run-project.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

const CRM = `  crm:
    file: crm.csv
    key: id
    observed_at: at
    identifiers: { email: email }
    attributes: [city]`;

type Parts = { readonly models?: string; readonly identifiers?: string; readonly more?: string };

/** identity.yml with one model `crm` of crm.csv, some of its blocks replaced. */
export function identityYml({
  models = CRM,
  identifiers = "  email: { priority: 1 }",
  more = "",
}: Parts = {}) {
  return `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
models:
${models}
identifiers:
${identifiers}
${more}`;
}

/** crm.csv: three records of two people. */
export const CRM_CSV = `id,at,email,city
1,2026-01-01,ann@x.org,Ulm
2,2026-01-02,ann@x.org,Ulm
3,2026-01-03,bob@x.org,Rom
`;

/** A whole project; `files` replace or add to identity.yml and crm.csv. */
export function projectOf(files: Files = {}): Folder {
  return folderOf({ "identity.yml": identityYml(), "crm.csv": CRM_CSV, ...files });
}

/** The text of diagnostics, with paths seen from the project's folder. */
export function textOf(
  error: unknown,
  folder: Folder,
  sources: ReadonlyMap<string, string> = new Map(),
): string {
  if (!(error instanceof DiagnosticError)) throw error;
  return seenFrom(folder, formatDiagnostics(error.diagnostics, "text", { sources }));
}

export function seenFrom({ path }: Folder, text: string): string {
  const fromHere = relative(process.cwd(), path);
  return text.replaceAll(`${fromHere}/`, "").replaceAll(`${path}/`, "");
}

let earlier: Promise<Uint8Array> | undefined;

async function goodRun(): Promise<Uint8Array> {
  const folder = projectOf();
  await folder.run();
  const database = readFileSync(join(folder.path, "customer.duckdb"));
  folder.remove();
  return database;
}

/** What is read of a project in which an earlier run has published, with these files instead of its own. */
export async function refused(files: Files): Promise<string> {
  earlier ??= goodRun();
  return refusal({ "customer.duckdb": await earlier, ...files });
}

/** identity.yml whose model reads another file. */
export function reading(file: string): Files {
  return model(`  crm: { file: ${file}, key: id, observed_at: at, identifiers: { email: email } }`);
}

/** identity.yml with other models, and other identifiers if need be. */
export function model(models: string, identifiers?: string): Files {
  return {
    "identity.yml": identityYml({ models, ...(identifiers === undefined ? {} : { identifiers }) }),
  };
}

/**
 * What a user reads of a run that must fail. Fails itself when the run succeeds, changes one byte of the database that is
 * there, makes one, or leaves its scratch file behind.
 */
export async function refusal(files: Files, options: Partial<RunOptions> = {}): Promise<string> {
  const folder = projectOf(files);
  try {
    return await refusalIn(folder, options);
  } finally {
    folder.remove();
  }
}

export async function refusalIn(folder: Folder, options: Partial<RunOptions> = {}): Promise<string> {
  const before = databases(folder);
  const sources = new Map<string, string>();
  const error = await folder.run({ sources, ...options }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) throw new Error("the run succeeds");
  expect(databases(folder)).toEqual(before);
  return textOf(error, folder, sources);
}

function databases({ path }: Folder): readonly (readonly [string, string])[] {
  return readdirSync(path)
    .filter((name) => name.includes("duckdb"))
    .sort()
    .map((name) => [name, statSync(join(path, name)).isFile() ? digest(join(path, name)) : ""]);
}

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

export async function keysOf(folder: Folder): Promise<readonly unknown[]> {
  const rows = await folder.query("select record_key from identity.identity_records order by record_key");
  return rows.map((row) => row["record_key"]);
}

/** `record key value`, with the status unless that is active. */
export async function valuesOf(folder: Folder, identifier: string): Promise<readonly string[]> {
  const rows = await folder.query(
    `select record_key, value, status from identity.record_values where identifier = '${identifier}' order by record_key, value`,
  );
  return rows.map(
    (row) => `${row["record_key"]} ${row["value"]}${row["status"] === "active" ? "" : ` (${row["status"]})`}`,
  );
}
