// Golden records: one row per identity, what survives of its records and over it what people decided (resolution.md §5;
// config.md, golden_override). What survives is the business of survivors.ts.
import { goldenColumns } from "../config/index.ts";
import type { Project } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, lit, sql } from "../sql/fragment.ts";
import { select } from "../sql/knex.ts";
import { type Context, literals } from "./context.ts";
import { castOverride, castOverrides } from "./override-values.ts";
import { survivorTypes } from "./survivors.ts";

export function outputGoldenRecords(_query: object, context: Context): Fragment {
  const { project, dialect } = context;
  const run = sql`${dialect.functions.variable("idw_run")} as updated_run`;
  const names = goldenColumns(project.golden);
  if (names.length === 0) return sql`select identity_id, ${run} from ${id(work.anchors)}`;
  const isDecided = project.decisions !== undefined;
  const provenance = withProvenance(project);
  const columns = names.flatMap((name) => [
    isDecided ? overridden(name, context) : id("v", name),
    ...(provenance.includes(name)
      ? [`${name}__record`, `${name}__rule`].map((column) =>
          isDecided ? overriddenProvenance(name, column) : id("v", column),
        )
      : []),
  ]);
  return sql`
    ${isDecided ? overrides(context) : empty}
    select
      ${join([sql`a.identity_id`, ...columns, run], ",\n")}
    from ${id(work.anchors)} as a
    join ${id(work.survivors)} as v on v.idw_label = a.label
    ${isDecided ? sql`left join overrides as o on o.idw_label = a.label` : empty}
  `;
}

/** The columns of golden_records that identity.yml names, with those that say where their values come from. */
export function publishedColumns(project: Project): readonly string[] {
  const provenance = withProvenance(project);
  return goldenColumns(project.golden).flatMap((name) =>
    provenance.includes(name) ? [name, `${name}__record`, `${name}__rule`] : [name],
  );
}

/** Of several overrides of an attribute of one identity the latest counts, by (decided_at with NULL last, id). */
function overrides({ project, dialect, hasCastOverrides }: Context): Fragment {
  const when = (name: string, then: Fragment) =>
    sql`case when ${id("d", "attribute")} = ${lit(name)} then ${then} end`;
  const given = (name: string, column: string) => sql`max(${when(name, id("d", column))})`;
  // A value of any type has no max().
  const cast = (name: string) => dialect.functions.minBy(when(name, castOverride(name)), id("d", "position"));
  const provenance = withProvenance(project);
  const columns = goldenColumns(project.golden).flatMap((name) => [
    { as: name, value: hasCastOverrides ? cast(name) : given(name, "value") },
    ...(provenance.includes(name) ? [{ as: `${name}__record`, value: given(name, "a") }] : []),
  ]);
  const rows = select(dialect.lexical, {
    columns: [{ as: "idw_label", value: id("idw_label") }, ...columns],
    from: hasCastOverrides ? sql`decided as d ${castOverrides()}` : sql`decided as d`,
    where: [sql`nth = 1`],
    groupBy: [id("idw_label")],
  });
  return sql`
    with decided as (
      select
        s.label as idw_label,
        d.attribute,
        d.value,
        d.a,
        ${hasCastOverrides ? sql`d.position,` : empty}
        row_number() over (
          partition by s.label, d.attribute order by d.decided_at desc nulls last, d.id
        ) as nth
      from ${id(work.decisions)} as d
      join ${id(work.resolved)} as s on s.record = d.a_record
      where d.decision = 'golden_override' and d.status = 'in_force'
    ),

    overrides as (
      ${rows}
    )

  `;
}

function overridden(name: string, { dialect, hasCastOverrides }: Context): Fragment {
  const value = id("v", name);
  const given = id("o", name);
  const cast = hasCastOverrides ? given : dialect.functions.castLike(given, value);
  return sql`coalesce(${cast}, ${value}) as ${id(name)}`;
}

/** The record of an override is the one that the decision names; with the attribute it leads to the decision. */
function overriddenProvenance(name: string, column: string): Fragment {
  const ofOverride = column.endsWith("__rule") ? lit("override") : id("o", column);
  return sql`case when ${id("o", name)} is not null then ${ofOverride} else ${id("v", column)} end as ${id(column)}`;
}

/** Up to one row per override that names no golden attribute, or whose value its attribute cannot hold. */
export function badOverrides(context: Context): Fragment {
  const { castLike } = context.dialect.functions;
  const names = goldenColumns(context.project.golden);
  if (names.length === 0) {
    return sql`
      select id, 'unknown_attribute' as problem, attribute, value
      from ${id(work.decided)}
      where decision = 'golden_override' and status <> 'expired'
      order by position
    `;
  }
  const castable = names.map(
    (name) => sql`when ${lit(name)} then ${castLike(id("d", "value"), id("t", name))} is null`,
  );
  const isBad = context.hasCastOverrides
    ? sql`not coalesce(t.idw_is_value, false)`
    : sql`
        case d.attribute
          ${join(castable, "\n")}
        end
      `;
  const types = sql`
    types as (
      ${survivorTypes(context)}
    ),
  `;
  return sql`
    with ${context.hasCastOverrides ? empty : types} judged as (
      select
        d.id,
        d.attribute,
        d.value,
        d.position,
        case
          when d.attribute not in (${literals(names)}) then 'unknown_attribute'
          when ${isBad} then 'bad_value'
        end as problem
      from ${id(work.decided)} as d
      ${context.hasCastOverrides ? castOverrides() : sql`cross join types as t`}
      where d.decision = 'golden_override' and d.status <> 'expired'
    )

    select id, problem, attribute, value
    from judged
    where problem is not null
    order by position
  `;
}

/** True for an override `d` whose value the rules give, too; `v` are the survivors of its identity, `t` cast overrides. */
export function isAgreed({ project, dialect, hasCastOverrides }: Context): Fragment {
  const { shown, castLike } = dialect.functions;
  const same = goldenColumns(project.golden).map((name) => {
    const value = id("v", name);
    const given = hasCastOverrides ? castOverride(name) : castLike(id("d", "value"), value);
    return sql`when ${lit(name)} then ${shown(given)} = ${shown(value)}`;
  });
  return sql`
    case d.attribute
      ${join(same, "\n")}
    end
  `;
}

function withProvenance({ golden }: Project): readonly string[] {
  return [
    ...golden.attributes.filter(({ provenance }) => provenance).map(({ name }) => name),
    ...golden.groups.filter(({ provenance }) => provenance).flatMap((group) => group.attributes),
  ];
}
