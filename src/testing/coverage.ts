// Which rules of identity.yml made a difference in a test: a limit that refused, a normaliser that changed a value, a rule
// of survivorship that chose between two values. Asked of the database after each day, of all cases at once.
import type { Identifier, OrderRule, Project } from "../config/index.ts";
import { rulesOf } from "../config/index.ts";
import type { ConfigPath, Span } from "../diagnostics/diagnostic.ts";
import { work } from "../plan/names.ts";
import { stateColumn } from "../render/attributes.ts";
import type { Context } from "../render/context.ts";
import { TARGET_CATALOG } from "../run/load.ts";
import { empty, type Fragment, id, join, lit, print, sql } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { TAG_WIDTH } from "./tags.ts";

export type Rule = {
  /** In words: `limit of email: 3`. */
  readonly rule: string;
  readonly span: Span | undefined;
  readonly isExercised: boolean;
};

type Candidate = {
  readonly rule: string;
  readonly path: ConfigPath;
  /** A query that has a row when the rule made a difference. */
  readonly asks: (context: Context, isTagged: boolean) => Fragment;
};

/** Adds the rules that made a difference on this day to `exercised`. */
export async function observe(
  project: Project,
  context: Context,
  isTagged: boolean,
  warehouse: Warehouse,
  exercised: Set<string>,
): Promise<void> {
  for (const { rule, asks } of candidates(project)) {
    if (exercised.has(rule)) continue;
    const query = sql`select 1 as found from (${asks(context, isTagged)}) as asked limit 1`;
    const rows = await warehouse.query(print(query, context.dialect.lexical));
    if (rows.length > 0) exercised.add(rule);
  }
}

/** Every rule of the project, in the order of identity.yml's parts. */
export function coverageOf(project: Project, exercised: ReadonlySet<string>): readonly Rule[] {
  return candidates(project).map(({ rule, path }) => ({
    rule,
    span: project.places.of(path),
    isExercised: exercised.has(rule),
  }));
}

const published = (name: string) => id(TARGET_CATALOG, "identity", name);

function candidates(project: Project): readonly Candidate[] {
  return [
    ...project.models.flatMap((model) =>
      model.reject.map(
        ({ reason }, index): Candidate => ({
          rule: `reject ${reason} of ${model.name}`,
          path: ["models", model.name, "reject", index],
          asks: () =>
            sql`select 1 from ${published("rejected_records")} where model = ${lit(model.name)} and reason = ${lit(reason)}`,
        }),
      ),
    ),
    ...project.identifiers.flatMap((identifier) => ofIdentifier(identifier)),
    ...ofGolden(project),
  ];
}

