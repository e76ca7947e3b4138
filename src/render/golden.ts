// Golden records: one row per identity, every attribute by its rule, in one statement (resolution.md §5).
import type { GoldenAttribute, Model } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import { select } from "../sql/knex.ts";
import { attributeColumn } from "./attributes.ts";
import { type Context, rowsOf } from "./context.ts";
import { SURVIVORSHIP } from "./survivorship/index.ts";

export function outputGoldenRecords(_query: object, context: Context): Fragment {
  const { project, dialect } = context;
  const { attributes, modelOrder } = project.golden;
  const run = sql`${dialect.functions.variable("idw_run")} as updated_run`;
  if (attributes.length === 0) return sql`select identity_id, ${run} from ${id(work.anchors)}`;
  const models = project.models.filter((model) => attributes.some((attribute) => columnOf(model, attribute)));
  const rows = select(dialect.lexical, {
    columns: [
      { as: "record", value: id("record") },
      ...attributes.map((attribute) => ({
        as: alias(attribute, attributes),
        value: id(attributeColumn(attribute.from)),
      })),
    ],
    from: id(work.attributes),
  });
  // Orders are made on narrow rows; the attributes, which are wide, join them afterwards.
  const places = rowsOf(
    ["model", "place"],
    models.map((model) => [lit(model.name), lit(modelOrder.indexOf(model.name) + 1)]),
    [lit(""), lit(0)],
  );
  const counted = attributes.filter((attribute) => SURVIVORSHIP[attribute.survivorship].counts);
  const counts = counted.map((attribute) => {
    const name = alias(attribute, attributes);
    return sql`,\ncount(*) over (partition by p.label, g.${id(name)}) as ${id(countOf(name))}`;
  });
  const picks = attributes.map((attribute) => {
    const name = alias(attribute, attributes);
    const rule = SURVIVORSHIP[attribute.survivorship];
    return { as: attribute.name, value: rule.pick(id("ranked", name), id(countOf(name)), dialect) };
  });
  const survivors = select(dialect.lexical, {
    columns: [{ as: "idw_label", value: id("label") }, ...picks],
    from: keyword("ranked"),
    groupBy: [id("label")],
  });
  return sql`
    with given as (
      ${rows}
    ),

    places as (
      ${places}
    ),

    placed as (
      select
        r.record,
        s.label,
        row_number() over (
          partition by s.label order by r.observed_at desc nulls last, p.place, r.record
        ) as recency,
        row_number() over (
          partition by s.label order by p.place, r.observed_at desc nulls last, r.record
        ) as trust
      from ${id(work.records)} as r
      join places as p on p.model = r.model
      join ${id(work.resolved)} as s on s.record = r.record
    ),

    ranked as (
      select
        p.label,
        p.recency,
        p.trust${join(counts, "")},
        g.*
      from given as g
      join placed as p on p.record = g.record
    ),

    survivors as (
      ${survivors}
    )

    select
      a.identity_id,
      ${join(
        attributes.map((attribute) => id("v", attribute.name)),
        ",\n",
      )},
      ${run}
    from ${id(work.anchors)} as a
    left join survivors as v on v.idw_label = a.label
  `;
}

// A working name: an attribute may be called like a column of ours.
function alias(attribute: GoldenAttribute, attributes: readonly GoldenAttribute[]): string {
  return `attribute_${attributes.indexOf(attribute) + 1}`;
}

function countOf(name: string): string {
  return `${name}_count`;
}

function columnOf(model: Model, attribute: GoldenAttribute): Fragment | undefined {
  const column = model.attributes.find((candidate) => candidate.attribute === attribute.from);
  return column === undefined ? undefined : id(column.column);
}
