// How the files of models and decisions are read, as far as DuckDB would only guess: the delimiter of a CSV, and the
// types of JSON, where it would take some texts for UUIDs or times.
import type { Context, FileReading } from "../render/context.ts";
import { fileFormat, fileRows, guessedJson } from "../render/files.ts";
import { usedColumns } from "../render/records.ts";
import { type Fragment, id, join, lit, print, sql } from "../sql/fragment.ts";
import type { Column, Warehouse } from "../warehouse/warehouse.ts";
import { delimiterOf, fieldsOf, type NamedFile } from "./data-files.ts";
import type { Loaded } from "./load.ts";

export type World = { readonly loaded: Loaded; readonly context: Context; readonly warehouse: Warehouse };

/** Undefined where nothing is to be known, as of Parquet. Throws IDW508 for a CSV without a header. */
export async function readingOf(
  file: NamedFile,
  found: readonly string[],
  world: World,
): Promise<FileReading | undefined> {
  switch (fileFormat(file.path)) {
    case "json":
      return { kind: "json", columns: await jsonColumns(file, world) };
    case "csv": {
      const [first] = found.map((each) => delimiterOf(file, each, world.loaded.folder));
      return first === undefined ? undefined : { kind: "csv", delimiter: first };
    }
    default:
      return undefined;
  }
}

/** Of decisions every column is text. */
async function jsonColumns(file: NamedFile, world: World): Promise<readonly Column[]> {
  const { loaded, context, warehouse } = world;
  const { lexical } = context.dialect;
  const describe = (rows: Fragment) => warehouse.describe(print(sql`select * from ${rows}`, lexical));
  const path = context.pathOf(file.path);
  const readers = loaded.project.models.filter(
    ({ source }) => source.kind === "file" && source.path === file.path,
  );
  const wanted = readers.flatMap((model) => [
    ...model.key,
    ...(model.observedAt === undefined ? [] : [model.observedAt]),
    ...usedColumns(model),
  ]);
  const has = (columns: readonly Column[], name: string) =>
    columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
  const sampled = await describe(guessedJson(path));
  // A rare column may come late: before one is called missing, the whole file is looked at.
  const isWhole = wanted.every((name) => has(sampled, name));
  const found = isWhole ? sampled : await describe(guessedJson(path, { whole: true }));
  const linking = readers.flatMap((model) => [
    ...model.key,
    ...model.identifiers.flatMap(({ columns }) => columns),
  ]);
  const columns: Column[] = [];
  for (const { name, type } of found) {
    const links = linking.some((each) => each.toLowerCase() === name.toLowerCase());
    if (readers.length === 0 && !/[[(]/.test(type)) columns.push({ name, type: "VARCHAR" });
    // DuckDB says JSON of NULLs and of values of several types. Arrays among these would become one text each.
    else if (links && type === "JSON" && (await holdsArrays(path, name, world))) columns.push({ name, type });
    else columns.push({ name, type: type.replace(links ? LINKING : TEXT, "VARCHAR$2") });
  }
  return columns;
}

async function holdsArrays(path: string, column: string, { context, warehouse }: World): Promise<boolean> {
  const rows = fileRows(path, { kind: "json", columns: [{ name: column, type: "JSON" }] });
  const query = sql`
    select 1 as found from ${rows} where json_type(${id(column)}) in ('ARRAY', 'OBJECT') limit 1
  `;
  return (await warehouse.query(print(query, context.dialect.lexical))).length > 0;
}

const TEXT = /^(UUID|TIME|JSON)((?:\[\])*)$/;
/** Keys and identifiers become texts anyway, and a column of numbers may hold a text after the rows that DuckDB sampled. */
const LINKING = /^(UUID|TIME|JSON|U?BIGINT|HUGEINT)((?:\[\])*)$/;

/** Reads the files of a CSV model one by one, every line, and returns the error that names the first broken one. */
export async function strictRead(
  found: readonly string[],
  reading: FileReading | undefined,
  { context, warehouse }: World,
): Promise<unknown> {
  if (reading?.kind !== "csv") return undefined;
  for (const file of found) {
    const fields = Array.from({ length: fieldsOf(file, reading.delimiter) }, (_, index) => lit(`c${index}`));
    const columns = join(
      fields.map((field) => sql`${field}: 'VARCHAR'`),
      ", ",
    );
    const rows = sql`
      select count(*)
      from read_csv(${lit(file)}, auto_detect = false, delim = ${lit(reading.delimiter)}, quote = '"', escape = '"', header = true, columns = {${columns}})
    `;
    try {
      await warehouse.query(print(rows, context.dialect.lexical));
    } catch (error) {
      return error;
    }
  }
  return undefined;
}
