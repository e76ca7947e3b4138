// The units of each kind of sample as SQL: what is judged, in which stratum, and the two records that stand for it.
import type { Identifier } from "../config/project.ts";

export const SAMPLE_KINDS = ["merges", "splits", "large", "low-confidence", "contested"] as const;
export type SampleKind = (typeof SAMPLE_KINDS)[number];

/** `yes` always says that the result is right. */
export const QUESTIONS: Readonly<Record<SampleKind, string>> = {
  merges: "Are these two records one and the same?",
  splits: "Is it right that these two records are apart?",
  large: "Are these two records one and the same?",
  "low-confidence": "Are these two records one and the same?",
  contested: "Is it right that the value does not join these two records?",
};

type Naming = {
  readonly table: (name: string) => string;
  /** A number that looks random, of an SQL text and the seed. */
  readonly hash: (text: string) => string;
};

/** A SELECT with the columns unit (unique text), stratum, tie, a, b (record keys), identity_a, identity_b. */
export function unitsOf(kind: SampleKind, identifiers: readonly Identifier[], naming: Naming): string {
  const { table } = naming;
  switch (kind) {
    case "merges":
      return merges(table);
    case "splits":
      return splits(table, identifiers);
    case "contested":
      return contested(table);
    case "large":
      return twoOfEach(naming, "records >= 5", LARGE);
    case "low-confidence":
      return twoOfEach(naming, "records >= 2 and confidence < 0.8", LOW);
  }
}

const LARGE =
  "case when records >= 100 then '100 records and more' when records >= 50 then '50 to 99 records' when records >= 20 then '20 to 49 records' when records >= 10 then '10 to 19 records' else '5 to 9 records' end";
const LOW =
  "case when confidence < 0.2 then 'confidence below 0.2' when confidence < 0.4 then 'confidence 0.2 to 0.4' when confidence < 0.6 then 'confidence 0.4 to 0.6' else 'confidence 0.6 to 0.8' end";

/** A value on n records of an identity makes n - 1 links, each from a record to the one before it by key. */
function merges(table: Naming["table"]): string {
  return `
    with linked as (
      select
        v.identifier,
        v.value,
        r.identity_id,
        lag(v.record_key) over (partition by r.identity_id, v.identifier, v.value order by v.record_key) as a,
        v.record_key as b
      from ${table("record_values")} as v
      join ${table("identity_records")} as r on r.record_key = v.record_key
      where v.status = 'active'
    )

    select
      identifier || '|' || value || '|' || b as unit,
      identifier as stratum,
      identifier || ' ' || value as tie,
      a,
      b,
      identity_id as identity_a,
      identity_id as identity_b
    from linked
    where a is not null
    union all
    select d.id as unit, 'must_link' as stratum, 'must_link ' || d.id as tie, d.a, d.b, x.identity_id, y.identity_id
    from ${table("decisions_in_force")} as d
    join ${table("identity_records")} as x on x.record_key = d.a
    join ${table("identity_records")} as y on y.record_key = d.b
    where d.decision = 'must_link' and d.status = 'in_force'
  `;
}

/** Of each identity that carries a value its first record that does. */
function holders(table: Naming["table"]): string {
  return `
    holders as (
      select r.identity_id, v.identifier, v.value, min(v.record_key) as record_key, min(v.status) as status
      from ${table("record_values")} as v
      join wanted as w on w.identifier = v.identifier and w.value = v.value
      join ${table("identity_records")} as r on r.record_key = v.record_key
      group by r.identity_id, v.identifier, v.value
    )
  `;
}

/** A refusal: the one refused and the owner; where nobody owns the value, each holder and the one before it by id. */
function splits(table: Naming["table"], identifiers: readonly Identifier[]): string {
  const names = identifiers.map(({ name }) => `'${name}'`).join(", ");
  return `
    with wanted as (
      select distinct identifier, value from ${table("blocked_merges")}
    ),

    ${holders(table)},

    refused as (
      select
        k.*,
        coalesce(
          k.owner_identity_id,
          lag(k.identity_id) over (
            partition by k.identifier, k.value, case when k.owner_identity_id is null then 0 else 1 end
            order by k.identity_id
          )
        ) as other_id
      from ${table("blocked_merges")} as k
    )

    select
      k.identity_id || '|' || k.other_id || '|' || k.identifier || '|' || k.value as unit,
      k.identifier || ' refused by ' || case when k.blocked_by in (${names}) then k.blocked_by else 'a decision' end as stratum,
      k.identifier || ' ' || k.value as tie,
      x.record_key as a,
      y.record_key as b,
      k.identity_id as identity_a,
      k.other_id as identity_b
    from refused as k
    join holders as x on x.identity_id = k.identity_id and x.identifier = k.identifier and x.value = k.value
    join holders as y on y.identity_id = k.other_id and y.identifier = k.identifier and y.value = k.value
    union all
    select d.id as unit, 'must_link refused' as stratum, 'must_link ' || d.id as tie, d.a, d.b, x.identity_id, y.identity_id
    from ${table("decisions_in_force")} as d
    join ${table("identity_records")} as x on x.record_key = d.a
    join ${table("identity_records")} as y on y.record_key = d.b
    where d.decision = 'must_link' and d.status = 'refused' and x.identity_id <> y.identity_id
  `;
}

/** An identity that carries a value as contested, and the one that has it; where nobody has, the one before it by id. */
function contested(table: Naming["table"]): string {
  return `
    with wanted as (
      select distinct identifier, value from ${table("record_values")} where status = 'contested'
    ),

    ${holders(table)},

    owners as (
      select *, max(case when status = 'active' then identity_id end) over (partition by identifier, value) as owner_id,
        lag(identity_id) over (partition by identifier, value order by identity_id) as before_id
      from holders
    )

    select
      x.identity_id || '|' || x.identifier || '|' || x.value as unit,
      x.identifier as stratum,
      x.identifier || ' ' || x.value as tie,
      x.record_key as a,
      y.record_key as b,
      x.identity_id as identity_a,
      y.identity_id as identity_b
    from owners as x
    join holders as y
      on y.identity_id = coalesce(x.owner_id, x.before_id) and y.identifier = x.identifier and y.value = x.value
    where x.status <> 'active' and y.identity_id <> x.identity_id
  `;
}

/** Two records of each identity, chosen by the seed. */
function twoOfEach({ table, hash }: Naming, condition: string, stratum: string): string {
  return `
    with chosen as (
      select identity_id, records, ${stratum} as stratum
      from ${table("identities")}
      where status = 'active' and ${condition}
    ),

    placed as (
      select r.identity_id, r.record_key, row_number() over (
        partition by r.identity_id order by ${hash("r.record_key")}, r.record_key
      ) as place
      from ${table("identity_records")} as r
      join chosen as c on c.identity_id = r.identity_id
    )

    select
      c.identity_id as unit,
      c.stratum,
      cast(c.records as varchar) || ' records' as tie,
      x.record_key as a,
      y.record_key as b,
      c.identity_id as identity_a,
      c.identity_id as identity_b
    from chosen as c
    join placed as x on x.identity_id = c.identity_id and x.place = 1
    join placed as y on y.identity_id = c.identity_id and y.place = 2
  `;
}
