// Reads the committed sample and the script that makes it, for the tests of the worked example.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

export type Row = Readonly<Record<string, string>>;
export type Shop = {
  readonly sources: Readonly<Record<string, readonly Row[]>>;
  readonly truth: readonly Row[];
};

const root = new URL("../../", import.meta.url);

/** A file of the repository as text; `.gz` is unpacked. */
export function text(path: string): string {
  const bytes = readFileSync(new URL(path, root));
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

export const pathOf = (path: string): string => fileURLToPath(new URL(path, root));

/** The rows of a CSV text (RFC 4180), keyed by its header. */
export function parseCsv(csv: string): readonly Row[] {
  const lines: string[][] = [[]];
  for (const [, comma, quoted, plain] of csv.trimEnd().matchAll(/(^|,|\n)(?:"((?:[^"]|"")*)"|([^",\n]*))/g)) {
    if (comma === "\n") lines.push([]);
    lines.at(-1)?.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
  }
  const [header = [], ...rows] = lines;
  return rows.map((fields) => Object.fromEntries(header.map((name, i) => [name, fields[i] ?? ""])));
}

type Generator = { readonly shop: (seed: number, people?: number) => Shop };
type Csv = { readonly csv: (rows: readonly Row[]) => string; readonly gzip: (text: string) => Buffer };
type Worth = {
  readonly withoutLimits: (yaml: string) => string;
  readonly score: (
    rows: readonly { readonly identity: string; readonly person: string }[],
  ) => Readonly<Record<"records" | "identities" | "largest" | "precision" | "recall" | "f1", number>>;
};

// The scripts are plain JavaScript, so their types are told here.
const load = async (path: string): Promise<unknown> => import(new URL(path, root).href);

export const generator = async (): Promise<Generator> => (await load("data/generator/shop.mjs")) as Generator;
export const csvWriter = async (): Promise<Csv> => (await load("data/generator/csv.mjs")) as Csv;
export const limitsWorth = async (): Promise<Worth> => (await load("scripts/limits-worth.mjs")) as Worth;
