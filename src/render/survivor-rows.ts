// The rows that survivorship works on: records with their place in their identity under each order that a rule needs,
// and beside them their attributes, or the active values of an identifier. The rules themselves are in survivors.ts.
import { visibleAttributes } from "../config/index.ts";
import type { GoldenAttribute, GoldenGroup, OrderRule, Surviving } from "../config/project.ts";
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql } from "../sql/fragment.ts";
import { select } from "../sql/knex.ts";
import { type Context, literals, rowsOf } from "./context.ts";
import { isMixed, rankColumn, rankOrder, recordRules } from "./survivorship/order.ts";

/** One `name as (…)` of a statement. */
export type Cte = { readonly name: string; readonly body: Fragment };

/** More than the largest rank and the largest count of a group's combination can make. */
const OTHERS = 2_000_000_000_000_000_000n;

/** The rules of an attribute or a group that order records or values, in turn; none for folds. */
export type Chains = ReadonlyMap<GoldenAttribute | GoldenGroup, readonly OrderRule[]>;

/** Ranks, and what else of a record the rules ask for. */
function recordColumns(chains: Chains): readonly string[] {
  const all = [...chains.keys()];
  const mixed = [...chains.values()].some(isMixed);
  return [
    ...(all.some(({ authority }) => authority.length > 0) ? ["model"] : []),
    ...(all.some(({ provenance }) => provenance) ? ["record_key"] : []),
    ...(mixed ? ["observed_at", "place"] : []),
    ...new Set(
      [...chains.values()].filter((chain) => chain.length > 0).map((chain) => rankColumn(recordRules(chain))),
    ),
  ];
}

/** `places`, `placed` and, where a `where` asks for it, `seen`. */
export function recordCtes(chains: Chains, context: Context): readonly Cte[] {
  const { project } = context;
  const { modelOrder } = project.golden;
  const orders = new Map(
    [...chains.values()]
      .filter((chain) => chain.length > 0)
      .map((chain) => recordRules(chain))
      .map((rules) => [rankColumn(rules), rules] as const),
  );
  const columns = recordColumns(chains).map((name) => {
    const rules = orders.get(name);
    if (rules === undefined) return name === "place" ? sql`p.place` : id("r", name);
    const order = rankOrder(
      rules,
      { observedAt: id("r", "observed_at"), place: id("p", "place") },
      id("r", "record"),
    );
    return sql`row_number() over (partition by s.label order by ${order}) as ${id(name)}`;
  });
  const ofValues = [...chains.keys()].some((each) => "source" in each && each.source.kind === "identifier");
  // Records of a model without attributes supply nothing, and putting them in order is most of the work.
  const supplies = (name: string) =>
    ofValues || project.models.some((model) => model.name === name && model.attributes.length > 0);
  const places = modelOrder.flatMap((name, index) => (supplies(name) ? [[lit(name), lit(index + 1)]] : []));
  const hasWhere = [...chains.keys()].some(({ where }) => where !== undefined);
  return [
    { name: "places", body: rowsOf(["model", "place"], places, [lit(""), lit(0)]) },
    {
      name: "placed",
      body: sql`
        -- Orders are made on narrow rows; attributes, which are wide, join them afterwards.
        select
          ${join([sql`r.record`, sql`s.label as idw_label`, ...columns], ",\n")}
        from ${id(work.records)} as r
        join places as p on p.model = r.model
        join ${id(work.resolved)} as s on s.record = r.record
      `,
    },
    ...(hasWhere ? [{ name: "seen", body: seen(chains, context) }] : []),
  ];
}

// An identifier has values of records without any attribute, too.
function seen(chains: Chains, { project }: Context): Fragment {
  const all = [...chains.keys()];
  const ofAll = all.some(
    (each) => "source" in each && each.source.kind === "identifier" && each.where !== undefined,
  );
  const columns = visibleAttributes(project).map((name) => id("a", name));
  return sql`
    -- What \`where\` sees.
    select
      ${join([sql`r.record as idw_record`, sql`r.model`, sql`r.record_key`, sql`r.observed_at`, ...columns], ",\n")}
    from ${id(work.records)} as r
    ${keyword(ofAll ? "left join" : "join")} ${id(work.attributeRows)} as a on a.idw_record = r.record
  `;
}