function ofIdentifier(identifier: Identifier): readonly Candidate[] {
  const { name, limit, contested, normalize, valid, ignore, maxRecords } = identifier;
  const path = ["identifiers", name];
  const hasStatus = (status: string) =>
    sql`select 1 from ${published("record_values")} where identifier = ${lit(name)} and status = ${lit(status)}`;
  const dropped = (reason: string) =>
    sql`select 1 from ${published("rejected_values")} where identifier = ${lit(name)} and reason = ${lit(reason)}`;
  const found: Candidate[] = [
    {
      rule: `identifier ${name}`,
      path,
      asks: () => sql`
        select v.value
        from ${published("record_values")} as v
        where v.identifier = ${lit(name)} and v.status = 'active'
        group by v.value
        having count(*) >= 2
      `,
    },
  ];
  if (limit !== undefined) {
    found.push({
      rule: `limit of ${name}: ${limit}`,
      path: [...path, "limit"],
      asks: () => sql`
        select 1 from ${published("blocked_merges")} where blocked_by = ${lit(name)}
        union all
        ${hasStatus("over_limit")}
      `,
    });
  }
  found.push({
    rule: `contested of ${name}: ${contested}`,
    path: [...path, "contested"],
    asks: () => hasStatus("contested"),
  });
  for (const [index, normaliser] of normalize.entries()) {
    found.push({
      rule: `normaliser ${normaliser} of ${name}`,
      path: [...path, "normalize", index],
      asks: (context) => {
        const after = (length: number) =>
          context.texts.normalised(
            { ...identifier, normalize: normalize.slice(0, length) },
            id("raw_value"),
            undefined,
          );
        return sql`
          select 1
          from ${id(work.candidates)}
          where identifier = ${lit(name)} and raw_value is not null and ${after(index)} is distinct from ${after(index + 1)}
        `;
      },
    });
  }
  if (valid !== undefined) {
    found.push({ rule: `valid of ${name}`, path: [...path, "valid"], asks: () => dropped("invalid") });
  }
  for (const [index, entry] of ignore.entries()) {
    const text = entry.kind === "value" ? entry.value : entry.pattern;
    found.push({
      rule: `ignore ${text} of ${name}`,
      path: [...path, "ignore", index],
      asks: (context, isTagged) => {
        const value = isTagged ? sql`substr(value, ${lit(TAG_WIDTH + 1)})` : id("value");
        // A stand-in tag: the normalisers of the context keep one.
        const given = isTagged ? lit(`${"t".padEnd(TAG_WIDTH - 1, "0")}|${text}`) : lit(text);
        const cleaned = context.texts.normalised(identifier, given, undefined);
        const isMeant =
          entry.kind === "pattern"
            ? context.dialect.functions.matchesWhole(value, entry.pattern)
            : sql`${value} = ${isTagged ? sql`substr(${cleaned}, ${lit(TAG_WIDTH + 1)})` : cleaned}`;
        return sql`select 1 from ${id(work.candidates)} where identifier = ${lit(name)} and ${isMeant}`;
      },
    });
  }
  if (maxRecords !== undefined) {
    found.push({
      rule: `max_records of ${name}: ${maxRecords}`,
      path: [...path, "max_records"],
      asks: () => hasStatus("shared"),
    });
  }
  return found;
}

function ofGolden(project: Project): readonly Candidate[] {
  const { golden } = project;
  const found: Candidate[] = [];
  for (const attribute of golden.attributes) {
    const path = ["golden_record", "attributes", attribute.name];
    const { source } = attribute;
    const value =
      source.kind === "attribute"
        ? { columns: [source.attribute], identifier: undefined }
        : { columns: [], identifier: source.identifier };
    const where = { of: "attributes" as const, name: attribute.name, isGiven: attribute.where !== undefined };
    const [first, ...further] = rulesOf(attribute);
    found.push({
      rule: `${first} of ${attribute.name}`,
      path,
      asks: (context) => choices(project, value, where, [], context),
    });
    const isArray = attribute.survivorship === "array";
    const orders = [first, ...further].filter(
      (rule): rule is OrderRule => rule !== undefined && rule in SCORES,
    );
    for (const [index, rule] of further.entries()) {
      found.push({
        rule: `then ${rule} of ${attribute.name}`,
        path,
        asks: (context) => choices(project, value, where, isArray ? [] : orders.slice(0, index + 1), context),
      });
    }
    if (where.isGiven) {
      found.push({
        rule: `where of ${attribute.name}`,
        path: [...path, "where"],
        asks: (context) => excluded(project, value, where, context),
      });
    }
  }
  for (const group of golden.groups) {
    const path = ["golden_record", "groups", group.name];
    const value = { columns: group.attributes, identifier: undefined };
    const where = { of: "groups" as const, name: group.name, isGiven: group.where !== undefined };
    found.push({
      rule: `${group.survivorship} of ${group.name}`,
      path,
      asks: (context) => choices(project, value, where, [], context),
    });
    for (const [index, rule] of group.ties.entries()) {
      found.push({
        rule: `then ${rule} of ${group.name}`,
        path,
        asks: (context) =>
          choices(project, value, where, [group.survivorship, ...group.ties.slice(0, index)], context),
      });
    }
    if (where.isGiven) {
      found.push({
        rule: `where of ${group.name}`,
        path: [...path, "where"],
        asks: (context) => excluded(project, value, where, context),
      });
    }
  }
  return found;
}

type What = { readonly columns: readonly string[]; readonly identifier: string | undefined };
type Where = { readonly of: "attributes" | "groups"; readonly name: string; readonly isGiven: boolean };

