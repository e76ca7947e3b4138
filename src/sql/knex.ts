// The one door to knex: a compile-only client that writes one column and one clause a line. Used where the shape of a
// SELECT depends on identity.yml; where only names vary, the `sql` tag serves. Nothing here can connect.
import type { Knex } from "knex";
import { rawOrFn, unwrapRaw } from "knex/lib/formatter/wrappingFormatter.js";
import Formatter from "knex/lib/formatter.js";
import QueryBuilder from "knex/lib/query/querybuilder.js";
import QueryCompiler from "knex/lib/query/querycompiler.js";
import Raw from "knex/lib/raw.js";
import { type Fragment, id, join, keyword, type Lexical, print, sql, verbatim } from "./fragment.ts";

type Column = { readonly as: string; readonly value: Fragment };

export type Select = {
  readonly columns: readonly Column[];
  readonly from: Fragment;
  readonly where?: readonly Fragment[];
  readonly groupBy?: readonly Fragment[];
  readonly distinct?: boolean;
};

/** A SELECT of any number of columns and conditions; conditions are joined with `and`. */
export function select(lexical: Lexical, query: Select): Fragment {
  return compile(build(lexical, query));
}

/** The rows of several SELECTs with the same columns, one after the other. */
export function unionAll(lexical: Lexical, queries: readonly Select[]): Fragment {
  const [first, ...rest] = queries;
  if (first === undefined) throw new RangeError("a union of nothing");
  return compile(build(lexical, first).unionAll(rest.map((query) => build(lexical, query))));
}

function build(lexical: Lexical, query: Select): Knex.QueryBuilder {
  const raw = (fragment: Fragment) => rawOf(lexical, fragment);
  const builder = new QueryBuilder(CLIENT).from(raw(query.from));
  const columns = query.columns.map(({ as, value }) => {
    const [only, ...others] = value.chunks;
    const isNamedSo = others.length === 0 && only?.kind === "id" && only.parts.at(-1) === as;
    return raw(isNamedSo ? value : sql`${value} as ${id(as)}`);
  });
  if (query.distinct === true) builder.distinct(columns);
  else builder.select(columns);
  for (const condition of query.where ?? []) builder.whereRaw(raw(condition));
  for (const column of query.groupBy ?? []) builder.groupByRaw(raw(column));
  return builder;
}

// Whatever is not our own text (names, literals, models, macros) travels as a binding, as printed text, so that the
// layout never touches it; knex looks into bindings that are objects, which takes long.
function rawOf(lexical: Lexical, fragment: Fragment): Knex.Raw {
  const bindings: string[] = [];
  const text = fragment.chunks.map((chunk) => {
    if (chunk.kind === "text") return chunk.text.replaceAll("?", "\\?");
    bindings.push(print({ chunks: [chunk] }, lexical));
    return "?";
  });
  return CLIENT.raw(text.join(""), bindings);
}

function compile(builder: Knex.QueryBuilder): Fragment {
  const { sql: text, bindings } = builder.toSQL();
  const remaining = bindings as readonly unknown[];
  const parts = text.replaceAll(" \n", "\n").split(/(\\\?|\?)/);
  let next = 0;
  const fragments = parts.map((part) => {
    if (part === "\\?") return keyword("?");
    if (part !== "?") return keyword(part);
    next += 1;
    return verbatim(String(remaining[next - 1]));
  });
  return join(fragments, "");
}

// knex writes a statement on one line; a reviewer wants one column and one clause a line.
class LayoutCompiler extends QueryCompiler {
  override columns(): string {
    const statements = this.grouped.columns ?? [];
    const distinct = statements.some((statement) => statement.distinct === true) ? " distinct" : "";
    const columns = statements
      .flatMap((statement) => statement.value)
      .map((column) => indented(this.text(column)));
    return `select${distinct}\n  ${columns.join(",\n  ")}\nfrom ${this.tableName}`;
  }
  override where(): string {
    const conditions = (this.grouped.where ?? []).map((statement) => this.whereRaw(statement));
    return conditions.length === 0 ? "" : `\nwhere ${conditions.join("\n  and ")}`;
  }
  override group(): string {
    const columns = (this.grouped.group ?? []).map((statement) => this.text(statement.value));
    return columns.length === 0 ? "" : `\ngroup by ${columns.join(", ")}`;
  }
  override union(): string {
    return (this.grouped.union ?? [])
      .map((statement) => `\n\nunion all\n\n${this.text(statement.value)}`)
      .join("");
  }
  text(part: unknown): string {
    return rawOrFn(part, undefined, this.builder, this.client, this.bindingsHolder);
  }
}

// Literals are bindings still, so a line break here is always one of ours.
function indented(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

// What knex asks of a client while it compiles. Its own brings pools, migrations and schema builders along, which take
// longer to load than we take to compile. Names are no part of it: each reaches knex already printed.
const CLIENT: CompileOnlyClient = {
  config: {},
  formatter: (builder) => new Formatter(CLIENT, builder),
  queryCompiler: (builder, bindings) => new LayoutCompiler(CLIENT, builder, bindings),
  raw: (text, bindings) => new Raw(CLIENT).set(text, bindings),
  parameter: (value, builder, holder) => unwrapRaw(value, true, builder, CLIENT, holder) ?? "?",
};
