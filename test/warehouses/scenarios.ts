// Records and decisions of the reference as tables of a warehouse, and the answer of a run there.

import { dialectOf } from "../../src/dialect/index.ts";
import { print } from "../../src/sql/fragment.ts";
import type { RemoteWarehouse } from "../../src/warehouse/remote.ts";
import { type Answer, answerOf } from "../engine/answer.ts";
import type { ReferenceConfig, ReferenceDecision, ReferenceRecord } from "../reference/types.ts";
import { toProject } from "../scenarios/project.ts";
import { PLACES, type Table, tableStatement, type WarehouseName, warehouseProject } from "./project.ts";

const RECORDS = "records";
const DECISIONS = "decisions";

/** Resolves the records in a schema of their own with a full run. */
export async function warehouseAnswer(
  name: WarehouseName,
  warehouse: RemoteWarehouse,
  schema: string,
  config: ReferenceConfig,
  records: readonly ReferenceRecord[],
  decisions: readonly ReferenceDecision[],
): Promise<Answer> {
  const { files } = toProject(config, records, decisions);
  const identifiers = config.identifiers.map((identifier) => identifier.name);
  const project = warehouseProject(name, schema, documentOf(files, name, schema));
  try {
    const tables = [
      recordTable(files, identifiers),
      ...(decisions.length === 0 ? [] : [decisionTable(files)]),
    ];
    const { statements, lexical } = dialectOf(name);
    const create = print(statements.createSchema(PLACES[name].catalog, schema), lexical);
    await warehouse.execute(
      `${[create, ...tables.map((table) => tableStatement(name, schema, table))].join(";\n")};`,
    );
    await warehouse.execute(project.script("full"));
    return await answerOf((sql) => warehouse.execute(sql), `${PLACES[name].catalog}.${schema}`);
  } finally {
    project.folder.remove();
  }
}

type Files = Readonly<Record<string, string>>;

/** identity.yml of the test project, with tables in the place of its files. */
export function documentOf(files: Files, name: WarehouseName, schema: string): object {
  const given = JSON.parse(files["identity.yml"] ?? "{}") as {
    readonly models: Readonly<Record<string, object>>;
    readonly decisions?: string;
  };
  const table = (table: string) => `${PLACES[name].catalog}.${schema}.${table}`;
  const models = Object.entries(given.models).map(
    ([model, { file: _, ...about }]: [string, { file?: string }]) => [
      model,
      { ...about, table: table(RECORDS) },
    ],
  );
  return {
    ...given,
    models: Object.fromEntries(models),
    ...(given.decisions === undefined ? {} : { decisions: { table: table(DECISIONS) } }),
  };
}

export function recordTable(files: Files, identifiers: readonly string[]): Table {
  const lines = (files["records.ndjson"] ?? "").split("\n").filter((line) => line !== "");
  const records = lines.map(
    (line) => JSON.parse(line) as Readonly<Record<string, string | boolean | string[] | null>>,
  );
  const hasErased = records.some((record) => "is_erased" in record);
  const columns = [
    { name: "key", type: "text" },
    { name: "observed_at", type: "text" },
    ...(hasErased ? [{ name: "is_erased", type: "boolean" } as const] : []),
    ...identifiers.map((name) => ({ name, type: "texts" }) as const),
  ] as const;
  return {
    name: RECORDS,
    columns,
    rows: records.map((record) => columns.map(({ name }) => record[name] ?? null)),
  };
}

export function decisionTable(files: Files): Table {
  const [head = "", ...lines] = (files["decisions.csv"] ?? "").trimEnd().split("\n");
  const columns = head.split(",").map((name) => ({ name, type: "text" }) as const);
  const cells = (line: string) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
      .slice(0, columns.length)
      .map(([, cell = ""]) => (cell === "" ? null : cell.replaceAll(/^"|"$/g, "").replaceAll('""', '"')));
  return { name: DECISIONS, columns, rows: lines.map(cells) };
}
