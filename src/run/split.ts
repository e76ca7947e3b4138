// Which decisions take records out of an identity: one cannot-link first, between records that a value ties directly; more
// where a dry run shows that this does not part them, and only then values to ignore. No row is added before it is needed.
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { listOf, quote } from "../diagnostics/text.ts";
import { work } from "../plan/names.ts";
import type { DecisionRow } from "../render/decisions.ts";
import { type Lexical, lit, print } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Loaded } from "./load.ts";
import { type Members, membersOf, unknown } from "./named.ts";
import type { Published } from "./published.ts";

/** Dry runs that try cannot-links alone, and all in all. */
const ROUNDS_OF_LINKS = 3;
const ROUNDS = 6;

export type Cut = {
  readonly identity: Members;
  readonly leaving: readonly string[];
  readonly staying: readonly string[];
  /** A record of each side, tied to each other more strongly than others. */
  readonly first: readonly [leaving: string, staying: string];
};

/** Throws IDW616 for records that are not in the identity, and IDW618 when none would stay. */
export async function cutOf(
  name: string,
  records: readonly string[],
  loaded: Loaded,
  published: Published,
): Promise<Cut> {
  const identity = await membersOf(name, loaded, published);
  const known = new Set(identity.records);
  const leaving = [...new Set(records)];
  const strangers = leaving.filter((record) => !known.has(record));
  if (strangers.length > 0) {
    const named = listOf(strangers.map(quote), "and");
    const shown = identity.records.slice(0, 20).map(quote).join(", ");
    const rest = identity.records.length > 20 ? ` and ${identity.records.length - 20} more` : "";
    throw unknown(`${identity.identityId} does not hold ${named}.`, `Its records: ${shown}${rest}.`);
  }
  const staying = identity.records.filter((record) => !leaving.includes(record));
  if (staying.length === 0) {
    const message = `These are all records of ${identity.identityId}; there is nothing to split them from.`;
    throw new DiagnosticError([diagnose("IDW618", message)]);
  }
  const first = await strongestTie(identity.identityId, leaving, loaded, published);
  return { identity, leaving, staying, first: first ?? [leaving[0] ?? "", staying[0] ?? ""] };
}

async function strongestTie(
  identityId: string,
  leaving: readonly string[],
  { context, project }: Loaded,
  { warehouse, table }: Published,
): Promise<readonly [string, string] | undefined> {
  const literal = (text: string) => print(lit(text), context.dialect.lexical);
  const isLeaving = (column: string) => `${column} in (${leaving.map(literal).join(", ")})`;
  const priorities = project.identifiers.map(
    ({ name, priority }) => `when ${literal(name)} then ${priority}`,
  );
  const [tie] = await warehouse.query(`
    with carried as (
      select v.record_key, v.identifier, v.value
      from ${table("record_values")} as v
      join ${table("identity_records")} as r on r.record_key = v.record_key
      where r.identity_id = ${literal(identityId)} and v.status = 'active'
    ),

    ties as (
      select
        case when ${isLeaving("a")} then a else b end as leaving,
        case when ${isLeaving("a")} then b else a end as staying,
        0 as priority
      from ${table("decisions_in_force")}
      where decision = 'must_link' and status = 'in_force' and ${isLeaving("a")} <> ${isLeaving("b")}
        and a in (select record_key from ${table("identity_records")} where identity_id = ${literal(identityId)})
      union all
      select l.record_key as leaving, s.record_key as staying, case l.identifier ${priorities.join(" ")} end as priority
      from carried as l
      join carried as s on s.identifier = l.identifier and s.value = l.value
      where ${isLeaving("l.record_key")} and not ${isLeaving("s.record_key")}
    )

    select leaving, staying from ties order by priority, leaving, staying limit 1
  `);
  return tie === undefined ? undefined : [String(tie["leaving"]), String(tie["staying"])];
}

/** Where the records of the identity are after a dry run, and what ties both sides where they are together. */
export type Placement = {
  readonly identities: ReadonlyMap<string, string>;
  readonly ties: readonly { readonly identifier: string; readonly value: string }[];
};

export async function placementOf(
  { leaving, staying }: Cut,
  warehouse: Warehouse,
  lexical: Lexical,
): Promise<Placement> {
  const list = (records: readonly string[]) =>
    records.map((record) => print(lit(record), lexical)).join(", ");
  const placed = await warehouse.query(
    `select record_key, identity_id from ${work.now("identity_records")} where record_key in (${list([...leaving, ...staying])})`,
  );
  const ties = await warehouse.query(`
    with carried as (
      select v.record_key, v.identifier, v.value, r.identity_id, v.record_key in (${list(leaving)}) as leaves
      from ${work.now("record_values")} as v
      join ${work.now("identity_records")} as r on r.record_key = v.record_key
      where v.status = 'active' and v.record_key in (${list([...leaving, ...staying])})
    )

    select distinct l.identifier, l.value
    from carried as l
    join carried as s on s.identifier = l.identifier and s.value = l.value and s.identity_id = l.identity_id
    where l.leaves and not s.leaves
    order by l.identifier, l.value
  `);
  return {
    identities: new Map(placed.map((row) => [String(row["record_key"]), String(row["identity_id"])])),
    ties: ties.map((row) => ({ identifier: String(row["identifier"]), value: String(row["value"]) })),
  };
}

/** Decisions without their ids. */
export type Draft = Pick<DecisionRow, "decision" | "a" | "b" | "identifier" | "value">;

/** `tryOut` resolves with the drafts and says where records are then. Throws IDW618 when nothing parts the two sides. */
export async function split<T extends { readonly placement: Placement }>(
  cut: Cut,
  tryOut: (drafts: readonly Draft[]) => Promise<T>,
): Promise<T> {
  let drafts: readonly Draft[] = [cannotLink(...cut.first)];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const tried = await tryOut(drafts);
    const together = meetings(cut, tried.placement);
    if (together.length === 0) return tried;
    const { ties } = tried.placement;
    const more =
      round <= ROUNDS_OF_LINKS || ties.length === 0
        ? together.map(([leaving, staying]) => cannotLink(leaving, staying))
        : ties.map(({ identifier, value }) => ({ decision: "ignore_value", identifier, value }));
    drafts = [...drafts, ...more];
  }
  const message = `${ROUNDS} tries do not part these records from the rest of ${cut.identity.identityId}; nothing was written.`;
  const hint = "Take out fewer records at a time, or `decide unlink` and `decide ignore` by hand.";
  throw new DiagnosticError([diagnose("IDW618", message, { hint })]);
}

/** A record of each side for every identity that has both. */
function meetings(
  { leaving, staying }: Cut,
  { identities }: Placement,
): readonly (readonly [string, string])[] {
  const met = new Map<string, readonly [string, string]>();
  for (const record of leaving) {
    const identity = identities.get(record);
    if (identity === undefined || met.has(identity)) continue;
    const other = staying.find((each) => identities.get(each) === identity);
    if (other !== undefined) met.set(identity, [record, other]);
  }
  return [...met.values()];
}

function cannotLink(a: string, b: string): Draft {
  return { decision: "cannot_link", a, b };
}
