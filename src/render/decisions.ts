// Decisions: from the user's file or table to `idw_decisions`, and the sides of their constraints (config.md, Decisions).
import { work } from "../plan/names.ts";
import { empty, type Fragment, id, join, keyword, lit, sql, UNION, WHERE } from "../sql/fragment.ts";
import type { Context } from "./context.ts";
import { fileRows } from "./files.ts";
import { isAgreed } from "./golden.ts";
import { castOverrides } from "./override-values.ts";
import { tableName } from "./records.ts";

export const DECISION_COLUMNS = [
  "id",
  "decision",
  "a",
  "b",
  "identifier",
  "value",
  "attribute",
  "reason",
  "decided_by",
  "decided_at",
  "expires_at",
] as const;

export type DecisionColumn = (typeof DECISION_COLUMNS)[number];

/** A decision as it is written: all texts, and what it does not need is left out. */
export type DecisionRow = Readonly<Partial<Record<DecisionColumn, string>>>;

/** Columns that a decision does not need may be missing. */
export function givenDecisions(_query: object, context: Context): Fragment {
  return context.dialect.statements.namedColumns(
    DECISION_COLUMNS,
    decisionRows(context),
    context.proposed.map(proposal),
  );
}

function proposal(row: DecisionRow): Fragment {
  const fields = DECISION_COLUMNS.flatMap((column) => {
    const value = row[column];
    return value === undefined ? [] : [sql`${lit(value)} as ${id(column)}`];
  });
  return sql`select ${join(fields, ", ")}`;
}

/** The user's file or table. */
export function decisionRows({ project: { decisions }, ...context }: Context): Fragment {
  const given = context.inputs.get("decisions");
  if (given !== undefined) return given;
  if (decisions === undefined) throw new Error("no decisions in the project");
  if (decisions.kind === "table") return tableName(decisions.table);
  return fileRows(context.pathOf(decisions.path), context.readings.get(decisions.path));
}

