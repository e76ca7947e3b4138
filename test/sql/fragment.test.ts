// The sql tag: what is quoted, what is indented, and what never is.
import { describe, expect, test } from "vitest";
import { duckdb } from "../../src/dialect/duckdb.ts";
import { empty, id, join, lit, print, sql, verbatim } from "../../src/sql/fragment.ts";
import { select, unionAll } from "../../src/sql/knex.ts";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";

const text = (fragment: Parameters<typeof print>[0]) => print(fragment, duckdb.lexical);

const HOSTILE = [
  "it's",
  'say "no"',
  "back\\slash",
  "two\nlines",
  "$$",
  "{{ x }}",
  "? ?? :a $1 %s",
  "\\?",
  "--",
  "/* */",
  ";drop table x",
  "😀",
  "select",
  " leading",
  "x".repeat(300),
];

describe("layout", () => {
  test("blank first and last lines vanish, and the indentation of the source with them", () => {
    expect(
      text(sql`
        select 1
          from x
      `),
    ).toBe("select 1\n  from x");
  });

  test("a fragment of several lines is indented like the line it stands in", () => {
    const inner = sql`
      select 1
      from x
    `;
    expect(
      text(sql`
      with a as (
        ${inner}
      )
      select 2
    `),
    ).toBe("with a as (\n  select 1\n  from x\n)\nselect 2");
  });

  test("a line that holds only an empty fragment vanishes", () => {
    expect(
      text(sql`
      select 1
      ${empty}
      from x
    `),
    ).toBe("select 1\nfrom x");
  });

  test("line breaks inside literals and verbatim text are left alone", () => {
    expect(
      text(sql`
      select
        ${join([lit("a\nb"), verbatim("'c\nd'")], ",\n")}
    `),
    ).toBe("select\n  'a\nb',\n  'c\nd'");
  });
});

describe("names and literals", () => {
  test("names stay bare when they are safe", () => {
    expect(text(id("s", "record_key"))).toBe("s.record_key");
    expect(text(id("select"))).toBe('"select"');
    expect(text(id("Mixed"))).toBe('"Mixed"');
    expect(text(id('a"b'))).toBe('"a""b"');
  });

  test("numbers must be finite", () => {
    expect(() => text(lit(Number.NaN))).toThrow(RangeError);
  });

  test("hostile names and values come back unchanged from DuckDB, through the tag and through knex", async () => {
    const warehouse = await openDuckdb({ path: ":memory:" });
    try {
      for (const hostile of HOSTILE) {
        const byTag = await warehouse.query(text(sql`select ${lit(hostile)} as ${id(hostile)}`));
        expect(byTag).toEqual([{ [hostile]: hostile }]);
        const query = {
          columns: [{ as: hostile, value: lit(hostile) }],
          from: sql`(select 1 as one) as t`,
          where: [sql`${lit(hostile)} = ${lit(hostile)}`],
        };
        expect(await warehouse.query(text(select(duckdb.lexical, query)))).toEqual([{ [hostile]: hostile }]);
        expect(await warehouse.query(text(unionAll(duckdb.lexical, [query, query])))).toHaveLength(2);
      }
    } finally {
      warehouse.close();
    }
  });
});

test("knex writes one column and one clause a line", () => {
  const query = select(duckdb.lexical, {
    columns: [
      { as: "record", value: id("record") },
      { as: "n", value: sql`count(*)` },
    ],
    from: id("t"),
    where: [sql`a`, sql`b`],
    groupBy: [id("record")],
  });
  expect(text(query)).toBe("select\n  record,\n  count(*) as n\nfrom t\nwhere a\n  and b\ngroup by record");
});
