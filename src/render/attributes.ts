// The attributes of records in one relation, whatever model or run they come from: what golden records are made of.
import type { Project } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import { unionAll } from "../sql/knex.ts";
import type { Context } from "./context.ts";

/** The attributes that golden records read, once each, in the order of their first use. */
export function attributesRead(project: Project): readonly string[] {
  return [...new Set(project.golden.attributes.map(({ from }) => from))];
}

/** A column of ours, so that an attribute may be called like any other of our columns. */
export function attributeColumn(attribute: string): string {
  return `a_${attribute}`;
}

/** One row per record of the scope; in an incremental run unchanged records come from the state. */
export function attributes({ incremental }: { readonly incremental: boolean }, context: Context): Fragment {
  const { project, dialect } = context;
  const names = attributesRead(project);
  const staged = unionAll(
    dialect.lexical,
    project.models.map((model) => ({
      columns: [
        incremental
          ? { as: "record_key", value: sql`${lit(`${model.name}:`)} || idw_source_key` }
          : { as: "record", value: id("idw_record") },
        ...names.map((name) => {
          const column = model.attributes.find(({ attribute }) => attribute === name)?.column;
          return {
            as: attributeColumn(name),
            value: column === undefined ? keyword("null") : id(column),
          };
        }),
      ],
      from: id(work.staged(model.name)),
    })),
  );
  if (!incremental) return staged;
  const columns = (table: string) =>
    join(
      names.map((name) => sql`, ${id(table, attributeColumn(name))}`),
      "",
    );
  return sql`
    with staged as (
      ${staged}
    )

    select r.record${columns("s")}
    from staged as s
    join ${id(work.records)} as r on r.record_key = s.record_key
    union all
    select r.record${columns("w")}
    from ${id(work.was("record_state"))} as w
    join ${id(work.records)} as r on r.record_key = w.record_key
    where w.record_key not in (select record_key from ${id(work.delta)})
  `;
}