/** `ranked`: a record, its ranks and its attributes, NULL where a `where` leaves it out; with the order of each group. */
export function attributeCtes(
  attributes: readonly GoldenAttribute[],
  groups: readonly GoldenGroup[],
  chains: Chains,
  context: Context,
): readonly Cte[] {
  if (attributes.length + groups.length === 0) return [];
  const { lexical } = context.dialect;
  const plain = new Set([
    ...attributes.flatMap(({ source, where }) =>
      source.kind === "attribute" && where === undefined ? [source.attribute] : [],
    ),
    ...groups.flatMap((group) => group.attributes),
  ]);
  const filtered = [...attributes, ...groups].flatMap((surviving) => {
    const condition = conditionOf(surviving, context);
    if (condition === undefined) return [];
    const value = "source" in surviving ? id(attributeOf(surviving)) : lit(true);
    return [{ as: filteredColumn(surviving), value: sql`case when (${condition}) then ${value} end` }];
  });
  const names = [...plain, ...filtered.map(({ as }) => as)];
  const given = select(lexical, {
    columns: [
      { as: "idw_record", value: id("idw_record") },
      ...[...plain].map((name) => ({ as: name, value: id(name) })),
      ...filtered,
    ],
    from: keyword("seen"),
  });
  const ranked = select(lexical, {
    columns: [
      { as: "idw_label", value: id("p", "idw_label") },
      ...recordColumns(chains).map((name) => ({ as: name, value: id("p", name) })),
      ...names.map((name) => ({ as: name, value: id("g", name) })),
      ...groups.map((group) => ({ as: groupOrder(group), value: orderOfGroup(group, chains, context) })),
    ],
    from: sql`${filtered.length > 0 ? keyword("given") : id(work.attributeRows)} as g\njoin placed as p on p.record = g.idw_record`,
  });
  return [...(filtered.length > 0 ? [{ name: "given", body: given }] : []), { name: "ranked", body: ranked }];
}

/** Records and the active values of an identifier that they carry. */
export function identifierCte(
  attribute: GoldenAttribute,
  identifier: string,
  chains: Chains,
  context: Context,
): Cte {
  const condition = conditionOf(attribute, context);
  const seenOnly =
    condition === undefined ? empty : sql`and t.record in (select idw_record from seen where (${condition}))`;
  const own: Chains = new Map([[attribute, chains.get(attribute) ?? []]]);
  const columns = recordColumns(own).map((name) => id("p", name));
  return {
    name: rowsOfIdentifier(attribute),
    body: sql`
      select
        ${join([sql`p.idw_label`, ...columns, sql`d.value`], ",\n")}
      from ${id(work.settled)} as t
      join ${id(work.dictionary)} as d on d.value_id = t.value_id
      join placed as p on p.record = t.record
      where d.identifier = ${lit(identifier)} and t.status = 'active'
        ${seenOnly}
    `,
  };
}

export function rowsOfIdentifier({ name }: GoldenAttribute): string {
  return `${name}_rows`;
}

/** The column of `ranked` with the values of an attribute of the models. */
export function rankedColumn(attribute: GoldenAttribute): string {
  return attribute.where === undefined ? attributeOf(attribute) : filteredColumn(attribute);
}

/** The column of `ranked` with the order of the records that may supply a group; NULL for the others. */
export function groupOrder({ name }: GoldenGroup): string {
  return `idw_order_of_${name}`;
}

/** `model in ('crm')` */
export function isAuthority({ authority }: Surviving, model: Fragment): Fragment {
  return sql`${model} in (${literals(authority)})`;
}

/** An order in which the records of the models with authority come before all others. */
export function withAuthority(surviving: Surviving, model: Fragment, order: Fragment): Fragment {
  if (surviving.authority.length === 0) return order;
  return sql`${order} + case when ${isAuthority(surviving, model)} then 0 else ${keyword(String(OTHERS))} end`;
}

function orderOfGroup(group: GoldenGroup, chains: Chains, context: Context): Fragment {
  const members = group.attributes.map((name) => id("g", name));
  const some = join(
    members.map((member) => sql`${member} is not null`),
    " or ",
  );
  const hasWhere = group.where !== undefined;
  const eligible = hasWhere ? sql`${id("g", filteredColumn(group))} and (${some})` : some;
  const rank = id("p", rankColumn(recordRules(chains.get(group) ?? [])));
  const authority = group.authority.length > 0 ? [isAuthority(group, id("p", "model"))] : [];
  const alike = [
    sql`p.idw_label`,
    ...(hasWhere ? [id("g", filteredColumn(group))] : []),
    ...authority,
    ...members.map(context.dialect.functions.alike),
  ];
  // One number orders by count, then by rank: an identity has fewer than a billion records.
  const order =
    group.survivorship === "most_frequent"
      ? sql`${rank} - 1000000000 * count(*) over (partition by ${join(alike, ", ")})`
      : rank;
  return sql`case when ${eligible} then ${withAuthority(group, id("p", "model"), order)} end`;
}

function filteredColumn(surviving: GoldenAttribute | GoldenGroup): string {
  return "source" in surviving ? `idw_of_${surviving.name}` : `idw_in_${surviving.name}`;
}

function attributeOf({ source }: GoldenAttribute): string {
  if (source.kind === "identifier") throw new Error(`${source.identifier} is no attribute of the models`);
  return source.attribute;
}

function conditionOf(surviving: GoldenAttribute | GoldenGroup, { texts }: Context): Fragment | undefined {
  if (surviving.where === undefined) return undefined;
  return texts.survivorCondition("source" in surviving ? "attributes" : "groups", surviving.name);
}
