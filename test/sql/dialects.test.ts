// The dialects side by side: every function and statement as each of them prints it, for review; and names and texts that try
// to break out. `npx vitest run test/sql --update` rewrites the file; the diff is the review.
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Dialect } from "../../src/dialect/dialect.ts";
import { dialectOf } from "../../src/dialect/index.ts";
import { EXCEPT, type Fragment, id, lit, print, sql, UNION, WHERE } from "../../src/sql/fragment.ts";

const DIALECTS = (["duckdb", "snowflake", "bigquery", "postgres"] as const).map(dialectOf);

const [a, b, t] = [id("a"), id("b"), id("t")];
const query = sql`select 1 as one`;

const PRINTED: Readonly<Record<string, (dialect: Dialect) => Fragment>> = {
  text: ({ functions }) => functions.text(a),
  shown: ({ functions }) => functions.shown(a),
  symbol: ({ functions }) => functions.symbol("email", ["email", "phone"]),
  elements: ({ functions }) =>
    sql`select ${functions.elements(a).value} from ${t}${functions.elements(a).from}`,
  isArray: ({ functions }) => functions.isArray(a),
  timestamp: ({ functions }) => functions.timestamp(a),
  timestampText: ({ functions }) => functions.timestampText(a),
  matchesWhole: ({ functions }) => functions.matchesWhole(a, "a|it's\\.b"),
  truth: ({ functions }) => functions.truth(a),
  fingerprint: ({ functions }) => functions.fingerprint([a, b]),
  before: ({ functions }) => functions.before(a, 3600),
  md5: ({ functions }) => functions.md5(a),
  sha256: ({ functions }) => functions.sha256(a),
  trim: ({ functions }) => functions.trim(a),
  startsWith: ({ functions }) => functions.startsWith(a, "id_"),
  same: ({ functions }) => functions.same(a, b),
  alike: ({ functions }) => functions.alike(a),
  number: ({ functions }) => functions.number([a, b]),
  left: ({ functions }) => functions.left(a, 20),
  replace: ({ functions }) => functions.replace(a, "\\", "\\\\"),
  shuffle: ({ functions }) => functions.shuffle(a, b),
  minBy: ({ functions }) => functions.minBy(a, b),
  atMin: ({ functions }) => functions.atMin(a, b),
  sortable: ({ functions }) => functions.sortable(a),
  minOf: ({ functions }) => functions.minOf(a),
  maxOf: ({ functions }) => functions.maxOf(a),
  round: ({ functions }) => functions.round(a, 4),
  codePoints: ({ functions }) => functions.codePoints(a),
  anyTrue: ({ functions }) => functions.anyTrue(a),
  allTrue: ({ functions }) => functions.allTrue(a),
  arrayBy: ({ functions }) => functions.arrayBy(a, b),
  orEmptyArray: ({ functions }) => functions.orEmptyArray(a),
  jsonText: ({ functions }) => functions.jsonText(a),
  castLike: ({ functions }) => functions.castLike(a, b),
  variable: ({ functions }) => functions.variable("idw_run"),
  createSchema: ({ statements }) => statements.createSchema("db", "s"),
  createWork: ({ statements }) => statements.createWork(t, query),
  insert: ({ statements }) => statements.insert(t, query),
  insertByName: ({ statements }) => statements.insertByName(t, ["a", "order"], id("s")),
  deleteMatches: ({ statements }) => statements.deleteMatches(t, id("s"), sql`d.a = t.a`, "a"),
  namedColumns: ({ statements }) => statements.namedColumns(["a", "b"], t, []),
  words: () => sql`(select a ${UNION} select b) ${EXCEPT} (select c ${WHERE} false)`,
};

test("every function and statement in each dialect", async () => {
  const text = Object.entries(PRINTED).map(([name, printed]) => {
    const forms = DIALECTS.map(
      (dialect) => `-- ${dialect.name}\n${print(printed(dialect), dialect.lexical)}`,
    );
    return `-- ${name}\n\n${forms.join("\n\n")}\n`;
  });
  await expect(`${text.join("\n\n")}`).toMatchFileSnapshot(join(import.meta.dirname, "dialects.sql"));
});

const HOSTILE = [
  "it's",
  "\\",
  "\\'; drop table x; --",
  "'' or 1=1",
  "$$",
  "$$ end; $$",
  "{{ x }}",
  "line\nbreak",
  'say "x"',
  "`tick`",
  "😀",
  "x".repeat(300),
];

test.each(HOSTILE)("the text %j stays one literal", (value) => {
  const [duckdb, snowflake, bigquery, postgres] = DIALECTS.map((dialect) =>
    print(lit(value), dialect.lexical),
  );
  // One literal: nothing inside ends it, by the rules of each warehouse.
  expect(snowflake).toMatch(/^'(?:[^'\\\n]|''|\\.)*'$/u);
  for (const plain of [duckdb, postgres]) expect(plain).toBe(`'${value.replaceAll("'", "''")}'`);
  expect(snowflake).not.toContain("$$");
  expect(bigquery).toMatch(/^'(?:[^'\\\n]|\\.)*'$/u);
  const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
  const read = (text: string) =>
    text
      .slice(1, -1)
      .replaceAll(/\\x24|''|\\(.)/gs, (found, escaped: string | undefined) =>
        found === "\\x24" ? "$" : found === "''" ? "'" : (escapes[escaped ?? ""] ?? escaped ?? ""),
      );
  expect(read(snowflake ?? "")).toBe(value);
  expect(read(bigquery ?? "")).toBe(value);
});

test.each(HOSTILE)("the name %j stays one name", (value) => {
  const [duckdb, snowflake, bigquery, postgres] = DIALECTS.map((dialect) =>
    print(id(value), dialect.lexical),
  );
  for (const name of [duckdb, snowflake, postgres])
    expect(name).toMatch(/^(?:"(?:[^"]|"")*"|[a-z_][a-z0-9_]*)$/u);
  expect(bigquery).toMatch(/^(?:`(?:[^`\\]|\\.)*`|[a-z_][a-z0-9_]*)$/su);
});

test("reserved words and letter case are quoted, safe names are not", () => {
  const names = ["order", "Customer", "plain_1", "hash", "sample"];
  expect(DIALECTS.map(({ lexical }) => names.map(lexical.quoteIdentifier).join(" "))).toEqual([
    '"order" "Customer" plain_1 hash sample',
    '"order" "Customer" plain_1 hash "sample"',
    "`order` `Customer` plain_1 `hash` sample",
    '"order" "Customer" plain_1 hash sample',
  ]);
});