/** In force are those decided at or before `idw_as_of` and not expired; an identity id stands for its anchor's record when it was first seen. */
export function decided({ incremental }: { readonly incremental: boolean }, context: Context): Fragment {
  const { functions } = context.dialect;
  const asOf = functions.variable("idw_as_of");
  // Ids, keys and values are taken as they are, down to their spaces.
  const texts = DECISION_COLUMNS.filter((column) => !column.endsWith("_at")).map((column) => {
    const isKeyword = column === "decision" || column === "identifier";
    const text = functions.text(id(column));
    return sql`nullif(${isKeyword ? functions.trim(text) : text}, '') as ${id(column)}`;
  });
  // Without a state an id is that of its earliest record.
  const anchoredAnew = sql`
    union all
    select n.name, r.record_key
    from named as n
    join ${id(work.known)} as r on ${identityId(id("r", "record_key"), context)} = n.name
    where ${isOurs(id("n", "name"), context)}
      and n.name not in (select name from found)
      and n.name not in (select identity_id from ${id(work.was("identities"))})
  `;
  return sql`
    with read_as_given as (
      select
        ${join(texts, ",\n")},
        ${functions.text(id("decided_at"))} as given_decided_at,
        ${functions.text(id("expires_at"))} as given_expires_at,
        ${functions.timestamp(id("decided_at"))} as decided_at,
        ${functions.timestamp(id("expires_at"))} as expires_at
      from ${id(work.givenDecisions)}
    ),

    -- An identity id was replaced by a record when the decision was first seen, and stays so.
    given as (
      select
        g.id,
        g.decision,
        case when ${isId(id("g", "a"), context)} then coalesce(w.a, g.a) else g.a end as a,
        case when ${isId(id("g", "b"), context)} then coalesce(w.b, g.b) else g.b end as b,
        g.identifier,
        g.value,
        g.attribute,
        g.reason,
        g.decided_by,
        g.given_decided_at,
        g.given_expires_at,
        g.decided_at,
        g.expires_at,
        w.id is not null and w.a is null as a_was_erased,
        w.id is not null and w.b is null as b_was_erased
      from read_as_given as g
      left join ${id(work.was("decisions_in_force"))} as w on w.id = g.id and w.decision = g.decision
    ),

    named as (
      select a as name from given where decision <> 'ignore_value'
      ${UNION}
      select b as name from given where decision in ('must_link', 'cannot_link')
    ),

    found as (
      select n.name, r.record_key
      from named as n
      join ${id(work.known)} as r on r.record_key = n.name
    ),

    anchored as (
      select n.name, i.anchor_record_key as record_key
      from named as n
      join ${id(work.was("identities"))} as i on i.identity_id = n.name
      where n.name not in (select name from found)
      ${incremental ? empty : anchoredAnew}
    ),

    subjects as (
      select * from found
      union all
      select a.*
      from anchored as a
      join ${id(work.known)} as r on r.record_key = a.record_key
    )

    select
      g.id,
      g.decision,
      coalesce(a.record_key, g.a) as a,
      coalesce(b.record_key, g.b) as b,
      g.identifier,
      g.value,
      g.attribute,
      g.reason,
      g.decided_by,
      g.decided_at,
      g.expires_at,
      g.given_decided_at,
      g.given_expires_at,
      case
        when g.expires_at <= ${asOf} then 'expired'
        when g.decided_at > ${asOf} then 'pending'
        when g.decision in ('must_link', 'cannot_link') and (a.record_key is null or b.record_key is null) then 'unknown_record'
        when g.decision = 'golden_override' and a.record_key is null then 'unknown_record'
        else 'in_force'
      end as status,
      row_number() over (order by g.decided_at nulls last, g.id) as position,
      ${isForgotten("a")} as a_is_erased,
      ${isForgotten("b")} as b_is_erased
    from given as g
    left join subjects as a on a.name = g.a and not (g.a_was_erased and ${isOurs(id("g", "a"), context)})
    left join subjects as b on b.name = g.b and not (g.b_was_erased and ${isOurs(id("g", "b"), context)})
    left join ${id(work.erased)} as ea on ea.record_key = g.a
    left join ${id(work.erased)} as eb on eb.record_key = g.b
    left join ${id(work.was("withdrawn_ids"))} as ya on ya.identity_id = ${identityId(id("g", "a"), context)}
    left join ${id(work.was("withdrawn_ids"))} as yb on yb.identity_id = ${identityId(id("g", "b"), context)}
  `;
}

function isOurs(name: Fragment, { dialect: { functions } }: Context): Fragment {
  return functions.startsWith(name, "id_");
}

// Ours, or one that was imported.
function isId(name: Fragment, context: Context): Fragment {
  return sql`(${isOurs(name, context)} or ${name} in (select identity_id from ${id(work.was("identities"))}))`;
}

// Of a side whose record was erased nothing is shown, now or later, unless the record came back since. Its id may be given.
function isForgotten(side: "a" | "b"): Fragment {
  const erased = id(side === "a" ? "ea" : "eb", "record_key");
  const withdrawn = id(side === "a" ? "ya" : "yb", "identity_id");
  return sql`g.${id(side)} is not null and ${id(side, "record_key")} is null and (g.${id(`${side}_was_erased`)} or ${erased} is not null or ${withdrawn} is not null)`;
}

/** Decisions with the numbers of their records; one whose records this run does not consider binds nobody in it. */
export function decisions(): Fragment {
  const columns = [
    ...DECISION_COLUMNS,
    "given_decided_at",
    "given_expires_at",
    "position",
    "a_is_erased",
    "b_is_erased",
  ].map((column) => id("d", column));
  return sql`
    select
      ${join(columns, ",\n")},
      a.record as a_record,
      b.record as b_record,
      case
        when d.status = 'in_force' and d.decision in ('must_link', 'cannot_link') and (a.record is null or b.record is null)
          then 'elsewhere'
        when d.status = 'in_force' and d.decision = 'golden_override' and a.record is null then 'elsewhere'
        else d.status
      end as status
    from ${id(work.decided)} as d
    left join ${id(work.records)} as a on a.record_key = d.a
    left join ${id(work.records)} as b on b.record_key = d.b
  `;
}

