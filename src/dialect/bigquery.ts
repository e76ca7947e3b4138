// BigQuery (GoogleSQL): https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax
// The types of a model are not known when its SQL is written, so whatever depends on one goes through JSON or text.
import { type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import { RESERVED } from "./bigquery-reserved.ts";
import type { Dialect } from "./dialect.ts";

// A zone may be missing (then UTC), as may seconds and their fraction.
const ISO_8601 =
  "^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}([.]\\d+)?)?( ?(Z|[+-]\\d{2}(:?\\d{2})?))?)?$";

// Any backslash sequence that is none is an error, and a line break ends a literal.
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

const text = (value: Fragment) => sql`cast(${value} as string)`;
const minBy = (value: Fragment, order: Fragment) =>
  sql`any_value(${value} having min case when ${value} is not null then ${order} end)`;

// Into the form that BigQuery reads: seconds, six digits of them, no space before the zone, a colon in it.
function canonicalTime(value: Fragment): Fragment {
  const withSeconds = sql`regexp_replace(${value}, ${lit("^(.{13}:\\d\\d)( ?[Z+-].*)?$")}, ${lit("\\1:00\\2")})`;
  const micro = sql`regexp_replace(${withSeconds}, ${lit("([.]\\d{6})\\d+")}, ${lit("\\1")})`;
  const zone = sql`regexp_replace(${micro}, ${lit("^(.{13}.*?) ?(Z|[+-]\\d\\d)$")}, ${lit("\\1\\2")})`;
  return sql`regexp_replace(${zone}, ${lit("^(.{13}.*?) ?([+-]\\d\\d):?(\\d\\d)$")}, ${lit("\\1\\2:\\3")})`;
}

const timestamp = (column: Fragment) => sql`
  case
    when regexp_contains(trim(${text(column)}, ' '), ${lit(ISO_8601)})
      then safe_cast(${canonicalTime(sql`trim(${text(column)}, ' ')`)} as timestamp)
  end
`;

export const bigquery: Dialect = {
  name: "bigquery",
  lexical: {
    quoteIdentifier: (name) =>
      /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name)
        ? name
        : `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``,
    quoteString: (value) =>
      `'${value.replaceAll(/[\\'\n\r\t]/g, (character) => ESCAPES[character] ?? character)}'`,
    words: { union: "union distinct", except: "except distinct", where: "from (select 1 as one) where" },
  },
  types: {
    text: "string",
    integer: "int64",
    number: "float64",
    boolean: "bool",
    timestamp: "timestamp",
    fingerprint: "int64",
    decimal: "numeric",
  },
  functions: {
    text,
    shown: (value) => sql`coalesce(json_value(to_json(${value})), nullif(to_json_string(${value}), 'null'))`,
    symbol: (name) => lit(name),
    elements: (column) => ({
      value: id("idw_element"),
      from: sql`
        ${keyword("\n")}cross join unnest(
          if(json_type(to_json(${column})) = 'array', json_value_array(to_json(${column})), [json_value(to_json(${column}))])
        ) as idw_element
      `,
    }),
    isArray: (column) => sql`json_type(to_json(${column})) = 'array'`,
    timestamp,
    timestampText: text,
    matchesWhole: (value, pattern) => sql`regexp_contains(${value}, ${lit(`^(?:${pattern})$`)})`,
    truth: (value) => sql`
      case lower(${text(value)})
        when 'true' then true when 't' then true when 'yes' then true when 'y' then true when '1' then true
        when 'false' then false when 'f' then false when 'no' then false when 'n' then false when '0' then false
      end
    `,
    fingerprint: (values) =>
      sql`farm_fingerprint(to_json_string([${join(
        values.map((value) => sql`to_json_string(${value})`),
        ", ",
      )}]))`,
    before: (timestamp, seconds) => sql`timestamp_sub(${timestamp}, interval ${lit(seconds)} second)`,
    md5: (value) => sql`to_hex(md5(${value}))`,
    sha256: (value) => sql`to_hex(sha256(${value}))`,
    trim: (value) => sql`trim(${value}, ' ')`,
    startsWith: (value, prefix) => sql`starts_with(${value}, ${lit(prefix)})`,
    same: (a, b) => sql`to_json_string(${a}) = to_json_string(${b})`,
    alike: (value) => sql`to_json_string(${value})`,
    // Numbered in 4096 parts, since numbering all rows together would sort them in one place.
    number: (columns) => {
      const part = sql`mod(abs(mod(farm_fingerprint(to_json_string([${join(columns, ", ")}])), 4096)), 4096)`;
      return sql`row_number() over (partition by ${part}) * 4096 + ${part}`;
    },
    // One sort of all rows would be the work of one slot: rows are parted at the quantiles, of which there are fewer than 2,048,
    // and numbered in each part. Wherever the quantiles lie, the order is that of the values.
    ranking: (rows, column, before) => ({
      tables: [
        sql`
          quantiles as (
            select approx_quantiles(${id(column)}, 1000) as bounds
            from ${id(rows)}
          )
        `,
        sql`
          parted as (
            select r.*, coalesce(range_bucket(r.${id(column)}, q.bounds), 0) as idw_part
            from ${id(rows)} as r
            cross join quantiles as q
          )
        `,
      ],
      from: id("parted"),
      rank: sql`(${lit(before.length * 2048)} + idw_part) * 4294967296 + row_number() over (partition by idw_part order by ${id(column)})`,
      window: sql`partition by idw_part order by ${id(column)}`,
    }),
    left: (value, length) => sql`left(${value}, ${lit(length)})`,
    replace: (value, from, to) => sql`replace(${value}, ${lit(from)}, ${lit(to)})`,
    shuffle: (node, round) => sql`farm_fingerprint(concat(${text(round)}, ':', ${text(node)}))`,
    minBy,
    // The row with the smallest order has a value only if it is also the first of those that have one.
    atMin: (value, order) =>
      sql`case when min(case when ${value} is not null then ${order} end) = min(${order}) then ${minBy(value, order)} end`,
    sortable: (value) => value,
    minOf: (value) => sql`min(${value})`,
    maxOf: (value) => sql`max(${value})`,
    round: (value, digits) => sql`round(${value}, ${lit(digits)})`,
    codePoints: (value) => sql`char_length(${value})`,
    anyTrue: (value) => sql`logical_or(${value})`,
    allTrue: (value) => sql`logical_and(${value})`,
    arrayBy: (value, order) => sql`array_agg(${value} order by ${order})`,
    orEmptyArray: (array) => sql`coalesce(${array}, [])`,
    jsonText: (array) => sql`to_json_string(${array})`,
    castLike: (_text, example) => sql`if(false, ${example}, null)`,
    variable: (name) => keyword(name),
  },
  statements: {
    session: ["set @@time_zone = 'UTC'"],
    createSchema: (catalog, schema) => sql`create schema if not exists ${id(catalog, schema)}`,
    createWork: (table, query) => sql`
      create or replace temp table ${table} as
      ${query}
    `,
    createWorkView: (view, query) => sql`
      create or replace temp table ${view} as
      ${query}
    `,
    // Only the column as it is, beside a constant, tells which partitions to skip. A parameter of text
    // compares with a column of dates and times of any type.
    loadedSince: (rows, column, since) => sql`
      ${rows}
      where ${column} is null
        or ${column} >= ${keyword("@idw_since")}
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
      where exists (
        select 1
        from ${relation} as d
        where ${condition}
      )
    `,
    // As JSON, a row may lack a column, and any type is text.
    namedColumns: (columns, table, more) => {
      const fields = columns.map(
        (column) =>
          sql`coalesce(${join(
            [column, column.toUpperCase()].map((name) => sql`json_value(given, ${lit(`$.${name}`)})`),
            ", ",
          )}) as ${id(column)}`,
      );
      if (more.length > 0) throw new Error("decisions are tried out on DuckDB only");
      return sql`
        select
          ${join(fields, ",\n")}
        from (
          select to_json(t) as given
          from ${table} as t
        ) as rows_given
      `;
    },
  },
};
