// The shipped table of letters against DuckDB's own functions, on every Unicode scalar value.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Database, jinjaFor, literal, openDatabase, sqlOf } from "./support.ts";

const EVERY_LETTER =
  "(select chr(code::integer) as letter from range(1, 1114112) as codes(code) where code not between 55296 and 57343)";

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => {
  database.close();
});

function letters(part: string): string {
  const { value, diagnostics } = jinjaFor("snowflake").renderText(`{{ letters().${part} }}`);
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return part === "parting" || part === "vanishing" || part === "marks" ? JSON.parse(`"${value}"`) : value;
}

it("is what scripts/make-letters.mjs writes", () => {
  const script = fileURLToPath(new URL("../../scripts/make-letters.mjs", import.meta.url));
  expect(() => execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" })).not.toThrow();
});

it.each(["lower", "upper"])("equals DuckDB's %s() on every letter", async (name) => {
  const [from, to] = [literal(letters(`${name}_from`)), literal(letters(`${name}_to`))];
  const rows = await database.rows(`
    with
      pairs as (select unnest(string_split(${from}, '')) as letter, unnest(string_split(${to}, '')) as counterpart),
      found as (select letter, ${name}(letter) as native, coalesce(counterpart, letter) as wanted from ${EVERY_LETTER} left join pairs using (letter))
    select count(*), count(*) filter (native <> wanted), (select count(*) from pairs where letter <> counterpart),
      string_agg(letter || ': ' || native || ', not ' || wanted, '; ') filter (native <> wanted)
    from found`);
  expect(rows).toEqual([["1112063", "0", String([...letters(`${name}_from`)].length), null]]);
});

it("has pairs of equal length, and every letter once", () => {
  for (const name of ["lower", "upper", "accents"]) {
    const from = [...letters(`${name}_from`)];
    expect([...letters(`${name}_to`)]).toHaveLength(from.length);
    expect(new Set(from).size).toBe(from.length);
  }
  const dropped = [
    ...letters("accents_from"),
    ...letters("parting"),
    ...letters("marks"),
    ...letters("vanishing"),
  ];
  expect(new Set(dropped).size).toBe(dropped.length);
  expect([...letters("parting")]).toHaveLength(Number(letters("parting_count")));
});

it("gives the same name on DuckDB as the table does elsewhere, for every letter up to the ideographs of plane 2", async () => {
  const lower = tableOf(letters("lower_from"), letters("lower_to"));
  const parting = letters("parting");
  const from = letters("accents_from") + parting + letters("marks") + letters("vanishing");
  const accents = tableOf(from, letters("accents_to") + " ".repeat([...parting].length));
  const wanted = (value: string): string =>
    translate(translate(value, lower), accents)
      .replaceAll("ß", "ss")
      .replaceAll("æ", "ae")
      .replaceAll("œ", "oe")
      .replaceAll("þ", "th")
      .replace(/['`.]/g, "")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
      .replace(/[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+/g, " ")
      .trim();
  const sql = sqlOf("duckdb", "name", "value");
  const rows = await database.rows(
    `select unicode(letter), ${sql} from (select letter, 'a' || letter || 'b' as value from ${EVERY_LETTER}) where unicode(letter) < 131072`,
  );
  const wrong = rows.flatMap(([code, found]) => {
    const value = `a${String.fromCodePoint(Number(code))}b`;
    return found === wanted(value) ? [] : [`${Number(code).toString(16)}: ${found}, not ${wanted(value)}`];
  });
  expect(rows).toHaveLength(131_071 - 2_048);
  expect(wrong).toEqual([]);
});

function tableOf(from: string, to: string): ReadonlyMap<string, string> {
  const targets = [...to];
  return new Map([...from].map((letter, index) => [letter, targets[index] ?? ""]));
}

function translate(value: string, table: ReadonlyMap<string, string>): string {
  return [...value].map((letter) => table.get(letter) ?? letter).join("");
}
