// `idw_survivors`: what the rules make of the records of each identity, every attribute in one statement (resolution.md
// §5). Overrides come later, in golden.ts; what a rule does is in survivorship/; the rows come from survivor-rows.ts.
//
// Picks by record and folds share one aggregation. What looks at distinct values (most_frequent, array …) first makes
// them distinct, which is cheaper than counting in windows, and joins in the end.
import { isOrderRule } from "../config/index.ts";
import type { GoldenAttribute, GoldenGroup, OrderRule } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import { select } from "../sql/knex.ts";
import type { Context } from "./context.ts";
import {
  attributeCtes,
  type Chains,
  type Cte,
  groupOrder,
  identifierCte,
  isAuthority,
  rankedColumn,
  recordCtes,
  rowsOfIdentifier,
  withAuthority,
} from "./survivor-rows.ts";
import { SURVIVORSHIP } from "./survivorship/index.ts";
import { isMixed, rankColumn, recordRules, valueOrder } from "./survivorship/order.ts";
import type { FoldRule } from "./survivorship/rule.ts";

type Column = { readonly as: string; readonly value: Fragment };

export function survivors(_query: object, context: Context): Fragment {
  const { attributes, groups } = context.project.golden;
  const chains: Chains = new Map([...attributes, ...groups].map((each) => [each, chainOf(each)]));
  const ofModels = attributes.filter(({ source }) => source.kind === "attribute");
  const gathered = [
    ...ofModels
      .filter((attribute) => wayOf(attribute) === "gathered")
      .flatMap((each) => gather(each, context)),
    ...groups.flatMap((group) => gatherGroup(group, context)),
  ];
  const own = attributes.flatMap((attribute) => ownCtes(attribute, chains, context));
  const ctes = [
    ...recordCtes(chains, context),
    ...attributeCtes(ofModels, groups, chains, context),
    ...(gathered.length > 0 ? [{ name: "gathered", body: gatheredRows(gathered, context) }] : []),
    ...own,
  ];
  const columns = [
    sql`a.label as idw_label`,
    ...attributes.flatMap((attribute) => resultOf(attribute, context)),
    ...groups.flatMap(resultOfGroup),
  ];
  const joins = attributes.flatMap((attribute) => {
    const relation = resultRelation(attribute);
    if (relation === "gathered") return [];
    const first = wayOf(attribute) === "ordered" ? sql` and ${id(relation, "nth")} = 1` : empty;
    return [sql`left join ${id(relation)} on ${id(relation, "idw_label")} = a.label${first}`];
  });
  return sql`
    with ${join(
      ctes.map(
        ({ name, body }) => sql`
          ${id(name)} as (
            ${body}
          )
        `,
      ),
      ",\n\n",
    )}

    select
      ${join(columns, ",\n")}
    from ${id(work.anchors)} as a
    ${join([...(gathered.length > 0 ? [sql`left join gathered on gathered.idw_label = a.label`] : []), ...joins], "\n")}
  `;
}

/** One row, NULL or 0 in each column of golden_records, of the type that the rules give it. */
export function survivorTypes(context: Context): Fragment {
  const { attributes, groups } = context.project.golden;
  const { dialect } = context;
  const columns = attributes.map((attribute): Column => {
    const rule = SURVIVORSHIP[attribute.survivorship];
    const text = keyword(dialect.types.text);
    const { source } = attribute;
    const value = source.kind === "identifier" ? sql`cast(null as ${text})` : id("r", source.attribute);
    const of =
      rule.kind === "fold"
        ? rule.of(value, dialect)
        : rule.kind === "array"
          ? dialect.functions.arrayBy(value, value)
          : sql`max(${value})`;
    return { as: attribute.name, value: of };
  });
  const members = groups.flatMap((group) => group.attributes);
  return select(dialect.lexical, {
    columns: [...columns, ...members.map((name) => ({ as: name, value: sql`max(${id("r", name)})` }))],
    from: sql`${id(work.attributeRows)} as r`,
    where: [sql`false`],
  });
}

function chainOf(surviving: GoldenAttribute | GoldenGroup): readonly OrderRule[] {
  if (!("source" in surviving)) return [surviving.survivorship, ...surviving.ties];
  const { survivorship, ties, order, provenance } = surviving;
  if (survivorship === "array") return [order];
  if (isOrderRule(survivorship))
    return wayOf(surviving) === "gathered" && asFold(surviving) !== undefined ? [] : [survivorship, ...ties];
  const rule = SURVIVORSHIP[survivorship];
  return provenance && rule.kind === "fold" && rule.isAValue ? ["source_priority"] : [];
}

