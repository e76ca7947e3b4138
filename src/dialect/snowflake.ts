// Snowflake: https://docs.snowflake.com/en/sql-reference
// The types of a model are not known when its SQL is written, so whatever depends on one goes through VARIANT or text; the
// script pins how the session writes times.
import { type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import type { Dialect } from "./dialect.ts";
import { rankingInOneSort } from "./ranking.ts";
import { RESERVED } from "./snowflake-reserved.ts";

// A zone may be missing (then UTC), as may seconds and their fraction.
const ISO_8601 = "\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}([.]\\d+)?)?( ?(Z|[+-]\\d{2}(:?\\d{2})?))?)?";

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "''",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\0": "\\0",
};

const text = (value: Fragment) => sql`cast(${value} as varchar)`;
const minBy = (value: Fragment, order: Fragment) =>
  sql`min_by(${value}, case when ${value} is not null then ${order} end)`;

// Seconds, six digits of them, a `T`, and a zone with a colon.
function canonicalTime(value: Fragment): Fragment {
  const dated = sql`regexp_replace(${value}, ${lit("^(.{10})$")}, ${lit("\\1T00:00:00")})`;
  const withSeconds = sql`regexp_replace(${dated}, ${lit("^(.{13}:[0-9]{2})( ?[Z+-].*)?$")}, ${lit("\\1:00\\2")})`;
  const micro = sql`regexp_replace(${withSeconds}, ${lit("([.][0-9]{6})[0-9]+")}, ${lit("\\1")})`;
  const zoned = sql`regexp_replace(${micro}, ${lit("^(.{19}[.0-9]*)( ?Z)?$")}, ${lit("\\1+00:00")})`;
  const spaced = sql`regexp_replace(${zoned}, ${lit("^(.{10}).(.{8}[.0-9]*) ?([+-][0-9]{2})$")}, ${lit("\\1T\\2\\3:00")})`;
  return sql`regexp_replace(${spaced}, ${lit("^(.{10}).(.{8}[.0-9]*) ?([+-][0-9]{2}):?([0-9]{2})$")}, ${lit("\\1T\\2\\3:\\4")})`;
}

const timestamp = (column: Fragment) => sql`
  case
    when regexp_like(trim(${text(column)}), ${lit(ISO_8601)}) then cast(
      convert_timezone('UTC', try_cast(${canonicalTime(sql`trim(${text(column)})`)} as timestamp_tz))
      as timestamp_ntz
    )
  end
`;