/** How good a value is under a rule: the greatest wins. */
const SCORES: Readonly<Record<OrderRule, Fragment>> = {
  most_recent: sql`max(coalesce(observed_at, timestamp '0001-01-01'))`,
  earliest: sql`-epoch(min(coalesce(observed_at, timestamp '9999-01-01')))`,
  most_frequent: sql`count(*)`,
  source_priority: sql`-min(idw_place)`,
  longest: sql`length(idw_value)`,
  shortest: sql`-length(idw_value)`,
  min: sql`idw_value`,
  max: sql`idw_value`,
};

/** Identities in which two values are equally good under all of `rules`; under no rule: that have two. */
function choices(
  project: Project,
  what: What,
  where: Where,
  rules: readonly OrderRule[],
  context: Context,
): Fragment {
  const scores = rules.map((rule, index) => sql`, ${SCORES[rule]} as ${id(`idw_score_${index}`)}`);
  const names = rules.map((_, index) => sql`, ${id(`idw_score_${index}`)}`);
  const order = join(
    rules.map((_, index) => sql`${id(`idw_score_${index}`)} desc`),
    ", ",
  );
  const best =
    rules.length === 0 ? empty : sql`qualify rank() over (partition by identity_id order by ${order}) = 1`;
  return sql`
    select identity_id
    from (
      select identity_id, idw_value${join(names, "")}
      from (
        select identity_id, idw_value${join(scores, "")}
        from (${seen(project, what, context)}) as seen
        where idw_value is not null ${where.isGiven ? sql`and (${context.texts.survivorCondition(where.of, where.name)})` : empty}
        group by identity_id, idw_value
      ) as scored
      ${best}
    ) as best
    group by identity_id
    having count(*) >= 2
  `;
}

/** Values that a `where` keeps from taking part. */
function excluded(project: Project, what: What, where: Where, context: Context): Fragment {
  return sql`
    select 1
    from (${seen(project, what, context)}) as seen
    where idw_value is not null
      and not coalesce((${context.texts.survivorCondition(where.of, where.name)}), false)
  `;
}

/** One row a record and value, with what a `where` sees. */
function seen(project: Project, { columns, identifier }: What, context: Context): Fragment {
  const attributes = [
    ...new Set(project.models.flatMap((model) => model.attributes.map((each) => each.attribute))),
  ];
  const kept = attributes.filter((name) => isKept(name, project));
  const places = project.golden.modelOrder.map((model, index) => sql`when ${lit(model)} then ${lit(index)}`);
  const { text } = context.dialect.functions;
  const parts = columns.map((name) => text(id("s", stateColumn(name))));
  const isNothing = join(
    parts.map((part) => sql`${part} is null`),
    " and ",
  );
  const value =
    identifier === undefined
      ? sql`case when not (${isNothing}) then concat_ws('|', ${join(
          parts.map((part) => sql`coalesce(${part}, '')`),
          ", ",
        )}) end`
      : id("v", "value");
  return sql`
    select
      r.identity_id,
      r.model,
      r.record_key,
      r.observed_at,
      case r.model ${join(places, " ")} end as idw_place,
      ${join(
        kept.map((name) => sql`s.${id(stateColumn(name))} as ${id(name)},`),
        "\n",
      )}
      ${value} as idw_value
    from ${published("identity_records")} as r
    join ${published("record_state")} as s on s.record_key = r.record_key
    ${
      identifier === undefined
        ? empty
        : sql`join ${published("record_values")} as v on v.record_key = r.record_key and v.identifier = ${lit(identifier)} and v.status = 'active'`
    }
  `;
}

function isKept(attribute: string, project: Project): boolean {
  const { attributes, groups } = project.golden;
  if ([...attributes, ...groups].some(({ where }) => where !== undefined)) return true;
  return (
    attributes.some(({ source }) => source.kind === "attribute" && source.attribute === attribute) ||
    groups.some((group) => group.attributes.includes(attribute)) ||
    project.confidence.attributes.includes(attribute)
  );
}
