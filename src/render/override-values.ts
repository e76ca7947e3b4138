// Overrides as values of the types of their attributes, for scripts of a warehouse whose expressions cannot cast to a type that
// only the run knows: the relation that holds them, empty, and what a script needs to fill it (target/script/overrides.ts).
import { work } from "../plan/names.ts";
import { type Fragment, id, keyword, sql } from "../sql/fragment.ts";
import type { Context } from "./context.ts";
import { survivorTypes } from "./survivors.ts";

/** Rows of `idw_decided` that override something; expired ones may be of an attribute that is gone. */
export const OVERRIDING = sql`decision = 'golden_override' and status <> 'expired'`;

/** No rows: where an override stands, whether its attribute can hold its value, and a column per golden attribute. */
export function noOverrideValues(context: Context): Fragment {
  const { types } = context.dialect;
  return sql`
    select
      cast(null as ${keyword(types.integer)}) as idw_position,
      cast(null as ${keyword(types.boolean)}) as idw_is_value,
      types_known.*
    from (
      ${survivorTypes(context)}
    ) as types_known
    where false
  `;
}

/** The value of the override `d` of an attribute; an array may be empty where it has none. */
export function castOverride(name: string): Fragment {
  return id("t", name);
}

/** Joins the values, `t`, to overrides `d`. */
export function castOverrides(): Fragment {
  return sql`left join ${id(work.overrideValues)} as t on t.idw_position = d.position`;
}
