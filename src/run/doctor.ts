// Whether a target can do what a run will ask of it: connection, rights, models, state and, on request, parity. Makes the
// schema and one table in it, which it takes away again; reads no row of a model.
import type { Project, Target } from "../config/index.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { dialectOf } from "../dialect/index.ts";
import { createJinja, type Jinja } from "../jinja/index.ts";
import { relation } from "../render/publish.ts";
import { type Fragment, id, keyword, print, sql } from "../sql/fragment.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import type { RemoteWarehouse } from "../warehouse/remote.ts";
import type { Row } from "../warehouse/warehouse.ts";
import { check } from "./check.ts";
import type { Connection } from "./connection.ts";
import { messageOf } from "./errors.ts";
import { readMacros } from "./files.ts";
import type { Loaded, LoadedProject, LoadOptions } from "./load.ts";
import { compareParity, type Parity } from "./parity/index.ts";
import { placeOf } from "./publish.ts";
import type { RemoteProject } from "./remote.ts";
import { attachForReading, inFolder } from "./run.ts";

export type Finding = {
  readonly what: string;
  readonly isRight: boolean;
  /** What was found, or what the warehouse says. */
  readonly detail: string;
};

export type DoctorReport = {
  readonly target: string;
  readonly type: string;
  readonly findings: readonly Finding[];
  /** Undefined unless it was asked for. */
  readonly parity: Parity | undefined;
};

/** Of a warehouse. Throws DiagnosticError when it cannot be opened. */
export async function examineWarehouse(
  loaded: RemoteProject,
  connection: Connection,
  options: { readonly parity: boolean; readonly onStep: (what: string) => void },
): Promise<DoctorReport> {
  const warehouse = await connection.open();
  const examine = async (what: string, look: () => Promise<string>): Promise<Finding> => {
    options.onStep(what);
    try {
      return { what, isRight: true, detail: await look() };
    } catch (error) {
      return { what, isRight: false, detail: connection.hide(firstLine(messageOf(error))) };
    }
  };
  try {
    const findings = [await examine("connection", () => warehouse.version())];
    // Whoever cannot connect (BigQuery connects with its first query) can do nothing else.
    const reached = await examine("query", async () =>
      String((await warehouse.execute("select 1 as one")).length),
    );
    if (!reached.isRight) return { ...named(loaded), findings: [...findings, reached], parity: undefined };
    findings.push(await examine("schema", () => writable(loaded, warehouse)));
    for (const { name, source } of loaded.project.models) {
      const select =
        loaded.selects.get(name) ?? `select * from ${source.kind === "table" ? source.table : name}`;
      findings.push(await examine(`model ${name}`, () => readable(select, warehouse)));
    }
    for (const [what, rows] of rowSources(loaded.project)) {
      findings.push(await examine(what, () => readable(`select * from ${rows}`, warehouse)));
    }
    findings.push(await examine("state", () => lastRun(loaded, warehouse)));
    if (!options.parity) return { ...named(loaded), findings, parity: undefined };
    options.onStep("parity");
    for (const statement of loaded.context.dialect.statements.session) await warehouse.execute(statement);
    const parity = await parityOf(loaded, (text) => warehouse.execute(text));
    return { ...named(loaded), findings, parity };
  } finally {
    await warehouse.close().catch(() => undefined);
  }
}

/** Of a DuckDB file, which may not be there yet. */
export async function examineDuckdb(
  loaded: Loaded,
  load: LoadOptions,
  options: { readonly parity: boolean },
): Promise<DoctorReport> {
  const warehouse = await openDuckdb({ path: ":memory:", folder: loaded.folder });
  const findings: Finding[] = [];
  try {
    const [row] = await warehouse.query("select version() as version");
    findings.push({ what: "connection", isRight: true, detail: `DuckDB ${String(row?.["version"])}` });
    findings.push(await fileFinding(loaded, warehouse));
    const { diagnostics } = await check(load);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    findings.push({
      what: "models",
      isRight: errors.length === 0,
      detail: errors[0]?.message ?? `${loaded.project.models.length} can be read`,
    });
    const parity = options.parity ? await parityOf(loaded, (text) => warehouse.query(text)) : undefined;
    return { ...named(loaded), findings, parity };
  } finally {
    warehouse.close();
  }
}

