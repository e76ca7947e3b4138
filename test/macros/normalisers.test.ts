// One table of inputs and outputs per normaliser, run on DuckDB, and the SQL of each dialect as a file to review.
import { describe, expect, it } from "vitest";
import { EMAIL_CASES, PLAIN_CASES } from "./cases.ts";
import { PHONE_CASES } from "./phone-cases.ts";
import { type Case, jinjaFor, normalise, sqlOf } from "./support.ts";

const TABLES: Readonly<Record<string, readonly Case[]>> = {
  ...PLAIN_CASES,
  ...EMAIL_CASES,
  phone: PHONE_CASES,
};

describe.each(Object.entries(TABLES))("%s", (name, cases) => {
  it("gives the outputs of its table", async () => {
    const found = await normalise(name, cases);
    const show = ([input, , country]: Case): string => JSON.stringify([input, country]).slice(0, 80);
    const wanted = cases.map((one) => [show(one), one[1]]);
    expect(cases.map((one, index) => [show(one), found[index]])).toEqual(wanted);
  });

  it("is stable: what it gives, it leaves alone", async () => {
    if (name === "sha256") return;
    const outputs = (await normalise(name, cases)).filter((output) => output !== null && output !== "");
    const again = await normalise(
      name,
      outputs.map((output): Case => (name === "phone" ? [output, output, null] : [output, output])),
    );
    expect(again).toEqual(outputs);
  });

  it("says NULL or '' for NULL and '', and bears 10,000 characters", async () => {
    const inputs = [null, "", "é'\"\\ ".repeat(2_000)];
    const [none, empty, long] = await normalise(
      name,
      inputs.map((input): Case => (name === "phone" ? [input, null, "US"] : [input, null])),
    );
    expect(none ?? "").toBe("");
    expect(empty ?? "").toBe("");
    expect((long ?? "").length).toBeLessThanOrEqual(10_000);
  });

  it("has a form for every dialect", async () => {
    const country = name === "phone" ? "country_code" : undefined;
    const forms = (["duckdb", "snowflake", "bigquery", "postgres"] as const).map(
      (dialect) => `-- ${dialect}\n${abridge(sqlOf(dialect, name, "value", country))}\n`,
    );
    await expect(forms.join("\n")).toMatchFileSnapshot(`golden/${name}.sql`);
  });
});

it("has a table for every normaliser", () => {
  expect(Object.keys(TABLES).sort()).toEqual([...jinjaFor("duckdb").macroNames]);
});

const TABLE_NAMES = [
  ...["lower_from", "lower_to", "upper_from", "upper_to", "accents_from", "accents_to"],
  ...["parting", "parting_class", "marks", "vanishing", "vanishing_class", "accented_class"],
];

const LONGEST_LINE = 900;

/** Tables by their names or beginnings: they would bury the SQL that is to be reviewed. */
function abridge(sql: string): string {
  const tables = TABLE_NAMES.map(
    (table) => [table, jinjaFor("duckdb").renderText(`{{ letters().${table} }}`).value ?? ""] as const,
  );
  const short = tables.reduce((text, [table, letters]) => text.replaceAll(letters, `‹${table}›`), sql);
  const cut = (line: string): string =>
    line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}… ${line.length} characters` : line;
  return short.split("\n").map(cut).join("\n");
}