/** Decisions nobody can follow, with what is wrong with them; the run stops on any. */
export function badDecisions(context: Context): Fragment {
  const identifiers = join(
    context.project.identifiers.map(({ name }) => lit(name)),
    ", ",
  );
  const problem = (name: string, condition: Fragment) => sql`when ${condition} then ${lit(name)}`;
  const problems = [
    problem("no_id", sql`id is null`),
    problem("duplicate_id", sql`count(*) over (partition by id) > 1`),
    problem(
      "unknown_decision",
      sql`decision is null or decision not in ('must_link', 'cannot_link', 'ignore_value', 'golden_override')`,
    ),
    problem("no_records", sql`decision in ('must_link', 'cannot_link') and (a is null or b is null)`),
    problem("same_record", sql`decision in ('must_link', 'cannot_link') and a = b`),
    problem("no_value", sql`decision = 'ignore_value' and (identifier is null or value is null)`),
    problem("unknown_identifier", sql`decision = 'ignore_value' and identifier not in (${identifiers})`),
    problem(
      "no_override",
      sql`decision = 'golden_override' and (a is null or attribute is null or value is null)`,
    ),
    problem("bad_decided_at", sql`decided_at is null and given_decided_at <> ''`),
    problem("bad_expires_at", sql`expires_at is null and given_expires_at <> ''`),
  ];
  return sql`
    select id, problem, decision, a, b, identifier, given_decided_at, given_expires_at
    from (
      select *, case
        ${join(problems, "\n")}
      end as problem
      from ${id(work.decided)}
    ) as judged
    where problem is not null
    order by position
  `;
}

/** Phase 0 starts from single records. */
export function decisionHolders(): Fragment {
  return sql`
    select distinct record, record as holder
    from (
      select a_record as record from ${id(work.decisions)} where decision in ('must_link', 'cannot_link') and status = 'in_force'
      union all
      select b_record as record from ${id(work.decisions)} where decision in ('must_link', 'cannot_link') and status = 'in_force'
    ) as named
  `;
}

/** A must-link as a value of its two records; it ranks by its position alone. */
export function mustLinks(_query: object, context: Context): Fragment {
  const side = (column: string) => sql`
    select ${id(column)} as holder, position as value_rank, position as class_rank, cast(null as ${keyword(context.dialect.types.timestamp)}) as ranked_at
    from ${id(work.decisions)}
    where decision = 'must_link' and status = 'in_force'
  `;
  return join([side("a_record"), side("b_record")], "\nunion all\n");
}

/** A cannot-link is a hard constraint with N = 1; its numbers come before those of identifiers, the first decision first. */
export function firstLoad(_query: object, context: Context): Fragment {
  if (context.project.decisions === undefined) {
    return sql`select 0 as holder, 0 as constraint_no, 0 as class_rank, 0 as limit_value ${WHERE} false`;
  }
  const side = (column: string) => sql`
    select h.holder, ${constraintOf(id("d", "position"))} as constraint_no, d.${id(column)} as class_rank, 1 as limit_value
    from ${id(work.decisions)} as d
    join ${id(work.holders)} as h on h.record = d.${id(column)}
    where d.decision = 'cannot_link' and d.status = 'in_force'
  `;
  return join([side("a_record"), side("b_record")], "\nunion all\n");
}

export function linked(): Fragment {
  return sql`
    select record, holder
    from ${id(work.holders)}
    where holder in (select holder from ${id(work.holders)} group by holder having count(*) >= 2)
  `;
}

