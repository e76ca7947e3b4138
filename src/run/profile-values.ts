// Asks the warehouse for the numbers of a profile, once the values of a run are counted.
import { work } from "../plan/names.ts";
import type { Context } from "../render/context.ts";
import * as render from "../render/profile.ts";
import { type Fragment, id, print } from "../sql/fragment.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import type { Suspicion, ValueProfile } from "./profile.ts";

/** Suspect values that are fetched of an identifier; the rest is only counted. */
const MOST_SUSPECTS = 500;

type ByIdentifier<T> = ReadonlyMap<string, T>;

type Totals = {
  readonly distinctValues: number;
  readonly linkingValues: number;
  readonly sharedValues: number;
  readonly sharedRecords: number;
  readonly suspects: number;
  readonly busiest: number;
};

type FoundSuspect = ValueProfile & { readonly suspicion: Suspicion; readonly entry: string | undefined };

export type Found = {
  /** In the order of the record keys; models without records are left out. */
  readonly recordsByModel: readonly { readonly model: string; readonly records: number }[];
  readonly coverage: ByIdentifier<ReadonlyMap<string, number>>;
  readonly totals: ByIdentifier<Totals>;
  readonly rejected: ByIdentifier<readonly { readonly reason: string; readonly values: number }[]>;
  readonly topByRecords: ByIdentifier<readonly ValueProfile[]>;
  readonly topByIdentities: ByIdentifier<readonly ValueProfile[]>;
  readonly suspects: ByIdentifier<readonly FoundSuspect[]>;
};

/** Expects the tables of a run up to the counted values; lists hold up to `top` values of each identifier. */
export async function findValues(
  context: Context,
  warehouse: Warehouse,
  top: number,
  signal: AbortSignal | undefined,
): Promise<Found> {
  const { statements, lexical } = context.dialect;
  const create = async (relation: string, query: Fragment) => {
    signal?.throwIfAborted();
    await warehouse.execute(print(statements.createWork(id(relation), query), lexical));
  };
  const rows = (query: Fragment) => {
    signal?.throwIfAborted();
    return warehouse.query(print(query, lexical));
  };
  const listed = async (listing: render.Listing, most: number) => {
    const relation = work.profileListed(listing);
    await create(relation, render.profileListed(listing, most));
    const others = grouped(await rows(render.profileListedOthers(relation)), "value_id", (row) => ({
      identifier: text(row, "other"),
      values: number(row, "other_values"),
    }));
    return { relation, others, values: await rows(render.profileInOrder(relation)) };
  };

  await create(work.profileLooks, render.profileLooks(context));
  await create(work.profileOthers, render.profileOthers(context));
  await create(work.profileValues, render.profileValues(context));
  const byRecords = await listed("records", top);
  const byIdentities = await listed("identities", top);
  const suspects = await listed("suspects", MOST_SUSPECTS);
  const entries = new Map(
    (await rows(render.profileEntries(suspects.relation, context))).map((row) => [
      text(row, "value_id"),
      text(row, "entry"),
    ]),
  );
  const valuesOf = ({ values, others }: typeof byRecords) =>
    grouped(values, "identifier", (row) => profileOfValue(row, others));
  return {
    recordsByModel: (await rows(render.profileRecords())).map((row) => ({
      model: text(row, "model"),
      records: number(row, "records"),
    })),
    coverage: new Map(
      [
        ...grouped(await rows(render.profileCoverage()), "identifier", (row): readonly [string, number] => [
          text(row, "model"),
          number(row, "records"),
        ]),
      ].map(([identifier, models]) => [identifier, new Map(models)]),
    ),
    totals: new Map(
      (await rows(render.profileTotals())).map((row) => [text(row, "identifier"), totalsOf(row)]),
    ),
    rejected: grouped(await rows(render.profileRejected()), "identifier", (row) => ({
      reason: text(row, "reason"),
      values: number(row, "dropped_values"),
    })),
    topByRecords: valuesOf(byRecords),
    topByIdentities: valuesOf(byIdentities),
    suspects: grouped(suspects.values, "identifier", (row) => ({
      ...profileOfValue(row, suspects.others),
      suspicion: suspicionOf(row),
      entry: entries.get(text(row, "value_id")),
    })),
  };
}

function profileOfValue(row: Row, others: ByIdentifier<ValueProfile["others"]>): ValueProfile {
  return {
    value: text(row, "value"),
    records: number(row, "records"),
    identities: number(row, "identities"),
    countedBy: row["counted_by"] === null ? undefined : text(row, "counted_by"),
    isShared: row["is_shared"] === true,
    others: others.get(text(row, "value_id")) ?? [],
  };
}

function suspicionOf(row: Row): Suspicion {
  const suspicion = text(row, "suspicion");
  if (suspicion === "word" || suspicion === "digits" || suspicion === "crowd") return suspicion;
  throw new Error(`no suspicion is called ${suspicion}`);
}

function totalsOf(row: Row): Totals {
  return {
    distinctValues: number(row, "distinct_values"),
    linkingValues: number(row, "linking_values"),
    sharedValues: number(row, "shared_values"),
    sharedRecords: number(row, "shared_records"),
    suspects: number(row, "suspects"),
    busiest: number(row, "busiest"),
  };
}

function grouped<T>(
  rows: readonly Row[],
  column: string,
  make: (row: Row) => T,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(text(row, column)) ?? [];
    group.push(make(row));
    groups.set(text(row, column), group);
  }
  return groups;
}

function text(row: Row, column: string): string {
  return String(row[column]);
}

function number(row: Row, column: string): number {
  return Number(row[column]);
}
