// PostgreSQL 14 and later: https://www.postgresql.org/docs/14/sql.html
// A database orders texts by its own collation, so whatever becomes text here is collated by bytes ("C"). The types of a model
// are not known when its SQL is written; what depends on one goes through JSON, or through functions of the session that
// exist for several types.
import { type Fragment, id, join, keyword, lit, print, sql } from "../sql/fragment.ts";
import type { Dialect } from "./dialect.ts";
import { RESERVED } from "./postgres-reserved.ts";
import { rankingInOneSort } from "./ranking.ts";

// A zone may be missing (then UTC), as may seconds and their fraction.
const ISO_8601 =
  "^\\d{4}-\\d{2}-\\d{2}([T ]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d([.]\\d+)?)?( ?(Z|[+-]\\d{2}(:?\\d{2})?))?)?$";

/** A function takes at most 100 arguments. */
const ARGUMENTS = 90;

// A cast that fails is an error, unless a function catches it. Functions of one name are chosen by the type of a value; that of
// a time with its zone serves dates, too.
const SESSION = [
  "set timezone = 'UTC'",
  "set datestyle = 'ISO'",
  "set client_min_messages = 'warning'",
  `create or replace function pg_temp.idw_timestamp(given timestamptz) returns timestamp language sql immutable as
$$ select given at time zone 'UTC' $$`,
  `create or replace function pg_temp.idw_timestamp(given timestamp) returns timestamp language sql immutable as
$$ select given $$`,
  `create or replace function pg_temp.idw_timestamp(given text) returns timestamp language plpgsql stable as
$$ begin
  if trim(given) !~ '${ISO_8601}' then return null; end if;
  return cast(regexp_replace(trim(given), '([.]\\d{6})\\d+', '\\1') as timestamptz) at time zone 'UTC';
exception when data_exception then return null;
end $$`,
  `create or replace function pg_temp.idw_sortable(given text) returns bytea language sql stable as
$$ select convert_to(given, 'UTF8') $$`,
  `create or replace function pg_temp.idw_sortable(given anyelement) returns anyelement language sql immutable as
$$ select given $$`,
  `create or replace function pg_temp.idw_first(first anyelement, anyelement) returns anyelement language sql immutable strict as
$$ select first $$`,
  // Its casts know words for times, such as `today`.
  `create or replace function pg_temp.idw_like(given text, example anyelement) returns anyelement language plpgsql stable as
$$ declare
  type text = cast(pg_typeof(example) as text);
  result alias for $0;
begin
  if type like '%[]' then
    execute format('select cast(array(select jsonb_array_elements_text(cast($1 as jsonb))) as %s)', type) into result using given;
  elsif type ~ '^(date|timestamp)' and given !~ '^\\d{4,}-\\d{2}-\\d{2}' then
    return null;
  else
    execute format('select cast($1 as %s)', type) into result using given;
  end if;
  return result;
exception when data_exception then return null;
end $$`,
  // As "create or replace" would, which is of no use here: what is there already is the same.
  `do $$ begin
  create aggregate pg_temp.idw_first(anyelement) (sfunc = pg_temp.idw_first, stype = anyelement);
exception when duplicate_function then null;
end $$`,
];

const text = (value: Fragment) => sql`cast(${value} as text) collate "C"`;
const sortable = (value: Fragment) => sql`pg_temp.idw_sortable(${value})`;
const isArray = (column: Fragment) => sql`coalesce(jsonb_typeof(to_jsonb(${column})), '') = 'array'`;
const minBy = (value: Fragment, order: Fragment) =>
  sql`pg_temp.idw_first(${value} order by ${order}) filter (where ${order} is not null)`;

/** Outside of a class, a full stop is any character but a line break. */
function withoutLineBreaks(pattern: string): string {
  return pattern.replaceAll(/\\.|\[(?:\\.|[^\]])*\]|\./gs, (part) => (part === "." ? "[^\\n]" : part));
}

// Nobody else counts the rows of a temporary table, and joins are planned by them. A query may read the table it replaces.
function replaced(table: Fragment, query: Fragment): Fragment {
  const name = print(table, LEXICAL);
  const readsItself = print(query, LEXICAL).includes(name);
  if (readsItself) {
    return sql`
      create temporary table idw_next as
      ${query}
      ;
      drop table if exists pg_temp.${table};
      alter table idw_next rename to ${table};
      analyze ${table}
    `;
  }
  return sql`
    drop table if exists pg_temp.${table};
    create temporary table ${table} as
    ${query}
    ;
    analyze ${table}
  `;
}

const LEXICAL: Dialect["lexical"] = {
  // A bare name is folded to lower case.
  quoteIdentifier: (name) =>
    /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`,
  quoteString: (value) => `'${value.replaceAll("'", "''")}'`,
  words: { union: "union", except: "except", where: "where" },
};