/** Values of one identifier that must-linked records carry, each linked to the smallest of them. */
export function classLinks({ contestedToo }: { readonly contestedToo: boolean }): Fragment {
  // Before contested values leave, only the counts are known.
  const left = contestedToo ? sql`not v.is_shared` : sql`v.status is null`;
  const from = contestedToo ? work.valueCounts : work.values;
  return sql`
    with of_linked as (
      select distinct l.holder, v.identifier, c.value_id
      from ${id(work.linked)} as l
      join ${id(work.carried)} as c on c.record = l.record
      join ${id(from)} as v on v.value_id = c.value_id
      where ${left}
    )

    select distinct a, b
    from (
      select min(value_id) over (partition by holder, identifier) as a, value_id as b
      from of_linked
    ) as pairs
    where a <> b
  `;
}

/** An override that the data's own rules have come to give too is `agreed`, and counts still. */
export function outputDecisions(_query: object, context: Context): Fragment {
  const { types } = context.dialect;
  const { attributes, groups } = context.project.golden;
  const hasGolden = attributes.length + groups.length > 0;
  if (context.project.decisions === undefined) {
    const columns = DECISION_COLUMNS.map((column) => {
      const type = column.endsWith("_at") ? types.timestamp : types.text;
      return sql`cast(null as ${keyword(type)}) as ${id(column)}`;
    });
    return sql`
      select
        ${join(columns, ",\n")},
        cast(null as ${keyword(types.text)}) as status
      ${WHERE} false
    `;
  }
  return sql`
    select
      ${join(
        DECISION_COLUMNS.map((column) => shownColumn(column)),
        ",\n",
      )},
      case
        when b.value_rank is not null then 'refused'
        when d.status = 'elsewhere' then coalesce(w.status, 'in_force')
        ${
          hasGolden
            ? sql`
                when d.decision = 'golden_override' and d.status = 'in_force' and ${isAgreed(context)} then 'agreed'
              `
            : empty
        }
        else d.status
      end as status
    from ${id(work.decisions)} as d
    left join ${id(work.was("decisions_in_force"))} as w on w.id = d.id and w.status in ('refused', 'agreed')
    left join ${id(work.was("decisions_in_force"))} as f on f.id = d.id and f.decision = d.decision
    left join (
      select distinct value_rank from ${id(work.blocked)} where identifier = 'must_link'
    ) as b on d.decision = 'must_link' and b.value_rank = d.position
    ${
      hasGolden
        ? sql`
            left join ${id(work.resolved)} as s on d.decision = 'golden_override' and s.record = d.a_record
            left join ${id(work.survivors)} as v on v.idw_label = s.label
            ${context.hasCastOverrides ? castOverrides() : empty}
          `
        : empty
    }
  `;
}

// What an erasure took from a decision stays taken, whatever the user's file still says.
function shownColumn(column: (typeof DECISION_COLUMNS)[number]): Fragment {
  const value = id("d", column);
  const wasTaken = sql`(d.decision = 'ignore_value' and f.id is not null and f.value is null)`;
  switch (column) {
    case "a":
      return sql`case when not d.a_is_erased then ${value} end as ${id(column)}`;
    case "b":
      return sql`case when not d.b_is_erased then ${value} end as ${id(column)}`;
    case "value":
      return sql`case when not (d.a_is_erased or ${wasTaken}) then ${value} end as ${id(column)}`;
    case "reason":
      return sql`case when not (d.a_is_erased or d.b_is_erased or ${wasTaken}) then ${value} end as ${id(column)}`;
    default:
      return value;
  }
}

/** The id of an identity: from the record key of its anchor (resolution.md §4). */
export function identityId(recordKey: Fragment, context: Context): Fragment {
  const { md5, left } = context.dialect.functions;
  return sql`'id_' || ${left(md5(recordKey), 20)}`;
}

export function constraintOf(position: Fragment): Fragment {
  return sql`${position} - 1000000000`;
}