export const snowflake: Dialect = {
  name: "snowflake",
  lexical: {
    // A bare name means the same in upper case, so only names in lower case stay bare.
    quoteIdentifier: (name) =>
      /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`,
    // Two dollars would end the text of a script.
    quoteString: (value) =>
      `'${value.replaceAll(/[\\'\n\r\t\0]/g, (character) => ESCAPES[character] ?? character).replaceAll("$$", "\\x24\\x24")}'`,
    words: { union: "union", except: "except", where: "from (select 1 as one) as nothing where" },
  },
  types: {
    text: "varchar",
    integer: "number(38, 0)",
    number: "double",
    boolean: "boolean",
    timestamp: "timestamp_ntz",
    fingerprint: "number(20, 0)",
    decimal: "number(38, 9)",
  },
  functions: {
    text,
    shown: text,
    symbol: (name) => lit(name),
    elements: (column) => ({
      value: text(id("idw_element", "value")),
      from: sql`
        ${keyword("\n")}cross join lateral flatten(
          input => case when is_array(to_variant(${column})) then to_variant(${column}) else to_variant(array_construct(${column})) end
        ) as idw_element
      `,
    }),
    isArray: (column) => sql`is_array(to_variant(${column}))`,
    timestamp,
    timestampText: text,
    matchesWhole: (value, pattern) => sql`regexp_like(${value}, ${lit(pattern)})`,
    truth: (value) => sql`
      case lower(${text(value)})
        when 'true' then true when 't' then true when 'yes' then true when 'y' then true when '1' then true
        when 'false' then false when 'f' then false when 'no' then false when 'n' then false when '0' then false
      end
    `,
    fingerprint: (values) => sql`hash(${join(values, ", ")})`,
    before: (timestamp, seconds) => sql`dateadd(second, ${lit(-seconds)}, ${timestamp})`,
    md5: (value) => sql`md5(${value})`,
    sha256: (value) => sql`sha2(${value}, 256)`,
    trim: (value) => sql`trim(${value})`,
    startsWith: (value, prefix) => sql`startswith(${value}, ${lit(prefix)})`,
    same: (a, b) => sql`${a} is not distinct from ${b}`,
    alike: (value) => value,
    number: (columns) => sql`row_number() over (order by ${join(columns, ", ")})`,
    ranking: rankingInOneSort,
    left: (value, length) => sql`left(${value}, ${lit(length)})`,
    replace: (value, from, to) => sql`replace(${value}, ${lit(from)}, ${lit(to)})`,
    shuffle: (node, round) => sql`hash(${node}, ${round})`,
    minBy,
    // The row with the smallest order has a value only if it is also the first of those that have one.
    atMin: (value, order) =>
      sql`case when min(case when ${value} is not null then ${order} end) = min(${order}) then ${minBy(value, order)} end`,
    sortable: (value) => value,
    minOf: (value) => sql`min(${value})`,
    maxOf: (value) => sql`max(${value})`,
    round: (value, digits) => sql`round(${value}, ${lit(digits)})`,
    codePoints: (value) => sql`length(${value})`,
    anyTrue: (value) => sql`boolor_agg(${value})`,
    allTrue: (value) => sql`booland_agg(${value})`,
    arrayBy: (value, order) => sql`array_agg(${value}) within group (order by ${order})`,
    orEmptyArray: (array) => sql`coalesce(${array}, array_construct())`,
    jsonText: (array) => sql`to_json(${array})`,
    castLike: (_text, example) => sql`case when false then ${example} end`,
    variable: (name) => keyword(`:${name}`),
  },
  statements: {
    session: ["alter session set timezone = 'UTC'"],
    createSchema: (catalog, schema) => sql`create schema if not exists ${id(catalog, schema)}`,
    createWork: (table, query) => sql`
      create or replace temporary table ${table} as
      ${query}
    `,
    createWorkView: (view, query) => sql`
      create or replace temporary table ${view} as
      ${query}
    `,
    // Only the column as it is, beside a constant, tells which micro-partitions to skip. Text becomes the type
    // of the column.
    loadedSince: (rows, column, since) => sql`
      ${rows}
      where ${column} is null
        or ${column} >= ${keyword(":idw_since")}
        and coalesce(${timestamp(column)} >= (
          ${since}
        ), true)
    `,
    insert: (table, query) => sql`
      insert into ${table}
      ${query}
    `,
    insertByName: (table, columns, from) => {
      const names = join(
        columns.map((column) => id(column)),
        ", ",
      );
      return sql`
        insert into ${table} (${names})
        select ${names}
        from ${from}
      `;
    },
    deleteMatches: (table, relation, condition) => sql`
      delete from ${table} as t
      using ${relation} as d
      where ${condition}
    `,
    // As an object, a row may lack a column, and any type is text.
    namedColumns: (columns, table, more) => {
      const fields = columns.map((column) => {
        const found = [column.toUpperCase(), column].map((name) => text(sql`given[${lit(name)}]`));
        return sql`coalesce(${join(found, ", ")}) as ${id(column)}`;
      });
      if (more.length > 0) throw new Error("decisions are tried out on DuckDB only");
      return sql`
        select
          ${join(fields, ",\n")}
        from (
          select object_construct(*) as given
          from ${table}
        ) as rows_given
      `;
    },
  },
};
