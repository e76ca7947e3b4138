// `idw_attributes`: the attributes of all records side by side, under the names that identity.yml gives them.
// What survives of them is the business of survivors.ts.
import { type Project, visibleAttributes } from "../config/index.ts";
import type { Model } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import { unionAll } from "../sql/knex.ts";
import type { Context } from "./context.ts";

/** One row per record of a model that has any of them; in an incremental run unchanged records come from the state. */
export function attributes(
  { from }: { readonly from: "models" | "state" | "replaced" },
  context: Context,
): Fragment {
  const { project, dialect } = context;
  const incremental = from !== "models";
  const names = visibleAttributes(project);
  const staged = unionAll(
    dialect.lexical,
    modelsWith(project, names).map((model) => ({
      columns: [
        incremental
          ? { as: "idw_record_key", value: sql`${lit(`${model.name}:`)} || idw_source_key` }
          : { as: "idw_record", value: id("idw_record") },
        ...names.map((name) => ({ as: name, value: columnOf(model, name) })),
      ],
      from: id(work.staged(model.name)),
    })),
  );
  if (!incremental) return staged;
  const columns = (table: string, column: (name: string) => string) =>
    join(
      names.map((name) => sql`, ${id(table, column(name))} as ${id(name)}`),
      "",
    );
  return sql`
    with staged as (
      ${staged}
    )

    select r.record as idw_record${columns("s", (name) => name)}
    from staged as s
    join ${id(work.records)} as r on r.record_key = s.idw_record_key
    union all
    select r.record as idw_record${columns("w", stateColumn)}
    from ${id(from === "replaced" ? work.replacedState : work.was("record_state"))} as w
    join ${id(work.records)} as r on r.record_key = w.record_key
    where w.record_key not in (select record_key from ${id(work.delta)})
  `;
}

/** The column of an attribute in record_state, where other columns are ours. */
export function stateColumn(attribute: string): string {
  return `a_${attribute}`;
}

/** What `where` sees, made of the models as they are read: enough to prepare an expression, before there are records. */
export function seenInModels({ project, dialect }: Context): Fragment {
  const { text, timestamp } = dialect.types;
  const names = visibleAttributes(project);
  return unionAll(
    dialect.lexical,
    modelsWith(project, names).map((model) => ({
      columns: [
        { as: "model", value: sql`cast(null as ${keyword(text)})` },
        { as: "record_key", value: sql`cast(null as ${keyword(text)})` },
        { as: "observed_at", value: sql`cast(null as ${keyword(timestamp)})` },
        ...names.map((name) => ({ as: name, value: columnOf(model, name) })),
      ],
      from: id(work.source(model.name)),
    })),
  );
}

function modelsWith({ models }: Project, names: readonly string[]): readonly Model[] {
  const some = models.filter((model) => model.attributes.some(({ attribute }) => names.includes(attribute)));
  // Without any, the relation is there all the same, for what joins it.
  return some.length === 0 ? models.slice(0, 1) : some;
}

function columnOf(model: Model, name: string): Fragment {
  const mapped = model.attributes.find(({ attribute }) => attribute === name);
  return mapped === undefined ? keyword("null") : id(mapped.column);
}
