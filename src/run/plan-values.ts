// Which golden values would change and which merges would be refused or no longer, with examples. Reads the results of a dry run.
import { goldenColumns, type Project } from "../config/index.ts";
import { work } from "../plan/names.ts";
import { id, type Lexical, lit, print } from "../sql/fragment.ts";
import type { Cell, Row, Warehouse } from "../warehouse/warehouse.ts";

/** Of an attribute, in identities that are there before and after under the same id. */
export type GoldenChange = {
  readonly attribute: string;
  /** Values that differ: the sum of the three below. */
  readonly values: number;
  /** One value for another. */
  readonly replaced: number;
  /** NULL becomes a value. */
  readonly filled: number;
  /** A value becomes NULL. */
  readonly emptied: number;
  /** Replaced ones first, and of the largest identities. */
  readonly examples: readonly GoldenExample[];
};

/** Values as text; NULL stays NULL. */
export type GoldenExample = {
  readonly identityId: string;
  readonly before: string | null;
  readonly after: string | null;
};

export type GoldenPlan = {
  /** Identities of which at least one value would change. */
  readonly identities: number;
  /** Those that change, in the order of identity.yml. */
  readonly attributes: readonly GoldenChange[];
};

/** `from` is the relation with the golden records to come; those that are published stand beside it. */
export async function goldenOf(
  project: Project,
  warehouse: Warehouse,
  lexical: Lexical,
  most: number,
  from: string = work.output("golden_records"),
): Promise<GoldenPlan> {
  const names = goldenColumns(project.golden);
  if (names.length === 0) return { identities: 0, attributes: [] };
  const differs = names.map((name) => `${column("w", name)} is distinct from ${column("o", name)}`);
  const pairs = `
    from ${work.was("golden_records")} as w
    join ${from} as o on o.identity_id = w.identity_id
    left join ${work.now("identities")} as i on i.identity_id = w.identity_id
    where ${differs.join(" or ")}
  `;
  await warehouse.execute(`
    create or replace temp table idw_golden_changes as
    select
      w.identity_id,
      i.records as idw_records,
      ${names.map((name, at) => `${column("w", name)} as idw_before_${at}, ${column("o", name)} as idw_after_${at}`).join(", ")}
    ${pairs}
  `);
  const [all] = await warehouse.query("select count(*) as identities from idw_golden_changes");
  const attributes: GoldenChange[] = [];
  for (const [at, attribute] of names.entries()) {
    const before = `idw_before_${at}`;
    const after = `idw_after_${at}`;
    const [counts] = await warehouse.query(`
      select
        count(*) filter (where ${before} is not null and ${after} is not null) as replaced,
        count(*) filter (where ${before} is null) as filled,
        count(*) filter (where ${after} is null) as emptied
      from idw_golden_changes
      where ${before} is distinct from ${after}
    `);
    const found = (name: string) => Number(counts?.[name] ?? 0);
    const values = found("replaced") + found("filled") + found("emptied");
    if (values === 0) continue;
    const examples = await warehouse.query(`
      select identity_id, cast(${before} as varchar) as before, cast(${after} as varchar) as after
      from idw_golden_changes
      where ${before} is distinct from ${after}
      order by ${before} is null, ${after} is null, idw_records desc nulls last, identity_id
      limit ${most}
    `);
    attributes.push({
      attribute,
      values,
      replaced: found("replaced"),
      filled: found("filled"),
      emptied: found("emptied"),
      examples: examples.map((row) => ({
        identityId: String(row["identity_id"]),
        before: textOf(row["before"]),
        after: textOf(row["after"]),
      })),
    });
  }
  return { identities: Number(all?.["identities"] ?? 0), attributes };

  function column(table: string, name: string): string {
    return print(id(table, name), lexical);
  }
}

