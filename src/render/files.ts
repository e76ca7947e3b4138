// File models: which reader of DuckDB opens a path. Text stays text: a CSV column or JSON string is never guessed to be
// a date, and neither quotes nor comments nor lines to skip are guessed.
import { empty, type Fragment, join, lit, sql } from "../sql/fragment.ts";
import type { FileReading } from "./context.ts";

export type FileFormat = "csv" | "parquet" | "json";

/** Endings by which a format is known, each also with `.gz` or `.zst` after it. */
export const FILE_ENDINGS: Readonly<Record<string, FileFormat>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".parquet": "parquet",
  ".json": "json",
  ".ndjson": "json",
  ".jsonl": "json",
};

/** By the ending; undefined when it is none that we read. */
export function fileFormat(path: string): FileFormat | undefined {
  return FILE_ENDINGS[fileEnding(path)];
}

/** `.csv` of `orders.CSV.gz`; empty when there is none. */
export function fileEnding(path: string): string {
  return /(\.[^./\\]*)$/.exec(path.toLowerCase().replace(/\.(gz|zst)$/, ""))?.[1] ?? "";
}

/** Without a `reading`, as in compiled files, DuckDB looks for the delimiter of a CSV and the types of JSON itself. */
export function fileRows(path: string, reading?: FileReading): Fragment {
  switch (fileFormat(path)) {
    case "parquet":
      return sql`read_parquet(${lit(path)}, union_by_name = true)`;
    case "json":
      if (reading?.kind === "json") {
        const pairs = reading.columns.map(({ name, type }) => sql`${lit(name)}: ${lit(type)}`);
        return sql`read_json(${lit(path)}, columns = {${join(pairs, ", ")}})`;
      }
      return guessedJson(path);
    default: {
      const delimiter =
        reading?.kind === "csv" ? reading.delimiter : fileEnding(path) === ".tsv" ? "\\t" : "";
      const delim = delimiter === "" ? empty : sql`delim = ${lit(delimiter)}, `;
      return sql`read_csv(${lit(path)}, ${delim}quote = '"', escape = '"', comment = '', skip = 0, header = true, all_varchar = true, union_by_name = true)`;
    }
  }
}

/** JSON with the types that DuckDB sees in a sample, or in the whole file. */
export function guessedJson(path: string, { whole = false }: { readonly whole?: boolean } = {}): Fragment {
  const sample = whole ? sql`, sample_size = -1` : empty;
  return sql`read_json(${lit(path)}, dateformat = 'none', timestampformat = 'none', union_by_name = true${sample})`;
}