/** How an attribute comes about: in the shared aggregation, from its values in an order, or in an aggregation of its own. */
function wayOf(attribute: GoldenAttribute): "gathered" | "ordered" | "array" | "folded" {
  const { survivorship, ties, source } = attribute;
  if (survivorship === "array") return "array";
  if (source.kind === "identifier") return isOrderRule(survivorship) ? "ordered" : "folded";
  if (asFold(attribute) !== undefined) return "gathered";
  return [survivorship, ...ties].every((name) => SURVIVORSHIP[name].kind === "record")
    ? "gathered"
    : "ordered";
}

/** The rule as an aggregate of all values, if it is one. */
function asFold({ survivorship, source, provenance }: GoldenAttribute): FoldRule | undefined {
  const rule = SURVIVORSHIP[survivorship];
  if (rule.kind === "fold") return rule;
  if (rule.kind !== "value" || rule.aggregate === undefined || provenance || source.kind === "identifier")
    return undefined;
  return { kind: "fold", of: rule.aggregate, isAValue: true };
}

/** The columns of `gathered` for an attribute of the models. */
function gather(attribute: GoldenAttribute, { dialect }: Context): readonly Column[] {
  const { name, provenance } = attribute;
  const value = id("r", rankedColumn(attribute));
  const fold = asFold(attribute);
  const chain = chainOf(attribute);
  const rank = withAuthority(attribute, id("r", "model"), id("r", rankColumn(recordRules(chain))));
  const picked =
    fold === undefined
      ? dialect.functions.minBy(value, rank)
      : folded(attribute, fold, value, id("r", "model"), dialect);
  const hasRecord = provenance && chain.length > 0;
  const record = dialect.functions.minBy(
    id("r", "record_key"),
    sql`case when ${value} is not null then ${rank} end`,
  );
  return [{ as: name, value: picked }, ...(hasRecord ? [{ as: `${name}__record`, value: record }] : [])];
}

function gatherGroup(group: GoldenGroup, { dialect }: Context): readonly Column[] {
  const order = id("r", groupOrder(group));
  const { atMin } = dialect.functions;
  return [
    ...group.attributes.map((name) => ({ as: name, value: atMin(id("r", name), order) })),
    ...(group.provenance ? [{ as: recordOfGroup(group), value: atMin(id("r", "record_key"), order) }] : []),
  ];
}

function gatheredRows(columns: readonly Column[], { dialect }: Context): Fragment {
  return select(dialect.lexical, {
    columns: [{ as: "idw_label", value: id("r", "idw_label") }, ...columns],
    from: sql`ranked as r`,
    groupBy: [sql`r.idw_label`],
  });
}

/** A fold of the values of the models with authority, if they have any, else of all. */
function folded(
  attribute: GoldenAttribute,
  fold: FoldRule,
  value: Fragment,
  model: Fragment,
  dialect: Context["dialect"],
): Fragment {
  if (attribute.authority.length === 0) return fold.of(value, dialect);
  const trusted = sql`case when ${isAuthority(attribute, model)} then ${value} end`;
  return sql`case when count(${trusted}) > 0 then ${fold.of(trusted, dialect)} else ${fold.of(value, dialect)} end`;
}

/** The CTEs of an attribute that the shared aggregation cannot make. */
function ownCtes(attribute: GoldenAttribute, chains: Chains, context: Context): readonly Cte[] {
  const { source } = attribute;
  const rows =
    source.kind === "identifier" ? [identifierCte(attribute, source.identifier, chains, context)] : [];
  switch (wayOf(attribute)) {
    case "gathered":
      return rows;
    case "folded":
      return [...rows, foldedCte(attribute, context)];
    case "ordered":
      return [...rows, ...orderedCtes(attribute, context)];
    case "array":
      return [...rows, ...orderedCtes(attribute, context), arrayCte(attribute, context)];
  }
}

function foldedCte(attribute: GoldenAttribute, { dialect }: Context): Cte {
  const fold = asFold(attribute);
  if (fold === undefined) throw new Error(`${attribute.survivorship} is no aggregate`);
  const chain = chainOf(attribute);
  const rank = withAuthority(attribute, id("model"), id(rankColumn(recordRules(chain))));
  return {
    name: resultRelation(attribute),
    body: select(dialect.lexical, {
      columns: [
        { as: "idw_label", value: id("idw_label") },
        { as: "value", value: folded(attribute, fold, id("r", "value"), id("model"), dialect) },
        ...(attribute.provenance && chain.length > 0
          ? [{ as: "record_key", value: dialect.functions.minBy(id("r", "record_key"), rank) }]
          : []),
      ],
      from: sql`${id(rowsOfIdentifier(attribute))} as r`,
      groupBy: [id("idw_label")],
    }),
  };
}

