// What the tests of the macros share: the shipped macro files, and their SQL run on a real DuckDB.
import { readdirSync, readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { createJinja, type Dialect, type Jinja, type MacroFile } from "../../src/jinja/index.ts";

const FOLDER = new URL("../../macros/", import.meta.url);

export const BUILT_IN: readonly MacroFile[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".sql"))
  .map((file) => ({
    file: `macros/${file}`,
    text: readFileSync(new URL(file, FOLDER), "utf8"),
    origin: "built-in",
  }));

export function jinjaFor(dialect: Dialect, users: readonly MacroFile[] = []): Jinja {
  const { jinja, diagnostics } = createJinja({
    macros: [...BUILT_IN, ...users],
    dialect,
    target: { name: "dev", type: dialect, schema: "identity" },
    vars: {},
    env: {},
    relations: { source: () => undefined, ref: () => undefined, models: [] },
  });
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return jinja;
}

/** The SQL of a normaliser over the SQL of a value. */
export function sqlOf(dialect: Dialect, name: string, value: string, country?: string): string {
  const options = country === undefined ? {} : { country };
  const result = jinjaFor(dialect).normalizer(name, value, options);
  if (result.value === undefined) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

export type Database = {
  /** Rows as arrays of the text of each column. */
  readonly rows: (sql: string) => Promise<readonly (readonly (string | null)[])[]>;
  readonly close: () => void;
};

export async function openDatabase(): Promise<Database> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  return {
    async rows(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader
        .getRowsJson()
        .map((row) =>
          row.map((cell) => (typeof cell === "string" || cell === null ? cell : JSON.stringify(cell))),
        );
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

export function literal(value: string | null): string {
  return value === null ? "null::varchar" : `'${value.replaceAll("'", "''")}'`;
}

/** Input, wanted output, and the country where the macro takes one (undefined: none is given). */
export type Case = readonly [input: string | null, output: string | null, country?: string | null];

/** What the macro makes of each input, in one query over a table of them, so that nothing is folded while planning. */
export async function normalise(name: string, cases: readonly Case[]): Promise<readonly (string | null)[]> {
  const database = await openDatabase();
  try {
    const rows = cases.map(
      ([input, , country], index) => `(${index}, ${literal(input)}, ${literal(country ?? null)})`,
    );
    const withCountry = cases.some(([, , country]) => country !== undefined);
    const sql = sqlOf("duckdb", name, "input", withCountry ? "country" : undefined);
    const table = `(values ${rows.join(",\n")}) as cases(position, input, country)`;
    const found = await database.rows(`select ${sql} from ${table} order by position`);
    return found.map(([output = null]) => output);
  } finally {
    database.close();
  }
}
