// The expressions that parity tries: the normalisers and every function of a dialect that looks into values, as SQL over a
// column `value` of text. What a warehouse should make of them is what DuckDB makes of them.
import type { Dialect } from "../../dialect/dialect.ts";
import type { Jinja } from "../../jinja/index.ts";
import { type Fragment, id, join, keyword, lit, print, sql, verbatim } from "../../sql/fragment.ts";
import type { Sample } from "./corpus.ts";

export type Probe = {
  /** `normaliser email`, `function md5`: the same for every dialect. */
  readonly name: string;
  readonly expression: Fragment;
};

/** Patterns of every construct that config/pattern.ts knows, in their canonical form. */
const PATTERNS = [
  "[^@ ]+@[^@ ]+\\.[a-z]{2,}",
  "no-?reply@.*",
  "[0-9]+",
  "[A-Z][0-9A-Z_a-z]*",
  ".{3}",
  "(a|b)+ ?",
  "\\$\\$",
  "[\\\\']+",
];

/** `patterns` are those of the project, in their canonical form. */
export function probesOf(dialect: Dialect, jinja: Jinja, patterns: readonly string[]): readonly Probe[] {
  const value = id("value");
  const { functions, types } = dialect;
  const truth = (condition: Fragment) =>
    sql`case when ${condition} then 'true' when not ${condition} then 'false' end`;
  const cast = (of: Fragment, type: string) => sql`cast(${of} as ${keyword(type)})`;
  const country = print(id("country"), dialect.lexical);
  const normalisers = jinja.macroNames.flatMap((name): readonly Probe[] => {
    const { value: expression } = jinja.normalizer(name, print(value, dialect.lexical), { country });
    return expression === undefined ? [] : [{ name: `normaliser ${name}`, expression: verbatim(expression) }];
  });
  const of = (name: string, expression: Fragment): Probe => ({ name: `function ${name}`, expression });
  return [
    of("text", functions.text(value)),
    of("md5", functions.md5(value)),
    of("sha256", functions.sha256(value)),
    of("trim", functions.trim(value)),
    of("left", functions.left(value, 3)),
    of("replace '", functions.replace(value, "'", "\\")),
    of("replace \\", functions.replace(value, "\\", "''")),
    of("codePoints", functions.codePoints(value)),
    of("startsWith", truth(functions.startsWith(value, "a"))),
    of("truth", truth(functions.truth(value))),
    of("timestamp", functions.timestamp(value)),
    of("before", functions.before(functions.timestamp(value), 86_399)),
    of("same", truth(functions.same(value, id("country")))),
    of("integer as text", functions.text(cast(sql`${id("position")} * 1000003 - 7`, types.integer))),
    of("date as text", functions.text(cast(sql`${lit("2024-02-29")}`, "date"))),
    of(
      "order of texts",
      sql`row_number() over (order by case when ${value} is null then 0 else 1 end, ${value}, ${id("position")})`,
    ),
    ...[...new Set([...PATTERNS, ...patterns])].map((pattern) =>
      of(`matchesWhole ${pattern}`, truth(functions.matchesWhole(value, pattern))),
    ),
    ...normalisers,
  ];
}

/** One row a sample: its position and what each probe makes of it (`p0`, `p1` …). */
export function probeQuery(probes: readonly Probe[], samples: readonly Sample[], dialect: Dialect): string {
  const text = (value: string | null) => sql`cast(${lit(value)} as ${keyword(dialect.types.text)})`;
  const rows = samples.map(
    ({ value, country }, index) =>
      sql`select ${lit(index)} as ${id("position")}, ${text(value)} as ${id("value")}, ${text(country)} as ${id("country")}`,
  );
  const query = sql`
    select
      ${id("position")},
      ${join(
        probes.map(({ expression }, index) => sql`${expression} as ${id(`p${index}`)}`),
        ",\n",
      )}
    from (
      ${join(rows, "\nunion all ")}
    ) as samples
  `;
  return print(query, dialect.lexical);
}
