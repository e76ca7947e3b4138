// The parts of knex 3.3 that we build statements with and that its own types leave out; pinned exactly in package.json.
type CompileOnlyClient = {
  readonly config: object;
  readonly formatter: (builder: unknown) => unknown;
  readonly queryCompiler: (builder: unknown, bindings?: readonly unknown[]) => unknown;
  readonly raw: (text: string, bindings: readonly unknown[]) => import("knex").Knex.Raw;
  readonly parameter: (value: unknown, builder: unknown, holder: unknown) => string;
};

declare module "knex/lib/query/querybuilder.js" {
  import type { Knex } from "knex";

  const QueryBuilder: new (client: CompileOnlyClient) => Knex.QueryBuilder;
  export default QueryBuilder;
}

declare module "knex/lib/raw.js" {
  import type { Knex } from "knex";

  export default class Raw {
    constructor(client: CompileOnlyClient);
    set(text: string, bindings: readonly unknown[]): Knex.Raw;
  }
}

declare module "knex/lib/formatter.js" {
  export default class Formatter {
    constructor(client: CompileOnlyClient, builder: unknown);
  }
}

declare module "knex/lib/query/querycompiler.js" {
  type Statement = { readonly value: readonly unknown[]; readonly distinct?: boolean };

  export default class QueryCompiler {
    constructor(client: CompileOnlyClient, builder: unknown, bindings?: readonly unknown[]);
    readonly grouped: {
      readonly columns?: readonly Statement[];
      readonly where?: readonly object[];
      readonly group?: readonly { readonly value: unknown }[];
      readonly union?: readonly { readonly value: unknown }[];
    };
    readonly tableName: string;
    readonly builder: unknown;
    readonly client: unknown;
    readonly bindingsHolder: unknown;
    columns(): string;
    where(): string;
    group(): string;
    union(): string;
    whereRaw(statement: object): string;
  }
}

declare module "knex/lib/formatter/wrappingFormatter.js" {
  export function rawOrFn(
    value: unknown,
    method: undefined,
    builder: unknown,
    client: unknown,
    holder: unknown,
  ): string;
  export function unwrapRaw(
    value: unknown,
    isParameter: boolean,
    builder: unknown,
    client: unknown,
    holder: unknown,
  ): string | undefined;
}
