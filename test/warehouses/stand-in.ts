// The stand-ins of BigQuery and Snowflake (../shared/warehouses): started on a free port, stopped in the end. Where they are
// not installed the suite says so and is skipped.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openBigquery } from "../../src/warehouse/bigquery.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { openSnowflake } from "../../src/warehouse/snowflake.ts";

export type WarehouseName = "bigquery" | "snowflake";

export const WAREHOUSES: readonly WarehouseName[] = ["bigquery", "snowflake"];

/** Where results go on a stand-in. */
export const PLACES = {
  bigquery: { catalog: "test", schema: "main" },
  snowflake: { catalog: "DB1", schema: "S1" },
} as const satisfies Record<WarehouseName, { readonly catalog: string; readonly schema: string }>;

const ROOT = join(import.meta.dirname, "..", "..");
const TOOLS = join(process.env["IDWEAVE_SHARED"] ?? join(ROOT, "..", "shared"), "warehouses");
const INSTALLED =
  process.env["IDWEAVE_WAREHOUSES"] ?? process.env["WAREHOUSES_DIR"] ?? join(ROOT, ".warehouses");

/** Why there are no stand-ins; undefined when there are. */
export const ABSENT: string | undefined = reasonOfAbsence();

function reasonOfAbsence(): string | undefined {
  if (!existsSync(TOOLS))
    return `SKIPPED: no stand-ins of warehouses in ${TOOLS} (IDWEAVE_SHARED names another)`;
  const missing = ["bq", "sf"].filter((name) => !existsSync(join(INSTALLED, name, "bin", "python")));
  if (missing.length === 0) return undefined;
  return `SKIPPED: no environment ${missing.join(", ")} in ${INSTALLED}; .ci/run installs them where Python >= 3.13 is there`;
}

export type StandIn = {
  readonly url: string;
  /** A new session. */
  readonly connect: () => Promise<RemoteWarehouse>;
  readonly stop: () => Promise<void>;
};

export async function startStandIn(name: WarehouseName): Promise<StandIn> {
  const [program, words] =
    name === "snowflake"
      ? [
          join(INSTALLED, "sf", "bin", "python"),
          [join(import.meta.dirname, "snowflake_server.py"), TOOLS, "0"],
        ]
      : ["python3", [join(TOOLS, "bigquery_server.py"), "0"]];
  const process_ = spawn(program, words, {
    env: { ...process.env, WAREHOUSES_DIR: INSTALLED },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await addressOf(process_, name);
  return {
    url,
    connect: () => connect(name, url),
    stop: () =>
      new Promise((resolve) => {
        if (process_.exitCode !== null) return resolve();
        process_.once("exit", () => resolve());
        process_.kill("SIGTERM");
      }),
  };
}

function addressOf(process_: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (part: Buffer) => {
      said += part.toString();
      const url = /^ready (\S+)$/m.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    };
    process_.stdout?.on("data", hear);
    process_.stderr?.on("data", hear);
    process_.once("exit", (code) => reject(new Error(`the stand-in of ${name} ended with ${code}: ${said}`)));
  });
}

async function connect(name: WarehouseName, url: string): Promise<RemoteWarehouse> {
  if (name === "bigquery") {
    // The library looks for Google's own machines and warns at length when there are none.
    process.env["METADATA_SERVER_DETECTION"] = "none";
    const warehouse = await openBigquery({
      project: PLACES.bigquery.catalog,
      location: undefined,
      keyfile: undefined,
      maximumBytesBilled: undefined,
      endpoint: url,
    });
    return asStandIn(name, warehouse);
  }
  const warehouse = await openSnowflake({
    account: "local",
    user: "u",
    authentication: { kind: "password", password: "p" },
    role: undefined,
    warehouse: undefined,
    database: PLACES.snowflake.catalog,
    schema: PLACES.snowflake.schema,
    accessUrl: url,
  });
  return asStandIn(name, warehouse);
}

function asStandIn(name: WarehouseName, warehouse: RemoteWarehouse): RemoteWarehouse {
  const execute = warehouse.execute.bind(warehouse);
  warehouse.execute = (script, ...more) => execute(forStandIn(name, script), ...more);
  return warehouse;
}

/** A script as the stand-in takes it, for who sends it by another driver than ours, too. */
export function forStandIn(name: WarehouseName, script: string): string {
  return withTypeNames(name, name === "bigquery" ? withoutParameters(script) : withoutUnicodeEscapes(script));
}

// BigQuery has named parameters in EXECUTE IMMEDIATE, and text in them becomes a time; its stand-in gets a literal, which does too.
function withoutParameters(script: string): string {
  return script.replaceAll(
    /^execute immediate (r"""[\s\S]*?""")\nusing (\w+) as \2;$/gm,
    (_, text: string, name: string) =>
      `execute immediate replace(${text}, '@${name}', concat("'", ${name}, "'"));`,
  );
}

// biome-ignore format: one line a warehouse
const TYPE_NAMES: Readonly<Record<WarehouseName, Readonly<Record<string, string>>>> = {
  bigquery: { VARCHAR: "STRING", BIGINT: "INT64", INTEGER: "INT64", HUGEINT: "INT64", DOUBLE: "FLOAT64", BOOLEAN: "BOOL", "DECIMAL(38,9)": "NUMERIC", "TIMESTAMP WITH TIME ZONE": "TIMESTAMP", TIMESTAMP: "DATETIME" },
  snowflake: { VARCHAR: "VARCHAR(16777216)[LOB]", BIGINT: "NUMBER(38,0)[SB8]", "DECIMAL(38,9)": "NUMBER(38,9)[SB16]", DOUBLE: "FLOAT[DOUBLE]", BOOLEAN: "BOOLEAN[SB1]", DATE: "DATE[SB4]", TIMESTAMP: "TIMESTAMP_NTZ(9)[SB16]", JSON: "ARRAY[LOB]" },
};

// The stand-ins tell the types of DuckDB, or have no function to do so: these are the names that the manuals give.
function withTypeNames(name: WarehouseName, script: string): string {
  const names = Object.entries(TYPE_NAMES[name]).map(([ours, theirs]) => `when '${ours}' then '${theirs}'`);
  return script.replaceAll(/\b(?:system\$)?typeof\((t\.[^()]+)\)/g, (_, value: string) => {
    const type = `case replace(typeof(${value}), '[]', '') ${names.join(" ")} else replace(typeof(${value}), '[]', '') end`;
    const array = name === "bigquery" ? `concat('ARRAY<', ${type}, '>')` : "'ARRAY[LOB]'";
    return `case when typeof(${value}) like '%[]' then ${array} else ${type} end`;
  });
}

// Snowflake reads \u00a0 in a literal; its stand-in does not, and gets the character.
function withoutUnicodeEscapes(script: string): string {
  return script.replaceAll(/\\\\|\\u([0-9a-f]{4})/g, (whole, code: string | undefined) =>
    code === undefined ? whole : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** What the static check of a dialect says of a script; nothing when all is well. */
export function staticCheck(name: WarehouseName, file: string, more: readonly string[] = []): string {
  const [program, words] =
    name === "bigquery"
      ? [join(INSTALLED, "bq", "bin", "python"), [join(import.meta.dirname, "bigquery_check.py"), TOOLS]]
      : ["python3", [join(TOOLS, "snowflake_check.py")]];
  try {
    execFileSync(program, [...words, file, ...more], {
      env: { ...process.env, WAREHOUSES_DIR: INSTALLED },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return "";
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    return `${stdout ?? ""}${stderr ?? ""}`;
  }
}