/** `…_values`: the distinct values of an identity; `…_order`: which of them is the nth. */
function orderedCtes(attribute: GoldenAttribute, context: Context): readonly Cte[] {
  const { dialect } = context;
  const { minBy, atMin } = dialect.functions;
  const { name, source, authority, provenance } = attribute;
  const isIdentifier = source.kind === "identifier";
  const from = isIdentifier ? rowsOfIdentifier(attribute) : "ranked";
  const value = id("r", isIdentifier ? "value" : rankedColumn(attribute));
  const chain = chainOf(attribute);
  const rank = id("r", rankColumn(recordRules(chain)));
  const counted = chain.includes("most_frequent");
  const trusted = sql`
    (
      ${isAuthority(attribute, id("r", "model"))}
      or r.idw_label not in (
        select r.idw_label
        from ${id(from)} as r
        where ${isAuthority(attribute, id("r", "model"))} and ${value} is not null
      )
    )
  `;
  const values = select(dialect.lexical, {
    columns: [
      { as: "idw_label", value: id("r", "idw_label") },
      { as: "value", value },
      ...(counted ? [{ as: "records", value: sql`count(*)` }] : []),
      { as: "best", value: sql`min(${rank})` },
      ...(isMixed(chain)
        ? ["observed_at", "place"].map((column) => ({ as: column, value: atMin(id("r", column), rank) }))
        : []),
      ...(provenance ? [{ as: "record_key", value: minBy(id("r", "record_key"), rank) }] : []),
    ],
    from: sql`${id(from)} as r`,
    where: [sql`${value} is not null`, ...(authority.length > 0 ? [trusted] : [])],
    groupBy: [sql`r.idw_label`, value],
  });
  // One record may carry several values of an identifier.
  const last = isIdentifier ? sql`, value` : empty;
  const order = sql`
    select
      idw_label,
      value,
      ${provenance ? sql`record_key,` : empty}
      row_number() over (partition by idw_label order by ${valueOrder(chain, dialect)}${last}) as nth
    from ${id(`${name}_values`)}
  `;
  return [
    { name: `${name}_values`, body: values },
    { name: `${name}_order`, body: order },
  ];
}

function arrayCte(attribute: GoldenAttribute, { dialect }: Context): Cte {
  const { name, maxValues } = attribute;
  return {
    name: resultRelation(attribute),
    body: select(dialect.lexical, {
      columns: [
        { as: "idw_label", value: id("idw_label") },
        { as: "value", value: dialect.functions.arrayBy(sql`o.value`, sql`o.nth`) },
      ],
      from: sql`${id(`${name}_order`)} as o`,
      where: maxValues === undefined ? [] : [sql`o.nth <= ${lit(maxValues)}`],
      groupBy: [id("idw_label")],
    }),
  };
}

function resultRelation(attribute: GoldenAttribute): string {
  const way = wayOf(attribute);
  switch (way) {
    case "gathered":
      return way;
    case "ordered":
      return `${attribute.name}_order`;
    case "array":
    case "folded":
      return `${attribute.name}_${way}`;
  }
}

/** The value of an attribute and, if wanted, its provenance. */
function resultOf(attribute: GoldenAttribute, { dialect }: Context): readonly Fragment[] {
  const { name, survivorship, provenance } = attribute;
  const relation = resultRelation(attribute);
  const isGathered = relation === "gathered";
  const found = id(relation, isGathered ? name : "value");
  const rule = SURVIVORSHIP[survivorship];
  const none = rule.kind === "fold" ? rule.whenNone : undefined;
  const value =
    rule.kind === "array"
      ? dialect.functions.orEmptyArray(found)
      : none === undefined
        ? found
        : sql`coalesce(${found}, ${none})`;
  const isAlways = rule.kind === "array" || none !== undefined;
  const when = (result: Fragment) => sql`case when ${found} is not null then ${result} end`;
  const hasRecord = rule.kind !== "array" && chainOf(attribute).length > 0;
  const record = hasRecord
    ? when(id(relation, isGathered ? `${name}__record` : "record_key"))
    : sql`cast(null as ${keyword(dialect.types.text)})`;
  return [
    sql`${value} as ${id(name)}`,
    ...(provenance
      ? [
          sql`${record} as ${id(`${name}__record`)}`,
          sql`${isAlways ? lit(survivorship) : when(lit(survivorship))} as ${id(`${name}__rule`)}`,
        ]
      : []),
  ];
}

/** A record may supply NULL for a member of a group: its provenance is told all the same. */
function resultOfGroup(group: GoldenGroup): readonly Fragment[] {
  const record = id("gathered", recordOfGroup(group));
  return group.attributes.flatMap((name) => [
    sql`${id("gathered", name)} as ${id(name)}`,
    ...(group.provenance
      ? [
          sql`${record} as ${id(`${name}__record`)}`,
          sql`case when ${record} is not null then ${lit(group.survivorship)} end as ${id(`${name}__rule`)}`,
        ]
      : []),
  ]);
}

function recordOfGroup({ name }: GoldenGroup): string {
  return `idw_record_of_${name}`;
}
