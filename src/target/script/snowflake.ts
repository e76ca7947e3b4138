// The control flow of Snowflake: https://docs.snowflake.com/en/developer-guide/snowflake-scripting
import { id, sql } from "../../sql/fragment.ts";
import {
  type Casts,
  type Condition,
  ended,
  type Flow,
  type Node,
  type Script,
  type Variable,
} from "./flow.ts";

const TYPES = {
  text: "varchar",
  integer: "number(38, 0)",
  boolean: "boolean",
  timestamp: "timestamp_ntz(6)",
} as const;

// Times are read as text, so the session has to write all of them, and in UTC.
const PINS = [
  "timezone = 'UTC'",
  "date_output_format = 'YYYY-MM-DD'",
  "timestamp_ntz_output_format = 'YYYY-MM-DD HH24:MI:SS.FF6'",
  "timestamp_ltz_output_format = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM'",
  "timestamp_tz_output_format = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM'",
];

// https://docs.snowflake.com/en/sql-reference/functions/system_typeof: a type with its size, and in brackets how it is kept.
const casts: Casts = {
  typeOf: (value) => `system$typeof(${value})`,
  elements: (text) => ({
    isList: sql`is_array(try_parse_json(${text}))`,
    values: sql`case when is_array(try_parse_json(${text})) then cast(try_parse_json(${text}) as array) end`,
  }),
  // A text too long for its column is refused, and not cut. A number would be a date, too.
  cast: (type) => {
    const sized = sql`split_part(${id(type)}, '[', 1)`;
    const name = sql`split_part(${sized}, '(', 1)`;
    return sql`
      case
        when ${name} = 'VARCHAR' then concat('case when try_cast(idw_value as ', ${sized}, ') = idw_value then idw_value end')
        when ${name} = 'BOOLEAN' then 'idw_truth'
        when ${name} = 'DATE' then 'case when idw_value like ''____-__-__'' then try_cast(idw_value as date) end'
        when ${name} in ('TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ') then concat('cast(idw_time as ', ${sized}, ')')
        when ${name} in ('NUMBER', 'FLOAT', 'TIME') then concat('try_cast(idw_value as ', ${sized}, ')')
        when ${sized} = 'ARRAY' then 'idw_elements'
        else 'null'
      end
    `;
  },
  joined: (text, order) => sql`listagg(${text}, ', ') within group (order by ${order})`,
};

export const snowflakeFlow: Flow = {
  now: "sysdate()",
  unique: "uuid_string()",
  isAbandoned: (seconds) => `heartbeat < dateadd(second, ${-seconds}, sysdate())`,
  unlock: () => [],
  listed: (text) => `nullif(listagg(${text}, '; ') within group (order by ${text}), '')`,
  value: (variable) => `:${variable}`,
  // Micro-partitions are made as rows come; a clustering key of ids would be paid for at every run.
  clustered: () => "",
  // https://docs.snowflake.com/en/user-guide/query-size-limits: longer text runs, but is cut where queries are kept.
  longest: Number.POSITIVE_INFINITY,
  casts,
  columnType: (type) => type,
  secret: { value: "getvariable('IDWEAVE_SECRET')", from: "the session variable idweave_secret" },
  session: (schema) => [`use schema ${schema}`],
  file: ({ header, parameters, variables, first, back, steps, result }: Script) => {
    const lines = steps.flatMap(linesOf);
    const block = [
      "declare",
      "-- parameters",
      ...parameters.map(declared),
      "-- what the script keeps for itself",
      ...variables.map(declared),
      "begin",
      "-- Where a session may not be changed, it must be so already.",
      "begin",
      ...PINS.map((pin) => `alter session set ${pin};`),
      "exception",
      "when other then",
      "if (cast(cast('2026-01-31 12:00:00.123456' as timestamp_ntz) as varchar) not like '2026-01-31_12:00:00.123456%') then",
      "raise;",
      "end if;",
      "end;",
      ...(back === undefined ? lines : goingBack(back, lines)),
      `return ${result};`,
      "end;",
    ].join("\n");
    const comments = header.map((line) => `-- ${line}`);
    if (back !== undefined) return `${[...comments, "", block].join("\n")}\n`;
    // A block in dollars reaches every client whole; where the text has dollars itself, only those that know blocks.
    const framed = block.includes("$$") ? block : `execute immediate $$\n${block}\n$$;`;
    return `${[...comments, "", ...first.map(ended), "", framed].join("\n")}\n`;
  },
};

/** The lines, after which the session is as it was before, however they end. */
function goingBack(schema: string, lines: readonly string[]): readonly string[] {
  const restored = [
    "-- The session goes on with other work.",
    "begin",
    `alter session unset ${PINS.map((pin) => pin.replace(/ =.*/, "")).join(", ")};`,
    `use schema ${schema};`,
    "exception",
    "when other then",
    "null;",
    "end;",
  ];
  return ["begin", ...lines, "exception", "when other then", ...restored, "raise;", "end;", ...restored];
}

function declared({ name, type, value, comment }: Variable): string {
  const otherwise = value === undefined ? "" : ` default ${value}`;
  return `${name} ${TYPES[type]}${otherwise}; -- ${comment}`;
}

function linesOf(node: Node): readonly string[] {
  switch (node.kind) {
    case "note":
      return ["", ...node.lines.map((line) => `-- ${line}`.trimEnd())];
    case "statement":
      return [ended(node.sql)];
    case "set":
      return [`${node.variable} := (`, node.query, ");"];
    case "count":
      return [`${node.variable} := ${counted(node)};`];
    case "checkpoint":
      return [];
    case "if":
      return [`if (${test(node.condition)}) then`, ...node.body.flatMap(linesOf), "end if;"];
    case "while":
      return [`while (${test(node.condition)}) do`, ...node.body.flatMap(linesOf), "end while;"];
    case "execute":
      return [`execute immediate :${node.variable};`];
    case "raise":
      return [raised(node.variable)];
    case "attempt":
      return [
        "begin",
        ...node.body.flatMap(linesOf),
        "exception",
        "when other then",
        ...node.otherwise.flatMap(linesOf),
        "raise;",
        "end;",
      ];
    case "transaction":
      return [
        "begin",
        "begin transaction;",
        ...node.body.flatMap(linesOf),
        "commit;",
        "exception",
        "when other then",
        "rollback;",
        "raise;",
        "end;",
      ];
  }
}

// An exception has a constant message, so one with a message of its own is declared in a text.
function raised(variable: string): string {
  return `execute immediate 'declare problem exception (-20001, ''' || replace(replace(${variable}, '\\\\', '\\\\\\\\'), '''', '''''') || '''); begin raise problem; end;';`;
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