/** Refusals of one identifier's values, by what refuses them. */
export type RefusalChange = {
  readonly identifier: string;
  /** An identifier, or the id of a decision. */
  readonly blockedBy: string;
  /** Of the identifier, as it will be, or was where nothing is refused any more. */
  readonly limitValue: number | null;
  readonly appearing: number;
  readonly vanishing: number;
  readonly examples: readonly RefusalExample[];
};

export type RefusalExample = {
  readonly change: "appears" | "vanishes";
  readonly value: string;
  /** Identities that hold the value: owner first, three at most. */
  readonly identities: readonly string[];
};

/**
 * Rows of blocked_merges that appear or vanish. They are told apart by identifier, value and what refuses, not by ids, so that
 * a refusal whose sides get other ids counts for neither.
 */
export async function refusalsOf(
  warehouse: Warehouse,
  lexical: Lexical,
  most: number,
): Promise<readonly RefusalChange[]> {
  const counted = (relation: string) => `
    select identifier, value, blocked_by, count(*) as refused, max(limit_value) as limit_value
    from ${relation}
    group by identifier, value, blocked_by
  `;
  await warehouse.execute(`
    create or replace temp table idw_refusal_changes as
    select
      coalesce(n.identifier, w.identifier) as identifier,
      coalesce(n.value, w.value) as value,
      coalesce(n.blocked_by, w.blocked_by) as blocked_by,
      n.limit_value as limit_after,
      w.limit_value as limit_before,
      coalesce(n.refused, 0) - coalesce(w.refused, 0) as difference
    from (${counted(work.now("blocked_merges"))}) as n
    full join (${counted(work.was("blocked_merges"))}) as w
      on w.identifier = n.identifier and w.value = n.value and w.blocked_by = n.blocked_by
    where coalesce(n.refused, 0) <> coalesce(w.refused, 0)
  `);
  const groups = await warehouse.query(`
    select
      identifier,
      blocked_by,
      coalesce(max(limit_after), max(limit_before)) as limit_value,
      sum(greatest(difference, 0)) as appearing,
      sum(greatest(-difference, 0)) as vanishing
    from idw_refusal_changes
    group by identifier, blocked_by
    order by appearing + vanishing desc, identifier, blocked_by
  `);
  const changes: RefusalChange[] = [];
  for (const group of groups) {
    const literal = (name: string) => print(lit(String(group[name])), lexical);
    const examples = await warehouse.query(`
      select value, difference
      from (
        select
          *,
          row_number() over (partition by difference > 0 order by abs(difference) desc, value) as nth
        from idw_refusal_changes
        where identifier = ${literal("identifier")} and blocked_by = ${literal("blocked_by")}
      ) as ranked
      where nth <= ${most}
      order by difference > 0 desc, nth
    `);
    const shown: RefusalExample[] = [];
    for (const row of examples) {
      const appears = Number(row["difference"]) > 0;
      const relation = appears ? work.now("blocked_merges") : work.was("blocked_merges");
      const value = print(lit(String(row["value"])), lexical);
      const rows = await warehouse.query(`
        select identity_id, owner_identity_id
        from ${relation}
        where identifier = ${literal("identifier")} and value = ${value} and blocked_by = ${literal("blocked_by")}
        order by identity_id
        limit ${SHOWN}
      `);
      shown.push({
        change: appears ? "appears" : "vanishes",
        value: String(row["value"]),
        identities: sidesOf(rows),
      });
    }
    changes.push({
      identifier: String(group["identifier"]),
      blockedBy: String(group["blocked_by"]),
      limitValue: group["limit_value"] === null ? null : Number(group["limit_value"]),
      appearing: Number(group["appearing"]),
      vanishing: Number(group["vanishing"]),
      examples: shown,
    });
  }
  return changes;
}

const SHOWN = 3;

function sidesOf(rows: readonly Row[]): readonly string[] {
  const owners = rows.flatMap((row) => textOf(row["owner_identity_id"]) ?? []);
  return [...new Set([...owners, ...rows.map((row) => String(row["identity_id"]))])].slice(0, SHOWN);
}

function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}
