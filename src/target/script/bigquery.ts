// The control flow of BigQuery: https://cloud.google.com/bigquery/docs/reference/standard-sql/procedural-language
import { bigquery } from "../../dialect/bigquery.ts";
import { id, join, lit, sql } from "../../sql/fragment.ts";
import {
  type Casts,
  type Condition,
  ended,
  type Flow,
  type Node,
  PROBLEM,
  type Script,
  type Variable,
} from "./flow.ts";

const TYPES = { text: "string", integer: "int64", boolean: "bool", timestamp: "timestamp" } as const;

const CAST = ["INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64", "DATE", "TIME"];
const listed = (types: readonly string[]) => sql`${join(types.map(lit), ", ")}`;

// https://cloud.google.com/bigquery/docs/reference/standard-sql/utility-functions#typeof
const casts: Casts = {
  typeOf: (value) => `typeof(${value})`,
  // A table holds no array with a NULL in it.
  elements: (text) => {
    const json = sql`safe.parse_json(${text})`;
    const values = sql`case when json_type(${json}) = 'array' then json_value_array(${json}) end`;
    return {
      isList: sql`${values} is not null and not exists (select 1 from unnest(${values}) as e where e is null)`,
      values: sql`array(select e from unnest(${values}) as e with offset as place where e is not null order by place)`,
    };
  },
  cast: (type, column) => {
    const name = id(type);
    const element = sql`substr(${name}, 7, length(${name}) - 7)`;
    return sql`
      case
        when ${name} = 'STRING' then 'idw_value'
        when ${name} = 'BOOL' then 'idw_truth'
        when ${name} = 'TIMESTAMP' then 'idw_time'
        when ${name} = 'DATETIME' then 'cast(idw_time as datetime)'
        when ${name} in (${listed(CAST)}) then concat('safe_cast(idw_value as ', ${name}, ')')
        when ${name} in (${listed([...CAST, "STRING", "BOOL", "DATETIME", "TIMESTAMP"].map((each) => `ARRAY<${each}>`))}) then concat(
          'case when idw_is_list and not exists (select 1 from unnest(idw_elements) as e where safe_cast(e as ', ${element},
          ') is null) then array(select safe_cast(e as ', ${element}, ') from unnest(idw_elements) as e with offset as place order by place) end'
        )
        else concat('(select any_value(', ${column}, ') from idw_override_values)')
      end
    `;
  },
  joined: (text, order) => sql`string_agg(${text}, ', ' order by ${order})`,
};

export const bigqueryFlow: Flow = {
  now: "current_timestamp()",
  unique: "generate_uuid()",
  isAbandoned: (seconds) => `heartbeat < timestamp_sub(current_timestamp(), interval ${seconds} second)`,
  unlock: () => [],
  listed: (text, atMost) => `string_agg(${text}, '; ' order by ${text} limit ${atMost})`,
  value: (variable) => variable,
  // At most four columns.
  clustered: (columns) => (columns.length === 0 ? "" : `\ncluster by ${columns.slice(0, 4).join(", ")}`),
  // https://cloud.google.com/bigquery/quotas: the length of a query that is not resolved yet.
  longest: 1024 * 1024,
  casts,
  columnType: (type) => type,
  secret: { value: "@idweave_secret", from: "the query parameter idweave_secret, a STRING" },
  session: () => [],
  file: ({ header, parameters, variables, first, back, steps, result }: Script) =>
    `${[
      ...header.map((line) => `-- ${line}`),
      "",
      "-- parameters",
      ...parameters.flatMap(declared),
      "",
      "-- what the script keeps for itself",
      ...variables.flatMap(declared),
      "",
      "set @@time_zone = 'UTC';",
      ...(back === undefined ? first.map(ended) : []),
      "",
      "begin",
      ...steps.flatMap(linesOf),
      `select ${result} as result;`,
      "end;",
    ].join("\n")}\n`,
};

function declared({ name, type, value, comment }: Variable): readonly string[] {
  const otherwise = value === undefined ? "" : ` default ${value}`;
  return [`declare ${name} ${TYPES[type]}${otherwise}; -- ${comment}`];
}

function linesOf(node: Node): readonly string[] {
  switch (node.kind) {
    case "note":
      return ["", ...node.lines.map((line) => `-- ${line}`.trimEnd())];
    case "statement":
      return [node.using === undefined ? ended(node.sql) : dynamic(node.sql, node.using)];
    case "set":
      return [`set ${node.variable} = (`, node.query, ");"];
    case "count":
      return [`set ${node.variable} = ${counted(node)};`];
    case "checkpoint":
      return [];
    case "if":
      return [`if ${test(node.condition)} then`, ...node.body.flatMap(linesOf), "end if;"];
    case "while":
      return [`while ${test(node.condition)} do`, ...node.body.flatMap(linesOf), "end while;"];
    case "execute":
      return [`execute immediate ${node.variable};`];
    case "raise":
      return [`raise using message = ${node.variable};`];
    case "attempt":
      return [
        "begin",
        ...node.body.flatMap(linesOf),
        "exception when error then",
        ...node.otherwise.flatMap(linesOf),
        "raise;",
        "end;",
      ];
    case "transaction":
      return [
        "begin",
        "begin transaction;",
        ...node.body.flatMap(linesOf),
        "commit transaction;",
        "exception when error then",
        `set ${PROBLEM} = @@error.message;`,
        "rollback transaction;",
        `raise using message = ${PROBLEM};`,
        "end;",
      ];
  }
}

// Only a parameter that is text becomes the type of what it is compared with; a variable does not.
// https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules#parameter_coercion
function dynamic(text: string, variable: string): string {
  const quoted = text.includes('"""') ? bigquery.lexical.quoteString(text) : `r"""\n${text}\n"""`;
  return `execute immediate ${quoted}\nusing ${variable} as ${variable};`;
}

function counted({ variable, to }: Extract<Node, { readonly kind: "count" }>): string {
  return to === "zero" ? "0" : `${variable} ${to === "next" ? "+" : "-"} 1`;
}

function test(condition: Condition): string {
  switch (condition.kind) {
    case "has_rows":
      return `exists (select 1 from ${condition.relation})`;
    case "is_set":
      return `${condition.variable} is not null`;
    case "is_positive":
      return `${condition.variable} > 0`;
  }
}
