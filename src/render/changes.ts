// What a run changes of the published relations: the rows that go, the rows that come, and how the relations will stand.
// Rows that are equal but for the columns that say when they were written stay as they are.
import { work } from "../plan/names.ts";
import type { OutputName } from "../plan/plan.ts";
import { PUBLISHED, type Published, type Scope } from "../plan/relations.ts";
import { type Fragment, id, join, sql } from "../sql/fragment.ts";
import type { Context } from "./context.ts";
import { columnsOf, RELATIONS } from "./relations.ts";

type OfOutput = { readonly output: OutputName; readonly incremental: boolean };

/** The published rows that this run builds anew, where it does not build all. */
export function before({ output }: { readonly output: OutputName }): Fragment {
  if (output === "identity_records") return sql`select * from ${id(work.replacedRecords)}`;
  if (output === "record_values") return sql`select * from ${id(work.replacedValues)}`;
  if (output === "identities") return sql`select * from ${id(work.earlier)}`;
  return sql`
    select w.*
    from ${id(work.was(output))} as w
    where ${inScope(PUBLISHED[output], "w")}
  `;
}

/** Keys of published rows that no longer hold. */
export function drop({ output, incremental }: OfOutput, context: Context): Fragment {
  const published = PUBLISHED[output];
  const columns = columnsOf(output, context);
  const compared = columns.filter(
    (column) => !published.key.includes(column) && !published.quiet.includes(column),
  );
  const same = compared.map((column) => isSame(output, column, context));
  const keys = published.key.map((column) => id("w", column));
  return sql`
    select ${join(keys, ", ")}
    from ${id(publishedRows(output, incremental))} as w
    left join (
      select *, 1 as is_there
      from ${id(work.output(output))}
    ) as o
      on ${join([equalKeys(published, "o", "w", context), ...same], "\n  and ")}
    where o.is_there is null
  `;
}

/** Rows that are not there once the dropped ones are gone. */
export function put({ output, incremental }: OfOutput, context: Context): Fragment {
  const published = PUBLISHED[output];
  return sql`
    select o.*
    from ${id(work.output(output))} as o
    left join (
      select *, 1 as is_there
      from ${id(publishedRows(output, incremental))}
    ) as w
      on ${equalKeys(published, "w", "o", context)}
    left join (
      select *, 1 as is_there
      from ${id(work.drop(output))}
    ) as d
      on ${equalKeys(published, "d", "o", context)}
    where w.is_there is null or d.is_there is not null
  `;
}

function publishedRows(output: OutputName, incremental: boolean): string {
  return incremental && PUBLISHED[output].scope !== undefined ? work.before(output) : work.was(output);
}

/** The relation as it will stand after the run. */
export function now({ output, incremental }: OfOutput, context: Context): Fragment {
  const built = sql`select * from ${id(work.output(output))}`;
  const published = PUBLISHED[output];
  if (!incremental || published.scope === undefined) return built;
  const columns = columnsOf(output, context).map((column) => id("w", column));
  return sql`
    select ${join(columns, ", ")}
    from ${id(work.was(output))} as w
    where not (${inScope(published, "w")})
    union all
    select ${join(
      columnsOf(output, context).map((column) => id(column)),
      ", ",
    )}
    from ${id(work.output(output))}
  `;
}

/** NULL equals NULL. Only keys that may be NULL are compared so: equality alone can be hashed everywhere. */
export function equalKeys({ key }: Published, left: string, right: string, { dialect }: Context): Fragment {
  return join(
    key.map((column) =>
      MAY_BE_NULL.has(column)
        ? dialect.functions.same(id(left, column), id(right, column))
        : sql`${id(left, column)} = ${id(right, column)}`,
    ),
    " and ",
  );
}

// Attributes have the types of the models, which not every warehouse compares.
function isSame(output: OutputName, column: string, { dialect: { functions } }: Context): Fragment {
  const [o, w] = [id("o", column), id("w", column)];
  return Object.hasOwn(RELATIONS[output], column)
    ? sql`${o} is not distinct from ${w}`
    : functions.same(o, w);
}

const MAY_BE_NULL: ReadonlySet<string> = new Set(["owner_identity_id", "source_key"]);

function inScope({ scope = [] }: Published, table: string): Fragment {
  return join(
    scope.map((each) => within(each, table)),
    " or ",
  );
}

function within({ columns, relation }: Scope, table: string): Fragment {
  const [first, ...others] = columns;
  if (first === undefined) throw new RangeError("a scope of no columns");
  if (others.length === 0) {
    return sql`${id(table, first)} in (select ${id(first)} from ${id(relation)})`;
  }
  const equal = columns.map((column) => sql`s.${id(column)} = ${id(table, column)}`);
  return sql`exists (select 1 from ${id(relation)} as s where ${join(equal, " and ")})`;
}
