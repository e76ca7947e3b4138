// A plan of a sample: how much is drawn, how large it came out, and what is told of the state of it. What a sample is, is in
// plan/sample.ts.
import { work } from "../plan/names.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

export type PlanSample = {
  /** Of the units, more than 0 and at most 1: of the records only about, since units are of any size. */
  readonly share: number;
  /** Another seed draws another sample; a whole number from 0 on. */
  readonly seed: number;
};

export type PlanSampleSize = PlanSample & {
  readonly components: number;
  /** The plain components of the whole run. */
  readonly ofComponents: number;
  readonly records: number;
  readonly ofRecords: number;
};

const BOUND = 2 ** 32;

/** Before the stage that takes it. Throws RangeError for a share or a seed that is none. */
export async function setSample(warehouse: Warehouse, { share, seed }: PlanSample): Promise<void> {
  if (!(share > 0 && share <= 1)) throw new RangeError("a sample is a share above 0 and up to 1");
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError("a seed is a whole number from 0 on");
  const bound = Math.max(1, Math.round(share * BOUND));
  // No hash of hex digits comes after a g.
  const below = bound >= BOUND ? "g" : bound.toString(16).padStart(8, "0");
  await warehouse.execute(`set variable idw_sample_seed = '${seed}'`);
  await warehouse.execute(`set variable idw_sample_below = '${below}'`);
}

export async function sampleSizeOf(warehouse: Warehouse, options: PlanSample): Promise<PlanSampleSize> {
  const [row] = await warehouse.query(
    `select components, of_components, records, of_records from ${work.sampleSize}`,
  );
  return {
    ...options,
    components: Number(row?.["components"] ?? 0),
    ofComponents: Number(row?.["of_components"] ?? 0),
    records: Number(row?.["records"] ?? 0),
    ofRecords: Number(row?.["of_records"] ?? 0),
  };
}
