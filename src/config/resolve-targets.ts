// `targets` → Target[]: where a project runs. What a warehouse's texts render to, and what dbt's profile says, is left to
// src/run/target.ts.
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { listOf, pathText, quote } from "../diagnostics/text.ts";
import { type DuckdbTarget, type Target, WAREHOUSE_TYPES, type WarehouseTarget } from "./project.ts";
import type { Reader } from "./reader.ts";

export const DEFAULT_SCHEMA = "identity";

/** Keys whose values are secrets: they come from the environment and are shown nowhere. */
export const SECRET_KEYS = ["password", "private_key_passphrase"] as const;

/** How the usual variables of a warehouse begin, for hints: PostgreSQL's own client reads PGPASSWORD. */
const VARIABLES = {
  snowflake: "SNOWFLAKE_",
  bigquery: "BIGQUERY_",
  postgres: "PG",
} as const satisfies Readonly<Record<WarehouseTarget["type"], string>>;

/** How Snowflake is told who connects; exactly one where no profile says so. */
const AUTHENTICATION = ["password", "private_key_path", "authenticator"] as const;

/** Every target in the order of the file; warns of a database under target/. */
export function resolveTargets(reader: Reader): readonly Target[] {
  return reader.keys(["targets"]).map((name) => {
    const type = reader.word(["targets", name, "type"], WAREHOUSE_TYPES);
    return type === undefined ? duckdbTarget(reader, name) : warehouseTarget(reader, name, type);
  });
}

function duckdbTarget(reader: Reader, name: string): DuckdbTarget {
  const at = ["targets", name];
  const path = reader.text([...at, "path"]) ?? "";
  if (isUnderTarget(path)) {
    reader.report(
      "IDW311",
      `the database ${quote(path)} lies under target/, the folder for compiled files that people delete`,
      reader.atValue([...at, "path"]),
      "Move it out, for example beside identity.yml.",
    );
  }
  return {
    kind: "file",
    name,
    type: "duckdb",
    path,
    schema: reader.text([...at, "schema"]) ?? DEFAULT_SCHEMA,
    threads: reader.integer([...at, "threads"]),
    memoryLimit: reader.text([...at, "memory_limit"]),
  };
}

function warehouseTarget(reader: Reader, name: string, type: WarehouseTarget["type"]): WarehouseTarget {
  const at = ["targets", name];
  const profile = reader.text([...at, "profile"]);
  checkSecrets(reader, at, type);
  if (type === "snowflake") checkAuthentication(reader, at, profile !== undefined);
  const settings = reader.keys(at).flatMap((key): readonly (readonly [string, string])[] => {
    if (key === "type" || key === "profile" || key === "target") return [];
    const value = reader.scalar([...at, key]);
    return value === undefined || value === null ? [] : [[key, String(value)]];
  });
  return {
    kind: "warehouse",
    name,
    type,
    profile: profile === undefined ? undefined : { name: profile, target: reader.text([...at, "target"]) },
    settings: Object.fromEntries(settings),
  };
}

// The message leaves the value out: it may be the secret itself.
function checkSecrets(reader: Reader, at: ConfigPath, type: WarehouseTarget["type"]): void {
  for (const key of SECRET_KEYS) {
    const path = [...at, key];
    const variable = `${VARIABLES[type]}${key.toUpperCase()}`;
    if (!reader.has(path) || isTemplate(reader.text(path))) continue;
    reader.report(
      "IDW322",
      `${quote(pathText(path))} must come from the environment`,
      reader.atKey(path),
      `Write \`${key}: "{{ env_var('${variable}') }}"\`, and change a ${key.replaceAll("_", " ")} that was committed.`,
    );
  }
}

function isTemplate(text: string | undefined): boolean {
  return text !== undefined && /^\s*\{\{[^{}]*\}\}\s*$/.test(text);
}

function checkAuthentication(reader: Reader, at: ConfigPath, hasProfile: boolean): void {
  const [first, second] = AUTHENTICATION.filter((key) => reader.has([...at, key]));
  const all = listOf(AUTHENTICATION.map(quote), "and");
  if (first !== undefined && second !== undefined) {
    reader.report(
      "IDW206",
      `${quote(pathText(at))} has ${quote(first)} and ${quote(second)}: exactly one of ${all} is wanted`,
      reader.atKey([...at, second]),
      "Keep one of them.",
    );
  }
  if (first === undefined && !hasProfile && reader.has([...at, "account"])) {
    reader.report(
      "IDW206",
      `${quote(pathText(at))} has none of ${all}: exactly one is wanted`,
      reader.atKey(at),
      "For programs: `private_key_path: keys/rsa_key.p8`; for people: `authenticator: externalbrowser`.",
    );
  }
}

/** Judged by the text alone: a path from the folder of identity.yml into `target`. */
function isUnderTarget(path: string): boolean {
  const steps: string[] = [];
  for (const step of path.split(/[/\\]/)) {
    if (step === "" && steps.length === 0) return false;
    if (step === "..") steps.pop();
    else if (step !== "." && step !== "") steps.push(step);
  }
  return steps.length > 1 && steps[0] === "target";
}
