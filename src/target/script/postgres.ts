// The control flow of PostgreSQL: one block of PL/pgSQL (https://www.postgresql.org/docs/14/plpgsql.html) that commits at every
// heartbeat and publishes in a transaction by itself. A block that commits cannot catch what fails; so the lock is held by the
// session, too, and goes with it.
import { postgres } from "../../dialect/postgres.ts";
import { type Condition, ended, type Flow, type Node, type Script, type Variable } from "./flow.ts";

const TYPES = { text: "text", integer: "bigint", boolean: "boolean", timestamp: "timestamp" } as const;

const NOW = "clock_timestamp() at time zone 'UTC'";

/** A setting of the session: the one way out of a block. */
const DONE = "idweave.done";

export const postgresFlow: Flow = {
  now: NOW,
  unique: "cast(gen_random_uuid() as text)",
  isAbandoned: (_seconds, lock) => `pg_try_advisory_lock(${keyOf(lock)})`,
  unlock: (lock) => [`perform pg_advisory_unlock(${keyOf(lock)})`],
  listed: (text, atMost) => `array_to_string((array_agg(${text} order by ${text}))[1:${atMost}], '; ')`,
  value: (variable) => variable,
  // A heap is as rows come.
  clustered: () => "",
  longest: Number.POSITIVE_INFINITY,
  casts: undefined,
  columnType: (type) => (type === postgres.types.text ? `${type} collate "C"` : type),
  secret: { value: "current_setting('idweave.secret', true)", from: "the setting idweave.secret" },
  session: () => postgres.statements.session,
  file: ({ header, parameters, variables, first, steps, result }: Script) => {
    const block = [
      // A column may have the name of a variable of every block, as FOUND; none has that of one of ours.
      "#variable_conflict use_column",
      "declare",
      "-- parameters",
      ...parameters.map(declared),
      "-- what the script keeps for itself",
      ...variables.map(declared),
      "begin",
      ...steps.flatMap(linesOf),
      `perform set_config('${DONE}', ${result}, false);`,
      "end",
    ].join("\n");
    const quote = quoteFor(block);
    return `${[
      ...header.map((line) => `-- ${line}`),
      "-- To be sent statement by statement, as psql does with a file: the block commits, so it is no part of a transaction.",
      "",
      ...first.map(ended),
      "",
      `do ${quote}\n${block}\n${quote};`,
      "",
      `select current_setting('${DONE}') as result;`,
    ].join("\n")}\n`;
  },
};

/** The number by which sessions know a lock. */
function keyOf(lock: string): string {
  return `hashtextextended(${postgres.lexical.quoteString(`idweave ${lock}`)}, 0)`;
}

function quoteFor(block: string): string {
  let quote = "$idweave$";
  while (block.includes(quote)) quote = quote.replace(/\$$/, "_$");
  return quote;
}

function declared({ name, type, value, comment }: Variable): string {
  const otherwise = value === undefined ? "" : ` := ${value}`;
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
      return ["commit;"];
    case "if":
      return [`if ${test(node.condition)} then`, ...node.body.flatMap(linesOf), "end if;"];
    case "while":
      return [`while ${test(node.condition)} loop`, ...node.body.flatMap(linesOf), "end loop;"];
    case "execute":
      return [`execute ${node.variable};`];
    case "raise":
      return [`raise exception '%', ${node.variable};`];
    case "attempt":
      return node.body.flatMap(linesOf);
    case "transaction":
      return ["commit;", ...node.body.flatMap(linesOf), "commit;"];
  }
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