async function fileFinding(
  loaded: Loaded,
  warehouse: Parameters<typeof attachForReading>[1],
): Promise<Finding> {
  const what = "database";
  try {
    const { exists, detach } = await inFolder(loaded, () => attachForReading(loaded, warehouse));
    await detach();
    return { what, isRight: true, detail: exists ? "can be read" : "is not there yet; a run makes it" };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { what, isRight: false, detail: error.diagnostics[0]?.message ?? messageOf(error) };
  }
}

function named({ target }: LoadedProject): { readonly target: string; readonly type: string } {
  return { target: target.name, type: target.type };
}

function rowSources({ decisions, forget, importedIds }: Project): readonly (readonly [string, string])[] {
  const named = [
    ["decisions", decisions],
    ["forget", forget],
    ["import", importedIds],
  ] as const;
  return named.flatMap(([what, source]) => (source?.kind === "table" ? [[what, source.table] as const] : []));
}

const TRIAL = "idw_doctor";

async function writable(loaded: RemoteProject, warehouse: RemoteWarehouse): Promise<string> {
  const { lexical, types, statements } = loaded.context.dialect;
  const { catalog, schema, prefix } = placeOf(loaded);
  const table = id(catalog, schema, `${prefix}${TRIAL}`);
  const trial: readonly Fragment[] = [
    statements.createSchema(catalog, schema),
    sql`drop table if exists ${table}`,
    sql`create table ${table} (n ${keyword(types.integer)})`,
    sql`insert into ${table} (n) values (1)`,
    sql`delete from ${table} where n = 1`,
    sql`drop table ${table}`,
  ];
  for (const statement of trial) await warehouse.execute(print(statement, lexical));
  return `${catalog}.${schema} can be written`;
}

async function readable(select: string, warehouse: RemoteWarehouse): Promise<string> {
  await warehouse.execute(`select * from (\n${select}\n) as rows_given limit 0`);
  return "can be read";
}

async function lastRun(loaded: RemoteProject, warehouse: RemoteWarehouse): Promise<string> {
  const log = print(relation(placeOf(loaded), "run_log"), loaded.context.dialect.lexical);
  const query = `select run, status, finished_at from ${log} order by run desc limit 1`;
  const rows = await warehouse.execute(query).catch((): readonly Row[] => []);
  const [row] = rows;
  if (row === undefined) return "no run yet";
  return `run ${row["run"]} ended ${row["finished_at"]} (${row["status"]})`;
}

function parityOf(loaded: LoadedProject, query: (text: string) => Promise<readonly Row[]>): Promise<Parity> {
  const { project, context, folder } = loaded;
  const patterns = project.identifiers.flatMap(({ valid, ignore }) => [
    ...(valid === undefined ? [] : [valid]),
    ...ignore.flatMap((entry) => (entry.kind === "pattern" ? [entry.pattern] : [])),
  ]);
  const jinja = (name: Target["type"]): Jinja =>
    createJinja({
      dialect: name,
      target: { name: loaded.target.name, type: name, schema: loaded.target.schema },
      vars: project.vars,
      env: {},
      macros: readMacros(folder),
      relations: { source: () => undefined, ref: () => undefined, models: [] },
    }).jinja;
  return compareParity({
    dialect: dialectOf(context.dialect.name),
    jinja: jinja(context.dialect.name),
    reference: jinja("duckdb"),
    patterns,
    query,
  });
}

function firstLine(text: string): string {
  return (
    text
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? text
  );
}
