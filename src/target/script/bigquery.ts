// The control flow of BigQuery: https://cloud.google.com/bigquery/docs/reference/standard-sql/procedural-language
import { bigquery } from "../../dialect/bigquery.ts";
import { type Condition, ended, type Flow, type Node, PROBLEM, type Script, type Variable } from "./flow.ts";

const TYPES = { text: "string", integer: "int64", boolean: "bool", timestamp: "timestamp" } as const;

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