export const postgres: Dialect = {
  name: "postgres",
  lexical: LEXICAL,
  types: {
    text: "text",
    integer: "bigint",
    number: "double precision",
    boolean: "boolean",
    timestamp: "timestamp",
    fingerprint: "bigint",
    decimal: "numeric(38, 9)",
  },
  functions: {
    text,
    shown: text,
    symbol: (name) => lit(name),
    elements: (column) => ({
      value: sql`${id("idw_element", "value")} collate "C"`,
      from: sql`
        ${keyword("\n")}cross join lateral jsonb_array_elements_text(
          case when ${isArray(column)} then to_jsonb(${column}) else jsonb_build_array(cast(${column} as text)) end
        ) as idw_element (value)
      `,
    }),
    isArray,
    timestamp: (column) => sql`pg_temp.idw_timestamp(${column})`,
    timestampText: text,
    matchesWhole: (value, pattern) => sql`${value} ~ ${lit(`^(?:${withoutLineBreaks(pattern)})$`)}`,
    truth: (value) => sql`
      case lower(${text(value)})
        when 'true' then true when 't' then true when 'yes' then true when 'y' then true when '1' then true
        when 'false' then false when 'f' then false when 'no' then false when 'n' then false when '0' then false
      end
    `,
    // PostgreSQL's own hashes may change with its version, which would make every record a changed one.
    fingerprint: (values) => {
      const parts = Array.from({ length: Math.ceil(values.length / ARGUMENTS) }, (_, part) =>
        values.slice(part * ARGUMENTS, (part + 1) * ARGUMENTS),
      );
      const arrays = parts.map((part) => sql`cast(jsonb_build_array(${join(part, ", ")}) as text)`);
      return sql`cast(cast('x' || left(md5(${join(arrays, " || ")}), 16) as bit(64)) as bigint)`;
    },
    before: (timestamp, seconds) => sql`${timestamp} - make_interval(secs => ${lit(seconds)})`,
    md5: (value) => sql`md5(${value}) collate "C"`,
    sha256: (value) => sql`encode(sha256(convert_to(${value}, 'UTF8')), 'hex') collate "C"`,
    trim: (value) => sql`trim(${value})`,
    startsWith: (value, prefix) => sql`starts_with(${value}, ${lit(prefix)})`,
    // JSON and some others have no equality.
    same: (a, b) => sql`to_jsonb(${a}) is not distinct from to_jsonb(${b})`,
    alike: (value) => sql`to_jsonb(${value})`,
    number: () => sql`row_number() over ()`,
    ranking: rankingInOneSort,
    left: (value, length) => sql`left(${value}, ${lit(length)})`,
    replace: (value, from, to) => sql`replace(${value}, ${lit(from)}, ${lit(to)})`,
    shuffle: (node, round) => sql`hashint8extended(${node}, ${round})`,
    minBy,
    // The row with the smallest order has a value only if it is also the first of those that have one.
    atMin: (value, order) =>
      sql`case when min(case when ${value} is not null then ${order} end) = min(${order}) then ${minBy(value, order)} end`,
    sortable,
    // Its own min() and max() compare texts by the collation of the model, and know no booleans.
    minOf: (value) => sql`pg_temp.idw_first(${value} order by ${sortable(value)})`,
    maxOf: (value) => sql`pg_temp.idw_first(${value} order by ${sortable(value)} desc)`,
    // Its own round() knows no digits, and takes halves to the next even number.
    round: (value, digits) => sql`floor((${value}) * 1e${lit(digits)} + 0.5) / 1e${lit(digits)}`,
    codePoints: (value) => sql`char_length(${value})`,
    anyTrue: (value) => sql`bool_or(${value})`,
    allTrue: (value) => sql`bool_and(${value})`,
    arrayBy: (value, order) => sql`array_agg(${value} order by ${order})`,
    orEmptyArray: (array) => sql`coalesce(${array}, '{}')`,
    jsonText: (array) => sql`cast(to_json(${array}) as text)`,
    castLike: (text, example) =>
      sql`case when ${text} is not null then pg_temp.idw_like(${text}, ${example}) end`,
    variable: (name) => keyword(name),
  },
  statements: {
    session: SESSION,
    createSchema: (_catalog, schema) => sql`create schema if not exists ${id(schema)}`,
    createWork: replaced,
    createWorkView: replaced,
    // A variable has one type, and the column any: the index or partition of a column is not used.
    loadedSince: (rows, column, since) => sql`
      ${rows}
      where coalesce(pg_temp.idw_timestamp(${column}) >= (
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
    // As JSON, a row may lack a column, and any type is text.
    namedColumns: (columns, table, more) => {
      if (more.length > 0) throw new Error("decisions are tried out on DuckDB only");
      const fields = columns.map((column) => sql`given ->> ${lit(column)} as ${id(column)}`);
      return sql`
        select
          ${join(fields, ",\n")}
        from (
          select to_jsonb(t) as given
          from ${table} as t
        ) as rows_given
      `;
    },
  },
};
