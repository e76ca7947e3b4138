// DuckDB 1.5: https://duckdb.org/docs/stable/sql/introduction
import { empty, type Fragment, id, join, lit, sql } from "../sql/fragment.ts";
import type { Dialect } from "./dialect.ts";
import { RESERVED } from "./duckdb-reserved.ts";
import { rankingInOneSort } from "./ranking.ts";

// A zone may be missing (then UTC), as may seconds and their fraction.
const ISO_8601 = "\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}([.]\\d+)?)?( ?(Z|[+-]\\d{2}(:?\\d{2})?))?)?";

const timestamp = (column: Fragment) => sql`
  case
    when typeof(${column}) in ('TIMESTAMP', 'DATE') then try_cast(${column} as timestamp)
    when typeof(${column}) <> 'VARCHAR' then try_cast(${column} as timestamptz)::timestamp
    when regexp_full_match(trim(${column}::varchar, ' '), ${lit(ISO_8601)}) then coalesce(
      try_cast(trim(${column}::varchar, ' ') as timestamptz),
      try_cast(regexp_replace(trim(${column}::varchar, ' '), ${lit("^(.{13}:\\d\\d)?(:[0-9.]+)? ?(.*)$")}, ${lit("\\1:00\\3")}) as timestamptz)
    )::timestamp
  end
`;

export const duckdb: Dialect = {
  name: "duckdb",
  lexical: {
    // DuckDB folds nothing when it compares names, so only safe lower-case names stay bare.
    quoteIdentifier: (name) =>
      /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`,
    quoteString: (text) => `'${text.replaceAll("'", "''")}'`,
    words: { union: "union", except: "except", where: "where" },
  },
  types: {
    text: "varchar",
    integer: "bigint",
    boolean: "boolean",
    timestamp: "timestamp",
    number: "double",
    fingerprint: "ubigint",
    decimal: "decimal(38,9)",
  },
  functions: {
    text: (value) => sql`${value}::varchar`,
    shown: (value) => sql`${value}::varchar`,
    symbol: (name, names) => sql`${lit(name)}::enum (${join(names.map(lit), ", ")})`,
    // typeof() is a constant when the statement is bound, so one branch remains.
    elements: (column) => ({
      value: sql`unnest(case when typeof(${column}) like '%[]' then ${column}::varchar[] else [${column}::varchar] end)`,
      from: empty,
    }),
    isArray: (column) => sql`typeof(${column}) like '%[]'`,
    // What has no zone takes no way through time zones, which is slow.
    timestamp,
    timestampText: (column) => sql`case when typeof(${column}) <> 'TIMESTAMP' then ${column}::varchar end`,
    matchesWhole: (value, pattern) => sql`regexp_full_match(${value}, ${lit(pattern)})`,
    truth: (value) => sql`try_cast(${value}::varchar as boolean)`,
    // Column by column first: hash() of several lists does not see an element that moves from one to the next.
    fingerprint: (values) =>
      sql`hash(${join(
        values.map((value) => sql`hash(${value})`),
        ", ",
      )})`,
    before: (timestamp, seconds) => sql`${timestamp} - to_seconds(${lit(seconds)})`,
    md5: (text) => sql`md5(${text})`,
    sha256: (text) => sql`sha256(${text})`,
    trim: (text) => sql`trim(${text}, ' ')`,
    startsWith: (text, prefix) => {
      const pattern = `${prefix.replaceAll(/[\\%_]/g, "\\$&")}%`;
      return sql`${text} like ${lit(pattern)} escape ${lit("\\")}`;
    },
    same: (a, b) => sql`${a} is not distinct from ${b}`,
    alike: (value) => value,
    number: () => sql`row_number() over ()`,
    ranking: rankingInOneSort,
    left: (text, length) => sql`left(${text}, ${lit(length)})`,
    replace: (text, from, to) => sql`replace(${text}, ${lit(from)}, ${lit(to)})`,
    shuffle: (node, round) => sql`hash(${node} + 1000000007::bigint * ${round})`,
    minBy: (value, order) => sql`arg_min(${value}, ${order})`,
    atMin: (value, order) => sql`arg_min_null(${value}, ${order})`,
    sortable: (value) => value,
    minOf: (value) => sql`min(${value})`,
    maxOf: (value) => sql`max(${value})`,
    round: (value, digits) => sql`round(${value}, ${lit(digits)})`,
    codePoints: (text) => sql`length(${text})`,
    anyTrue: (value) => sql`bool_or(${value})`,
    allTrue: (value) => sql`bool_and(${value})`,
    arrayBy: (value, order) => sql`list(${value} order by ${order})`,
    orEmptyArray: (array) => sql`coalesce(${array}, [])`,
    jsonText: (array) => sql`to_json(${array})::varchar`,
    castLike: (text, example) => sql`try(cast_to_type(${text}, ${example}))`,
    variable: (name) => sql`getvariable(${lit(name)})`,
  },
  statements: {
    session: ["set TimeZone = 'UTC'"],
    createSchema: (catalog, schema) => sql`create schema if not exists ${id(catalog, schema)}`,
    createWork: (table, query) => sql`
      create or replace temp table ${table} as
      ${query}
    `,
    createWorkView: (view, query) => sql`
      create or replace temp view ${view} as
      ${query}
    `,
    // Two comparisons apart: each can be answered by what a file says of its parts, and most are never read.
    loadedSince: (rows, column, since) => sql`
      ${rows}
      where ${timestamp(column)} >= (
        ${since}
      )
      union all
      ${rows}
      where ${timestamp(column)} is null
    `,
    insert: (table, query) => sql`
      insert into ${table}
      ${query}
    `,
    insertByName: (table, _columns, from) => sql`
      insert into ${table} by name
      select * from ${from}
    `,
    // One column alone is held against what is known of blocks.
    deleteMatches: (table, relation, condition, key) => sql`
      delete from ${table} as t
      where ${key === undefined ? empty : sql`t.${id(key)} in (select ${id(key)} from ${relation}) and `}exists (
        select 1
        from ${relation} as d
        where ${condition}
      )
    `,
    // The empty first branch supplies what the table lacks.
    namedColumns: (columns, table, more) => {
      const nulls = columns.map((column) => sql`cast(null as varchar) as ${id(column)}`);
      const rows = [sql`select * from ${table}`, ...more];
      return sql`
        select
          ${join(nulls, ",\n")}
        where false
        union all by name
        ${join(rows, "\nunion all by name\n")}
      `;
    },
  },
};
