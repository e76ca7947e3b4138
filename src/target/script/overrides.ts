// Overrides of golden records where a warehouse casts only to types that a statement names. The run asks the warehouse for the
// types, and one statement, written by the script while it runs, casts the values. They stay in a table: nothing that people
// wrote in a decision becomes SQL.
import { goldenColumns } from "../../config/index.ts";
import { work } from "../../plan/names.ts";
import { noOverrideValues, OVERRIDING } from "../../render/override-values.ts";
import { type Fragment, id, join, keyword, lit, print, sql, verbatim } from "../../sql/fragment.ts";
import { type Casts, type Node, statement, type Variable } from "./flow.ts";
import type { Writer } from "./steps.ts";
import { withViews } from "./views.ts";

const STATEMENT = "idw_statement";

/** The variable that the nodes need. */
export const OVERRIDE_VARIABLE: Variable = {
  name: STATEMENT,
  type: "text",
  comment: "the statement that casts overrides to the types of their attributes",
};

/** Makes `idw_override_values`; `checked` comes after it, and like all but its making only where something is overridden. */
export function overrideNodes(casts: Casts, writer: Writer, checked: readonly Node[]): readonly Node[] {
  const { context, views, made } = writer;
  const { lexical, statements } = context.dialect;
  const types = verbatim(withViews(print(noOverrideValues(context), lexical), views, lexical));
  const texts = id(work.overrides);
  made.add(work.overrideValues);
  return [
    statement(print(statements.createWork(id(work.overrideValues), types), lexical)),
    {
      kind: "if",
      condition: { kind: "has_rows", relation: print(sql`${id(work.decided)} where ${OVERRIDING}`, lexical) },
      body: [
        statement(print(statements.createWork(texts, givenTexts(casts, writer)), lexical)),
        { kind: "set", variable: STATEMENT, query: print(castingStatement(casts, writer), lexical) },
        { kind: "execute", variable: STATEMENT },
        statement(print(sql`drop table ${texts}`, lexical)),
        ...checked,
      ],
    },
  ];
}

function givenTexts({ elements }: Casts, { context: { dialect } }: Writer): Fragment {
  const value = id("value");
  const { isList, values } = elements(value);
  return sql`
    select
      position as idw_position,
      attribute as idw_attribute,
      ${value} as idw_value,
      ${dialect.functions.truth(value)} as idw_truth,
      ${dialect.functions.timestamp(value)} as idw_time,
      ${isList} as idw_is_list,
      ${values} as idw_elements
    from ${id(work.decided)}
    where ${OVERRIDING}
  `;
}

/** SQL that gives the INSERT: all of it is known when the script is written, but for the types. */
function castingStatement(casts: Casts, { context: { project, dialect } }: Writer): Fragment {
  const { lexical } = dialect;
  const text = (fragment: Fragment) => lit(print(fragment, lexical));
  const names = goldenColumns(project.golden);
  const columns = join(
    names.map((name) => id(name)),
    ", ",
  );
  const isValue = names.map((name) => sql`when ${lit(name)} then ${id(name)} is not null`);
  const attributes = names.map(
    (name, place) => sql`
      select
        ${lit(place)} as place,
        ${text(sql`case when idw_attribute = ${lit(name)} then`)} as before_it,
        ${text(sql`end as ${id(name)}`)} as after_it,
        ${text(id(name))} as named,
        ${keyword(casts.typeOf(print(id("t", name), lexical)))} as type
      from one_row as t
    `,
  );
  const insert = sql`
    insert into ${id(work.overrideValues)} (idw_position, idw_is_value, ${columns})
    select idw_position, case idw_attribute ${join(isValue, " ")} end, ${columns}
    from (
      select idw_position, idw_attribute,
  `;
  const cast = sql`concat(before_it, ' ', ${casts.cast("type", id("named"))}, ' ', after_it)`;
  const anyValue = names.map((name) => sql`any_value(${id(name)}) as ${id(name)}`);
  return sql`
    with one_row as (
      select ${join(anyValue, ", ")}
      from ${id(work.overrideValues)}
    ),

    attributes as (
      ${join(attributes, "\nunion all\n")}
    )

    select concat(
      ${text(insert)}, ' ',
      ${casts.joined(cast, id("place"))}, ' ',
      ${text(sql`from ${id(work.overrides)} ) as given`)}
    )
    from attributes
  `;
}
